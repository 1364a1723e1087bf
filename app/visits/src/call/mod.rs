//! The call: its state in the page, and a thin layer over the browser's objects that carries out the decisions of
//! [`model::visits::negotiation`].
//!
//! Boundary: this module contains no rules of negotiation. Everything under `hydrate` runs in the browser only.

#![cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "made and read in the browser only"))]

#[cfg(feature = "hydrate")]
mod driver;
#[cfg(feature = "hydrate")]
mod media;
#[cfg(feature = "hydrate")]
mod peer;
#[cfg(feature = "hydrate")]
mod stats;

mod clock;
mod devices;
mod level;
mod speakers;
mod stage;

pub(super) use clock::Clock;
pub(super) use devices::{DeviceCheck, Devices};
pub(super) use stage::{CallStage, CallTools, LineState, PeerSigns};

use leptos::html::Video;
use leptos::prelude::*;
use model::errors::Code;
use model::ids::EncounterId;
use model::visits::negotiation::CallStatus;
use model::visits::signal::{MediaState, SourceState};
use std::time::Duration;

/// How long the call waits for permission to use the devices. Then it starts without them; they are added once they are there.
const DEVICES_PATIENCE: Duration = Duration::from_secs(10);

/// The quality of the received picture and sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quality {
    /// Not measured yet, or nothing was received.
    Unknown,
    /// Few packets are lost.
    Good,
    /// Many packets are lost.
    Poor,
}

/// The page's state of its call.
#[derive(Clone, Copy)]
pub(super) struct Call {
    pub(super) visit: EncounterId,
    pub(super) devices: Devices,
    pub(super) status: RwSignal<CallStatus>,
    pub(super) quality: RwSignal<Quality>,
    /// Whether new video frames arrive from the other participant.
    pub(super) peer_visible: RwSignal<bool>,
    /// Whether audio packets arrive from the other participant, even if silent.
    pub(super) peer_audible: RwSignal<bool>,
    /// What the other participant's page says that it sends; none while they are not in the call, or when their program does not say it.
    pub(super) peer_media: RwSignal<Option<MediaState>>,
    /// Whether the same user continued the call on another page.
    pub(super) displaced: RwSignal<bool>,
    /// Whether the user left the call; the visit continues.
    pub(super) left: RwSignal<bool>,
    /// Whether the browser refuses to play sound until the user presses something.
    pub(super) sound_blocked: RwSignal<bool>,
    /// Why the server refuses this page in the call.
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
            peer_media: RwSignal::new(None),
            displaced: RwSignal::new(false),
            left: RwSignal::new(false),
            sound_blocked: RwSignal::new(false),
            refused: RwSignal::new(None),
            remote: NodeRef::new(),
            local: NodeRef::new(),
        }
    }

    /// Whether the user is not in the call: they left, they continued it on another page, or the server refuses them.
    pub(super) fn is_away(self) -> bool {
        self.left.get() || self.displaced.get() || self.refused.get().is_some()
    }

    /// Whether the other participant is in the call and has turned the microphone off.
    pub(super) fn peer_is_muted(self) -> bool {
        self.peer_has_off(|media| media.microphone)
    }

    /// Whether the other participant is in the call and has turned the camera off.
    pub(super) fn peer_camera_is_off(self) -> bool {
        self.peer_has_off(|media| media.camera)
    }

    fn peer_has_off(self, source: impl Fn(MediaState) -> SourceState) -> bool {
        !self.is_away() && self.peer_media.get().is_some_and(|media| source(media) == SourceState::Off)
    }

    /// Joins once the devices are there, or after `DEVICES_PATIENCE` without them. Leaves when the component is removed.
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
        Effect::new(move |before: Option<MediaState>| {
            let media = self.devices.media();
            // Joining says it for the first time.
            if before.is_some_and(|before| before != media) {
                self.say_media();
            }
            media
        });
        on_cleanup(stop);
    }

    /// Leaves the call; the visit continues.
    pub(super) fn leave(self) {
        stop();
        self.peer_visible.set(false);
        self.status.set(CallStatus::Ended);
        self.left.set(true);
    }

    /// Joins again: after leaving, after a failure, or to continue here instead of on another page.
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

    /// Plays the sound. Called when the user has pressed a button.
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
    fn say_media(self) {
        driver::say_media(self);
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "there is no call on the server")]
    fn say_media(self) {}

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
