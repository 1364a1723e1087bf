//! The user's notices: what happened to visits, messages and prescriptions. The buttons are plain forms that load the page again.

use kit::failure::Failure;
use kit::forms::FormReply;
use kit::parts::{
    Card, Detail, EmptyState, Moment, Notice, NoticeKind, PageTitle, Pager, Paging, Tag, TagKind, ZoneNote, loaded, said,
};
use kit::viewer::{Viewer, use_locale, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::access::Role;
use model::ids::NoticeId;
use model::notices::{NoticeTopic, NoticeView};
use model::page::Page;
use server_fn::ServerFn as _;
use words::{Locale, say};

const LIST: &str = "/account/notices";

/// Loads a page of the user's notices, the newest first. A cursor that cannot be parsed is ignored.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-notices")]
pub async fn load_notices(
    /// The cursor: the last notice of the previous page.
    #[server(default)]
    after: Option<String>,
) -> Result<Page<NoticeView>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let after = after.as_deref().and_then(|after| after.parse().ok());
    let command = domain::notifications::ListNotices { after, limit: None };
    kit::request::call(|| domain::notifications::list_notices(&request.domain, &request.access, command)).await
}

/// Marks one of the user's notices as read. One that does not exist is not an error.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "read-notice")]
pub async fn read_notice(
    /// The notice.
    notice: NoticeId,
) -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::notifications::read_notice(&request.domain, &request.access, notice)).await;
    Ok(back_to_list(outcome))
}

/// Marks the user's notices as read, from the newest that the page showed on.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "read-all-notices")]
pub async fn read_all_notices(
    /// The place of the newest notice that the user saw.
    #[server(default)]
    newest: Option<String>,
) -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let newest = newest.as_deref().and_then(|newest| newest.parse().ok());
    let outcome =
        domain::error::retry(|| domain::notifications::read_all_notices(&request.domain, &request.access, newest)).await;
    Ok(back_to_list(outcome))
}

#[cfg(feature = "ssr")]
fn back_to_list(outcome: domain::Result<()>) -> FormReply {
    use model::errors::Code;

    let next = match outcome {
        Ok(()) => LIST.to_owned(),
        Err(error) if error.code() == Code::NotFound => LIST.to_owned(),
        Err(error) if error.code() == Code::SignInNeeded => kit::address::sign_in_path(LIST),
        Err(_) => "/trouble".to_owned(),
    };
    kit::request::see_other(&next);
    FormReply::fresh(next)
}

/// The page `/account/notices`.
#[component]
pub fn NoticesPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let after = Memo::new(move |_| address.with(|address| address.get("after").filter(|after| !after.is_empty())));
    // The form of the choices loads this page anew.
    let saved = address.with_untracked(|address| address.get("saved").is_some());
    let page = Resource::new_blocking(move || after.get(), load_notices);
    view! {
        <PageTitle text=say!(l, common.notices.title)/>
        <div class="lead">
            <h1>{say!(l, common.notices.title)}</h1>
            <p>{say!(l, identity.notices.lead)}</p>
        </div>
        {saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, identity.notice_choices.saved)/> })}
        {loaded(page, move |page| view! { <Notices page after=after.get_untracked()/> })}
        <p><a href="/account/notices/settings">{say!(l, identity.notice_choices.title)}</a></p>
    }
}

