//! Where the focus goes after a navigation that loads no document. A new document begins at its top; without one, the focus would stay on the link that
//! was followed, or get lost with it, and a screen reader would say nothing.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Moves the focus to the heading of each page that is reached without loading a document, and closes an open menu. Used once, inside the router.
#[component]
pub fn HeadingFocus() -> impl IntoView {
    let path = use_location().pathname;
    // Effects run in the browser only. Only the path counts: when just the query changes, as in a search, the page stays, and so does the focus.
    Effect::new(move |before: Option<String>| {
        let here = path.get();
        match before {
            None => remember(),
            Some(before) if before != here => arrive(path),
            Some(_) => {}
        }
        here
    });
}

#[cfg(feature = "hydrate")]
use browser::{arrive, remember};

#[cfg(not(feature = "hydrate"))]
fn remember() {}

#[cfg(not(feature = "hydrate"))]
fn arrive(_path: Memo<String>) {}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use std::cell::RefCell;
    use wasm_bindgen::JsCast as _;
    use web_sys::{Element, FocusOptions, HtmlElement};

    /// After this time, in milliseconds, the heading that is shown belongs to the new page, even if it is the same as before.
    const SETTLED_MS: f64 = 1_000.0;
    /// How long to wait for a heading that comes with the data of the page, in milliseconds.
    const LONGEST_MS: f64 = 20_000.0;

    /// The heading of a page.
    #[derive(Clone, PartialEq)]
    struct Heading {
        element: Element,
        text: Option<String>,
    }

    impl Heading {
        fn shown() -> Option<Self> {
            let element = document().query_selector("h1").ok()??;
            let text = element.text_content();
            Some(Self { element, text })
        }
    }

    thread_local! {
        /// The heading of the page that is shown, or of the one before while the next one is still loading.
        static KNOWN: RefCell<Option<Heading>> = const { RefCell::new(None) };
    }

    /// Remembers the heading of the page that was loaded as a document.
    pub(super) fn remember() {
        KNOWN.set(Heading::shown());
    }

    /// Watches for the heading of the page at the current path, from the next frame on.
    pub(super) fn arrive(path: Memo<String>) {
        close_menu();
        let arrival = Arrival {
            path,
            here: path.get_untracked(),
            began_ms: js_sys::Date::now(),
            before: KNOWN.with_borrow(Clone::clone),
            left: document().active_element(),
            taken: None,
        };
        request_animation_frame(move || arrival.look());
    }

    /// An arrival at a page.
    struct Arrival {
        path: Memo<String>,
        here: String,
        began_ms: f64,
        before: Option<Heading>,
        /// The element that had the focus when the page before was left.
        left: Option<Element>,
        /// The heading that has taken the focus.
        taken: Option<Element>,
    }

    impl Arrival {
        /// Gives the focus to the heading as soon as there is one, and again when it is replaced soon after. Ends when the user has moved the focus, or
        /// has gone to another page.
        fn look(mut self) {
            let passed_ms = js_sys::Date::now() - self.began_ms;
            let is_here = self.path.try_get_untracked().as_ref() == Some(&self.here);
            if !is_here || passed_ms > LONGEST_MS || !self.is_focus_untouched() {
                return;
            }
            let shown = Heading::shown().filter(|shown| passed_ms > SETTLED_MS || self.before.as_ref() != Some(shown));
            if let Some(shown) = shown
                && self.taken.as_ref() != Some(&shown.element)
            {
                take_focus(&shown.element);
                self.taken = Some(shown.element.clone());
                KNOWN.set(Some(shown));
            }
            if self.taken.is_none() || passed_ms <= SETTLED_MS {
                request_animation_frame(move || self.look());
            }
        }

        fn is_focus_untouched(&self) -> bool {
            let focused = document().active_element().filter(|focused| Some(focused) != document().body().as_deref());
            focused.is_none() || focused == self.left || focused == self.taken
        }
    }

    fn take_focus(heading: &Element) {
        let Some(heading) = heading.dyn_ref::<HtmlElement>() else { return };
        // Not a stop of the Tab key.
        heading.set_tab_index(-1);
        // The router scrolls to the top, or back to where the user was.
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        // If the heading refuses the focus, the page still works.
        let _ = heading.focus_with_options(&options);
    }

    /// A menu stays open when its link leads to a page with the same layout.
    fn close_menu() {
        let open = document().query_selector(":popover-open").ok().flatten();
        if let Some(menu) = open.as_ref().and_then(|menu| menu.dyn_ref::<HtmlElement>()) {
            // It fails only when the menu is closed already.
            let _ = menu.hide_popover();
        }
    }
}
