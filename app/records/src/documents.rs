//! The documents in a patient's record, for the patient and for the doctors who treat them: the list, the form that adds one, and the form that marks one as
//! entered in error.

use super::letters::OwnLetters;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, shows_refused, use_form};
use kit::parts::{
    Choice, Detail, EmptyState, FileList, Moment, Notice, NoticeKind, PageTitle, Radios, TextField, UploadForm, ZoneNote, loaded,
    said,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::errors::Code;
use model::files::{DocumentView, FilePurpose, FileState, PatientDocuments, WithdrawnDocument};
use model::ids::PatientId;
use model::text::direction::isolated;
use serde::{Deserialize, Serialize};
use words::{Locale, error_message, say};

/// The values of the form that marks a document as entered in error.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WithdrawDocumentValues {
    /// The patient's id.
    pub patient: String,
    /// The document's id.
    pub document: String,
    /// Why.
    pub reason: String,
}

impl FormValues for WithdrawDocumentValues {
    const FORM: &'static str = "records.withdraw_document";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that brings a document back.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RestoreDocumentValues {
    /// The patient's id.
    pub patient: String,
    /// The document's id.
    pub document: String,
}

impl FormValues for RestoreDocumentValues {
    const FORM: &'static str = "records.restore_document";
    const KEEP: Keep = Keep::Nowhere;
}

/// Lists the documents of a patient; without a patient, of the one on whose behalf the user acts.
///
/// # Errors
/// `NotFound`; `SignInNeeded`; `Forbidden`.
#[server(prefix = "/do", endpoint = "list-patient-documents")]
pub async fn list_patient_documents(
    /// The patient's id, as it comes from an address.
    patient: Option<String>,
) -> Result<PatientDocuments, Failure> {
    let request = kit::request::RequestContext::require()?;
    let patient = patient.map(|patient| kit::request::id(&patient)).transpose()?;
    kit::request::call(|| domain::records::documents(&request.domain, &request.access, patient)).await
}

/// Marks a document as entered in error.
///
/// # Errors
/// Wrong fields; `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "withdraw-document")]
pub async fn withdraw_document(
    /// The posted form.
    #[server(flatten)]
    form: Posted<WithdrawDocumentValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::withdraw(&form).await;
    form.answer(outcome).await
}

/// Brings back a document that was marked as entered in error.
///
/// # Errors
/// `NotFound`, `Forbidden`, `FileRemoved`, `Stale`.
#[server(prefix = "/do", endpoint = "restore-document")]
pub async fn restore_document(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RestoreDocumentValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::restore(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, Posted, RestoreDocumentValues, WithdrawDocumentValues};
    use crate::same_page;
    use domain::{error::retry, records};
    use kit::request::{RequestContext, posted_id};
    use model::errors::FieldFault;

    pub(super) async fn withdraw(form: &Posted<WithdrawDocumentValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let patient = posted_id(&form.values.patient)?;
        if form.values.document.is_empty() {
            return Err(domain::Error::field("document", FieldFault::Missing).into());
        }
        let command = records::WithdrawDocument {
            patient,
            document: posted_id(&form.values.document)?,
            reason: form.values.reason.clone(),
        };
        retry(|| records::withdraw_document(&request.domain, &request.access, command.clone())).await?;
        Ok(same_page(form))
    }

    pub(super) async fn restore(form: &Posted<RestoreDocumentValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let patient = posted_id(&form.values.patient)?;
        let command = records::RestoreDocument { patient, document: posted_id(&form.values.document)? };
        retry(|| records::restore_document(&request.domain, &request.access, command)).await?;
        Ok(same_page(form))
    }
}

/// The patient's own page.
#[component]
pub fn OwnDocumentsPage() -> impl IntoView {
    view! {
        {page(Signal::stored(None))}
        <OwnLetters/>
    }
}

/// The page of a patient's documents, for doctors who treat them.
#[component]
pub fn DoctorDocumentsPage() -> impl IntoView {
    let params = use_params_map();
    page(Signal::derive(move || params.with(|params| params.get("id"))))
}

