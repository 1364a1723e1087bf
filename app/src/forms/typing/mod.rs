//! What is being typed on this page, until it is sent.
//!
//! The page remembers the text of each form from the first change on, also when the part that shows the form is replaced. For a signed-in user it sends the
//! text to the server a moment after each change, when a field is left, when the page is hidden or left, and again until the server has
//! confirmed it. Nothing is written to the browser's storage: the device may be shared.
//!
//! Browser only; on the server nobody types, and the functions do nothing.

#[cfg(feature = "hydrate")]
mod browser;

#[cfg(feature = "hydrate")]
pub(crate) use browser::{
    flush, found, number, others_unsaved, recall, reload_when_saved, sent, settled, submitted, text_is_under_way, typed,
};

use jiff::Timestamp;
use leptos::prelude::RwSignal;
use model::ids::UserId;
use serde_json::Value;

/// Which text it is: of which form, about what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TextKey {
    /// The form's name.
    pub(crate) form: &'static str,
    /// What it is about.
    pub(crate) about: String,
}

/// Where a text comes from, and how it is kept.
#[derive(Clone)]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only the browser reads it"))]
pub(crate) struct Origin {
    pub(crate) key: TextKey,
    /// Whose drafts the server keeps; none keeps the text in the page only.
    pub(crate) author: Option<UserId>,
    /// The key of the form, which names this page to the server.
    pub(crate) page: String,
    /// The page whose draft was shown, or nothing.
    pub(crate) shown: String,
    /// The version of what is changed, or nothing.
    pub(crate) version: String,
    /// Where the state of the draft is shown.
    pub(crate) state: RwSignal<DraftState>,
}

/// How the draft of a form stands.
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
        /// Another page was writing the same draft.
        replaced_another: bool,
    },
    /// The session is over.
    SignedOut,
    /// Somebody else is signed in now.
    SomebodyElse,
    /// The server does not answer.
    Unreachable,
    /// The server does not take it.
    Refused,
}

/// A text that this page remembers.
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only the browser remembers"))]
pub(crate) struct Recalled {
    pub(crate) values: Value,
    /// The version that it changes; none when it was typed while the form was being sent, and so changes what was sent.
    pub(crate) version: Option<String>,
    /// The page that wrote it.
    pub(crate) page: String,
    /// When the server last confirmed it.
    pub(crate) saved_at: Option<Timestamp>,
}

#[cfg(not(feature = "hydrate"))]
mod nobody {
    use super::{Origin, Recalled, TextKey};
    use jiff::Timestamp;
    use serde_json::Value;

    pub(crate) fn typed(_origin: &Origin, _values: Value) {}

    pub(crate) fn found(_origin: &Origin, _values: Value) {}

    pub(crate) fn recall(_key: &TextKey, _read_at: Option<Timestamp>) -> Option<Recalled> {
        None
    }

    pub(crate) fn number(_key: &TextKey) -> u32 {
        0
    }

    pub(crate) fn submitted(_key: &TextKey, _number: u32) {}

    pub(crate) fn sent(_key: &TextKey, _number: u32) -> bool {
        true
    }

    pub(crate) fn others_unsaved(_key: &TextKey) -> bool {
        false
    }

    pub(crate) fn text_is_under_way() -> bool {
        false
    }

    pub(crate) fn flush() {}

    pub(crate) async fn settled() {}
}

#[cfg(not(feature = "hydrate"))]
pub(crate) use nobody::{flush, found, number, others_unsaved, recall, sent, settled, submitted, text_is_under_way, typed};
