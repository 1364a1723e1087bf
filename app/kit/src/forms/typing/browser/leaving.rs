//! Keeps a text from being lost when the page is hidden or left.

use super::sending::{flush, is_visible};
use super::texts::{Text, page};
use crate::forms::kept::{KeepDraft, TypedDraft};
use crate::viewer::device_ms;
use leptos::prelude::*;
use server_fn::ServerFn;
use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;

/// The `sessionStorage` key for the time (in milliseconds) at which a page that was left handed text to the browser. The text is never stored there.
const UNDER_WAY: &str = "draft-under-way";
/// After this time, text that was handed over has arrived.
const ARRIVES_WITHIN_MS: i64 = 10_000;

/// Registers the listeners for the page being hidden, left, or shown again. Called at the first change.
pub(super) fn listen() {
    if page(|page| std::mem::replace(&mut page.listens, true)) {
        return;
    }
    // The listeners are never removed: they live as long as the page.
    let _ = window_event_listener_untyped("pagehide", |_| hand_over());
    let _ = window_event_listener_untyped("visibilitychange", |_| if is_visible() { flush() } else { hand_over() });
    let _ = window_event_listener_untyped("focus", |_| flush());
    let _ = window_event_listener_untyped("online", |_| flush());
    let _ = window_event_listener_untyped("beforeunload", |event| {
        let in_trouble = |text: &Text| text.is_unsaved() && text.state.is_trouble();
        if page(|page| page.texts.iter().any(in_trouble) && !page.reloads_when_saved) {
            // Makes the browser ask the user whether to leave.
            event.prevent_default();
        }
        // Before the next page is asked for, so that the text is there first. A busy browser may also skip `pagehide`: it waits for it half a second.
        hand_over();
    });
}

/// Hands unsaved text to the browser (`sendBeacon`), which sends it even after the page is gone. There is no answer, so the text counts as unsaved
/// and is sent again if the page stays.
fn hand_over() {
    let drafts: Vec<TypedDraft> = page(|page| page.texts.iter_mut().filter_map(Text::hand_over).collect());
    if let (false, Some(storage)) = (drafts.is_empty(), storage()) {
        // If this fails, the text comes back only when the page is loaded again.
        let _ = storage.set_item(UNDER_WAY, &device_ms().to_string());
    }
    for draft in drafts {
        if let Ok(fields) = fields_of(&draft) {
            // The browser may refuse, e.g. because the text is too long; then only the normal sending remains.
            let _ = window().navigator().send_beacon_with_opt_url_search_params(<KeepDraft as ServerFn>::PATH, Some(&fields));
        }
    }
}

/// Whether the previous page handed text over a moment ago when it was left: the server may have rendered this page before that text arrived.
pub fn text_is_under_way() -> bool {
    let Some(storage) = storage() else { return false };
    let Some(since_ms) = storage.get_item(UNDER_WAY).ok().flatten().and_then(|time| time.parse::<i64>().ok()) else {
        return false;
    };
    let is_recent = device_ms() - since_ms < ARRIVES_WITHIN_MS;
    if !is_recent {
        let _ = storage.remove_item(UNDER_WAY);
    }
    is_recent
}

/// The `sessionStorage` of this tab.
fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

fn fields_of(draft: &TypedDraft) -> Result<UrlSearchParams, JsValue> {
    let fields = UrlSearchParams::new()?;
    for (name, value) in [
        ("form", draft.form.as_str()),
        ("about", &draft.about),
        ("author", &draft.author.to_string()),
        ("page", &draft.page),
        ("number", &draft.number),
        ("shown", &draft.shown),
        ("version", &draft.version),
        ("opened_for", &draft.opened_for),
        ("content", &draft.content),
    ] {
        fields.append(name, value);
    }
    Ok(fields)
}
