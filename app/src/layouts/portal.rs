//! The portals: bar with the ways around and the account, the page, the foot.

use super::account_menu::AccountMenu;
use super::guard::{admitted, home_of};
use super::nav::Nav;
use super::{Foot, Portal, SkipLink};
use crate::directory::OwnApplicationPage;
use crate::parts::{Brand, region};
use crate::viewer::use_viewer;
use leptos::prelude::*;
use leptos_router::components::Outlet;

/// The portal of patients, around the pages under `/patient`.
#[component]
pub fn PatientPortal() -> impl IntoView {
    portal(Portal::Patient)
}

/// The portal of doctors, around the pages under `/doctor`.
#[component]
pub fn DoctorPortal() -> impl IntoView {
    if use_viewer().who.is_some_and(|who| who.unverified) {
        // Whatever the page: first the licence is verified.
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

/// The portal of those who run the organisation, around the pages under `/admin`.
#[component]
pub fn AdminPortal() -> impl IntoView {
    portal(Portal::Admin)
}

/// The pages of the own account, around the pages under `/account`: with the ways of the portal that the viewer is in.
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

/// Bar, page and foot for somebody who is signed in.
#[component]
pub fn PortalLayout(
    /// Whose ways around are shown.
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
