//! The call: what the page knows of it, and the thin skin over the browser's objects that carries out what
//! [`model::visits::negotiation`] decides.
//!
//! Boundary: here are no rules of negotiation. Everything under `hydrate` runs in the browser only.

#![cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "made and read in the browser only"))]

#[cfg(feature = "hydrate")]
mod driver;
#[cfg(feature = "hydrate")]
mod media;
#[cfg(feature = "hydrate")]
mod peer;
#[cfg(feature = "hydrate")]
mod stats;

mod devices;
mod stage;

pub(super) use devices::{DeviceCheck, Devices};
pub(super) use stage::{CallStage, CallTools, LineState};

use leptos::html::Video;
use leptos::prelude::*;
use model::errors::Code;
use model::ids::EncounterId;
use model::visits::negotiation::CallStatus;
use std::time::Duration;

/// Who does not answer the browser's question joins without camera and microphone; they are added when they come.
const DEVICES_PATIENCE: Duration = Duration::from_secs(10);

/// How well pictures and sound come through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quality {
    /// Nothing was measured yet.
    Unknown,
    /// Well.
    Good,
    /// With gaps.
    Poor,
}

/// What the page knows of its call.
#[derive(Clone, Copy)]
pub(super) struct Call {
    pub(super) visit: EncounterId,
    pub(super) devices: Devices,
    pub(super) status: RwSignal<CallStatus>,
    pub(super) quality: RwSignal<Quality>,
    /// The other's picture moves.
    pub(super) peer_visible: RwSignal<bool>,
    /// Sound comes from the other, be it silence.
    pub(super) peer_audible: RwSignal<bool>,
    /// The call went on in another page of the same person.
    pub(super) displaced: RwSignal<bool>,
    /// The person left the call; the visit goes on.
    pub(super) left: RwSignal<bool>,
    /// The browser will not play sound before the person has pressed something.
    pub(super) sound_blocked: RwSignal<bool>,
    /// Why the server keeps us out.
    pub(super) refused: RwSignal<Option<Code>>,
    pub(super) remote: NodeRef<Video>,
    pub(super) local: NodeRef<Video>,
}

impl Call {
    pub(super) fn new(visit: EncounterId, devices: Devices) -> Self {
        Self {
            visit,
            devices,
            status: RwSignal::new(CallStatus::Joining),
            quality: RwSignal::new(Quality::Unknown),
            peer_visible: RwSignal::new(false),
            peer_audible: RwSignal::new(true),
            displaced: RwSignal::new(false),
            left: RwSignal::new(false),
            sound_blocked: RwSignal::new(false),
            refused: RwSignal::new(None),
            remote: NodeRef::new(),
            local: NodeRef::new(),
        }
    }

    /// Whether the person is not in the call: they left, it went on in another page, or the server keeps them out.
    pub(super) fn is_away(self) -> bool {
        self.left.get() || self.displaced.get() || self.refused.get().is_some()
    }

    /// Joins once the devices have answered, or after a while without them; leaves with the component.
    pub(super) fn run(self) {
        let patience = RwSignal::new(false);
        self.left.set(false);
        Effect::new(move |_| {
            set_timeout(
                move || {
                    patience.try_set(true);
                },
                DEVICES_PATIENCE,
            )
        });
        Effect::new(move |begun: Option<bool>| {
            let changes = self.devices.changed.get();
            let begins = changes > 0 || patience.get();
            match begun {
                Some(true) => self.sync_tracks(),
                _ if begins => self.start(),
                _ => {}
            }
            begun == Some(true) || begins
        });
        on_cleanup(stop);
    }

    /// Leaves the call; the visit goes on.
    pub(super) fn leave(self) {
        stop();
        self.peer_visible.set(false);
        self.status.set(CallStatus::Ended);
        self.left.set(true);
    }

    /// Joins again after leaving, after a failure, or here instead of on another page.
    pub(super) fn join_again(self) {
        stop();
        self.left.set(false);
        self.displaced.set(false);
        self.refused.set(None);
        self.status.set(CallStatus::Joining);
        self.start();
    }

    /// Turns the microphone off or on.
    pub(super) fn toggle_microphone(self) {
        self.devices.muted.update(|muted| *muted = !*muted);
        #[cfg(feature = "hydrate")]
        media::enable_microphone(!self.devices.muted.get_untracked());
    }

    /// Turns the camera off, so that its light goes out, or on.
    pub(super) fn toggle_camera(self) {
        self.devices.camera_off.update(|off| *off = !*off);
        #[cfg(feature = "hydrate")]
        driver::show_camera(self);
    }

    /// Plays sound, now that the person has pressed something.
    pub(super) fn unblock_sound(self) {
        #[cfg(feature = "hydrate")]
        peer::play(self);
    }

    #[cfg(feature = "hydrate")]
    fn sync_tracks(self) {
        driver::sync_tracks();
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "there is no call on the server")]
    fn sync_tracks(self) {}

    #[cfg(feature = "hydrate")]
    fn start(self) {
        driver::start(self);
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "there is no call on the server")]
    fn start(self) {}
}

#[cfg(feature = "hydrate")]
fn stop() {
    driver::stop();
}

#[cfg(not(feature = "hydrate"))]
fn stop() {}
