//! Choosing camera and microphone. The visit works without either.

use super::level::MicrophoneLevel;
use super::speakers::SpeakerTest;
use kit::viewer::use_locale;
use leptos::html::Video;
use leptos::prelude::*;
use model::ids::EncounterId;
use model::visits::signal::{MediaState, SourceState};
use words::{Locale, say};

/// The state of a camera or a microphone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gear {
    /// The browser has not been asked yet.
    Unknown,
    /// The browser asks the user for permission.
    Asking,
    /// It works.
    Ready,
    /// The user or the browser denied permission.
    Refused,
    /// There is no such device, or it was unplugged.
    Missing,
    /// Another program uses it.
    Busy,
    /// The user turned it off.
    Off,
}

impl Gear {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Asking => "asking",
            Self::Ready => "ready",
            Self::Refused => "refused",
            Self::Missing => "missing",
            Self::Busy => "busy",
            Self::Off => "off",
        }
    }
}

/// A device that the user can choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Device {
    pub(super) id: String,
    pub(super) label: String,
}

/// The state of the devices, for as long as the page lives.
#[derive(Clone, Copy)]
pub(crate) struct Devices {
    pub(crate) camera: RwSignal<Gear>,
    pub(crate) microphone: RwSignal<Gear>,
    pub(super) cameras: RwSignal<Vec<Device>>,
    pub(super) microphones: RwSignal<Vec<Device>>,
    /// The id of the chosen camera; empty means any.
    pub(super) camera_id: RwSignal<String>,
    /// The id of the chosen microphone; empty means any.
    pub(super) microphone_id: RwSignal<String>,
    /// Whether the user turned the microphone off. Stored for this visit and tab, so that a reload does not turn it on again.
    pub(super) muted: RwSignal<bool>,
    /// Whether the user turned the camera off. Stored like `muted`.
    pub(super) camera_off: RwSignal<bool>,
    /// Counts the changes of the tracks.
    pub(super) changed: RwSignal<u32>,
}

impl Devices {
    pub(crate) fn new() -> Self {
        Self {
            camera: RwSignal::new(Gear::Unknown),
            microphone: RwSignal::new(Gear::Unknown),
            cameras: RwSignal::new(Vec::new()),
            microphones: RwSignal::new(Vec::new()),
            camera_id: RwSignal::new(String::new()),
            microphone_id: RwSignal::new(String::new()),
            muted: RwSignal::new(false),
            camera_off: RwSignal::new(false),
            changed: RwSignal::new(0),
        }
    }

    /// Opens the devices while they are wanted, and releases them afterwards and when the component is removed. A device that the user turned off
    /// before a reload of this visit stays off.
    pub(crate) fn run(self, visit: EncounterId, wanted: Memo<bool>) {
        Effect::new(move |before: Option<bool>| {
            if before.is_none() {
                self.recall(visit);
            }
            let wanted = wanted.get();
            if wanted {
                self.ask();
            } else if before == Some(true) {
                self.release();
            }
            wanted
        });
        Effect::new(move |before: Option<()>| {
            let (muted, camera_off) = (self.muted.get(), self.camera_off.get());
            if before.is_some() {
                remember(visit, muted, camera_off);
            }
        });
        self.watch();
        on_cleanup(release);
    }

    /// What the user sends with them.
    pub(super) fn media(self) -> MediaState {
        let source = |gear: Gear, is_off: bool| match gear {
            Gear::Ready if !is_off => SourceState::On,
            Gear::Ready | Gear::Off => SourceState::Off,
            Gear::Unknown | Gear::Asking | Gear::Refused | Gear::Missing | Gear::Busy => SourceState::Missing,
        };
        MediaState {
            microphone: source(self.microphone.get(), self.muted.get()),
            camera: source(self.camera.get(), self.camera_off.get()),
        }
    }

    /// Releases both devices and resets their state.
    fn release(self) {
        release();
        self.camera.set(Gear::Unknown);
        self.microphone.set(Gear::Unknown);
        self.changed.update(|changed| *changed += 1);
    }

    /// Turns the camera on again, in the device check before the call.
    fn turn_camera_on(self) {
        self.camera_off.set(false);
        #[cfg(feature = "hydrate")]
        leptos::task::spawn_local(super::media::acquire_camera(self));
    }

    #[cfg(feature = "hydrate")]
    fn ask(self) {
        leptos::task::spawn_local(super::media::acquire(self));
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "there are no devices on the server")]
    fn ask(self) {}

    /// Watches for devices that are plugged in or unplugged.
    #[cfg(feature = "hydrate")]
    fn watch(self) {
        super::media::watch(self);
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "there are no devices on the server")]
    fn watch(self) {}

    #[cfg(feature = "hydrate")]
    fn recall(self, visit: EncounterId) {
        let Some(kept) = storage().and_then(|storage| storage.get_item(&storage_key(visit)).ok().flatten()) else { return };
        self.muted.set(kept.contains(MUTED));
        self.camera_off.set(kept.contains(CAMERA_OFF));
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "the server keeps nothing of a tab")]
    fn recall(self, _visit: EncounterId) {}
}

#[cfg(feature = "hydrate")]
const MUTED: &str = "muted";
#[cfg(feature = "hydrate")]
const CAMERA_OFF: &str = "camera-off";

#[cfg(feature = "hydrate")]
fn remember(visit: EncounterId, muted: bool, camera_off: bool) {
    let Some(storage) = storage() else { return };
    let words: Vec<&str> =
        [(muted, MUTED), (camera_off, CAMERA_OFF)].iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    // If the browser stores nothing, the choice is only lost at a reload.
    let _ = storage.set_item(&storage_key(visit), &words.join(" "));
}

