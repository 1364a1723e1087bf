//! A single application.

use super::applications::load_applications;
use super::credentials::{Credentials, load_credentials};
use super::joining::{JoinClinicCard, Joining};
use super::{status_name, status_tag};
use kit::failure::Failure;
use kit::parts::time::names;
use kit::parts::{Card, Detail, Moment, Notice, NoticeKind, PageTitle, Tag, TagKind, listed, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::directory::{
    ApplicationDecision, ApplicationRow, ApplicationStatus, ApplicationView, LicenceView, spoken_language_name,
};
use model::files::CredentialsView;
use model::format;
use words::{Locale, say};

/// Loads an application.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "load-application")]
pub async fn load_application(
    /// The doctor.
    doctor: String,
) -> Result<ApplicationView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let doctor = kit::request::id(&doctor)?;
    kit::request::call(|| domain::directory::application(&request.domain, &request.access, doctor)).await
}

/// Shows the application, earlier decisions, and the buttons to decide now.
#[component]
pub fn ApplicationPage() -> impl IntoView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let doctor = move || params.with(|params| params.get("id").unwrap_or_default());
    let is_decided = move || query.with(|query| query.get("decided").is_some());
    let application = Resource::new_blocking(doctor, load_application);
    let credentials = Resource::new_blocking(doctor, load_credentials);
    let joining = Joining::new();
    let next = Resource::new_blocking(move || (doctor(), is_decided()), |(_, is_decided)| next_application(is_decided));
    view! {
        <PageTitle text=say!(l, admin.application.title)/>
        {loaded(application, move |application| {
            let just_decided = query.with_untracked(|query| query.get("decided").is_some());
            view! { <Application application just_decided credentials next joining/> }
        })}
    }
}

/// The application that has waited longest, once a decision was made; none when no other waits.
async fn next_application(is_decided: bool) -> Result<Option<ApplicationRow>, Failure> {
    if !is_decided {
        return Ok(None);
    }
    load_applications(None, None).await.map(|page| page.items.into_iter().next())
}

/// Says that the decision was made, and leads to the next application.
#[component]
fn Decided(name: String, status: ApplicationStatus, next: Resource<Result<Option<ApplicationRow>, Failure>>) -> impl IntoView {
    let l = use_locale();
    let title = match status {
        ApplicationStatus::Applied => return ().into_any(),
        ApplicationStatus::Verified => say!(l, admin.application.approved, name = name),
        ApplicationStatus::Refused => say!(l, admin.application.was_refused, name = name),
        ApplicationStatus::MoreAsked => say!(l, admin.application.more_was_asked, name = name),
    };
    view! {
        <Notice kind=NoticeKind::Good title=title>
            <p>{say!(l, admin.application.decided)}</p>
            {loaded(next, move |next| match next {
                Some(row) => view! {
                    <p>
                        <a href=format!("/admin/applications/{}", row.doctor)>
                            {say!(l, admin.application.next, name = row.name)}
                        </a>
                    </p>
                }
                .into_any(),
                None => view! { <p>{say!(l, admin.application.none_left)}</p> }.into_any(),
            })}
        </Notice>
    }
    .into_any()
}

