//! The entries of a record: the page that lists them, for doctors, nurses and the patient, the page that adds one, and the page of one entry.

mod entry;
mod form;
mod in_words;

pub use entry::{DoctorEntryPage, ReadEntry, WardEntryPage, WithdrawEntry, WithdrawEntryValues, read_entry, withdraw_entry};
pub use form::{AddEntry, ChangeEntry, EntryValues, add_entry, change_entry};

use super::break_glass::{EmergencyNotice, end_form};
use super::diagnoses::Search;
use super::find::{FoundDiagnoses, search_diagnoses};
use super::shares::link_to_share;
use form::{EntryFields, declared};
use in_words::{add_name, facts, title};
pub(crate) use in_words::{kind_name, source_name};
use jiff::Timestamp;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, SubmitButton, use_form_about};
use kit::parts::{AllergyLines, Detail, EmptyState, Moment, Notice, NoticeKind, PageTitle, Tag, TagKind, loaded, said};
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::access::Role;
use model::drafts::DraftSubject;
use model::records::{AllergyView, EntryKind, EntryView, PatientRecordView, TimelineKind};
use words::{Locale, say};

/// Loads the entries of a patient; without a patient, of the one on whose behalf the user acts.
///
/// # Errors
/// `NotFound`; `SignInNeeded`; `Forbidden`.
#[server(prefix = "/do", endpoint = "read-record")]
pub async fn read_record(
    /// The patient's id, as it comes from an address.
    patient: Option<String>,
) -> Result<PatientRecordView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let patient = patient.map(|patient| kit::request::id(&patient)).transpose()?;
    let query = domain::records::ReadRecord { patient, kind: None };
    kit::request::call(|| domain::records::record(&request.domain, &request.access, query)).await
}

/// The patient's own page.
#[component]
pub fn OwnRecordPage() -> impl IntoView {
    let l = use_locale();
    let found = Resource::new_blocking(|| (), |()| read_record(None));
    view! {
        <PageTitle text=say!(l, records.record.title_own)/>
        {loaded(found, move |record| {
            let PatientRecordView { allergies, entries, is_cut, new_since, .. } = record;
            let sections = EntryKind::ALL.iter().filter_map(|kind| {
                let of_kind: Vec<EntryView> = entries.iter().filter(|view| view.entry.kind() == *kind).cloned().collect();
                (!of_kind.is_empty()).then(|| view! { <Section kind=*kind entries=of_kind patient=None new_since/> })
            });
            let sections: Vec<_> = sections.collect();
            let empty = sections.is_empty().then(|| {
                view! { <EmptyState title=say!(l, records.record.empty_title) text=say!(l, records.record.empty_own)/> }
            });
            view! {
                <div class="lead">
                    <h1>{say!(l, records.record.title_own)}</h1>
                    <p>{say!(l, records.record.lead_own)}</p>
                    <p class="no-print"><a href="/patient/timeline">{say!(l, records.timeline.title)}</a></p>
                    <p class="no-print"><a href="/patient/search">{say!(l, records.search.title)}</a></p>
                    <p class="no-print"><a href="/patient/shares">{say!(l, records.shares.title)}</a></p>
                </div>
                {is_cut.then(|| view! { <Cut/> })}
                <OwnAllergies allergies/>
                {empty}
                {sections}
            }
        })}
    }
    .into_any()
}

/// The portal of the staff as whom the viewer acts, below which the pages of patients are.
pub(crate) fn portal() -> &'static str {
    if use_viewer().role() == Some(Role::Nurse) { "/ward" } else { "/doctor" }
}

/// The page of a patient's entries, for doctors who treat them.
#[component]
pub fn DoctorRecordPage() -> impl IntoView {
    record_page()
}

/// The same page for the nurses of a clinic at which the patient is cared for.
#[component]
pub fn WardRecordPage() -> impl IntoView {
    record_page()
}

