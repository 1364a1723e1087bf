//! Handover notes: the newest ones of the clinic or those of a day, with who has read them. The button that says so is a plain form that loads the page again.

use super::shift_form::{ShiftForm, ShiftNoteValues, shift_form};
use kit::address;
use kit::failure::Failure;
use kit::forms::{FormHandle, FormReply, shows_refused};
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{Choice, Detail, EmptyState, Moment, PageTitle, SearchDate, SearchedDate, Tag, TagKind, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::format;
use model::ids::ShiftNoteId;
use model::live::LiveKind;
use model::team::{Shift, ShiftLine, ShiftNoteReader, ShiftNoteView, ShiftNotes};
use server_fn::ServerFn as _;
use words::{Locale, say};

/// What the address asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Asked {
    /// The notes of this day only.
    day: SearchedDate,
    /// The note that the user corrects.
    correct: Option<String>,
    /// The patient about whom the user wants to write.
    patient: Option<String>,
}

impl Asked {
    fn in_address(query: &ParamsMap) -> Self {
        let given = |name: &str| query.get(name).filter(|text| !text.is_empty());
        Self { day: SearchedDate::in_address(query, "day"), correct: given("correct"), patient: given("patient") }
    }
}

/// Loads the handover notes of the user's clinic.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for those who belong to no team; `NotFound` for a patient whom the user may not know.
#[server(prefix = "/do", endpoint = "list-shift-notes")]
pub async fn list_shift_notes(
    /// The day of the shifts, `2026-11-24`; the newest notes if it is absent or malformed.
    day: Option<String>,
    /// The id of a patient about whom the user wants to write, as it comes from an address.
    patient: Option<String>,
) -> Result<ShiftNotes, Failure> {
    let request = kit::request::RequestContext::require()?;
    let about = patient.map(|patient| kit::request::id(&patient)).transpose()?;
    let query = domain::records::ListShiftNotes { day: day.and_then(|day| day.parse().ok()), about };
    let zone = request.viewer.zone_name();
    kit::request::call(|| domain::records::shift_notes(&request.domain, &request.access, query, zone)).await
}

/// Says that the user has read a note.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "see-shift-note")]
pub async fn see_shift_note(
    /// The note.
    note: ShiftNoteId,
    /// The page to which to return.
    page: String,
) -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let seen = domain::error::retry(|| domain::records::see_shift_note(&request.domain, &request.access, note)).await;
    Ok(kit::request::back_to(super::page_of(&page), seen))
}

/// The page `/ward/handover`.
#[component]
pub fn WardShiftNotesPage() -> impl IntoView {
    page("/ward")
}

/// The page `/doctor/handover`.
#[component]
pub fn DoctorShiftNotesPage() -> impl IntoView {
    page("/doctor")
}

/// `home` is the portal, below which the pages of patients are.
fn page(home: &'static str) -> AnyView {
    let l = use_locale();
    let query = use_query_map();
    let changes = use_changes(LiveKind::Team);
    let asked = Memo::new(move |_| query.with(Asked::in_address));
    let form = shift_form();
    // What the form offers is loaded apart from the list, so that a note of somebody else does not draw the form anew while it is filled in.
    let offered = Resource::new_blocking(
        move || (asked.get(), form.done().get()),
        |(asked, _)| list_shift_notes(asked.day.value(), asked.patient),
    );
    let found = Resource::new_blocking(
        move || (asked.get(), changes.get(), form.done().get()),
        |(asked, ..)| list_shift_notes(asked.day.value(), None),
    );
    view! {
        <PageTitle text=say!(l, team.handover.title)/>
        <div class="lead">
            <h1>{say!(l, team.handover.title)}</h1>
            <p>{say!(l, team.handover.lead)}</p>
        </div>
        {loaded(offered, move |offered| view! { <NewNote offered asked=asked.get_untracked() form home/> })}
        {loaded(found, move |notes| view! { <Notes notes=notes.items day=asked.with_untracked(|asked| asked.day.clone()) home/> })}
    }
    .into_any()
}

/// The form for a new note, folded unless the user corrects a note or comes from a patient's page. Without a day there is none: the user works at all clinics.
#[component]
fn NewNote(offered: ShiftNotes, asked: Asked, form: FormHandle, home: &'static str) -> impl IntoView {
    let l = use_locale();
    let ShiftNotes { items, today, mut patients } = offered;
    let Some(today) = today else { return ().into_any() };
    let corrected = items.iter().find(|note| asked.correct.as_ref().is_some_and(|id| *id == note.id.to_string()));
    let values = corrected.map_or_else(|| ShiftNoteValues::about(asked.patient.clone()), ShiftNoteValues::correcting);
    for line in corrected.into_iter().flat_map(|note| &note.lines) {
        if patients.iter().all(|patient| patient.id != line.patient.id) {
            patients.push(line.patient.clone());
        }
    }
    let named = |name: &str, day: jiff::civil::Date| Choice {
        value: day.to_string(),
        label: format!("{name}, {}", format::date_long(day, names(l))),
        hint: None,
    };
    let mut days = vec![named(say!(l, team.handover.today), today)];
    days.extend(today.yesterday().ok().map(|day| named(say!(l, team.handover.yesterday), day)));
    let (is_correction, is_open) = (corrected.is_some(), corrected.is_some() || asked.patient.is_some() || shows_refused());
    let summary = if is_correction { say!(l, team.handover.correction) } else { say!(l, team.handover.new_title) };
    let lead = is_correction.then(|| {
        view! { <p>{say!(l, team.handover.correction_lead)} " " <a href=format!("{home}/handover")>{say!(l, team.handover.cancel)}</a></p> }
    });
    let corrects = values.corrects.clone();
    let form = form.filled(&values);
    view! {
        <details class="card" open=is_open>
            <summary>{summary}</summary>
            {lead}
            <ShiftForm form corrects days patients/>
        </details>
    }
    .into_any()
}

