//! What a form is rendered with: its idempotency key, its kept draft and, after a failure without wasm, the posted values.

use crate::failure::Failure;
use jiff::Timestamp;
use leptos::prelude::*;
use model::ids::UserId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a form starts with. It travels as a resource, so it is the same in server rendering and hydration.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct FormStart {
    /// 128 random bits in hexadecimal.
    pub idempotency_key: String,
    /// The posted values when the form was refused, or what a button has filled in.
    pub values: Option<Value>,
    /// Why it was refused, or why those values are no longer available.
    pub failure: Option<Failure>,
    /// The patient for whom the form was opened when it was posted; none when the form is new.
    pub opened_for: Option<String>,
    /// The signed-in user, whose drafts are kept.
    pub author: Option<UserId>,
    /// The author's draft that was not sent yet.
    pub kept: Option<KeptDraft>,
    /// How many texts the server had confirmed to this page when the browser asked for this, see [`super::typing::confirmations`].
    #[serde(skip)]
    pub confirmations: u32,
}

/// A draft that was not sent yet.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptDraft {
    /// The typed values.
    pub values: Value,
    /// The version of the edited thing that the form showed.
    pub version: String,
    /// The page that wrote it (the key of its form).
    pub page: String,
    /// When it was last changed.
    pub saved_at: Timestamp,
}

/// Starts a form: makes its idempotency key and loads its drafts.
///
/// # Errors
/// When the server cannot be reached. An expired draft is not an error of this call: it is part of the answer.
#[server(prefix = "/do", endpoint = "start-form")]
pub async fn start_form(
    /// The form's name.
    form: String,
    /// The id of the draft of a refused post.
    draft: Option<String>,
    /// The subject of the kept draft, when the form has one.
    about: Option<String>,
) -> Result<FormStart, Failure> {
    let request = crate::request::RequestContext::current().ok_or(model::errors::Code::Internal)?;
    let mut start = FormStart {
        idempotency_key: request.token(),
        values: None,
        failure: None,
        opened_for: None,
        author: request.access.acting().ok().map(|acting| acting.user),
        kept: None,
        confirmations: 0,
    };
    if let (Some(about), Some(_)) = (about, start.author) {
        start.kept = super::kept::load(&form, &about).await?;
    }
    if let Some(id) = draft {
        match super::ssr::load_draft(&form, &id).await {
            Ok(draft) => {
                start.values = Some(draft.values);
                start.failure = draft.failure;
                start.opened_for = Some(draft.opened_for);
            }
            Err(failure) => {
                // A page may have several forms: a draft of another form is not an error for this one.
                let is_of_another = domain::drafts::exists(&request.domain, &id).await?;
                start.failure = (!is_of_another).then_some(failure);
            }
        }
    }
    Ok(start)
}
