//! The part of the search for doctors that is about distance.

use super::narrowing::SearchChoice;
use super::search::Asked;
use kit::passkeys::{form_around, submit_with};
use kit::position::{PositionTrouble, can_locate, is_allowed_here, locate};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::scheduling::SearchOrder;
use words::{Locale, say};

/// The distances that are offered, in kilometres.
const KILOMETRES: [u32; 4] = [5, 10, 25, 50];
/// The fragment with which the page is loaded again when its document may not ask where the browser is.
const FRAGMENT: &str = "where-i-am";

/// The fields for a place, a distance and the order. They are folded away until one of them is used.
#[component]
pub(super) fn NearFields(
    asked: Asked,
    /// Whether the place of the search is not known.
    is_unknown: bool,
) -> impl IntoView {
    let l = use_locale();
    let is_open = asked.near.is_some() || asked.within.is_some() || asked.order.is_some();
    let Asked { near, within, order, .. } = asked;
    let distances = KILOMETRES.map(|n| (n.to_string(), say!(l, scheduling.search.within_km, n = n))).to_vec();
    let orders = vec![(SearchOrder::Nearest.as_str().to_owned(), say!(l, scheduling.search.nearest).to_owned())];
    let wrong = is_unknown.then(|| {
        let text = say!(l, scheduling.search.near_unknown);
        view! { <p class="error" id="near-error" role="alert">{text}</p> }
    });
    let described = if is_unknown { "near-error near-hint" } else { "near-hint" };
    view! {
        <details open=is_open>
            <summary>{say!(l, scheduling.search.near_more)}</summary>
            <div class="three-fields">
                <div class="field">
                    <label for="near">{say!(l, scheduling.search.near)}</label>
                    <small id="near-hint">{say!(l, scheduling.search.near_hint)}</small>
                    {wrong}
                    <input
                        type="text"
                        dir="auto"
                        id="near"
                        name="near"
                        value=near
                        autocomplete="postal-code"
                        maxlength="40"
                        aria-describedby=described
                        aria-invalid=is_unknown.then_some("true")
                    />
                </div>
                <SearchChoice
                    name="within"
                    label=say!(l, scheduling.search.within)
                    any=say!(l, scheduling.search.any_distance)
                    options=distances
                    chosen=within
                />
                <SearchChoice
                    name="order"
                    label=say!(l, scheduling.search.order)
                    any=say!(l, scheduling.search.soonest)
                    options=orders
                    chosen=order
                />
            </div>
            <WhereIAm/>
        </details>
    }
}

fn sentence(l: Locale, trouble: PositionTrouble) -> &'static str {
    match trouble {
        PositionTrouble::NotAllowed => say!(l, scheduling.search.position_refused),
        PositionTrouble::Unknown => say!(l, scheduling.search.position_unknown),
    }
}

/// The button that searches near the browser. It works only with wasm and in a browser that can say where it is, so it is hidden until the page is hydrated.
#[component]
fn WhereIAm() -> impl IntoView {
    let l = use_locale();
    let button = NodeRef::<leptos::html::Button>::new();
    let (ready, busy) = (RwSignal::new(false), RwSignal::new(false));
    let trouble = RwSignal::new(None::<PositionTrouble>);
    let search = move || {
        if busy.get_untracked() {
            return;
        }
        let Some(form) = button.get_untracked().and_then(|button| form_around(&button)) else { return };
        trouble.set(None);
        busy.set(true);
        spawn_local(async move {
            let outcome = locate().await;
            busy.try_set(false);
            match outcome {
                Ok(position) => submit_with(&form, &[("near", &position)]),
                Err(why) => {
                    trouble.try_set(Some(why));
                }
            }
        });
    };
    Effect::new(move |_| {
        ready.set(can_locate());
        let fragment = window().location().hash().unwrap_or_default();
        if fragment.strip_prefix('#') == Some(FRAGMENT) && is_allowed_here() {
            search();
        }
    });
    let press = move |_| {
        if is_allowed_here() {
            search();
            return;
        }
        // The document was loaded for another page, whose policy does not let it ask.
        let location = window().location();
        if location.set_hash(FRAGMENT).is_ok() {
            let _ = location.reload();
        }
    };
    view! {
        <p class="error" role="alert" hidden=move || trouble.get().is_none()>
            {move || trouble.get().map(|trouble| sentence(l, trouble))}
        </p>
        <div class="field" hidden=move || !ready.get()>
            <button
                type="button"
                class="button plain"
                node_ref=button
                aria-describedby="position-hint"
                aria-disabled=move || busy.get().then_some("true")
                on:click=press
            >
                {say!(l, scheduling.search.use_position)}
            </button>
            <small id="position-hint">{say!(l, scheduling.search.position_hint)}</small>
        </div>
    }
    .into_any()
}

/// How far a doctor is, in words.
pub(super) fn distance(l: Locale, metres: u32) -> String {
    // The place of the search is only known to a kilometre.
    match (metres + 500) / 1000 {
        0 => say!(l, scheduling.search.distance_under).to_owned(),
        n => say!(l, scheduling.search.distance, n = n),
    }
}
