//! Live news: one socket per open page, shared by all that listens.
//!
//! The socket opens when somebody is signed in and comes back by itself. What it says about a thing is that it changed, never what it is
//! now: who listens loads it. Whoever begins to listen, or may have missed something in a break, loads afresh.

#[cfg(feature = "hydrate")]
pub(crate) mod socket;

use leptos::prelude::*;
use model::live::LiveKind;
use uuid::Uuid;

/// Opens the page's socket while somebody is signed in. Stands once, at the root.
#[component]
pub fn LiveProvider() -> impl IntoView {
    let signed_in = crate::viewer::use_viewer().who.is_some();
    // Effects run in the browser only.
    Effect::new(move |_| {
        if signed_in {
            open();
        }
    });
}

#[cfg(feature = "hydrate")]
fn open() {
    socket::open();
}

#[cfg(not(feature = "hydrate"))]
fn open() {}

/// Calls back when something of a kind changed, with its id; without one when anything may have changed. Ends with the component.
///
/// It calls back once as soon as it hears anything: what a page shows was read before, and nobody told it of what came in between.
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

/// Calls back when something of a kind changed, with its id; without one when anything may have changed. Ends with the component.
#[cfg(not(feature = "hydrate"))]
pub fn use_live(_kind: LiveKind, _changed: impl Fn(Option<Uuid>) + 'static) {}

/// Counts the changes of a kind: a resource that reads it is asked again. The page was read a moment before it began to hear, so that does not
/// count; a break that is over does.
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
