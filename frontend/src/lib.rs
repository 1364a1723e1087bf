//! The browser's entry point: it hydrates the page that the server has rendered.

use wasm_bindgen::JsCast;

/// Called once by the script in the page's head. The page that is open may be in a part of its own, which is loaded first.
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        tell_page(panic);
    }));
    let document = leptos::prelude::document();
    let Some(body) = document.body() else { return };
    leptos::mount::hydrate_from_async(body.unchecked_into(), app::App).await.forget();
    // For the page's script and the browser tests.
    if let Some(root) = document.document_element() {
        // Without this attribute, the page's script would ask once too often before the page is left.
        let _ = root.set_attribute("data-reacts", "");
    }
    // For what must not change before hydration has ended (`kit::viewer`). If the event cannot be dispatched, the page goes on as the server made it.
    if let Ok(event) = web_sys::CustomEvent::new("bedside:reacts") {
        let _ = leptos::prelude::window().dispatch_event(&event);
    }
}

/// Tells the page's script (`public/net.js`) that the WebAssembly has stopped, and where in the code it happened. The panic's message
/// is left out, because it may contain user input.
fn tell_page(panic: &std::panic::PanicHookInfo<'_>) {
    let location = location_in_message(panic).or_else(|| panic.location().map(ToString::to_string)).unwrap_or_default();
    let details = web_sys::CustomEventInit::new();
    details.set_detail(&location.into());
    if let (Some(window), Ok(event)) =
        (web_sys::window(), web_sys::CustomEvent::new_with_event_init_dict("bedside:stopped", &details))
    {
        // If the event cannot be dispatched, no script is left that could show anything.
        let _ = window.dispatch_event(&event);
    }
}

/// Leptos panics in its own code and names our code's location in the message: "At app/kit/src/parts/choices.rs:121:33, you tried to …". The server
/// keeps it only if it is a source location.
fn location_in_message(panic: &std::panic::PanicHookInfo<'_>) -> Option<String> {
    let (location, _) = panic.payload_as_str()?.strip_prefix("At ")?.split_once(',')?;
    Some(location.to_owned())
}
