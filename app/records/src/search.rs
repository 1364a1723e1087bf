//! Searching the text of a patient's record. The words are medical, so they travel in the body of a request, and stay in an encrypted draft for the page that shows
//! what was found.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Detail, EmptyState, Moment, Notice, NoticeKind, PageTitle, TextField, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::records::{FoundIn, FoundText, RecordSearchView};
use serde::{Deserialize, Serialize};
use words::say;

/// What to search for.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordSearchValues {
    /// The words.
    pub query: String,
}

impl FormValues for RecordSearchValues {
    const FORM: &'static str = "records.search_record";
    const KEEP: Keep = Keep::Nowhere;
}

/// Keeps the words in a draft, and leads to the page that shows what they find.
///
/// # Errors
/// `SignInNeeded`; wrong fields; when the words could not be stored.
#[server(prefix = "/do", endpoint = "find-in-record")]
pub async fn find_in_record(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RecordSearchValues>,
) -> Result<FormReply, Failure> {
    let outcome = load::keep(&form).await;
    form.answer(outcome).await
}

/// Searches the record of a patient for the words of a draft; without one, loads only whose record it is. Without a patient it is the record of the one on whose behalf
/// the user acts.
///
/// # Errors
/// Wrong fields; `NotFound`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "search-record")]
pub async fn search_record(
    /// The patient's id, as it comes from an address.
    patient: Option<String>,
    /// The draft that contains the words.
    draft: Option<String>,
) -> Result<RecordSearchView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let patient = patient.map(|patient| kit::request::id(&patient)).transpose()?;
    let query = domain::records::SearchRecord { patient, query: load::query(draft).await };
    kit::request::call(|| domain::records::search(&request.domain, &request.access, query.clone())).await
}

#[cfg(feature = "ssr")]
mod load {
    use super::{Failure, FormReply, FormValues, Posted, RecordSearchValues};
    use kit::forms::ssr::{Draft, load_draft, save_draft};
    use model::errors::{Code, FieldFault};

    /// The words of the draft; empty for the draft of another form or one that has expired.
    pub(super) async fn query(draft: Option<String>) -> String {
        let Some(id) = draft else { return String::new() };
        match load_draft(RecordSearchValues::FORM, &id).await {
            Ok(draft) => {
                serde_json::from_value::<RecordSearchValues>(draft.values).map(|values| values.query).unwrap_or_default()
            }
            Err(_) => String::new(),
        }
    }

    pub(super) async fn keep(form: &Posted<RecordSearchValues>) -> Result<FormReply, Failure> {
        kit::request::RequestContext::require()?.access.acting().map_err(Failure::from)?;
        if form.values.query.trim().is_empty() {
            return Err(domain::Error::field("query", FieldFault::Missing).into());
        }
        let values = serde_json::to_value(&form.values).map_err(|_| Code::Internal)?;
        let draft =
            Draft { form: RecordSearchValues::FORM.to_owned(), values, failure: None, opened_for: form.opened_for.clone() };
        let id = save_draft(&draft).await?;
        let page = form.back().split(['?', '#']).next().unwrap_or("/");
        Ok(FormReply::to(format!("{page}?draft={id}")))
    }
}

/// The page of a patient's record that searches it, for doctors who treat them.
#[component]
pub fn RecordSearchPage() -> impl IntoView {
    let params = use_params_map();
    page(Signal::derive(move || Some(params.with(|params| params.get("id")).unwrap_or_default())))
}

/// The patient's own page.
#[component]
pub fn OwnSearchPage() -> impl IntoView {
    page(Signal::stored(None))
}