#[cfg(not(feature = "hydrate"))]
fn remember(_visit: EncounterId, _muted: bool, _camera_off: bool) {}

/// The `sessionStorage`, which ends with this tab.
#[cfg(feature = "hydrate")]
fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

#[cfg(feature = "hydrate")]
fn storage_key(visit: EncounterId) -> String {
    format!("devices:{visit}")
}

#[cfg(feature = "hydrate")]
fn release() {
    super::media::release();
}

#[cfg(not(feature = "hydrate"))]
fn release() {}

/// Shows the user's own picture in a video element and updates it whenever the tracks change.
pub(super) fn show_preview(devices: Devices, video: NodeRef<Video>) {
    Effect::new(move |_| {
        devices.changed.track();
        let Some(video) = video.get() else { return };
        #[cfg(feature = "hydrate")]
        video.set_src_object(super::media::preview().as_ref());
        #[cfg(not(feature = "hydrate"))]
        drop(video);
    });
}

/// The user's own picture, problems with the devices, and the devices to choose from.
#[component]
pub(crate) fn DeviceCheck(
    /// The devices of the page.
    devices: Devices,
) -> impl IntoView {
    let l = use_locale();
    let video = NodeRef::<Video>::new();
    show_preview(devices, video);
    let has_picture = move || devices.camera.get() == Gear::Ready;
    view! {
        <div
            class="check"
            data-camera=move || devices.camera.get().as_str()
            data-microphone=move || devices.microphone.get().as_str()
        >
            <div class="preview">
                <video
                    node_ref=video
                    autoplay
                    playsinline
                    prop:muted=true
                    aria-label=say!(l, visits.devices.preview)
                    hidden=move || !has_picture()
                ></video>
                <p hidden=has_picture>{move || camera_words(l, devices.camera.get())}</p>
            </div>
            <div class="stack" role="status">
                <p hidden=move || !has_picture()>{say!(l, visits.devices.camera_ready)}</p>
                <p>{move || microphone_words(l, devices.microphone.get(), devices.muted.get())}</p>
                <p hidden=move || !is_out(devices.camera.get())>{say!(l, visits.devices.without)}</p>
            </div>
            <MicrophoneLevel devices/>
            <SpeakerTest/>
            <Choose id="camera" label=say!(l, visits.devices.camera) choices=devices.cameras chosen=devices.camera_id devices/>
            <Choose
                id="microphone"
                label=say!(l, visits.devices.microphone)
                choices=devices.microphones
                chosen=devices.microphone_id
                devices
            />
            <div class="row" hidden=move || devices.camera.get() != Gear::Off>
                <button type="button" class="button plain" on:click=move |_| devices.turn_camera_on()>
                    {say!(l, visits.devices.camera_on)}
                </button>
            </div>
            <div class="row" hidden=move || !(is_out(devices.camera.get()) || is_out(devices.microphone.get()))>
                <button type="button" class="button plain" on:click=move |_| devices.ask()>
                    {say!(l, visits.devices.again)}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// A list of devices; hidden while there are fewer than two.
#[component]
fn Choose(
    id: &'static str,
    label: &'static str,
    choices: RwSignal<Vec<Device>>,
    chosen: RwSignal<String>,
    devices: Devices,
) -> impl IntoView {
    let options = move || {
        choices
            .get()
            .into_iter()
            .map(|device| {
                let selected = chosen.with_untracked(|chosen| *chosen == device.id);
                view! { <option value=device.id selected=selected>{device.label}</option> }
            })
            .collect_view()
    };
    view! {
        <div class="field" hidden=move || choices.with(|choices| choices.len() < 2)>
            <label for=id>{label}</label>
            <select
                id=id
                on:change=move |event| {
                    chosen.set(event_target_value(&event));
                    devices.ask();
                }
            >
                {options}
            </select>
        </div>
    }
    .into_any()
}

const fn is_out(gear: Gear) -> bool {
    match gear {
        Gear::Unknown | Gear::Asking | Gear::Ready | Gear::Off => false,
        Gear::Refused | Gear::Missing | Gear::Busy => true,
    }
}

fn camera_words(l: Locale, gear: Gear) -> &'static str {
    match gear {
        // While the picture is shown, its replacement is empty.
        Gear::Unknown | Gear::Asking | Gear::Ready => say!(l, visits.devices.asking),
        Gear::Refused => say!(l, visits.devices.camera_refused),
        Gear::Missing => say!(l, visits.devices.camera_missing),
        Gear::Busy => say!(l, visits.devices.camera_busy),
        Gear::Off => say!(l, visits.devices.camera_off),
    }
}

fn microphone_words(l: Locale, gear: Gear, is_muted: bool) -> &'static str {
    match gear {
        Gear::Unknown | Gear::Asking => say!(l, visits.devices.asking_microphone),
        Gear::Ready if is_muted => say!(l, visits.devices.microphone_muted),
        Gear::Ready => say!(l, visits.devices.microphone_ready),
        Gear::Refused => say!(l, visits.devices.microphone_refused),
        Gear::Missing => say!(l, visits.devices.microphone_missing),
        // A muted microphone stays open and sends silence.
        Gear::Off => say!(l, visits.devices.microphone_ready),
        Gear::Busy => say!(l, visits.devices.microphone_busy),
    }
}
