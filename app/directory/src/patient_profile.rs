//! What a patient tells about themselves: how they want to be called, sex and gender, an emergency contact, the insurance, the pharmacy.

use super::insurance_card::{InsuranceCard, load_own_insurance_card};
use super::patient_photo::{PatientPhoto, load_own_patient_photo};
use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Choice, Notice, NoticeKind, PageTitle, SelectField, TextArea, TextField, loaded, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::{BloodType, PatientProfile, PatientProfileView, Sex};
use serde::{Deserialize, Serialize};
use words::{Locale, say, sex_name};

/// The values of the form that changes the profile.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PatientProfileValues {
    /// The profile.
    #[serde(flatten)]
    pub profile: PatientProfile,
}

impl FormValues for PatientProfileValues {
    const FORM: &'static str = "directory.patient_profile";
}

/// Loads the profile of the patient on whose behalf the user acts.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` when the user does not act as a patient.
#[server(prefix = "/do", endpoint = "load-patient-profile")]
pub async fn load_patient_profile() -> Result<PatientProfileView, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::patient_profile(&request.domain, &request.access)).await
}

/// Changes the profile of the patient on whose behalf the user acts.
///
/// # Errors
/// Wrong fields; `Stale`; `SignInNeeded`; `Forbidden` when the user does not act as a patient.
#[server(prefix = "/do", endpoint = "change-patient-profile")]
pub async fn change_patient_profile(
    /// The posted form.
    #[server(flatten)]
    form: Posted<PatientProfileValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::change(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, PatientProfileValues, Posted};
    use domain::{
        directory::{self, ChangePatientProfile},
        error::retry,
    };
    use kit::request::RequestContext;

    pub(super) async fn change(form: &Posted<PatientProfileValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = ChangePatientProfile { profile: form.values.profile.clone(), version: form.version()? };
        retry(|| directory::change_patient_profile(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/account/profile?saved=1"))
    }
}

/// The page with the form that changes the profile.
#[component]
pub fn PatientProfilePage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let form = use_form::<ChangePatientProfile, PatientProfileValues>()
        .optional("preferred_name", say!(l, directory.patient_profile.preferred_name))
        .optional("sex", say!(l, directory.patient_profile.sex))
        .optional("gender", say!(l, directory.patient_profile.gender))
        .field(
            "emergency_name",
            say!(l, directory.patient_profile.emergency_name),
            say!(l, directory.patient_profile.emergency_name_missing),
        )
        .optional("emergency_relation", say!(l, directory.patient_profile.emergency_relation))
        .field(
            "emergency_phone",
            say!(l, directory.patient_profile.emergency_phone),
            say!(l, directory.patient_profile.emergency_phone_missing),
        )
        .malformed(say!(l, common.person.phone_malformed))
        .field("insurance_payer", say!(l, directory.patient_profile.payer), say!(l, directory.patient_profile.payer_missing))
        .field("insurance_number", say!(l, directory.patient_profile.member), say!(l, directory.patient_profile.member_missing))
        .optional("blood_type", say!(l, directory.patient_profile.blood_type))
        .optional("pharmacy", say!(l, directory.patient_profile.pharmacy));
    let done = form.done();
    let profile = Resource::new_blocking(move || done.get(), |_| load_patient_profile());
    let photo = Resource::new_blocking(|| (), |()| load_own_patient_photo());
    let card = Resource::new_blocking(|| (), |()| load_own_insurance_card());
    view! {
        <PageTitle text=say!(l, common.account.patient_profile)/>
        <h1>{say!(l, common.account.patient_profile)}</h1>
        <p>{say!(l, directory.patient_profile.lead)}</p>
        {switch(
            move || query.with(|query| query.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, directory.patient_profile.saved)/> }),
        )}
        {loaded(profile, move |PatientProfileView { profile, version }| {
            let form = form.editing(&PatientProfileValues { profile }, version.into());
            view! {
                <Form form class="card">
                    <TextField name="preferred_name" hint=say!(l, directory.patient_profile.preferred_name_hint) optional=true/>
                    <SelectField name="sex" hint=say!(l, directory.patient_profile.sex_hint) choices=sexes(l) preset=""/>
                    <TextField name="gender" hint=say!(l, directory.patient_profile.gender_hint) optional=true/>
                    <h2>{say!(l, directory.patient_profile.emergency_title)}</h2>
                    <TextField name="emergency_name" optional=true/>
                    <TextField name="emergency_relation" hint=say!(l, directory.patient_profile.emergency_relation_hint) optional=true/>
                    <TextField
                        name="emergency_phone"
                        hint=say!(l, directory.patient_profile.emergency_phone_hint)
                        kind="tel"
                        inputmode="tel"
                        width="medium"
                        optional=true
                    />
                    <h2>{say!(l, directory.patient_profile.insurance_title)}</h2>
                    <TextField name="insurance_payer" optional=true/>
                    <TextField name="insurance_number" width="medium" optional=true/>
                    <h2>{say!(l, directory.patient_profile.more_title)}</h2>
                    <SelectField name="blood_type" choices=blood_types(l) preset=""/>
                    <TextArea name="pharmacy" hint=say!(l, directory.patient_profile.pharmacy_hint) rows=3 optional=true/>
                    <div class="row">
                        <SubmitButton label=say!(l, directory.patient_profile.submit)/>
                    </div>
                </Form>
            }
        })}
        <PatientPhoto found=photo/>
        <InsuranceCard found=card/>
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
    .into_any()
}

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), hint: None }
}

fn sexes(l: Locale) -> Vec<Choice> {
    let none = choice("", say!(l, directory.patient_profile.not_said));
    std::iter::once(none).chain(Sex::ALL.iter().map(|sex| choice(sex.as_str(), sex_name(l, *sex)))).collect()
}

fn blood_types(l: Locale) -> Vec<Choice> {
    let none = choice("", say!(l, directory.patient_profile.not_known));
    std::iter::once(none).chain(BloodType::ALL.iter().map(|found| choice(found.as_str(), found.as_str()))).collect()
}
