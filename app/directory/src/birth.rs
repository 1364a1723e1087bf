//! A patient's own date of birth.

use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::layouts::AccountSavedPage;
use kit::parts::{DateFields, PageTitle, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::directory::BirthView;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that corrects the date of birth.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BirthValues {
    /// The day of the month.
    pub date_of_birth_day: String,
    /// The month.
    pub date_of_birth_month: String,
    /// The year.
    pub date_of_birth_year: String,
}

impl FormValues for BirthValues {
    const FORM: &'static str = "directory.birth";
}

impl From<BirthView> for BirthValues {
    fn from(birth: BirthView) -> Self {
        let date = birth.date_of_birth;
        Self {
            date_of_birth_day: date.day().to_string(),
            date_of_birth_month: date.month().to_string(),
            date_of_birth_year: date.year().to_string(),
        }
    }
}

/// Loads the patient's own date of birth.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` when the user does not act as a patient.
#[server(prefix = "/do", endpoint = "load-birth-date")]
pub async fn load_birth_date() -> Result<BirthView, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::birth_date(&request.domain, &request.access)).await
}

/// Corrects the patient's own date of birth.
///
/// # Errors
/// Wrong fields; `Stale`; `SignInNeeded`; `Forbidden` when the user does not act as a patient.
#[server(prefix = "/do", endpoint = "correct-birth-date")]
pub async fn correct_birth_date(
    /// The posted form.
    #[server(flatten)]
    form: Posted<BirthValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::correct_birth_date(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{BirthValues, Failure, FormReply, Posted};
    use domain::{directory, error::retry};
    use kit::request::RequestContext;

    pub(super) async fn correct_birth_date(form: &Posted<BirthValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let version = form.version()?;
        let BirthValues { date_of_birth_day, date_of_birth_month, date_of_birth_year } = form.values.clone();
        let date_of_birth = [date_of_birth_day, date_of_birth_month, date_of_birth_year];
        let command = directory::CorrectBirthDate { date_of_birth, version };
        retry(|| directory::correct_birth_date(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/account/birth-date-saved"))
    }
}

/// The page with the form that corrects the date of birth.
#[component]
pub fn BirthDatePage() -> impl IntoView {
    let l = use_locale();
    let birth = Resource::new_blocking(|| (), |()| load_birth_date());
    let form = use_form::<CorrectBirthDate, BirthValues>().date(
        "date_of_birth",
        say!(l, common.person.date_of_birth),
        say!(l, common.person.date_of_birth_missing),
    );
    view! {
        <PageTitle text=say!(l, directory.birth.title)/>
        <h1>{say!(l, directory.birth.title)}</h1>
        <p>{say!(l, directory.birth.lead)}</p>
        {loaded(birth, move |birth| {
            let version = birth.version;
            let form = form.editing(&BirthValues::from(birth), version.into());
            view! {
                <Form form class="card">
                    <DateFields name="date_of_birth" hint=say!(l, common.person.date_of_birth_hint) birthday=true/>
                    <div class="row">
                        <SubmitButton label=say!(l, directory.birth.submit)/>
                    </div>
                </Form>
            }
        })}
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
    .into_any()
}

/// Confirms that the date of birth was saved.
#[component]
pub fn BirthDateSavedPage() -> impl IntoView {
    let l = use_locale();
    view! {
        <AccountSavedPage title=say!(l, directory.birth.done_title) text=say!(l, directory.birth.done)/>
    }
}
