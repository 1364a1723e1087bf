//! The entry of the browser: it wakes the page that the server has drawn.

/// Called once by the script in the page's head.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        tell_page(panic);
    }));
    leptos::mount::hydrate_body(app::App);
    // For the script of the page, and for the browser tests.
    if let Some(root) = web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element()) {
        // A page without the mark asks once too often before it is left.
        let _ = root.set_attribute("data-reacts", "");
    }
}

/// Tells the script of the page (`public/net.js`) that nothing here works any more, and where in the code it happened. The message of the panic
/// is left out: it may quote what a person typed.
fn tell_page(panic: &std::panic::PanicHookInfo<'_>) {
    let location = location_in_message(panic).or_else(|| panic.location().map(ToString::to_string)).unwrap_or_default();
    let details = web_sys::CustomEventInit::new();
    details.set_detail(&location.into());
    if let (Some(window), Ok(event)) =
        (web_sys::window(), web_sys::CustomEvent::new_with_event_init_dict("bedside:stopped", &details))
    {
        // A page that cannot even be told has no script left to show anything.
        let _ = window.dispatch_event(&event);
    }
}

/// Leptos panics inside of itself and names our place in the message: "At app/src/parts/choices.rs:121:33, you tried to …". The server keeps it
/// only if it is a place in code.
fn location_in_message(panic: &std::panic::PanicHookInfo<'_>) -> Option<String> {
    let (location, _) = panic.payload_as_str()?.strip_prefix("At ")?.split_once(',')?;
    Some(location.to_owned())
}
