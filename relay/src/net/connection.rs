//! One TCP or TLS connection of a client, which turns a byte stream into frames (RFC 8656 §3.1, §12.5).

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use mio::net::TcpStream;
use rustls::{ServerConfig, ServerConnection};

use crate::stun::{Framing, frame_length};
use crate::turn::{Flow, Moment};

use super::arena::LARGEST_FRAME;

/// How many bytes may wait for a slow client. Beyond that, payloads to it are dropped, as a full socket buffer drops datagrams.
const BACKLOG: usize = 256 << 10;

/// The time limit for the TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long a connection may stay open without an allocation, even when the client keeps sending bytes.
const WITHOUT_ALLOCATION: Duration = Duration::from_secs(60);

/// The largest frame of a client without an allocation. Requests are far smaller, and its payloads are not relayed.
const LARGEST_OF_STRANGERS: usize = 4096;

/// How much memory an empty backlog keeps.
const KEPT: usize = 16 << 10;

pub(super) struct Connection {
    stream: TcpStream,
    session: Option<Box<ServerConnection>>,
    flow: Flow,
    opened: Moment,
    /// Whether the client has finished sending. The system reports this once, maybe together with the last bytes.
    ends: bool,
    /// When the connection last had an allocation, or when it was opened.
    entitled: Moment,
    /// The beginning of a frame that has not arrived completely.
    unread: Vec<u8>,
    /// Bytes to send; those from `written` on have not been accepted by the system yet.
    backlog: Vec<u8>,
    written: usize,
}

/// The result of reading.
pub(super) struct Heard {
    /// The number of bytes in the buffer.
    pub(super) length: usize,
    /// What to do next.
    pub(super) next: Next,
}

/// What to do after reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Wait until the system reports more.
    Wait,
    /// Read again: more bytes are available.
    More,
    /// Close the connection.
    End,
}

impl Connection {
    pub(super) fn plain(stream: TcpStream, flow: Flow, now: Moment) -> Self {
        let (unread, backlog) = (Vec::new(), Vec::new());
        Self { stream, session: None, flow, opened: now, ends: false, entitled: now, unread, backlog, written: 0 }
    }

    /// A TLS connection. `None` when rustls rejects the configuration.
    pub(super) fn tls(stream: TcpStream, flow: Flow, now: Moment, config: Arc<ServerConfig>) -> Option<Self> {
        let session = ServerConnection::new(config).ok()?;
        Some(Self { session: Some(Box::new(session)), ..Self::plain(stream, flow, now) })
    }

    /// Records that the client has finished sending, as the system reported.
    pub(super) fn hear_of_end(&mut self) {
        self.ends = true;
    }

    pub(super) fn flow(&self) -> Flow {
        self.flow
    }

    /// Whether the connection has exceeded its time limit, for the handshake or without an allocation.
    pub(super) fn is_stale(&mut self, has_allocation: bool, now: Moment) -> bool {
        if has_allocation {
            self.entitled = now;
        }
        let shaking = self.session.as_ref().is_some_and(|session| session.is_handshaking());
        shaking && self.opened.plus(HANDSHAKE) <= now || self.entitled.plus(WITHOUT_ALLOCATION) <= now
    }

    /// Reads into `buffer`, after the bytes that [`Self::keep`] kept from the last read. The buffer has room for two of the largest frames.
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
                    // A short read means that a plain stream is empty, unless the client has finished: then one more read must return 0.
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

    /// Keeps the bytes after the last complete frame for the next read.
    pub(super) fn keep(&mut self, rest: &[u8]) {
        if rest.is_empty() {
            self.unread = Vec::new();
        } else {
            self.unread.extend_from_slice(rest);
        }
    }

    /// Queues a frame for writing; `false` when too many bytes are waiting already.
    pub(super) fn queue(&mut self, frame: &[u8]) -> bool {
        let room = self.backlog.len() - self.written + frame.len() <= BACKLOG;
        if room {
            self.backlog.extend_from_slice(frame);
        }
        room
    }

    /// Writes the queued bytes, as many as the system accepts.
    ///
    /// # Errors
    /// The connection has failed and must be closed.
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

/// Reads decrypted bytes; `WouldBlock` when there are none yet, 0 at the end of the stream.
fn read_tls(session: &mut ServerConnection, stream: &mut TcpStream, room: &mut [u8]) -> io::Result<usize> {
    loop {
        match session.reader().read(room) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            // A close without the TLS closing alert is accepted: every frame carries its own length, so a truncated one is noticed.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(0),
            done => return done,
        }
        if session.read_tls(stream)? == 0 {
            return Ok(0);
        }
        if let Err(error) = session.process_new_packets() {
            // Sends the TLS alert with the reason; a failure to send it does not matter.
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

/// Returns the first frame of `bytes`, `None` if it is incomplete. A client without an allocation may only send small frames.
pub(super) fn first_frame(bytes: &[u8], has_allocation: impl FnOnce() -> bool) -> Result<Option<&[u8]>, NoFrame> {
    match frame_length(bytes) {
        Framing::Length(length) if length > LARGEST_FRAME => Err(NoFrame),
        Framing::Length(length) if length > LARGEST_OF_STRANGERS && !has_allocation() => Err(NoFrame),
        Framing::Length(length) => Ok(bytes.get(..length)),
        Framing::Incomplete => Ok(None),
        Framing::Foreign => Err(NoFrame),
    }
}

/// The stream contains neither STUN nor ChannelData, is out of step, or announces a frame that is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoFrame;
