//! Testing the speakers: the page plays a tone and asks whether the user hears it.

use kit::sound;
use kit::viewer::use_locale;
use leptos::html::Button;
use leptos::prelude::*;
use words::say;

/// What is known about the speakers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hearing {
    /// The test was not begun.
    Unknown,
    /// The tone was played; the user has not answered.
    Asked,
    /// The user heard it.
    Heard,
    /// The user did not hear it, or the browser did not play it.
    Unheard,
}

/// A button that plays a tone, and the question whether it was heard. It appears when the page reacts.
#[component]
pub(super) fn SpeakerTest() -> impl IntoView {
    let l = use_locale();
    let (reacts, hearing) = (RwSignal::new(false), RwSignal::new(Hearing::Unknown));
    let play = NodeRef::<Button>::new();
    Effect::new(move |_| reacts.set(true));
    let test = move |_| hearing.set(if sound::test_tone() { Hearing::Asked } else { Hearing::Unheard });
    let answer = move |heard: Hearing| {
        hearing.set(heard);
        // The answers vanish, and with them the focus.
        if let Some(play) = play.get_untracked() {
            let _ = play.focus();
        }
    };
    let words = move || match hearing.get() {
        Hearing::Unknown => "",
        Hearing::Asked => say!(l, visits.devices.speakers_asked),
        Hearing::Heard => say!(l, visits.devices.speakers_heard),
        Hearing::Unheard => say!(l, visits.devices.speakers_unheard),
    };
    view! {
        <div class="stack" hidden=move || !reacts.get()>
            <p role="status" hidden=move || hearing.get() == Hearing::Unknown>{words}</p>
            <div class="row">
                <button type="button" class="button plain" node_ref=play on:click=test>{say!(l, visits.devices.speakers_test)}</button>
                <button
                    type="button"
                    class="button plain"
                    hidden=move || hearing.get() != Hearing::Asked
                    on:click=move |_| answer(Hearing::Heard)
                >
                    {say!(l, visits.devices.speakers_yes)}
                </button>
                <button
                    type="button"
                    class="button plain"
                    hidden=move || hearing.get() != Hearing::Asked
                    on:click=move |_| answer(Hearing::Unheard)
                >
                    {say!(l, visits.devices.speakers_no)}
                </button>
            </div>
        </div>
    }
    .into_any()
}
