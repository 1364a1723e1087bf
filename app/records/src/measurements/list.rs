//! The measurements of a patient: for nurses, for the doctors who treat the patient, and for the patient. All values as a table, their course over time, the form that adds
//! some, and the form that marks some as entered in error.

use super::chart::Courses;
use super::form::{MeasurementForm, measurement_form};
use super::growth::GrowthCharts;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, shows_refused, use_form};
use kit::parts::time::names;
use kit::parts::{
    Choice, Column, Detail, Moment, Notice, NoticeKind, PageTitle, Radios, Table, Tag, TagKind, TextField, VitalLines, loaded,
    said,
};
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::format::date_time_short;
use model::ids::PatientId;
use model::vitals::{MeasurementView, PatientMeasurements};
use serde::{Deserialize, Serialize};
use words::{Locale, plural, say};

/// The values of the form that marks measurements as entered in error.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WithdrawMeasurementsValues {
    /// The patient's id.
    pub patient: String,
    /// The id of the measurements.
    pub measurement: String,
    /// Why.
    pub reason: String,
}

impl FormValues for WithdrawMeasurementsValues {
    const FORM: &'static str = "records.withdraw_measurements";
    const KEEP: Keep = Keep::Nowhere;
}

/// Lists the measurements of a patient; without a patient, of the one on whose behalf the user acts.
///
/// # Errors
/// `NotFound`; `SignInNeeded`; `Forbidden`.
#[server(prefix = "/do", endpoint = "list-measurements")]
pub async fn list_measurements(
    /// The patient's id, as it comes from an address.
    patient: Option<String>,
) -> Result<PatientMeasurements, Failure> {
    let request = kit::request::RequestContext::require()?;
    let patient = patient.map(|patient| kit::request::id(&patient)).transpose()?;
    kit::request::call(|| domain::records::measurements(&request.domain, &request.access, patient)).await
}

/// Marks measurements as entered in error.
///
/// # Errors
/// Wrong fields; `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "withdraw-measurements")]
pub async fn withdraw_measurements(
    /// The posted form.
    #[server(flatten)]
    form: Posted<WithdrawMeasurementsValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::withdraw(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, Posted, WithdrawMeasurementsValues};
    use crate::same_page;
    use domain::{error::retry, records};
    use kit::request::{RequestContext, posted_id};
    use model::errors::FieldFault;

    pub(super) async fn withdraw(form: &Posted<WithdrawMeasurementsValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let patient = posted_id(&form.values.patient)?;
        if form.values.measurement.is_empty() {
            return Err(domain::Error::field("measurement", FieldFault::Missing).into());
        }
        let command = records::WithdrawMeasurements {
            patient,
            measurement: posted_id(&form.values.measurement)?,
            reason: form.values.reason.clone(),
        };
        retry(|| records::withdraw_measurements(&request.domain, &request.access, command.clone())).await?;
        Ok(same_page(form))
    }
}

/// The patient's own page.
#[component]
pub fn OwnMeasurementsPage() -> impl IntoView {
    page(None)
}

/// The page for doctors who treat the patient.
#[component]
pub fn DoctorMeasurementsPage() -> impl IntoView {
    page(Some("/doctor"))
}

/// The page for nurses.
#[component]
pub fn WardMeasurementsPage() -> impl IntoView {
    page(Some("/ward"))
}

/// `home` is the portal of the staff, below which the pages of patients are.
fn page(home: Option<&'static str>) -> AnyView {
    let l = use_locale();
    let params = use_params_map();
    let form = measurement_form();
    let withdraw = withdraw_form();
    let patient = move || home.and_then(|_| params.with(|params| params.get("id")));
    let found = Resource::new_blocking(
        move || (patient(), form.done().get(), withdraw.done().get()),
        |(patient, ..)| list_measurements(patient),
    );
    view! {
        <PageTitle text=say!(l, common.vitals.title)/>
        {loaded(found, move |measurements| view! { <Measurements measurements home form withdraw/> })}
    }
    .into_any()
}

/// Creates the form that marks measurements as entered in error. Create it at the top of the page.
fn withdraw_form() -> FormHandle {
    let l = use_locale();
    use_form::<WithdrawMeasurements, WithdrawMeasurementsValues>()
        .choice("measurement", say!(l, records.vitals.which), say!(l, records.vitals.which_missing))
        .field("reason", say!(l, records.vitals.reason), say!(l, records.vitals.reason_missing))
        .noun(say!(l, records.vitals.reason_noun))
}

