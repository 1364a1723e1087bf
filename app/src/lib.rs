//! The face of Bedside: pages, forms and server functions of the portals of patients, doctors and administrators, rendered
//! on the server and hydrated in the browser.
//!
//! Invariants
//! - The domain is known only under `ssr`, and there only inside server functions.
//! - Every page is whole without wasm, except the call itself. See [`forms`].
//! - Every sentence comes from the catalogue. See [`i18n`].
//! - No style in attributes, no CSS in Rust: classes of `style/`.
//! - What a page renders depends on its data and its [`viewer`] only, so that server and browser draw the same.

// Views are deep types: a page is one, with everything in it.
#![recursion_limit = "256"]
// The macros of leptos write `pub` items of their own beside a component or a server function.
#![allow(unreachable_pub)]

pub mod failure;
pub mod forms;
pub mod i18n;
pub mod viewer;

#[cfg(feature = "ssr")]
pub mod request;

pub mod layouts;
pub mod parts;

pub mod live;

pub mod admin;
pub mod directory;
pub mod home;
pub mod identity;
pub mod prescriptions;
pub mod records;
pub mod scheduling;
pub mod visits;

mod routes;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::Router;
use viewer::provide_viewer;

#[cfg(feature = "ssr")]
pub use shell::shell;
#[cfg(feature = "ssr")]
mod shell;

/// The application, inside `<body>`.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_viewer();
    view! {
        <live::LiveProvider/>
        <Router>
            <routes::Pages/>
        </Router>
    }
}
