//! The patient's appointments on the home page; the next one is the most prominent.

use super::appointment::WayIn;
use super::appointments::{VisitList, list_visits};
use super::find_doctor::FindDoctor;
use super::side::Side;
use super::states::{StateTag, mode_name};
use kit::live::use_changes;
use kit::parts::{EmptyState, Face, MomentRange, RunsLate, ZoneNote, listed, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::live::LiveKind;
use model::scheduling::VisitMode;
use model::scheduling::views::AppointmentCard;
use words::say;

/// How many appointments the home page shows.
const SHOWN: u32 = 4;

/// The next appointment with the link to its waiting room, the ones after it, and the search for a doctor.
#[component]
pub fn NextVisit() -> impl IntoView {
    let l = use_locale();
    let changes = use_changes(LiveKind::Appointment);
    let coming = Resource::new_blocking(move || changes.get(), |_| list_visits(false, None, Some(SHOWN)));
    loaded(coming, move |page| {
        let mut cards = page.items.into_iter();
        let Some(next) = cards.next() else {
            return view! {
                <EmptyState title=say!(l, common.home.patient_empty_title) text=say!(l, common.home.patient_empty)>
                    <FindDoctor/>
                </EmptyState>
            }
            .into_any();
        };
        let rest: Vec<AppointmentCard> = cards.collect();
        let more = (!rest.is_empty()).then(|| {
            view! {
                <section class="card">
                    <h2>{say!(l, scheduling.home.coming)}</h2>
                    <VisitList cards=rest/>
                    <p><a href="/appointments">{say!(l, scheduling.home.all)}</a></p>
                </section>
            }
        });
        view! {
            <Next card=next/>
            {more}
            <section class="card">
                <h2>{say!(l, scheduling.home.another)}</h2>
                <FindDoctor/>
            </section>
        }
        .into_any()
    })
}

#[component]
fn Next(card: AppointmentCard) -> impl IntoView {
    let l = use_locale();
    let place = match card.mode {
        VisitMode::Video => String::new(),
        VisitMode::InPerson => listed(&card.clinic.address_lines),
        VisitMode::Phone | VisitMode::External => mode_name(l, card.mode).to_owned(),
    };
    let room = listed(card.room.as_slice());
    let parts = [listed(&card.doctor.specialties), listed(std::slice::from_ref(&card.clinic.name)), place, room];
    let details = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let href = format!("/appointments/{}", card.id);
    view! {
        <section class="card next" aria-labelledby="next-visit">
            <div class="row">
                <Face name=card.doctor.name.clone() photo=card.doctor.photo/>
                <div>
                    <h2 id="next-visit">{say!(l, scheduling.home.next, doctor = card.doctor.name.clone())}</h2>
                    <p class="quiet">{details}</p>
                </div>
                <div class="end"><StateTag state=card.state/></div>
            </div>
            {card.late.map(|late| view! { <RunsLate late doctor=card.doctor.name.clone()/> })}
            <p><strong>{card.range().map(|range| view! { <MomentRange range with_day=true/> })}</strong></p>
            <ZoneNote/>
            <WayIn card=card.clone() side=Side::Patient/>
            <div class="row"><a href=href>{say!(l, scheduling.home.details)}</a></div>
        </section>
    }
}
