//! Layout for pages that are public, and that belong to a portal for signed-in users.

use super::{Portal, PortalLayout, PublicLayout};
use crate::viewer::use_viewer;
use leptos::prelude::*;
use leptos_router::components::Outlet;

/// The viewer's own portal, or the public layout for visitors who are not signed in.
#[component]
pub fn OpenPortal() -> impl IntoView {
    if use_viewer().who.is_some() {
        view! {
            <PortalLayout portal=Portal::Everybody>
                <Outlet/>
            </PortalLayout>
        }
        .into_any()
    } else {
        view! {
            <PublicLayout>
                <Outlet/>
            </PublicLayout>
        }
        .into_any()
    }
}
