//! Where the browser is (Geolocation API), as coarse as a search for something near needs it.

/// Why the browser says no position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PositionTrouble {
    /// The user does not allow it.
    NotAllowed,
    /// The browser does not know where it is, or has not found out in time.
    Unknown,
}

#[cfg(feature = "hydrate")]
pub use browser::{can_locate, is_allowed_here, locate};

/// Whether the browser can say where it is.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn can_locate() -> bool {
    false
}

/// Whether the permissions policy of this document lets its pages ask.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn is_allowed_here() -> bool {
    false
}

/// The latitude and longitude in degrees with two decimals, which is about one kilometre: `51.50,-0.09`.
///
/// # Errors
/// Why there is none.
#[cfg(not(feature = "hydrate"))]
pub async fn locate() -> Result<String, PositionTrouble> {
    Err(PositionTrouble::Unknown)
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::PositionTrouble;
    use js_sys::{Function, Object, Promise, Reflect};
    use leptos::prelude::window;
    use wasm_bindgen::{JsCast as _, JsValue};
    use wasm_bindgen_futures::JsFuture;

    /// How long the browser may take.
    const TIMEOUT_MS: f64 = 15_000.0;
    /// How old a position may be that the browser has found before.
    const OLDEST_MS: f64 = 600_000.0;
    /// `GeolocationPositionError.PERMISSION_DENIED`.
    const DENIED: f64 = 1.0;

    /// Whether the browser can say where it is.
    #[must_use]
    pub fn can_locate() -> bool {
        geolocation().is_some()
    }

    /// Whether the permissions policy of this document lets its pages ask. A document keeps the policy of the page with which it was loaded. Only Chromium can be
    /// asked, and only Chromium obeys this header.
    #[must_use]
    pub fn is_allowed_here() -> bool {
        let document = JsValue::from(leptos::prelude::document());
        let answer = read(&document, "featurePolicy").filter(JsValue::is_object).and_then(|policy| {
            let asks = read(&policy, "allowsFeature")?.dyn_into::<Function>().ok()?;
            let answer: JsValue = asks.call1(&policy, &JsValue::from_str("geolocation")).ok()?;
            answer.as_bool()
        });
        answer.unwrap_or(true)
    }

    /// The latitude and longitude in degrees with two decimals, which is about one kilometre: `51.50,-0.09`. The exact position is not kept.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn locate() -> Result<String, PositionTrouble> {
        let found = ask().await.map_err(|refused| match read(&refused, "code").and_then(|code| code.as_f64()) {
            Some(code) if code.to_bits() == DENIED.to_bits() => PositionTrouble::NotAllowed,
            _ => PositionTrouble::Unknown,
        })?;
        let coordinates = read(&found, "coords").ok_or(PositionTrouble::Unknown)?;
        let degrees = |name: &str| {
            let number = read(&coordinates, name).and_then(|degrees| degrees.as_f64());
            number.filter(|number| number.is_finite()).ok_or(PositionTrouble::Unknown)
        };
        let (latitude, longitude) = (degrees("latitude")?, degrees("longitude")?);
        Ok(format!("{latitude:.2},{longitude:.2}"))
    }

    async fn ask() -> Result<JsValue, JsValue> {
        let geolocation = geolocation().ok_or(JsValue::UNDEFINED)?;
        let get = read(&geolocation, "getCurrentPosition").ok_or(JsValue::UNDEFINED)?.dyn_into::<Function>()?;
        let options = Object::new();
        Reflect::set(&options, &"timeout".into(), &TIMEOUT_MS.into())?;
        Reflect::set(&options, &"maximumAge".into(), &OLDEST_MS.into())?;
        let options = JsValue::from(options);
        let found = Promise::new(&mut |resolve, reject| {
            let (resolve, reject) = (JsValue::from(resolve), JsValue::from(reject));
            // It throws only in a document that is not shown any more, where nobody waits for the promise.
            let _: Result<JsValue, JsValue> = get.call3(&geolocation, &resolve, &reject, &options);
        });
        JsFuture::from(found).await
    }

    fn geolocation() -> Option<JsValue> {
        read(&window().navigator(), "geolocation").filter(JsValue::is_object)
    }

    fn read(from: &JsValue, name: &str) -> Option<JsValue> {
        Reflect::get(from, &name.into()).ok()
    }
}