#[component]
fn Notices(page: Page<NoticeView>, after: Option<String>) -> impl IntoView {
    let l = use_locale();
    if page.items.is_empty() && after.is_none() {
        let (title, text) = (say!(l, identity.notices.empty_title), say!(l, identity.notices.empty));
        return view! { <EmptyState title text/> }.into_any();
    }
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("{LIST}{}", kit::address::query(&[("after", after)]))
    });
    // What comes while the page is read is not marked: the form names the newest notice that the page shows.
    let newest = page.items.first().filter(|_| after.is_none()).map(|notice| notice.cursor().to_string());
    let read_all = newest.map(|newest| {
        view! {
            <form method="post" action=ReadAllNotices::url()>
                <input type="hidden" name="newest" value=newest/>
                <button type="submit" class="button plain">{say!(l, identity.notices.read_all)}</button>
            </form>
        }
    });
    let rows: Vec<_> = page.items.into_iter().map(|notice| view! { <li><Row notice/></li> }).collect();
    view! {
        <Card>
            <ZoneNote/>
            {read_all}
            <ul class="list">{rows}</ul>
            <Pager paging/>
        </Card>
    }
    .into_any()
}

#[component]
fn Row(notice: NoticeView) -> impl IntoView {
    let l = use_locale();
    let title = title(l, notice.topic);
    let href = address_of(&notice);
    let patients = use_viewer().who.map(|who| who.patients).unwrap_or_default();
    // The reader's own notices need not say whom they are about.
    let about = patients.into_iter().find(|held| Some(held.patient) == notice.patient && !held.own).map(|held| held.name);
    let read = (!notice.read).then(|| {
        view! {
            <form class="end" method="post" action=ReadNotice::url()>
                <input type="hidden" name="notice" value=notice.id.to_string()/>
                <button type="submit" class="button plain" aria-label=say!(l, identity.notices.read_of, title = title)>
                    {say!(l, identity.notices.read)}
                </button>
            </form>
        }
    });
    view! {
        <div class="row">
            <div class="grow">
                <p>
                    <strong>{title}</strong> " "
                    {(!notice.read).then(|| view! { <Tag kind=TagKind::Good text=say!(l, identity.notices.unread)/> })}
                </p>
                {about.map(|name| view! { <p>{say!(l, identity.notices.about)} " " {said(name)}</p> })}
                {notice.doctor.filter(|_| notice.patient.is_some()).map(|name| view! { <p>{said(name)}</p> })}
                {notice.starts_at.map(|at| view! {
                    <p>{say!(l, identity.notices.visit_at)} " " <Moment at detail=Detail::Short/></p>
                })}
                <p class="quiet">{say!(l, identity.notices.happened)} " " <Moment at=notice.at detail=Detail::Short/></p>
                {href.map(|href| view! {
                    <p><a href=href aria-label=say!(l, identity.notices.open_of, title = title)>{say!(l, identity.notices.open)}</a></p>
                })}
            </div>
            {read}
        </div>
    }
}

/// What happened, without a name.
fn title(l: Locale, topic: NoticeTopic) -> &'static str {
    match topic {
        NoticeTopic::Booked => say!(l, identity.notices.booked),
        NoticeTopic::Cancelled => say!(l, identity.notices.cancelled),
        NoticeTopic::Moved => say!(l, identity.notices.moved),
        NoticeTopic::Offered => say!(l, identity.notices.offered),
        NoticeTopic::Closed => say!(l, identity.notices.closed),
        NoticeTopic::Reminder => say!(l, identity.notices.reminder),
        NoticeTopic::FollowUp => say!(l, identity.notices.follow_up),
        NoticeTopic::Message => say!(l, identity.notices.message),
        NoticeTopic::Vitals => say!(l, identity.notices.vitals),
        NoticeTopic::CosignatureAsked => say!(l, identity.notices.cosignature_asked),
        NoticeTopic::CosignatureAnswered => say!(l, identity.notices.cosignature_answered),
        NoticeTopic::Conversation => say!(l, identity.notices.conversation),
        NoticeTopic::AccessAnswer => say!(l, identity.notices.access_answer),
        NoticeTopic::Letter => say!(l, identity.notices.letter),
        NoticeTopic::LetterWithdrawn => say!(l, identity.notices.letter_withdrawn),
        NoticeTopic::Prescription => say!(l, identity.notices.prescription),
        NoticeTopic::PrescriptionCancelled => say!(l, identity.notices.prescription_cancelled),
        NoticeTopic::VisitTypes => say!(l, identity.notices.visit_types),
        NoticeTopic::ClinicJoined => say!(l, identity.notices.clinic_joined),
        NoticeTopic::Specialties => say!(l, identity.notices.specialties),
        NoticeTopic::Reading => say!(l, identity.notices.reading),
        NoticeTopic::Task => say!(l, identity.notices.task),
    }
}

