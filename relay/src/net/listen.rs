//! Creates the listening sockets.

use std::io;
use std::net::{SocketAddr, TcpListener, UdpSocket};

use socket2::{Domain, Protocol, Socket, Type};

use crate::config::{Config, Error};

/// The buffer size requested for a listener, in bytes. A UDP listener carries all clients. The system may give less.
const BUFFER: usize = 4 << 20;

/// How many connections may wait to be accepted.
const BACKLOG: i32 = 1024;

/// The listening sockets of one worker, in the order of the configuration.
#[derive(Debug, Default)]
pub(crate) struct Sockets {
    pub(super) udp: Vec<UdpSocket>,
    pub(super) tcp: Vec<TcpListener>,
    pub(super) tls: Vec<TcpListener>,
}

/// The sockets of all workers, and the addresses that were bound.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) workers: Vec<Sockets>,
    pub(crate) udp: Vec<SocketAddr>,
    pub(crate) tcp: Vec<SocketAddr>,
    pub(crate) tls: Vec<SocketAddr>,
}

/// Whether a port is bound by one socket or by one socket of each worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sharing {
    Alone,
    AmongWorkers,
}

/// Binds all listening addresses for `workers` workers.
///
/// # Errors
/// Which address cannot be bound.
pub(crate) fn bind_all(config: &Config, workers: usize) -> Result<Bound, Error> {
    let mut bound = Bound { workers: Vec::new(), udp: Vec::new(), tcp: Vec::new(), tls: Vec::new() };
    bound.workers.resize_with(workers, Sockets::default);
    for address in &config.listen {
        let bind = |address, sharing| udp(address, sharing, BUFFER);
        bound.udp.push(spread(&mut bound.workers, *address, bind, UdpSocket::local_addr, |own, socket| own.udp.push(socket))?);
    }
    for address in &config.listen_tcp {
        bound.tcp.push(spread(&mut bound.workers, *address, tcp, TcpListener::local_addr, |own, socket| own.tcp.push(socket))?);
    }
    for address in &config.listen_tls {
        bound.tls.push(spread(&mut bound.workers, *address, tcp, TcpListener::local_addr, |own, socket| own.tls.push(socket))?);
    }
    Ok(bound)
}

/// Binds one address for each worker and returns the bound address, with the port that the system chose for port 0.
fn spread<S>(
    workers: &mut [Sockets],
    wanted: SocketAddr,
    bind: impl Fn(SocketAddr, Sharing) -> io::Result<S>,
    local: impl Fn(&S) -> io::Result<SocketAddr>,
    give: impl Fn(&mut Sockets, S),
) -> Result<SocketAddr, Error> {
    let failed = |source| Error::Listen { address: wanted, source };
    // With SO_REUSEPORT another process of the same user can bind the same port, for example a relay that was started twice. So bind the
    // port exclusively first, to find out whether it is in use.
    let alone = bind(wanted, Sharing::Alone).map_err(failed)?;
    let address = local(&alone).map_err(failed)?;
    if let [only] = workers {
        give(only, alone);
        return Ok(address);
    }
    drop(alone);
    for worker in workers {
        give(worker, bind(address, Sharing::AmongWorkers).map_err(failed)?);
    }
    Ok(address)
}

/// Binds a UDP socket. An IPv6 socket accepts IPv6 only, so that both families can use the same port and no peer has an IPv4-mapped address.
pub(super) fn udp(address: SocketAddr, sharing: Sharing, buffer: usize) -> io::Result<UdpSocket> {
    let socket = socket(address, Type::DGRAM, Protocol::UDP, sharing)?;
    // The relay also works with smaller buffers, so errors are ignored.
    let _ = socket.set_recv_buffer_size(buffer);
    let _ = socket.set_send_buffer_size(buffer);
    socket.bind(&address.into())?;
    Ok(socket.into())
}

fn tcp(address: SocketAddr, sharing: Sharing) -> io::Result<TcpListener> {
    let socket = socket(address, Type::STREAM, Protocol::TCP, sharing)?;
    // Without SO_REUSEADDR old connections in TIME_WAIT would prevent a restart. On Windows the option has another meaning.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

fn socket(address: SocketAddr, kind: Type, protocol: Protocol, sharing: Sharing) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), kind, Some(protocol))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    #[cfg(unix)]
    if sharing == Sharing::AmongWorkers {
        socket.set_reuse_port(true)?;
    }
    #[cfg(not(unix))]
    let _ = sharing;
    socket.set_nonblocking(true)?;
    Ok(socket)
}
