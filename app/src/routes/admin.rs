//! The routes of the administrators' portal.

use crate::portals::AdminPortal;
use leptos::prelude::*;
use leptos_router::any_nested_route::IntoAnyNestedRoute;
use leptos_router::components::{ParentRoute, Route};
use leptos_router::{SsrMode, path};

pages! { admin:
    admin { AccessQuestionsPage, ApplicationPage, ApplicationsPage, ApprovePage, AppsPage, AskForMorePage, AuditPage, ClinicPage, ClinicsPage, DeletedAccountsPage, DeliveriesPage, DifferentPage, EditClinicPage, EmergenciesPage, FileHoldsPage, HealthPage, ImportStaffPage, LanguagesPage, LicenceReviewPage, DoctorLicencesPage, DocumentsPage, InvitationsPage, MergedPage, MergingPage, NewClinicPage, NewDocumentPage, OverviewPage, PeoplePage, PersonFactorPage, PersonPage, RatingsPage, RefusePage, RestorePage, RolePage, RolesPage, RoomsPage, ServiceAccountsPage, SpecialtiesPage, SpecialtyPage, SuspendPage }
    admin { ClinicMessagesPage, MassMessagesPage }
    admin { CareGroupsPage }
    directory { ImportPatientsPage }
    admin { DoctorSpecialtiesPage }
    directory { AccountChangesPage }
    directory { DoctorChangesPage }
    scheduling { ManagedTypesPage }
    records { ClinicPhrasesPage, NewNoteTemplatePage, NoteTemplatePage, NoteTemplatesPage }
}

/// Under `/admin`.
#[component(transparent)]
pub(super) fn AdminRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/admin") view=AdminPortal>
            <Route path=path!("") view=OverviewPage ssr=SsrMode::Async/>
            <Route path=path!("applications") view=ApplicationsPage ssr=SsrMode::Async/>
            <Route path=path!("applications/:id") view=ApplicationPage ssr=SsrMode::Async/>
            <Route path=path!("applications/:id/approve") view=ApprovePage ssr=SsrMode::Async/>
            <Route path=path!("applications/:id/changes") view=DoctorChangesPage ssr=SsrMode::Async/>
            <Route path=path!("applications/:id/specialties") view=DoctorSpecialtiesPage ssr=SsrMode::Async/>
            <Route path=path!("applications/:id/ask") view=AskForMorePage ssr=SsrMode::Async/>
            <Route path=path!("applications/:id/refuse") view=RefusePage ssr=SsrMode::Async/>
            <Route path=path!("licences") view=DoctorLicencesPage ssr=SsrMode::Async/>
            <Route path=path!("licences/:id") view=LicenceReviewPage ssr=SsrMode::Async/>
            <Route path=path!("people") view=PeoplePage ssr=SsrMode::Async/>
            <Route path=path!("deleted") view=DeletedAccountsPage ssr=SsrMode::Async/>
            <Route path=path!("deliveries") view=DeliveriesPage ssr=SsrMode::Async/>
            <Route path=path!("merging") view=MergingPage ssr=SsrMode::Async/>
            <Route path=path!("import") view=ImportPatientsPage ssr=SsrMode::Async/>
            <Route path=path!("merged") view=MergedPage ssr=SsrMode::Async/>
            <Route path=path!("different") view=DifferentPage ssr=SsrMode::Async/>
            <Route path=path!("patients/:id/files") view=FileHoldsPage ssr=SsrMode::Async/>
            <Route path=path!("people/:id") view=PersonPage ssr=SsrMode::Async/>
            <Route path=path!("people/:id/changes") view=AccountChangesPage ssr=SsrMode::Async/>
            <Route path=path!("people/:id/second-factor") view=PersonFactorPage ssr=SsrMode::Async/>
            <Route path=path!("people/:id/suspend") view=SuspendPage ssr=SsrMode::Async/>
            <Route path=path!("people/:id/restore") view=RestorePage ssr=SsrMode::Async/>
            <Route path=path!("ratings") view=RatingsPage ssr=SsrMode::Async/>
            <Route path=path!("clinics") view=ClinicsPage ssr=SsrMode::Async/>
            <Route path=path!("clinics/new") view=NewClinicPage ssr=SsrMode::Async/>
            <Route path=path!("clinics/:id") view=ClinicPage ssr=SsrMode::Async/>
            <Route path=path!("clinics/:id/edit") view=EditClinicPage ssr=SsrMode::Async/>
            <Route path=path!("clinics/:id/rooms") view=RoomsPage ssr=SsrMode::Async/>
            <Route path=path!("clinics/:id/messages") view=ClinicMessagesPage ssr=SsrMode::Async/>
            <Route path=path!("clinics/:id/many") view=MassMessagesPage ssr=SsrMode::Async/>
            <Route path=path!("clinics/:id/groups") view=CareGroupsPage ssr=SsrMode::Async/>
            <Route path=path!("documents") view=DocumentsPage ssr=SsrMode::Async/>
            <Route path=path!("documents/new") view=NewDocumentPage ssr=SsrMode::Async/>
            <Route path=path!("specialties") view=SpecialtiesPage ssr=SsrMode::Async/>
            <Route path=path!("specialties/:id") view=SpecialtyPage ssr=SsrMode::Async/>
            <Route path=path!("visit-types") view=ManagedTypesPage ssr=SsrMode::Async/>
            <Route path=path!("languages") view=LanguagesPage ssr=SsrMode::Async/>
            <Route path=path!("note-templates") view=NoteTemplatesPage ssr=SsrMode::Async/>
            <Route path=path!("note-templates/new") view=NewNoteTemplatePage ssr=SsrMode::Async/>
            <Route path=path!("note-templates/:id") view=NoteTemplatePage ssr=SsrMode::Async/>
            <Route path=path!("phrases") view=ClinicPhrasesPage ssr=SsrMode::Async/>
            <Route path=path!("service-accounts") view=ServiceAccountsPage ssr=SsrMode::Async/>
            <Route path=path!("apps") view=AppsPage ssr=SsrMode::Async/>
            <Route path=path!("roles") view=RolesPage ssr=SsrMode::Async/>
            <Route path=path!("roles/:id") view=RolePage ssr=SsrMode::Async/>
            <Route path=path!("invitations") view=InvitationsPage ssr=SsrMode::Async/>
            <Route path=path!("invitations/import") view=ImportStaffPage ssr=SsrMode::Async/>
            <Route path=path!("audit") view=AuditPage ssr=SsrMode::Async/>
            <Route path=path!("emergencies") view=EmergenciesPage ssr=SsrMode::Async/>
            <Route path=path!("access-questions") view=AccessQuestionsPage ssr=SsrMode::Async/>
            <Route path=path!("health") view=HealthPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}
