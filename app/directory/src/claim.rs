//! Claiming a record with the code from a clinic's letter.

use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::layouts::AccountSavedPage;
use kit::parts::{DateFields, PageTitle, TextField};
use kit::viewer::use_locale;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimValues {
    /// The code.
    pub code: String,
    /// The day of the month of the patient's birth.
    pub date_of_birth_day: String,
    /// The month.
    pub date_of_birth_month: String,
    /// The year.
    pub date_of_birth_year: String,
}

impl FormValues for ClaimValues {
    const FORM: &'static str = "directory.claim_record";
    const SECRETS: &'static [&'static str] = &["code"];
}

/// Claims the record of a code.
///
/// # Errors
/// Wrong fields; `ClaimUsed`, `ClaimExpired`, `RateLimited`; `Forbidden` when the user does not act as a patient; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "claim-record")]
pub async fn claim_record(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ClaimValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::claim(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{ClaimValues, Failure, FormReply};
    use domain::{
        directory::{self, Claimant},
        error::retry,
    };
    use kit::request::RequestContext;

    pub(super) async fn claim(values: &ClaimValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let ClaimValues { code, date_of_birth_day, date_of_birth_month, date_of_birth_year } = values.clone();
        let date_of_birth = [date_of_birth_day, date_of_birth_month, date_of_birth_year];
        let command = directory::ClaimRecord { code, date_of_birth };
        let claimant = retry(|| directory::claim_record(&request.domain, &request.access, command.clone())).await?;
        // Every page names whom the user may act for, so it is loaded again.
        Ok(FormReply::fresh(match claimant {
            Claimant::Own => "/account/claimed",
            Claimant::Helper => "/account/claimed-for-other",
        }))
    }
}

/// The page `/account/claim`.
#[component]
pub fn ClaimPage() -> impl IntoView {
    let l = use_locale();
    let form = use_form::<ClaimRecord, ClaimValues>()
        .field("code", say!(l, directory.claim.code), say!(l, directory.claim.code_missing))
        .malformed(say!(l, directory.claim.code_malformed))
        .date("date_of_birth", say!(l, common.person.date_of_birth), say!(l, directory.claim.born_missing));
    view! {
        <PageTitle text=say!(l, directory.claim.title)/>
        <h1>{say!(l, directory.claim.title)}</h1>
        <p>{say!(l, directory.claim.lead)}</p>
        <Form form class="card">
            <TextField name="code" hint=say!(l, directory.claim.code_hint) width="medium"/>
            <DateFields name="date_of_birth" hint=say!(l, common.person.date_of_birth_hint)/>
            <div class="row"><SubmitButton label=say!(l, directory.claim.submit)/></div>
        </Form>
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
    .into_any()
}

/// Confirms that the record is the user's own now.
#[component]
pub fn ClaimedPage() -> impl IntoView {
    let l = use_locale();
    view! { <AccountSavedPage title=say!(l, directory.claim.done_title) text=say!(l, directory.claim.done)/> }
}

/// Confirms that the user may act for the patient of the record.
#[component]
pub fn ClaimedForOtherPage() -> impl IntoView {
    let l = use_locale();
    view! { <AccountSavedPage title=say!(l, directory.claim.done_title) text=say!(l, directory.claim.done_other)/> }
}
