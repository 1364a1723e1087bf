//! Messages that this browser has still to send. They wait in the memory of the tab, so that they are sent also when the user has looked at another page meanwhile, and
//! encrypted in the browser's storage, so that they are there again after a reload. The keys come with the conversation and go with the page (ADR 65).

mod sealed;
mod storage;

use model::chat::waiting::WaitingKeys;
use model::ids::{FileId, ThreadId};
use std::cell::RefCell;
use uuid::Uuid;

/// A message that waits.
#[derive(Clone)]
pub(super) struct Queued {
    pub(super) thread: ThreadId,
    pub(super) key: Uuid,
    /// Says what comes first: when it was written, in milliseconds of the device.
    pub(super) at: i64,
    pub(super) text: String,
    pub(super) quotes: Option<i64>,
    pub(super) files: Vec<FileId>,
}

thread_local! {
    /// Filled by event handlers and effects only, so it is empty on the server.
    static QUEUE: RefCell<Vec<Queued>> = const { RefCell::new(Vec::new()) };
}

/// Adds a message behind the others, here and in the browser's storage, and returns it.
pub(super) fn add(keys: &WaitingKeys, message: Queued) -> Queued {
    let message = enqueue(message, storage::now_ms());
    storage::keep(keys, &message);
    message
}

/// Adds a message behind the others; it comes after them also when the clock of the device was put back.
fn enqueue(message: Queued, now_ms: i64) -> Queued {
    QUEUE.with_borrow_mut(|queue| {
        let last = queue.iter().map(|message| message.at + 1).max();
        let message = Queued { at: now_ms.max(last.unwrap_or(now_ms)), ..message };
        queue.push(message.clone());
        message
    })
}

/// Takes the messages of a conversation from the browser's storage that this page does not know yet, and returns them.
pub(super) fn restore(keys: &WaitingKeys, thread: ThreadId) -> Vec<Queued> {
    merge(storage::of(keys, thread))
}

fn merge(stored: Vec<Queued>) -> Vec<Queued> {
    QUEUE.with_borrow_mut(|queue| {
        let new: Vec<Queued> = stored.into_iter().filter(|message| !queue.iter().any(|known| known.key == message.key)).collect();
        queue.extend(new.iter().cloned());
        queue.sort_by_key(|message| message.at);
        new
    })
}

/// Removes a message that the server has, or that its writer does not want to send any more.
pub(super) fn remove(key: Uuid) {
    set_aside(key);
    storage::remove(key);
}

/// Takes a message that was refused out of the queue, so that the next one is sent. It stays in the storage until its writer decides.
pub(super) fn set_aside(key: Uuid) {
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

/// Stores the text that is being written in a conversation; an empty one removes it.
pub(super) fn keep_typed(keys: &WaitingKeys, thread: ThreadId, text: &str) {
    storage::keep_typed(keys, thread, text);
}

/// The text that was being written in a conversation before the page was loaded.
pub(super) fn typed(keys: &WaitingKeys, thread: ThreadId) -> Option<String> {
    storage::typed(keys, thread)
}

/// How many messages wait in this browser, by their conversation.
pub(super) fn waiting() -> Vec<ThreadId> {
    storage::threads()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(thread: u128, key: u128, at: i64) -> Queued {
        let (thread, key) = (ThreadId::from(Uuid::from_u128(thread)), Uuid::from_u128(key));
        Queued { thread, key, at, text: String::new(), quotes: None, files: Vec::new() }
    }

    #[test]
    fn messages_wait_in_their_order_each_for_its_conversation() {
        let (one, other) = (ThreadId::from(Uuid::from_u128(1)), ThreadId::from(Uuid::from_u128(2)));
        for (key, thread) in [(1, 1), (2, 2), (3, 1)] {
            // The clock of the device goes back.
            enqueue(message(thread, key, 0), 100 - i64::try_from(key).expect("a small number"));
        }
        let keys = |thread| of(thread).into_iter().map(|message| message.key.as_u128()).collect::<Vec<_>>();
        assert_eq!((keys(one), keys(other)), (vec![1, 3], vec![2]));
        let new = merge(vec![message(1, 7, 50), message(1, 3, 101)]);
        assert_eq!(
            new.iter().map(|message| message.key.as_u128()).collect::<Vec<_>>(),
            [7],
            "what the page has is not added again"
        );
        assert_eq!(keys(one), [7, 1, 3], "what was written before comes first");
        set_aside(Uuid::from_u128(7));
        set_aside(Uuid::from_u128(1));
        assert_eq!(next(one).map(|message| message.key.as_u128()), Some(3));
        assert!(next(ThreadId::from(Uuid::from_u128(9))).is_none());
    }
}
