//! The socket of one allocation as the engine sees it: peers that the policy refuses do not exist.

use std::any::Any;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::net::UdpSocket;
use tokio::sync::{Mutex, mpsc};
use tokio_util::task::task_tracker::TaskTrackerToken;
use webrtc_util::{Conn, Error};

use super::Shared;
use super::borders::{Parcel, Route};
use crate::ledger::Lease;

pub(super) struct RelaySocket {
    shared: Arc<Shared>,
    lease: Arc<Lease>,
    socket: UdpSocket,
    public: SocketAddr,
    /// Packets from other allocations of this relay. Only the engine's one reader takes the lock.
    inbox: Mutex<mpsc::Receiver<Parcel>>,
    _alive: TaskTrackerToken,
}

impl RelaySocket {
    pub(super) fn new(
        shared: Arc<Shared>,
        lease: Arc<Lease>,
        socket: UdpSocket,
        public: SocketAddr,
        inbox: mpsc::Receiver<Parcel>,
    ) -> Self {
        let alive = shared.tracker.token();
        Self { shared, lease, socket, public, inbox: Mutex::new(inbox), _alive: alive }
    }

    /// The address that peers see.
    pub(super) fn public(&self) -> SocketAddr {
        self.public
    }

    fn sent(&self, bytes: usize) {
        self.shared.counters.bytes_to_peers.add(bytes);
        self.shared.counters.packets_relayed.one();
    }

    /// The next packet from the kernel that the policy lets in. A packet that claims to come from an allocation of this
    /// relay is forged: those do not travel by the kernel.
    async fn outside_packet(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        loop {
            match self.socket.recv_from(buffer).await {
                Ok((length, peer)) if matches!(self.shared.borders.route(peer), Route::Outside) => return Ok((length, peer)),
                Ok(_) => self.shared.counters.refused_peers.one(),
                Err(error) if is_about_one_packet(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[async_trait]
impl Conn for RelaySocket {
    async fn recv_from(&self, buffer: &mut [u8]) -> Result<(usize, SocketAddr), Error> {
        let mut inbox = self.inbox.lock().await;
        // A closed socket stays silent: an error here would make the engine remove whatever allocation the client has by then.
        // The engine's reader ends when its allocation is dropped.
        tokio::select! {
            biased;
            () = self.lease.closed.cancelled() => std::future::pending().await,
            Some(parcel) = inbox.recv() => {
                let length = parcel.payload.len().min(buffer.len());
                buffer[..length].copy_from_slice(&parcel.payload[..length]);
                Ok((length, parcel.from))
            }
            packet = self.outside_packet(buffer) => Ok(packet.map_err(io_error)?),
        }
    }

    /// Says that everything was sent also where it was not: UDP promises nothing, and the engine would only log.
    async fn send_to(&self, payload: &[u8], peer: SocketAddr) -> Result<usize, Error> {
        if self.lease.closed.is_cancelled() {
            return Ok(payload.len());
        }
        match self.shared.borders.route(peer) {
            Route::Inside(inbox) => {
                if inbox.try_send(Parcel { from: self.public, payload: payload.to_vec() }).is_ok() {
                    self.sent(payload.len());
                }
            }
            Route::Outside => match self.socket.send_to(payload, peer).await {
                Ok(bytes) => self.sent(bytes),
                Err(error) => tracing::trace!(%error, "a packet to a peer was not sent"),
            },
            Route::Vacant => {}
            Route::Refused => self.shared.counters.refused_peers.one(),
        }
        Ok(payload.len())
    }

    fn local_addr(&self) -> Result<SocketAddr, Error> {
        Ok(self.public)
    }

    fn remote_addr(&self) -> Option<SocketAddr> {
        None
    }

    /// The engine calls this when the allocation ends: its place is free at once.
    async fn close(&self) -> Result<(), Error> {
        self.shared.ledger.give_back(&self.lease);
        Ok(())
    }

    async fn connect(&self, _peer: SocketAddr) -> Result<(), Error> {
        Err(unsupported())
    }

    async fn recv(&self, _buffer: &mut [u8]) -> Result<usize, Error> {
        Err(unsupported())
    }

    async fn send(&self, _payload: &[u8]) -> Result<usize, Error> {
        Err(unsupported())
    }

    fn as_any(&self) -> &(dyn Any + Send + Sync) {
        self
    }
}

impl Drop for RelaySocket {
    fn drop(&mut self) {
        self.shared.borders.move_out(self.public);
        self.shared.ledger.give_back(&self.lease);
    }
}

/// Errors that a UDP socket reports about an earlier packet, not about itself.
pub(super) fn is_about_one_packet(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionRefused, ConnectionReset, HostUnreachable, Interrupted, NetworkUnreachable};
    matches!(error.kind(), ConnectionRefused | ConnectionReset | HostUnreachable | Interrupted | NetworkUnreachable)
}

pub(super) fn unsupported() -> Error {
    io_error(io::ErrorKind::Unsupported.into())
}

fn io_error(error: io::Error) -> Error {
    Error::from(error)
}
