//! Visits and free time that a doctor picks up on the page of a day or of a week, with the keyboard, the pointer or buttons. Without scripts each entry has
//! links to the pages that do the same.

mod free_time;
mod hands;
mod pointer;

pub(super) use self::free_time::PickedTime;
pub(super) use self::hands::{Hands, PickedVisit};
pub(super) use self::pointer::Pointer;

use self::hands::{Act, Kind};
use kit::parts::switch;
use kit::viewer::{use_locale, use_viewer};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use words::say;

/// The pointer and the hands of a page, which goes on to another page once a time was chosen. `page` is the name of the page for the page that blocks time.
pub(super) fn use_picking(page: &'static str) -> Pointer {
    let hands = Hands::new(page);
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(way) = hands.way() {
            navigate(&way, NavigateOptions::default());
        }
    });
    Pointer::new(hands, NodeRef::new())
}

/// What is around the days: it listens to keys and the pointer, and says what is picked up. The days in it may be drawn anew in between.
#[component]
pub(super) fn PickingArea(pointer: Pointer, children: Children) -> impl IntoView {
    let l = use_locale();
    let zone = use_viewer().zone_rules();
    let Pointer { hands, element, .. } = pointer;
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
            node_ref=element
            on:keydown=press
            on:mousemove=move |event| pointer.moves(&event)
            on:mouseup=move |_| pointer.lets_go()
            on:mouseleave=move |_| pointer.leaves()
            on:click=move |event| pointer.clicks(&event)
        >
            <div class="stack">{children()}</div>
            <div class="picked">
                <p role="status" class="quiet">{sentence}</p>
                {switch(move || hands.kind(), move |kind| kind.map(|kind| view! { <Panel kind hands/> }))}
            </div>
        </section>
    }
}

/// Whether a key is pressed together with one that makes it a command of the browser.
pub(super) fn is_with_other_keys(event: &KeyboardEvent) -> bool {
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
