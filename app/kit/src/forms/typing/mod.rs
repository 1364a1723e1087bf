//! The text being typed on this page, until it is sent.
//!
//! The page remembers the text of each form from the first change on, even when the component that shows the form is replaced. For a signed-in user
//! it sends the text to the server a moment after each change, when a field is left, when the page is hidden or left, and again until the server has
//! confirmed it. The text is never written to the browser's storage: the device may be shared.
//!
//! Works in the browser only; on the server the functions do nothing.

#[cfg(feature = "hydrate")]
mod browser;

#[cfg(feature = "hydrate")]
pub use browser::{
    confirmations, flush, found, number, others_unsaved, recall, reload_when_saved, sent, settled, submitted, text_is_under_way,
    typed,
};

use jiff::Timestamp;
use leptos::prelude::RwSignal;
use model::ids::UserId;
use serde_json::Value;

/// Identifies a text: its form and its subject.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextKey {
    /// The form's name.
    pub form: &'static str,
    /// The subject of its draft.
    pub about: String,
}

/// Where a text comes from, and how it is kept.
#[derive(Clone)]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only the browser reads it"))]
pub struct Origin {
    /// Identifies the text.
    pub key: TextKey,
    /// The signed-in author, whose draft the server keeps; with none, the text stays in the page only.
    pub author: Option<UserId>,
    /// The key of the form, which identifies this page to the server.
    pub page: String,
    /// The page whose draft the form shows; empty when it shows none.
    pub shown: String,
    /// The version of the edited thing; empty when there is none.
    pub version: String,
    /// The patient for whom the form was opened; empty when its user acts for nobody.
    pub opened_for: String,
    /// Where the state of the draft is shown.
    pub state: RwSignal<DraftState>,
}

/// The state of a form's draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DraftState {
    /// Nothing was typed yet.
    #[default]
    Untouched,
    /// Something was typed that the server does not have yet.
    Unsaved,
    /// The server has all of it.
    Saved {
        /// When it was saved.
        at: Timestamp,
        /// Whether it replaced text that another page had written to the same draft.
        replaced_another: bool,
    },
    /// The session has ended.
    SignedOut,
    /// Another user is signed in now.
    SomebodyElse,
    /// The server does not answer.
    Unreachable,
    /// The server refuses the text.
    Refused,
}

/// A text that this page remembers.
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only the browser remembers"))]
pub struct Recalled {
    /// The values of the form.
    pub values: Value,
    /// The version that it is based on; none when it was typed during a submit, and so is based on the submitted values.
    pub version: Option<String>,
    /// The page that wrote it (the key of its form).
    pub page: String,
    /// When the server last confirmed it.
    pub saved_at: Option<Timestamp>,
}

#[cfg(not(feature = "hydrate"))]
#[allow(missing_docs, reason = "the browser's functions of these names are documented")]
mod nobody {
    use super::{Origin, Recalled, TextKey};
    use serde_json::Value;

    pub fn typed(_origin: &Origin, _values: Value) {}

    pub fn found(_origin: &Origin, _values: Value) {}

    pub fn recall(_key: &TextKey, _confirmations: Option<u32>) -> Option<Recalled> {
        None
    }

    pub fn confirmations() -> u32 {
        0
    }

    pub fn number(_key: &TextKey) -> u32 {
        0
    }

    pub fn submitted(_key: &TextKey, _number: u32) {}

    pub fn sent(_key: &TextKey, _number: u32) -> bool {
        true
    }

    pub fn others_unsaved(_key: &TextKey) -> bool {
        false
    }

    pub fn text_is_under_way() -> bool {
        false
    }

    pub fn flush() {}

    pub async fn settled() {}
}

#[cfg(not(feature = "hydrate"))]
pub use nobody::{
    confirmations, flush, found, number, others_unsaved, recall, sent, settled, submitted, text_is_under_way, typed,
};
