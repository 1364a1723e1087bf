//! Camera and microphone. Browser only.

use super::devices::{Device, Devices, Gear};
use leptos::prelude::*;
use std::cell::RefCell;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, MediaDeviceInfo, MediaDeviceKind, MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack,
    MediaTrackConstraints,
};

thread_local! {
    /// The tracks that this page sends: at most one of each kind.
    static LOCAL: RefCell<Local> = RefCell::default();
}

#[derive(Default)]
struct Local {
    audio: Option<Live>,
    video: Option<Live>,
    /// Counts the calls of [`acquire`] and [`release`], so that the browser's answer to an earlier request is discarded.
    asked: u32,
}

/// A running track. Dropping it stops the track.
struct Live {
    track: MediaStreamTrack,
    _ended: Closure<dyn FnMut()>,
}

impl Live {
    fn new(track: MediaStreamTrack, devices: Devices) -> Self {
        let ended = Closure::<dyn FnMut()>::new({
            let track = Clone::clone(&track);
            move || lost(devices, &track)
        });
        track.set_onended(Some(ended.as_ref().unchecked_ref()));
        Self { track, _ended: ended }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.track.set_onended(None);
        self.track.stop();
    }
}

/// The microphone's track.
pub(super) fn audio() -> Option<MediaStreamTrack> {
    LOCAL.with_borrow(|local| local.audio.as_ref().map(|live| Clone::clone(&live.track)))
}

/// The camera's track.
pub(super) fn video() -> Option<MediaStreamTrack> {
    LOCAL.with_borrow(|local| local.video.as_ref().map(|live| Clone::clone(&live.track)))
}

/// A stream of only the camera, for the user's own picture.
pub(super) fn preview() -> Option<MediaStream> {
    let stream = MediaStream::new().ok()?;
    stream.add_track(&video()?);
    Some(stream)
}

/// Releases camera and microphone, including those of requests that the browser has not answered yet.
pub(super) fn release() {
    let released = LOCAL.with_borrow_mut(|local| {
        let asked = local.asked + 1;
        std::mem::replace(local, Local { asked, ..Local::default() })
    });
    drop(released);
}

/// Releases the camera, so that its light goes out.
pub(super) fn release_camera(devices: Devices) {
    let released = LOCAL.with_borrow_mut(|local| local.video.take());
    drop(released);
    devices.camera.set(Gear::Off);
    devices.changed.update(|changed| *changed += 1);
}

/// Switches between sending sound and sending silence.
pub(super) fn enable_microphone(on: bool) {
    if let Some(track) = audio() {
        track.set_enabled(on);
    }
}

/// Opens the chosen devices that are not turned off. It requests both together, so that the user is asked once; if that fails, each alone, so that
/// one missing device does not prevent the other.
pub(super) async fn acquire(devices: Devices) {
    let ids = (devices.camera_id.try_get_untracked(), devices.microphone_id.try_get_untracked());
    let (Some(camera), Some(microphone)) = ids else { return };
    let camera = (devices.camera_off.try_get_untracked() == Some(false)).then_some(camera);
    release();
    let asked = LOCAL.with_borrow(|local| local.asked);
    devices.camera.try_set(if camera.is_some() { Gear::Asking } else { Gear::Off });
    devices.microphone.try_set(Gear::Asking);
    let both = open(camera.as_deref(), Some(&microphone)).await;
    if both.is_ok() || camera.is_none() {
        let found = take(devices, asked, both);
        show(asked, devices.microphone, found);
        if camera.is_some() {
            show(asked, devices.camera, found);
        }
    } else {
        let found = take(devices, asked, open(None, Some(&microphone)).await);
        show(asked, devices.microphone, found);
        let found = take(devices, asked, open(camera.as_deref(), None).await);
        show(asked, devices.camera, found);
    }
    list(devices).await;
    devices.changed.try_update(|changed| *changed += 1);
}

/// Opens the camera again.
pub(super) async fn acquire_camera(devices: Devices) {
    let camera = devices.camera_id.try_get_untracked().unwrap_or_default();
    let asked = LOCAL.with_borrow(|local| local.asked);
    let found = take(devices, asked, open(Some(&camera), None).await);
    show(asked, devices.camera, found);
    devices.changed.try_update(|changed| *changed += 1);
}

async fn acquire_microphone(devices: Devices) {
    let microphone = devices.microphone_id.try_get_untracked().unwrap_or_default();
    let asked = LOCAL.with_borrow(|local| local.asked);
    let found = take(devices, asked, open(None, Some(&microphone)).await);
    show(asked, devices.microphone, found);
    devices.changed.try_update(|changed| *changed += 1);
}

/// Whether nothing was requested or released since.
fn is_newest(asked: u32) -> bool {
    LOCAL.with_borrow(|local| local.asked == asked)
}

fn show(asked: u32, shown: RwSignal<Gear>, found: Gear) {
    if is_newest(asked) {
        shown.try_set(found);
    }
}

