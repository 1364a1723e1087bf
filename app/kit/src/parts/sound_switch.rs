//! The switch for the page's sounds.

use crate::sound;
use crate::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// Switches the sounds that call the user on or off, in this browser. It appears when the page reacts, because it is of no use before. At most one per
/// page.
#[component]
pub fn SoundSwitch() -> impl IntoView {
    let l = use_locale();
    let (reacts, on) = (RwSignal::new(false), RwSignal::new(true));
    Effect::new(move |_| {
        on.set(sound::is_on());
        reacts.set(true);
    });
    let change = move |event: web_sys::Event| {
        let is_on = event_target_checked(&event);
        on.set(is_on);
        if is_on {
            sound::switch_on();
            sound::chime();
        } else {
            sound::switch_off();
        }
    };
    view! {
        <div class="radio" hidden=move || !reacts.get()>
            <input type="checkbox" role="switch" id="sounds" aria-describedby="sounds-hint" prop:checked=move || on.get() on:change=change/>
            <label for="sounds">{say!(l, common.sounds.label)}</label>
            <small id="sounds-hint">{say!(l, common.sounds.hint)}</small>
        </div>
    }
    .into_any()
}
