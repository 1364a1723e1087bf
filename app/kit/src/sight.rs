//! Whether the user can see a part of the page.

use leptos::html::Div;
use leptos::prelude::*;

/// Whether the user can see this element: at least half of it is in view, and the page is not behind another one. False on the server, and before
/// the page reacts.
#[must_use]
pub fn use_in_sight(element: NodeRef<Div>) -> Signal<bool> {
    let in_view = RwSignal::new(false);
    let looks = use_page_visible();
    follow(element, in_view);
    Signal::derive(move || in_view.get() && looks.get())
}

/// Whether the page is not hidden behind another tab or a minimised window. True on the server.
#[must_use]
pub fn use_page_visible() -> Signal<bool> {
    let visible = RwSignal::new(true);
    // Effects run in the browser only.
    Effect::new(move |_| {
        let look = move || {
            visible.try_set(document().visibility_state() == web_sys::VisibilityState::Visible);
        };
        look();
        let listener = window_event_listener_untyped("visibilitychange", move |_| look());
        on_cleanup(move || listener.remove());
    });
    visible.into()
}

/// Watches how much of the element is in view (Intersection Observer §2.2).
#[cfg(feature = "hydrate")]
fn follow(element: NodeRef<Div>, in_view: RwSignal<bool>) {
    use wasm_bindgen::prelude::*;
    use web_sys::{IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};
    const HALF: f64 = 0.5;
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let moved = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            // The last entry is the newest.
            if let Some(entry) = entries.iter().next_back() {
                let entry: IntersectionObserverEntry = entry.unchecked_into();
                in_view.try_set(entry.intersection_ratio() >= HALF);
            }
        });
        let options = IntersectionObserverInit::new();
        options.set_threshold_f64(HALF);
        let Ok(observer) = IntersectionObserver::new_with_options(moved.as_ref().unchecked_ref(), &options) else { return };
        observer.observe(&element);
        let watching = StoredValue::new_local((observer, moved));
        on_cleanup(move || watching.with_value(|(observer, _)| observer.disconnect()));
    });
}

#[cfg(not(feature = "hydrate"))]
fn follow(_element: NodeRef<Div>, _in_view: RwSignal<bool>) {}
