//! Adding a clinic, and changing one.

use super::page::{guardians_see, load_clinic};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::time::names;
use kit::parts::{Choice, PageTitle, SelectField, TextArea, TextField, ZoneField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::directory::{ClinicView, Country, GuardiansSee, TypedClinic, WEEKDAYS};
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the form for a clinic.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClinicValues {
    /// The clinic's id; empty for a new one.
    pub clinic: String,
    /// What is typed about it.
    #[serde(flatten)]
    pub typed: TypedClinic,
}

impl FormValues for ClinicValues {
    const FORM: &'static str = "admin.clinic";
}

/// Adds a clinic.
///
/// # Errors
/// Wrong fields; `Forbidden`.
#[server(prefix = "/do", endpoint = "create-clinic")]
pub async fn create_clinic(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ClinicValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::create(&form).await;
    form.answer(outcome).await
}

/// Changes a clinic.
///
/// # Errors
/// Wrong fields; `Stale`, `NotFound`.
#[server(prefix = "/do", endpoint = "edit-clinic")]
pub async fn edit_clinic(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ClinicValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::edit(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{ClinicValues, Failure, FormReply, Posted};
    use domain::{directory, error::retry};
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn create(form: &Posted<ClinicValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let idempotency_key = Some(form.idempotency_key.clone());
        let command = directory::CreateClinic { clinic: form.values.typed.clone(), idempotency_key };
        let id = retry(|| directory::create_clinic(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/admin/clinics/{id}?saved=1")))
    }

    pub(super) async fn edit(form: &Posted<ClinicValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let id = posted_id(&form.values.clinic)?;
        let command = directory::EditClinic { id, clinic: form.values.typed.clone(), version: form.version()? };
        retry(|| directory::edit_clinic(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/admin/clinics/{id}?saved=1")))
    }
}

/// The page with the form that adds a clinic.
#[component]
pub fn NewClinicPage() -> impl IntoView {
    let l = use_locale();
    let form = place(l, use_form::<CreateClinic, ClinicValues>())
        .field("currency", say!(l, admin.clinics.currency), say!(l, admin.clinics.currency_missing))
        .malformed(say!(l, admin.clinics.currency_malformed));
    let form = contact_and_hours(l, form);
    view! {
        <PageTitle text=say!(l, admin.clinics.add)/>
        <p><a href="/admin/clinics">"← " {say!(l, admin.clinics.title)}</a></p>
        <h1>{say!(l, admin.clinics.add)}</h1>
        <Form form class="card">
            <PlaceFields/>
            <TextField name="currency" width="short" hint=say!(l, admin.clinics.currency_hint)/>
            <ContactAndHoursFields/>
            <div class="row"><SubmitButton label=say!(l, admin.clinics.create)/></div>
        </Form>
    }
}

/// The page with the form that changes a clinic.
#[component]
pub fn EditClinicPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let clinic = Resource::new_blocking(move || params.with(|params| params.get("id").unwrap_or_default()), load_clinic);
    let form = contact_and_hours(l, place(l, use_form::<EditClinic, ClinicValues>()));
    view! {
        <PageTitle text=say!(l, admin.clinics.edit)/>
        <h1>{say!(l, admin.clinics.edit)}</h1>
        {loaded(clinic, move |clinic| edit_form(l, form, &clinic))}
    }
}

fn edit_form(l: Locale, form: FormHandle, clinic: &ClinicView) -> impl IntoView + use<> {
    let id = clinic.id.to_string();
    let values = ClinicValues { clinic: id.clone(), typed: clinic.typed() };
    let form = form.editing(&values, clinic.version.into());
    view! {
        <Form form class="card">
            <input type="hidden" name="clinic" value=id.clone()/>
            <PlaceFields/>
            <ContactAndHoursFields/>
            <div class="row">
                <SubmitButton label=say!(l, admin.clinics.save)/>
                <a href=format!("/admin/clinics/{id}")>{say!(l, common.dialog.cancel)}</a>
            </div>
        </Form>
    }
}

/// Declares the fields that say what and where a clinic is.
fn place(l: Locale, form: FormHandle) -> FormHandle {
    form.field("name", say!(l, admin.clinics.name), say!(l, admin.clinics.name_missing))
        .field("country", say!(l, admin.clinics.country), say!(l, admin.clinics.country_missing))
        .field("time_zone", say!(l, admin.clinics.zone), say!(l, admin.clinics.zone_missing))
}

/// Declares the fields that say how and when a clinic can be reached.
fn contact_and_hours(l: Locale, form: FormHandle) -> FormHandle {
    let form = form
        .field("address", say!(l, admin.clinics.address), say!(l, admin.clinics.address_missing))
        .optional("postcode", say!(l, admin.clinics.postcode))
        .malformed(say!(l, admin.clinics.postcode_malformed))
        .field("latitude", say!(l, admin.clinics.latitude), say!(l, admin.clinics.latitude_missing))
        .malformed(say!(l, admin.clinics.latitude_malformed))
        .field("longitude", say!(l, admin.clinics.longitude), say!(l, admin.clinics.longitude_missing))
        .malformed(say!(l, admin.clinics.longitude_malformed))
        .optional("phone", say!(l, admin.clinics.phone))
        .malformed(say!(l, common.person.phone_malformed))
        .optional("letterhead", say!(l, admin.clinics.letterhead))
        .field("guardians_of_teens", say!(l, admin.clinics.guardians), say!(l, admin.clinics.guardians_missing));
    WEEKDAYS
        .into_iter()
        .zip(names(l).weekdays)
        .fold(form, |form, (day, label)| form.optional(day, label).malformed(say!(l, admin.clinics.hours_malformed)))
}

#[component]
fn PlaceFields() -> impl IntoView {
    let l = use_locale();
    let none = Choice { value: String::new(), label: say!(l, admin.clinics.no_country).to_owned(), hint: None };
    let country = |country: Country| Choice { value: country.as_str().to_owned(), label: country.name().to_owned(), hint: None };
    let countries: Vec<Choice> = std::iter::once(none).chain(Country::all().map(country)).collect();
    view! {
        <TextField name="name" hint=say!(l, admin.clinics.name_hint)/>
        <SelectField name="country" choices=countries preset=""/>
        <ZoneField name="time_zone" hint=say!(l, admin.clinics.zone_hint)/>
    }
}

#[component]
fn ContactAndHoursFields() -> impl IntoView {
    let l = use_locale();
    let see =
        |see: &GuardiansSee| Choice { value: see.as_str().to_owned(), label: guardians_see(l, *see).to_owned(), hint: None };
    let choices: Vec<Choice> = GuardiansSee::ALL.iter().map(see).collect();
    let days: Vec<_> = WEEKDAYS.into_iter().map(|day| view! { <TextField name=day width="medium" optional=true/> }).collect();
    view! {
        <TextArea name="address" hint=say!(l, admin.clinics.address_hint)/>
        <TextField name="postcode" width="short" hint=say!(l, admin.clinics.postcode_hint) optional=true/>
        <TextField name="latitude" width="short" hint=say!(l, admin.clinics.latitude_hint) optional=true/>
        <TextField name="longitude" width="short" hint=say!(l, admin.clinics.longitude_hint) optional=true/>
        <TextField name="phone" kind="tel" inputmode="tel" width="medium" optional=true/>
        <TextArea name="letterhead" hint=say!(l, admin.clinics.letterhead_hint) optional=true/>
        <SelectField name="guardians_of_teens" hint=say!(l, admin.clinics.guardians_hint) choices preset="everything"/>
        <h2>{say!(l, admin.clinics.hours)}</h2>
        <p>{say!(l, admin.clinics.hours_hint)}</p>
        {days}
    }
}
