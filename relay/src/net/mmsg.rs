//! Sends and receives many datagrams per system call: recvmmsg and sendmmsg, and UDP_SEGMENT (GSO) for several to one address. Linux only.
//!
//! This is the crate's only unsafe code. It passes the kernel pointers into buffers that are borrowed for the duration of the call, and reads
//! and writes addresses in C structures. Nothing outlives a call except these structures, whose pointers are set again before each
//! call.
#![expect(unsafe_code, reason = "the standard library has no call for several datagrams")]

use std::io;
use std::mem;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::{AsFd, AsRawFd};

use super::arena::{Outgoing, SLOTS};

/// The largest number of segments in one GSO message: the kernel's limit was 64 for a long time.
const MOST_SEGMENTS: usize = 64;

/// The largest segment in bytes. A larger one might not fit the path, and then the whole message is lost; WebRTC stays below 1280.
const LARGEST_SEGMENT: usize = 1400;

/// After how many consecutive refused GSO messages GSO is paused.
const REFUSALS: u32 = 16;

/// For how many calls GSO is paused.
const PAUSE: u32 = 4096;

/// The largest GSO message in bytes, below the IP limit.
const LARGEST_MESSAGE: usize = 65_000;

/// Receives datagrams.
pub(super) struct Receiver {
    headers: Box<[libc::mmsghdr; SLOTS]>,
    vectors: Box<[libc::iovec; SLOTS]>,
    names: Box<[libc::sockaddr_storage; SLOTS]>,
}

/// Sends datagrams.
pub(super) struct Sender {
    headers: Box<[libc::mmsghdr; SLOTS]>,
    vectors: Box<[libc::iovec; SLOTS]>,
    names: Box<[libc::sockaddr_storage; SLOTS]>,
    controls: Box<[Control; SLOTS]>,
    /// The index of the first datagram of each message.
    firsts: [usize; SLOTS],
    /// Whether the system supports GSO at all.
    segments: bool,
    /// How many GSO messages were refused since the last accepted one. Support depends on the path to the peer: a network card without checksum
    /// offload, a tunnel, a small MTU. So one refusal says nothing about other peers, and a refused message is sent as single datagrams.
    refusals: u32,
    /// For how many more calls GSO is not used, after [`REFUSALS`] refusals.
    pause: u32,
}

/// The control message with the segment size: header, value, padding.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
struct Control {
    header: libc::cmsghdr,
    size: u16,
    padding: [u8; 6],
}

// SAFETY: the pointers in these structures are set again before each system call and not read in between, so they may move to another
// thread.
unsafe impl Send for Receiver {}
unsafe impl Send for Sender {}

impl Receiver {
    pub(super) fn new() -> Self {
        Self { headers: zeroed(), vectors: zeroed(), names: zeroed() }
    }

    /// Receives one datagram into each place without waiting, until none is left; calls `got` with the index of the place, the length and the
    /// sender of each. Returns how many there were: fewer than places when the socket is empty.
    ///
    /// # Errors
    /// The error of the system when nothing was received; `WouldBlock` when the socket is empty.
    pub(super) fn receive<'p>(
        &mut self,
        socket: &impl AsFd,
        places: impl Iterator<Item = &'p mut [u8]>,
        mut got: impl FnMut(usize, usize, SocketAddr),
    ) -> io::Result<usize> {
        let mut count = 0;
        for place in places.take(SLOTS) {
            self.vectors[count] = libc::iovec { iov_base: place.as_mut_ptr().cast(), iov_len: place.len() };
            let header = &mut self.headers[count].msg_hdr;
            header.msg_name = (&raw mut self.names[count]).cast();
            header.msg_namelen = NAME_LENGTH;
            header.msg_iov = &raw mut self.vectors[count];
            header.msg_iovlen = 1;
            count += 1;
        }
        // SAFETY: the first `count` headers point to distinct names and vectors of this structure, and those to distinct places that
        // the caller lends for `'p`, which outlives this call. The descriptor is open while `socket` is borrowed.
        let received = unsafe {
            libc::recvmmsg(
                socket.as_fd().as_raw_fd(),
                self.headers.as_mut_ptr(),
                count as libc::c_uint,
                libc::MSG_DONTWAIT,
                std::ptr::null_mut(),
            )
        };
        let Ok(received) = usize::try_from(received) else { return Err(io::Error::last_os_error()) };
        for index in 0..received.min(count) {
            if let Some(from) = read_name(&self.names[index]) {
                got(index, self.headers[index].msg_len as usize, from);
            }
        }
        Ok(received)
    }
}

