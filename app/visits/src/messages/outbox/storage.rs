//! What waits, in the storage of the browser: it is there again after a reload, and in another tab. Everything is encrypted with keys that only the page of its writer
//! has, so that it cannot be read after they have signed out. Works in the browser only: event handlers and effects call it.

use super::{
    Queued,
    sealed::{NONCE_BYTES, open, seal},
};
use leptos::prelude::window;
use model::chat::waiting::WaitingKeys;
use model::ids::{FileId, ThreadId};
use serde::{Deserialize, Serialize};
use std::str::FromStr as _;
use uuid::Uuid;

/// Begins the names of messages.
const MESSAGE: &str = "waiting-message ";
/// Begins the name of the text that is being written in a conversation.
const TYPED: &str = "waiting-text ";
/// What was not sent for so long is removed.
const LIFE_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// What is stored.
#[derive(Serialize, Deserialize)]
struct Item {
    thread: ThreadId,
    /// When it was written, in milliseconds of the device.
    at: i64,
    sealed: Vec<u8>,
}

/// What is encrypted of a message.
#[derive(Serialize, Deserialize)]
struct Text {
    text: String,
    quotes: Option<i64>,
    files: Vec<FileId>,
}

/// The time of the device, in milliseconds of the Unix epoch.
pub(super) fn now_ms() -> i64 {
    // The cast would overflow only in 292 million years.
    #[allow(clippy::cast_possible_truncation)]
    let now_ms = js_sys::Date::now() as i64;
    now_ms
}

/// Stores a message. If the browser stores nothing, it waits in the page only.
pub(super) fn keep(keys: &WaitingKeys, message: &Queued) {
    let Queued { thread, key, at, text, quotes, files } = message.clone();
    if let Ok(plain) = serde_json::to_vec(&Text { text, quotes, files }) {
        put(keys, format!("{MESSAGE}{key}"), (thread, at), &plain);
    }
}

/// Removes a message.
pub(super) fn remove(key: Uuid) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&format!("{MESSAGE}{key}"));
    }
}

/// The messages of a conversation that the owner of the keys wrote, in their order. Removes what has waited too long.
pub(super) fn of(keys: &WaitingKeys, thread: ThreadId) -> Vec<Queued> {
    let now = now_ms();
    let mut found = Vec::new();
    for (name, item) in items() {
        if now - item.at > LIFE_MS {
            if let Some(storage) = storage() {
                let _ = storage.remove_item(&name);
            }
            continue;
        }
        let key = name.strip_prefix(MESSAGE).and_then(|key| Uuid::from_str(key).ok());
        let Some(key) = key.filter(|_| item.thread == thread) else { continue };
        let text = open(keys, &name, &item.sealed).and_then(|plain| serde_json::from_slice::<Text>(&plain).ok());
        let Some(Text { text, quotes, files }) = text else { continue };
        found.push(Queued { thread, key, at: item.at, text, quotes, files });
    }
    found.sort_by_key(|message| message.at);
    found
}

/// Stores the text that is being written in a conversation; an empty one removes it.
pub(super) fn keep_typed(keys: &WaitingKeys, thread: ThreadId, text: &str) {
    let name = format!("{TYPED}{thread}");
    if !text.is_empty() {
        put(keys, name, (thread, now_ms()), text.as_bytes());
    } else if let Some(storage) = storage() {
        let _ = storage.remove_item(&name);
    }
}

/// The text that the owner of the keys was writing in a conversation.
pub(super) fn typed(keys: &WaitingKeys, thread: ThreadId) -> Option<String> {
    let name = format!("{TYPED}{thread}");
    let item: Item = serde_json::from_str(&storage()?.get_item(&name).ok()??).ok()?;
    String::from_utf8(open(keys, &name, &item.sealed)?).ok()
}

/// In which conversations messages wait in this browser, one for each message.
pub(super) fn threads() -> Vec<ThreadId> {
    items().into_iter().filter(|(name, _)| name.starts_with(MESSAGE)).map(|(_, item)| item.thread).collect()
}

fn put(keys: &WaitingKeys, name: String, (thread, at): (ThreadId, i64), plain: &[u8]) {
    let mut nonce = [0; NONCE_BYTES];
    let random = window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut nonce));
    let (Ok(_), Some(storage)) = (random, storage()) else { return };
    let Some(sealed) = seal(keys, nonce, &name, plain) else { return };
    if let Ok(item) = serde_json::to_string(&Item { thread, at, sealed }) {
        let _ = storage.set_item(&name, &item);
    }
}

/// All that waits in this browser, whoever wrote it, with its name.
fn items() -> Vec<(String, Item)> {
    let Some(storage) = storage() else { return Vec::new() };
    let names = (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok().flatten());
    let names: Vec<String> = names.filter(|name| name.starts_with(MESSAGE) || name.starts_with(TYPED)).collect();
    let read = |name: &str| serde_json::from_str(&storage.get_item(name).ok()??).ok();
    names.into_iter().filter_map(|name| read(&name).map(|item| (name, item))).collect()
}

/// The `localStorage`, which outlives this tab.
fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
