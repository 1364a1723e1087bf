//! The portals: the layouts of the pages below `/patient`, `/doctor`, `/admin`, `/staff` and `/account`.

use directory::OwnApplicationPage;
use kit::layouts::{Portal, PortalLayout, admitted};
use kit::parts::region;
use kit::viewer::use_viewer;
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

/// The portal of the roles without pages of their own, the layout of the pages under `/staff`.
#[component]
pub fn StaffPortal() -> impl IntoView {
    portal(Portal::Staff)
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