impl Sender {
    pub(super) fn new() -> Self {
        Self {
            headers: zeroed(),
            vectors: zeroed(),
            names: zeroed(),
            controls: zeroed(),
            firsts: [0; SLOTS],
            segments: true,
            refusals: 0,
            pause: 0,
        }
    }

    /// Sends up to [`SLOTS`] datagrams from `arena` in order, without waiting. Consecutive datagrams of the same length to one address are
    /// sent as one message. Returns how many the system did not accept; they are lost, as UDP allows.
    pub(super) fn send(&mut self, socket: &impl AsFd, arena: &[u8], mut datagrams: &[Outgoing]) -> usize {
        let mut lost = 0;
        self.pause = self.pause.saturating_sub(1);
        // The first `singly` datagrams are sent as one message each.
        let mut singly = if self.segments && self.pause == 0 { 0 } else { datagrams.len() };
        while !datagrams.is_empty() {
            let messages = self.compose(arena, datagrams, singly);
            let (at, outcome) = self.hand_over(socket, messages);
            if self.refusals > 0 && self.headers[..at].iter().any(in_segments) {
                self.refusals = 0;
            }
            let next = if at + 1 < messages { self.firsts[at + 1] } else { datagrams.len() };
            match outcome {
                Ok(()) => break,
                Err(error) if in_segments(&self.headers[at]) && about_segments(&error) => {
                    self.refused(&error);
                    let first = self.firsts[at];
                    datagrams = &datagrams[first..];
                    singly = if self.segments && self.pause == 0 { next - first } else { datagrams.len() };
                }
                Err(error) => {
                    tracing::trace!(%error, "a datagram was not sent");
                    let full = matches!(error.kind(), io::ErrorKind::WouldBlock) || error.raw_os_error() == Some(libc::ENOBUFS);
                    if full {
                        lost += datagrams.len() - self.firsts[at];
                        break;
                    }
                    lost += next - self.firsts[at];
                    datagrams = &datagrams[next..];
                    singly = singly.saturating_sub(next);
                }
            }
        }
        lost
    }

    /// Counts a GSO message that the system refused.
    fn refused(&mut self, error: &io::Error) {
        if matches!(error.raw_os_error(), Some(libc::EOPNOTSUPP | libc::ENOPROTOOPT)) {
            tracing::info!("this system cannot send datagrams in segments, so each is sent alone");
            self.segments = false;
            return;
        }
        self.refusals += 1;
        if self.refusals >= REFUSALS {
            tracing::debug!(%error, "the system cuts no messages now, so each datagram is sent alone for a while");
            (self.refusals, self.pause) = (0, PAUSE);
        }
    }

    /// Writes headers, vectors and names for the datagrams, of which the first `singly` become one message each. Returns the number of
    /// messages.
    fn compose(&mut self, arena: &[u8], datagrams: &[Outgoing], singly: usize) -> usize {
        let mut messages = 0;
        let mut at = 0;
        while let Some(first) = datagrams.get(at).filter(|_| at < SLOTS) {
            let count = if at < singly { 1 } else { run(&datagrams[at..datagrams.len().min(SLOTS)]) };
            for (vector, datagram) in self.vectors[at..at + count].iter_mut().zip(&datagrams[at..]) {
                let bytes = &arena[datagram.range()];
                *vector = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
            }
            let header = &mut self.headers[messages].msg_hdr;
            header.msg_namelen = write_name(&mut self.names[messages], first.to);
            header.msg_name = (&raw mut self.names[messages]).cast();
            header.msg_iov = &raw mut self.vectors[at];
            header.msg_iovlen = count as _;
            if count > 1 {
                let control = &mut self.controls[messages];
                control.header.cmsg_level = libc::SOL_UDP;
                control.header.cmsg_type = libc::UDP_SEGMENT;
                control.header.cmsg_len = (mem::size_of::<libc::cmsghdr>() + mem::size_of::<u16>()) as _;
                // `run` returns more than one only for segments of up to `LARGEST_SEGMENT` bytes.
                control.size = first.length() as u16;
                header.msg_control = (&raw mut *control).cast();
                header.msg_controllen = mem::size_of::<Control>() as _;
            } else {
                header.msg_control = std::ptr::null_mut();
                header.msg_controllen = 0;
            }
            self.firsts[messages] = at;
            messages += 1;
            at += count;
        }
        messages
    }

