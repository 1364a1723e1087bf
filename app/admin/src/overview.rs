//! The home page of the administrators' portal.

use crate::health::faults_list;
use kit::address::query;
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::{Card, EmptyState, Notice, NoticeKind, PageTitle, loaded};
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use model::audit::AuditAction;
use model::health::HealthReport;
use model::live::LiveKind;
use model::scheduling::views::BookingFigures;
use model::visits::views::VisitFigures;
use serde::{Deserialize, Serialize};
use words::{plural, say};

/// The data of the home page.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// The number of applications to decide; none for a user who may not decide.
    pub applications: Option<i64>,
    /// The number of licences to review; `None` for the same users.
    pub licences: Option<i64>,
    /// The number of emergency accesses to review; none for a user who may not review them.
    pub emergencies: Option<i64>,
    /// The number of questions about accesses to records that wait for an answer; none for a user who may not answer them.
    pub access_questions: Option<i64>,
    /// The system status; none for a user who may not see it.
    pub health: Option<HealthReport>,
    /// What happened to appointments today; none for a user who may not see schedules.
    pub bookings: Option<BookingFigures>,
    /// What happens in the waiting rooms today; none for the same users.
    pub visits: Option<VisitFigures>,
    /// The number of accounts that were made today.
    pub joined: i64,
    /// The number of sessions in use.
    pub sessions: i64,
    /// Whether the user manages clinics and the roles of staff.
    pub manages: bool,
    /// Today in the viewer's time zone, `2026-11-24`, if the user may read the audit log.
    pub log_of: Option<String>,
}

/// Loads the overview for the caller, an administrator or support. An administrator of one clinic sees the figures of the clinic.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-overview")]
pub async fn load_overview() -> Result<Overview, Failure> {
    let request = kit::request::RequestContext::require()?;
    let relay = crate::relay::RelayReading::now();
    let applications = permitted(domain::directory::applications_waiting(&request.domain, &request.access).await)?;
    let licences = permitted(domain::directory::licences_waiting(&request.domain, &request.access).await)?;
    let emergencies = permitted(domain::directory::broken_glasses_waiting(&request.domain, &request.access).await)?;
    let access_questions = permitted(domain::directory::access_questions_waiting(&request.domain, &request.access).await)?;
    let health = permitted(domain::health::report(&request.domain, &request.access, relay).await)?;
    let zone = request.viewer.zone_rules();
    let date = zone.to_datetime(request.viewer.now).date();
    let today = model::scheduling::TimeRange::of_days(date, date, &zone).ok_or(model::errors::Code::Internal)?;
    let bookings = permitted(domain::scheduling::booking_figures(&request.domain, &request.access, today).await)?;
    let visits = permitted(domain::visits::visit_figures(&request.domain, &request.access, today).await)?;
    let joined = kit::failure::answered(domain::directory::joined(&request.domain, &request.access, today).await)?;
    let sessions = kit::failure::answered(domain::identity::active_sessions(&request.domain, &request.access).await)?;
    let may_read_log = request.access.scope(domain::access::ResourceKind::AuditLog).is_ok();
    let log_of = may_read_log.then(|| date.to_string());
    let manages = request.access.scope(domain::access::ResourceKind::Clinic).is_ok();
    Ok(Overview {
        applications,
        licences,
        emergencies,
        access_questions,
        health,
        bookings,
        visits,
        joined,
        sessions,
        manages,
        log_of,
    })
}

/// Turns `Forbidden` into `None`: what the caller may not see is left out.
#[cfg(feature = "ssr")]
fn permitted<T>(outcome: domain::Result<T>) -> Result<Option<T>, Failure> {
    match outcome {
        Err(error) if error.code() == model::errors::Code::Forbidden => Ok(None),
        outcome => kit::failure::answered(outcome.map(Some)),
    }
}

/// The home page: applications to decide, the figures of today, and whether the system works.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let l = use_locale();
    let changes = use_changes(LiveKind::DoctorApplied);
    let overview = Resource::new_blocking(move || changes.get(), |_| load_overview());
    view! {
        <PageTitle text=say!(l, common.home.admin_title)/>
        <h1>{say!(l, common.home.admin_title)}</h1>
        {loaded(overview, |overview| view! { <Waiting overview/> })}
    }
}

#[component]
fn Waiting(overview: Overview) -> impl IntoView {
    let l = use_locale();
    // Users who decide about licences may hide ratings too.
    let decides = overview.licences.is_some();
    view! {
        {overview.applications.map(|count| view! { <Applications count/> })}
        <Figures overview=overview.clone()/>
        <div class="two">
            {overview.health.map(|report| view! { <InBrief report/> })}
            <Card title=say!(l, admin.overview.people_title)>
                <p>{say!(l, admin.overview.people)}</p>
                <ul class="list">
                    <li><a href="/admin/people">{say!(l, common.home.admin_people)}</a></li>
                    <li><a href="/carers">{say!(l, common.home.carers)}</a></li>
                    {decides.then(|| view! { <li><a href="/admin/ratings">{say!(l, admin.ratings.title)}</a></li> })}
                </ul>
            </Card>
            {overview.manages.then(|| view! { <Organisation/> })}
        </div>
    }
}

