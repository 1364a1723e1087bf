//! What a form is rendered with: its idempotency key, the draft that is kept of it and, after a failure without wasm, what was posted.

use crate::failure::Failure;
use jiff::Timestamp;
use leptos::prelude::*;
use model::ids::UserId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a form starts with; the same in server rendering and hydration, because it travels as a resource.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct FormStart {
    /// 128 random bits in hexadecimal.
    pub idempotency_key: String,
    /// What was typed before, when the form was posted and refused.
    pub values: Option<Value>,
    /// What was wrong with it, or why there is no draft any more.
    pub failure: Option<Failure>,
    /// Whose drafts are kept, when somebody is signed in.
    pub author: Option<UserId>,
    /// What the author has typed and not sent yet.
    pub kept: Option<KeptDraft>,
    /// When this was read.
    pub read_at: Timestamp,
}

/// What was typed and not sent yet.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptDraft {
    /// What was typed.
    pub values: Value,
    /// The version of what it changes, as the form showed it.
    pub version: String,
    /// The page that wrote it.
    pub page: String,
    /// When it was last changed.
    pub saved_at: Timestamp,
}

/// Starts a form: makes its key, loads its drafts.
///
/// # Errors
/// When the server is not reachable. A draft that is gone is no error of this call: it is in the answer.
#[server(prefix = "/do", endpoint = "start-form")]
pub async fn start_form(
    /// The form's name.
    form: String,
    /// The id of the draft of a post that was refused.
    draft: Option<String>,
    /// What the kept draft is about, when the form has one.
    about: Option<String>,
) -> Result<FormStart, Failure> {
    let request = crate::request::RequestContext::current().ok_or(model::errors::Code::Internal)?;
    let mut start = FormStart {
        idempotency_key: request.token(),
        values: None,
        failure: None,
        author: request.access.acting().ok().map(|acting| acting.user),
        kept: None,
        read_at: request.domain.now(),
    };
    if let (Some(about), Some(_)) = (about, start.author) {
        start.kept = super::kept::load(&form, &about).await?;
    }
    if let Some(id) = draft {
        match super::ssr::load_draft(&form, &id).await {
            Ok(draft) => {
                start.values = Some(draft.values);
                start.failure = Some(draft.failure);
            }
            Err(failure) => {
                // A page may have several forms: the draft of another one is that one's business.
                let is_of_another = domain::drafts::exists(&request.domain, &id).await?;
                start.failure = (!is_of_another).then_some(failure);
            }
        }
    }
    Ok(start)
}