    /// Sends the composed messages until all are sent or one is refused; returns the index of the first that was not sent, and the error.
    fn hand_over(&mut self, socket: &impl AsFd, messages: usize) -> (usize, io::Result<()>) {
        let mut at = 0;
        while at < messages {
            let rest = &mut self.headers[at..messages];
            // SAFETY: `compose` has just pointed these headers to names, controls and vectors of this structure, and those to bytes of
            // the arena, all of which are borrowed until after the call; sending does not write to them. The descriptor is open while
            // `socket` is borrowed.
            let sent = unsafe {
                libc::sendmmsg(
                    socket.as_fd().as_raw_fd(),
                    rest.as_mut_ptr(),
                    rest.len() as libc::c_uint,
                    libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL,
                )
            };
            match usize::try_from(sent) {
                Ok(sent) => at += sent.max(1),
                Err(_) => {
                    let error = io::Error::last_os_error();
                    if error.kind() != io::ErrorKind::Interrupted {
                        return (at, Err(error));
                    }
                }
            }
        }
        (at, Ok(()))
    }
}

/// Whether [`forbid_fragmentation`] has an effect.
pub(super) const CAN_FORBID_FRAGMENTATION: bool = true;

/// Sets or clears the DF bit of a socket's packets, which forbids routers to fragment them. Linux sets it by default, for path MTU discovery.
/// A relay must clear it towards peers, unless the client asks for DONT-FRAGMENT, and towards clients (RFC 8656 §14).
pub(super) fn forbid_fragmentation(socket: &impl AsFd, of_ipv6: bool, forbid: bool) -> io::Result<()> {
    let (level, option, value): (_, _, libc::c_int) = match (of_ipv6, forbid) {
        (false, true) => (libc::IPPROTO_IP, libc::IP_MTU_DISCOVER, libc::IP_PMTUDISC_DO),
        (false, false) => (libc::IPPROTO_IP, libc::IP_MTU_DISCOVER, libc::IP_PMTUDISC_DONT),
        (true, true) => (libc::IPPROTO_IPV6, libc::IPV6_MTU_DISCOVER, libc::IPV6_PMTUDISC_DO),
        (true, false) => (libc::IPPROTO_IPV6, libc::IPV6_MTU_DISCOVER, libc::IPV6_PMTUDISC_DONT),
    };
    // SAFETY: the value is an int that lives until after the call, and its size is given. The descriptor is open while borrowed.
    let done = unsafe {
        libc::setsockopt(
            socket.as_fd().as_raw_fd(),
            level,
            option,
            (&raw const value).cast(),
            mem::size_of::<libc::c_int>() as libc::socklen_t,
        )
    };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Whether the socket sends packets with the DF bit cleared.
#[cfg(test)]
pub(super) fn may_be_fragmented(socket: &impl AsFd, of_ipv6: bool) -> bool {
    let (level, option, clear) = match of_ipv6 {
        false => (libc::IPPROTO_IP, libc::IP_MTU_DISCOVER, libc::IP_PMTUDISC_DONT),
        true => (libc::IPPROTO_IPV6, libc::IPV6_MTU_DISCOVER, libc::IPV6_PMTUDISC_DONT),
    };
    let (mut value, mut length): (libc::c_int, _) = (-1, mem::size_of::<libc::c_int>() as libc::socklen_t);
    // SAFETY: the value is an int that lives until after the call, and its size is given. The descriptor is open while borrowed.
    let done = unsafe { libc::getsockopt(socket.as_fd().as_raw_fd(), level, option, (&raw mut value).cast(), &raw mut length) };
    done == 0 && value == clear
}

/// How many of the first datagrams can be sent as one message: they have one address and one length; only the last may be shorter.
fn run(datagrams: &[Outgoing]) -> usize {
    let [first, rest @ ..] = datagrams else { return 0 };
    let size = first.length();
    if size == 0 || size > LARGEST_SEGMENT {
        return 1;
    }
    let most = MOST_SEGMENTS.min(LARGEST_MESSAGE / size);
    let mut count = 1;
    for next in rest.iter().take(most - 1) {
        if next.to != first.to || next.length() > size || next.length() == 0 {
            break;
        }
        count += 1;
        if next.length() < size {
            break;
        }
    }
    count
}

fn in_segments(header: &libc::mmsghdr) -> bool {
    header.msg_hdr.msg_controllen > 0
}

/// Whether the datagrams of a refused message might be accepted one by one. When a segment is larger than the path MTU, the system returns
/// EMSGSIZE (older ones EINVAL); IP fragments the same datagram when it is sent alone.
fn about_segments(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EIO | libc::EINVAL | libc::EMSGSIZE | libc::EOPNOTSUPP | libc::ENOPROTOOPT))
}