/// Watches for devices that are plugged in and unplugged: updates the lists, and opens a device that was missing once it is there.
pub(super) fn watch(devices: Devices) {
    let Ok(source) = self::devices() else { return };
    let changed = Closure::<dyn FnMut()>::new(move || {
        leptos::task::spawn_local(async move {
            list(devices).await;
            let missing = |gear: RwSignal<Gear>| gear.try_get_untracked() == Some(Gear::Missing);
            let found = |list: RwSignal<Vec<Device>>| list.try_with_untracked(|list| !list.is_empty()) == Some(true);
            if missing(devices.microphone) && found(devices.microphones) {
                acquire_microphone(devices).await;
            }
            if missing(devices.camera) && found(devices.cameras) {
                acquire_camera(devices).await;
            }
        });
    });
    // If the browser does not support this, the lists stay as they are.
    let _ = source.add_event_listener_with_callback("devicechange", changed.as_ref().unchecked_ref());
    let listening = StoredValue::new_local((source, changed));
    on_cleanup(move || {
        listening.with_value(|(source, changed)| {
            let _ = source.remove_event_listener_with_callback("devicechange", changed.as_ref().unchecked_ref());
        });
    });
}

/// Handles a track that the browser ended: the device was unplugged, or the user withdrew the permission.
fn lost(devices: Devices, ended: &MediaStreamTrack) {
    let (gone, shown) = LOCAL.with_borrow_mut(|local| {
        let is_audio = ended.kind() == "audio";
        let (place, shown) = if is_audio { (&mut local.audio, devices.microphone) } else { (&mut local.video, devices.camera) };
        (place.take_if(|live| live.track == *ended), shown)
    });
    if gone.is_some() {
        shown.try_set(Gear::Missing);
        devices.changed.try_update(|changed| *changed += 1);
    }
    // Dropped later, because the handler that is running now belongs to it.
    set_timeout(move || drop(gone), Duration::ZERO);
}

/// Keeps the opened tracks, unless they are no longer wanted: then it stops them at once. Returns the state of the device.
fn take(devices: Devices, asked: u32, opened: Result<MediaStream, JsValue>) -> Gear {
    match opened {
        Ok(stream) if is_newest(asked) => {
            keep(&stream, devices);
            Gear::Ready
        }
        Ok(stream) => {
            tracks(&stream).for_each(|track| track.stop());
            Gear::Unknown
        }
        // The error names of Media Capture and Streams §10.2.
        Err(error) => match error.dyn_ref::<DomException>().map(DomException::name).as_deref() {
            Some("NotAllowedError" | "SecurityError") => Gear::Refused,
            Some("NotReadableError" | "AbortError") => Gear::Busy,
            _ => Gear::Missing,
        },
    }
}

fn tracks(stream: &MediaStream) -> impl Iterator<Item = MediaStreamTrack> {
    stream.get_tracks().to_vec().into_iter().filter_map(|track| track.dyn_into::<MediaStreamTrack>().ok())
}

fn keep(stream: &MediaStream, devices: Devices) {
    let muted = devices.muted.try_get_untracked().unwrap_or(false);
    for track in tracks(stream) {
        let is_audio = track.kind() == "audio";
        track.set_enabled(!(is_audio && muted));
        let live = Live::new(track, devices);
        let before = LOCAL.with_borrow_mut(|local| if is_audio { local.audio.replace(live) } else { local.video.replace(live) });
        drop(before);
    }
}

/// Requests tracks from the browser. `None` leaves out that kind; an empty id accepts any device.
async fn open(camera: Option<&str>, microphone: Option<&str>) -> Result<MediaStream, JsValue> {
    let wanted = MediaStreamConstraints::new();
    if let Some(id) = camera {
        let video = MediaTrackConstraints::new();
        video.set_width_i32(1280);
        video.set_height_i32(720);
        video.set_facing_mode_str("user");
        prefer(&video, id);
        wanted.set_video_media_track_constraints(&video);
    }
    if let Some(id) = microphone {
        let audio = MediaTrackConstraints::new();
        audio.set_echo_cancellation_bool(true);
        audio.set_noise_suppression_bool(true);
        prefer(&audio, id);
        wanted.set_audio_media_track_constraints(&audio);
    }
    let stream = JsFuture::from(devices()?.get_user_media_with_constraints(&wanted)?).await?;
    stream.dyn_into()
}

fn prefer(constraints: &MediaTrackConstraints, id: &str) {
    if !id.is_empty() {
        constraints.set_device_id_str(id);
    }
}

/// Updates the lists of devices. The browser reveals names only after permission was given.
async fn list(known: Devices) {
    let Ok(Ok(found)) = devices().map(|devices| devices.enumerate_devices()) else { return };
    let Ok(found) = JsFuture::from(found).await else { return };
    let found: Vec<MediaDeviceInfo> = js_sys::Array::from(&found).iter().map(JsCast::unchecked_into).collect();
    let of = |kind: MediaDeviceKind| -> Vec<Device> {
        let named = found.iter().filter(|device| device.kind() == kind && !device.label().is_empty());
        named.map(|device| Device { id: device.device_id(), label: device.label() }).collect()
    };
    known.cameras.try_set(of(MediaDeviceKind::Videoinput));
    known.microphones.try_set(of(MediaDeviceKind::Audioinput));
}

/// The browser's media devices, which exist only in a secure context.
fn devices() -> Result<MediaDevices, JsValue> {
    let devices = window().navigator().media_devices()?;
    if devices.is_undefined() { Err(JsValue::UNDEFINED) } else { Ok(devices) }
}
