//! Searching ICD-10-CM. What is searched for is medical: it travels in the body of a request, and without wasm in an encrypted draft.

use crate::failure::Failure;
use crate::forms::{FormReply, FormValues, Keep, Posted};
use leptos::prelude::*;
use model::records::Icd10Code;
use serde::{Deserialize, Serialize};

/// What is searched for.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FindValues {
    /// A code or some words.
    pub query: String,
}

impl FormValues for FindValues {
    const FORM: &'static str = "records.find_diagnosis";
    const KEEP: Keep = Keep::Nowhere;
}

/// What was found.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundDiagnoses {
    /// What was searched for.
    pub query: String,
    /// The codes that fit best.
    pub codes: Vec<Icd10Code>,
}

/// Searches by what was typed, else by what stands in the draft.
///
/// # Errors
/// `SignInNeeded`; wrong fields.
#[server(prefix = "/do", endpoint = "search-diagnoses")]
pub async fn search_diagnoses(
    /// What was typed, with wasm.
    query: Option<String>,
    /// The draft that holds it, without.
    draft: Option<String>,
) -> Result<FoundDiagnoses, Failure> {
    let query = match query {
        Some(query) => query,
        None => load::query(draft).await,
    };
    if query.trim().chars().count() < 2 {
        return Ok(FoundDiagnoses { query, codes: Vec::new() });
    }
    let request = crate::request::RequestContext::require()?;
    let codes = super::answered(domain::records::search_icd10cm(&request.domain, &request.access, &query).await)?;
    Ok(FoundDiagnoses { query, codes })
}

/// The search without wasm: keeps what was typed and shows the page with it.
///
/// # Errors
/// `SignInNeeded`; when what was typed could not be kept.
#[server(prefix = "/do", endpoint = "find-diagnosis")]
pub async fn find_diagnosis(
    /// What was posted.
    #[server(flatten)]
    form: Posted<FindValues>,
) -> Result<FormReply, Failure> {
    let outcome = load::keep(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod load {
    use super::{Failure, FindValues, FormReply, FormValues, Posted};
    use crate::forms::ssr::{Draft, load_draft, save_draft};
    use model::errors::Code;

    /// What the draft searches for. A draft of another form is none; one that is gone is an empty search.
    pub(super) async fn query(draft: Option<String>) -> String {
        let Some(id) = draft else { return String::new() };
        match load_draft(FindValues::FORM, &id).await {
            Ok(draft) => serde_json::from_value::<FindValues>(draft.values).map(|values| values.query).unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    pub(super) async fn keep(form: &Posted<FindValues>) -> Result<FormReply, Failure> {
        crate::request::RequestContext::require()?.access.acting().map_err(Failure::from)?;
        let values = serde_json::to_value(&form.values).map_err(|_| Code::Internal)?;
        // A draft is made for failures; nobody reads the failure of this one.
        let draft = Draft { form: FindValues::FORM.to_owned(), values, failure: Code::NotFound.into() };
        let id = save_draft(&draft).await?;
        let page = form.back().split(['?', '#']).next().unwrap_or("/");
        Ok(FormReply::to(format!("{page}?draft={id}")))
    }
}