const NAME_LENGTH: libc::socklen_t = mem::size_of::<libc::sockaddr_storage>() as libc::socklen_t;

fn zeroed<T>() -> Box<[T; SLOTS]>
where
    [T; SLOTS]: Zero,
{
    <[T; SLOTS] as Zero>::zero()
}

/// C structures for which all zeroes is a valid value.
trait Zero {
    fn zero() -> Box<Self>;
}

macro_rules! zero {
    ($($of:ty),*) => {$(
        impl Zero for [$of; SLOTS] {
            fn zero() -> Box<Self> {
                // SAFETY: the fields are integers, pointers and arrays of them, for which all zeroes is a valid value.
                unsafe { Box::new_zeroed().assume_init() }
            }
        }
    )*};
}

zero!(libc::mmsghdr, libc::iovec, libc::sockaddr_storage, Control);

fn read_name(name: &libc::sockaddr_storage) -> Option<SocketAddr> {
    match libc::c_int::from(name.ss_family) {
        libc::AF_INET => {
            // SAFETY: the family tells which structure the system wrote; the storage is large enough and aligned for each.
            let v4 = unsafe { &*(&raw const *name).cast::<libc::sockaddr_in>() };
            let address = Ipv4Addr::from(u32::from_be(v4.sin_addr.s_addr));
            Some(SocketAddrV4::new(address, u16::from_be(v4.sin_port)).into())
        }
        libc::AF_INET6 => {
            // SAFETY: as above.
            let v6 = unsafe { &*(&raw const *name).cast::<libc::sockaddr_in6>() };
            let address = Ipv6Addr::from(v6.sin6_addr.s6_addr);
            // The scope id is kept because link-local addresses need it; the flow label is not part of an address.
            Some(SocketAddrV6::new(address, u16::from_be(v6.sin6_port), 0, v6.sin6_scope_id).into())
        }
        _ => None,
    }
}

