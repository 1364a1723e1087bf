//! The form that registers a patient. If likely duplicates are known, it leads to the page that compares them.

#[cfg(feature = "ssr")]
use kit::chosen::desk_page;
use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{DateFields, PageTitle, TextField};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
#[cfg(feature = "ssr")]
use model::{ids::PatientId, scheduling::ChosenTime};
use serde::{Deserialize, Serialize};
use words::say;

/// The details of a patient as the desk types them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RegisterValues {
    /// Full name.
    pub name: String,
    /// The name in Latin letters.
    pub latin_name: String,
    /// The day of the month of birth.
    pub date_of_birth_day: String,
    /// The month.
    pub date_of_birth_month: String,
    /// The year.
    pub date_of_birth_year: String,
    /// Phone number.
    pub phone: String,
    /// The doctor of a time that is booked for the patient next; empty for none.
    pub doctor: String,
    /// That time with its clinic and visit type.
    pub time: String,
}

impl RegisterValues {
    /// The page that follows: the one that books the chosen time, or the patient's. `found` says whether the patient is `new` or was `known`.
    #[cfg(feature = "ssr")]
    pub(super) fn next(&self, patient: PatientId, found: &str) -> String {
        match ChosenTime::parse(&self.doctor, &self.time) {
            Some(chosen) => desk_page(&chosen, Some(patient)),
            None => format!("/desk/patients/{patient}?registered={found}"),
        }
    }
}

impl FormValues for RegisterValues {
    const FORM: &'static str = "directory.register_patient";
}

#[cfg(feature = "ssr")]
impl From<RegisterValues> for domain::directory::NewPatient {
    fn from(values: RegisterValues) -> Self {
        let RegisterValues { name, latin_name, date_of_birth_day, date_of_birth_month, date_of_birth_year, phone, .. } = values;
        Self { name, latin_name, date_of_birth: [date_of_birth_day, date_of_birth_month, date_of_birth_year], phone }
    }
}

/// Registers a patient, unless likely duplicates are known: then the details are kept for the page that compares them.
///
/// # Errors
/// Wrong fields; `NotFound` and `Forbidden` for users who do not register patients; `ClinicNeeded`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "register-patient")]
pub async fn register_patient(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RegisterValues>,
) -> Result<FormReply, Failure> {
    let outcome = ssr::register(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
pub(super) mod ssr {
    use super::{Failure, FormReply, Posted, RegisterValues};
    use domain::{
        directory::{self, Likeness, RegisterPatient},
        error::retry,
    };
    use kit::request::RequestContext;
    use model::errors::Code;

    /// The name under which the details are kept while duplicates are compared.
    const COMPARED: &str = "directory.compare";

    pub(super) async fn register(form: &Posted<RegisterValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let idempotency_key = Some(form.idempotency_key.clone());
        let command = RegisterPatient { person: form.values.clone().into(), likeness: Likeness::Unchecked, idempotency_key };
        match retry(|| directory::register_patient(&request.domain, &request.access, command.clone())).await {
            Ok(patient) => Ok(FormReply::to(form.values.next(patient, "new"))),
            Err(error) if error.code() == Code::PatientLikelyKnown => {
                let id = request.keep(COMPARED, &form.values).await?;
                Ok(FormReply::to(format!("/desk/register/compare?person={id}")))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The kept form values of a signed-in user.
    pub(in crate::desk) async fn kept(request: &RequestContext, id: &str) -> domain::Result<RegisterValues> {
        request.access.acting()?;
        let kept = domain::drafts::load(&request.domain, COMPARED, id).await?;
        let values = kept.and_then(|kept| serde_json::from_str(&kept).ok());
        values.ok_or_else(|| Code::DraftExpired.into())
    }
}

/// The page `/desk/register`.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    // A time that reception has chosen before the patient was known.
    let given = move |name: &str| address.with_untracked(|address| address.get(name)).unwrap_or_default();
    let form = use_form::<RegisterPatient, RegisterValues>()
        .field("name", say!(l, directory.desk.full_name), say!(l, directory.desk.name_missing))
        .optional("latin_name", say!(l, common.person.latin_name))
        .date("date_of_birth", say!(l, common.person.date_of_birth), say!(l, directory.desk.born_missing))
        .optional("phone", say!(l, common.person.phone))
        .malformed(say!(l, common.person.phone_malformed));
    view! {
        <PageTitle text=say!(l, directory.desk.register)/>
        <p><a href="/desk/patients">"← " {say!(l, common.nav.patients)}</a></p>
        <h1>{say!(l, directory.desk.register)}</h1>
        <p>{say!(l, directory.desk.register_lead)}</p>
        <Form form class="card">
            <input type="hidden" name="doctor" value=given("doctor")/>
            <input type="hidden" name="time" value=given("time")/>
            <Details/>
            <div class="row"><SubmitButton label=say!(l, directory.desk.register_submit)/></div>
        </Form>
        <p><a href="/desk/import">{say!(l, directory.import.link)}</a></p>
    }
    .into_any()
}

/// The fields of a patient's details.
#[component]
pub(super) fn Details() -> impl IntoView {
    let l = use_locale();
    view! {
        <TextField name="name" hint=say!(l, directory.desk.name_hint)/>
        <TextField name="latin_name" hint=say!(l, directory.desk.latin_hint) optional=true/>
        <DateFields name="date_of_birth" hint=say!(l, common.person.date_of_birth_hint)/>
        <TextField name="phone" hint=say!(l, directory.desk.phone_hint) kind="tel" inputmode="tel" width="medium" optional=true/>
    }
    .into_any()
}
