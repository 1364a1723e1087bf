//! The texts of this page, as it remembers them.

use crate::forms::kept::TypedDraft;
use crate::forms::typing::{DraftState, Origin, Recalled, TextKey};
use jiff::Timestamp;
use leptos::prelude::*;
use serde_json::Value;
use std::cell::RefCell;

/// One text of this page.
pub(super) struct Text {
    pub(super) origin: Origin,
    pub(super) values: Value,
    /// The number of the last change.
    pub(super) number: u32,
    /// The number of the last change that the server has saved.
    pub(super) saved: u32,
    pub(super) saved_at: Option<Timestamp>,
    /// Which confirmation of this page confirmed it last; 0 if none did.
    pub(super) confirmed: u32,
    pub(super) replaced_another: bool,
    pub(super) is_sending: bool,
    pub(super) unsent_since_ms: f64,
    pub(super) state: DraftState,
    /// Whether it was typed while the form was being submitted.
    pub(super) follows_sent: bool,
    /// The number of the change with which the form was last submitted.
    pub(super) submitted: u32,
    /// The number of the change that was handed to the browser with `sendBeacon`.
    pub(super) handed_over: u32,
}

#[derive(Default)]
pub(super) struct Page {
    pub(super) texts: Vec<Text>,
    /// How many texts the server has confirmed.
    pub(super) confirmations: u32,
    /// The values with which the forms of this page were last submitted.
    pub(super) sent: Vec<(TextKey, Value)>,
    pub(super) listens: bool,
    pub(super) reloads_when_saved: bool,
}

thread_local! {
    static PAGE: RefCell<Page> = RefCell::default();
}

pub(super) fn page<T>(act: impl FnOnce(&mut Page) -> T) -> T {
    PAGE.with_borrow_mut(act)
}

pub(super) fn text<T>(key: &TextKey, act: impl FnOnce(&mut Text) -> T) -> Option<T> {
    page(|page| page.texts.iter_mut().find(|text| text.origin.key == *key).map(act))
}

impl Text {
    pub(super) fn is_unsaved(&self) -> bool {
        self.origin.author.is_some() && self.number != self.saved
    }

    /// Returns the text to send when the page is hidden or left. Leaving a page also hides it, so each change is returned only once.
    pub(super) fn hand_over(&mut self) -> Option<TypedDraft> {
        let is_due = self.is_unsaved() && self.handed_over != self.number;
        self.handed_over = self.number;
        is_due.then(|| self.draft()).flatten()
    }

    /// The text in the form that `keep-draft` takes.
    pub(super) fn draft(&self) -> Option<TypedDraft> {
        Some(TypedDraft {
            form: self.origin.key.form.to_owned(),
            about: self.origin.key.about.clone(),
            author: self.origin.author?,
            page: self.origin.page.clone(),
            number: self.number.to_string(),
            shown: self.origin.shown.clone(),
            version: self.origin.version.clone(),
            opened_for: self.origin.opened_for.clone(),
            content: self.values.to_string(),
        })
    }
}

/// Changes the state of a text and shows it. The signal is set outside the borrow, because its effects may call this module.
pub(super) fn show(key: &TextKey, state: DraftState) {
    let shown = text(key, |text| {
        text.state = state;
        text.origin.state
    });
    if let Some(shown) = shown {
        shown.try_set(state);
    }
}

impl DraftState {
    /// Whether the text is not saved for a reason that the user should know.
    pub(super) const fn is_trouble(self) -> bool {
        matches!(self, Self::SignedOut | Self::SomebodyElse | Self::Unreachable | Self::Refused)
    }
}

/// How many texts the server has confirmed to this page. An answer that was asked for after a confirmation knows the confirmed text; one that was asked for
/// before it may not, whatever times the server's clock gave to both.
pub fn confirmations() -> u32 {
    page(|page| page.confirmations)
}

/// Returns the remembered text if the server's answer, asked for after so many confirmations, may not know it. Otherwise the server's text is newer,
/// and this one is forgotten.
pub fn recall(key: &TextKey, confirmations: Option<u32>) -> Option<Recalled> {
    page(|page| {
        let at = page.texts.iter().position(|text| text.origin.key == *key)?;
        let text = &page.texts[at];
        let is_unknown_there = text.origin.author.is_none() || text.is_unsaved() || text.is_sending || text.confirmed == 0;
        let is_newer = is_unknown_there || confirmations.is_none_or(|confirmations| text.confirmed > confirmations);
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

/// Whether there is typed text that the server does not have yet.
pub(super) fn is_unsaved() -> bool {
    page(|page| page.texts.iter().any(Text::is_unsaved))
}

/// Whether other forms have typed text that the server does not have yet.
pub fn others_unsaved(key: &TextKey) -> bool {
    page(|page| page.texts.iter().any(|text| text.is_unsaved() && text.origin.key != *key))
}

/// A new page name, for when the key of the form has been used for a submit.
pub(super) fn new_page() -> String {
    window().crypto().map(|crypto| crypto.random_uuid()).unwrap_or_default()
}
