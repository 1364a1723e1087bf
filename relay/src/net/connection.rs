//! One TCP or TLS connection of a client: bytes in, frames out (RFC 8656 §3.1, §12.5).

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use mio::net::TcpStream;
use rustls::{ServerConfig, ServerConnection};

use crate::stun::{Framing, frame_length};
use crate::turn::{Flow, Moment};

use super::arena::LARGEST_FRAME;

/// How many bytes wait for a slow client before payloads to it are dropped, as a socket's buffer does.
const BACKLOG: usize = 256 << 10;

/// How long a connection may take until it has a TLS session.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long a connection may be without an allocation, whatever it says: bytes that drip in do not keep it open.
const WITHOUT_ALLOCATION: Duration = Duration::from_secs(60);

/// The largest frame of a client without an allocation. Requests are far smaller, and payloads go nowhere.
const LARGEST_OF_STRANGERS: usize = 4096;

/// What is kept of the backlog's memory when it is empty.
const KEPT: usize = 16 << 10;

pub(super) struct Connection {
    stream: TcpStream,
    session: Option<Box<ServerConnection>>,
    flow: Flow,
    opened: Moment,
    /// Whether the client sends no more: the system says so once, maybe together with the last bytes.
    ends: bool,
    /// When it last had an allocation, or was opened.
    entitled: Moment,
    /// The beginning of a frame whose end has not come.
    unread: Vec<u8>,
    /// What the system has not taken, from `written` on.
    backlog: Vec<u8>,
    written: usize,
}

/// What reading brought.
pub(super) struct Heard {
    /// How many bytes the buffer holds.
    pub(super) length: usize,
    /// What is to be expected.
    pub(super) next: Next,
}

/// How it goes on after reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing until the system says so.
    Wait,
    /// More is there already.
    More,
    /// The connection is over.
    End,
}

impl Connection {
    pub(super) fn plain(stream: TcpStream, flow: Flow, now: Moment) -> Self {
        let (unread, backlog) = (Vec::new(), Vec::new());
        Self { stream, session: None, flow, opened: now, ends: false, entitled: now, unread, backlog, written: 0 }
    }

    /// `None` when rustls cannot work with this configuration.
    pub(super) fn tls(stream: TcpStream, flow: Flow, now: Moment, config: Arc<ServerConfig>) -> Option<Self> {
        let session = ServerConnection::new(config).ok()?;
        Some(Self { session: Some(Box::new(session)), ..Self::plain(stream, flow, now) })
    }

    /// The system says that the client sends no more.
    pub(super) fn hear_of_end(&mut self) {
        self.ends = true;
    }

    pub(super) fn flow(&self) -> Flow {
        self.flow
    }

    /// Whether it has had its time: in a handshake that does not end, or without an allocation.
    pub(super) fn is_stale(&mut self, has_allocation: bool, now: Moment) -> bool {
        if has_allocation {
            self.entitled = now;
        }
        let shaking = self.session.as_ref().is_some_and(|session| session.is_handshaking());
        shaking && self.opened.plus(HANDSHAKE) <= now || self.entitled.plus(WITHOUT_ALLOCATION) <= now
    }

    /// Reads into `buffer`, behind what was left of the last time. The buffer holds two of the largest frames.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Heard {
        let mut length = self.unread.len();
        buffer[..length].copy_from_slice(&self.unread);
        self.unread.clear();
        let next = loop {
            if length == buffer.len() {
                break Next::More;
            }
            let room = &mut buffer[length..];
            let wanted = room.len();
            let read = match &mut self.session {
                None => self.stream.read(room),
                Some(session) => read_tls(session, &mut self.stream, room),
            };
            match read {
                Ok(0) => break Next::End,
                Ok(count) => {
                    length += count;
                    // A short read of a plain stream has emptied it, but for its end.
                    if self.session.is_none() && count < wanted && !self.ends {
                        break Next::Wait;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break Next::Wait,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break Next::End,
            }
        };
        Heard { length, next }
    }

    /// Keeps what does not make a frame yet.
    pub(super) fn keep(&mut self, rest: &[u8]) {
        if rest.is_empty() {
            self.unread = Vec::new();
        } else {
            self.unread.extend_from_slice(rest);
        }
    }

    /// Takes a frame to be written; `false` when too much waits already.
    pub(super) fn queue(&mut self, frame: &[u8]) -> bool {
        let room = self.backlog.len() - self.written + frame.len() <= BACKLOG;
        if room {
            self.backlog.extend_from_slice(frame);
        }
        room
    }

    /// Writes what waits, as far as the system takes it.
    ///
    /// # Errors
    /// The connection is over.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match &mut self.session {
            None => {
                while self.written < self.backlog.len() {
                    match self.stream.write(&self.backlog[self.written..]) {
                        Ok(count) => self.written += count,
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) => return Err(error),
                    }
                }
            }
            Some(session) => loop {
                let waiting = &self.backlog[self.written..];
                if !waiting.is_empty() && !session.is_handshaking() {
                    self.written += session.writer().write(waiting)?;
                }
                if !session.wants_write() {
                    break;
                }
                match session.write_tls(&mut self.stream) {
                    Ok(_) => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            },
        }
        if self.written == self.backlog.len() {
            self.backlog.clear();
            self.written = 0;
            self.backlog.shrink_to(KEPT);
        }
        Ok(())
    }
}

/// Reads decrypted bytes; `WouldBlock` when there are none now, 0 when there will be none.
fn read_tls(session: &mut ServerConnection, stream: &mut TcpStream, room: &mut [u8]) -> io::Result<usize> {
    loop {
        match session.reader().read(room) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            // An end without the closing alert is an end too: every frame tells its own length.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(0),
            done => return done,
        }
        if session.read_tls(stream)? == 0 {
            return Ok(0);
        }
        if let Err(error) = session.process_new_packets() {
            // Tells the client why, as far as it listens.
            let _ = session.write_tls(stream);
            return Err(io::Error::new(io::ErrorKind::InvalidData, error));
        }
        if session.is_handshaking() && session.wants_write() {
            match session.write_tls(stream) {
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
                _ => {}
            }
        }
    }
}

/// Cuts the first frame off `bytes`. A client without an allocation sends small ones only.
pub(super) fn first_frame(bytes: &[u8], has_allocation: impl FnOnce() -> bool) -> Result<Option<&[u8]>, NoFrame> {
    match frame_length(bytes) {
        Framing::Length(length) if length > LARGEST_FRAME => Err(NoFrame),
        Framing::Length(length) if length > LARGEST_OF_STRANGERS && !has_allocation() => Err(NoFrame),
        Framing::Length(length) => Ok(bytes.get(..length)),
        Framing::Incomplete => Ok(None),
        Framing::Foreign => Err(NoFrame),
    }
}

/// The stream is not of STUN or ChannelData, lost its thread, or wants more room than it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoFrame;