#[component]
fn Measurements(
    measurements: PatientMeasurements,
    /// The portal of the staff; none for the patient's side.
    home: Option<&'static str>,
    form: FormHandle,
    withdraw: FormHandle,
) -> impl IntoView {
    let l = use_locale();
    let PatientMeasurements { patient, patient_name, age_months, may_add, growth, items, is_cut } = measurements;
    let is_own = home.is_none();
    let (lead, add) = if is_own {
        (say!(l, records.vitals.lead_own), say!(l, records.vitals.add_own_title))
    } else {
        (say!(l, records.vitals.lead_staff), say!(l, records.vitals.add_title))
    };
    let person = home.map(|home| view! { <p><a href=format!("{home}/patients/{patient}")>{said(patient_name)}</a></p> });
    let alarming = is_own && items.first().is_some_and(|newest| !newest.alarms.is_empty());
    let alarm = alarming.then(|| {
        view! {
            <Notice kind=NoticeKind::Warn title=say!(l, records.vitals.alarm_own_title)>
                <p>{say!(l, records.vitals.alarm_own)}</p>
            </Notice>
        }
    });
    let own: Vec<MeasurementView> = items.iter().filter(|item| item.may_withdraw).cloned().collect();
    let courses = items.clone();
    view! {
        <div class="lead">
            <h1>{say!(l, common.vitals.title)}</h1>
            {person}
            <p>{lead}</p>
        </div>
        {alarm}
        {may_add.then(|| view! {
            <section class="card">
                <h2>{add}</h2>
                <MeasurementForm form patient encounter=None at_home=is_own/>
            </section>
        })}
        {(courses.len() > 1).then(|| view! {
            <section class="card">
                <h2>{say!(l, records.vitals.courses)}</h2>
                <Courses items=courses age_months/>
            </section>
        })}
        {growth.map(|growth| view! { <GrowthCharts growth is_own/> })}
        <AllMeasurements items is_own/>
        {is_cut.then(|| view! { <p class="quiet">{say!(l, records.vitals.cut)}</p> })}
        {(!own.is_empty()).then(|| view! { <Withdraw patient own form=withdraw/> })}
    }
    .into_any()
}

/// All measurements, as a table. The patient's side is not shown a score that it could not read.
#[component]
pub(super) fn AllMeasurements(items: Vec<MeasurementView>, is_own: bool) -> impl IntoView {
    let l = use_locale();
    let n = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let caption = plural(n, say!(l, records.vitals.count_singular, n = n), say!(l, records.vitals.count_plural, n = n));
    view! {
        <Table
            columns=columns(l, is_own)
            rows=items
            caption
            with_zone=true
            empty_title=say!(l, records.vitals.empty_title)
            empty_text=say!(l, records.vitals.empty)
        />
    }
    .into_any()
}

fn columns(l: Locale, is_own: bool) -> Vec<Column<MeasurementView>> {
    vec![
        Column::name(say!(l, records.vitals.taken), |item: &MeasurementView| {
            view! { <Moment at=item.taken_at detail=Detail::Short/> }
        }),
        Column::text(say!(l, records.vitals.values), move |item: &MeasurementView| {
            let shown = MeasurementView { news2: item.news2.filter(|_| !is_own), ..item.clone() };
            view! { <VitalLines view=shown/> }
        }),
        Column::text(say!(l, records.vitals.by), move |item: &MeasurementView| {
            let at_home = item.at_home.then(|| view! { " " <Tag kind=TagKind::Plain text=say!(l, records.vitals.at_home)/> });
            view! { {said(&item.recorded_by)} {at_home} }
        }),
    ]
}

/// The form that marks measurements as entered in error, folded.
#[component]
fn Withdraw(patient: PatientId, own: Vec<MeasurementView>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let (zone, names) = (use_viewer().zone_rules(), names(l));
    let choices: Vec<Choice> = own
        .iter()
        .map(|item| Choice { value: item.id.to_string(), label: date_time_short(item.taken_at, &zone, names), hint: None })
        .collect();
    view! {
        <details open=shows_refused()>
            <summary>{say!(l, records.vitals.withdraw_title)}</summary>
            <p>{say!(l, records.vitals.withdraw_lead)}</p>
            <Form form>
                <input type="hidden" name="patient" value=patient.to_string()/>
                <Radios name="measurement" choices=choices.clone()/>
                <TextField name="reason" hint=say!(l, records.vitals.reason_hint)/>
                <div class="row"><SubmitButton label=say!(l, records.vitals.withdraw) class="plain"/></div>
            </Form>
        </details>
    }
    .into_any()
}
