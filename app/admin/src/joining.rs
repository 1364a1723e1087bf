//! On the page of a doctor's application: the form that lets a verified doctor work at one more clinic.

use super::clinics::load_clinics;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Card, Choice, SelectField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::directory::ClinicList;
use model::ids::DoctorId;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct JoinClinicValues {
    /// The doctor.
    pub doctor: String,
    /// The clinic that the doctor joins.
    pub clinic_id: String,
}

impl FormValues for JoinClinicValues {
    const FORM: &'static str = "admin.join_clinic";
}

/// Lets a verified doctor work at one more clinic.
///
/// # Errors
/// Wrong fields; `RoleHeld`, `AccountAbove`, `AccountElsewhere`, `NotFound`.
#[server(prefix = "/do", endpoint = "join-clinic")]
pub async fn join_clinic(
    /// The posted form.
    #[server(flatten)]
    form: Posted<JoinClinicValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::join(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, JoinClinicValues, Posted};
    use domain::{
        directory::{self, JoinClinic},
        error::retry,
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn join(form: &Posted<JoinClinicValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = JoinClinic { doctor: posted_id(&form.values.doctor)?, clinic: form.values.clinic_id.clone() };
        retry(|| directory::join_clinic(&request.domain, &request.access, command.clone())).await?;
        // The page is the same one, with one clinic more.
        Ok(FormReply::fresh(format!("/admin/applications/{}", command.doctor)))
    }
}

/// The form, and the clinics to choose from. They are made with the page.
#[derive(Clone, Copy)]
pub(super) struct Joining {
    form: FormHandle,
    clinics: Resource<Result<ClinicList, Failure>>,
}

impl Joining {
    pub(super) fn new() -> Self {
        let l = use_locale();
        let form = use_form::<JoinClinic, JoinClinicValues>().field(
            "clinic_id",
            say!(l, admin.joining.clinic),
            say!(l, admin.joining.clinic_missing),
        );
        Self { form, clinics: Resource::new_blocking(|| (), |()| load_clinics()) }
    }
}

/// The card with the form.
#[component]
pub(super) fn JoinClinicCard(
    /// The form and the clinics.
    joining: Joining,
    /// The doctor.
    doctor: DoctorId,
) -> impl IntoView {
    let l = use_locale();
    let Joining { form, clinics } = joining;
    view! {
        <Card title=say!(l, admin.joining.title)>
            <p>{say!(l, admin.joining.lead)}</p>
            {loaded(clinics, move |list| {
                let choices: Vec<Choice> = list
                    .clinics
                    .into_iter()
                    .map(|clinic| Choice { value: clinic.id.to_string(), label: clinic.name, hint: None })
                    .collect();
                view! {
                    <Form form>
                        <input type="hidden" name="doctor" value=doctor.to_string()/>
                        <SelectField name="clinic_id" choices=choices.clone()/>
                        <div class="row"><SubmitButton label=say!(l, admin.joining.submit)/></div>
                    </Form>
                }
            })}
        </Card>
    }
    .into_any()
}