#[component]
fn Notes(notes: Vec<ShiftNoteView>, day: SearchedDate, home: &'static str) -> impl IntoView {
    let l = use_locale();
    let here = format!("{home}/handover");
    let back = format!("{here}{}", address::query(&[("day", day.value().as_deref())]));
    let newest = day.date().is_some().then(|| view! { <a href=here.clone()>{say!(l, team.handover.newest)}</a> });
    let shown = if notes.is_empty() {
        view! { <EmptyState title=say!(l, team.handover.empty_title) text=say!(l, team.handover.empty)/> }.into_any()
    } else {
        notes.into_iter().map(|note| view! { <Note note home back=back.clone()/> }).collect_view().into_any()
    };
    view! {
        <form class="form no-print" method="get" action=here>
            <div class="filters">
                <SearchDate name="day" label=say!(l, team.handover.day) date=day/>
                <div class="row"><button type="submit" class="button plain">{say!(l, team.handover.show)}</button> {newest}</div>
            </div>
        </form>
        {shown}
    }
    .into_any()
}

/// The name of a shift.
pub(super) fn shift_name(l: Locale, shift: Shift) -> &'static str {
    match shift {
        Shift::Early => say!(l, team.handover.early),
        Shift::Late => say!(l, team.handover.late),
        Shift::Night => say!(l, team.handover.night),
    }
}

#[component]
fn Note(note: ShiftNoteView, home: &'static str, back: String) -> impl IntoView {
    let l = use_locale();
    let ShiftNoteView { id, day, shift, text, lines, author, is_own, written_at, corrects, corrected_by, readers, is_read } =
        note;
    let (shift, day) = (shift_name(l, shift), format::date_long(day, names(l)));
    let lines: Vec<_> = lines
        .into_iter()
        .map(|ShiftLine { patient, text }| {
            let href = format!("{home}/patients/{}", patient.id);
            view! { <li><a href=href>{said(patient.name)}</a> <blockquote class="said" dir="auto">{text}</blockquote></li> }
        })
        .collect();
    let lines = (!lines.is_empty()).then(|| view! { <ul class="list">{lines}</ul> });
    let text = (!text.is_empty()).then(|| view! { <blockquote class="said" dir="auto">{text}</blockquote> });
    let read_by: Vec<_> = readers
        .into_iter()
        .map(|ShiftNoteReader { name, at }| view! { <li>{said(name)} " · " <Moment at detail=Detail::Short/></li> })
        .collect();
    let read_by = if read_by.is_empty() {
        view! { <p class="quiet">{say!(l, team.handover.nobody)}</p> }.into_any()
    } else {
        view! { <p class="quiet">{say!(l, team.handover.read_by)}</p> <ul>{read_by}</ul> }.into_any()
    };
    let see = (!is_read).then(|| {
        let label = say!(l, team.handover.see_of, shift = shift.to_owned(), day = day.clone());
        view! {
            <form method="post" action=SeeShiftNote::url()>
                <input type="hidden" name="note" value=id.to_string()/>
                <input type="hidden" name="page" value=back/>
                <button type="submit" class="button plain" aria-label=label>{say!(l, team.handover.see)}</button>
            </form>
        }
    });
    let correct = (is_own && corrected_by.is_none()).then(|| {
        let label = say!(l, team.handover.correct_of, shift = shift.to_owned(), day = day.clone());
        view! { <a href=format!("{home}/handover?correct={id}") aria-label=label>{say!(l, team.handover.correct)}</a> }
    });
    let state = match (corrects, corrected_by) {
        (_, Some(_)) => Some(say!(l, team.handover.corrected)),
        (Some(_), None) => Some(say!(l, team.handover.corrects)),
        (None, None) => None,
    };
    view! {
        <section class="card">
            <h2>
                {shift} ", " {day} " "
                {(!is_read).then(|| view! { <Tag kind=TagKind::Good text=say!(l, team.handover.unread)/> })}
            </h2>
            <p class="quiet">{say!(l, team.handover.written_by)} " " {said(author)} " · " <Moment at=written_at detail=Detail::Short/></p>
            {state.map(|state| view! { <p><strong>{state}</strong></p> })}
            {text}
            {lines}
            {read_by}
            <div class="row">{see} {correct}</div>
        </section>
    }
    .into_any()
}
