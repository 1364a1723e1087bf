//! The portals: header with navigation and account menu, the page, the footer.

use super::account_menu::AccountMenu;
use super::guard::{admitted, home_of};
use super::nav::Nav;
use super::{Foot, Portal, SkipLink};
use crate::directory::OwnApplicationPage;
use crate::parts::{Brand, region};
use crate::viewer::use_viewer;
use leptos::prelude::*;
use leptos_router::components::Outlet;

/// The patients' portal, the layout of the pages under `/patient`.
#[component]
pub fn PatientPortal() -> impl IntoView {
    portal(Portal::Patient)
}

/// The doctors' portal, the layout of the pages under `/doctor`.
#[component]
pub fn DoctorPortal() -> impl IntoView {
    if use_viewer().who.is_some_and(|who| who.unverified) {
        // Until the doctor's licence is verified, every page shows the application.
        return admitted(Portal::Doctor, || {
            view! {
                <PortalLayout portal=Portal::Doctor>
                    <OwnApplicationPage/>
                </PortalLayout>
            }
            .into_any()
        });
    }
    portal(Portal::Doctor)
}

/// The administrators' portal, the layout of the pages under `/admin`.
#[component]
pub fn AdminPortal() -> impl IntoView {
    portal(Portal::Admin)
}

/// The layout of the account pages under `/account`, with the navigation of the viewer's own portal.
#[component]
pub fn AccountPortal() -> impl IntoView {
    portal(Portal::Everybody)
}

fn portal(portal: Portal) -> AnyView {
    admitted(portal, move || {
        region(|| {
            view! {
                <PortalLayout portal>
                    <Outlet/>
                </PortalLayout>
            }
        })
    })
}

/// Header, page and footer for a signed-in user.
#[component]
pub fn PortalLayout(
    /// The portal whose navigation is shown; with `Everybody` that of the viewer's role.
    portal: Portal,
    /// The page.
    children: Children,
) -> impl IntoView {
    let viewer = use_viewer();
    let home = home_of(viewer.role());
    let ways = match (portal, home) {
        (Portal::Everybody, "/patient") => Portal::Patient,
        (Portal::Everybody, "/doctor") => Portal::Doctor,
        (Portal::Everybody, "/admin") => Portal::Admin,
        _ => portal,
    };
    view! {
        <SkipLink/>
        <header class="top">
            <div>
                <Brand href=home/>
                <Nav portal=ways/>
                {viewer.who.map(|who| view! { <AccountMenu who/> })}
            </div>
        </header>
        <main id="main" tabindex="-1">
            {children()}
        </main>
        <Foot/>
    }
    .into_any()
}
