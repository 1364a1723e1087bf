//! Datagrams one by one, where the system has no call for many.

use std::io;
use std::net::SocketAddr;

use mio::net::UdpSocket;

use super::arena::Outgoing;

/// Reads datagrams.
pub(super) struct Receiver;

/// Writes datagrams.
pub(super) struct Sender;

impl Receiver {
    pub(super) fn new() -> Self {
        Self
    }

    /// As its namesake on Linux.
    pub(super) fn receive<'p>(
        &mut self,
        socket: &UdpSocket,
        places: impl Iterator<Item = &'p mut [u8]>,
        mut got: impl FnMut(usize, usize, SocketAddr),
    ) -> io::Result<usize> {
        let mut count = 0;
        for place in places {
            match socket.recv_from(place) {
                Ok((length, from)) => got(count, length, from),
                Err(error) if count == 0 => return Err(error),
                Err(_) => break,
            }
            count += 1;
        }
        Ok(count)
    }
}

impl Sender {
    pub(super) fn new() -> Self {
        Self
    }

    /// As its namesake on Linux.
    pub(super) fn send(&mut self, socket: &UdpSocket, arena: &[u8], datagrams: &[Outgoing]) -> usize {
        datagrams.iter().filter(|datagram| socket.send_to(&arena[datagram.range()], datagram.to).is_err()).count()
    }
}

/// The standard library has no call for it.
pub(super) const CAN_FORBID_FRAGMENTATION: bool = false;

/// Left to the system.
pub(super) fn forbid_fragmentation(_socket: &UdpSocket, _of_ipv6: bool, _forbid: bool) -> io::Result<()> {
    Ok(())
}
