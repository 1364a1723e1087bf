//! The doctor's page of a visit: the call next to the chat and the record.

use super::call::{CallStage, CallTools};
use super::chat::{Chat, ChatLabel, ChatPanel};
use super::elsewhere::{BeforeElsewhere, ConsultElsewhere, is_elsewhere};
use super::lobby::Lobby;
use super::news::call_doctor;
use super::page::{ClosedRoom, EndedVisit, OverVisit, call_bar, framed, missing, send_to};
use super::peer_face::PeerFace;
use super::room::{Forms, Phase, Room, use_visit};
use crate::layout::VisitLayout;
use kit::layouts::{Portal, admitted};
use kit::parts::{PageTitle, TabPanel, TabPanels, loading, region, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::ids::EncounterId;
use model::visits::views::{Side, VisitView};
use records::{ConsultPanels, DiagnosisPicker, EndVisit, NotesEditor, SafetyPanel, SummaryPanel};
use words::say;

/// The page `/doctor/visits/:id`. An address with the id of the appointment leads to that of its visit, because the record is about the visit.
#[component]
pub fn ConsultPage() -> impl IntoView {
    admitted(Portal::Doctor, || {
        let l = use_locale();
        let visit = use_visit();
        let forms = Forms::new();
        let params = use_params_map();
        let id = Signal::derive(move || params.with(|params| params.get("id")).unwrap_or_default());
        let panels = ConsultPanels::new(id);
        view! {
            <PageTitle text=say!(l, visits.consult.title)/>
            <Suspense fallback=move || loading(l)>
                {move || Suspend::new(async move {
                    match visit.await {
                        Ok(first) if first.side == Side::Doctor => {
                            // None when the page was left in the meantime.
                            let Some(asked) = id.try_get_untracked() else { return ().into_any() };
                            if asked.parse::<EncounterId>().is_ok_and(|asked| asked == first.encounter) {
                                return region(|| view! { <Consult first forms panels/> });
                            }
                            send_to(&format!("/doctor/visits/{}", first.encounter));
                            ().into_any()
                        }
                        Ok(_) | Err(_) => missing(),
                    }
                })}
            </Suspense>
        }
        .into_any()
    })
}

#[component]
fn Consult(first: VisitView, forms: Forms, panels: ConsultPanels) -> impl IntoView {
    let elsewhere = is_elsewhere(&first);
    let room = Room::follow(first, forms);
    call_doctor(room);
    switch(
        move || room.phase.get(),
        move |phase| match phase {
            Phase::Closed | Phase::Lobby if elsewhere => {
                framed(room, move |room| view! { <BeforeElsewhere room panels/> }.into_any())
            }
            Phase::Call if elsewhere => framed(room, move |room| view! { <ConsultElsewhere room panels/> }.into_any()),
            Phase::Call => view! { <DoctorCall room panels/> }.into_any(),
            Phase::Closed => framed(room, |room| view! { <ClosedRoom room/> }.into_any()),
            Phase::Lobby => framed(room, move |room| view! { <Lobby room panels/> }.into_any()),
            Phase::Ended => framed(room, move |room| view! { <EndedConsult room panels/> }.into_any()),
            Phase::Over => framed(room, |_| view! { <OverVisit/> }.into_any()),
        },
    )
}

/// After the visit: the link to the next step, and the note with the text that was typed into it when the visit ended.
#[component]
fn EndedConsult(room: Room, panels: ConsultPanels) -> impl IntoView {
    let l = use_locale();
    let versions = room.visit.with_untracked(|visit| format!("/doctor/visits/{}/notes", visit.encounter));
    view! {
        <EndedVisit room/>
        <div class="card">
            <NotesEditor panels/>
            <p><a href=versions>{say!(l, visits.ended.versions)}</a></p>
        </div>
    }
    .into_any()
}

#[component]
fn DoctorCall(room: Room, panels: ConsultPanels) -> impl IntoView {
    let l = use_locale();
    let call = room.call;
    call.run();
    let first = room.visit.get_untracked();
    let (visit, name) = (first.encounter, first.peer_name().to_owned());
    let face = view! { <PeerFace visit=first large=true/> }.into_any();
    let chat = Chat::new(visit, name.clone());
    let bar = call_bar(room, name.clone(), chat);
    let tools = view! { <CallTools call/> };
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
        TabPanel { name: "chat", tab: view! { <ChatLabel chat/> }.into_any(), content: view! { <ChatPanel chat/> }.into_any() },
        TabPanel {
            name: "prescription",
            tab: say!(l, visits.tabs.prescription).into_any(),
            // Opens in a new tab, because leaving this page would leave the call.
            content: view! {
                <h2>{say!(l, visits.tabs.prescription)}</h2>
                <p>
                    <a href=format!("/doctor/visits/{visit}/prescription") target="_blank" rel="noopener">
                        {say!(l, visits.consult.prescription)}
                    </a>
                </p>
            }
            .into_any(),
        },
        TabPanel { name: "end", tab: say!(l, visits.tabs.end).into_any(), content: view! { <EndVisit panels/> }.into_any() },
    ];
    let panel = view! {
        <SafetyPanel panels/>
        <TabPanels label=say!(l, visits.tabs.label) first="notes" panels=tabs/>
    };
    view! {
        <div data-state="admitted">
            <VisitLayout bar=bar tools=tools.into_any() panel=panel.into_any()>
                <CallStage call peer_name=name face/>
            </VisitLayout>
        </div>
    }
    .into_any()
}
