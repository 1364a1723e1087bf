//! The level of the microphone, as a bar that moves while the user speaks.

use super::devices::Devices;
use kit::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// From this level on, the user is heard.
const HEARD: f64 = 0.3;
/// The level is 0 for a sound this quiet, in decibels below the loudest one that can be recorded.
const QUIET_DB: f64 = -50.0;
/// The level is 1 for a sound this loud.
const LOUD_DB: f64 = -5.0;

/// The level of the microphone. It is shown while it can be measured: the microphone is open, and the user has pressed something on the page, because
/// browsers give no sound to a page before.
#[component]
pub(super) fn MicrophoneLevel(
    /// The devices of the page.
    devices: Devices,
) -> impl IntoView {
    let l = use_locale();
    let (level, heard) = (RwSignal::new(None::<f64>), RwSignal::new(false));
    measure(devices, level);
    Effect::new(move |_| match level.get() {
        None => heard.set(false),
        Some(level) if level >= HEARD => heard.set(true),
        Some(_) => {}
    });
    // Once for a microphone, so that a pause between two words is not news.
    let heard = Memo::new(move |_| heard.get());
    view! {
        <div class="level" hidden=move || level.with(Option::is_none)>
            <meter
                min="0"
                max="100"
                aria-label=say!(l, visits.devices.level)
                value=move || percent(level.get().unwrap_or_default())
            ></meter>
            <p role="status">
                {move || if heard.get() { say!(l, visits.devices.level_heard) } else { say!(l, visits.devices.level_silent) }}
            </p>
        </div>
    }
    .into_any()
}

/// A level from 0 to 1 as a whole number from 0 to 100. The code that writes fractions is large.
fn percent(level: f64) -> u32 {
    // It is within the bounds.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let percent = (level * 100.0) as u32;
    percent
}

/// The level of these samples, each between -1 and 1: that of the loudest one, from 0 for silence to 1. Linear in decibels, as people hear.
fn level_of(samples: &[f32]) -> f64 {
    let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    let decibels = 20.0 * f64::from(peak).max(f64::MIN_POSITIVE).log10();
    ((decibels - QUIET_DB) / (LOUD_DB - QUIET_DB)).clamp(0.0, 1.0)
}

#[cfg(feature = "hydrate")]
use browser::measure;

#[cfg(not(feature = "hydrate"))]
fn measure(_devices: Devices, _level: RwSignal<Option<f64>>) {}

#[cfg(feature = "hydrate")]
mod browser {
    use super::super::devices::{Devices, Gear};
    use super::super::media;
    use super::level_of;
    use kit::sound;
    use leptos::prelude::*;
    use std::time::Duration;
    use wasm_bindgen::JsValue;
    use web_sys::{AnalyserNode, AudioContext, MediaStream, MediaStreamAudioSourceNode};

    const EVERY: Duration = Duration::from_millis(100);
    /// How many samples are looked at each time: the last 85 ms at 48 kHz.
    const SAMPLES: usize = 4_096;

    /// Measures the microphone's level while it is open.
    pub(super) fn measure(devices: Devices, level: RwSignal<Option<f64>>) {
        let presses = RwSignal::new(0_u32);
        Effect::new(move |_| {
            let press = move |_| {
                presses.try_update(|presses| *presses += 1);
            };
            let signs = ["pointerup", "keyup"].map(|sign| window_event_listener_untyped(sign, press));
            on_cleanup(move || signs.into_iter().for_each(WindowListenerHandle::remove));
        });
        Effect::new(move |_| {
            devices.changed.track();
            level.set(None);
            if devices.microphone.get() != Gear::Ready || devices.muted.get() {
                return;
            }
            let Some(context) = sound::context() else { return presses.track() };
            let Some(Ok(meter)) = media::audio().map(|track| Meter::new(&context, &track)) else { return };
            let meter = StoredValue::new_local(meter);
            let tick = move || {
                level.try_set(meter.try_with_value(Meter::level));
            };
            if let Ok(interval) = set_interval_with_handle(tick, EVERY) {
                on_cleanup(move || {
                    interval.clear();
                    meter.with_value(Meter::stop);
                });
            }
        });
    }

    /// An analyser of a microphone's track. It plays nothing.
    struct Meter {
        source: MediaStreamAudioSourceNode,
        analyser: AnalyserNode,
    }

    impl Meter {
        fn new(context: &AudioContext, track: &web_sys::MediaStreamTrack) -> Result<Self, JsValue> {
            let stream = MediaStream::new()?;
            stream.add_track(track);
            let source = context.create_media_stream_source(&stream)?;
            let analyser = context.create_analyser()?;
            analyser.set_fft_size(u32::try_from(SAMPLES).unwrap_or(u32::MAX));
            source.connect_with_audio_node(&analyser)?;
            Ok(Self { source, analyser })
        }

        fn level(&self) -> f64 {
            let mut samples = [0.0; SAMPLES];
            self.analyser.get_float_time_domain_data(&mut samples);
            level_of(&samples)
        }

        fn stop(&self) {
            // It fails only when it is not connected any more.
            let _ = self.source.disconnect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{HEARD, level_of};

    #[test]
    fn the_level_grows_with_the_sound() {
        assert_eq!(level_of(&[]), 0.0);
        assert_eq!(level_of(&[0.0; 16]), 0.0);
        assert_eq!(level_of(&[0.001, -0.001]), 0.0, "the noise of a room");
        assert_eq!(level_of(&[1.0, -1.0]), 1.0);
        let speech = level_of(&[0.0, -0.1, 0.05]);
        assert!(speech > HEARD && speech < 1.0, "{speech}");
    }
}
