//! A visit that is not on video: in the clinic, by phone or at an online meeting. There is no call here; its doctor begins it, writes and ends it.

use super::lobby::late_notice;
use super::page::{EndedVisit, OverVisit, framed};
use super::room::{Phase, Room};
use kit::forms::{Form, SubmitButton};
use kit::parts::{Card, Moment, MomentRange, TabPanel, TabPanels, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::scheduling::VisitMode;
use model::visits::views::{VisitState, VisitView};
use records::{ConsultPanels, DiagnosisPicker, EndVisit, NotesEditor, SafetyPanel, SummaryPanel};
use words::{Locale, say};

/// Whether patient and doctor meet somewhere else than here.
pub(super) const fn is_elsewhere(visit: &VisitView) -> bool {
    match visit.mode {
        VisitMode::Video => false,
        VisitMode::InPerson | VisitMode::Phone | VisitMode::External => true,
    }
}

/// The patient's page of such a visit.
#[component]
pub(super) fn PatientElsewhere(
    /// The visit.
    room: Room,
) -> impl IntoView {
    switch(
        move || room.phase.get(),
        move |phase| match phase {
            Phase::Closed | Phase::Lobby | Phase::Call => framed(room, |room| view! { <WhereToMeet room/> }.into_any()),
            Phase::Ended => framed(room, |room| view! { <EndedVisit room/> }.into_any()),
            Phase::Over => framed(room, |_| view! { <OverVisit/> }.into_any()),
        },
    )
}

/// Says how patient and doctor meet, and leads to the appointment with the address or the number.
#[component]
fn WhereToMeet(room: Room) -> impl IntoView {
    let l = use_locale();
    let visit = room.visit.get_untracked();
    let (title, lead) = match visit.mode {
        VisitMode::Video | VisitMode::InPerson => (say!(l, visits.elsewhere.in_person), say!(l, visits.elsewhere.in_person_lead)),
        VisitMode::Phone => (say!(l, visits.elsewhere.by_phone), say!(l, visits.elsewhere.by_phone_lead)),
        VisitMode::External => (say!(l, visits.elsewhere.external), say!(l, visits.elsewhere.external_lead)),
    };
    let href = format!("/appointments/{}", visit.appointment);
    view! {
        <Head room/>
        {late_notice(room)}
        <Card title=title next=true>
            <p>{lead}</p>
            <div class="row"><a class="button" href=href.clone()>{say!(l, visits.elsewhere.appointment)}</a></div>
        </Card>
    }
    .into_any()
}

/// With whom the visit is, when and where.
#[component]
fn Head(room: Room) -> impl IntoView {
    let l = use_locale();
    let visit = room.visit.get_untracked();
    view! {
        <div class="lead">
            <h1>{say!(l, visits.with, name = visit.peer_name().to_owned())}</h1>
            <p>
                {say!(l, visits.lobby.planned)} " " <MomentRange range=visit.planned with_day=true/> " · " {said(visit.clinic_name)}
                " · " {mode_words(l, visit.mode)}
            </p>
        </div>
    }
}

fn mode_words(l: Locale, mode: VisitMode) -> &'static str {
    match mode {
        VisitMode::Video | VisitMode::InPerson => say!(l, visits.elsewhere.in_person),
        VisitMode::Phone => say!(l, visits.elsewhere.by_phone),
        VisitMode::External => say!(l, visits.elsewhere.external),
    }
}

/// Before the visit, for its doctor: when it can begin and, from then on, the button that begins it.
#[component]
pub(super) fn BeforeElsewhere(
    /// The visit.
    room: Room,
    /// The data of the patient.
    panels: ConsultPanels,
) -> impl IntoView {
    let l = use_locale();
    let form = room.forms.admit;
    let (id, appointment, opens_at) = room.visit.with_untracked(|visit| {
        let opens_at = match visit.state {
            VisitState::Closed { opens_at } => Some(opens_at),
            VisitState::Open | VisitState::Waiting { .. } | VisitState::Admitted | VisitState::Ended | VisitState::Over => None,
        };
        (visit.encounter.to_string(), format!("/doctor/appointments/{}", visit.appointment), opens_at)
    });
    let step = match opens_at {
        Some(at) => view! { <p>{say!(l, visits.elsewhere.can_begin)} " " <strong><Moment at/></strong></p> }.into_any(),
        None => view! {
            <p>{say!(l, visits.elsewhere.begin_lead)}</p>
            <Form form>
                <input type="hidden" name="visit" value=id.clone()/>
                <div class="row"><SubmitButton label=say!(l, visits.elsewhere.begin)/></div>
            </Form>
        }
        .into_any(),
    };
    view! {
        <Head room/>
        <section class="card next">
            {step}
            <p><a href=appointment.clone()>{say!(l, visits.elsewhere.details)}</a></p>
            <p><a href=appointment>{say!(l, visits.elsewhere.absent)}</a></p>
        </section>
        <Card><SafetyPanel panels/></Card>
    }
    .into_any()
}

/// During the visit, for its doctor: the record, the notes, and the end.
#[component]
pub(super) fn ConsultElsewhere(
    /// The visit.
    room: Room,
    /// The data of the patient.
    panels: ConsultPanels,
) -> impl IntoView {
    let l = use_locale();
    let (visit, appointment) =
        room.visit.with_untracked(|visit| (visit.encounter, format!("/doctor/appointments/{}", visit.appointment)));
    let tabs = vec![
        TabPanel {
            name: "patient",
            tab: say!(l, visits.tabs.patient).into_any(),
            content: view! { <SummaryPanel panels/> }.into_any(),
        },
        TabPanel {
            name: "notes",
            tab: say!(l, visits.tabs.notes).into_any(),
            content: view! {
                <NotesEditor panels/>
                <DiagnosisPicker panels/>
            }
            .into_any(),
        },
        TabPanel {
            name: "prescription",
            tab: say!(l, visits.tabs.prescription).into_any(),
            content: view! {
                <h2>{say!(l, visits.tabs.prescription)}</h2>
                <p><a href=format!("/doctor/visits/{visit}/prescription")>{say!(l, visits.ended.prescription)}</a></p>
            }
            .into_any(),
        },
        TabPanel { name: "end", tab: say!(l, visits.tabs.end).into_any(), content: view! { <EndVisit panels/> }.into_any() },
    ];
    view! {
        <Head room/>
        <p><a href=appointment>{say!(l, visits.elsewhere.details)}</a></p>
        <Card><SafetyPanel panels/></Card>
        <div class="card">
            <TabPanels label=say!(l, visits.tabs.label) first="notes" panels=tabs/>
        </div>
    }
    .into_any()
}
