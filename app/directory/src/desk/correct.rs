//! The form that corrects the details of a patient who has no account.

use super::patient::load_patient;
use super::register::{Details, RegisterValues};
use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{PageTitle, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::directory::PatientCard;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CorrectPatientValues {
    /// The patient's id.
    pub patient: String,
    /// The details.
    #[serde(flatten)]
    pub details: RegisterValues,
}

impl FormValues for CorrectPatientValues {
    const FORM: &'static str = "directory.correct_patient";
}

impl From<&PatientCard> for CorrectPatientValues {
    fn from(card: &PatientCard) -> Self {
        let born = card.date_of_birth;
        let details = RegisterValues {
            name: card.name.clone(),
            latin_name: card.latin_name.clone().unwrap_or_default(),
            date_of_birth_day: born.day().to_string(),
            date_of_birth_month: born.month().to_string(),
            date_of_birth_year: format!("{:04}", born.year()),
            phone: card.phone.clone().unwrap_or_default(),
            ..RegisterValues::default()
        };
        Self { patient: card.id.to_string(), details }
    }
}

/// Corrects the details of a patient.
///
/// # Errors
/// Wrong fields; `Stale`; `PatientHasAccount`; `NotFound` and `Forbidden` for users who do not register patients; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "correct-patient")]
pub async fn correct_patient(
    /// The posted form.
    #[server(flatten)]
    form: Posted<CorrectPatientValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::correct(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{CorrectPatientValues, Failure, FormReply, Posted};
    use domain::{directory, error::retry};
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn correct(form: &Posted<CorrectPatientValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let version = form.version()?;
        let CorrectPatientValues { patient, details } = form.values.clone();
        let patient = posted_id(&patient)?;
        let command = directory::CorrectPatient { patient, details: details.into(), version };
        retry(|| directory::correct_patient(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/desk/patients/{patient}")))
    }
}

/// The page `/desk/patients/:id/correct`.
#[component]
pub fn CorrectPatientPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let card = Resource::new_blocking(id, load_patient);
    let form = use_form::<CorrectPatient, CorrectPatientValues>()
        .field("name", say!(l, directory.desk.full_name), say!(l, directory.desk.name_missing))
        .optional("latin_name", say!(l, common.person.latin_name))
        .date("date_of_birth", say!(l, common.person.date_of_birth), say!(l, directory.desk.born_missing))
        .optional("phone", say!(l, common.person.phone))
        .malformed(say!(l, common.person.phone_malformed));
    view! {
        <PageTitle text=say!(l, directory.desk.correct)/>
        <h1>{say!(l, directory.desk.correct)}</h1>
        {loaded(card, move |card| {
            let id = card.id;
            let form = form.editing(&CorrectPatientValues::from(&card), card.version.into());
            view! {
                <Form form class="card">
                    <input type="hidden" name="patient" value=id.to_string()/>
                    <Details/>
                    <div class="row">
                        <SubmitButton label=say!(l, directory.desk.correct_submit)/>
                        <a href=format!("/desk/patients/{id}")>{say!(l, common.dialog.cancel)}</a>
                    </div>
                </Form>
            }
        })}
    }
    .into_any()
}
