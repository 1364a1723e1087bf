//! The sockets: workers that read datagrams, pass them to their [`crate::turn::Server`], and write the result.
//!
//! Each worker is a thread with its own sockets, allocations and buffers. On Linux the system distributes clients over the workers' sockets by their
//! 5-tuple (SO_REUSEPORT), and one system call reads or writes many datagrams. A datagram is received into the
//! [`arena`], gets its new header in place, and is sent from there.
//!
//! Two workers communicate only when an allocation of one sends to an allocation of the other: through the [`mailbox`].

mod arena;
mod connection;
mod connections;
mod listen;
mod mailbox;
mod ready;
mod relayed;
mod round;
mod worker;

#[cfg(target_os = "linux")]
#[path = "mmsg.rs"]
mod batch;
#[cfg(not(target_os = "linux"))]
#[path = "one_by_one.rs"]
mod batch;

pub(crate) use listen::{Bound, bind_all};
pub(crate) use mailbox::{Command, Mailbox};
pub(crate) use worker::{Setup, Tls, Worker};

/// The number of workers for a configured number; 0 means one per processor, up to 16. Always 1 where the system is not Linux.
pub(crate) fn worker_count(wanted: usize) -> usize {
    if cfg!(not(target_os = "linux")) {
        return 1;
    }
    let processors = || std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    if wanted == 0 { processors().min(16) } else { wanted }
}

/// The token of the events with which a worker's [`Mailbox`] wakes it.
pub(crate) fn mailbox_token() -> mio::Token {
    ready::Source::Mailbox.token()
}
