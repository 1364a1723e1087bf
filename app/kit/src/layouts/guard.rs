//! Lets only the roles of a portal see its pages. This is only for convenience: the domain checks every permission each time.

use super::{ForbiddenPage, Portal};
use crate::viewer::use_viewer;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Shows the page to viewers whose role the portal admits. A visitor who is not signed in is sent to the sign-in page and returns here afterwards;
/// any other viewer sees that the page is for another role.
pub fn admitted(portal: Portal, page: impl FnOnce() -> AnyView) -> AnyView {
    match use_viewer().role() {
        Some(role) if portal.admits(role) => page(),
        Some(_) => view! { <ForbiddenPage/> }.into_any(),
        None => {
            let location = use_location();
            let search = location.search.get_untracked();
            let search = search.trim_start_matches('?');
            let path = location.pathname.get_untracked();
            let here = if search.is_empty() { path } else { format!("{path}?{search}") };
            send_to_sign_in(&here);
            ().into_any()
        }
    }
}

#[cfg(feature = "ssr")]
fn send_to_sign_in(here: &str) {
    crate::request::see_other(&crate::address::sign_in_path(here));
}

#[cfg(not(feature = "ssr"))]
fn send_to_sign_in(here: &str) {
    // If the browser refuses, the page stays empty; the server answers the next click.
    let _ = window().location().replace(&crate::address::sign_in_path(here));
}
