//! A doctor's day along an axis of time: visits are moved and free time is blocked here, with the keyboard, the pointer or buttons. On a narrow screen and
//! on paper it is a list. Without scripts each entry has links to the pages that do the same.

mod hands;
mod pointer;

use self::hands::{Act, Hands, Kind, PickedTime, PickedVisit};
use self::pointer::Pointer;
use super::block::{BlockLine, BlockedNotice, UnblockTime, UnblockValues};
use super::outside::BlockedVisits;
use super::states::StateTag;
use super::today::read_day;
use super::week::{Axis, Item, Place, items, placed};
use jiff::civil::Date;
use kit::forms::{FormHandle, use_form};
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{MomentRange, PageTitle, ZoneNote, followed, said, switch};
use kit::viewer::{use_locale, use_now, use_viewer};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Section;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::format;
use model::live::LiveKind;
use model::scheduling::views::{AppointmentCard, DoctorDay};
use model::scheduling::{AppointmentState, TimeRange};
use words::say;

/// The page `/doctor/calendar`.
#[component]
pub fn DayCalendarPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let changes = use_changes(LiveKind::Appointment);
    let unblock = use_form::<UnblockTime, UnblockValues>();
    let unblocked = unblock.done();
    let asked = move || (query.with(|query| query.get("day")), changes.get(), unblocked.get());
    let day = Resource::new_blocking(asked, |(day, ..)| read_day(day));
    let (hands, element) = (Hands::new(), NodeRef::<Section>::new());
    let pointer = Pointer::new(hands, element);
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(way) = hands.way() {
            navigate(&way, NavigateOptions::default());
        }
    });
    view! {
        <PageTitle text=say!(l, scheduling.day_calendar.title)/>
        <Desk pointer element>
            {followed(day, move |day| {
                switch(move || day.get(), move |day| view! { <Day day unblock pointer/> })
            })}
        </Desk>
    }
}

/// The day that the week or the month keeps for the other pages of the calendar: the one in the address, or today, or its first day.
pub(super) fn kept_day(first: Date, last: Date) -> Date {
    let asked = use_query_map().with_untracked(|query| query.get("day")).and_then(|day| day.parse().ok());
    let today = use_viewer().zone_rules().to_datetime(use_now().get_untracked()).date();
    let days: [Option<Date>; 2] = [asked, Some(today)];
    days.into_iter().flatten().find(|day| (first..=last).contains(day)).unwrap_or(first)
}

/// What listens to keys and the pointer, around the day, which may be drawn anew in between.
#[component]
fn Desk(pointer: Pointer, element: NodeRef<Section>, children: Children) -> impl IntoView {
    let l = use_locale();
    let zone = use_viewer().zone_rules();
    let hands = pointer.hands;
    let press = move |event: KeyboardEvent| {
        if is_with_other_keys(&event) {
            return;
        }
        let act = Act::of_key(&event.key());
        match (act, hands.kind_now()) {
            // A button of the panel is pressed with Enter.
            (Some(Act::Choose), Some(_)) if pointer::is_on_button(&event) => {}
            (Some(act), Some(_)) => {
                event.prevent_default();
                hands.act(act);
            }
            (Some(act @ (Act::Earlier | Act::Later)), None) if !event.shift_key() => {
                if pointer::focus_next(element, act == Act::Later) {
                    event.prevent_default();
                }
            }
            (_, _) => {}
        }
    };
    let sentence = move || hands.sentence(l, &zone);
    view! {
        <section
            class="stack"
            node_ref=element
            on:keydown=press
            on:mousemove=move |event| pointer.moves(&event)
            on:mouseup=move |_| pointer.lets_go()
            on:mouseleave=move |_| pointer.leaves()
            on:click=move |event| pointer.clicks(&event)
        >
            {children()}
            <p role="status" class="quiet">{sentence}</p>
            {switch(move || hands.kind(), move |kind| kind.map(|kind| view! { <Panel kind hands/> }))}
        </section>
    }
}

/// Whether a key is pressed together with one that makes it a command of the browser.
fn is_with_other_keys(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.alt_key() || event.meta_key()
}