fn record_page() -> AnyView {
    let (l, portal) = (use_locale(), portal());
    let params = use_params_map();
    let end = end_form();
    let id = move || params.with(|params| params.get("id"));
    let found = Resource::new_blocking(move || (id(), end.done().get()), |(id, _)| read_record(Some(id.unwrap_or_default())));
    view! {
        <PageTitle text=say!(l, records.record.title)/>
        {loaded(found, move |record| {
            let PatientRecordView { patient, patient_name, entries, is_cut, may_record, break_glass, .. } = record;
            let sections: Vec<_> = EntryKind::ALL
                .iter()
                .map(|kind| {
                    let of_kind: Vec<EntryView> = entries.iter().filter(|view| view.entry.kind() == *kind).cloned().collect();
                    let may_add = may_record;
                    view! { <Section kind=*kind entries=of_kind patient=Some(patient.to_string()) may_add new_since=None/> }
                })
                .collect();
            // Only doctors have a page that searches the text.
            let search = (portal == "/doctor").then(|| {
                let href = format!("/doctor/patients/{patient}/search");
                view! { <p class="no-print"><a href=href>{say!(l, records.search.title)}</a></p> }
            });
            view! {
                <div class="lead">
                    <h1>{say!(l, records.record.title)}</h1>
                    <p><a href=format!("{portal}/patients/{patient}")>{said(patient_name)}</a></p>
                    {search}
                </div>
                {break_glass.map(|open| view! { <EmergencyNotice open form=end/> })}
                {is_cut.then(|| view! { <Cut/> })}
                <div class="two">{sections}</div>
            }
        })}
    }
    .into_any()
}

/// The patient's allergies.
#[component]
fn OwnAllergies(allergies: Vec<AllergyView>) -> impl IntoView {
    let l = use_locale();
    let lines = if allergies.is_empty() {
        view! { <p class="quiet">{say!(l, records.record.no_allergies_own)}</p> }.into_any()
    } else {
        view! { <AllergyLines allergies/> }.into_any()
    };
    view! {
        <section class="card">
            <h2>{say!(l, common.safety.allergies)}</h2>
            {lines}
        </section>
    }
    .into_any()
}

/// Says that the page does not show everything.
#[component]
fn Cut() -> impl IntoView {
    let l = use_locale();
    view! { <Notice kind=NoticeKind::Info title=say!(l, records.record.cut)/> }
}

/// The entries of one kind.
#[component]
fn Section(
    /// The kind.
    kind: EntryKind,
    /// The entries.
    entries: Vec<EntryView>,
    /// The patient, for doctors and nurses, for whom entries lead to pages of their own.
    patient: Option<String>,
    /// Whether the viewer may add entries.
    #[prop(optional)]
    may_add: bool,
    /// For the patient's side: what is newer than this is new to the viewer.
    new_since: Option<Timestamp>,
) -> impl IntoView {
    let l = use_locale();
    let add = patient.as_ref().filter(|_| may_add).map(|patient| {
        let href = format!("{}/patients/{patient}/record/new?kind={kind}", portal());
        view! { <p class="no-print"><a href=href>{add_name(l, kind)}</a></p> }
    });
    let list = if entries.is_empty() {
        view! { <p class="quiet">{say!(l, records.record.none)}</p> }.into_any()
    } else {
        let line = |view: EntryView| {
            let is_new = new_since.is_some_and(|since| view.written_at > since);
            view! { <Line view patient=patient.clone() is_new/> }
        };
        let lines: Vec<_> = entries.into_iter().map(line).collect();
        view! { <ul class="list">{lines}</ul> }.into_any()
    };
    view! {
        <section class="card">
            <h2>{kind_name(l, kind)}</h2>
            {list}
            {add}
        </section>
    }
    .into_any()
}

/// One entry: what it says, where it comes from, who wrote it and when.
#[component]
pub(crate) fn Line(
    /// The entry.
    view: EntryView,
    /// The patient, for doctors and nurses, for whom entries lead to pages of their own.
    patient: Option<String>,
    /// Whether it is new to the patient's side.
    is_new: bool,
) -> impl IntoView {
    let l = use_locale();
    let more = match patient {
        Some(patient) => {
            let href = format!("{}/patients/{patient}/record/{}", portal(), view.id);
            view! { <p class="no-print"><a href=href>{say!(l, records.record.open)}</a></p> }.into_any()
        }
        None => link_to_share(l, TimelineKind::Entry, &view.id.to_string()),
    };
    entry_line(l, view, is_new, Some(more))
}