#[component]
fn Application(
    application: ApplicationView,
    just_decided: bool,
    credentials: Resource<Result<CredentialsView, Failure>>,
    next: Resource<Result<Option<ApplicationRow>, Failure>>,
    joining: Joining,
) -> impl IntoView {
    let l = use_locale();
    let ApplicationView { doctor, user, name, email, status, .. } = application.clone();
    let here = format!("/admin/applications/{doctor}");
    let waits = matches!(status, ApplicationStatus::Applied | ApplicationStatus::MoreAsked);
    let languages: Vec<&str> = application.languages.iter().map(|tag| spoken_language_name(tag)).collect();
    let languages = languages.join(", ");
    let check = licence_check(l, &application);
    let confirmed = (!application.email_confirmed).then(|| {
        view! {
            " " <Tag kind=TagKind::Warn text=say!(l, admin.person.unconfirmed)/>
        }
    });
    view! {
        <div class="lead">
            <h1>{said(&name)}</h1>
            <div class="row">
                <Tag kind=status_tag(status) text=status_name(l, status)/>
                <span class="quiet">{say!(l, admin.application.sent)} " " <Moment at=application.applied_at detail=Detail::Short/></span>
            </div>
        </div>
        {just_decided.then(|| view! { <Decided name status next/> })}
        <div class="two">
            <Card title=say!(l, admin.application.licence)>
                {check}
                {application.licence.map(|licence| licence_facts(l, licence))}
            </Card>
            {waits.then(|| view! {
                <Card title=say!(l, admin.application.decide) next=true>
                    <p>{say!(l, admin.application.decide_lead)}</p>
                    <div class="row">
                        <a class="button" href=format!("{here}/approve")>{say!(l, admin.application.approve)}</a>
                        <a class="button plain" href=format!("{here}/ask")>{say!(l, admin.application.ask)}</a>
                        <a class="button plain" href=format!("{here}/refuse")>{say!(l, admin.application.refuse)}</a>
                    </div>
                </Card>
            })}
        </div>
        {loaded(credentials, |credentials| view! { <Credentials credentials/> })}
        <Card title=say!(l, admin.application.doctor)>
            <dl class="facts">
                <dt>{say!(l, common.person.email)}</dt>
                <dd>{email} {confirmed}</dd>
                <dt>{say!(l, admin.applications.specialties)}</dt>
                <dd>{listed(&application.specialties)}</dd>
                <dt>{say!(l, admin.application.languages)}</dt>
                <dd>{languages}</dd>
                <dt>{say!(l, admin.application.clinics)}</dt>
                <dd>{if application.clinics.is_empty() { say!(l, admin.application.no_clinic).to_owned() } else { listed(&application.clinics) }}</dd>
            </dl>
            {(!application.about.is_empty()).then(|| view! {
                <h3>{say!(l, admin.application.about)}</h3>
                <blockquote class="said" dir="auto">{application.about}</blockquote>
            })}
            <p><a href=format!("/admin/people/{user}")>{say!(l, admin.application.account)}</a></p>
            <p><a href=format!("/admin/applications/{doctor}/changes")>{say!(l, admin.application.changes)}</a></p>
            {(status == ApplicationStatus::Verified).then(|| view! {
                <p><a href=format!("/admin/applications/{doctor}/specialties")>{say!(l, admin.doctor_specialties.open)}</a></p>
            })}
        </Card>
        {(status == ApplicationStatus::Verified).then(|| view! { <JoinClinicCard joining doctor/> })}
        <Decisions decisions=application.decisions/>
    }
}

/// What has to be known of the licence before deciding: who else has it, and where it is checked.
pub(super) fn licence_check(l: Locale, application: &ApplicationView) -> impl IntoView + use<> {
    let others: Vec<_> = application
        .same_licence
        .iter()
        .map(|other| {
            let state = status_name(l, other.status);
            view! { <li><a href=format!("/admin/applications/{}", other.doctor)>{said(&other.name)}</a> ": " {state}</li> }
        })
        .collect();
    let elsewhere = if others.is_empty() {
        view! { <p>{say!(l, admin.application.no_same_licence)}</p> }.into_any()
    } else {
        view! { <Notice kind=NoticeKind::Warn title=say!(l, admin.application.same_licence)><ul>{others}</ul></Notice> }
            .into_any()
    };
    let check = application.licence.as_ref().map(|licence| {
        let register = licence.country.register().map(|(name, address)| {
            view! {
                " " <a href=address rel="external noreferrer" target="_blank">{say!(l, admin.application.register, name = name)}</a>
            }
        });
        view! { <p>{say!(l, admin.application.check, authority = licence.authority.as_str())} {register}</p> }
    });
    view! { {elsewhere} {check} }
}

pub(super) fn licence_facts(l: Locale, licence: LicenceView) -> impl IntoView {
    let expired = licence.expired.then(|| {
        view! {
            " " <Tag kind=TagKind::Bad text=say!(l, admin.application.expired)/>
        }
    });
    view! {
        <dl class="facts">
            <dt>{say!(l, common.doctor.licence_number)}</dt>
            <dd>{said(licence.number)}</dd>
            <dt>{say!(l, common.doctor.licence_authority)}</dt>
            <dd>{said(licence.authority)}</dd>
            <dt>{say!(l, common.doctor.licence_country)}</dt>
            <dd>{licence.country.name()}</dd>
            <dt>{say!(l, common.doctor.licence_expires)}</dt>
            <dd>
                <time datetime=licence.expires_on.to_string()>{format::date_short(licence.expires_on, names(l))}</time>
                {expired}
            </dd>
        </dl>
    }
}

#[component]
fn Decisions(decisions: Vec<model::directory::DecisionView>) -> impl IntoView {
    let l = use_locale();
    let rows: Vec<_> = decisions
        .into_iter()
        .map(|decision| {
            let (kind, word) = match decision.decision {
                ApplicationDecision::Verified => (TagKind::Good, say!(l, common.doctor.verified)),
                ApplicationDecision::Refused => (TagKind::Plain, say!(l, common.doctor.refused)),
                ApplicationDecision::MoreAsked => (TagKind::Warn, say!(l, common.doctor.more_asked)),
            };
            view! {
                <li>
                    <p>
                        <Tag kind text=word/> " " <Moment at=decision.at detail=Detail::Short/> ", " {said(decision.by)}
                    </p>
                    <blockquote class="said" dir="auto">{decision.reason}</blockquote>
                </li>
            }
        })
        .collect();
    (!rows.is_empty()).then(|| view! { <Card title=say!(l, admin.application.history)><ul class="list">{rows}</ul></Card> })
}
