//! The patient's page of a visit, from "not open yet" to "ended".

use super::call::{CallStage, CallTools, Clock, LineState, PeerSigns};
use super::chat::{Chat, ChatLabel, ChatPanel, UnreadStatus};
use super::elsewhere::{PatientElsewhere, is_elsewhere};
use super::lobby::{Lobby, late_notice};
use super::news::call_patient;
use super::peer_face::PeerFace;
use super::room::{Forms, Phase, Room, use_visit};
use crate::layout::VisitLayout;
use kit::layouts::{MissingPage, Portal, PortalLayout, admitted, home_of};
use kit::parts::{Card, Icon, Moment, PageTitle, Sign, loading, region, said, switch};
use kit::viewer::use_locale;
use kit::viewer::use_viewer;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::ids::EncounterId;
use model::visits::views::{Side, VisitState, VisitView};
use words::say;

/// The page `/visits/:id`. A doctor who opens it is redirected to the doctor's page of the visit, and an address with the id of the appointment leads
/// to the one with the id of the visit.
#[component]
pub fn VisitPage() -> impl IntoView {
    admitted(Portal::Everybody, || {
        let l = use_locale();
        let visit = use_visit();
        let forms = Forms::new();
        let params = use_params_map();
        view! {
            <PageTitle text=say!(l, visits.title)/>
            <Suspense fallback=move || loading(l)>
                {move || {
                    let asked = params.with_untracked(|params| params.get("id")).and_then(|id| id.parse::<EncounterId>().ok());
                    Suspend::new(async move {
                        match visit.await {
                            Ok(first) if first.side == Side::Patient && asked == Some(first.encounter) => {
                                region(|| view! { <PatientVisit first forms/> })
                            }
                            Ok(first) => {
                                send_to(&address_of(&first));
                                ().into_any()
                            }
                            Err(_) => missing(),
                        }
                    })
                }}
            </Suspense>
        }
        .into_any()
    })
}

/// The address of a visit for the participant who sees it: only one id leads to all that belongs to it.
fn address_of(visit: &VisitView) -> String {
    match visit.side {
        Side::Patient => format!("/visits/{}", visit.encounter),
        Side::Doctor => format!("/doctor/visits/{}", visit.encounter),
    }
}

/// The page for a visit that does not exist or that the viewer may not see.
pub(super) fn missing() -> AnyView {
    view! { <MissingPage/> }.into_any()
}

#[cfg(feature = "ssr")]
pub(super) fn send_to(path: &str) {
    kit::request::see_other(path);
}

#[cfg(not(feature = "ssr"))]
pub(super) fn send_to(path: &str) {
    // If the browser refuses, the page stays empty; the server answers the next click.
    let _ = window().location().replace(path);
}

#[component]
fn PatientVisit(first: VisitView, forms: Forms) -> impl IntoView {
    let elsewhere = is_elsewhere(&first);
    let room = Room::follow(first, forms);
    if elsewhere {
        return view! { <PatientElsewhere room/> }.into_any();
    }
    call_patient(room);
    let page = switch(
        move || room.phase.get(),
        move |phase| match phase {
            Phase::Call => view! { <PatientCall room/> }.into_any(),
            Phase::Closed => framed(room, |room| view! { <ClosedRoom room/> }.into_any()),
            Phase::Lobby => framed(room, |room| view! { <Lobby room/> }.into_any()),
            Phase::Ended => framed(room, |room| view! { <EndedVisit room/> }.into_any()),
            Phase::Over => framed(room, |_| view! { <OverVisit/> }.into_any()),
        },
    );
    view! { {page} }.into_any()
}

/// Wraps a page with header and footer.
pub(super) fn framed(room: Room, page: impl FnOnce(Room) -> AnyView + Send + 'static) -> AnyView {
    view! {
        <PortalLayout portal=Portal::Everybody>
            <div class="stack" data-state=move || room.visit.with(|visit| visit.state.as_str())>{page(room)}</div>
        </PortalLayout>
    }
    .into_any()
}

