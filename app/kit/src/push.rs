//! What the browser does with push messages (Push API): it asks its user, and makes an address at its push service.

/// Where a browser takes push messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushAddress {
    /// The address at the push service.
    pub endpoint: String,
    /// The browser's public key, in base64url.
    pub p256dh: String,
    /// The browser's secret, in base64url.
    pub auth: String,
}

/// Why the browser has made no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushTrouble {
    /// The user does not allow messages of this site, or has not answered.
    NotAllowed,
    /// It cannot be done in this browser, or its push service does not answer.
    Failed,
}

#[cfg(feature = "hydrate")]
pub use browser::{can_push, subscribe};

/// Whether the browser can take push messages.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn can_push() -> bool {
    false
}

/// Makes an address for messages that are signed with this key (in base64url).
///
/// # Errors
/// Why there is none.
#[cfg(not(feature = "hydrate"))]
pub async fn subscribe(_key: &str) -> Result<PushAddress, PushTrouble> {
    Err(PushTrouble::Failed)
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::{PushAddress, PushTrouble};
    use js_sys::{Function, Object, Promise, Reflect};
    use leptos::prelude::window;
    use wasm_bindgen::{JsCast as _, JsValue};
    use wasm_bindgen_futures::JsFuture;

    /// The service worker. It is at the top, because its place is the largest part of the site that it may serve.
    const WORKER: &str = "/push.js";

    /// Whether the browser can take push messages.
    #[must_use]
    pub fn can_push() -> bool {
        let is_there = |name: &str| read(&window(), name).is_some_and(|class| !class.is_undefined());
        is_there("PushManager") && is_there("Notification") && workers().is_some()
    }

    /// Makes an address for messages that are signed with this key (in base64url).
    ///
    /// # Errors
    /// Why there is none.
    pub async fn subscribe(key: &str) -> Result<PushAddress, PushTrouble> {
        let notification = read(&window(), "Notification").ok_or(PushTrouble::Failed)?;
        let answer = call(&notification, "requestPermission", &JsValue::UNDEFINED).await.map_err(|_| PushTrouble::Failed)?;
        if answer.as_string().as_deref() != Some("granted") {
            return Err(PushTrouble::NotAllowed);
        }
        address(key).await.map_err(|refused| trouble(&refused))
    }

    async fn address(key: &str) -> Result<PushAddress, JsValue> {
        let workers = workers().ok_or(JsValue::UNDEFINED)?;
        call(&workers, "register", &WORKER.into()).await?;
        // Waits until the worker runs; an address cannot be made before.
        let ready = read(&workers, "ready").ok_or(JsValue::UNDEFINED)?;
        let registration = JsFuture::from(ready.dyn_into::<Promise>()?).await?;
        let manager = read(&registration, "pushManager").ok_or(JsValue::UNDEFINED)?;
        // One that was made for another key could not be used, and there can be only one.
        let former = call(&manager, "getSubscription", &JsValue::UNDEFINED).await?;
        if !former.is_null() && !former.is_undefined() {
            call(&former, "unsubscribe", &JsValue::UNDEFINED).await?;
        }
        let options = Object::new();
        Reflect::set(&options, &"userVisibleOnly".into(), &true.into())?;
        Reflect::set(&options, &"applicationServerKey".into(), &key.into())?;
        let made = call(&manager, "subscribe", &options).await?;
        let plain = call(&made, "toJSON", &JsValue::UNDEFINED).await?;
        let keys = read(&plain, "keys").ok_or(JsValue::UNDEFINED)?;
        let text = |of: &JsValue, name: &str| read(of, name).and_then(|value| value.as_string()).ok_or(JsValue::UNDEFINED);
        Ok(PushAddress { endpoint: text(&plain, "endpoint")?, p256dh: text(&keys, "p256dh")?, auth: text(&keys, "auth")? })
    }

    fn workers() -> Option<JsValue> {
        read(&window().navigator(), "serviceWorker").filter(|workers| !workers.is_undefined())
    }

    fn read(from: &JsValue, name: &str) -> Option<JsValue> {
        Reflect::get(from, &name.into()).ok()
    }

    /// Calls a function of an object, and waits for what it promises.
    async fn call(of: &JsValue, name: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
        let function = read(of, name).ok_or(JsValue::UNDEFINED)?.dyn_into::<Function>()?;
        let returned: JsValue = function.call1(of, argument)?;
        match returned.dyn_into::<Promise>() {
            Ok(promise) => JsFuture::from(promise).await,
            Err(value) => Ok(value),
        }
    }

    fn trouble(refused: &JsValue) -> PushTrouble {
        match read(refused, "name").and_then(|name| name.as_string()).as_deref() {
            Some("NotAllowedError") => PushTrouble::NotAllowed,
            _ => PushTrouble::Failed,
        }
    }
}