/// The buttons that do what the keys do, for a screen without keys.
#[component]
fn Panel(kind: Kind, hands: Hands) -> impl IntoView {
    let l = use_locale();
    let acts = match kind {
        Kind::Visit => vec![
            (Act::Earlier, say!(l, scheduling.day_calendar.earlier)),
            (Act::Later, say!(l, scheduling.day_calendar.later)),
            (Act::DayBefore, say!(l, scheduling.today.before)),
            (Act::DayAfter, say!(l, scheduling.today.after)),
        ],
        Kind::Time => {
            vec![(Act::Earlier, say!(l, scheduling.day_calendar.shorter)), (Act::Later, say!(l, scheduling.day_calendar.longer))]
        }
    };
    let buttons: Vec<_> = acts
        .into_iter()
        .map(
            |(act, label)| view! { <button type="button" class="button plain" on:click=move |_| hands.act(act)>{label}</button> },
        )
        .collect();
    view! {
        <div class="row no-print" role="group" aria-label=say!(l, scheduling.day_calendar.picked)>
            {buttons}
            <button type="button" class="button" on:click=move |_| hands.act(Act::Choose)>{say!(l, scheduling.day_calendar.choose)}</button>
            <button type="button" class="button plain" on:click=move |_| hands.act(Act::PutDown)>
                {say!(l, scheduling.day_calendar.put_down)}
            </button>
        </div>
    }
}

#[component]
fn Day(day: DoctorDay, unblock: FormHandle, pointer: Pointer) -> impl IntoView {
    let l = use_locale();
    let date = day.date;
    let (now, zone) = (use_now(), use_viewer().zone_rules());
    let is_today = date == zone.to_datetime(now.get_untracked()).date();
    let address = |day: Date| format!("/doctor/calendar?day={day}");
    let ways =
        [(date.yesterday().ok(), say!(l, scheduling.today.before)), (date.tomorrow().ok(), say!(l, scheduling.today.after))]
            .map(|(day, label)| day.map(|day| view! { <a class="button plain" href=address(day)>{label}</a> }));
    let cards: Vec<AppointmentCard> = day.in_blocked_time().cloned().collect();
    let axis = Axis::of([&day], &zone);
    let hours = (0..axis.hours())
        .map(|hour| {
            let next = hour + 1;
            view! {
                <li class="at" data-h=hour data-m="0" data-eh=next data-em="0" data-at=axis.minute(hour)>{axis.clock(hour)}</li>
            }
        })
        .collect_view();
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
        <div class="row">
            <h1>{format::date_long(date, names(l))}</h1>
            <nav class="row end" aria-label=say!(l, scheduling.today.days)>
                {ways.into_iter().collect_view()}
                <a href="/doctor/calendar">{say!(l, scheduling.today.to_today)}</a>
                <a href=format!("/doctor/week?day={date}")>{say!(l, scheduling.week.title)}</a>
                <a href=format!("/doctor/month?day={date}")>{say!(l, scheduling.month.title)}</a>
            </nav>
        </div>
        <div class="row">
            <a class="button plain" href=format!("/doctor/block?day={date}&page=calendar")>{say!(l, scheduling.block.link)}</a>
            <a class="button plain" href=format!("/doctor/book?day={date}")>{say!(l, scheduling.desk_booking.title)}</a>
        </div>
        <BlockedNotice/>
        <BlockedVisits cards/>
        <ZoneNote/>
        <p class="quiet no-print keys">{say!(l, scheduling.day_calendar.keys)}</p>
        <div class="week one" data-hours=axis.hours()>
            <ol class="axis" aria-hidden="true">{hours}</ol>
            <section class="day" class:today=is_today>
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
            </section>
        </div>
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
    // "Confirmed" is the default, so only other states get a tag.
    let tag = (card.state != AppointmentState::Confirmed).then(|| view! { <StateTag state=card.state/> });
    let may_move = !card.state.is_settled() && !card.is_in_visit() && use_now().get_untracked() < card.starts_at;
    let picked = StoredValue::new(may_move.then(|| PickedVisit::of(&card)).flatten());
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
            <a data-entry="" draggable="false" href=time.way() aria-label=label>{say!(l, scheduling.week.free)}</a>
        </div>
    }
}
