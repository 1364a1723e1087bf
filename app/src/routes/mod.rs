//! Every page and its address, by portal. A page is added in the file of its portal, and nowhere else.
//!
//! All pages are rendered whole on the server (`SsrMode::Async`), so that they are complete without wasm.

mod account;
mod admin;
mod doctor;
mod patient;
mod public;
mod visit;

use account::AccountRoutes;
use admin::AdminRoutes;
use doctor::DoctorRoutes;
use patient::{AppointmentRoutes, BookRoutes, PatientRoutes, PrescriptionRoutes, SummaryRoutes};
use public::{DirectoryRoutes, PublicRoutes};
use visit::VisitRoutes;

use crate::layouts::MissingPage;
use leptos::prelude::*;
use leptos_router::components::Routes;

/// The pages.
#[component]
pub fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=|| view! { <MissingPage/> }>
            <PublicRoutes/>
            <VisitRoutes/>
            <DirectoryRoutes/>
            <PatientRoutes/>
            <BookRoutes/>
            <AppointmentRoutes/>
            <PrescriptionRoutes/>
            <SummaryRoutes/>
            <DoctorRoutes/>
            <AdminRoutes/>
            <AccountRoutes/>
        </Routes>
    }
}
