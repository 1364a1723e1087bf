//! A person's account.

use super::people::roles_text;
use super::status_name;
use kit::address::query;
use kit::failure::Failure;
use kit::parts::{Card, Detail, Moment, Notice, NoticeKind, PageTitle, Tag, TagKind, ZoneNote, loaded, said};
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::access::Role;
use model::directory::{PersonView, SuspensionKind, SuspensionView};
use model::errors::Code;
use words::{error_message, say};

/// Loads a person's account.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "load-person")]
pub async fn load_person(
    /// The person's user id.
    user: String,
) -> Result<PersonView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let user = kit::request::id(&user)?;
    kit::request::call(|| domain::directory::person(&request.domain, &request.access, user)).await
}

/// Shows the account, its suspension history, and the button to suspend or restore it.
#[component]
pub fn PersonPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let person = Resource::new_blocking(move || params.with(|params| params.get("id").unwrap_or_default()), load_person);
    view! {
        <PageTitle text=say!(l, admin.person.title)/>
        {loaded(person, |person| view! { <Person person/> })}
    }
}

#[component]
fn Person(person: PersonView) -> impl IntoView {
    let l = use_locale();
    let user = person.user.to_string();
    let here = format!("/admin/people/{user}");
    let (may_decide, factor) = (person.suspend_refused.is_none(), format!("{here}/second-factor"));
    let changes = format!("{here}/changes");
    let closed = person.suspended_at.is_some();
    let change = match person.suspend_refused {
        None if closed => {
            Some(view! { <a class="button" href=format!("{here}/restore")>{say!(l, admin.person.restore)}</a> }.into_any())
        }
        None => {
            Some(view! { <a class="button bad" href=format!("{here}/suspend")>{say!(l, admin.person.suspend)}</a> }.into_any())
        }
        Some(code @ (Code::AccountAbove | Code::AccountElsewhere)) => Some(view! { <p>{error_message(l, code)}</p> }.into_any()),
        // Who decides about no account expects no button.
        Some(_) => None,
    };
    let may_read_applications = person.may_read_applications;
    let application = person.doctor.map(|(doctor, status)| {
        let status = status_name(l, status);
        if may_read_applications {
            view! { <a href=format!("/admin/applications/{doctor}")>{status}</a> }.into_any()
        } else {
            status.into_any()
        }
    });
    let patient = person.patient.map(|patient| patient.to_string());
    let sees_deliveries =
        use_viewer().who.is_some_and(|who| who.clinic_name.is_none() && matches!(who.role, Role::Admin | Role::Support));
    let deliveries = sees_deliveries.then(|| format!("/admin/deliveries{}", query(&[("user", Some(&user))])));
    let doings = format!("/admin/audit{}", query(&[("person", Some(&user))]));
    let about = patient.map(|patient| format!("/admin/audit{}", query(&[("patient", Some(&patient))])));
    view! {
        <div class="lead">
            <h1>{said(person.name)}</h1>
            <div class="row">
                {closed.then(|| view! { <Tag kind=TagKind::Bad text=say!(l, admin.person.closed)/> })}
                {person.email_confirmed_at.is_none().then(|| view! { <Tag kind=TagKind::Warn text=say!(l, admin.person.unconfirmed)/> })}
            </div>
        </div>
        {person.suspended_at.map(|at| view! {
            <Notice kind=NoticeKind::Bad title=say!(l, admin.person.closed_title)>
                <p>{say!(l, admin.person.closed_since)} " " <Moment at detail=Detail::Short/></p>
            </Notice>
        })}
        <Card title=say!(l, admin.person.account)>
            <dl class="facts">
                <dt>{say!(l, common.person.email)}</dt>
                <dd>{person.email}</dd>
                <dt>{say!(l, admin.person.roles)}</dt>
                <dd>{roles_text(l, &person.roles)}</dd>
                {person.number.map(|number| view! {
                    <dt>{say!(l, admin.person.number)}</dt>
                    <dd>{number}</dd>
                })}
                {application.map(|application| view! {
                    <dt>{say!(l, admin.person.application)}</dt>
                    <dd>{application}</dd>
                })}
                <dt>{say!(l, common.person.zone)}</dt>
                <dd>{person.time_zone.replace('_', " ")}</dd>
                <dt>{say!(l, admin.person.since)}</dt>
                <dd><Moment at=person.created_at detail=Detail::Short/></dd>
                <dt>{say!(l, admin.person.sessions)}</dt>
                <dd>{person.sessions}</dd>
                {person.last_seen_at.map(|at| view! {
                    <dt>{say!(l, common.person.last_seen)}</dt>
                    <dd><Moment at detail=Detail::Short/></dd>
                })}
            </dl>
            <ZoneNote/>
            <ul class="list">
                <li><a href=changes>{say!(l, admin.person.changes)}</a></li>
                {person.may_read_log.then(|| view! { <li><a href=doings>{say!(l, admin.person.doings)}</a></li> })}
                {about.filter(|_| person.may_read_log).map(|href| view! { <li><a href=href>{say!(l, admin.person.record_doings)}</a></li> })}
            </ul>
        </Card>
        {change.map(|change| view! { <div class="row">{change}</div> })}
        {(deliveries.is_some() || may_decide).then(|| view! {
            <div class="row">
                {deliveries.map(|href| view! { <a href=href>{say!(l, admin.deliveries.of_person)}</a> })}
                {may_decide.then(|| view! { <a href=factor>{say!(l, admin.second_factor.title)}</a> })}
            </div>
        })}
        {(!person.history.is_empty()).then(|| view! { <History history=person.history/> })}
    }
}

#[component]
fn History(history: Vec<SuspensionView>) -> impl IntoView {
    let l = use_locale();
    let rows: Vec<_> = history
        .into_iter()
        .map(|entry| {
            let (kind, word) = match entry.kind {
                SuspensionKind::Suspended => (TagKind::Bad, say!(l, admin.person.was_closed)),
                SuspensionKind::Restored => (TagKind::Good, say!(l, admin.person.was_opened)),
            };
            view! {
                <li>
                    <p>
                        <Tag kind text=word/> " " <Moment at=entry.at detail=Detail::Short/> ", " {said(entry.by)}
                    </p>
                    <blockquote class="said" dir="auto">{entry.reason}</blockquote>
                </li>
            }
        })
        .collect();
    view! { <Card title=say!(l, admin.person.history)><ul class="list">{rows}</ul></Card> }
}
