//! Sends the texts of this page to the server, again and again until it has them.

use super::texts::{Text, is_unsaved, new_page, page, show, text};
use crate::failure::{Cause, Failure};
use crate::forms::kept::{DraftAnswer, keep_draft};
use crate::forms::typing::{DraftState, TextKey};
use jiff::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::errors::{Code, Kind};
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;
use web_sys::VisibilityState;

/// How long after a failure the text is sent again.
const AGAIN: Duration = Duration::from_secs(5);
/// How long a submit waits for the drafts of other forms.
const LONGEST_WAIT_MS: f64 = 3_000.0;

/// Sends every text that the server does not have yet.
pub fn flush() {
    let keys: Vec<TextKey> =
        page(|page| page.texts.iter().filter(|text| text.is_unsaved()).map(|text| text.origin.key.clone()).collect());
    keys.into_iter().for_each(send);
}

/// Waits until the server has every text, or the rest cannot be saved now, at most `LONGEST_WAIT_MS`.
pub async fn settled() {
    const STEP_MS: i32 = 30;
    flush();
    let began_ms = js_sys::Date::now();
    let waits = || page(|page| page.texts.iter().any(|text| text.is_unsaved() && !text.state.is_trouble()));
    while waits() && js_sys::Date::now() - began_ms < LONGEST_WAIT_MS {
        let moment = js_sys::Promise::new(&mut |resolve, _| {
            // If the timer cannot be set, the wait is only shorter.
            let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, STEP_MS);
        });
        if JsFuture::from(moment).await.is_err() {
            return;
        }
    }
}

/// Records that the form was submitted with this change, and forgets the text. If more was typed since, keeps it as a new draft and returns false.
pub fn sent(key: &TextKey, number: u32) -> bool {
    let is_newer = text(key, |text| text.number != number) == Some(true);
    if is_newer {
        text(key, |text| {
            text.follows_sent = true;
            text.origin.page = new_page();
        });
        send(key.clone());
    } else {
        page(|page| {
            if let Some(at) = page.texts.iter().position(|text| text.origin.key == *key) {
                let Text { origin, values, .. } = page.texts.remove(at);
                page.sent.retain(|(other, _)| *other != origin.key);
                page.sent.push((origin.key, values));
            }
        });
    }
    !is_newer
}

/// Sends a text, unless it is being sent already.
pub(super) fn send(key: TextKey) {
    let begun = text(&key, |text| {
        if !text.is_unsaved() || std::mem::replace(&mut text.is_sending, true) {
            return None;
        }
        text.draft().map(|draft| (draft, text.number))
    });
    let Some((draft, number)) = begun.flatten() else { return };
    spawn_local(async move {
        let page = draft.page.clone();
        let answer = keep_draft(draft).await;
        text(&key, |text| text.is_sending = false);
        match answer {
            Ok(DraftAnswer::Saved { at, replaced_another }) => saved(&key, number, at, replaced_another),
            Ok(DraftAnswer::Closed) => {
                // The form with this key was submitted, from here or from another page. If the text changed after that submit, it is a new draft.
                // Otherwise it is the submitted text itself, and the submit's answer, which is still to come, will forget it.
                let was_typed_since = text(&key, |text| {
                    let is_newer = text.number > text.submitted;
                    if is_newer && text.origin.page == page {
                        text.origin.page = new_page();
                    }
                    is_newer
                });
                if was_typed_since == Some(true) {
                    send(key);
                }
            }
            Err(failure) => failed(key, &failure),
        }
    });
}

fn saved(key: &TextKey, number: u32, at: Timestamp, replaced_another: bool) {
    let confirmed = page(|page| {
        page.confirmations += 1;
        page.confirmations
    });
    let state = text(key, |text| {
        text.confirmed = confirmed;
        text.saved = text.saved.max(number);
        text.saved_at = Some(at);
        text.replaced_another |= replaced_another;
        if text.is_unsaved() {
            text.unsent_since_ms = js_sys::Date::now();
            DraftState::Unsaved
        } else {
            DraftState::Saved { at, replaced_another: text.replaced_another }
        }
    });
    if let Some(state) = state {
        show(key, state);
    }
    if page(|page| page.reloads_when_saved) && !is_unsaved() {
        reload();
    }
}

fn failed(key: TextKey, failure: &Failure) {
    let state = match failure.cause {
        Cause::Unreachable => DraftState::Unreachable,
        Cause::Code(Code::SignInNeeded) => DraftState::SignedOut,
        Cause::Code(Code::Forbidden) => DraftState::SomebodyElse,
        Cause::Code(code) => match code.kind() {
            Kind::TooSlow | Kind::TooMany | Kind::Retry | Kind::Busy | Kind::Unavailable | Kind::Internal => {
                DraftState::Unreachable
            }
            _ => DraftState::Refused,
        },
    };
    show(&key, state);
    if state != DraftState::Refused {
        let again = move || {
            if is_visible() {
                send(key);
            }
        };
        set_timeout(again, AGAIN);
    }
}

/// Called when the session has ended: reloads the page, which leads to the sign-in page, but only once the server has every text.
pub fn reload_when_saved() {
    if !is_unsaved() {
        reload();
        return;
    }
    page(|page| page.reloads_when_saved = true);
    flush();
}

fn reload() {
    // If the reload fails, the next click shows it.
    let _ = window().location().reload();
}

pub(super) fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}
