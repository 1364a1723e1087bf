//! What a form sends and what comes back.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Where the text of a form is kept while it is typed, until the form is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// On the server, encrypted, for a signed-in user; else in the page.
    OnServer,
    /// In the page only: it comes back after going to another page and back, and is gone with the page.
    InPage,
    /// Not at all: a search, or a form that has only buttons and choices.
    Nowhere,
}

/// What is typed into one form: a struct of texts (see the module), `#[serde(default)]` so that an absent field is empty.
pub trait FormValues: Clone + Default + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The form's name, `area.action`; a draft is shown only by the form that it came from.
    const FORM: &'static str;
    /// Top-level fields that are never kept and never shown again: passwords and codes.
    const SECRETS: &'static [&'static str] = &[];
    /// Where its text is kept while it is typed.
    const KEEP: Keep = if Self::SECRETS.is_empty() { Keep::OnServer } else { Keep::InPage };
    /// Whether the draft has done its work once the form was sent. Not so for a form whose text the next page still needs.
    const SENT_IS_DONE: bool = true;
}

/// A form as it arrives: the typed values and what the form itself carries.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "V: DeserializeOwned"))]
pub struct Posted<V> {
    /// What was typed.
    #[serde(flatten)]
    pub values: V,
    /// Made when the form was rendered; the same for each repeat of one submit. Empty when a script left it out.
    #[serde(default)]
    pub idempotency_key: String,
    /// The version of what is changed, as the form showed it. Empty when the form changes nothing that exists.
    #[serde(default)]
    pub version: String,
    /// The page of the form, to come back to after a failure.
    #[serde(default)]
    pub back: String,
    /// What the form's draft is about. Empty when no draft of it is kept.
    #[serde(default)]
    pub draft_of: String,
    /// The page whose draft was shown in the form.
    #[serde(default)]
    pub draft_shown: String,
}

impl<V> Posted<V> {
    /// The version that the form showed, if it is one.
    #[must_use]
    pub fn version(&self) -> Option<i64> {
        self.version.parse().ok()
    }

    /// The page of the form; what is not one of our pages becomes the first page.
    #[must_use]
    pub fn back(&self) -> &str {
        super::local_path(&self.back).unwrap_or("/")
    }
}

/// Typed values may be medical or secret.
impl<V> std::fmt::Debug for Posted<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Posted").finish_non_exhaustive()
    }
}

/// The form did what it should: where to go now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormReply {
    /// The next page, a path of ours.
    pub next: String,
    /// Load it anew instead of navigating in place: after signing in or out, when the viewer is another.
    pub reload: bool,
}

impl FormReply {
    /// Go to this page.
    #[must_use]
    pub fn to(next: impl Into<String>) -> Self {
        Self { next: next.into(), reload: false }
    }

    /// Load this page anew, because who looks at it has changed.
    #[must_use]
    pub fn fresh(next: impl Into<String>) -> Self {
        Self { next: next.into(), reload: true }
    }
}
