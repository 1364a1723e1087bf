//! Lists of visits for reception: those of one patient, and those that wait for an answer. Who calls the clinic is found by name, and their visits are then here.

use super::states::{StateTag, mode_name};
use kit::address::query;
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::{Column, Detail, Moment, PageTitle, Paging, Table, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::live::LiveKind;
use model::page::Page;
use model::scheduling::views::AppointmentCard;
use words::{Locale, plural, say};

/// Loads a page of the visits that the user may see: those of one patient, or those that wait for an answer.
///
/// # Errors
/// `SignInNeeded`, `Forbidden`; `NotFound` for an id that is malformed.
#[server(prefix = "/do", endpoint = "list-clinic-visits")]
pub async fn list_clinic_visits(
    /// The patient's id; none for the visits of everybody that wait for an answer.
    patient: Option<String>,
    /// Whether to list past visits instead of upcoming ones. No past visit waits for an answer.
    past: bool,
    /// The cursor: the last visit of the previous page.
    after: Option<String>,
) -> Result<Page<AppointmentCard>, Failure> {
    use domain::scheduling::{AppointmentFilter, ListAppointments, Which, list_narrowed};
    use model::scheduling::AppointmentState;

    let request = kit::request::RequestContext::require()?;
    let filter = match patient {
        Some(patient) => AppointmentFilter { patient: Some(kit::request::id(&patient)?), ..AppointmentFilter::default() },
        None => AppointmentFilter { state: Some(AppointmentState::Requested), ..AppointmentFilter::default() },
    };
    let which = if past { Which::Past } else { Which::Upcoming };
    let command = ListAppointments { which, after: after.and_then(|after| after.parse().ok()), limit: None };
    kit::request::call(|| list_narrowed(&request.domain, &request.access, command, filter)).await
}

/// The page `/desk/patients/:id/visits`.
#[component]
pub fn DeskPatientVisitsPage() -> impl IntoView {
    let l = use_locale();
    let (params, address) = (use_params_map(), use_query_map());
    let patient = move || params.with(|params| params.get("id")).unwrap_or_default();
    let is_past = move || address.with(|address| address.get("show").as_deref() == Some("past"));
    let after = move || address.with(|address| address.get("after"));
    let changes = use_changes(LiveKind::Appointment);
    let page = Resource::new_blocking(
        move || (patient(), is_past(), after(), changes.get()),
        |(patient, past, after, _)| list_clinic_visits(Some(patient), past, after),
    );
    let current = move |past: bool| (is_past() == past).then_some("page");
    let here = move || format!("/desk/patients/{}/visits", patient());
    view! {
        <PageTitle text=say!(l, scheduling.desk_visits.of_patient)/>
        <p><a href=move || format!("/desk/patients/{}", patient())>"← " {say!(l, scheduling.appointment.patient)}</a></p>
        <h1>{say!(l, scheduling.desk_visits.of_patient)}</h1>
        <nav class="tabs" aria-label=say!(l, scheduling.list.which)>
            <a href=here aria-current=move || current(false)>{say!(l, scheduling.list.upcoming)}</a>
            <a href=move || format!("{}?show=past", here()) aria-current=move || current(true)>{say!(l, scheduling.list.past)}</a>
        </nav>
        {loaded(page, move |page| {
            let (here, after) = (untrack(here), untrack(after));
            let show = untrack(is_past).then_some("past");
            let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
                format!("{here}{}", query(&[("show", show), ("after", after)]))
            });
            let book = untrack(move || format!("/desk/day?patient={}", patient()));
            let caption = caption(l, page.items.len());
            view! {
                <Table
                    columns=columns(l)
                    rows=page.items
                    caption
                    with_zone=true
                    paging
                    empty_title=say!(l, scheduling.desk_visits.none_title)
                    empty_text=say!(l, scheduling.desk_visits.none)
                >
                    <a class="button" href=book>{say!(l, scheduling.columns.title)}</a>
                </Table>
            }
        })}
    }
    .into_any()
}

/// The page `/desk/requests`.
#[component]
pub fn DeskRequestsPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let after = move || address.with(|address| address.get("after"));
    let changes = use_changes(LiveKind::Appointment);
    let page = Resource::new_blocking(move || (after(), changes.get()), |(after, _)| list_clinic_visits(None, false, after));
    view! {
        <PageTitle text=say!(l, scheduling.desk_visits.requests)/>
        <p><a href="/desk">"← " {say!(l, scheduling.appointment.back_doctor)}</a></p>
        <h1>{say!(l, scheduling.desk_visits.requests)}</h1>
        <p>{say!(l, scheduling.desk_visits.requests_lead)}</p>
        {loaded(page, move |page| {
            let after = untrack(after);
            let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
                format!("/desk/requests{}", query(&[("after", after)]))
            });
            let caption = caption(l, page.items.len());
            view! {
                <Table
                    columns=columns(l)
                    rows=page.items
                    caption
                    with_zone=true
                    paging
                    empty_title=say!(l, scheduling.desk_visits.no_requests_title)
                    empty_text=say!(l, scheduling.desk_visits.no_requests)
                />
            }
        })}
    }
    .into_any()
}

fn caption(l: Locale, count: usize) -> String {
    let n = i64::try_from(count).unwrap_or(i64::MAX);
    plural(n, say!(l, scheduling.clinic_day.count_singular, n = n), say!(l, scheduling.clinic_day.count_plural, n = n))
}

fn columns(l: Locale) -> Vec<Column<AppointmentCard>> {
    vec![
        Column::text(say!(l, scheduling.appointment.when), |card: &AppointmentCard| {
            view! { <Moment at=card.starts_at detail=Detail::DayAndTime/> }
        }),
        Column::text(say!(l, scheduling.appointment.patient), |card: &AppointmentCard| {
            let (name, number) = (card.patient.name.clone(), card.patient.number.clone());
            view! { <strong>{said(name)}</strong> <small>" " <span class="num">{number}</span></small> }
        }),
        Column::text(say!(l, scheduling.clinic_day.doctor), |card: &AppointmentCard| said(&card.doctor.name)),
        Column::text(say!(l, scheduling.clinic_day.mode), move |card: &AppointmentCard| mode_name(l, card.mode)),
        Column::text(say!(l, scheduling.today.state), |card: &AppointmentCard| view! { <StateTag state=card.state/> }),
        Column::text(say!(l, scheduling.desk_visits.details), move |card: &AppointmentCard| visit_link(l, card)),
    ]
}

/// The link to the page of a visit at the desk.
pub(super) fn visit_link(l: Locale, card: &AppointmentCard) -> AnyView {
    let label = say!(l, scheduling.desk_visits.details_of, patient = card.patient.name.clone());
    let href = format!("/desk/appointments/{}", card.id);
    view! { <a class="no-print" href=href aria-label=label>{say!(l, scheduling.desk_visits.details)}</a> }.into_any()
}
