//! The facts about an appointment on its page.

use super::side::Side;
use super::states::{StateTag, mode_name};
use kit::parts::time::names;
use kit::parts::{Moment, MomentRange, listed, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::format;
use model::ids::AppointmentId;
use model::scheduling::views::AppointmentView;
use model::scheduling::{AppointmentSeries, AppointmentState, CancelledBy, VisitMode};
use words::{Locale, fee_sentence, say};

/// When, with whom, where and why, and what happened to it.
#[component]
pub(super) fn Facts(
    /// The appointment.
    visit: AppointmentView,
    /// Who looks at it.
    side: Side,
) -> impl IntoView {
    let l = use_locale();
    let AppointmentView {
        card,
        reason,
        phone,
        booked_at,
        cancelled_at,
        cancelled_by,
        cancel_message,
        move_message,
        overbooking,
        series,
        ..
    } = visit;
    let series = series.map(|series| series_facts(series, card.id, side));
    // Whether anything is paid for a visit that did not take place is between the patient and the clinic.
    let fee = match card.state {
        AppointmentState::Cancelled | AppointmentState::NoShow => format::money(card.fee, names(l)),
        AppointmentState::Requested | AppointmentState::Confirmed | AppointmentState::InVisit | AppointmentState::Completed => {
            fee_sentence(l, card.fee, names(l))
        }
    };
    let who = match side {
        Side::Patient => view! {
            <dt>{say!(l, scheduling.appointment.doctor)}</dt>
            <dd>{said(card.doctor.name.clone())} <br/> <small>{listed(&card.doctor.specialties)}</small></dd>
        }
        .into_any(),
        Side::Doctor => view! {
            <dt>{say!(l, scheduling.appointment.patient)}</dt>
            <dd>
                {said(card.patient.name.clone())} <br/>
                <small>{say!(l, scheduling.appointment.age, n = card.patient.age)} " · " {card.patient.number.clone()}</small>
            </dd>
        }
        .into_any(),
        Side::Desk => view! {
            <dt>{say!(l, scheduling.appointment.patient)}</dt>
            <dd>
                <a href=format!("/desk/patients/{}", card.patient.id)>{said(card.patient.name.clone())}</a> <br/>
                <small>{say!(l, scheduling.appointment.age, n = card.patient.age)} " · " {card.patient.number.clone()}</small>
            </dd>
            <dt>{say!(l, scheduling.appointment.doctor)}</dt>
            <dd>{said(card.doctor.name.clone())} <br/> <small>{listed(&card.doctor.specialties)}</small></dd>
        }
        .into_any(),
    };
    let address = (card.mode == VisitMode::InPerson).then(|| {
        let lines = card.clinic.address_lines.clone().into_iter();
        lines.map(|line| view! { <br/> {said(line)} }).collect::<Vec<_>>()
    });
    let called = phone.filter(|_| card.mode == VisitMode::Phone).map(|number| {
        let sentence = match side {
            Side::Patient => say!(l, scheduling.appointment.phones_you, number = number.clone()),
            Side::Doctor => say!(l, scheduling.appointment.you_phone, number = number.clone()),
            Side::Desk => say!(l, scheduling.appointment.doctor_phones, number = number.clone()),
        };
        view! { <br/> <span>{sentence}</span> }
    });
    view! {
        <dl class="facts">
            <dt>{say!(l, scheduling.appointment.when)}</dt>
            <dd><strong>{card.range().map(|range| view! { <MomentRange range with_day=true/> })}</strong></dd>
            {who}
            <dt>{say!(l, scheduling.appointment.place)}</dt>
            <dd>{mode_name(l, card.mode)} {called}</dd>
            <dt>{say!(l, scheduling.appointment.clinic)}</dt>
            <dd>{said(card.clinic.name.clone())} {address}</dd>
            {card.room.clone().map(|room| view! {
                <dt>{say!(l, scheduling.room.label)}</dt>
                <dd>{said(room)}</dd>
            })}
            <dt>{say!(l, scheduling.appointment.reason)}</dt>
            <dd class="lines" dir="auto">{reason.unwrap_or_else(|| say!(l, scheduling.appointment.reason_gone).to_owned())}</dd>
            <dt>{say!(l, scheduling.appointment.fee)}</dt>
            <dd>{fee}</dd>
            {series}
            <dt>{say!(l, scheduling.appointment.number)}</dt>
            <dd class="num">{card.number.clone()}</dd>
            <dt>{say!(l, scheduling.appointment.booked_on)}</dt>
            <dd><Moment at=booked_at/></dd>
            {cancelled_at.map(|at| view! {
                <dt>{say!(l, scheduling.appointment.cancelled_on)}</dt>
                <dd><Moment at/></dd>
            })}
            {cancelled_by.map(|by| view! {
                <dt>{say!(l, scheduling.appointment.cancelled_by)}</dt>
                <dd>{who_cancelled(l, by)}</dd>
            })}
            {overbooking.map(|why| view! {
                <dt>{say!(l, scheduling.overbooking.reason)}</dt>
                <dd>{said(why)}</dd>
            })}
            {move_message.map(|message| view! {
                <dt>{say!(l, scheduling.moving.told)}</dt>
                <dd class="lines" dir="auto">{message}</dd>
            })}
            {cancel_message.map(|message| view! {
                <dt>{say!(l, scheduling.appointment.cancel_message)}</dt>
                <dd class="lines" dir="auto">{message}</dd>
            })}
        </dl>
    }
}

/// Which visit of a series it is, and the others.
fn series_facts(series: AppointmentSeries, own: AppointmentId, side: Side) -> impl IntoView {
    let l = use_locale();
    let AppointmentSeries { place, visits } = series;
    let others: Vec<_> = visits
        .into_iter()
        .filter(|visit| visit.id != own)
        .map(|visit| {
            let href = format!("{}/{}", side.folder(), visit.id);
            view! { <li><a href=href><Moment at=visit.starts_at/></a> " " <StateTag state=visit.state/></li> }
        })
        .collect();
    view! {
        <dt>{say!(l, scheduling.repeat.series)}</dt>
        <dd>{say!(l, scheduling.repeat.place, place = place.place, size = place.size)} <ul>{others}</ul></dd>
    }
}

/// Who cancelled a visit.
fn who_cancelled(l: Locale, by: CancelledBy) -> &'static str {
    match by {
        CancelledBy::Patient => say!(l, scheduling.appointment.by_patient),
        CancelledBy::Doctor => say!(l, scheduling.appointment.by_doctor),
        CancelledBy::Clinic => say!(l, scheduling.appointment.by_clinic),
        CancelledBy::System => say!(l, scheduling.appointment.by_system),
    }
}