/// The links to the clinics and their staff.
#[component]
fn Organisation() -> impl IntoView {
    let l = use_locale();
    // Documents belong to the organisation, so its administrators publish them.
    let of_all = use_viewer().who.is_some_and(|who| who.clinic_name.is_none());
    view! {
        <Card title=say!(l, admin.overview.organisation_title)>
            <p>{say!(l, admin.overview.organisation)}</p>
            <ul class="list">
                <li><a href="/admin/clinics">{say!(l, admin.overview.clinics)}</a></li>
                <li><a href="/admin/visit-types">{say!(l, admin.overview.visit_types)}</a></li>
                <li><a href="/admin/roles">{say!(l, admin.overview.roles)}</a></li>
                <li><a href="/admin/invitations">{say!(l, admin.overview.invitations)}</a></li>
                <li><a href="/admin/service-accounts">{say!(l, admin.service.title)}</a></li>
                {of_all.then(|| view! { <li><a href="/admin/apps">{say!(l, admin.apps.title)}</a></li> })}
                {of_all.then(|| view! { <li><a href="/admin/documents">{say!(l, admin.documents.title)}</a></li> })}
            </ul>
        </Card>
    }
}

/// The figures of today. Each leads to where it comes from, if the user may look there.
#[component]
fn Figures(overview: Overview) -> impl IntoView {
    let l = use_locale();
    let Overview {
        applications,
        licences,
        emergencies,
        access_questions,
        health,
        bookings,
        visits,
        joined,
        sessions,
        log_of,
        ..
    } = overview;
    // The entries of the audit log that were counted.
    let logged = |action: AuditAction| {
        let day = log_of.as_deref()?;
        Some(format!("/admin/audit{}", query(&[("action", Some(action.as_str())), ("from", Some(day)), ("until", Some(day))])))
    };
    let at = |address: &str| Some(address.to_owned());
    let mut figures = Vec::new();
    if let Some(bookings) = bookings {
        // No page of administrators has the visits of patients.
        figures.push((say!(l, admin.overview.planned), bookings.planned, None));
        figures.push((say!(l, admin.overview.booked), bookings.booked, logged(AuditAction::SchedulingAppointmentBooked)));
    }
    if let Some(visits) = visits {
        figures.push((say!(l, admin.overview.ended), visits.ended, logged(AuditAction::VisitsEnded)));
    }
    if let Some(bookings) = bookings {
        figures.push((
            say!(l, admin.overview.cancelled),
            bookings.cancelled,
            logged(AuditAction::SchedulingAppointmentCancelled),
        ));
        // Nothing is done when nobody comes, so no page has these.
        figures.push((say!(l, admin.overview.missed), bookings.missed, None));
    }
    if let Some(visits) = visits {
        figures.push((say!(l, admin.overview.now_waiting), visits.waiting, logged(AuditAction::VisitsPatientArrived)));
    }
    if let Some(count) = applications {
        figures.push((say!(l, admin.overview.to_review), count, at("/admin/applications")));
    }
    if let Some(count) = licences {
        figures.push((say!(l, admin.overview.licences), count, at("/admin/licences")));
    }
    if let Some(count) = emergencies {
        figures.push((say!(l, admin.overview.emergencies), count, at("/admin/emergencies")));
    }
    if let Some(count) = access_questions {
        figures.push((say!(l, admin.overview.access_questions), count, at("/admin/access-questions")));
    }
    if let Some(parts) = health.and_then(|report| report.parts) {
        figures.push((say!(l, admin.health.jobs_failed), parts.jobs_failed, at("/admin/health")));
        figures.push((say!(l, admin.overview.dead_mails), parts.mails_dead, at("/admin/health")));
        figures.push((say!(l, admin.overview.events_dead), parts.events_dead, at("/admin/health")));
    }
    figures.push((say!(l, admin.overview.joined), joined, at("/admin/people?order=newest")));
    figures.push((say!(l, admin.person.sessions), sessions, at("/admin/people?order=last_active")));
    let items: Vec<_> = figures
        .into_iter()
        .map(|(label, number, href)| {
            let shown = view! { <strong class="num">{number}</strong> <span>{label}</span> };
            match href {
                Some(href) => view! { <li><a href=href>{shown}</a></li> }.into_any(),
                None => view! { <li><p>{shown}</p></li> }.into_any(),
            }
        })
        .collect();
    view! {
        <section class="card">
            <h2>{say!(l, admin.overview.today)}</h2>
            <ul class="figures">{items}</ul>
        </section>
    }
}

#[component]
fn Applications(count: i64) -> impl IntoView {
    let l = use_locale();
    if count == 0 {
        return view! { <EmptyState title=say!(l, common.home.admin_empty_title) text=say!(l, common.home.admin_empty)/> }
            .into_any();
    }
    let (one, more) = (say!(l, admin.overview.waiting_singular, n = count), say!(l, admin.overview.waiting_plural, n = count));
    view! {
        <Card title=plural(count, one, more) next=true>
            <p>{say!(l, admin.overview.waiting)}</p>
            <div class="row"><a class="button" href="/admin/applications">{say!(l, admin.overview.open)}</a></div>
        </Card>
    }
    .into_any()
}

#[component]
fn InBrief(report: HealthReport) -> impl IntoView {
    let l = use_locale();
    let faults = report.faults();
    let dead = report.parts.map_or(0, |parts| parts.mails_dead);
    let state = if faults.is_empty() && dead == 0 {
        view! { <p>{say!(l, admin.health.well)}</p> }.into_any()
    } else {
        view! {
            <Notice kind=NoticeKind::Bad title=say!(l, admin.health.ill)>
                {faults_list(l, &faults)}
                {(dead > 0).then(|| view! { <p>{say!(l, admin.health.dead_waiting, n = dead)}</p> })}
            </Notice>
        }
        .into_any()
    };
    view! {
        <Card title=say!(l, admin.overview.health_title)>
            {state}
            <p><a href="/admin/health">{say!(l, admin.overview.health)}</a></p>
        </Card>
    }
}
