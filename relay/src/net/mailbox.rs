//! How other threads reach a worker: commands from the [`crate::Relay`], and parcels from other workers.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossbeam_queue::ArrayQueue;
use mio::Waker;
use tokio::sync::oneshot;

use crate::turn::AllocationId;

/// How many parcels may wait for a worker. Further ones are dropped, as a full socket buffer does.
const PARCELS: usize = 1024;

/// The largest buffer of a parcel that is kept for reuse, in bytes.
const KEPT: usize = 4096;

/// A command to a worker.
#[derive(Debug)]
pub(crate) enum Command {
    /// End the allocations of a scope, or of one participant in it, and send back how many there were.
    Close { scope: String, participant: Option<String>, done: oneshot::Sender<usize> },
    /// End all allocations and stop the thread.
    Stop,
}

/// Closes a worker's mailbox when the worker ends, also by a panic. Callers that wait for an answer then learn that none will come.
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

/// The channel to one worker. Parcels need no lock, and their buffers are reused.
#[derive(Debug)]
pub(crate) struct Mailbox {
    waker: Waker,
    /// `None` once the worker has stopped.
    commands: Mutex<Option<Vec<Command>>>,
    /// Whether there are commands. A worker that is woken for parcels checks this and takes no lock.
    commanded: AtomicBool,
    parcels: ArrayQueue<Parcel>,
    buffers: ArrayQueue<Vec<u8>>,
    /// Whether the worker was woken for parcels and has not looked yet.
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

    /// Sends the worker a command. After the worker has stopped, the command is dropped.
    pub(crate) fn command(&self, command: Command) {
        if let Some(commands) = &mut *self.lock() {
            commands.push(command);
            self.commanded.store(true, Ordering::Release);
        }
        self.wake();
    }

    pub(super) fn commands(&self) -> Vec<Command> {
        // A command that is pushed after this line wakes the worker again.
        if !self.commanded.swap(false, Ordering::AcqRel) {
            return Vec::new();
        }
        self.lock().as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Marks the worker as stopped: waiting and later commands are dropped, so their callers get no answer.
    pub(super) fn close(&self) {
        *self.lock() = None;
    }

    /// Whether the worker is still running.
    pub(crate) fn is_open(&self) -> bool {
        self.lock().is_some()
    }

    /// Puts a packet into the mailbox; `false` when it is full. The caller must call [`Mailbox::tell`] afterwards.
    pub(super) fn leave(&self, to: AllocationId, from: SocketAddr, bytes: &[u8]) -> bool {
        let mut payload = self.buffers.pop().unwrap_or_else(|| Vec::with_capacity(2048));
        payload.clear();
        payload.extend_from_slice(bytes);
        let left = self.parcels.push(Parcel { to, from, payload });
        left.map_err(|refused| self.give_back(refused)).is_ok()
    }

    /// Wakes the worker if there are parcels and it has not been woken for them yet.
    pub(super) fn tell(&self) {
        if !self.parcels.is_empty() && !self.told.swap(true, Ordering::AcqRel) {
            self.wake();
        }
    }

    /// Records that the worker looks now: parcels put in from now on must wake it again.
    pub(super) fn rearm(&self) {
        self.told.store(false, Ordering::Release);
    }

    pub(super) fn take(&self) -> Option<Parcel> {
        self.parcels.pop()
    }

    pub(super) fn has_parcels(&self) -> bool {
        !self.parcels.is_empty()
    }

    /// Returns a parcel's buffer for reuse.
    pub(super) fn give_back(&self, parcel: Parcel) {
        if parcel.payload.capacity() <= KEPT {
            // When the queue of buffers is full, this one is freed.
            let _ = self.buffers.push(parcel.payload);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Command>>> {
        // Each change under this lock is a single call that cannot panic halfway, so a poisoned lock still guards consistent data.
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
