//! Appointments outside the doctor's current hours.

use kit::parts::{MomentRange, Notice, NoticeKind, ZoneNote, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::scheduling::views::AppointmentCard;
use words::say;

/// A warning that lists such appointments. Shows nothing without any.
#[component]
pub(super) fn OutsideVisits(
    /// The appointments.
    cards: Vec<AppointmentCard>,
) -> impl IntoView {
    let l = use_locale();
    warning(say!(l, scheduling.hours.outside_title), cards)
}

/// A warning that lists the appointments in blocked time. Shows nothing without such appointments.
#[component]
pub(super) fn BlockedVisits(
    /// The appointments.
    cards: Vec<AppointmentCard>,
) -> impl IntoView {
    let l = use_locale();
    warning(say!(l, scheduling.block.visits_title), cards)
}

fn warning(title: &'static str, cards: Vec<AppointmentCard>) -> impl IntoView {
    let l = use_locale();
    (!cards.is_empty()).then(|| {
        let items: Vec<_> = cards
            .into_iter()
            .map(|card| {
                view! {
                    <li>
                        {card.range().map(|range| view! { <MomentRange range with_day=true/> })} " · "
                        <a href=format!("/doctor/appointments/{}", card.id)>{said(card.patient.name.clone())}</a>
                    </li>
                }
            })
            .collect();
        view! {
            <Notice kind=NoticeKind::Warn title=title>
                <p>{say!(l, scheduling.hours.outside)}</p>
                <ul>{items}</ul>
                <ZoneNote/>
            </Notice>
        }
    })
}
