//! What a form sends and what it gets back.

use model::errors::Code;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::str::FromStr;

/// Where a form's text is kept while the user types, until the form is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// On the server, encrypted, for a signed-in user; otherwise in the page.
    OnServer,
    /// In the page only: it survives navigation within the site, and is lost when the page is closed or reloaded.
    InPage,
    /// Nowhere: a search, or a form that has only buttons and choices.
    Nowhere,
}

/// The values of one form: a struct of strings (see the module), with `#[serde(default)]` so that an absent field is empty.
pub trait FormValues: Clone + Default + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The form's name, `area.action`; only the form of this name shows its drafts.
    const FORM: &'static str;
    /// Top-level fields that are never stored and never shown again: passwords and codes.
    const SECRETS: &'static [&'static str] = &[];
    /// Where the form's text is kept while the user types.
    const KEEP: Keep = if Self::SECRETS.is_empty() { Keep::OnServer } else { Keep::InPage };
    /// Whether the draft is deleted once the form was sent. False for a form whose text the next page still needs.
    const SENT_IS_DONE: bool = true;
}

/// A submitted form: the typed values and the hidden inputs.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "V: DeserializeOwned"))]
pub struct Posted<V> {
    /// The typed values.
    #[serde(flatten)]
    pub values: V,
    /// Made when the form was rendered; the same for each repeat of one submit. Empty if a script posted without it.
    #[serde(default)]
    pub idempotency_key: String,
    /// The version of the edited thing that the form showed. Empty when the form edits nothing that exists.
    #[serde(default)]
    pub version: String,
    /// The page of the form, to return to after a failure.
    #[serde(default)]
    pub back: String,
    /// The subject of the form's draft. Empty when no draft of it is kept on the server.
    #[serde(default)]
    pub draft_of: String,
    /// The page whose draft was shown in the form.
    #[serde(default)]
    pub draft_shown: String,
    /// The patient for whom the form was opened. Empty when its user acted for nobody, or a script posted without it.
    #[serde(default, deserialize_with = "super::opened_for::read")]
    pub opened_for: String,
}

impl<V> Posted<V> {
    /// The version that the form showed.
    ///
    /// # Errors
    /// `Stale` if the form showed none, or text that is not an `N`.
    pub fn version<N: FromStr>(&self) -> Result<N, Code> {
        self.version.parse().map_err(|_| Code::Stale)
    }

    /// The page of the form; `/` if the address is not one of this site.
    #[must_use]
    pub fn back(&self) -> &str {
        crate::address::local_path(&self.back).unwrap_or("/")
    }
}

/// Hides the values, which may be medical or secret.
impl<V> std::fmt::Debug for Posted<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Posted").finish_non_exhaustive()
    }
}

/// The reply to a form that succeeded: where to go next. Only the answer to an app leads to another site, to an address that is registered for the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormReply {
    /// The next page.
    pub next: String,
    /// Whether to load the page from the server instead of navigating in place, because the viewer changed, for example by signing in or out.
    pub reload: bool,
}

impl FormReply {
    /// Navigates to this page.
    #[must_use]
    pub fn to(next: impl Into<String>) -> Self {
        Self { next: next.into(), reload: false }
    }

    /// Loads this page from the server, because the viewer has changed.
    #[must_use]
    pub fn fresh(next: impl Into<String>) -> Self {
        Self { next: next.into(), reload: true }
    }
}
