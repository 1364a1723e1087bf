//! Live news: one socket per open page, shared by all that listens.
//!
//! The socket opens when somebody is signed in and comes back by itself. What it says about a thing is that it changed, never what it is
//! now: who listens loads it. After a break in which something may have been missed, everybody loads afresh.

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
#[cfg(feature = "hydrate")]
pub fn use_live(kind: LiveKind, changed: impl Fn(Option<Uuid>) + 'static) {
    use model::live::ServerMessage;
    let listener = socket::listen(move |heard| match heard {
        socket::Heard::Message(ServerMessage::Event { kind: of, resource, .. }) if *of == kind => changed(Some(*resource)),
        socket::Heard::Message(ServerMessage::Resync { .. }) => changed(None),
        socket::Heard::Message(_) | socket::Heard::Opened | socket::Heard::Closed => {}
    });
    on_cleanup(move || socket::forget(listener));
}

/// Calls back when something of a kind changed, with its id; without one when anything may have changed. Ends with the component.
#[cfg(not(feature = "hydrate"))]
pub fn use_live(_kind: LiveKind, _changed: impl Fn(Option<Uuid>) + 'static) {}
