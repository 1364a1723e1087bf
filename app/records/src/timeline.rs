//! The timeline of a record: everything that is kept about a patient, by time, for doctors, nurses and the patient. It prints.

use super::break_glass::{EmergencyNotice, end_form};
use super::letters::{StateTag, kind_name as letter_name};
use super::record::{Line, kind_name as entry_kind_name, new_tag, portal};
use super::shares::share_link;
use kit::address;
use kit::failure::Failure;
use kit::forms::FormHandle;
use kit::parts::{
    AllergyLines, Choice, Detail, EmptyState, Moment, PageTitle, Pager, Paging, SearchDate, SearchedDate, SelectField, Tag,
    TagKind, VitalLines, ZoneNote, loaded, said,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;
use model::records::{TimelineContent, TimelineItem, TimelineKind, TimelineView};
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// What the address of a timeline says: the kind, the days, the cursor. The texts are parsed by the server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineAsked {
    /// The kind; all kinds if it is not one.
    pub kind: Option<String>,
    /// The first day.
    pub from: Option<String>,
    /// The last day.
    pub until: Option<String>,
    /// The cursor.
    pub after: Option<String>,
}

impl TimelineAsked {
    fn in_address(query: &ParamsMap) -> Self {
        let given = |name: &str| query.get(name).filter(|text| !text.is_empty());
        let day = |name: &str| SearchedDate::in_address(query, name).value();
        Self { kind: given("kind"), from: day("from"), until: day("until"), after: given("after") }
    }

    /// The address of another page of the same timeline.
    fn address(&self, page: &str, after: Option<&str>) -> String {
        let pairs =
            [("kind", self.kind.as_deref()), ("from", self.from.as_deref()), ("until", self.until.as_deref()), ("after", after)];
        format!("{page}{}", address::query(&pairs))
    }
}

/// Loads a page of the timeline of a patient; without a patient, of the one on whose behalf the user acts.
///
/// # Errors
/// Wrong fields; `NotFound`; `SignInNeeded`; `Forbidden`.
#[server(prefix = "/do", endpoint = "read-timeline", input = server_fn::codec::Json)]
pub async fn read_timeline(
    /// The patient's id, as it comes from an address.
    patient: Option<String>,
    /// What the address says.
    asked: TimelineAsked,
) -> Result<TimelineView, Failure> {
    use domain::records::ReadTimeline;

    let request = kit::request::RequestContext::require()?;
    let patient = patient.map(|patient| kit::request::id(&patient)).transpose()?;
    let day = |text: Option<String>| text.and_then(|text| text.parse().ok());
    let query = ReadTimeline {
        patient,
        kind: asked.kind.and_then(|kind| TimelineKind::parse(&kind).ok()),
        from: day(asked.from),
        until: day(asked.until),
        cursor: asked.after,
        size: None,
    };
    kit::request::call(|| domain::records::timeline(&request.domain, &request.access, query.clone())).await
}

/// The patient's own page.
#[component]
pub fn OwnTimelinePage() -> impl IntoView {
    page(Signal::stored(None))
}

/// The page of a patient's timeline, for doctors who treat them.
#[component]
pub fn DoctorTimelinePage() -> impl IntoView {
    of_address()
}

/// The same page for the nurses of a clinic at which the patient is cared for.
#[component]
pub fn WardTimelinePage() -> impl IntoView {
    of_address()
}

fn of_address() -> AnyView {
    let params = use_params_map();
    page(Signal::derive(move || params.with(|params| params.get("id"))))
}

fn page(patient: Signal<Option<String>>) -> AnyView {
    let l = use_locale();
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(TimelineAsked::in_address));
    let end = end_form();
    let found = Resource::new_blocking(
        move || (patient.get(), asked.get(), end.done().get()),
        |(patient, asked, _)| read_timeline(patient, asked),
    );
    view! {
        <PageTitle text=say!(l, records.timeline.title)/>
        {loaded(found, move |view| {
            let is_own = patient.with_untracked(Option::is_none);
            view! { <Timeline view asked=asked.get_untracked() is_own end/> }
        })}
    }
    .into_any()
}

#[component]
fn Timeline(
    view: TimelineView,
    asked: TimelineAsked,
    /// Whether the viewer acts for the patient.
    is_own: bool,
    end: FormHandle,
) -> impl IntoView {
    let l = use_locale();
    let news: Vec<bool> = view.page.items.iter().map(|item| view.is_new(item)).collect();
    let TimelineView { patient, patient_name, kinds, page, break_glass, .. } = view;
    let portal = portal();
    let home = if is_own { "/patient/timeline".to_owned() } else { format!("{portal}/patients/{patient}/timeline") };
    let paging = Paging::new(asked.after.as_deref(), page.next_cursor.as_deref(), |after| asked.address(&home, after));
    let person = if is_own {
        said(patient_name)
    } else {
        view! { <a href=format!("{portal}/patients/{patient}")>{said(patient_name)}</a> }.into_any()
    };
    let base = (!is_own).then(|| patient.to_string());
    let list = if page.items.is_empty() {
        view! { <EmptyState title=say!(l, records.timeline.empty_title) text=say!(l, records.timeline.empty)/> }.into_any()
    } else {
        let lines = page.items.into_iter().zip(news);
        let lines: Vec<_> = lines.map(|(item, is_new)| view! { <Item item patient=base.clone() is_new/> }).collect();
        view! { <section class="card"><ol class="list">{lines}</ol></section> }.into_any()
    };
    view! {
        <div class="lead">
            <h1>{say!(l, records.timeline.title)}</h1>
            <p>{person}</p>
            <ZoneNote/>
        </div>
        {break_glass.map(|open| view! { <EmergencyNotice open form=end/> })}
        <Filter asked kinds home/>
        {list}
        <Pager paging/>
    }
    .into_any()
}

