//! The sender to one socket, and the instructions that it takes.

use model::live::ServerMessage;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Identifies a socket within this instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SocketId(pub(super) u64);

/// An instruction to a socket.
#[derive(Debug)]
pub(super) enum Push {
    /// There may be new events: read them from the database.
    News,
    /// The user may do other things than before: look the session up again.
    Rights,
    /// Send this message.
    Say(ServerMessage),
    /// Close with this code.
    Close(u16),
}

/// A sender to one socket.
#[derive(Debug, Clone)]
pub(super) struct Handle {
    id: SocketId,
    sender: mpsc::Sender<Push>,
    stop: CancellationToken,
    pending: Arc<Pending>,
}

/// The instructions that wait already: a second one would do the same.
#[derive(Debug, Default)]
struct Pending {
    news: AtomicBool,
    rights: AtomicBool,
}

impl Handle {
    pub(super) fn new(id: SocketId, sender: mpsc::Sender<Push>) -> Self {
        Self { id, sender, stop: CancellationToken::new(), pending: Arc::default() }
    }

    pub(super) fn id(&self) -> SocketId {
        self.id
    }

    /// Cancelled when the page is too slow.
    pub(super) fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Says that the socket begins to read the news: what comes from now on needs another instruction.
    pub(super) fn takes_news(&self) {
        self.pending.news.store(false, Ordering::SeqCst);
    }

    /// Says that the socket begins to look up the session.
    pub(super) fn takes_rights(&self) {
        self.pending.rights.store(false, Ordering::SeqCst);
    }

    pub(super) fn push(&self, push: Push) {
        let waits_already = match &push {
            Push::News => self.pending.news.swap(true, Ordering::SeqCst),
            Push::Rights => self.pending.rights.swap(true, Ordering::SeqCst),
            Push::Say(_) | Push::Close(_) => false,
        };
        if waits_already {
            return;
        }
        if self.sender.try_send(push).is_err() {
            self.stop.cancel();
        }
    }

    /// A handle whose messages nobody reads.
    #[cfg(test)]
    pub(super) fn deaf(id: u64) -> Self {
        Self::new(SocketId(id), mpsc::channel(1).0)
    }
}
