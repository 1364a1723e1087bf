//! Whether the other side looks at the conversation or writes, and telling it the same of this page. Nothing of it is stored: a page repeats what it does, and forgets of
//! the other side what was not repeated.

use leptos::prelude::*;
use model::chat::attention::Attention;
use model::ids::ThreadId;

/// Keeps `peer` at what the other side does, and tells it what this page does, until the component ends.
#[cfg(feature = "hydrate")]
pub(super) fn follow(thread: ThreadId, peer: RwSignal<Attention>) {
    use kit::live::socket::{self, Heard};
    use model::live::{ClientMessage, ServerMessage};
    use std::time::Duration;
    use web_sys::VisibilityState;
    /// How often a page says that it is still there.
    const REPEATED: Duration = Duration::from_secs(20);
    /// After this time without a word the other side counts as away.
    const HERE: Duration = Duration::from_secs(45);
    /// After this time without a word the other side has stopped writing.
    const TYPING: Duration = Duration::from_secs(6);

    let is_visible = || document().visibility_state() == VisibilityState::Visible;
    let say = move |state: Attention| {
        socket::send(&ClientMessage::AtThread { thread, state });
    };
    let say_here = move || {
        if is_visible() {
            say(Attention::Here);
        }
    };
    // Counts what was heard, so that only the newest word runs out.
    let heard = StoredValue::new(0_u32);
    let hear = move |state: Attention| {
        let Some(before) = peer.try_get_untracked() else { return };
        let Some(number) = heard.try_update_value(|heard| {
            *heard += 1;
            *heard
        }) else {
            return;
        };
        peer.set(state);
        // Who has just come does not know yet that this page is here.
        if before == Attention::Away && state != Attention::Away {
            say_here();
        }
        let run_out = move |after: Duration, then: Attention| {
            let end = move || {
                if heard.try_get_value() == Some(number) {
                    peer.try_set(then);
                }
            };
            set_timeout(end, after);
        };
        match state {
            Attention::Typing => {
                run_out(TYPING, Attention::Here);
                run_out(HERE, Attention::Away);
            }
            Attention::Here => run_out(HERE, Attention::Away),
            Attention::Away => {}
        }
    };
    let listener = socket::listen(move |now| match now {
        Heard::Opened => say_here(),
        Heard::Message(ServerMessage::AtThread { thread: of, state }) if *of == thread => hear(*state),
        Heard::Message(_) | Heard::Closed => {}
    });
    Effect::new(move |_| {
        say_here();
        let seen = window_event_listener_untyped("visibilitychange", move |_| {
            if is_visible() { say(Attention::Here) } else { say(Attention::Away) }
        });
        let repeats = set_interval_with_handle(say_here, REPEATED).ok();
        on_cleanup(move || {
            seen.remove();
            if let Some(repeats) = repeats {
                repeats.clear();
            }
        });
    });
    on_cleanup(move || {
        socket::forget(listener);
        say(Attention::Away);
    });
}

#[cfg(not(feature = "hydrate"))]
pub(super) fn follow(_thread: ThreadId, _peer: RwSignal<Attention>) {}

/// Tells the other side that the user is writing, at most every three seconds. `last` is when it was told last, in milliseconds of the device.
#[cfg(feature = "hydrate")]
pub(super) fn types(thread: ThreadId, last: StoredValue<f64>) {
    use model::live::ClientMessage;
    let now_ms = js_sys::Date::now();
    if now_ms - last.get_value() > 3_000.0 {
        last.set_value(now_ms);
        kit::live::socket::send(&ClientMessage::AtThread { thread, state: Attention::Typing });
    }
}

#[cfg(not(feature = "hydrate"))]
pub(super) fn types(_thread: ThreadId, _last: StoredValue<f64>) {}
