//! Searching ICD-10-CM. The search text is medical information, so it travels in the body of a request, and without wasm in an encrypted draft.

use kit::failure::Failure;
use kit::forms::{FormReply, FormValues, Keep, Posted};
use leptos::prelude::*;
use model::records::{Icd10Code, KnownCodes};
use serde::{Deserialize, Serialize};

/// The search text.
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

/// The results of a search.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundDiagnoses {
    /// The search text.
    pub query: String,
    /// The best matching codes.
    pub codes: Vec<Icd10Code>,
    /// The user's favourites, and what they have recorded lately.
    pub known: KnownCodes,
}

/// Searches for the typed text, or else for the text in the draft.
///
/// # Errors
/// `SignInNeeded`; wrong fields.
#[server(prefix = "/do", endpoint = "search-diagnoses")]
pub async fn search_diagnoses(
    /// The typed text, when wasm sends it.
    query: Option<String>,
    /// The draft that contains the text, without wasm.
    draft: Option<String>,
) -> Result<FoundDiagnoses, Failure> {
    let query = match query {
        Some(query) => query,
        None => load::query(draft).await,
    };
    let request = kit::request::RequestContext::require()?;
    let known = load::known(&request).await?;
    if query.trim().chars().count() < 2 {
        return Ok(FoundDiagnoses { query, codes: Vec::new(), known });
    }
    let codes = kit::request::call(|| domain::records::search_icd10cm(&request.domain, &request.access, &query)).await?;
    Ok(FoundDiagnoses { query, codes, known })
}

/// The search without wasm: stores the typed text in a draft and redirects to the page with that draft.
///
/// # Errors
/// `SignInNeeded`; when the text could not be stored.
#[server(prefix = "/do", endpoint = "find-diagnosis")]
pub async fn find_diagnosis(
    /// The posted form.
    #[server(flatten)]
    form: Posted<FindValues>,
) -> Result<FormReply, Failure> {
    let outcome = load::keep(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod load {
    use super::{Failure, FindValues, FormReply, FormValues, KnownCodes, Posted};
    use domain::error::retry;
    use kit::forms::ssr::{Draft, load_draft, save_draft};
    use kit::request::RequestContext;
    use model::errors::Code;

    /// The codes that the user reaches for; none for a user who is no doctor, or not signed in.
    pub(super) async fn known(request: &RequestContext) -> Result<KnownCodes, Failure> {
        match retry(|| domain::records::known_codes(&request.domain, &request.access)).await {
            Err(error) if matches!(error.code(), Code::Forbidden | Code::SignInNeeded) => Ok(KnownCodes::default()),
            known => kit::failure::answered(known),
        }
    }

    /// The search text of the draft; empty for the draft of another form or one that has expired.
    pub(super) async fn query(draft: Option<String>) -> String {
        let Some(id) = draft else { return String::new() };
        match load_draft(FindValues::FORM, &id).await {
            Ok(draft) => serde_json::from_value::<FindValues>(draft.values).map(|values| values.query).unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    pub(super) async fn keep(form: &Posted<FindValues>) -> Result<FormReply, Failure> {
        RequestContext::require()?.access.acting().map_err(Failure::from)?;
        let values = serde_json::to_value(&form.values).map_err(|_| Code::Internal)?;
        let draft = Draft { form: FindValues::FORM.to_owned(), values, failure: None, opened_for: form.opened_for.clone() };
        let id = save_draft(&draft).await?;
        let page = form.back().split(['?', '#']).next().unwrap_or("/");
        Ok(FormReply::to(format!("{page}?draft={id}")))
    }
}
