//! The routes of the patients' portal.

use crate::home;
use crate::portals::PatientPortal;
use leptos::prelude::*;
use leptos_router::any_nested_route::IntoAnyNestedRoute;
use leptos_router::components::{ParentRoute, Route};
use leptos_router::{SsrMode, path};

pages! { patient:
    home { PatientHome }
    prescriptions { PrescriptionPage, PrescriptionsPage }
    records { AccessPage, AccessesPage, NewSharePage, LetterPage, OwnDocumentsPage, OwnMeasurementsPage, OwnRecordPage, OwnTimelinePage, SharesPage, VisitSummaryPage }
    records { OwnSearchPage }
    scheduling { AppointmentPage, AppointmentsPage, BookPage, CancelPage, CheckPage, JoinWaitingPage, MovePage, OtherTimesPage, RatePage, RepeatPage, WaitingPage }
    visits { ConversationPage, MassConsentsPage, MessagesPage, NewMessagePage }
}

/// Under `/patient`.
#[component(transparent)]
pub(super) fn PatientRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/patient") view=PatientPortal>
            <Route path=path!("") view=PatientHome ssr=SsrMode::Async/>
            <Route path=path!("documents") view=OwnDocumentsPage ssr=SsrMode::Async/>
            <Route path=path!("record") view=OwnRecordPage ssr=SsrMode::Async/>
            <Route path=path!("timeline") view=OwnTimelinePage ssr=SsrMode::Async/>
            <Route path=path!("search") view=OwnSearchPage ssr=SsrMode::Async/>
            <Route path=path!("shares") view=SharesPage ssr=SsrMode::Async/>
            <Route path=path!("shares/new") view=NewSharePage ssr=SsrMode::Async/>
            <Route path=path!("accesses") view=AccessesPage ssr=SsrMode::Async/>
            <Route path=path!("accesses/:id") view=AccessPage ssr=SsrMode::Async/>
            <Route path=path!("measurements") view=OwnMeasurementsPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Under `/prescriptions`.
#[component(transparent)]
pub(super) fn PrescriptionRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/prescriptions") view=PatientPortal>
            <Route path=path!("") view=PrescriptionsPage ssr=SsrMode::Async/>
            <Route path=path!(":id") view=PrescriptionPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Under `/letters`.
#[component(transparent)]
pub(super) fn LetterRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/letters") view=PatientPortal>
            <Route path=path!(":id") view=LetterPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// The summary of a past visit, under `/visits`.
#[component(transparent)]
pub(super) fn SummaryRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/visits") view=PatientPortal>
            <Route path=path!(":id/summary") view=VisitSummaryPage ssr=SsrMode::Async/>
            <Route path=path!(":id/rating") view=RatePage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Under `/book`.
#[component(transparent)]
pub(super) fn BookRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/book") view=PatientPortal>
            <Route path=path!("other") view=OtherTimesPage ssr=SsrMode::Async/>
            <Route path=path!(":reservation") view=BookPage ssr=SsrMode::Async/>
            <Route path=path!(":reservation/check") view=CheckPage ssr=SsrMode::Async/>
            <Route path=path!(":reservation/repeat") view=RepeatPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Under `/waiting`.
#[component(transparent)]
pub(super) fn WaitingRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/waiting") view=PatientPortal>
            <Route path=path!("") view=WaitingPage ssr=SsrMode::Async/>
            <Route path=path!("new") view=JoinWaitingPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Under `/messages`.
#[component(transparent)]
pub(super) fn MessageRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/messages") view=PatientPortal>
            <Route path=path!("") view=MessagesPage ssr=SsrMode::Async/>
            <Route path=path!("new") view=NewMessagePage ssr=SsrMode::Async/>
            <Route path=path!("many") view=MassConsentsPage ssr=SsrMode::Async/>
            <Route path=path!(":id") view=ConversationPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Under `/appointments`.
#[component(transparent)]
pub(super) fn AppointmentRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/appointments") view=PatientPortal>
            <Route path=path!("") view=AppointmentsPage ssr=SsrMode::Async/>
            <Route path=path!(":id") view=AppointmentPage ssr=SsrMode::Async/>
            <Route path=path!(":id/cancel") view=CancelPage ssr=SsrMode::Async/>
            <Route path=path!(":id/move") view=MovePage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}
