//! How a worker is reached from outside: commands of the [`crate::Relay`], and parcels of other workers.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossbeam_queue::ArrayQueue;
use mio::Waker;
use tokio::sync::oneshot;

use crate::turn::AllocationId;

/// How many parcels wait for a worker before more are dropped, as a socket's buffer does.
const PARCELS: usize = 1024;

/// The largest parcel whose buffer is kept for the next.
const KEPT: usize = 4096;

/// What a worker is told to do. It answers when it is done.
#[derive(Debug)]
pub(crate) enum Command {
    /// End the allocations of a scope, or of one participant in it; the answer says how many.
    Close { scope: String, participant: Option<String>, done: oneshot::Sender<usize> },
    /// End everything and return.
    Stop,
}

/// Closes a worker's mailbox however the worker ends, by a panic too: whoever waits for an answer then learns that there is none.
pub(super) struct Attended {
    pub(super) mailboxes: Arc<[Mailbox]>,
    pub(super) number: u8,
}

impl Drop for Attended {
    fn drop(&mut self) {
        if let Some(mailbox) = self.mailboxes.get(usize::from(self.number)) {
            mailbox.close();
        }
    }
}

/// A packet from an allocation of one worker to an allocation of another.
#[derive(Debug)]
pub(super) struct Parcel {
    pub(super) to: AllocationId,
    pub(super) from: SocketAddr,
    pub(super) payload: Vec<u8>,
}

/// The way to one worker. Parcels take no lock, and their buffers are used again.
#[derive(Debug)]
pub(crate) struct Mailbox {
    waker: Waker,
    /// `None` once the worker has stopped.
    commands: Mutex<Option<Vec<Command>>>,
    /// Whether there are any, so that a worker that is woken for parcels takes no lock.
    commanded: AtomicBool,
    parcels: ArrayQueue<Parcel>,
    buffers: ArrayQueue<Vec<u8>>,
    /// Whether the worker was told of parcels and has not looked yet.
    told: AtomicBool,
}

impl Mailbox {
    pub(crate) fn new(waker: Waker) -> Self {
        Self {
            waker,
            commands: Mutex::new(Some(Vec::new())),
            commanded: AtomicBool::new(false),
            parcels: ArrayQueue::new(PARCELS),
            buffers: ArrayQueue::new(PARCELS),
            told: AtomicBool::new(false),
        }
    }

    /// Tells the worker to do something. Once it has stopped the command is dropped.
    pub(crate) fn command(&self, command: Command) {
        if let Some(commands) = &mut *self.lock() {
            commands.push(command);
            self.commanded.store(true, Ordering::Release);
        }
        self.wake();
    }

    pub(super) fn commands(&self) -> Vec<Command> {
        // What is pushed after this has its own wake.
        if !self.commanded.swap(false, Ordering::AcqRel) {
            return Vec::new();
        }
        self.lock().as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// The worker has stopped: nobody waits for its answers.
    pub(super) fn close(&self) {
        *self.lock() = None;
    }

    /// Whether there is still a worker that looks.
    pub(crate) fn is_open(&self) -> bool {
        self.lock().is_some()
    }

    /// Leaves a packet for the worker; `false` when there is no room. [`Mailbox::tell`] must follow.
    pub(super) fn leave(&self, to: AllocationId, from: SocketAddr, bytes: &[u8]) -> bool {
        let mut payload = self.buffers.pop().unwrap_or_else(|| Vec::with_capacity(2048));
        payload.clear();
        payload.extend_from_slice(bytes);
        let left = self.parcels.push(Parcel { to, from, payload });
        left.map_err(|refused| self.give_back(refused)).is_ok()
    }

    /// Wakes the worker for the parcels that were left.
    pub(super) fn tell(&self) {
        if !self.parcels.is_empty() && !self.told.swap(true, Ordering::AcqRel) {
            self.wake();
        }
    }

    /// The worker looks: parcels left from now on must be told anew.
    pub(super) fn look(&self) {
        self.told.store(false, Ordering::Release);
    }

    pub(super) fn take(&self) -> Option<Parcel> {
        self.parcels.pop()
    }

    pub(super) fn has_parcels(&self) -> bool {
        !self.parcels.is_empty()
    }

    /// Gives a parcel's buffer back.
    pub(super) fn give_back(&self, parcel: Parcel) {
        if parcel.payload.capacity() <= KEPT {
            // When there are enough of them this one goes.
            let _ = self.buffers.push(parcel.payload);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Command>>> {
        // Each change under this lock is one call, which does not panic half done.
        self.commands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self) {
        if let Err(error) = self.waker.wake() {
            tracing::error!(%error, "a worker of the relay cannot be woken");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailbox() -> (mio::Poll, Mailbox) {
        let poll = mio::Poll::new().unwrap();
        let waker = Waker::new(poll.registry(), mio::Token(0)).unwrap();
        (poll, Mailbox::new(waker))
    }

    #[test]
    fn a_command_is_read_once_and_none_is_lost_at_the_end() {
        let (_poll, mailbox) = mailbox();
        let command = || {
            let (done, answer) = oneshot::channel();
            mailbox.command(Command::Close { scope: "visit".into(), participant: None, done });
            answer
        };
        assert!(mailbox.commands().is_empty());
        let (_first, _second) = (command(), command());
        assert_eq!((mailbox.commands().len(), mailbox.commands().len()), (2, 0));
        let mut waiting = command();
        mailbox.close();
        let mut late = command();
        let gone = Err(oneshot::error::TryRecvError::Closed);
        assert_eq!([waiting.try_recv(), late.try_recv()], [gone.clone(), gone]);
        assert!(mailbox.commands().is_empty() && !mailbox.is_open());
    }

    #[test]
    fn a_full_mailbox_refuses_parcels_and_keeps_their_buffers() {
        let (_poll, mailbox) = mailbox();
        let (to, from) = (AllocationId { slot: 0, generation: 0 }, SocketAddr::from(([192, 0, 2, 1], 1)));
        for _ in 0..PARCELS {
            assert!(mailbox.leave(to, from, b"payload"));
        }
        for _ in 0..3 {
            assert!(!mailbox.leave(to, from, b"payload"));
            assert_eq!(mailbox.buffers.len(), 1, "the one buffer is used again");
        }
    }
}
