//! The page's sounds, made by the browser's oscillator (Web Audio API §1.26), so that no file has to be loaded.
//!
//! Browsers refuse sound until the user has pressed something on the page. Then these functions do nothing.

#[cfg(feature = "hydrate")]
pub use browser::{chime, context, is_on, switch_off, switch_on, test_tone};

/// Plays the soft sound that calls the user, unless they have switched sounds off.
#[cfg(not(feature = "hydrate"))]
pub fn chime() {}

/// Plays a tone of one second with which the user tests their speakers. Returns whether the browser plays it.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn test_tone() -> bool {
    false
}

/// Whether sounds are switched on in this browser.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn is_on() -> bool {
    true
}

/// Switches sounds on in this browser.
#[cfg(not(feature = "hydrate"))]
pub fn switch_on() {}

/// Switches sounds off in this browser.
#[cfg(not(feature = "hydrate"))]
pub fn switch_off() {}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::window;
    use std::cell::RefCell;
    use wasm_bindgen::JsValue;
    use web_sys::{AudioContext, AudioContextState, OscillatorType};

    /// The key in the `localStorage`.
    const KEY: &str = "sounds";
    const OFF: &str = "off";

    thread_local! {
        /// The audio context of the page; browsers allow only a few.
        static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
    }

    /// One tone. Frequencies are in hertz, times in seconds from now, volumes between 0 and 1.
    struct Tone {
        frequency_hz: f32,
        begins_secs: f64,
        lasts_secs: f64,
        volume: f32,
    }

    /// Plays the soft sound that calls the user, unless they have switched sounds off.
    pub fn chime() {
        if is_on() {
            let tone = |frequency_hz, begins_secs| Tone { frequency_hz, begins_secs, lasts_secs: 0.35, volume: 0.08 };
            play(&[tone(660.0, 0.0), tone(880.0, 0.12)]);
        }
    }

    /// Plays a tone of one second with which the user tests their speakers. Returns whether the browser plays it.
    #[must_use]
    pub fn test_tone() -> bool {
        play(&[Tone { frequency_hz: 523.25, begins_secs: 0.0, lasts_secs: 1.0, volume: 0.25 }])
    }

    /// Whether sounds are switched on in this browser.
    #[must_use]
    pub fn is_on() -> bool {
        storage().and_then(|storage| storage.get_item(KEY).ok().flatten()).as_deref() != Some(OFF)
    }

    /// Switches sounds on in this browser.
    pub fn switch_on() {
        // It fails only where nothing is stored, and then sounds are on.
        let _ = storage().map(|storage| storage.remove_item(KEY));
    }

    /// Switches sounds off in this browser.
    pub fn switch_off() {
        // If the browser stores nothing, sounds stay on.
        let _ = storage().map(|storage| storage.set_item(KEY, OFF));
    }

    /// The `localStorage`.
    fn storage() -> Option<web_sys::Storage> {
        window().local_storage().ok().flatten()
    }

    /// The page's audio context; none before the user has pressed something on the page, because the browser would refuse it and complain.
    #[must_use]
    pub fn context() -> Option<AudioContext> {
        if !has_pressed() {
            return None;
        }
        let context = CONTEXT.with_borrow_mut(|known| {
            if known.is_none() {
                *known = AudioContext::new().ok();
            }
            known.clone()
        })?;
        if context.state() == AudioContextState::Suspended {
            // If it does not resume, the page is silent.
            let _ = context.resume();
        }
        Some(context)
    }

    /// Whether the user has pressed something on this page (HTML §6.4.1, "sticky activation"). True in browsers that do not tell.
    fn has_pressed() -> bool {
        let read = |from: &JsValue, name: &str| js_sys::Reflect::get(from, &name.into()).ok();
        read(&window().navigator(), "userActivation")
            .and_then(|activation| read(&activation, "hasBeenActive"))
            .and_then(|active| active.as_bool())
            .unwrap_or(true)
    }

    /// Plays the tones; returns whether the browser has accepted them all.
    fn play(tones: &[Tone]) -> bool {
        context().is_some_and(|context| tones.iter().all(|tone| sound(&context, tone).is_ok()))
    }

    fn sound(context: &AudioContext, tone: &Tone) -> Result<(), JsValue> {
        // Without a ramp the loudspeaker would click; an exponential one never reaches zero.
        const RISE_SECS: f64 = 0.02;
        const SILENT: f32 = 0.000_1;
        let begins = context.current_time() + tone.begins_secs;
        let ends = begins + tone.lasts_secs;
        let (oscillator, gain) = (context.create_oscillator()?, context.create_gain()?);
        oscillator.set_type(OscillatorType::Sine);
        oscillator.frequency().set_value(tone.frequency_hz);
        let volume = gain.gain();
        volume.set_value_at_time(SILENT, begins)?;
        volume.linear_ramp_to_value_at_time(tone.volume, begins + RISE_SECS)?;
        volume.exponential_ramp_to_value_at_time(SILENT, ends)?;
        oscillator.connect_with_audio_node(&gain)?;
        gain.connect_with_audio_node(&context.destination())?;
        oscillator.start_with_when(begins)?;
        oscillator.stop_with_when(ends)
    }
}
