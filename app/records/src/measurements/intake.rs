//! The intake before a visit: the worklist of a nurse, and the page on which the nurse measures for one visit.

use super::form::{MeasurementForm, measurement_form};
use super::list::AllMeasurements;
use kit::failure::Failure;
use kit::forms::FormHandle;
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{Column, Detail, Grouping, Moment, PageTitle, Table, Tag, TagKind, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::format;
use model::live::LiveKind;
use model::scheduling::AppointmentState;
use model::vitals::{IntakeItem, IntakeList, IntakeView, PatientMeasurements};
use words::{Locale, plural, say};

/// Loads the visits of today at the clinic in which the user acts, with what was measured for them.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for roles that do not measure for a clinic.
#[server(prefix = "/do", endpoint = "load-intakes")]
pub async fn load_intakes() -> Result<IntakeList, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::records::intakes(&request.domain, &request.access, None, request.viewer.zone_name())).await
}

/// Loads the intake of a visit.
///
/// # Errors
/// `NotFound`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-intake")]
pub async fn load_intake(
    /// The visit's id.
    encounter: String,
) -> Result<IntakeView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&encounter)?;
    kit::request::call(|| domain::records::intake(&request.domain, &request.access, id)).await
}

/// The worklist, by the state of the visits. It changes when patients come and go.
#[component]
pub fn IntakesPage() -> impl IntoView {
    let l = use_locale();
    let changes = use_changes(LiveKind::Appointment);
    let found = Resource::new_blocking(move || changes.get(), |_| load_intakes());
    view! {
        <PageTitle text=say!(l, records.intake.title)/>
        {loaded(found, move |list| view! { <Worklist list/> })}
    }
    .into_any()
}

#[component]
fn Worklist(list: IntakeList) -> impl IntoView {
    let l = use_locale();
    let IntakeList { date, items } = list;
    let n = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let caption = plural(n, say!(l, records.intake.count_singular, n = n), say!(l, records.intake.count_plural, n = n));
    view! {
        <div class="lead">
            <h1>{say!(l, records.intake.title)}</h1>
            <p>{format::date_long(date, names(l))}</p>
        </div>
        <Table
            columns=columns(l)
            rows=items
            caption
            grouping=Grouping::by(move |item: &IntakeItem| group_name(l, item).to_owned())
            with_zone=true
            empty_title=say!(l, records.intake.empty_title)
            empty_text=say!(l, records.intake.empty)
        />
    }
    .into_any()
}

/// The heading of a visit's group. The visits come in the order of the groups.
fn group_name(l: Locale, item: &IntakeItem) -> &'static str {
    match item.card.state {
        AppointmentState::Confirmed if item.card.arrived_at.is_some() => say!(l, records.intake.waiting),
        AppointmentState::Requested | AppointmentState::Confirmed => say!(l, records.intake.expected),
        AppointmentState::InVisit => say!(l, records.intake.with_doctor),
        AppointmentState::Completed | AppointmentState::Cancelled | AppointmentState::NoShow => say!(l, records.intake.over),
    }
}

fn columns(l: Locale) -> Vec<Column<IntakeItem>> {
    vec![
        Column::text(say!(l, records.intake.time), |item: &IntakeItem| {
            view! { <Moment at=item.card.starts_at detail=Detail::Time/> }
        }),
        Column::text(say!(l, records.intake.patient), |item: &IntakeItem| {
            let patient = &item.card.patient;
            let href = format!("/ward/patients/{}/measurements", patient.id);
            view! {
                <strong><a href=href>{said(&patient.name)}</a></strong>
                <small>" " <span class="num">{patient.number.clone()}</span></small>
            }
        }),
        Column::text(say!(l, records.intake.doctor), |item: &IntakeItem| said(&item.card.doctor.name)),
        Column::text(say!(l, records.intake.state), move |item: &IntakeItem| {
            let href = format!("/ward/intake/{}", item.card.encounter);
            let label = say!(l, records.intake.open_of, patient = item.card.patient.name.clone());
            let state = match item.taken_at {
                Some(at) => view! {
                    <Tag kind=TagKind::Good text=say!(l, records.intake.done)/> " " <Moment at detail=Detail::Time/>
                }
                .into_any(),
                None => view! { <Tag kind=TagKind::Warn text=say!(l, records.intake.missing)/> }.into_any(),
            };
            view! { {state} " " <a href=href aria-label=label>{say!(l, records.intake.open)}</a> }
        }),
    ]
}

/// The page on which a nurse measures for a visit.
#[component]
pub fn IntakePage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let form = measurement_form();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let found = Resource::new_blocking(move || (id(), form.done().get()), |(id, _)| load_intake(id));
    view! {
        <PageTitle text=say!(l, records.intake.of)/>
        <p><a href="/ward/intake">"← " {say!(l, records.intake.back)}</a></p>
        {loaded(found, move |intake| view! { <Intake intake form/> })}
    }
    .into_any()
}

#[component]
fn Intake(intake: IntakeView, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let IntakeView { card, measurements } = intake;
    let PatientMeasurements { patient, patient_name, may_add, items, .. } = measurements;
    let encounter = card.encounter;
    let of_visit: Vec<_> = items.into_iter().filter(|item| item.encounter == Some(encounter)).collect();
    let shown = if of_visit.is_empty() {
        view! { <p class="quiet">{say!(l, records.intake.nothing)}</p> }.into_any()
    } else {
        view! { <AllMeasurements items=of_visit is_own=false/> }.into_any()
    };
    view! {
        <div class="lead">
            <h1>{said(patient_name)}</h1>
            <p>
                <Moment at=card.starts_at/> " · " {said(card.doctor.name)} " · "
                <a href=format!("/ward/patients/{patient}/measurements")>{say!(l, records.vitals.all)}</a>
            </p>
        </div>
        {may_add.then(|| view! {
            <section class="card">
                <h2>{say!(l, records.vitals.add_title)}</h2>
                <MeasurementForm form patient encounter=Some(encounter) at_home=false/>
            </section>
        })}
        <h2>{say!(l, records.intake.for_visit)}</h2>
        {shown}
    }
    .into_any()
}
