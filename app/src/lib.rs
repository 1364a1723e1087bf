//! The user interface of Bedside: the document, the routes of all pages, the portals and their home pages, rendered on the server and hydrated in the browser.
//!
//! Each area has a crate of its own for its pages. The crate `kit` has the parts that pages are made of; `words` has the languages and the shared sentences.
//!
//! Invariants of all of them
//! - The `domain` crate is used only under `ssr`, and there only inside server functions.
//! - Every page is complete without wasm, except the call itself. See [`kit::forms`].
//! - Every sentence comes from the catalogue. See [`words`].
//! - No style attributes and no CSS in Rust: only the classes of `style/`.
//! - What a page renders depends only on its data and its [`kit::viewer`], so that server and browser render the same.
//! - A page crosses the border of its crate as an erased view (`into_any`): otherwise this crate would compile it again.

// Views are deeply nested types: a whole page is one type.
#![recursion_limit = "256"]
// The Leptos macros generate `pub` items next to each component and server function.
#![allow(unreachable_pub)]

mod home;
mod portals;
mod routes;
#[cfg(feature = "ssr")]
mod shell;

use kit::{
    alerts::provide_title_alerts,
    forms::provide_refused_forms,
    layouts::HeadingFocus,
    live::LiveProvider,
    viewer::{provide_viewer, use_locale},
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::Router;
use words::say;

#[cfg(feature = "ssr")]
pub use shell::{Assets, shell};

/// The application, inside `<body>`.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_viewer();
    provide_refused_forms();
    provide_title_alerts();
    let l = use_locale();
    view! {
        // The first title makes the effect that writes the title of the window. It must not belong to a page, because it would stop with that page's region.
        <Title text=say!(l, common.brand)/>
        <LiveProvider/>
        <Router>
            <HeadingFocus/>
            <routes::Pages/>
        </Router>
    }
}
