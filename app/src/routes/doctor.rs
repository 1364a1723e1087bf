//! The routes of the doctors' portal.

use crate::home;
use crate::portals::DoctorPortal;
use leptos::prelude::*;
use leptos_router::any_nested_route::IntoAnyNestedRoute;
use leptos_router::components::{ParentRoute, Route};
use leptos_router::{SsrMode, path};

pages! { doctor:
    directory { DoctorProfilePage, LicencePage, LicencesPage, NewLicencePage }
    directory { DoctorConsentsPage }
    directory { ProfileChangesPage }
    home { DoctorHome }
    prescriptions {
        CancelPage, DiscardPage, DoctorPrescriptionPage, DoctorPrescriptionsPage, EditItemPage, ReviewPage, WritePage,
    }
    records { DoctorShiftNotesPage, DoctorTasksPage }
    records { CosignaturePage, CosignaturesPage, DoctorDocumentsPage, DoctorEntryPage, DoctorLetterPage, DoctorLettersPage, DoctorMeasurementsPage, DoctorPatientPage, DoctorRecordPage, DoctorTimelinePage, EditLetterPage, EmergencyPage, NewEntryPage, NewLetterPage, RecordSearchPage, OwnPhrasesPage, VisitNotesPage }
    scheduling { BlockPage, BookingRulesPage, DayCalendarPage, DayExceptionsPage, DoctorAppointmentPage, DoctorBookingPage, DoctorCancelPage, DoctorMovePage, DoctorSeriesPage, DoctorWhyPage, HoursPage, MonthPage, OutsideCalendarsPage, TimeOffPage, VisitTypesPage, OwnRatingsPage, WeekPage }
    visits { DoctorAnswersPage, DoctorAwayPage, DoctorConversationPage, DoctorMessagesPage, DoctorNewMessagePage }
}

/// Under `/doctor`.
#[component(transparent)]
pub(super) fn DoctorRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/doctor") view=DoctorPortal>
            <Route path=path!("") view=DoctorHome ssr=SsrMode::Async/>
            <Route path=path!("patients/:id") view=DoctorPatientPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/measurements") view=DoctorMeasurementsPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/consents") view=DoctorConsentsPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/documents") view=DoctorDocumentsPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/letters") view=DoctorLettersPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/timeline") view=DoctorTimelinePage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/search") view=RecordSearchPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/record") view=DoctorRecordPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/record/new") view=NewEntryPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/record/:entry") view=DoctorEntryPage ssr=SsrMode::Async/>
            <Route path=path!("messages") view=DoctorMessagesPage ssr=SsrMode::Async/>
            <Route path=path!("messages/away") view=DoctorAwayPage ssr=SsrMode::Async/>
            <Route path=path!("messages/answers") view=DoctorAnswersPage ssr=SsrMode::Async/>
            <Route path=path!("messages/new") view=DoctorNewMessagePage ssr=SsrMode::Async/>
            <Route path=path!("messages/:id") view=DoctorConversationPage ssr=SsrMode::Async/>
            <Route path=path!("tasks") view=DoctorTasksPage ssr=SsrMode::Async/>
            <Route path=path!("handover") view=DoctorShiftNotesPage ssr=SsrMode::Async/>
            <Route path=path!("emergency") view=EmergencyPage ssr=SsrMode::Async/>
            <Route path=path!("cosignatures") view=CosignaturesPage ssr=SsrMode::Async/>
            <Route path=path!("cosignatures/:id") view=CosignaturePage ssr=SsrMode::Async/>
            <Route path=path!("letters/:id") view=DoctorLetterPage ssr=SsrMode::Async/>
            <Route path=path!("letters/:id/edit") view=EditLetterPage ssr=SsrMode::Async/>
            <Route path=path!("phrases") view=OwnPhrasesPage ssr=SsrMode::Async/>
            <Route path=path!("prescriptions") view=DoctorPrescriptionsPage ssr=SsrMode::Async/>
            <Route path=path!("prescriptions/:id") view=DoctorPrescriptionPage ssr=SsrMode::Async/>
            <Route path=path!("prescriptions/:id/review") view=ReviewPage ssr=SsrMode::Async/>
            <Route path=path!("prescriptions/:id/discard") view=DiscardPage ssr=SsrMode::Async/>
            <Route path=path!("prescriptions/:id/cancel") view=CancelPage ssr=SsrMode::Async/>
            <Route path=path!("prescriptions/:id/items/:item") view=EditItemPage ssr=SsrMode::Async/>
            <Route path=path!("visits/:id/prescription") view=WritePage ssr=SsrMode::Async/>
            <Route path=path!("visits/:id/letters/new") view=NewLetterPage ssr=SsrMode::Async/>
            <Route path=path!("visits/:id/notes") view=VisitNotesPage ssr=SsrMode::Async/>
            <Route path=path!("profile") view=DoctorProfilePage ssr=SsrMode::Async/>
            <Route path=path!("profile/changes") view=ProfileChangesPage ssr=SsrMode::Async/>
            <Route path=path!("licences") view=LicencesPage ssr=SsrMode::Async/>
            <Route path=path!("licences/new") view=NewLicencePage ssr=SsrMode::Async/>
            <Route path=path!("licences/:id") view=LicencePage ssr=SsrMode::Async/>
            <Route path=path!("ratings") view=OwnRatingsPage ssr=SsrMode::Async/>
            <Route path=path!("block") view=BlockPage ssr=SsrMode::Async/>
            <Route path=path!("book") view=DoctorBookingPage ssr=SsrMode::Async/>
            <Route path=path!("book/series") view=DoctorSeriesPage ssr=SsrMode::Async/>
            <Route path=path!("calendar") view=DayCalendarPage ssr=SsrMode::Async/>
            <Route path=path!("week") view=WeekPage ssr=SsrMode::Async/>
            <Route path=path!("month") view=MonthPage ssr=SsrMode::Async/>
            <Route path=path!("hours") view=HoursPage ssr=SsrMode::Async/>
            <Route path=path!("visit-types") view=VisitTypesPage ssr=SsrMode::Async/>
            <Route path=path!("hours/rules") view=BookingRulesPage ssr=SsrMode::Async/>
            <Route path=path!("hours/why") view=DoctorWhyPage ssr=SsrMode::Async/>
            <Route path=path!("calendars") view=OutsideCalendarsPage ssr=SsrMode::Async/>
            <Route path=path!("hours/days") view=DayExceptionsPage ssr=SsrMode::Async/>
            <Route path=path!("hours/time-off") view=TimeOffPage ssr=SsrMode::Async/>
            <Route path=path!("appointments/:id") view=DoctorAppointmentPage ssr=SsrMode::Async/>
            <Route path=path!("appointments/:id/cancel") view=DoctorCancelPage ssr=SsrMode::Async/>
            <Route path=path!("appointments/:id/move") view=DoctorMovePage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}
