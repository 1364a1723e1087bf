//! Keeps the texts of this page and sends them to the server.

use super::{DraftState, Origin, Recalled, TextKey};
use crate::failure::{Cause, Failure};
use crate::forms::kept::{DraftAnswer, KeepDraft, TypedDraft, keep_draft};
use jiff::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::errors::{Code, Kind};
use serde_json::Value;
use server_fn::ServerFn;
use std::cell::RefCell;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{UrlSearchParams, VisibilityState};

/// A text is sent once typing has paused for this long.
const PAUSE: Duration = Duration::from_secs(1);
/// While typing goes on, a text is sent at the latest this long after its first unsent change.
const LONGEST_UNSENT_MS: f64 = 5_000.0;
/// How long after a failure the text is sent again.
const AGAIN: Duration = Duration::from_secs(5);
/// How long a submit waits for the drafts of other forms.
const LONGEST_WAIT_MS: f64 = 3_000.0;

/// One text of this page.
struct Text {
    origin: Origin,
    values: Value,
    /// The number of the last change.
    number: u32,
    /// The number of the last change that the server has saved.
    saved: u32,
    saved_at: Option<Timestamp>,
    replaced_another: bool,
    is_sending: bool,
    unsent_since_ms: f64,
    state: DraftState,
    /// Whether it was typed while the form was being submitted.
    follows_sent: bool,
    /// The number of the change with which the form was last submitted.
    submitted: u32,
    /// The number of the change that was handed to the browser with `sendBeacon`.
    handed_over: u32,
}

#[derive(Default)]
struct Page {
    texts: Vec<Text>,
    /// The values with which the forms of this page were last submitted.
    sent: Vec<(TextKey, Value)>,
    listens: bool,
    reloads_when_saved: bool,
}

thread_local! {
    static PAGE: RefCell<Page> = RefCell::default();
}

/// The `sessionStorage` key for the time (in milliseconds) at which a page that was left handed text to the browser. The text is never stored there.
const UNDER_WAY: &str = "draft-under-way";
/// After this time, text that was handed over has arrived.
const ARRIVES_WITHIN_MS: f64 = 10_000.0;

fn page<T>(act: impl FnOnce(&mut Page) -> T) -> T {
    PAGE.with_borrow_mut(act)
}

fn text<T>(key: &TextKey, act: impl FnOnce(&mut Text) -> T) -> Option<T> {
    page(|page| page.texts.iter_mut().find(|text| text.origin.key == *key).map(act))
}

impl Text {
    fn is_unsaved(&self) -> bool {
        self.origin.author.is_some() && self.number != self.saved
    }

    /// Returns the text to send when the page is hidden or left. Leaving a page also hides it, so each change is returned only once.
    fn hand_over(&mut self) -> Option<TypedDraft> {
        let is_due = self.is_unsaved() && self.handed_over != self.number;
        self.handed_over = self.number;
        is_due.then(|| self.draft()).flatten()
    }

    /// The text in the form that `keep-draft` takes.
    fn draft(&self) -> Option<TypedDraft> {
        Some(TypedDraft {
            form: self.origin.key.form.to_owned(),
            about: self.origin.key.about.clone(),
            author: self.origin.author?,
            page: self.origin.page.clone(),
            number: self.number.to_string(),
            shown: self.origin.shown.clone(),
            version: self.origin.version.clone(),
            content: self.values.to_string(),
        })
    }
}

/// Changes the state of a text and shows it. The signal is set outside the borrow, because its effects may call this module.
fn show(key: &TextKey, state: DraftState) {
    let shown = text(key, |text| {
        text.state = state;
        text.origin.state
    });
    if let Some(shown) = shown {
        shown.try_set(state);
    }
}

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

impl DraftState {
    /// Whether the text is not saved for a reason that the user should know.
    const fn is_trouble(self) -> bool {
        matches!(self, Self::SignedOut | Self::SomebodyElse | Self::Unreachable | Self::Refused)
    }
}

/// Returns the remembered text if it is newer than the server's answer of `read_at`. Otherwise the server's text is newer, and this one is forgotten.
pub fn recall(key: &TextKey, read_at: Option<Timestamp>) -> Option<Recalled> {
    page(|page| {
        let at = page.texts.iter().position(|text| text.origin.key == *key)?;
        let text = &page.texts[at];
        let is_newer = match (text.saved_at, read_at) {
            _ if text.origin.author.is_none() || text.is_unsaved() || text.is_sending => true,
            (Some(saved_at), Some(read_at)) => saved_at > read_at,
            (Some(_) | None, _) => true,
        };
        if !is_newer {
            page.texts.remove(at);
            return None;
        }
        Some(Recalled {
            values: text.values.clone(),
            version: (!text.follows_sent).then(|| text.origin.version.clone()),
            page: text.origin.page.clone(),
            saved_at: text.saved_at,
        })
    })
}

/// Returns the number of the last change of a text, 0 if there is none.
pub fn number(key: &TextKey) -> u32 {
    text(key, |text| text.number).unwrap_or(0)
}

/// Records that the form is being submitted with this change.
pub fn submitted(key: &TextKey, number: u32) {
    text(key, |text| text.submitted = number);
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

/// A new page name, for when the key of the form has been used for a submit.
fn new_page() -> String {
    window().crypto().map(|crypto| crypto.random_uuid()).unwrap_or_default()
}

/// Whether there is typed text that the server does not have yet.
pub fn is_unsaved() -> bool {
    page(|page| page.texts.iter().any(Text::is_unsaved))
}

/// Whether other forms have typed text that the server does not have yet.
pub fn others_unsaved(key: &TextKey) -> bool {
    page(|page| page.texts.iter().any(|text| text.is_unsaved() && text.origin.key != *key))
}

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

/// Sends a text, unless it is being sent already.
fn send(key: TextKey) {
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
    let state = text(key, |text| {
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
            Kind::TooMany | Kind::Retry | Kind::Unavailable | Kind::Internal => DraftState::Unreachable,
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

fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Registers the listeners for the page being hidden, left, or shown again. Called at the first change.
fn listen() {
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
        let _ = storage.set_item(UNDER_WAY, &js_sys::Date::now().to_string());
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
    let Some(since_ms) = storage.get_item(UNDER_WAY).ok().flatten().and_then(|time| time.parse::<f64>().ok()) else {
        return false;
    };
    let is_recent = js_sys::Date::now() - since_ms < ARRIVES_WITHIN_MS;
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
        ("content", &draft.content),
    ] {
        fields.append(name, value);
    }
    Ok(fields)
}
