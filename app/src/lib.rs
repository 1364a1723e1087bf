//! The user interface of Bedside: the pages, forms and server functions of the portals for patients, doctors and administrators,
//! rendered on the server and hydrated in the browser.
//!
//! Invariants
//! - The `domain` crate is used only under `ssr`, and there only inside server functions.
//! - Every page is complete without wasm, except the call itself. See [`forms`].
//! - Every sentence comes from the catalogue. See [`i18n`].
//! - No style attributes and no CSS in Rust: only the classes of `style/`.
//! - What a page renders depends only on its data and its [`viewer`], so that server and browser render the same.

// Views are deeply nested types: a whole page is one type.
#![recursion_limit = "256"]
// The Leptos macros generate `pub` items next to each component and server function.
#![allow(unreachable_pub)]

pub mod address;
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
