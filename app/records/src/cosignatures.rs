//! What a colleague has asked the doctor to co-sign: the list, and one request with its note.

use super::sign_notes::{Addenda, AnswerTag, Asked, SignedLine, note_parts};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::live::use_changes;
use kit::parts::{Choice, Detail, EmptyState, Moment, PageTitle, Radios, TextArea, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::live::LiveKind;
use model::records::{CosignatureRow, CosignatureView};
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that answers a request.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerCosignatureValues {
    /// The request's id.
    pub cosignature: String,
    /// `signed` or `returned`.
    pub answer: String,
    /// What the colleague says about it.
    pub words: String,
}

impl FormValues for AnswerCosignatureValues {
    const FORM: &'static str = "records.answer_cosignature";
    // It is about a patient whom the colleague need not treat, so there is no draft about that patient.
    const KEEP: Keep = Keep::InPage;
}

/// Lists what the viewer was asked to co-sign.
///
/// # Errors
/// `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "list-cosignatures")]
pub async fn list_cosignatures() -> Result<Vec<CosignatureRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::records::cosignatures(&request.domain, &request.access)).await
}

/// Loads a request to co-sign with its note.
///
/// # Errors
/// `NotFound`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "read-cosignature")]
pub async fn read_cosignature(
    /// The request's id.
    id: String,
) -> Result<CosignatureView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::records::cosignature(&request.domain, &request.access, id)).await
}

/// Co-signs notes, or sends them back.
///
/// # Errors
/// Wrong fields; `CosignatureAnswered`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "answer-cosignature")]
pub async fn answer_cosignature(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AnswerCosignatureValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::answer(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AnswerCosignatureValues, Failure, FormReply, Posted};
    use domain::{Error, error::retry, records};
    use kit::request::{RequestContext, posted_id};
    use model::{errors::FieldFault, records::CosignAnswer};

    pub(super) async fn answer(form: &Posted<AnswerCosignatureValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let cosignature = posted_id(&form.values.cosignature)?;
        let answer = match form.values.answer.as_str() {
            "" => return Err(Error::field("answer", FieldFault::Missing).into()),
            typed => CosignAnswer::parse(typed).map_err(|fault| Error::field("answer", fault))?,
        };
        let command = records::AnswerCosignature { cosignature, answer, words: form.values.words.clone() };
        retry(|| records::answer_cosignature(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/doctor/cosignatures"))
    }
}

/// The page `/doctor/cosignatures`.
#[component]
pub fn CosignaturesPage() -> impl IntoView {
    let l = use_locale();
    let changes = use_changes(LiveKind::Visit);
    let found = Resource::new_blocking(move || changes.get(), |_| list_cosignatures());
    view! {
        <PageTitle text=say!(l, records.cosign.title)/>
        <div class="lead">
            <h1>{say!(l, records.cosign.title)}</h1>
            <p>{say!(l, records.cosign.lead)}</p>
            <ZoneNote/>
        </div>
        {loaded(found, |rows| view! { <Rows rows/> })}
    }
    .into_any()
}

#[component]
fn Rows(rows: Vec<CosignatureRow>) -> impl IntoView {
    let l = use_locale();
    if rows.is_empty() {
        return view! { <EmptyState title=say!(l, records.cosign.empty_title) text=say!(l, records.cosign.empty)/> }.into_any();
    }
    let lines: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let href = format!("/doctor/cosignatures/{}", row.id);
            view! {
                <li>
                    <div class="row">
                        <a href=href><strong>{said(row.patient_name)}</strong></a>
                        <span class="end"><AnswerTag answer=row.answer/></span>
                    </div>
                    <small>{said(row.doctor_name)} " · " <Moment at=row.asked_at detail=Detail::Short/></small>
                </li>
            }
        })
        .collect();
    view! { <section class="card"><ul class="list">{lines}</ul></section> }.into_any()
}

/// The page `/doctor/cosignatures/:id`.
#[component]
pub fn CosignaturePage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let form = use_form::<AnswerCosignature, AnswerCosignatureValues>()
        .choice("answer", say!(l, records.cosign.answer), say!(l, records.cosign.answer_missing))
        .field("words", say!(l, records.cosign.words), say!(l, records.cosign.words_missing))
        .noun(say!(l, records.cosign.words_noun));
    let found = Resource::new_blocking(id, read_cosignature);
    view! {
        <PageTitle text=say!(l, records.cosign.one)/>
        <p><a href="/doctor/cosignatures">"← " {say!(l, records.cosign.title)}</a></p>
        {loaded(found, move |view| view! { <Request view form/> })}
    }
    .into_any()
}

#[component]
fn Request(view: CosignatureView, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let id = view.id.to_string();
    let choice = |value: &str, label: &str, hint: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        hint: Some(hint.to_owned()),
    };
    let choices = vec![
        choice("signed", say!(l, records.cosign.sign), say!(l, records.cosign.sign_hint)),
        choice("returned", say!(l, records.cosign.send_back), say!(l, records.cosign.send_back_hint)),
    ];
    let answer = view.may_answer.then(|| {
        view! {
            <section class="card next">
                <h2>{say!(l, records.cosign.answer_title)}</h2>
                <Form form>
                    <input type="hidden" name="cosignature" value=id.clone()/>
                    <Radios name="answer" choices=choices.clone()/>
                    <TextArea name="words" hint=say!(l, records.cosign.words_hint) rows=3/>
                    <div class="row"><SubmitButton label=say!(l, records.cosign.submit)/></div>
                </Form>
            </section>
        }
    });
    view! {
        <div class="lead">
            <h1>{say!(l, records.notes.heading, patient = view.patient_name)}</h1>
            <p>
                {view.started_at.map(|at| view! { <Moment at/> <br/> })}
                {said(view.doctor_name)} " · " {said(view.clinic_name)}
            </p>
            <ZoneNote/>
        </div>
        <section class="card">
            <h2>{say!(l, records.notes.title)}</h2>
            <SignedLine signature=view.signature/>
            {note_parts(view.note)}
            <h3>{say!(l, records.signing.addenda)}</h3>
            <Addenda addenda=view.addenda/>
        </section>
        <section class="card">
            <h2>{say!(l, records.cosign.request)}</h2>
            <Asked request=view.request/>
        </section>
        {answer}
    }
    .into_any()
}
