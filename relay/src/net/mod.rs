//! The sockets: workers that read, ask their [`crate::turn::Server`], and write.
//!
//! Each worker is a thread with its own sockets, allocations and buffers. On Linux the system spreads clients over the workers' sockets by their
//! 5-tuple (SO_REUSEPORT), reads many datagrams in one call and writes many in one call. A datagram is received into the
//! [`arena`], given its new header where it lies, and sent from there.
//!
//! Two workers meet only when an allocation of one sends to an allocation of the other: through the [`mailbox`].

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

/// How many workers a relay gets that wants so many; 0 wants one per processor.
pub(crate) fn worker_count(wanted: usize) -> usize {
    if cfg!(not(target_os = "linux")) {
        return 1;
    }
    let processors = || std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    if wanted == 0 { processors().min(16) } else { wanted }
}

/// With what a worker's [`Mailbox`] wakes it.
pub(crate) fn mailbox_token() -> mio::Token {
    ready::Source::Mailbox.token()
}
