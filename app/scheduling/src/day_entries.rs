//! A day of the doctor along an axis of time: visits, blocked time and free time, and where what is picked up would be.

use super::block::BlockLine;
use super::picking::{PickedTime, PickedVisit, Pointer, is_with_other_keys};
use super::states::StateTag;
use super::week::{Axis, Item, Place, items, placed};
use jiff::civil::Date;
use kit::forms::FormHandle;
use kit::parts::time::names;
use kit::parts::{MomentRange, said};
use kit::viewer::{use_locale, use_now, use_viewer};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use model::format;
use model::scheduling::views::{AppointmentCard, DoctorDay};
use model::scheduling::{AppointmentState, TimeRange};
use words::say;

/// What is in a day, the line of now if it is today, and the place of what is picked up.
#[component]
pub(super) fn DayEntries(day: DoctorDay, axis: Axis, unblock: FormHandle, pointer: Pointer) -> impl IntoView {
    let l = use_locale();
    let (now, zone) = (use_now(), use_viewer().zone_rules());
    let date = day.date;
    let is_today = date == zone.to_datetime(now.get_untracked()).date();
    let shown: Vec<_> = items(&day, now.get_untracked())
        .into_iter()
        .map(|item| {
            let place = item.range().map(|range| axis.place(range, date, &zone));
            let shares = match &item {
                Item::Visit(card) => day.is_blocked(card),
                Item::Block(block) => {
                    day.in_blocked_time().any(|card| card.range().is_some_and(|range| range.overlaps(block.range)))
                }
                Item::Free(_) => false,
            };
            view! { <Entry item place date shares unblock pointer/> }
        })
        .collect();
    let list = if shown.is_empty() {
        view! { <p class="quiet">{say!(l, scheduling.week.nothing)}</p> }.into_any()
    } else {
        view! { <ol class="slots" role="list">{shown}</ol> }.into_any()
    };
    let (line_zone, ghost_zone) = (zone.clone(), zone);
    let line = is_today.then(|| {
        let row = Memo::new(move |_| axis.row_of(now.get(), date, &line_zone));
        let (hour, rows) = (move || row.get().map(|(hour, _)| hour), move || row.get().map(|(_, rows)| rows));
        view! { <div class="now" aria-hidden="true" hidden=move || row.get().is_none() data-h=hour data-m=rows></div> }
    });
    let ghost = Memo::new(move |_| {
        let range = pointer.hands.range_on(date, &ghost_zone)?;
        axis.row_of(range.start(), date, &ghost_zone)?;
        Some(axis.place(range, date, &ghost_zone))
    });
    view! {
        {list}
        {line}
        <div
            class="ghost"
            aria-hidden="true"
            hidden=move || ghost.get().is_none()
            data-h=move || ghost.get().map(|place| place.start.0)
            data-m=move || ghost.get().map(|place| place.start.1)
            data-eh=move || ghost.get().map(|place| place.end.0)
            data-em=move || ghost.get().map(|place| place.end.1)
        ></div>
    }
}

/// A visit, blocked time, or free time. `shares` says that it stands next to another one at the same time.
#[component]
fn Entry(item: Item, place: Option<Place>, date: Date, shares: bool, unblock: FormHandle, pointer: Pointer) -> impl IntoView {
    let (kind, content) = match item {
        Item::Visit(card) => ("at booked", view! { <Visit card=*card pointer/> }.into_any()),
        Item::Block(block) => ("at block", view! { <BlockLine block unblock/> }.into_any()),
        Item::Free(range) => ("at free", view! { <Free range date pointer/> }.into_any()),
    };
    let class = if shares { format!("{kind} shares") } else { kind.to_owned() };
    placed(class, place, content)
}

#[component]
fn Visit(card: AppointmentCard, pointer: Pointer) -> impl IntoView {
    let hands = pointer.hands;
    let l = use_locale();
    let zone = use_viewer().zone_rules();
    // "Confirmed" is the default, so only other states get a tag.
    let tag = (card.state != AppointmentState::Confirmed).then(|| view! { <StateTag state=card.state/> });
    let may_move = !card.state.is_settled() && !card.is_in_visit() && use_now().get_untracked() < card.starts_at;
    let picked = StoredValue::new(may_move.then(|| PickedVisit::of(&card, zone)).flatten());
    let pick = move || {
        if let Some(visit) = picked.get_value() {
            hands.pick_visit(visit);
        }
    };
    let press = move |event: KeyboardEvent| {
        if event.key() == "m" && !is_with_other_keys(&event) && hands.kind_now().is_none() {
            event.prevent_default();
            event.stop_propagation();
            pick();
        }
    };
    let hold = move |event: MouseEvent| {
        if let Some(visit) = picked.get_value() {
            pointer.takes_visit(&event, visit);
        }
    };
    let way = may_move.then(|| {
        let label = say!(l, scheduling.day_calendar.move_of, patient = card.patient.name.clone());
        let click = move |event: MouseEvent| {
            event.prevent_default();
            pick();
        };
        view! {
            <a class="no-print" href=format!("/doctor/appointments/{}/move", card.id) aria-label=label draggable="false" on:click=click>
                {say!(l, scheduling.day_calendar.move_it)}
            </a>
        }
    });
    view! {
        <div on:keydown=press on:mousedown=hold>
            <small>{card.range().map(|range| view! { <MomentRange range/> })}</small>
            " "
            <a data-entry="" draggable="false" href=format!("/doctor/appointments/{}", card.id)>{said(card.patient.name.clone())}</a>
            " "
            {tag}
            " "
            {way}
        </div>
    }
}

/// Free time, which leads to the page that blocks it.
#[component]
fn Free(range: TimeRange, date: Date, pointer: Pointer) -> impl IntoView {
    let l = use_locale();
    let zone = use_viewer().zone_rules();
    let hands = pointer.hands;
    let time = PickedTime::of(range, date, &zone);
    let press = move |event: KeyboardEvent| {
        let begins = event.shift_key() && event.key() == "ArrowDown" && hands.kind_now().is_none();
        if begins && !is_with_other_keys(&event) {
            event.prevent_default();
            event.stop_propagation();
            hands.pick_time(time);
        }
    };
    let label = say!(l, scheduling.day_calendar.block_of, range = format::time_range(range, &zone, names(l)));
    view! {
        <div on:keydown=press on:mousedown=move |event| pointer.takes_time(&event, time)>
            <small><MomentRange range/></small>
            " "
            <a data-entry="" draggable="false" href=hands.way_to_block(time) aria-label=label>{say!(l, scheduling.week.free)}</a>
        </div>
    }
}
