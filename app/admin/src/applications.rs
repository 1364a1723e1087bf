//! The doctors' applications.

use super::status_name;
use kit::address::query;
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::{Detail, EmptyState, Moment, PageTitle, Pager, ZoneNote, listed, loaded, said};
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
            view! { <Rows page status first=after.is_none()/> }
        })}
    }
}

#[component]
fn Rows(page: Page<ApplicationRow>, status: ApplicationStatus, first: bool) -> impl IntoView {
    let l = use_locale();
    if page.items.is_empty() {
        let text = match status {
            ApplicationStatus::Applied => say!(l, common.home.admin_empty),
            ApplicationStatus::Verified | ApplicationStatus::Refused => say!(l, admin.applications.empty),
        };
        return view! { <EmptyState title=say!(l, admin.applications.empty_title) text/> }.into_any();
    }
    let address =
        |after: Option<&str>| format!("/admin/applications{}", query(&[("status", Some(status.as_str())), ("after", after)]));
    let (next, first) = (page.next_cursor.as_deref().map(|after| address(Some(after))), (!first).then(|| address(None)));
    let rows: Vec<_> = page
        .items
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row"><a href=format!("/admin/applications/{}", row.doctor)>{said(row.name)}</a></th>
                    <td>{listed(&row.specialties)}</td>
                    <td>{row.country.map(|country| country.name())}</td>
                    <td><Moment at=row.applied_at detail=Detail::Short/></td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card">
            <ZoneNote/>
            <div class="scroll" role="region" tabindex="0" aria-label=status_name(l, status)>
                <table>
                    <caption>{status_name(l, status)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{say!(l, admin.applications.name)}</th>
                            <th scope="col">{say!(l, admin.applications.specialties)}</th>
                            <th scope="col">{say!(l, admin.applications.country)}</th>
                            <th scope="col">{say!(l, admin.applications.sent)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <Pager next first/>
        </section>
    }
    .into_any()
}
