//! UDP sockets as the relay wants them.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;

/// What is asked of the system for the buffers of a listener, which carries all clients. It may give less.
pub(super) const LISTENER_BUFFER: usize = 4 << 20;

/// What is asked of the system for the buffers of one allocation.
pub(super) const ALLOCATION_BUFFER: usize = 512 << 10;

/// Binds a socket. An IPv6 one takes IPv6 only, so that both families can have the same port and no peer comes in a mapped spelling.
pub(super) fn bind(address: SocketAddr, buffer: usize) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    // A smaller buffer than asked for is no reason not to relay.
    let _ = socket.set_recv_buffer_size(buffer);
    let _ = socket.set_send_buffer_size(buffer);
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}
