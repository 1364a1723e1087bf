//! The patient's appointments: upcoming and past.

use super::states::{StateTag, mode_name};
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{EmptyState, Face, MomentRange, PageTitle, Pager, Paging, ZoneNote, listed, loaded, said};
use kit::viewer::use_locale;
use kit::viewer::use_viewer;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::live::LiveKind;
use model::page::Page;
use model::scheduling::views::AppointmentCard;
use words::say;

/// Loads a page of the appointments that the viewer may see.
///
/// # Errors
/// `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "list-visits")]
pub async fn list_visits(
    /// Whether to list past appointments instead of upcoming ones.
    past: bool,
    /// The cursor: the last appointment of the previous page.
    after: Option<String>,
    /// The largest number to return; none for the default.
    limit: Option<u32>,
) -> Result<Page<AppointmentCard>, Failure> {
    use domain::scheduling::{ListAppointments, Which, list};

    let request = kit::request::RequestContext::require()?;
    let which = if past { Which::Past } else { Which::Upcoming };
    let command = ListAppointments { which, after: after.and_then(|after| after.parse().ok()), limit };
    kit::request::call(|| list(&request.domain, &request.access, command)).await
}

/// The page with the patient's appointments.
#[component]
pub fn AppointmentsPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let is_past = move || query.with(|query| query.get("show").as_deref() == Some("past"));
    let changes = use_changes(LiveKind::Appointment);
    let asked = move || (is_past(), query.with(|query| query.get("after")), changes.get());
    let page = Resource::new_blocking(asked, |(past, after, _)| list_visits(past, after, None));
    let current = move |past: bool| (is_past() == past).then_some("page");
    view! {
        <PageTitle text=say!(l, scheduling.list.title)/>
        <div class="row">
            <h1>{say!(l, scheduling.list.title)}</h1>
            <a class="button end" href="/doctors">{say!(l, scheduling.search.title)}</a>
            <a href="/waiting">{say!(l, scheduling.waiting.title)}</a>
        </div>
        <nav class="tabs" aria-label=say!(l, scheduling.list.which)>
            <a href="/appointments" aria-current=move || current(false)>{say!(l, scheduling.list.upcoming)}</a>
            <a href="/appointments?show=past" aria-current=move || current(true)>{say!(l, scheduling.list.past)}</a>
        </nav>
        {loaded(page, move |page| {
            let (past, after) = (is_past(), query.with_untracked(|query| query.get("after")));
            view! { <Visits page past after/> }
        })}
    }
}

#[component]
fn Visits(page: Page<AppointmentCard>, past: bool, after: Option<String>) -> impl IntoView {
    let l = use_locale();
    if page.items.is_empty() {
        return if past {
            view! { <EmptyState title=say!(l, scheduling.list.empty_past_title) text=say!(l, scheduling.list.empty_past)/> }
                .into_any()
        } else {
            view! {
                <EmptyState title=say!(l, scheduling.list.empty_title) text=say!(l, scheduling.list.empty)>
                    <a class="button" href="/doctors">{say!(l, scheduling.search.title)}</a>
                </EmptyState>
            }
            .into_any()
        };
    }
    let show = past.then_some("past");
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/appointments{}", kit::address::query(&[("show", show), ("after", after)]))
    });
    view! {
        <section class="card">
            <ZoneNote/>
            <VisitList cards=page.items/>
            <Pager paging/>
        </section>
    }
    .into_any()
}

/// A list of appointments, each with a link to its page.
#[component]
pub(super) fn VisitList(
    /// The appointments.
    cards: Vec<AppointmentCard>,
) -> impl IntoView {
    let l = use_locale();
    let zone = use_viewer().zone_rules();
    let items: Vec<_> = cards
        .into_iter()
        .map(|card| {
            let day = format::date_long(zone.to_datetime(card.starts_at).date(), names(l));
            let details = [
                listed(&card.doctor.specialties),
                listed(std::slice::from_ref(&card.clinic.name)),
                mode_name(l, card.mode).to_owned(),
            ];
            let details = details.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
            let late = card.late.map(|late| {
                let text = say!(l, common.late.title, doctor = card.doctor.name.clone(), n = late.by.minutes());
                view! { <p><strong>{text}</strong></p> }
            });
            view! {
                <li class="row">
                    <Face name=card.doctor.name.clone() photo=card.doctor.photo/>
                    <div class="grow">
                        <strong>{card.range().map(|range| view! { <MomentRange range with_day=true/> })}</strong>
                        <p>{said(card.doctor.name.clone())}</p>
                        <p class="quiet">{details}</p>
                        {late}
                    </div>
                    <StateTag state=card.state/>
                    <a href=format!("/appointments/{}", card.id) aria-label=say!(l, scheduling.list.open_of, day = day)>
                        {say!(l, scheduling.list.open)}
                    </a>
                </li>
            }
        })
        .collect();
    view! { <ul class="list">{items}</ul> }
}
