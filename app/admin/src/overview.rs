//! The home page of the administrators' portal.

use crate::health::faults_list;
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::{Card, EmptyState, Notice, NoticeKind, PageTitle, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::health::HealthReport;
use model::live::LiveKind;
use serde::{Deserialize, Serialize};
use words::{plural, say};

/// The data of the home page.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// The number of applications to decide; none for a user who may not decide.
    pub applications: Option<i64>,
    /// The system status; none for a user who may not see it.
    pub health: Option<HealthReport>,
}

/// Loads the overview for the caller, an administrator or support.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-overview")]
pub async fn load_overview() -> Result<Overview, Failure> {
    let request = kit::request::RequestContext::require()?;
    let relay = crate::relay::RelayReading::now();
    let applications = permitted(domain::directory::applications_waiting(&request.domain, &request.access).await)?;
    let health = permitted(domain::health::report(&request.domain, &request.access, relay).await)?;
    Ok(Overview { applications, health })
}

/// Turns `Forbidden` into `None`: what the caller may not see is left out.
#[cfg(feature = "ssr")]
fn permitted<T>(outcome: domain::Result<T>) -> Result<Option<T>, Failure> {
    match outcome {
        Err(error) if error.code() == model::errors::Code::Forbidden => Ok(None),
        outcome => kit::failure::answered(outcome.map(Some)),
    }
}

/// The home page: applications to decide, and whether the system works.
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
    view! {
        {overview.applications.map(|count| view! { <Applications count/> })}
        <div class="two">
            {overview.health.map(|report| view! { <InBrief report/> })}
            <Card title=say!(l, admin.overview.people_title)>
                <p>{say!(l, admin.overview.people)}</p>
                <p><a href="/admin/people">{say!(l, common.home.admin_people)}</a></p>
            </Card>
        </div>
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
