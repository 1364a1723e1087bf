//! What a form is rendered with: its idempotency key and, after a failure without wasm, its draft.

use crate::failure::Failure;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a form starts with; the same in server rendering and hydration, because it travels as a resource.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct FormStart {
    /// 128 random bits in hexadecimal.
    pub idempotency_key: String,
    /// What was typed before, when there is a draft.
    pub values: Option<Value>,
    /// What was wrong with it, or why there is no draft any more.
    pub failure: Option<Failure>,
}

/// Starts a form: makes its key, loads its draft.
///
/// # Errors
/// When the server is not reachable. A draft that is gone is no error of this call: it is in the answer.
#[server(prefix = "/do", endpoint = "start-form")]
pub async fn start_form(
    /// The form's name.
    form: String,
    /// The id of its draft.
    draft: Option<String>,
) -> Result<FormStart, Failure> {
    let request = crate::request::RequestContext::current().ok_or(model::errors::Code::Internal)?;
    let mut start = FormStart { idempotency_key: request.token(), values: None, failure: None };
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
