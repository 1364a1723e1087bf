//! Around pages that strangers see too, and that belong to a portal for those who are signed in.

use super::{Portal, PortalLayout, PublicLayout};
use crate::viewer::use_viewer;
use leptos::prelude::*;
use leptos_router::components::Outlet;

/// The viewer's own portal, or the public bar for strangers.
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
