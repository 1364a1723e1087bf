//! "Who looked": what others did with the patient's record, for the patient, who asks about one access and reads the answer.

use super::access_days::AccessDays;
use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Detail, Moment, PageTitle, Paging, TextArea, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::access::Role;
use model::directory::{AccessKind, AccessQuestionView, AccessReason, AccessView, AccessedPart};
use model::page::Page;
use serde::{Deserialize, Serialize};
use words::{Locale, role_name, say};

/// The values of the form that asks about an access.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AskAboutAccessValues {
    /// The access: the id of its row in the audit log.
    pub access: String,
    /// What the patient wants to know.
    pub question: String,
}

impl FormValues for AskAboutAccessValues {
    const FORM: &'static str = "records.ask_about_access";
    const KEEP: Keep = Keep::InPage;
}

/// Loads what others did with the record of the patient on whose behalf the user acts, the newest first.
///
/// # Errors
/// Wrong fields; `NotFound`, `Forbidden`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-accesses")]
pub async fn load_accesses(
    /// The cursor: `next_cursor` of the previous page.
    after: Option<String>,
) -> Result<Page<AccessView>, Failure> {
    use domain::directory::ListAccesses;

    let request = kit::request::RequestContext::require()?;
    let query = ListAccesses { patient: None, after, limit: None };
    kit::request::call(|| domain::directory::accesses(&request.domain, &request.access, query.clone())).await
}

/// Loads one access.
///
/// # Errors
/// `NotFound`, `Forbidden`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-access")]
pub async fn load_access(
    /// The id of its row in the audit log, as it comes from an address.
    access: String,
) -> Result<AccessView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&access)?;
    kit::request::call(|| domain::directory::access_to_record(&request.domain, &request.access, id)).await
}

/// Asks about an access.
///
/// # Errors
/// Wrong fields; `Stale` when it was asked about before; `NotFound`, `Forbidden`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "ask-about-access")]
pub async fn ask_about_access(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AskAboutAccessValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::ask(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AskAboutAccessValues, Failure, FormReply, Posted};
    use domain::{
        directory::{self, AskAboutAccess},
        error::retry,
    };
    use kit::request::{RequestContext, posted_id};
    use model::ids::AuditEventId;

    pub(super) async fn ask(form: &Posted<AskAboutAccessValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let access: AuditEventId = posted_id(&form.values.access)?;
        let command = AskAboutAccess { patient: None, access, question: form.values.question.clone() };
        retry(|| directory::ask_about_access(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/patient/accesses/{access}")))
    }
}

/// The page `/patient/accesses`.
#[component]
pub fn AccessesPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let after = Memo::new(move |_| address.with(|address| address.get("after")));
    let found = Resource::new_blocking(move || after.get(), load_accesses);
    view! {
        <PageTitle text=say!(l, records.accesses.title)/>
        <div class="lead">
            <h1>{say!(l, records.accesses.title)}</h1>
            <p>{say!(l, records.accesses.lead)}</p>
        </div>
        {loaded(found, move |page| {
            let after = after.get_untracked();
            view! { <Accesses page after/> }
        })}
    }
    .into_any()
}

#[component]
fn Accesses(page: Page<AccessView>, after: Option<String>) -> impl IntoView {
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/patient/accesses{}", query(&[("after", after)]))
    });
    view! { <AccessDays accesses=page.items paging/> }.into_any()
}

/// Who it was, and in which role.
pub(super) fn who(l: Locale, by: &str, role: Option<Role>) -> AnyView {
    let role = role.map(|role| view! { " (" {role_name(l, role)} ")" });
    view! { {said(by)} {role} }.into_any()
}