fn write_name(name: &mut libc::sockaddr_storage, address: SocketAddr) -> libc::socklen_t {
    match address {
        SocketAddr::V4(address) => {
            // SAFETY: the storage is large enough and aligned for this structure, for which any bytes are valid.
            let v4 = unsafe { &mut *(&raw mut *name).cast::<libc::sockaddr_in>() };
            v4.sin_family = libc::AF_INET as libc::sa_family_t;
            v4.sin_port = address.port().to_be();
            v4.sin_addr.s_addr = u32::from(*address.ip()).to_be();
            mem::size_of::<libc::sockaddr_in>() as libc::socklen_t
        }
        SocketAddr::V6(address) => {
            // SAFETY: as above.
            let v6 = unsafe { &mut *(&raw mut *name).cast::<libc::sockaddr_in6>() };
            v6.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            v6.sin6_port = address.port().to_be();
            v6.sin6_flowinfo = 0;
            v6.sin6_addr.s6_addr = address.ip().octets();
            v6.sin6_scope_id = address.scope_id();
            mem::size_of::<libc::sockaddr_in6>() as libc::socklen_t
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use super::*;

    fn outgoing(to: SocketAddr, start: u32, length: u32) -> Outgoing {
        Outgoing { to, start, end: start + length }
    }

    fn received(socket: &UdpSocket) -> Vec<Vec<u8>> {
        let mut space = vec![0; SLOTS * 2048];
        let mut lengths = Vec::new();
        Receiver::new().receive(socket, space.chunks_mut(2048), |_, length, _| lengths.push(length)).unwrap();
        space.chunks(2048).zip(lengths).map(|(place, length)| place[..length].to_vec()).collect()
    }

    #[test]
    fn a_run_is_of_one_address_and_one_length_with_a_shorter_end() {
        let (a, b) = ("192.0.2.1:1".parse().unwrap(), "192.0.2.1:2".parse().unwrap());
        for (lengths, expected) in [
            (&[(a, 10), (a, 10), (a, 10)][..], 3),
            (&[(a, 10), (a, 10), (b, 10)], 2),
            (&[(a, 10), (a, 9), (a, 10)], 2),
            (&[(a, 10), (a, 11)], 1),
            (&[(a, 10), (a, 0)], 1),
            (&[(a, 0), (a, 0)], 1),
            (&[(a, 1401), (a, 1401)], 1),
            (&[(a, 1400); 64], 46),
            (&[], 0),
        ] {
            let datagrams: Vec<_> = lengths.iter().map(|(to, length)| outgoing(*to, 0, *length)).collect();
            assert_eq!(run(&datagrams), expected, "{lengths:?}");
        }
    }

    #[test]
    fn datagrams_arrive_each_for_itself_in_their_order() {
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(from) = UdpSocket::bind(address) else { continue };
            let (first, second) = (UdpSocket::bind(address).unwrap(), UdpSocket::bind(address).unwrap());
            let arena: Vec<u8> = (0..=255).cycle().take(4000).collect();
            let (a, b) = (first.local_addr().unwrap(), second.local_addr().unwrap());
            let datagrams =
                [outgoing(a, 0, 100), outgoing(a, 100, 100), outgoing(a, 200, 30), outgoing(b, 300, 100), outgoing(a, 500, 0)];
            for segments in [true, false] {
                let mut sender = Sender { segments, ..Sender::new() };
                assert_eq!(sender.send(&from, &arena, &datagrams), 0);
                assert_eq!(received(&first), [&arena[..100], &arena[100..200], &arena[200..230], &[]]);
                assert_eq!(received(&second), [&arena[300..400]]);
            }
        }
    }

    /// Makes the system refuse GSO on this socket: GSO needs UDP checksums, and SO_NO_CHECK turns them off.
    fn without_checksums(socket: &UdpSocket) {
        let one: libc::c_int = 1;
        let length = mem::size_of::<libc::c_int>() as libc::socklen_t;
        // SAFETY: the value is an int that lives until after the call, and its size is given. The descriptor is open while borrowed.
        let done =
            unsafe { libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, libc::SO_NO_CHECK, (&raw const one).cast(), length) };
        assert_eq!(done, 0);
    }

    #[test]
    fn what_the_system_will_not_cut_goes_singly_and_other_ways_keep_their_segments() {
        let [plain, refusing, to] = [(); 3].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
        without_checksums(&refusing);
        let arena: Vec<u8> = (0..=255).cycle().take(1000).collect();
        let address = to.local_addr().unwrap();
        let datagrams = [outgoing(address, 0, 100), outgoing(address, 100, 100), outgoing(address, 200, 30)];
        let whole = [&arena[..100], &arena[100..200], &arena[200..230]];
        let mut sender = Sender::new();
        for refusals in 1..REFUSALS {
            assert_eq!(sender.send(&refusing, &arena, &datagrams), 0);
            assert_eq!(received(&to), whole);
            assert_eq!((sender.refusals, sender.pause), (refusals, 0));
        }
        assert_eq!(sender.send(&plain, &arena, &datagrams), 0);
        assert_eq!(received(&to), whole);
        assert_eq!(sender.refusals, 0, "one that it cuts");
        for _ in 0..REFUSALS {
            assert_eq!(sender.send(&refusing, &arena, &datagrams), 0);
            assert_eq!(received(&to), whole);
        }
        assert_eq!(sender.pause, PAUSE, "a while without trying");
        for _ in 1..PAUSE {
            assert_eq!(sender.send(&plain, &arena, &datagrams[..1]), 0);
            assert_eq!(received(&to).len(), 1);
        }
        assert_eq!((sender.send(&refusing, &arena, &datagrams), sender.refusals), (0, 1), "and then again");
    }

    #[test]
    fn one_that_cannot_be_sent_does_not_stop_the_others() {
        let (from, to) = (UdpSocket::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
        let good = to.local_addr().unwrap();
        let foreign = "[2001:db8::1]:1".parse().unwrap();
        let datagrams = [outgoing(good, 0, 1), outgoing(foreign, 1, 1), outgoing(foreign, 1, 1), outgoing(good, 2, 1)];
        assert_eq!(Sender::new().send(&from, &[7, 8, 9], &datagrams), 2);
        assert_eq!(received(&to), [[7], [9]]);
    }
}