fn page(patient: Signal<Option<String>>) -> AnyView {
    let l = use_locale();
    let query = use_query_map();
    let form = use_form::<WithdrawDocument, WithdrawDocumentValues>()
        .choice("document", say!(l, records.documents.which), say!(l, records.documents.which_missing))
        .field("reason", say!(l, records.documents.reason), say!(l, records.documents.reason_missing))
        .noun(say!(l, records.documents.reason_noun));
    let back = use_form::<RestoreDocument, RestoreDocumentValues>();
    let found = Resource::new_blocking(
        move || (patient.get(), form.done().get(), back.done().get()),
        |(patient, _, _)| list_patient_documents(patient),
    );
    view! {
        <PageTitle text=say!(l, records.documents.title)/>
        {loaded(found, move |documents| {
            let trouble = query.with_untracked(|query| query.get("trouble"));
            let is_own = patient.with_untracked(Option::is_none);
            view! { <Documents documents is_own trouble form back/> }
        })}
    }
    .into_any()
}

#[component]
fn Documents(
    documents: PatientDocuments,
    /// Whether the viewer acts for the patient.
    is_own: bool,
    /// The code of what went wrong with the form of pages without scripts.
    trouble: Option<String>,
    form: FormHandle,
    /// The form that brings a document back.
    back: FormHandle,
) -> impl IntoView {
    let l = use_locale();
    let PatientDocuments { patient, patient_name, may_add, items, withdrawn } = documents;
    let trouble = trouble.and_then(|code| Code::ALL.iter().copied().find(|known| known.as_str() == code));
    let lead = if is_own { say!(l, records.documents.lead_own) } else { say!(l, records.documents.lead_doctor) };
    let empty = if is_own { say!(l, records.documents.empty_own) } else { say!(l, records.documents.empty_doctor) };
    let person = (!is_own).then(|| {
        view! { <p><a href=format!("/doctor/patients/{patient}")>{said(patient_name)}</a></p> }
    });
    let own: Vec<DocumentView> = items.iter().filter(|document| document.may_withdraw).cloned().collect();
    let replaceable: Vec<DocumentView> = own.iter().filter(|document| document.state == FileState::Ready).cloned().collect();
    view! {
        <div class="lead">
            <h1>{say!(l, records.documents.title)}</h1>
            {person}
            <p>{lead}</p>
            <ZoneNote/>
        </div>
        {trouble.map(|code| view! { <Notice kind=NoticeKind::Bad title=trouble_text(l, code)/> })}
        {may_add.then(|| view! { <Add patient/> })}
        <Listed items empty/>
        {(!replaceable.is_empty()).then(|| view! { <Replace patient replaceable/> })}
        {(!own.is_empty()).then(|| view! { <Withdraw patient own form/> })}
        {(!withdrawn.is_empty()).then(|| view! { <Withdrawn patient withdrawn form=back/> })}
    }
    .into_any()
}

/// The documents, on a card of their own.
#[component]
fn Listed(items: Vec<DocumentView>, empty: &'static str) -> impl IntoView {
    let l = use_locale();
    if items.is_empty() {
        return view! { <EmptyState title=say!(l, records.documents.empty_title) text=empty/> }.into_any();
    }
    view! { <section class="card"><FileList items empty/></section> }.into_any()
}

/// What went wrong with the form of pages without scripts. Its fields are hidden but for the file, so what is wrong with a field is its type.
fn trouble_text(l: Locale, code: Code) -> String {
    if code == Code::FieldsInvalid { say!(l, records.documents.kind_not_taken).to_owned() } else { error_message(l, code) }
}

