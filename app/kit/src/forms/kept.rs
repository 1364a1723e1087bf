//! Drafts that are kept on the server while their author types: the server functions, and their server-side implementation.

use super::{FormReply, FormValues, Keep, Posted};
use crate::failure::Failure;
use jiff::Timestamp;
use leptos::prelude::*;
use model::ids::UserId;
use serde::{Deserialize, Serialize};

/// The result of sending a draft to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DraftAnswer {
    /// The draft is saved.
    Saved {
        /// When it was saved.
        at: Timestamp,
        /// Whether it replaced text that another page had written in the meantime.
        replaced_another: bool,
    },
    /// Not saved: the form of this page was already submitted, or its draft discarded.
    Closed,
}

/// A draft as the page sends it. The fields are strings, because `serde_qs` reads flattened fields as strings only.
#[derive(Clone, Serialize, Deserialize)]
pub struct TypedDraft {
    /// The form's name.
    pub form: String,
    /// The subject of the draft.
    pub about: String,
    /// The author: the user for whom the page was rendered.
    pub author: UserId,
    /// The key of the form, which identifies the page.
    pub page: String,
    /// The number of the change within the page.
    pub number: String,
    /// The page whose draft the form shows; empty when it shows none.
    pub shown: String,
    /// The version of the edited thing that the form shows; empty when it edits nothing that exists.
    pub version: String,
    /// The patient for whom the form was opened; empty when its user acted for nobody.
    #[serde(default)]
    pub opened_for: String,
    /// The form's values, as JSON.
    pub content: String,
}

impl std::fmt::Debug for TypedDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TypedDraft").field("form", &self.form).finish_non_exhaustive()
    }
}

/// Saves what the author has typed so far.
///
/// # Errors
/// `SignInNeeded` when the session has ended; `Forbidden` when another user is signed in now; `OpenedForAnother` when the author may no longer act for the
/// patient for whom the form was opened; `NotFound`, `BodyTooLarge`, `BodyMalformed`.
#[server(prefix = "/do", endpoint = "keep-draft")]
pub async fn keep_draft(
    /// The draft.
    #[server(flatten)]
    draft: TypedDraft,
) -> Result<DraftAnswer, Failure> {
    crate::failure::answered(on_server::keep(draft).await)
}

/// Identifies the draft to discard.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DiscardValues {
    /// The form's name.
    pub form: String,
    /// The subject of the draft.
    pub about: String,
    /// The page that wrote it.
    pub shown: String,
}

impl FormValues for DiscardValues {
    const FORM: &'static str = "forms.discard_draft";
    const KEEP: Keep = Keep::Nowhere;
}

/// Discards a draft and returns to its form.
///
/// # Errors
/// `SignInNeeded`, `NotFound`.
#[server(prefix = "/do", endpoint = "discard-draft")]
pub async fn discard_draft(
    /// The posted form.
    #[server(flatten)]
    form: Posted<DiscardValues>,
) -> Result<FormReply, Failure> {
    let values = &form.values;
    let outcome = close(&values.form, &values.about, &form.idempotency_key, &values.shown).await;
    let back = form.back().to_owned();
    form.answer(outcome.map(|()| FormReply::to(back))).await
}

#[cfg(feature = "ssr")]
pub(super) use on_server::{close, load};

#[cfg(feature = "ssr")]
mod on_server {
    use super::{DraftAnswer, Failure, TypedDraft};
    use crate::forms::KeptDraft;
    use crate::request::RequestContext;
    use domain::access::{Access, Actor};
    use domain::drafts::{self, Keep, Outcome};
    use model::{drafts::DraftSubject, errors::Code};

    /// Saves a draft of the signed-in author.
    pub(super) async fn keep(draft: TypedDraft) -> domain::Result<DraftAnswer> {
        let request = RequestContext::current().ok_or(Code::Internal)?;
        // One user's text must not be saved in the account of another user who signed in on the same device.
        if request.access.acting()?.user != draft.author {
            return Err(Code::Forbidden.into());
        }
        let access = for_whom_it_was_opened(&request, &draft.opened_for)?;
        let TypedDraft { form, page, version, content, shown, .. } = draft;
        let subject = draft.about.parse().map_err(|_| Code::BodyMalformed)?;
        let number = draft.number.parse().map_err(|_| Code::BodyMalformed)?;
        let shown = Some(shown).filter(|shown| !shown.is_empty());
        let keep = Keep { form, subject, page, number, shown, version, content };
        Ok(match drafts::keep(&request.domain, &access, keep).await? {
            Outcome::Saved { at, replaced_another } => DraftAnswer::Saved { at, replaced_another },
            Outcome::Closed => DraftAnswer::Closed,
        })
    }

    /// The access of the author as they act for the patient for whom the form was opened. Their session may have been switched to another patient in another
    /// tab; the text still is about the first, so it is kept there, as long as they may act for that patient.
    fn for_whom_it_was_opened(request: &RequestContext, opened_for: &str) -> domain::Result<Access> {
        let mut access = request.access.clone();
        if let Actor::User(acting) = &mut access.actor
            && !opened_for.is_empty()
            && acting.patient.is_none_or(|patient| patient.to_string() != opened_for)
        {
            let held =
                request.viewer.who.iter().flat_map(|who| &who.patients).find(|held| held.patient.to_string() == opened_for);
            acting.patient = Some(held.ok_or(Code::OpenedForAnother)?.patient);
        }
        Ok(access)
    }

    /// The author's draft, if there is one.
    pub(in crate::forms) async fn load(form: &str, about: &str) -> Result<Option<KeptDraft>, Failure> {
        let request = RequestContext::require()?;
        let Ok(subject) = about.parse() else { return Ok(None) };
        let kept = drafts::load_kept(&request.domain, &request.access, form, &subject).await?;
        // Content of an older version of the form that cannot be parsed any more is ignored.
        Ok(kept.and_then(|kept| {
            let values = serde_json::from_str(&kept.content).ok()?;
            Some(KeptDraft { values, version: kept.version, page: kept.page, saved_at: kept.saved_at })
        }))
    }

    /// Closes the draft of a page.
    pub(in crate::forms) async fn close(form: &str, about: &str, page: &str, shown: &str) -> Result<(), Failure> {
        let request = RequestContext::require()?;
        let subject: DraftSubject = about.parse().map_err(|_| Code::NotFound)?;
        let shown = Some(shown).filter(|shown| !shown.is_empty());
        Ok(drafts::close(&request.domain, &request.access, form, &subject, page, shown).await?)
    }
}
