//! Sends and receives datagrams one by one, for systems without a call for many.

use std::io;
use std::net::SocketAddr;

use mio::net::UdpSocket;

use super::arena::Outgoing;

/// Receives datagrams.
pub(super) struct Receiver;

/// Sends datagrams.
pub(super) struct Sender;

impl Receiver {
    pub(super) fn new() -> Self {
        Self
    }

    /// Does the same as `Receiver::receive` on Linux.
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

    /// Does the same as `Sender::send` on Linux.
    pub(super) fn send(&mut self, socket: &UdpSocket, arena: &[u8], datagrams: &[Outgoing]) -> usize {
        datagrams.iter().filter(|datagram| socket.send_to(&arena[datagram.range()], datagram.to).is_err()).count()
    }
}

/// The standard library cannot set the DF bit.
pub(super) const CAN_FORBID_FRAGMENTATION: bool = false;

/// Does nothing: the system decides about the DF bit.
pub(super) fn forbid_fragmentation(_socket: &UdpSocket, _of_ipv6: bool, _forbid: bool) -> io::Result<()> {
    Ok(())
}