/// The page with the tasks of the team, for somebody who belongs to it.
fn tasks_of(role: Option<Role>) -> Option<&'static str> {
    match role {
        Some(Role::Nurse) => Some("/ward/tasks"),
        Some(Role::Doctor) => Some("/doctor/tasks"),
        Some(Role::Receptionist) => Some("/desk/tasks"),
        Some(Role::Patient | Role::Pharmacist | Role::LabTechnician | Role::Admin | Role::Support) | None => None,
    }
}

/// The page of what it is about; `None` while the user acts in another role or for another patient, because it would be refused.
fn address_of(notice: &NoticeView) -> Option<String> {
    let viewer = use_viewer();
    let (of_patient, of_doctor) = match notice.topic {
        NoticeTopic::Booked
        | NoticeTopic::Cancelled
        | NoticeTopic::Moved
        | NoticeTopic::Closed
        | NoticeTopic::Reminder
        | NoticeTopic::FollowUp => ("/appointments", "/doctor/appointments"),
        NoticeTopic::Message | NoticeTopic::Vitals => ("/visits", "/doctor/visits"),
        NoticeTopic::CosignatureAsked | NoticeTopic::CosignatureAnswered => ("/visits", "/doctor/cosignatures"),
        NoticeTopic::Conversation => ("/messages", "/doctor/messages"),
        // The list shows what is offered.
        NoticeTopic::Offered => {
            let is_own = notice.patient.is_some() && viewer.acts_for() == notice.patient && viewer.role() == Some(Role::Patient);
            return is_own.then(|| "/waiting".to_owned());
        }
        // It is told to the patient's side only.
        NoticeTopic::AccessAnswer => ("/patient/accesses", "/patient/accesses"),
        NoticeTopic::Prescription | NoticeTopic::PrescriptionCancelled => ("/prescriptions", "/doctor/prescriptions"),
        NoticeTopic::VisitTypes => return of_own_page(&viewer, "/doctor/visit-types"),
        NoticeTopic::ClinicJoined => return of_own_page(&viewer, "/doctor/hours"),
        NoticeTopic::Specialties => return of_own_page(&viewer, "/doctor/profile"),
        NoticeTopic::Reading => {
            let is_doctor = viewer.role() == Some(Role::Doctor);
            return is_doctor.then(|| format!("/doctor/patients/{}/measurements", notice.subject));
        }
        // The list shows what the notice says.
        NoticeTopic::Task => return tasks_of(viewer.role()).map(str::to_owned),
        NoticeTopic::Letter | NoticeTopic::LetterWithdrawn => ("/letters", "/doctor/letters"),
    };
    let folder = match notice.patient {
        Some(patient) => (viewer.acts_for() == Some(patient) && viewer.role() == Some(Role::Patient)).then_some(of_patient),
        None if notice.topic == NoticeTopic::Conversation && viewer.role() == Some(Role::Receptionist) => Some("/desk/messages"),
        None if notice.topic == NoticeTopic::Conversation && viewer.role() == Some(Role::Nurse) => Some("/ward/messages"),
        None => (viewer.role() == Some(Role::Doctor)).then_some(of_doctor),
    };
    folder.map(|folder| format!("{folder}/{}", notice.subject))
}

/// A page of the doctor's own, which has no id.
fn of_own_page(viewer: &Viewer, page: &str) -> Option<String> {
    (viewer.role() == Some(Role::Doctor)).then(|| page.to_owned())
}
