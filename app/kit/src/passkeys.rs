//! What the browser does with passkeys (WebAuthn Level 3, section 5.1). A page asks the server for a question, gives its options to the browser, and sends the answer back in
//! a form.

use wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlFormElement, HtmlInputElement};

/// Why the browser has given no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The user has stopped it, waited too long, or has no passkey for this site; or another request has taken its place. The browser does not tell which.
    Stopped,
    /// The device has a passkey of this account already.
    Known,
    /// It cannot be done in this browser, or at this address.
    Failed,
}

/// The form that contains the pressed button.
#[must_use]
pub fn form_of(event: &Event) -> Option<HtmlFormElement> {
    form_around(&event.target()?.dyn_into::<web_sys::Element>().ok()?)
}

/// The form that contains an element.
#[must_use]
pub fn form_around(element: &web_sys::Element) -> Option<HtmlFormElement> {
    element.closest("form").ok().flatten()?.dyn_into().ok()
}

/// Whether the user has typed nothing into this control of a form.
#[must_use]
pub fn is_empty(form: &HtmlFormElement, name: &str) -> bool {
    control(form, name).is_some_and(|control| control.value().is_empty())
}

/// Submits a form with these values in its hidden inputs.
pub fn submit_with(form: &HtmlFormElement, values: &[(&str, &str)]) {
    for (name, value) in values {
        if let Some(control) = control(form, name) {
            control.set_value(value);
        }
    }
    // It fails only for a form that has left the page meanwhile.
    let _ = form.request_submit();
}

fn control(form: &HtmlFormElement, name: &str) -> Option<HtmlInputElement> {
    form.query_selector(&format!("input[name={name}]")).ok().flatten()?.dyn_into().ok()
}

#[cfg(feature = "hydrate")]
pub use browser::{answer, are_available, are_suggested, create, stop_suggesting, suggest};

/// Whether the browser can make passkeys and answer with them.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn are_available() -> bool {
    false
}

/// Whether the browser shows passkeys among its suggestions for the field of the email address.
#[cfg(not(feature = "hydrate"))]
pub async fn are_suggested() -> bool {
    false
}

/// Makes a passkey with these options.
///
/// # Errors
/// Why there is none.
#[cfg(not(feature = "hydrate"))]
pub async fn create(_options: &str) -> Result<String, Trouble> {
    Err(Trouble::Failed)
}

/// Answers with a passkey that the user chooses.
///
/// # Errors
/// Why there is no answer.
#[cfg(not(feature = "hydrate"))]
pub async fn answer(_options: &str) -> Result<String, Trouble> {
    Err(Trouble::Failed)
}

/// Answers once the user chooses a passkey among the suggestions of a field.
///
/// # Errors
/// Why there is no answer.
#[cfg(not(feature = "hydrate"))]
pub async fn suggest(_options: &str) -> Result<String, Trouble> {
    Err(Trouble::Failed)
}

/// Ends [`suggest`].
#[cfg(not(feature = "hydrate"))]
pub fn stop_suggesting() {}

#[cfg(feature = "hydrate")]
mod browser {
    use super::Trouble;
    use js_sys::{Function, JSON, Object, Promise, Reflect};
    use leptos::prelude::window;
    use std::cell::RefCell;
    use wasm_bindgen::{JsCast as _, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::AbortController;

    thread_local! {
        /// What ends the request whose answers are among the suggestions. The browser has one request at a time.
        static SUGGESTING: RefCell<Option<AbortController>> = const { RefCell::new(None) };
    }

    /// Whether the browser can make passkeys and answer with them.
    #[must_use]
    pub fn are_available() -> bool {
        class().is_some_and(|class| function(&class, "parseRequestOptionsFromJSON").is_some())
    }

    /// Whether the browser shows passkeys among its suggestions for the field of the email address.
    pub async fn are_suggested() -> bool {
        let Some(class) = class() else { return false };
        let told = call(&class, "isConditionalMediationAvailable", &JsValue::UNDEFINED).await;
        are_available() && told.is_ok_and(|told| told.as_bool() == Some(true))
    }

    /// Makes a passkey with these options.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn create(options: &str) -> Result<String, Trouble> {
        stop_suggesting();
        ask("parseCreationOptionsFromJSON", "create", options, None).await.map_err(|refused| trouble(&refused))
    }

    /// Answers with a passkey that the user chooses.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn answer(options: &str) -> Result<String, Trouble> {
        stop_suggesting();
        ask("parseRequestOptionsFromJSON", "get", options, None).await.map_err(|refused| trouble(&refused))
    }

    /// Answers once the user chooses a passkey among the suggestions of a field.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn suggest(options: &str) -> Result<String, Trouble> {
        stop_suggesting();
        let Ok(ending) = AbortController::new() else { return Err(Trouble::Failed) };
        SUGGESTING.set(Some(ending.clone()));
        ask("parseRequestOptionsFromJSON", "get", options, Some(&ending)).await.map_err(|refused| trouble(&refused))
    }

    /// Ends [`suggest`].
    pub fn stop_suggesting() {
        if let Some(ending) = SUGGESTING.take() {
            ending.abort();
        }
    }

    async fn ask(parse: &str, act: &str, options: &str, ending: Option<&AbortController>) -> Result<String, JsValue> {
        let options = Reflect::get(&JSON::parse(options)?, &"publicKey".into())?;
        let class = class().ok_or(JsValue::UNDEFINED)?;
        let options = call(&class, parse, &options).await?;
        let request = Object::new();
        Reflect::set(&request, &"publicKey".into(), &options)?;
        if let Some(ending) = ending {
            Reflect::set(&request, &"mediation".into(), &"conditional".into())?;
            Reflect::set(&request, &"signal".into(), &ending.signal())?;
        }
        let keeper = Reflect::get(&window().navigator(), &"credentials".into())?;
        let credential = call(&keeper, act, &request).await?;
        let plain = call(&credential, "toJSON", &JsValue::UNDEFINED).await?;
        Ok(String::from(JSON::stringify(&plain)?))
    }

    fn class() -> Option<JsValue> {
        read(&window(), "PublicKeyCredential").filter(|class| !class.is_undefined())
    }

    fn read(from: &JsValue, name: &str) -> Option<JsValue> {
        Reflect::get(from, &name.into()).ok()
    }

    fn function(of: &JsValue, name: &str) -> Option<Function> {
        read(of, name)?.dyn_into::<Function>().ok()
    }

    /// Calls a function of an object, and waits for what it promises.
    async fn call(of: &JsValue, name: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
        let returned: JsValue = function(of, name).ok_or(JsValue::UNDEFINED)?.call1(of, argument)?;
        match returned.dyn_into::<Promise>() {
            Ok(promise) => JsFuture::from(promise).await,
            Err(value) => Ok(value),
        }
    }

    fn trouble(refused: &JsValue) -> Trouble {
        match read(refused, "name").and_then(|name| name.as_string()).as_deref() {
            Some("NotAllowedError" | "AbortError" | "TimeoutError") => Trouble::Stopped,
            Some("InvalidStateError") => Trouble::Known,
            _ => Trouble::Failed,
        }
    }
}