#[component]
fn PatientCall(room: Room) -> impl IntoView {
    let call = room.call;
    call.run();
    let first = room.visit.get_untracked();
    let (visit, name) = (first.encounter, first.peer_name().to_owned());
    let face = view! { <PeerFace visit=first large=true/> }.into_any();
    let open = RwSignal::new(false);
    let chat = Chat::new(visit, name.clone());
    let bar = call_bar(room, name.clone(), chat);
    let tools = view! {
        <CallTools call>
            <button
                type="button"
                class="tool"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-controls="beside"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon sign=Sign::Chat/>
                <ChatLabel chat/>
            </button>
        </CallTools>
    };
    let panel = view! { <ChatPanel chat/> };
    view! {
        <div data-state="admitted">
            <VisitLayout bar=bar tools=tools.into_any() panel=panel.into_any() panel_open=open>
                <CallStage call peer_name=name face/>
            </VisitLayout>
        </div>
    }
    .into_any()
}

/// The bar above the call: who the other participant is, what they have turned off, the state of the connection, and the time since the admission.
pub(super) fn call_bar(room: Room, name: String, chat: Chat) -> AnyView {
    let call = room.call;
    let clock = room.visit.with_untracked(|visit| visit.admitted_at).map(|since| view! { <Clock since/> });
    view! {
        <h1>{said(name.clone())}</h1>
        <PeerSigns call peer_name=name.clone()/>
        <LineState call peer_name=name/>
        <UnreadStatus chat/>
        {clock}
    }
    .into_any()
}

/// Shown before the waiting room opens.
#[component]
pub(super) fn ClosedRoom(
    /// The visit.
    room: Room,
) -> impl IntoView {
    let l = use_locale();
    let visit = room.visit.get_untracked();
    let opens_at = match visit.state {
        VisitState::Closed { opens_at } => opens_at,
        _ => visit.planned.start(),
    };
    view! {
        <h1>{say!(l, visits.with, name = visit.peer_name().to_owned())}</h1>
        {late_notice(room)}
        <Card title=say!(l, visits.closed.title) next=true>
            <p>{say!(l, visits.closed.opens)} " " <strong><Moment at=opens_at/></strong></p>
            <p class="quiet">{say!(l, visits.closed.lead)}</p>
        </Card>
    }
    .into_any()
}

/// Shown after the visit has ended.
#[component]
pub(super) fn EndedVisit(
    /// The visit.
    room: Room,
) -> impl IntoView {
    let l = use_locale();
    let (id, side) = room.visit.with_untracked(|visit| (visit.encounter, visit.side));
    let viewer = use_viewer();
    let home = home_of(viewer.role());
    let sees_record = viewer.who.is_none_or(|who| !who.sees_appointments_only());
    let (href, label) = match side {
        Side::Patient => (format!("/visits/{id}/summary"), say!(l, visits.ended.summary)),
        Side::Doctor => (format!("/doctor/visits/{id}/prescription"), say!(l, visits.ended.prescription)),
    };
    let next = sees_record.then(|| view! { <a class="button" href=href>{label}</a> });
    let lead = match side {
        Side::Patient => say!(l, visits.ended.lead),
        Side::Doctor => say!(l, visits.ended.lead_doctor),
    };
    view! {
        <h1>{say!(l, visits.ended.title)}</h1>
        <section class="card next">
            <p>{lead}</p>
            <div class="row">
                {next}
                <a href=home>{say!(l, visits.ended.home)}</a>
            </div>
        </section>
    }
    .into_any()
}

/// Shown for a visit that did not take place.
#[component]
pub(super) fn OverVisit() -> impl IntoView {
    let l = use_locale();
    let is_patient = use_viewer().role() == Some(model::access::Role::Patient);
    let home = home_of(use_viewer().role());
    view! {
        <h1>{say!(l, visits.over.title)}</h1>
        <section class="card">
            <p>{say!(l, visits.over.lead)}</p>
            <div class="row">
                {is_patient.then(|| view! { <a class="button" href="/doctors">{say!(l, visits.over.book)}</a> })}
                <a href=home>{say!(l, visits.ended.home)}</a>
            </div>
        </section>
    }
    .into_any()
}
