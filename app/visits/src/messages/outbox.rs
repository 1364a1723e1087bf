//! Messages that this tab has still to send. They wait here, and not in the part of the page that shows them, so that they are sent also when the user has looked at
//! another page meanwhile. Nothing is written to the browser's storage: the device may be shared.

use model::ids::ThreadId;
use std::cell::RefCell;
use uuid::Uuid;

/// A message that waits.
#[derive(Clone)]
pub(super) struct Queued {
    pub(super) thread: ThreadId,
    pub(super) key: Uuid,
    pub(super) text: String,
    pub(super) quotes: Option<i64>,
}

thread_local! {
    /// Filled by event handlers only, so it is empty on the server.
    static QUEUE: RefCell<Vec<Queued>> = const { RefCell::new(Vec::new()) };
}

/// Adds a message behind the others.
pub(super) fn add(message: Queued) {
    QUEUE.with_borrow_mut(|queue| queue.push(message));
}

/// Removes a message that was stored or refused.
pub(super) fn remove(key: Uuid) {
    QUEUE.with_borrow_mut(|queue| queue.retain(|message| message.key != key));
}

/// The messages of a conversation that wait, in their order.
pub(super) fn of(thread: ThreadId) -> Vec<Queued> {
    QUEUE.with_borrow(|queue| queue.iter().filter(|message| message.thread == thread).cloned().collect())
}

/// The message of a conversation that is sent next.
pub(super) fn next(thread: ThreadId) -> Option<Queued> {
    QUEUE.with_borrow(|queue| queue.iter().find(|message| message.thread == thread).cloned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_wait_in_their_order_each_for_its_conversation() {
        let (one, other) = (ThreadId::from(Uuid::from_u128(1)), ThreadId::from(Uuid::from_u128(2)));
        for (key, thread) in [(1, one), (2, other), (3, one)] {
            add(Queued { thread, key: Uuid::from_u128(key), text: key.to_string(), quotes: None });
        }
        let keys = |thread| of(thread).into_iter().map(|message| message.key.as_u128()).collect::<Vec<_>>();
        assert_eq!((keys(one), keys(other)), (vec![1, 3], vec![2]));
        remove(Uuid::from_u128(1));
        assert_eq!(next(one).map(|message| message.key.as_u128()), Some(3));
        assert!(next(ThreadId::from(Uuid::from_u128(9))).is_none());
    }
}