/// The form that narrows the timeline. What it sends is in the address, which contains nothing medical.
#[component]
fn Filter(asked: TimelineAsked, kinds: Vec<TimelineKind>, home: String) -> impl IntoView {
    let l = use_locale();
    let all = Choice { value: String::new(), label: say!(l, records.timeline.all).to_owned(), hint: None };
    let choice =
        |kind: TimelineKind| Choice { value: kind.as_str().to_owned(), label: kind_name(l, kind).to_owned(), hint: None };
    let choices: Vec<Choice> = [all].into_iter().chain(kinds.into_iter().map(choice)).collect();
    // As they were typed, so that one that is not a date is shown again.
    let query = use_query_map();
    let day = |name: &str| query.with_untracked(|query| SearchedDate::in_address(query, name));
    let (from, until) = (day("from"), day("until"));
    view! {
        <form class="form no-print" method="get" action=home>
            <div class="filters">
                <SelectField name="kind" label=say!(l, records.timeline.kind) choices preset=asked.kind.unwrap_or_default()/>
                <SearchDate name="from" label=say!(l, records.timeline.from) date=from/>
                <SearchDate name="until" label=say!(l, records.timeline.until) date=until/>
                <div class="row"><button type="submit" class="button plain">{say!(l, records.timeline.show)}</button></div>
            </div>
        </form>
    }
    .into_any()
}

/// The name of a kind of item.
pub(super) fn kind_name(l: Locale, kind: TimelineKind) -> &'static str {
    match kind {
        TimelineKind::Visit => say!(l, records.timeline.visit),
        TimelineKind::Note => say!(l, records.timeline.note),
        TimelineKind::Prescription => say!(l, records.timeline.prescription),
        TimelineKind::Entry => say!(l, records.timeline.entry),
        TimelineKind::Document => say!(l, records.timeline.document),
        TimelineKind::Letter => say!(l, records.timeline.letter),
        TimelineKind::Measurement => say!(l, records.timeline.measurement),
        TimelineKind::Allergy => say!(l, records.timeline.allergy),
    }
}

/// One item: when, what, and the page that shows more of it. `patient` is set for doctors and nurses.
#[component]
fn Item(
    item: TimelineItem,
    patient: Option<String>,
    /// Whether it is new to the patient's side.
    is_new: bool,
) -> impl IntoView {
    let l = use_locale();
    let TimelineItem { at, content } = item;
    let kind = content.kind();
    let is_own = patient.is_none();
    let shared = is_own.then(|| share_link(l, &content)).flatten();
    let portal = portal();
    // Nurses have no pages of visits, documents and letters.
    let has_pages = is_own || portal == "/doctor";
    let link = |href: String, text: AnyView| if has_pages { view! { <a href=href>{text}</a> }.into_any() } else { text };
    let shown = match content {
        TimelineContent::Visit { encounter, doctor_name, clinic_name } => {
            let href = if is_own { format!("/visits/{encounter}/summary") } else { format!("/doctor/visits/{encounter}/notes") };
            let text = view! { {said(doctor_name)} " · " {said(clinic_name)} }.into_any();
            link(href, text)
        }
        TimelineContent::Note { encounter, author_name } => link(format!("/doctor/visits/{encounter}/notes"), said(author_name)),
        TimelineContent::Prescription { prescription } => {
            let medicines: Vec<String> = prescription.medicines.into_iter().map(|medicine| medicine.medicine).collect();
            let text = said(kit::parts::listed(&medicines));
            // A doctor opens the prescriptions that they have written themselves from their own list.
            if is_own { link(format!("/prescriptions/{}", prescription.id), text) } else { text }
        }
        TimelineContent::Entry { view } => {
            let heading = entry_kind_name(l, view.entry.kind());
            view! { <p class="quiet">{heading}</p> <ul class="list"><Line view=*view patient is_new=false/></ul> }.into_any()
        }
        TimelineContent::Document { name, .. } => {
            let href = patient
                .map_or_else(|| "/patient/documents".to_owned(), |patient| format!("/doctor/patients/{patient}/documents"));
            link(href, said(name.unwrap_or_else(|| say!(l, records.timeline.document).to_owned())))
        }
        TimelineContent::Letter { letter } => {
            let letter = *letter;
            let folder = if is_own { "/letters" } else { "/doctor/letters" };
            let text = view! { {letter_name(l, letter.kind)} " " <span class="num">{letter.number}</span> }.into_any();
            let shown = link(format!("{folder}/{}", letter.id), text);
            view! {
                {shown}
                " · "
                {said(letter.doctor_name)}
                " "
                <StateTag state=letter.state/>
            }
            .into_any()
        }
        TimelineContent::Measurement { view } => {
            let href = patient.map_or_else(
                || "/patient/measurements".to_owned(),
                |patient| format!("{portal}/patients/{patient}/measurements"),
            );
            let at_home = view.at_home.then(|| view! { <Tag kind=TagKind::Plain text=say!(l, records.vitals.at_home)/> });
            let recorded_by = said(view.recorded_by.clone());
            view! {
                <a href=href>{recorded_by}</a>
                " "
                {at_home}
                <VitalLines view=*view/>
            }
            .into_any()
        }
        TimelineContent::Allergy { view } => {
            let (recorded_by, allergies) = (said(view.recorded_by.clone()), vec![*view]);
            view! {
                <span>{recorded_by}</span>
                <AllergyLines allergies/>
            }
            .into_any()
        }
    };
    view! {
        <li>
            <strong>{kind_name(l, kind)}</strong> " " <Moment at detail=Detail::Day/> {is_new.then(|| new_tag(l))}
            <br/>
            {shown}
            {shared}
        </li>
    }
    .into_any()
}
