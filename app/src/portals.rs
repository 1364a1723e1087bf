//! The portals: the layouts of the pages of each role, and of the account.

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

/// The portal of reception, the layout of the pages under `/desk`.
#[component]
pub fn DeskPortal() -> impl IntoView {
    portal(Portal::Desk)
}

/// The nurses' portal, the layout of the pages under `/ward`.
#[component]
pub fn WardPortal() -> impl IntoView {
    portal(Portal::Ward)
}

/// The pharmacists' portal, the layout of the pages under `/pharmacy`.
#[component]
pub fn PharmacyPortal() -> impl IntoView {
    portal(Portal::Pharmacy)
}

/// The portal of laboratories, the layout of the pages under `/laboratory`.
#[component]
pub fn LaboratoryPortal() -> impl IntoView {
    portal(Portal::Laboratory)
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
