//! The page on which an administrator changes the specialties of a verified doctor.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Choice, PageTitle, SelectField, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::directory::DoctorSpecialties;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DoctorSpecialtiesValues {
    /// The doctor.
    pub doctor: String,
    /// The slug of the first specialty.
    pub specialty_1: String,
    /// Of another one.
    pub specialty_2: String,
    /// Of another one.
    pub specialty_3: String,
    /// Of another one.
    pub specialty_4: String,
    /// Of another one.
    pub specialty_5: String,
}

impl FormValues for DoctorSpecialtiesValues {
    const FORM: &'static str = "admin.doctor_specialties";
    // What was chosen for one doctor must not come back on the page of another.
    const KEEP: Keep = Keep::Nowhere;
}

impl From<&DoctorSpecialties> for DoctorSpecialtiesValues {
    fn from(view: &DoctorSpecialties) -> Self {
        let mut chosen = view.chosen.iter().cloned();
        let mut next = || chosen.next().unwrap_or_default();
        Self {
            doctor: view.doctor.to_string(),
            specialty_1: next(),
            specialty_2: next(),
            specialty_3: next(),
            specialty_4: next(),
            specialty_5: next(),
        }
    }
}

/// Loads the specialties of a doctor.
///
/// # Errors
/// `NotFound`; `Forbidden` for users who are not administrators; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-doctor-specialties")]
pub async fn load_doctor_specialties(
    /// The doctor.
    doctor: String,
) -> Result<DoctorSpecialties, Failure> {
    let request = kit::request::RequestContext::require()?;
    let doctor = kit::request::id(&doctor)?;
    kit::request::call(|| domain::directory::specialties_of(&request.domain, &request.access, doctor)).await
}

/// Changes the specialties of a doctor.
///
/// # Errors
/// Wrong fields; `Stale`; `AccountAbove`, `AccountElsewhere`, `NotFound`.
#[server(prefix = "/do", endpoint = "change-doctor-specialties")]
pub async fn change_doctor_specialties(
    /// The posted form.
    #[server(flatten)]
    form: Posted<DoctorSpecialtiesValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::change(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{DoctorSpecialtiesValues, Failure, FormReply, Posted};
    use domain::{
        directory::{self, ChangeSpecialties},
        error::retry,
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn change(form: &Posted<DoctorSpecialtiesValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let version = form.version()?;
        let DoctorSpecialtiesValues { doctor, specialty_1, specialty_2, specialty_3, specialty_4, specialty_5 } =
            form.values.clone();
        let specialties = vec![specialty_1, specialty_2, specialty_3, specialty_4, specialty_5];
        let command = ChangeSpecialties { doctor: posted_id(&doctor)?, specialties, version };
        let changed = retry(|| directory::change_specialties(&request.domain, &request.access, command.clone())).await;
        changed.map_err(as_control)?;
        Ok(FormReply::fresh(format!("/admin/applications/{}", command.doctor)))
    }

    /// Moves the error of the list to its first control.
    fn as_control(error: domain::Error) -> Failure {
        let mut failure = Failure::from(error);
        for wrong in &mut failure.fields {
            if wrong.field == "specialties" {
                "specialty_1".clone_into(&mut wrong.field);
            }
        }
        failure
    }
}

/// The page `/admin/applications/:id/specialties`.
#[component]
pub fn DoctorSpecialtiesPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let form = use_form::<ChangeDoctorSpecialties, DoctorSpecialtiesValues>()
        .field("specialty_1", say!(l, admin.doctor_specialties.first), say!(l, admin.doctor_specialties.missing))
        .optional("specialty_2", say!(l, admin.doctor_specialties.second))
        .optional("specialty_3", say!(l, admin.doctor_specialties.third))
        .optional("specialty_4", say!(l, admin.doctor_specialties.fourth))
        .optional("specialty_5", say!(l, admin.doctor_specialties.fifth));
    let held =
        Resource::new_blocking(move || params.with(|params| params.get("id").unwrap_or_default()), load_doctor_specialties);
    view! {
        <PageTitle text=say!(l, admin.doctor_specialties.title)/>
        {loaded(held, move |held| view! { <Editor held form/> })}
    }
    .into_any()
}

#[component]
fn Editor(held: DoctorSpecialties, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let form = form.editing(&DoctorSpecialtiesValues::from(&held), held.version.into());
    let DoctorSpecialties { doctor, name, offered, .. } = held;
    let choice = |value: &str, label: &str| Choice { value: value.to_owned(), label: label.to_owned(), hint: None };
    let offered: Vec<Choice> = offered.iter().map(|known| choice(&known.slug, &known.name)).collect();
    let none = choice("", say!(l, admin.doctor_specialties.none));
    let or_none: Vec<Choice> = std::iter::once(none).chain(offered.iter().cloned()).collect();
    view! {
        <p><a href=format!("/admin/applications/{doctor}")>"← " {said(&name)}</a></p>
        <div class="lead">
            <h1>{say!(l, admin.doctor_specialties.title)}</h1>
            <p>{say!(l, admin.doctor_specialties.lead)}</p>
        </div>
        <Form form class="card">
            <input type="hidden" name="doctor" value=doctor.to_string()/>
            <SelectField name="specialty_1" choices=offered.clone()/>
            {(2..=5)
                .map(|n| view! { <SelectField name=format!("specialty_{n}") choices=or_none.clone() preset=""/> })
                .collect_view()}
            <div class="row"><SubmitButton label=say!(l, admin.doctor_specialties.submit)/></div>
        </Form>
    }
    .into_any()
}
