//! Keeps the texts of this page and sends them to the server.

mod leaving;
mod sending;
mod texts;

pub use leaving::text_is_under_way;
pub use sending::{flush, reload_when_saved, sent, settled};
pub use texts::{confirmations, number, others_unsaved, recall, submitted};

use super::{DraftState, Origin};
use leaving::listen;
use leptos::prelude::*;
use sending::send;
use serde_json::Value;
use std::time::Duration;
use texts::{Text, page, show, text};

/// A text is sent once typing has paused for this long.
const PAUSE: Duration = Duration::from_secs(1);
/// While typing goes on, a text is sent at the latest this long after its first unsent change.
const LONGEST_UNSENT_MS: f64 = 5_000.0;

/// Remembers the current values of a form.
pub fn typed(origin: &Origin, values: Value) {
    listen();
    let change = page(|page| {
        if let Some(text) = page.texts.iter_mut().find(|text| text.origin.key == origin.key) {
            text.origin = origin.clone();
            text.follows_sent = false;
            if text.values == values {
                return None;
            }
            if text.number == text.saved {
                text.unsent_since_ms = js_sys::Date::now();
            }
            text.values = values;
            text.number += 1;
            return Some(text.number);
        }
        page.texts.push(Text {
            origin: origin.clone(),
            values,
            number: 1,
            saved: 0,
            saved_at: None,
            confirmed: 0,
            replaced_another: false,
            is_sending: false,
            unsent_since_ms: js_sys::Date::now(),
            state: DraftState::Untouched,
            follows_sent: false,
            submitted: 0,
            handed_over: 0,
        });
        Some(1)
    });
    let Some(number) = change else { return };
    if origin.author.is_none() {
        return;
    }
    // A problem stays visible until it is solved.
    if text(&origin.key, |text| !text.state.is_trouble()) == Some(true) {
        show(&origin.key, DraftState::Unsaved);
    }
    let key = origin.key.clone();
    let after_a_pause = move || {
        let is_due = text(&key, |text| text.number == number || js_sys::Date::now() - text.unsent_since_ms > LONGEST_UNSENT_MS);
        if is_due == Some(true) {
            send(key);
        }
    };
    set_timeout(after_a_pause, PAUSE);
}

/// Remembers values that a form has after rendering but was not rendered with: they were typed before hydration, or the browser restored them. After
/// a submit the fields hold the submitted values until the page has reloaded its data; those are not remembered.
pub fn found(origin: &Origin, values: Value) {
    if !page(|page| page.sent.iter().any(|(key, sent)| *key == origin.key && *sent == values)) {
        typed(origin, values);
    }
}
