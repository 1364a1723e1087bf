//! Live updates: one WebSocket per open page, shared by all its listeners.
//!
//! The socket opens when the user is signed in and reconnects by itself. A message says only that something changed, never its new state:
//! the listener loads that itself. A new listener, or one that may have missed messages during a disconnection, loads again.

#[cfg(feature = "hydrate")]
pub mod socket;

use leptos::prelude::*;
use model::ids::DoctorId;
use model::live::{ActsAs, LiveKind};
use uuid::Uuid;

/// Opens the page's socket if the user is signed in. Used once, at the root.
#[component]
pub fn LiveProvider() -> impl IntoView {
    let viewer = crate::viewer::use_viewer();
    let acts_as = viewer.role().map(|role| ActsAs { role, patient: viewer.acts_for() });
    // Effects run in the browser only.
    Effect::new(move |_| {
        if let Some(acts_as) = acts_as {
            open(acts_as);
        }
    });
}

#[cfg(feature = "hydrate")]
fn open(acts_as: ActsAs) {
    socket::open(acts_as);
}

#[cfg(not(feature = "hydrate"))]
fn open(_acts_as: ActsAs) {}

/// Calls `changed` with the id when something of this kind changes, and with `None` when anything may have changed. Ends with the component.
///
/// It also calls back once when the socket is open, at once or later: changes between the loading of the page and that moment were not announced.
#[cfg(feature = "hydrate")]
pub fn use_live(kind: LiveKind, changed: impl Fn(Option<Uuid>) + 'static) {
    use model::live::ServerMessage;
    let changed = std::rc::Rc::new(changed);
    let listener = socket::listen({
        let changed = changed.clone();
        move |heard| match heard {
            socket::Heard::Message(ServerMessage::Event { kind: of, resource, .. }) if *of == kind => changed(Some(*resource)),
            socket::Heard::Opened | socket::Heard::Message(ServerMessage::Resync { .. }) => changed(None),
            socket::Heard::Message(_) | socket::Heard::Closed => {}
        }
    });
    on_cleanup(move || socket::forget(listener));
    if socket::is_open() {
        changed(None);
    }
}

/// Calls `changed` with the id when something of this kind changes, and with `None` when anything may have changed. Ends with the component.
#[cfg(not(feature = "hydrate"))]
pub fn use_live(_kind: LiveKind, _changed: impl Fn(Option<Uuid>) + 'static) {}

/// Calls `changed` when any durable event arrives, and when events may have been missed. Ends with the component.
#[cfg(feature = "hydrate")]
pub(crate) fn use_any_event(changed: impl Fn() + 'static) {
    use model::live::ServerMessage;
    let changed = std::rc::Rc::new(changed);
    let listener = socket::listen({
        let changed = changed.clone();
        move |heard| match heard {
            socket::Heard::Opened | socket::Heard::Message(ServerMessage::Event { .. } | ServerMessage::Resync { .. }) => {
                changed()
            }
            socket::Heard::Message(_) | socket::Heard::Closed => {}
        }
    });
    on_cleanup(move || socket::forget(listener));
    if socket::is_open() {
        changed();
    }
}

/// Calls `changed` when any durable event arrives, and when events may have been missed. Ends with the component.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn use_any_event(_changed: impl Fn() + 'static) {}

/// Counts the changes of a kind: a resource that reads the count refetches at each change. The first `None` callback is not counted, because the
/// page was loaded just before; a reconnection is counted.
pub fn use_changes(kind: LiveKind) -> ReadSignal<u32> {
    let (changes, count) = signal(0_u32);
    let hears = StoredValue::new(false);
    use_live(kind, move |changed| {
        let heard_before = hears.try_update_value(|hears| std::mem::replace(hears, true)).unwrap_or(true);
        if changed.is_some() || heard_before {
            count.try_update(|count| *count += 1);
        }
    });
    changes
}

/// Counts the changes of a doctor's times while a signed-in user looks at them. Changes within a short delay count once, and the delay is random, so
/// that all viewers of one doctor do not reload at the same moment. Changes while the user is away are counted when they come back.
pub fn use_times_of(doctor: Signal<Option<DoctorId>>) -> ReadSignal<u32> {
    let (changes, count) = signal(0_u32);
    watch_times(doctor, move || {
        count.try_update(|count| *count += 1);
    });
    changes
}

#[cfg(feature = "hydrate")]
fn watch_times(doctor: Signal<Option<DoctorId>>, changed: impl Fn() + Copy + Send + Sync + 'static) {
    use crate::viewer::device_ms;
    use model::live::{ClientMessage, ServerMessage};
    use web_sys::VisibilityState;
    const SHORTEST_MS: u32 = 200;
    const LONGEST_MS: u32 = 1_000;
    /// After this time without user activity the page stops reloading, because each request keeps the session alive.
    const QUIET_MS: i64 = 10 * 60 * 1_000;

    let (waits, missed) = (StoredValue::new(false), StoredValue::new(false));
    let seen_ms = StoredValue::new(device_ms());
    let is_visible = || document().visibility_state() == VisibilityState::Visible;
    let changed_soon = move || {
        if waits.try_update_value(|waits| std::mem::replace(waits, true)) == Some(false) {
            let ends = move || {
                waits.try_update_value(|waits| *waits = false);
                let Some(seen_ms) = seen_ms.try_get_value() else { return };
                if is_visible() && device_ms() - seen_ms < QUIET_MS {
                    changed();
                } else {
                    missed.set_value(true);
                }
            };
            set_timeout(ends, socket::random_wait(SHORTEST_MS, LONGEST_MS));
        }
    };
    let seen = move |_| {
        if is_visible() {
            seen_ms.try_update_value(|seen| *seen = device_ms());
            if missed.try_update_value(std::mem::take) == Some(true) {
                changed();
            }
        }
    };
    let signs = ["pointerdown", "keydown", "visibilitychange"].map(|sign| window_event_listener_untyped(sign, seen));
    let watched = StoredValue::new(None::<DoctorId>);
    let is_watched = move || watched.try_get_value().flatten();
    let listener = socket::listen(move |heard| match heard {
        socket::Heard::Opened => {
            if let Some(doctor) = is_watched() {
                socket::send(&ClientMessage::WatchTimes { doctor });
            }
            // Changes made before the socket opened were not announced, so reload once.
            changed_soon();
        }
        socket::Heard::Message(ServerMessage::Times { doctor }) if is_watched() == Some(*doctor) => changed_soon(),
        socket::Heard::Message(_) | socket::Heard::Closed => {}
    });
    // If the socket is closed, nothing needs to be sent: when it opens again, only the watched doctor is sent.
    let unwatch = move || {
        if let Some(doctor) = watched.try_update_value(Option::take).flatten() {
            socket::send(&ClientMessage::UnwatchTimes { doctor });
        }
    };
    Effect::new(move |_| {
        let doctor = doctor.get();
        if doctor != is_watched() {
            unwatch();
            watched.set_value(doctor);
            if let Some(doctor) = doctor {
                socket::send(&ClientMessage::WatchTimes { doctor });
            }
        }
    });
    on_cleanup(move || {
        socket::forget(listener);
        signs.into_iter().for_each(WindowListenerHandle::remove);
        unwatch();
    });
}

#[cfg(not(feature = "hydrate"))]
fn watch_times(_doctor: Signal<Option<DoctorId>>, _changed: impl Fn() + Copy + Send + Sync + 'static) {}