/// What was read or changed.
pub(super) fn what(l: Locale, part: AccessedPart, kind: AccessKind) -> &'static str {
    match (part, kind) {
        (AccessedPart::Record, AccessKind::Read) => say!(l, records.accesses.record_read),
        (AccessedPart::Record, AccessKind::Changed) => say!(l, records.accesses.record_changed),
        (AccessedPart::Prescriptions, AccessKind::Read) => say!(l, records.accesses.prescriptions_read),
        (AccessedPart::Prescriptions, AccessKind::Changed) => say!(l, records.accesses.prescriptions_changed),
        (AccessedPart::Visits, AccessKind::Read) => say!(l, records.accesses.visits_read),
        (AccessedPart::Visits, AccessKind::Changed) => say!(l, records.accesses.visits_changed),
        (AccessedPart::Messages, AccessKind::Read) => say!(l, records.accesses.messages_read),
        (AccessedPart::Messages, AccessKind::Changed) => say!(l, records.accesses.messages_changed),
        (AccessedPart::Shares, AccessKind::Read) => say!(l, records.accesses.shares_read),
        (AccessedPart::Shares, AccessKind::Changed) => say!(l, records.accesses.shares_changed),
        (AccessedPart::Files, AccessKind::Read) => say!(l, records.accesses.files_read),
        (AccessedPart::Files, AccessKind::Changed) => say!(l, records.accesses.files_changed),
        (AccessedPart::Details, AccessKind::Read) => say!(l, records.accesses.details_read),
        (AccessedPart::Details, AccessKind::Changed) => say!(l, records.accesses.details_changed),
        (AccessedPart::Emergency, AccessKind::Read) => say!(l, records.accesses.emergency_read),
        (AccessedPart::Emergency, AccessKind::Changed) => say!(l, records.accesses.emergency_changed),
        (AccessedPart::Question, AccessKind::Read) => say!(l, records.accesses.question_read),
        (AccessedPart::Question, AccessKind::Changed) => say!(l, records.accesses.question_changed),
        (AccessedPart::Log, AccessKind::Read | AccessKind::Changed) => say!(l, records.accesses.log_read),
    }
}

/// Why they were allowed to.
pub(super) fn why(l: Locale, reason: AccessReason) -> &'static str {
    match reason {
        AccessReason::ActsFor => say!(l, records.accesses.acts_for),
        AccessReason::Treats => say!(l, records.accesses.treats),
        AccessReason::Clinic => say!(l, records.accesses.clinic),
        AccessReason::Emergency => say!(l, records.accesses.emergency),
        AccessReason::Unknown => say!(l, records.accesses.unknown),
    }
}

/// The page `/patient/accesses/:id`.
#[component]
pub fn AccessPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let form = use_form::<AskAboutAccess, AskAboutAccessValues>()
        .field("question", say!(l, records.accesses.your_question), say!(l, records.accesses.question_missing))
        .noun(say!(l, records.accesses.question_noun));
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let found = Resource::new_blocking(move || (id(), form.done().get()), |(id, _)| load_access(id));
    view! {
        <PageTitle text=say!(l, records.accesses.one_title)/>
        {loaded(found, move |access| view! { <One access form/> })}
    }
    .into_any()
}

#[component]
fn One(access: AccessView, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let asked = match access.question.clone() {
        Some(question) => view! { <Asked question/> }.into_any(),
        None => view! { <Ask id=access.id.to_string() form/> }.into_any(),
    };
    view! {
        <div class="lead">
            <h1>{say!(l, records.accesses.one_title)}</h1>
            <p><a href="/patient/accesses">{say!(l, records.accesses.all)}</a></p>
            <ZoneNote/>
        </div>
        <section class="card">
            <dl class="facts">
                <dt>{say!(l, records.accesses.when)}</dt>
                <dd><Moment at=access.at detail=Detail::DayAndTime/></dd>
                <dt>{say!(l, records.accesses.who)}</dt>
                <dd>{who(l, &access.by, access.role)}</dd>
                <dt>{say!(l, records.accesses.what)}</dt>
                <dd>{what(l, access.part, access.kind)}</dd>
                <dt>{say!(l, records.accesses.why)}</dt>
                <dd>{why(l, access.reason)}</dd>
            </dl>
        </section>
        {asked}
    }
    .into_any()
}

/// The question that was asked, and its answer.
#[component]
fn Asked(question: AccessQuestionView) -> impl IntoView {
    let l = use_locale();
    let AccessQuestionView { question, asked_at, answer, .. } = question;
    let answer = match answer {
        None => view! { <p>{say!(l, records.accesses.waits_long)}</p> }.into_any(),
        Some(answer) => view! {
            <h2>{say!(l, records.accesses.answer)}</h2>
            <blockquote class="said" dir="auto">{answer.text}</blockquote>
            <p class="quiet">{said(answer.by)} ", " <Moment at=answer.at detail=Detail::Short/></p>
        }
        .into_any(),
    };
    view! {
        <section class="card">
            <h2>{say!(l, records.accesses.your_question)}</h2>
            <blockquote class="said" dir="auto">{question}</blockquote>
            <p class="quiet"><Moment at=asked_at detail=Detail::Short/></p>
            {answer}
        </section>
    }
    .into_any()
}

/// The form that asks.
#[component]
fn Ask(id: String, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    view! {
        <Form form class="card">
            <p>{say!(l, records.accesses.ask_lead)}</p>
            <input type="hidden" name="access" value=id.clone()/>
            <TextArea name="question" hint=say!(l, records.accesses.question_hint) rows=4/>
            <div class="row"><SubmitButton label=say!(l, records.accesses.submit)/></div>
        </Form>
    }
    .into_any()
}
