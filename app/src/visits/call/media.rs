//! Camera and microphone. Browser only.

use super::devices::{Device, Devices, Gear};
use leptos::prelude::*;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, MediaDeviceInfo, MediaDeviceKind, MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack,
    MediaTrackConstraints,
};

thread_local! {
    /// What this page sends: at most one track of each kind.
    static LOCAL: RefCell<Local> = RefCell::default();
}

#[derive(Default)]
struct Local {
    audio: Option<MediaStreamTrack>,
    video: Option<MediaStreamTrack>,
}

/// The microphone's track.
pub(super) fn audio() -> Option<MediaStreamTrack> {
    LOCAL.with_borrow(|local| local.audio.clone())
}

/// The camera's track.
pub(super) fn video() -> Option<MediaStreamTrack> {
    LOCAL.with_borrow(|local| local.video.clone())
}

/// A stream of the camera alone, for the own picture.
pub(super) fn preview() -> Option<MediaStream> {
    let stream = MediaStream::new().ok()?;
    stream.add_track(&video()?);
    Some(stream)
}

/// Lets camera and microphone go.
pub(super) fn release() {
    let local = LOCAL.with_borrow_mut(std::mem::take);
    for track in local.audio.iter().chain(&local.video) {
        track.stop();
    }
}

/// Lets the camera go, so that its light goes out.
pub(super) fn release_camera() {
    if let Some(track) = LOCAL.with_borrow_mut(|local| local.video.take()) {
        track.stop();
    }
}

/// Sends sound or silence.
pub(super) fn enable_microphone(on: bool) {
    if let Some(track) = audio() {
        track.set_enabled(on);
    }
}

/// Asks for what is chosen: both at once, so that the person is asked once; if that fails each alone, so that one missing device does not
/// take the other away.
pub(super) async fn acquire(devices: Devices) {
    let ids = (devices.camera_id.try_get_untracked(), devices.microphone_id.try_get_untracked());
    let (Some(camera), Some(microphone)) = ids else { return };
    release();
    devices.camera.try_set(Gear::Asking);
    devices.microphone.try_set(Gear::Asking);
    if let Ok(stream) = open(Some(&camera), Some(&microphone)).await {
        keep(&stream);
        devices.camera.try_set(Gear::Ready);
        devices.microphone.try_set(Gear::Ready);
    } else {
        let found = gear(open(None, Some(&microphone)).await);
        devices.microphone.try_set(found);
        let found = gear(open(Some(&camera), None).await);
        devices.camera.try_set(found);
    }
    list(devices).await;
    devices.changed.try_update(|changed| *changed += 1);
}

/// Turns the camera on again.
pub(super) async fn acquire_camera(devices: Devices) {
    let camera = devices.camera_id.try_get_untracked().unwrap_or_default();
    let found = gear(open(Some(&camera), None).await);
    devices.camera.try_set(found);
    devices.changed.try_update(|changed| *changed += 1);
}

fn gear(opened: Result<MediaStream, JsValue>) -> Gear {
    match opened {
        Ok(stream) => {
            keep(&stream);
            Gear::Ready
        }
        // The names of Media Capture and Streams §10.2.
        Err(error) => match error.dyn_ref::<DomException>().map(DomException::name).as_deref() {
            Some("NotAllowedError" | "SecurityError") => Gear::Refused,
            Some("NotReadableError" | "AbortError") => Gear::Busy,
            _ => Gear::Missing,
        },
    }
}

fn keep(stream: &MediaStream) {
    LOCAL.with_borrow_mut(|local| {
        for track in stream.get_tracks().iter().filter_map(|track| track.dyn_into::<MediaStreamTrack>().ok()) {
            let place = if track.kind() == "audio" { &mut local.audio } else { &mut local.video };
            if let Some(before) = place.replace(track) {
                before.stop();
            }
        }
    });
}

/// None does not ask for that kind; an empty id takes any device.
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

/// Fills the lists of devices; their names are known once something was allowed.
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

/// Without a secure origin a browser has no such thing.
fn devices() -> Result<MediaDevices, JsValue> {
    let devices = window().navigator().media_devices()?;
    if devices.is_undefined() { Err(JsValue::UNDEFINED) } else { Ok(devices) }
}