/// An entry in a list, with what belongs below it.
pub(crate) fn entry_line(l: Locale, view: EntryView, is_new: bool, more: Option<AnyView>) -> AnyView {
    let name = title(l, &view.entry, view.code.as_ref());
    view! {
        <li>
            <p><strong>{name}</strong> {is_new.then(|| new_tag(l))}</p>
            {facts(l, &view.entry, view.source)}
            <p class="quiet">
                {source_name(l, view.source)} " · " <Moment at=view.written_at detail=Detail::Day/> " · " {said(view.author_name)}
            </p>
            {more}
        </li>
    }
    .into_any()
}

/// Says that something is new to the patient's side.
pub(crate) fn new_tag(l: Locale) -> AnyView {
    view! { " " <Tag kind=TagKind::Good text=say!(l, records.shares.is_new)/> }.into_any()
}

/// The page that adds an entry. The address says of which kind.
#[component]
pub fn NewEntryPage() -> impl IntoView {
    new_entry_page()
}

/// The same page for nurses.
#[component]
pub fn WardNewEntryPage() -> impl IntoView {
    new_entry_page()
}

fn new_entry_page() -> AnyView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let kind = query.with_untracked(|query| query.get("kind")).and_then(|kind| EntryKind::parse(&kind).ok());
    let kind = kind.unwrap_or(EntryKind::Problem);
    let about = Signal::derive(move || DraftSubject::Own(format!("{}:{kind}", id())));
    let form = declared(use_form_about::<AddEntry, EntryValues>(about), kind);
    let (typed, codes) = codes_found();
    let found = Resource::new_blocking(id, |id| read_record(Some(id)));
    view! {
        <PageTitle text=add_name(l, kind)/>
        {loaded(found, move |record| view! { <New record kind form typed codes/> })}
    }
    .into_any()
}

/// The search for a diagnosis: the typed text, and what it finds. Call it at the top of a page.
pub(super) fn codes_found() -> (RwSignal<Option<String>>, Resource<Result<FoundDiagnoses, Failure>>) {
    let draft = use_query_map().with_untracked(|query| query.get("draft"));
    let typed = RwSignal::new(None::<String>);
    let found = Resource::new_blocking(
        move || typed.get(),
        move |typed| {
            let draft = draft.clone();
            search_diagnoses(typed, draft)
        },
    );
    (typed, found)
}

#[component]
fn New(
    record: PatientRecordView,
    kind: EntryKind,
    form: FormHandle,
    typed: RwSignal<Option<String>>,
    codes: Resource<Result<FoundDiagnoses, Failure>>,
) -> impl IntoView {
    let l = use_locale();
    let PatientRecordView { patient, patient_name, may_record, .. } = record;
    let body = if may_record {
        let search = (kind == EntryKind::Problem).then(|| view! { <Search typed/> });
        let patient = patient.to_string();
        view! {
            {search}
            <Form form>
                <input type="hidden" name="patient" value=patient.clone()/>
                <input type="hidden" name="kind" value=kind.as_str()/>
                <EntryFields kind found=codes/>
                <div class="row"><SubmitButton label=say!(l, records.record.save)/></div>
            </Form>
        }
        .into_any()
    } else {
        view! { <Notice kind=NoticeKind::Info title=say!(l, records.record.only_read)/> }.into_any()
    };
    view! {
        <div class="lead">
            <h1>{add_name(l, kind)}</h1>
            <p>{said(patient_name)}</p>
            <p><a href=format!("{}/patients/{patient}/record", portal())>{say!(l, records.record.back)}</a></p>
        </div>
        <section class="card">{body}</section>
    }
    .into_any()
}
