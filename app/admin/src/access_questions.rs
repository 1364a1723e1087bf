//! Questions of patients about accesses to their records, and the answers of administrators.

use crate::actions::action_words;
use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{
    Detail, EmptyState, Moment, Notice, NoticeKind, PageTitle, Pager, Paging, TextArea, ZoneNote, loaded, said, switch,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::audit::AuditAction;
use model::directory::AccessQuestionRow;
use model::page::Page;
use serde::{Deserialize, Serialize};
use words::{Locale, plural, role_name, say};

/// The values of the form that answers a question.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerValues {
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
}

impl FormValues for AnswerValues {
    const FORM: &'static str = "admin.answer_access_question";
    // The page has one form for several questions, and what was written for one of them must not appear at another.
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the questions that wait for an answer, the oldest first.
///
/// # Errors
/// `Forbidden` for a user who is not an administrator.
#[server(prefix = "/do", endpoint = "load-access-questions")]
pub async fn load_access_questions(
    /// The cursor: the last question of the previous page.
    after: Option<String>,
) -> Result<Page<AccessQuestionRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let after = after.and_then(|after| after.parse().ok());
    kit::request::call(|| domain::directory::access_questions(&request.domain, &request.access, after)).await
}

/// Answers a question.
///
/// # Errors
/// Wrong fields; `Stale` when somebody else has answered; `NotFound`, `Forbidden`, `AccountAbove`.
#[server(prefix = "/do", endpoint = "answer-access-question")]
pub async fn answer_access_question(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AnswerValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::answer(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AnswerValues, Failure, FormReply, Posted};
    use domain::{
        directory::{self, AnswerAccessQuestion},
        error::retry,
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn answer(form: &Posted<AnswerValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let AnswerValues { question, answer } = form.values.clone();
        let command = AnswerAccessQuestion { question: posted_id(&question)?, answer };
        retry(|| directory::answer_access_question(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/admin/access-questions?saved=1"))
    }
}

/// The page `/admin/access-questions`.
#[component]
pub fn AccessQuestionsPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let form = use_form::<AnswerAccessQuestion, AnswerValues>().field(
        "answer",
        say!(l, admin.access_questions.answer),
        say!(l, admin.access_questions.answer_missing),
    );
    let asked = Memo::new(move |_| address.with(|address| (address.get("after"), address.get("answer"))));
    let questions =
        Resource::new_blocking(move || (asked.get(), form.done().get()), |((after, _), _)| load_access_questions(after));
    view! {
        <PageTitle text=say!(l, admin.access_questions.title)/>
        <h1>{say!(l, admin.access_questions.title)}</h1>
        <p>{say!(l, admin.access_questions.lead)}</p>
        {switch(
            move || address.with(|address| address.get("saved").is_some()),
            move |is_saved| is_saved.then(|| {
                view! { <Notice kind=NoticeKind::Good title=say!(l, admin.access_questions.saved)/> }
            }),
        )}
        {loaded(questions, move |page| {
            let (after, answering) = asked.get_untracked();
            view! { <All page after answering form/> }
        })}
    }
    .into_any()
}

#[component]
fn All(page: Page<AccessQuestionRow>, after: Option<String>, answering: Option<String>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    if page.items.is_empty() {
        return view! {
            <EmptyState title=say!(l, admin.access_questions.none_title) text=say!(l, admin.access_questions.none)/>
        }
        .into_any();
    }
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/admin/access-questions{}", query(&[("after", after)]))
    });
    let rows: Vec<AnyView> = page
        .items
        .into_iter()
        .map(|row| {
            let id = row.id.to_string();
            let is_open = answering.as_deref() == Some(id.as_str());
            let href = format!("/admin/access-questions{}", query(&[("after", after.as_deref()), ("answer", Some(id.as_str()))]));
            let answer = match (row.may_answer, is_open) {
                (false, _) => view! { <p class="quiet">{say!(l, admin.access_questions.own)}</p> }.into_any(),
                (true, true) => view! { <AnswerForm question=id form/> }.into_any(),
                (true, false) => view! { <p><a href=href>{say!(l, admin.access_questions.open)}</a></p> }.into_any(),
            };
            view! { <li>{question(l, row)} {answer}</li> }.into_any()
        })
        .collect();
    view! {
        <ZoneNote/>
        <ul class="list">{rows}</ul>
        <Pager paging/>
    }
    .into_any()
}

/// A question, and what it is about.
fn question(l: Locale, row: AccessQuestionRow) -> AnyView {
    let days = row.age_days;
    let age = if days == 0 {
        say!(l, admin.access_questions.today).to_owned()
    } else {
        plural(
            days,
            say!(l, admin.access_questions.days_singular, n = days),
            say!(l, admin.access_questions.days_plural, n = days),
        )
    };
    let action = AuditAction::parse(&row.action).map_or_else(|_| row.action.clone(), |action| action_words(l, action).to_owned());
    let role = row.role.map(|role| view! { " (" {role_name(l, role)} ")" });
    view! {
        <p><strong>{age}</strong> " " <span class="quiet"><Moment at=row.asked_at detail=Detail::Short/></span></p>
        <dl class="facts">
            <dt>{say!(l, admin.person.number)}</dt>
            <dd class="num">{row.patient_number}</dd>
            <dt>{say!(l, admin.access_questions.who)}</dt>
            <dd>{said(row.accessed_by)} {role}</dd>
            <dt>{say!(l, admin.access_questions.what)}</dt>
            <dd>{action}</dd>
            <dt>{say!(l, admin.access_questions.when)}</dt>
            <dd><Moment at=row.accessed_at detail=Detail::DayAndTime/></dd>
        </dl>
        <blockquote class="said" dir="auto">{row.question}</blockquote>
    }
    .into_any()
}

#[component]
fn AnswerForm(question: String, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    view! {
        <Form form>
            <input type="hidden" name="question" value=question.clone()/>
            <TextArea name="answer" hint=say!(l, admin.access_questions.answer_hint) rows=4/>
            <div class="row">
                <SubmitButton label=say!(l, admin.access_questions.submit)/>
                <a href="/admin/access-questions">{say!(l, common.dialog.cancel)}</a>
            </div>
        </Form>
    }
    .into_any()
}
