//! The routes of the user's own account.

use crate::portals::AccountPortal;
use leptos::prelude::*;
use leptos_router::any_nested_route::IntoAnyNestedRoute;
use leptos_router::components::{ParentRoute, Route};
use leptos_router::{SsrMode, path};

// Whoever signs in has this bundle already, because of the sign-in page.
pages! { open:
    directory {
        AddChildPage, AddressesPage, BirthDatePage, BirthDateSavedPage, ClaimPage, ClaimedForOtherPage, ClaimedPage, ContactPage, ContactSavedPage, FamilyPage,
        HandOverPage,
        PatientProfilePage,
        OwnAccountChangesPage,
        OwnChangesPage,
    }
    identity {
        AccountPage, ConsentsPage, DeleteAccountPage, ForeignPage, LocalePage, LocaleSavedPage, NamePage, NameSavedPage, NoticeChoicesPage, NoticesPage, PasskeysPage, PasswordChangedPage, PhonePage, SecondFactorPage,
        SessionsPage,
        ConnectedAppsPage, TokensPage,
        EmailPage,
    }
    scheduling { CalendarPage }
}

/// Under `/account`.
#[component(transparent)]
pub(super) fn AccountRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/account") view=AccountPortal>
            <Route path=path!("") view=AccountPage ssr=SsrMode::Async/>
            <Route path=path!("delete") view=DeleteAccountPage ssr=SsrMode::Async/>
            <Route path=path!("sessions") view=SessionsPage ssr=SsrMode::Async/>
            <Route path=path!("notices") view=NoticesPage ssr=SsrMode::Async/>
            <Route path=path!("notices/settings") view=NoticeChoicesPage ssr=SsrMode::Async/>
            <Route path=path!("sign-ins") view=ForeignPage ssr=SsrMode::Async/>
            <Route path=path!("apps") view=ConnectedAppsPage ssr=SsrMode::Async/>
            <Route path=path!("tokens") view=TokensPage ssr=SsrMode::Async/>
            <Route path=path!("consents") view=ConsentsPage ssr=SsrMode::Async/>
            <Route path=path!("calendar") view=CalendarPage ssr=SsrMode::Async/>
            <Route path=path!("second-factor") view=SecondFactorPage ssr=SsrMode::Async/>
            <Route path=path!("passkeys") view=PasskeysPage ssr=SsrMode::Async/>
            <Route path=path!("email") view=EmailPage ssr=SsrMode::Async/>
            <Route path=path!("phone") view=PhonePage ssr=SsrMode::Async/>
            <Route path=path!("name") view=NamePage ssr=SsrMode::Async/>
            <Route path=path!("name-saved") view=NameSavedPage ssr=SsrMode::Async/>
            <Route path=path!("locale") view=LocalePage ssr=SsrMode::Async/>
            <Route path=path!("locale-saved") view=LocaleSavedPage ssr=SsrMode::Async/>
            <Route path=path!("birth-date") view=BirthDatePage ssr=SsrMode::Async/>
            <Route path=path!("birth-date-saved") view=BirthDateSavedPage ssr=SsrMode::Async/>
            <Route path=path!("contact") view=ContactPage ssr=SsrMode::Async/>
            <Route path=path!("contact-saved") view=ContactSavedPage ssr=SsrMode::Async/>
            <Route path=path!("addresses") view=AddressesPage ssr=SsrMode::Async/>
            <Route path=path!("family") view=FamilyPage ssr=SsrMode::Async/>
            <Route path=path!("family/new") view=AddChildPage ssr=SsrMode::Async/>
            <Route path=path!("family/hand-over") view=HandOverPage ssr=SsrMode::Async/>
            <Route path=path!("claim") view=ClaimPage ssr=SsrMode::Async/>
            <Route path=path!("claimed") view=ClaimedPage ssr=SsrMode::Async/>
            <Route path=path!("claimed-for-other") view=ClaimedForOtherPage ssr=SsrMode::Async/>
            <Route path=path!("profile") view=PatientProfilePage ssr=SsrMode::Async/>
            <Route path=path!("changes") view=OwnChangesPage ssr=SsrMode::Async/>
            <Route path=path!("history") view=OwnAccountChangesPage ssr=SsrMode::Async/>
            <Route path=path!("password-changed") view=PasswordChangedPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}
