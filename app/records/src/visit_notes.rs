//! The notes of one visit, to be read at any time by doctors who treat the patient. The doctor of the visit amends them here.

use super::break_glass::{EmergencyNotice, end_form};
use super::changes::Changes;
use super::letters::LetterList;
use super::notes::{NoteForm, NotesValues, SaveNotes, declared};
use super::plain_names::named;
use super::sign_notes::{SignCard, SignedCard, SigningForms, note_parts};
use kit::failure::Failure;
use kit::forms::{FormHandle, use_form_about, visit_in_address};
use kit::parts::{Detail, Moment, PageTitle, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::records::{DiagnosisView, NoteVersionView, NoteView, VisitRecordView};
use words::say;

/// Loads the diagnoses of a visit and every version of its note.
///
/// # Errors
/// `NotFound`; `Forbidden` for the patient; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "read-visit-record")]
pub async fn read_visit_record(
    /// The visit's id.
    id: String,
) -> Result<VisitRecordView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::records::visit_record(&request.domain, &request.access, id)).await
}

/// The page `/doctor/visits/:id/notes`.
#[component]
pub fn VisitNotesPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let form = declared(use_form_about::<SaveNotes, NotesValues>(visit_in_address()));
    let end = end_form();
    let signing = SigningForms::new();
    let found = Resource::new_blocking(move || (id(), form.done().get(), signing.done()), |(id, ..)| read_visit_record(id));
    view! {
        <PageTitle text=say!(l, records.notes.page_title)/>
        {loaded(found, move |record| view! { <Record record form end forms=signing/> })}
    }
    .into_any()
}

#[component]
fn Record(record: VisitRecordView, form: FormHandle, end: FormHandle, forms: SigningForms) -> impl IntoView {
    let l = use_locale();
    let (encounter, may_write, signature) = (record.encounter, record.may_write, record.signing.signature.clone());
    let is_signed = signature.is_some();
    let open_newest = !may_write || is_signed;
    let newest = record.versions.first().map_or_else(NoteView::default, |newest| NoteView {
        version: newest.version,
        note: newest.note.clone(),
        written_at: Some(newest.written_at),
    });
    let patient = format!("/doctor/patients/{}", record.patient);
    let tasks = format!("/doctor/tasks?patient={}", record.patient);
    let started = record.started_at.map(|at| view! { <Moment at/> <br/> });
    let version = newest.version;
    let sign = (record.signing.may_sign && !is_signed && version > 0).then(|| view! { <SignCard forms encounter version/> });
    let signed = signature.map(|signature| {
        view! { <SignedCard forms encounter signature signing=record.signing may_write/> }
    });
    let amend = (may_write && !is_signed).then(|| {
        let has_ended = record.ended_at.is_some();
        view! {
            <section class="card">
                <h2>{say!(l, records.notes.amend)}</h2>
                {has_ended.then(|| view! { <p class="quiet">{say!(l, records.notes.amend_lead)}</p> })}
                <NoteForm form encounter note=newest helps=record.helps/>
                <p><a href="/doctor/phrases">{say!(l, records.phrases.link)}</a></p>
            </section>
        }
    });
    let letters = (may_write || !record.letters.is_empty()).then(|| {
        let write = format!("/doctor/visits/{encounter}/letters/new");
        view! {
            <section class="card">
                <h2>{say!(l, records.letters.title)}</h2>
                <LetterList letters=record.letters doctor=true/>
                {may_write.then(|| view! { <div class="row"><a class="button plain" href=write>{say!(l, records.letters.write)}</a></div> })}
            </section>
        }
    });
    let writes = may_write.then(|| {
        let prescription = format!("/doctor/visits/{encounter}/prescription");
        view! { <div class="row"><a class="button plain" href=prescription>{say!(l, common.write_prescription)}</a></div> }
    });
    view! {
        <div class="lead">
            <h1>{say!(l, records.notes.heading, patient = record.patient_name)}</h1>
            <p>{started} {said(record.doctor_name)} " · " {said(record.clinic_name)}</p>
            <ZoneNote/>
            <p><a href=patient>{say!(l, records.notes.patient)}</a></p>
            <p><a href=tasks>{say!(l, team.tasks.for_patient)}</a></p>
        </div>
        {record.break_glass.map(|open| view! { <EmergencyNotice open form=end/> })}
        <section class="card">
            <h2>{say!(l, records.diagnoses.title)}</h2>
            <Diagnoses diagnoses=record.diagnoses/>
        </section>
        {amend}
        {sign}
        {signed}
        {writes}
        {letters}
        <section class="card">
            <h2>{say!(l, records.notes.versions)}</h2>
            <Versions versions=record.versions open_newest/>
        </section>
    }
    .into_any()
}

#[component]
fn Diagnoses(diagnoses: Vec<DiagnosisView>) -> impl IntoView {
    let l = use_locale();
    if diagnoses.is_empty() {
        return view! { <p class="quiet">{say!(l, records.patient.no_diagnoses)}</p> }.into_any();
    }
    let lines: Vec<_> = diagnoses
        .into_iter()
        .map(|found| view! { <li>{named(found.plain, found.description)} " " <span class="quiet num">{found.code}</span></li> })
        .collect();
    view! { <ol>{lines}</ol> }.into_any()
}

/// Every version, newest first: when it was written and by whom, folded, with its text.
#[component]
fn Versions(
    versions: Vec<NoteVersionView>,
    /// Whether the newest version is unfolded: for those who do not see it in the form.
    open_newest: bool,
) -> impl IntoView {
    let l = use_locale();
    if versions.is_empty() {
        return view! { <p class="quiet">{say!(l, records.notes.none)}</p> }.into_any();
    }
    let lines: Vec<_> = versions
        .into_iter()
        .enumerate()
        .map(|(at, version)| {
            let is_open = open_newest && at == 0;
            let before = version.version.saturating_sub(1);
            view! {
                <li>
                    <details open=is_open>
                        <summary>
                            {say!(l, records.notes.version, n = version.version)} ", "
                            <Moment at=version.written_at detail=Detail::Short/> ", " {said(version.author_name)}
                        </summary>
                        {note_parts(version.note)}
                        {version.changes.map(|changes| view! { <Changes changes before/> })}
                    </details>
                </li>
            }
        })
        .collect();
    view! { <ul class="list">{lines}</ul> }.into_any()
}
