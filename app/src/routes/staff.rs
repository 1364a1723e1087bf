//! The routes of the portals of a clinic's staff: reception, nurses, pharmacists, laboratories.

use crate::home;
use crate::portals::{AccountPortal, DeskPortal, LaboratoryPortal, PharmacyPortal, WardPortal};
use leptos::prelude::*;
use leptos_router::any_nested_route::IntoAnyNestedRoute;
use leptos_router::components::{ParentRoute, Route};
use leptos_router::{SsrMode, path};

pages! { staff:
    directory {
        ComparePage, CorrectPatientPage, DeletedPatientsPage, DeskPatientPage, DeskPatientsPage, ImportPage, LetterPage, RegisterPage, WardPatientPage,
        WardPatientsPage,
    }
    directory { DeskConsentsPage }
    directory { PatientChangesPage }
    home { DeskHome, LaboratoryHome, WardHome }
    prescriptions { PharmacyPrescriptionPage, PharmacyPrescriptionsPage }
    records { IntakePage, IntakesPage, WardMeasurementsPage }
    records { DeskTasksPage, WardShiftNotesPage, WardTasksPage }
    records { WardEntryPage, WardNewEntryPage, WardRecordPage, WardTimelinePage }
    scheduling { DeskJoinWaitingPage, DeskWaitingPage, DeskWhyPage }
    scheduling { ClinicColumnsPage }
    scheduling { DeskBookingPage, DeskSeriesPage }
    scheduling { DeskAppointmentPage, DeskCancelPage, DeskMovePage, DeskPatientVisitsPage, DeskRequestsPage }
    visits { DeskAnswersPage, DeskAwayPage, DeskConversationPage, DeskMessagesPage, DeskNewMessagePage }
    visits { WardConversationPage, WardMessagesPage, WardNewMessagePage }
}

pages! { open: directory { CarersPage } }

/// Under `/desk`.
#[component(transparent)]
pub(super) fn DeskRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/desk") view=DeskPortal>
            <Route path=path!("") view=DeskHome ssr=SsrMode::Async/>
            <Route path=path!("day") view=ClinicColumnsPage ssr=SsrMode::Async/>
            <Route path=path!("book") view=DeskBookingPage ssr=SsrMode::Async/>
            <Route path=path!("book/series") view=DeskSeriesPage ssr=SsrMode::Async/>
            <Route path=path!("requests") view=DeskRequestsPage ssr=SsrMode::Async/>
            <Route path=path!("appointments/:id") view=DeskAppointmentPage ssr=SsrMode::Async/>
            <Route path=path!("appointments/:id/cancel") view=DeskCancelPage ssr=SsrMode::Async/>
            <Route path=path!("appointments/:id/move") view=DeskMovePage ssr=SsrMode::Async/>
            <Route path=path!("messages") view=DeskMessagesPage ssr=SsrMode::Async/>
            <Route path=path!("messages/away") view=DeskAwayPage ssr=SsrMode::Async/>
            <Route path=path!("messages/answers") view=DeskAnswersPage ssr=SsrMode::Async/>
            <Route path=path!("messages/new") view=DeskNewMessagePage ssr=SsrMode::Async/>
            <Route path=path!("messages/:id") view=DeskConversationPage ssr=SsrMode::Async/>
            <Route path=path!("tasks") view=DeskTasksPage ssr=SsrMode::Async/>
            <Route path=path!("patients") view=DeskPatientsPage ssr=SsrMode::Async/>
            <Route path=path!("why") view=DeskWhyPage ssr=SsrMode::Async/>
            <Route path=path!("waiting") view=DeskWaitingPage ssr=SsrMode::Async/>
            <Route path=path!("waiting/new") view=DeskJoinWaitingPage ssr=SsrMode::Async/>
            <Route path=path!("deleted") view=DeletedPatientsPage ssr=SsrMode::Async/>
            <Route path=path!("import") view=ImportPage ssr=SsrMode::Async/>
            <Route path=path!("register") view=RegisterPage ssr=SsrMode::Async/>
            <Route path=path!("register/compare") view=ComparePage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id") view=DeskPatientPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/correct") view=CorrectPatientPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/letter") view=LetterPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/visits") view=DeskPatientVisitsPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/changes") view=PatientChangesPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/consents") view=DeskConsentsPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Under `/ward`.
#[component(transparent)]
pub(super) fn WardRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/ward") view=WardPortal>
            <Route path=path!("") view=WardHome ssr=SsrMode::Async/>
            <Route path=path!("intake") view=IntakesPage ssr=SsrMode::Async/>
            <Route path=path!("intake/:id") view=IntakePage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/measurements") view=WardMeasurementsPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/timeline") view=WardTimelinePage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/record") view=WardRecordPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/record/new") view=WardNewEntryPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/record/:entry") view=WardEntryPage ssr=SsrMode::Async/>
            <Route path=path!("tasks") view=WardTasksPage ssr=SsrMode::Async/>
            <Route path=path!("handover") view=WardShiftNotesPage ssr=SsrMode::Async/>
            <Route path=path!("messages") view=WardMessagesPage ssr=SsrMode::Async/>
            <Route path=path!("messages/new") view=WardNewMessagePage ssr=SsrMode::Async/>
            <Route path=path!("messages/:id") view=WardConversationPage ssr=SsrMode::Async/>
            <Route path=path!("patients") view=WardPatientsPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id") view=WardPatientPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Under `/pharmacy`.
#[component(transparent)]
pub(super) fn PharmacyRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/pharmacy") view=PharmacyPortal>
            <Route path=path!("") view=PharmacyPrescriptionsPage ssr=SsrMode::Async/>
            <Route path=path!("prescriptions/:id") view=PharmacyPrescriptionPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Under `/laboratory`.
#[component(transparent)]
pub(super) fn LaboratoryRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/laboratory") view=LaboratoryPortal>
            <Route path=path!("") view=LaboratoryHome ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Under `/carers`, for receptionists and administrators, each with the navigation of their own portal.
#[component(transparent)]
pub(super) fn CarerRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/carers") view=AccountPortal>
            <Route path=path!("") view=CarersPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}
