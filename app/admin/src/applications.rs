//! The doctors' applications.

use super::status_name;
use kit::address::query;
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::{Column, Detail, Moment, PageTitle, Paging, Table, listed, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::{ApplicationRow, ApplicationStatus};
use model::live::LiveKind;
use model::page::Page;
use words::say;

/// Loads the applications with one status, oldest first; by default the ones that wait for a decision.
///
/// # Errors
/// `Forbidden` for a user who may not decide on applications.
#[server(prefix = "/do", endpoint = "load-applications")]
pub async fn load_applications(
    /// Only applications with this status.
    status: Option<ApplicationStatus>,
    /// The cursor: the last doctor of the previous page.
    after: Option<String>,
) -> Result<Page<ApplicationRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let after = after.and_then(|after| after.parse().ok());
    let status = status.unwrap_or(ApplicationStatus::Applied);
    kit::request::call(|| domain::directory::applications(&request.domain, &request.access, status, after)).await
}

/// The list of applications.
#[component]
pub fn ApplicationsPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let asked = Memo::new(move |_| {
        address.with(|address| {
            let status = address.get("status").and_then(|status| ApplicationStatus::parse(&status).ok());
            (status.unwrap_or(ApplicationStatus::Applied), address.get("after"))
        })
    });
    let changes = use_changes(LiveKind::DoctorApplied);
    let applications = Resource::new_blocking(
        move || (asked.get(), changes.get()),
        |((status, after), _)| load_applications(Some(status), after),
    );
    let states = ApplicationStatus::ALL.iter().map(|status| {
        let (status, href) = (*status, format!("/admin/applications{}", query(&[("status", Some(status.as_str()))])));
        let current = move || (asked.get().0 == status).then_some("page");
        view! { <a href=href aria-current=current>{status_name(l, status)}</a> }
    });
    view! {
        <PageTitle text=say!(l, admin.applications.title)/>
        <h1>{say!(l, admin.applications.title)}</h1>
        <nav class="tabs" aria-label=say!(l, admin.applications.states)>{states.collect_view()}</nav>
        {loaded(applications, move |page| {
            let (status, after) = asked.get_untracked();
            view! { <Rows page status after/> }
        })}
    }
}

#[component]
fn Rows(page: Page<ApplicationRow>, status: ApplicationStatus, after: Option<String>) -> impl IntoView {
    let l = use_locale();
    let empty_text = match status {
        ApplicationStatus::Applied => say!(l, common.home.admin_empty),
        ApplicationStatus::Verified | ApplicationStatus::Refused | ApplicationStatus::MoreAsked => {
            say!(l, admin.applications.empty)
        }
    };
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/admin/applications{}", query(&[("status", Some(status.as_str())), ("after", after)]))
    });
    let columns = vec![
        Column::name(say!(l, admin.applications.name), |row: &ApplicationRow| {
            view! { <a href=format!("/admin/applications/{}", row.doctor)>{said(&row.name)}</a> }
        }),
        Column::text(say!(l, admin.applications.specialties), |row: &ApplicationRow| listed(&row.specialties)),
        Column::text(say!(l, admin.applications.country), |row: &ApplicationRow| row.country.map(|country| country.name())),
        Column::text(say!(l, admin.applications.sent), |row: &ApplicationRow| {
            view! { <Moment at=row.applied_at detail=Detail::Short/> }
        })
        .labelled(),
    ];
    view! {
        <Table
            columns
            rows=page.items
            caption=status_name(l, status)
            with_zone=true
            paging
            empty_title=say!(l, admin.applications.empty_title)
            empty_text
        />
    }
}
