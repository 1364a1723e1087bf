//! The address of every page, by portal. To add a page, edit only the file of its portal.
//!
//! All pages are fully rendered on the server (`SsrMode::Async`), so that they are complete without wasm.

#[macro_use]
mod bundles;

mod account;
mod admin;
mod doctor;
mod patient;
mod public;
mod staff;
mod visit;

#[cfg(feature = "ssr")]
pub(crate) use bundles::bundle_of;

use account::AccountRoutes;
use admin::AdminRoutes;
use doctor::DoctorRoutes;
use patient::{
    AppointmentRoutes, BookRoutes, LetterRoutes, MessageRoutes, PatientRoutes, PrescriptionRoutes, SummaryRoutes, WaitingRoutes,
};
use public::{DirectoryRoutes, PublicRoutes, StrangersRoutes};
use staff::{CarerRoutes, DeskRoutes, LaboratoryRoutes, PharmacyRoutes, WardRoutes};
use visit::VisitRoutes;

use kit::layouts::MissingPage;
use leptos::prelude::*;
use leptos_router::components::Routes;

/// The routes of all pages.
#[component]
pub fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=|| view! { <MissingPage/> }>
            <StrangersRoutes/>
            <PublicRoutes/>
            <VisitRoutes/>
            <DirectoryRoutes/>
            <PatientRoutes/>
            <BookRoutes/>
            <AppointmentRoutes/>
            <WaitingRoutes/>
            <MessageRoutes/>
            <PrescriptionRoutes/>
            <LetterRoutes/>
            <SummaryRoutes/>
            <DoctorRoutes/>
            <AdminRoutes/>
            <DeskRoutes/>
            <WardRoutes/>
            <PharmacyRoutes/>
            <LaboratoryRoutes/>
            <CarerRoutes/>
            <AccountRoutes/>
        </Routes>
    }
}
