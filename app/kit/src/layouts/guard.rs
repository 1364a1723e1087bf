//! Lets only the roles of a portal see its pages, and only visitors the pages on which they sign in. This is only for convenience: the domain checks
//! every permission each time.

use super::{ForbiddenPage, Portal, home_of};
use crate::address::{local_path, sign_in_path};
use crate::viewer::use_viewer;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

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
            send_to(&sign_in_path(&here));
            ().into_any()
        }
    }
}

/// Shows the page to visitors who are not signed in. A signed-in user needs no such page: they are sent to the page that the address names as the next
/// one, or else home.
pub fn for_strangers(page: impl FnOnce() -> AnyView) -> AnyView {
    let Some(role) = use_viewer().role() else { return page() };
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_default();
    send_to(local_path(&next).unwrap_or(home_of(Some(role))));
    ().into_any()
}

#[cfg(feature = "ssr")]
fn send_to(path: &str) {
    crate::request::see_other(path);
}

#[cfg(not(feature = "ssr"))]
fn send_to(path: &str) {
    // If the browser refuses, the page stays empty; the server answers the next click.
    let _ = window().location().replace(path);
}
