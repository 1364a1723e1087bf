//! The listener's socket as the engine sees it: counts what goes to clients, and keeps the answer to an Allocate request.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::net::UdpSocket;
use tokio_util::task::task_tracker::TaskTrackerToken;
use webrtc_util::{Conn, Error};

use super::Shared;
use super::relay_socket::unsupported;
use crate::ledger::Lease;

/// The message types that matter here (RFC 8656 §17, §18): a Data indication, and the success of an Allocate request.
const DATA_INDICATION: [u8; 2] = [0x00, 0x17];
const ALLOCATE_SUCCESS: [u8; 2] = [0x01, 0x03];
const DATA_ATTRIBUTE: u16 = 0x0013;

pub(super) struct ClientSide {
    shared: Arc<Shared>,
    socket: Arc<UdpSocket>,
    /// The allocation being made with this request.
    lease: Option<Arc<Lease>>,
    /// The listener's own outlives every allocation, and a shutdown does not wait for it.
    _alive: Option<TaskTrackerToken>,
}

impl ClientSide {
    pub(super) fn new(shared: Arc<Shared>, socket: Arc<UdpSocket>, lease: Option<Arc<Lease>>) -> Self {
        let alive = lease.is_some().then(|| shared.tracker.token());
        Self { shared, socket, lease, _alive: alive }
    }

    fn note(&self, datagram: &[u8]) {
        if let Some(bytes) = relayed_bytes(datagram) {
            self.shared.counters.bytes_to_clients.add(bytes);
            self.shared.counters.packets_relayed.one();
        } else if let (Some(lease), true) = (&self.lease, datagram.starts_with(&ALLOCATE_SUCCESS)) {
            // The first answer stays; the engine sends one.
            let _ = lease.answer.set(datagram.to_vec());
        }
    }
}

#[async_trait]
impl Conn for ClientSide {
    async fn send_to(&self, datagram: &[u8], client: SocketAddr) -> Result<usize, Error> {
        self.note(datagram);
        Ok(self.socket.send_to(datagram, client).await?)
    }

    fn local_addr(&self) -> Result<SocketAddr, Error> {
        Ok(self.socket.local_addr()?)
    }

    fn remote_addr(&self) -> Option<SocketAddr> {
        None
    }

    /// The engine closes this with every allocation; the socket is for all of them.
    async fn close(&self) -> Result<(), Error> {
        Ok(())
    }

    async fn recv_from(&self, _buffer: &mut [u8]) -> Result<(usize, SocketAddr), Error> {
        Err(unsupported())
    }

    async fn connect(&self, _client: SocketAddr) -> Result<(), Error> {
        Err(unsupported())
    }

    async fn recv(&self, _buffer: &mut [u8]) -> Result<usize, Error> {
        Err(unsupported())
    }

    async fn send(&self, _datagram: &[u8]) -> Result<usize, Error> {
        Err(unsupported())
    }

    fn as_any(&self) -> &(dyn Any + Send + Sync) {
        self
    }
}

/// The payload's length, when the datagram carries one to a client.
fn relayed_bytes(datagram: &[u8]) -> Option<usize> {
    match datagram {
        [0x40..=0x7f, _, high, low, ..] => Some(usize::from(u16::from_be_bytes([*high, *low]))),
        indication if indication.starts_with(&DATA_INDICATION) => data_attribute(indication.get(20..)?),
        _ => None,
    }
}

fn data_attribute(mut attributes: &[u8]) -> Option<usize> {
    while let [a, b, c, d, rest @ ..] = attributes {
        let length = usize::from(u16::from_be_bytes([*c, *d]));
        if u16::from_be_bytes([*a, *b]) == DATA_ATTRIBUTE {
            return Some(length);
        }
        attributes = rest.get(length.next_multiple_of(4)..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_is_measured_without_its_wrapping() {
        let mut indication = vec![0x00, 0x17, 0x00, 0x18];
        indication.extend([0; 16]);
        indication.extend([0x00, 0x12, 0x00, 0x08, 0, 1, 0, 0, 0, 0, 0, 0]);
        indication.extend([0x00, 0x13, 0x00, 0x05, 1, 2, 3, 4, 5, 0, 0, 0]);
        assert_eq!(relayed_bytes(&indication), Some(5));
        assert_eq!(relayed_bytes(&[0x40, 0x01, 0x00, 0x03, 1, 2, 3, 0]), Some(3));
        assert_eq!(relayed_bytes(&[0x01, 0x03, 0x00, 0x00]), None);
        assert_eq!(relayed_bytes(&indication[..30]), None);
        assert_eq!(relayed_bytes(&[]), None);
    }
}
