//! The intake before a visit: the worklist of a nurse, and the page on which the nurse measures for one visit.

use super::form::{MeasurementForm, measurement_form};
use super::list::AllMeasurements;
use kit::failure::Failure;
use kit::forms::FormHandle;
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{Choice, Column, Detail, Grouping, Moment, PageTitle, SelectField, Table, Tag, TagKind, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;
use model::format;
use model::live::LiveKind;
use model::vitals::{IntakeItem, IntakeList, IntakePlace, IntakeView, PatientMeasurements};
use std::collections::BTreeSet;
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

/// What the address of the worklist says: which visits are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Narrowed {
    place: Option<IntakePlace>,
    room: Option<String>,
}

impl Narrowed {
    fn in_address(query: &ParamsMap) -> Self {
        let given = |name: &str| query.get(name).filter(|text| !text.is_empty());
        Self { place: given("state").and_then(|place| IntakePlace::parse(&place).ok()), room: given("room") }
    }

    fn shows(&self, item: &IntakeItem) -> bool {
        self.place.is_none_or(|place| place == item.place)
            && self.room.as_ref().is_none_or(|room| item.card.room.as_ref() == Some(room))
    }
}

/// The worklist, by the state of the visits. It changes when patients come and go. The address narrows it to a state and to a room.
#[component]
pub fn IntakesPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let changes = use_changes(LiveKind::Appointment);
    let narrowed = Memo::new(move |_| query.with(Narrowed::in_address));
    let found = Resource::new_blocking(move || (narrowed.get(), changes.get()), |_| load_intakes());
    view! {
        <PageTitle text=say!(l, records.intake.title)/>
        {loaded(found, move |list| view! { <Worklist list narrowed=narrowed.get_untracked()/> })}
    }
    .into_any()
}

#[component]
fn Worklist(list: IntakeList, narrowed: Narrowed) -> impl IntoView {
    let l = use_locale();
    let IntakeList { date, items } = list;
    let is_narrowed = narrowed != Narrowed::default();
    let rooms: BTreeSet<String> = items.iter().filter_map(|item| item.card.room.clone()).chain(narrowed.room.clone()).collect();
    let has_rooms = !rooms.is_empty();
    let filter = (!items.is_empty() || is_narrowed).then(|| view! { <Filter narrowed=narrowed.clone() rooms/> });
    let rows: Vec<_> = items.into_iter().filter(|item| narrowed.shows(item)).collect();
    let n = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let caption = plural(n, say!(l, records.intake.count_singular, n = n), say!(l, records.intake.count_plural, n = n));
    let (empty_title, empty_text) = if is_narrowed {
        (say!(l, records.intake.none_title), say!(l, records.intake.none))
    } else {
        (say!(l, records.intake.empty_title), say!(l, records.intake.empty))
    };
    view! {
        <div class="lead">
            <h1>{say!(l, records.intake.title)}</h1>
            <p>{format::date_long(date, names(l))}</p>
        </div>
        {filter}
        <Table
            columns=columns(l, has_rooms)
            rows
            caption
            grouping=Grouping::by(move |item: &IntakeItem| place_name(l, item.place).to_owned())
            with_zone=true
            empty_title
            empty_text
        />
    }
    .into_any()
}

/// The form that narrows the worklist. It works without scripts, and a page that is narrowed stays narrowed when it is loaded anew.
#[component]
fn Filter(narrowed: Narrowed, rooms: BTreeSet<String>) -> impl IntoView {
    let l = use_locale();
    let all = |label: &'static str| Choice { value: String::new(), label: label.to_owned(), hint: None };
    let place = |place: &IntakePlace| Choice { value: place.to_string(), label: place_name(l, *place).to_owned(), hint: None };
    let places: Vec<Choice> =
        [all(say!(l, records.intake.all_states))].into_iter().chain(IntakePlace::ALL.iter().map(place)).collect();
    let chosen = narrowed.place.map(|place| place.to_string()).unwrap_or_default();
    let of_room = (!rooms.is_empty()).then(|| {
        let room = |room: String| Choice { value: room.clone(), label: room, hint: None };
        let choices: Vec<Choice> =
            [all(say!(l, records.intake.all_rooms))].into_iter().chain(rooms.into_iter().map(room)).collect();
        let preset = narrowed.room.clone().unwrap_or_default();
        view! { <SelectField name="room" label=say!(l, records.intake.room) choices preset/> }
    });
    view! {
        <form class="form no-print" method="get" action="/ward/intake">
            <div class="filters">
                <SelectField name="state" label=say!(l, records.intake.visit_state) choices=places preset=chosen/>
                {of_room}
                <div class="row"><button type="submit" class="button plain">{say!(l, records.intake.show)}</button></div>
            </div>
        </form>
    }
    .into_any()
}

/// The heading of a visit's group, and the name of its state. The visits come in the order of the groups.
fn place_name(l: Locale, place: IntakePlace) -> &'static str {
    match place {
        IntakePlace::Waiting => say!(l, records.intake.waiting),
        IntakePlace::Expected => say!(l, records.intake.expected),
        IntakePlace::WithDoctor => say!(l, records.intake.with_doctor),
        IntakePlace::Over => say!(l, records.intake.over),
    }
}

fn columns(l: Locale, has_rooms: bool) -> Vec<Column<IntakeItem>> {
    let mut columns = vec![
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
    ];
    if has_rooms {
        columns.push(Column::text(say!(l, records.intake.room), |item: &IntakeItem| item.card.room.clone().map(said)));
    }
    columns.push(Column::text(say!(l, records.intake.state), move |item: &IntakeItem| {
        let href = format!("/ward/intake/{}", item.card.encounter);
        let label = say!(l, records.intake.open_of, patient = item.card.patient.name.clone());
        let state = match item.taken_at {
            Some(at) => view! {
                <Tag kind=TagKind::Good text=say!(l, records.intake.done)/> " " <Moment at detail=Detail::Time/>
            }
            .into_any(),
            None => view! { <Tag kind=TagKind::Warn text=say!(l, records.intake.missing)/> }.into_any(),
        };
        let tasks = format!("/ward/tasks?patient={}", item.card.patient.id);
        let task_label = say!(l, team.tasks.for_patient_of, patient = item.card.patient.name.clone());
        view! {
            {state} " " <a href=href aria-label=label>{say!(l, records.intake.open)}</a> " · "
            <a href=tasks aria-label=task_label>{say!(l, team.tasks.for_patient)}</a>
        }
    }));
    columns
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
                <a href=format!("/ward/patients/{patient}/measurements")>{say!(l, records.vitals.all)}</a> " · "
                <a href=format!("/ward/tasks?patient={patient}")>{say!(l, team.tasks.for_patient)}</a> " · "
                <a href=format!("/ward/handover?patient={patient}")>{say!(l, team.handover.for_patient)}</a>
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
