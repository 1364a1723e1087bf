//! The pages on which a doctor or a desk keeps canned answers: they are listed, one is added, and the one that is named in the address is changed or removed.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Card, Notice, NoticeKind, PageTitle, TextArea, TextField, loaded, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::records::PhraseRow;
use serde::{Deserialize, Serialize};
use words::say;

/// A canned answer as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CannedAnswerValues {
    /// What is written in a message, with or without the dot.
    pub abbreviation: String,
    /// The text for which it stands.
    pub text: String,
}

impl FormValues for CannedAnswerValues {
    const FORM: &'static str = "chat.canned_answer";
    // The page has one form for all answers, so a draft of one would appear in another.
    const KEEP: Keep = Keep::Nowhere;
}

/// The canned answer to remove.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RemoveCannedAnswerValues {
    /// What is written in a message.
    pub abbreviation: String,
}

impl FormValues for RemoveCannedAnswerValues {
    const FORM: &'static str = "chat.remove_canned_answer";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the canned answers of the user, or of the desk at which they work.
///
/// # Errors
/// `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "load-canned-answers")]
pub async fn load_canned_answers() -> Result<Vec<PhraseRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::chat::canned_answers(&request.domain, &request.access)).await
}

/// Adds a canned answer or changes its text.
///
/// # Errors
/// Wrong fields; `Stale`, `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "save-canned-answer")]
pub async fn save_canned_answer(
    /// The posted form.
    #[server(flatten)]
    form: Posted<CannedAnswerValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::save(&form).await;
    form.answer(outcome).await
}

/// Removes a canned answer.
///
/// # Errors
/// `Stale`, `NotFound`, `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "remove-canned-answer")]
pub async fn remove_canned_answer(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RemoveCannedAnswerValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::remove(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{CannedAnswerValues, Failure, FormReply, Posted, RemoveCannedAnswerValues};
    use domain::{
        access::Acting,
        chat::{self, RemoveCannedAnswer, SaveCannedAnswer},
        error::retry,
    };
    use kit::request::RequestContext;
    use model::access::Role;

    fn saved(acting: &Acting) -> FormReply {
        let folder = if acting.role == Role::Doctor { "/doctor/messages/answers" } else { "/desk/messages/answers" };
        FormReply::to(format!("{folder}?saved=1"))
    }

    pub(super) async fn save(form: &Posted<CannedAnswerValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let acting = request.access.acting()?;
        let CannedAnswerValues { abbreviation, text } = form.values.clone();
        let command = SaveCannedAnswer { abbreviation, text, version: form.version()? };
        retry(|| chat::save_canned_answer(&request.domain, &request.access, command.clone())).await?;
        Ok(saved(acting))
    }

    pub(super) async fn remove(form: &Posted<RemoveCannedAnswerValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let acting = request.access.acting()?;
        let command = RemoveCannedAnswer { abbreviation: form.values.abbreviation.clone(), version: form.version()? };
        retry(|| chat::remove_canned_answer(&request.domain, &request.access, command.clone())).await?;
        Ok(saved(acting))
    }
}

/// The page `/doctor/messages/answers`.
#[component]
pub fn DoctorAnswersPage() -> impl IntoView {
    page("/doctor/messages")
}

/// The page `/desk/messages/answers`.
#[component]
pub fn DeskAnswersPage() -> impl IntoView {
    page("/desk/messages")
}

fn page(folder: &'static str) -> AnyView {
    let l = use_locale();
    let query = use_query_map();
    let chosen = Memo::new(move |_| query.with(|query| query.get("answer").unwrap_or_default()));
    let save = use_form::<SaveCannedAnswer, CannedAnswerValues>()
        .field("abbreviation", say!(l, visits.answers.abbreviation), say!(l, visits.answers.abbreviation_missing))
        .malformed(say!(l, visits.answers.abbreviation_malformed))
        .field("text", say!(l, visits.answers.text), say!(l, visits.answers.text_missing))
        .malformed(say!(l, visits.answers.text_malformed));
    let remove = use_form::<RemoveCannedAnswer, RemoveCannedAnswerValues>();
    let (saved, removed) = (save.done(), remove.done());
    let answers = Resource::new_blocking(
        move || (saved.get(), removed.get(), chosen.get()),
        |(_, _, chosen)| async move { load_canned_answers().await.map(|answers| (answers, chosen)) },
    );
    view! {
        <PageTitle text=say!(l, visits.answers.title)/>
        <p><a href=folder>"← " {say!(l, visits.messages.all)}</a></p>
        <div class="lead">
            <h1>{say!(l, visits.answers.title)}</h1>
            <p>{say!(l, visits.answers.lead)}</p>
        </div>
        {switch(
            move || query.with(|query| query.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, visits.answers.saved)/> }),
        )}
        {loaded(answers, move |(answers, chosen)| view! { <Answers answers chosen folder save remove/> })}
    }
    .into_any()
}

#[component]
fn Answers(answers: Vec<PhraseRow>, chosen: String, folder: &'static str, save: FormHandle, remove: FormHandle) -> impl IntoView {
    let l = use_locale();
    let edited = answers.iter().find(|answer| answer.abbreviation == chosen).cloned();
    let values = CannedAnswerValues {
        abbreviation: edited.as_ref().map(|answer| answer.abbreviation.clone()).unwrap_or_default(),
        text: edited.as_ref().map(|answer| answer.text.clone()).unwrap_or_default(),
    };
    let save = save.editing(&values, edited.as_ref().map_or(0, |answer| answer.version.into()));
    let title = if edited.is_some() { say!(l, visits.answers.change) } else { say!(l, visits.answers.add) };
    view! {
        <section class="card">
            <h2>{title}</h2>
            <Form form=save>
                <TextField name="abbreviation" hint=say!(l, visits.answers.abbreviation_hint) width="medium"/>
                <TextArea name="text" hint=say!(l, visits.answers.text_hint) rows=4/>
                <div class="row"><SubmitButton label=say!(l, visits.answers.save)/></div>
            </Form>
            {edited.map(|answer| view! { <Remove answer folder form=remove/> })}
        </section>
        <Card title=say!(l, visits.answers.list)>
            <Lines answers folder/>
        </Card>
    }
    .into_any()
}

#[component]
fn Remove(answer: PhraseRow, folder: &'static str, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let PhraseRow { abbreviation, version, .. } = answer;
    let form = form.editing(&RemoveCannedAnswerValues { abbreviation: abbreviation.clone() }, version.into());
    view! {
        <Form form>
            <input type="hidden" name="abbreviation" value=abbreviation.clone()/>
            <div class="row">
                <SubmitButton label=say!(l, visits.answers.remove) class="plain"/>
                <a href=format!("{folder}/answers")>{say!(l, common.dialog.cancel)}</a>
            </div>
        </Form>
    }
    .into_any()
}

/// The answers; each leads to the form that changes it.
#[component]
fn Lines(answers: Vec<PhraseRow>, folder: &'static str) -> impl IntoView {
    let l = use_locale();
    if answers.is_empty() {
        return view! { <p class="quiet">{say!(l, visits.answers.none)}</p> }.into_any();
    }
    let lines: Vec<_> = answers
        .into_iter()
        .map(|answer| {
            let href = format!("{folder}/answers?answer={}", answer.abbreviation);
            view! {
                <dt><a href=href>"." {answer.abbreviation}</a></dt>
                <dd class="lines" dir="auto">{answer.text}</dd>
            }
        })
        .collect();
    view! { <dl class="parts">{lines}</dl> }.into_any()
}