fn page(patient: Signal<Option<String>>) -> AnyView {
    let l = use_locale();
    let query = use_query_map();
    let form = use_form::<FindInRecord, RecordSearchValues>().field(
        "query",
        say!(l, records.search.query),
        say!(l, records.search.query_missing),
    );
    let asked = move || (patient.get(), query.with(|query| query.get("draft")));
    let found = Resource::new_blocking(asked, |(patient, draft)| search_record(patient, draft));
    view! {
        <PageTitle text=say!(l, records.search.title)/>
        {loaded(found, move |found| {
            let is_own = patient.with_untracked(Option::is_none);
            view! { <Results found form is_own/> }
        })}
    }
    .into_any()
}

#[component]
fn Results(
    found: RecordSearchView,
    form: FormHandle,
    /// Whether the viewer acts for the patient.
    is_own: bool,
) -> impl IntoView {
    let l = use_locale();
    let patient = (!is_own).then(|| found.patient.to_string());
    let (hint, nothing) = if is_own {
        (say!(l, records.search.query_hint_own), say!(l, records.search.nothing_own))
    } else {
        (say!(l, records.search.query_hint), say!(l, records.search.nothing))
    };
    let home = patient.as_ref().map_or_else(|| "/patient/record".to_owned(), |id| format!("/doctor/patients/{id}/record"));
    let form = form.filled(&RecordSearchValues { query: found.query.clone() });
    let results = (!found.query.is_empty()).then(|| {
        let notes = found.notes.map(|count| {
            let searched = say!(l, records.search.notes, n = count);
            let older = found.has_older_notes.then(|| say!(l, records.search.older));
            view! { <p class="quiet">{searched} " " {older}</p> }
        });
        let older = found.has_older_entries.then(|| say!(l, records.search.older));
        let older_letters = found.has_older_letters.then(|| say!(l, records.search.older));
        let list = if found.found.is_empty() {
            view! { <EmptyState title=say!(l, records.search.nothing_title) text=nothing/> }.into_any()
        } else {
            let lines: Vec<_> =
                found.found.iter().map(|text| view! { <Hit text=text.clone() patient=patient.clone()/> }).collect();
            view! { <section class="card"><ul class="list">{lines}</ul></section> }.into_any()
        };
        view! {
            {notes}
            <p class="quiet">{say!(l, records.search.entries, n = found.entries)} " " {older}</p>
            <p class="quiet">{say!(l, records.search.letters, n = found.letters)} " " {older_letters}</p>
            {found.is_cut.then(|| view! { <Notice kind=NoticeKind::Info title=say!(l, records.search.cut)/> })}
            {list}
        }
    });
    view! {
        <div class="lead">
            <h1>{say!(l, records.search.title)}</h1>
            <p><a href=home>{said(&found.patient_name)}</a></p>
            <ZoneNote/>
        </div>
        <Form form>
            <TextField name="query" hint=hint kind="search"/>
            <div class="row"><SubmitButton label=say!(l, records.search.submit)/></div>
        </Form>
        {results}
    }
    .into_any()
}

/// One text that was found, with a link to where it is. `patient` is set for doctors.
#[component]
fn Hit(text: FoundText, patient: Option<String>) -> impl IntoView {
    let l = use_locale();
    let (href, label) = match (text.place, patient) {
        (FoundIn::Note(visit), _) => (format!("/doctor/visits/{visit}/notes"), say!(l, records.timeline.note)),
        (FoundIn::Entry(entry), Some(patient)) => {
            (format!("/doctor/patients/{patient}/record/{entry}"), say!(l, records.timeline.entry))
        }
        (FoundIn::Entry(_), None) => ("/patient/record".to_owned(), say!(l, records.timeline.entry)),
        (FoundIn::Letter(letter), Some(_)) => (format!("/doctor/letters/{letter}"), say!(l, records.timeline.letter)),
        (FoundIn::Letter(letter), None) => (format!("/letters/{letter}"), say!(l, records.timeline.letter)),
    };
    view! {
        <li>
            <a href=href>{label} ", " <Moment at=text.at detail=Detail::Day/></a>
            <br/>
            {said(text.excerpt)}
        </li>
    }
    .into_any()
}