/// The form that adds a document.
#[component]
fn Add(patient: PatientId) -> impl IntoView {
    let l = use_locale();
    let purpose = FilePurpose::PatientDocument;
    view! {
        <section class="card">
            <h2>{say!(l, records.documents.add_title)}</h2>
            <UploadForm
                id="document-file"
                label=say!(l, records.documents.file)
                hint=say!(l, records.documents.file_hint)
                kind_not_taken=say!(l, records.documents.kind_not_taken)
                submit=say!(l, records.documents.add)
                kinds=purpose.kinds()
            >
                <input type="hidden" name="purpose" value=purpose.as_str()/>
                <input type="hidden" name="patient" value=patient.to_string()/>
            </UploadForm>
        </section>
    }
    .into_any()
}

/// The form that adds a newer version of a document, folded.
#[component]
fn Replace(patient: PatientId, replaceable: Vec<DocumentView>) -> impl IntoView {
    let l = use_locale();
    let purpose = FilePurpose::PatientDocument;
    let options: Vec<_> = replaceable
        .into_iter()
        .map(|document| view! { <option value=document.id.to_string()>{isolated(&document.name).into_owned()}</option> })
        .collect();
    view! {
        <details>
            <summary>{say!(l, records.documents.replace_title)}</summary>
            <p>{say!(l, records.documents.replace_lead)}</p>
            <UploadForm
                id="document-version"
                label=say!(l, records.documents.version)
                hint=say!(l, records.documents.file_hint)
                kind_not_taken=say!(l, records.documents.kind_not_taken)
                submit=say!(l, records.documents.replace)
                kinds=purpose.kinds()
            >
                <input type="hidden" name="purpose" value=purpose.as_str()/>
                <input type="hidden" name="patient" value=patient.to_string()/>
                <div class="field">
                    <label for="document-replaced">{say!(l, records.documents.replaced)}</label>
                    <select id="document-replaced" name="replaces">{options}</select>
                </div>
            </UploadForm>
        </details>
    }
    .into_any()
}

/// The documents that were marked as entered in error and can be brought back, folded.
#[component]
fn Withdrawn(patient: PatientId, withdrawn: Vec<WithdrawnDocument>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let lines: Vec<_> = withdrawn.into_iter().map(|document| withdrawn_line(l, patient, document, form)).collect();
    view! {
        <details>
            <summary>{say!(l, records.documents.withdrawn_title)}</summary>
            <p>{say!(l, records.documents.withdrawn_lead)}</p>
            <ul class="list">{lines}</ul>
        </details>
    }
    .into_any()
}

fn withdrawn_line(l: Locale, patient: PatientId, document: WithdrawnDocument, form: FormHandle) -> AnyView {
    let WithdrawnDocument { id, name, withdrawn_at: _, until } = document;
    let label = say!(l, records.documents.restore, name = isolated(&name).into_owned());
    view! {
        <li>
            <div class="row">
                <div class="grow">
                    <strong>{said(name)}</strong>
                    <br/>
                    <small>{say!(l, records.documents.until)} " " <Moment at=until detail=Detail::Day/></small>
                </div>
                <Form form>
                    <input type="hidden" name="patient" value=patient.to_string()/>
                    <input type="hidden" name="document" value=id.to_string()/>
                    <SubmitButton label=label.clone() class="plain"/>
                </Form>
            </div>
        </li>
    }
    .into_any()
}

/// The form that marks a document as entered in error, folded.
#[component]
fn Withdraw(patient: PatientId, own: Vec<DocumentView>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let choices: Vec<Choice> = own
        .into_iter()
        .map(|document| Choice { value: document.id.to_string(), label: isolated(&document.name).into_owned(), hint: None })
        .collect();
    view! {
        <details open=shows_refused()>
            <summary>{say!(l, records.documents.withdraw_title)}</summary>
            <p>{say!(l, records.documents.withdraw_lead)}</p>
            <Form form>
                <input type="hidden" name="patient" value=patient.to_string()/>
                <Radios name="document" choices=choices.clone()/>
                <TextField name="reason" hint=say!(l, records.documents.reason_hint)/>
                <div class="row"><SubmitButton label=say!(l, records.documents.withdraw) class="plain"/></div>
            </Form>
        </details>
    }
    .into_any()
}
