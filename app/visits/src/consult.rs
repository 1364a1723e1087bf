//! The doctor's page of a visit: the call next to the chat and the record.

use super::call::{CallStage, CallTools, LineState};
use super::chat::{Chat, ChatPanel};
use super::lobby::Lobby;
use super::page::{ClosedRoom, EndedVisit, OverVisit, framed, missing, send_to};
use super::room::{Forms, Phase, Room, use_visit};
use crate::layout::VisitLayout;
use kit::forms::shows_refused;
use kit::layouts::{Portal, admitted};
use kit::parts::{PageTitle, region, said, switch};
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
            <Suspense fallback=move || view! { <p class="quiet">{say!(l, common.loading)}</p> }>
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
    let room = Room::follow(first, forms);
    switch(
        move || room.phase.get(),
        move |phase| match phase {
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
    let (visit, name) = room.visit.with_untracked(|visit| (visit.encounter, visit.peer_name().to_owned()));
    let open = RwSignal::new(true);
    let chat = Chat::new(visit, name.clone(), open.into());
    let bar = view! {
        <h1>{said(name.clone())}</h1>
        <LineState call/>
    };
    let tools = view! { <CallTools call/> };
    let refused = shows_refused();
    let panel = view! {
        <SafetyPanel panels/>
        <details class="fold" open=refused>
            <summary>{say!(l, visits.consult.patient)}</summary>
            <SummaryPanel panels/>
        </details>
        <details class="fold" open>
            <summary>{say!(l, visits.consult.notes)}</summary>
            <NotesEditor panels/>
            <DiagnosisPicker panels/>
        </details>
        <details class="fold" open on:toggle=move |event| open.set(event_target::<web_sys::Element>(&event).has_attribute("open"))>
            <summary>
                {move || match chat.unread.get() {
                    0 => say!(l, visits.consult.chat).to_owned(),
                    n => say!(l, visits.tools.chat_unread, n = n),
                }}
            </summary>
            <ChatPanel chat/>
        </details>
        <details class="fold" open=refused>
            <summary>{say!(l, visits.consult.end)}</summary>
            // Opens in a new tab, because leaving this page would leave the call.
            <p>
                <a href=format!("/doctor/visits/{visit}/prescription") target="_blank" rel="noopener">
                    {say!(l, visits.consult.prescription)}
                </a>
            </p>
            <EndVisit panels/>
        </details>
    };
    view! {
        <div data-state="admitted">
            <VisitLayout bar=bar.into_any() tools=tools.into_any() panel=panel.into_any()>
                <CallStage call peer_name=name/>
            </VisitLayout>
        </div>
    }
    .into_any()
}
