//! Before the call: the device check, the "ready" button and the waiting room; for the doctor, the button that admits the patient.

use super::call::DeviceCheck;
use super::peer_face::PeerFace;
use super::room::Room;
use kit::forms::{Form, SubmitButton};
use kit::parts::{Card, Detail, Moment, MomentRange, RunsLate, SoundSwitch, region, said, switch};
use kit::viewer::{use_locale, use_now};
use leptos::prelude::*;
use model::ids::EncounterId;
use model::visits::views::{Queue, Side, VisitState};
use records::{ConsultPanels, SafetyPanel};
use words::{Locale, plural, say};

/// The lobby, for patient and doctor.
#[component]
pub(super) fn Lobby(
    /// The visit.
    room: Room,
    /// For the doctor: the data of the patient.
    #[prop(optional)]
    panels: Option<ConsultPanels>,
) -> impl IntoView {
    let l = use_locale();
    let first = room.visit.get_untracked();
    let id = first.encounter;
    let name = StoredValue::new(first.peer_name().to_owned());
    let late = late_notice(room);
    let now = use_now();
    let clock = move || region(|| view! { <Moment at=now.get() detail=Detail::Time/> });
    let step = move || room.visit.with(|visit| (visit.side, matches!(visit.state, VisitState::Waiting { .. })));
    let action = switch(step, move |step| match step {
        (Side::Patient, false) => view! { <Ready room id name=name.get_value()/> }.into_any(),
        (Side::Patient, true) => view! { <Waits room id name=name.get_value()/> }.into_any(),
        (Side::Doctor, false) => view! { <NotHere name=name.get_value()/> }.into_any(),
        (Side::Doctor, true) => view! { <MayAdmit room id name=name.get_value()/> }.into_any(),
    });
    view! {
        <div class="row">
            <PeerFace visit=first.clone()/>
            <div class="lead">
                <h1>{say!(l, visits.with, name = name.get_value())}</h1>
                <p>
                    {say!(l, visits.lobby.planned)} " " <MomentRange range=first.planned with_day=true/> " · "
                    {said(first.clinic_name)}
                </p>
                <p>{say!(l, visits.lobby.clock)} " " <strong class="num">{clock}</strong></p>
            </div>
        </div>
        {late}
        <div class="two">
            <div class="stack">
                {action}
                {panels.map(|panels| view! { <Card><SafetyPanel panels/></Card> })}
            </div>
            <Card title=say!(l, visits.devices.title)>
                <p class="quiet">{say!(l, visits.devices.lead, name = name.get_value())}</p>
                <DeviceCheck devices=room.devices/>
                <SoundSwitch/>
                <noscript><p>{say!(l, visits.devices.no_script)}</p></noscript>
            </Card>
        </div>
    }
    .into_any()
}

/// Tells the patient, while they have not been admitted, that the doctor runs late.
pub(super) fn late_notice(room: Room) -> impl IntoView {
    let shown = move || room.visit.with(|visit| visit.late.filter(|_| visit.side == Side::Patient));
    switch(shown, move |late| {
        late.map(|late| {
            let doctor = room.visit.with_untracked(|visit| visit.doctor_name.clone());
            view! { <RunsLate late doctor/> }
        })
    })
}

/// Asks the patient to press a button when they are ready.
#[component]
fn Ready(room: Room, id: EncounterId, name: String) -> impl IntoView {
    let l = use_locale();
    let form = room.forms.enter;
    view! {
        <section class="card next">
            <p>{say!(l, visits.lobby.ready_lead, name = name)}</p>
            <Form form>
                <input type="hidden" name="visit" value=id.to_string()/>
                <div class="row" on:click=move |_| room.leaves.set(false)>
                    <SubmitButton label=say!(l, visits.lobby.ready)/>
                </div>
            </Form>
        </section>
    }
    .into_any()
}

/// Shown while the patient waits.
#[component]
fn Waits(room: Room, id: EncounterId, name: String) -> impl IntoView {
    let l = use_locale();
    let form = room.forms.leave;
    let queue = move || room.visit.with(|visit| visit.queue).map(|queue| queue_words(l, queue));
    view! {
        <section class="card next" data-waiting="true">
            <h2>{say!(l, visits.lobby.waiting_title)}</h2>
            <p>{say!(l, visits.lobby.waiting, name = name)}</p>
            <p role="status"><strong>{queue}</strong></p>
            <noscript><p><a href="">{say!(l, visits.lobby.reload)}</a></p></noscript>
            <Form form>
                <input type="hidden" name="visit" value=id.to_string()/>
                <div class="row" on:click=move |_| room.leaves.set(true)>
                    <SubmitButton label=say!(l, visits.lobby.leave) class="plain"/>
                </div>
            </Form>
        </section>
    }
    .into_any()
}

fn queue_words(l: Locale, queue: Queue) -> String {
    if queue.ahead > 0 {
        let one = say!(l, visits.lobby.ahead_singular, n = queue.ahead);
        let more = say!(l, visits.lobby.ahead_plural, n = queue.ahead);
        plural(queue.ahead, one, more)
    } else if queue.doctor_busy {
        say!(l, visits.lobby.busy).to_owned()
    } else {
        say!(l, visits.lobby.next).to_owned()
    }
}

/// Shown to the doctor while the patient is not there.
#[component]
fn NotHere(name: String) -> impl IntoView {
    let l = use_locale();
    view! {
        <section class="card">
            <h2>{say!(l, visits.lobby.doctor_open_title, name = name)}</h2>
            <p>{say!(l, visits.lobby.doctor_open)}</p>
            <noscript><p><a href="">{say!(l, visits.lobby.reload)}</a></p></noscript>
        </section>
    }
    .into_any()
}

/// Lets the doctor admit the waiting patient.
#[component]
fn MayAdmit(room: Room, id: EncounterId, name: String) -> impl IntoView {
    let l = use_locale();
    let form = room.forms.admit;
    let since = room.visit.with_untracked(|visit| match visit.state {
        VisitState::Waiting { since } => Some(since),
        _ => None,
    });
    view! {
        <section class="card next">
            <h2>{say!(l, visits.lobby.doctor_waiting_title, name = name)}</h2>
            <p>{say!(l, visits.lobby.doctor_waiting)} " " {since.map(|at| view! { <Moment at detail=Detail::Time/> })}</p>
            <Form form>
                <input type="hidden" name="visit" value=id.to_string()/>
                <div class="row"><SubmitButton label=say!(l, visits.lobby.admit)/></div>
            </Form>
        </section>
    }
    .into_any()
}
