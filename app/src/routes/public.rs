//! The routes of the public pages.

use crate::home;
use kit::layouts::{OpenPortal, TroublePage, for_strangers};
use leptos::prelude::*;
use leptos_router::any_nested_route::IntoAnyNestedRoute;
use leptos_router::components::{Outlet, ParentRoute, Route};
use leptos_router::{SsrMode, path};

pages! { open:
    directory { ApplyPage, ApplySentPage, HandoverPage, SetUpPage }
    home { WelcomePage }
    identity {
        AgreePage, BringBackPage, ConnectPage, ConfirmPage, ConfirmedPage, DocumentPage, ForgottenByTextPage, ForgottenByTextSentPage, ForgottenPage, ForgottenSentPage, InvitationPage, JoinPage, ResendPage, ResetDonePage, ResetPage, ResetStoppedPage,
        SecondStepPage, SignInPage, SignUpPage, SignUpSentPage, StopResetPage,
    }
    prescriptions { VerifiedPage, VerifyPage }
    records { SharedPage }
    scheduling { DoctorPage, DoctorsPage, FreeMonthPage }
}

/// The layout of the pages that are only for those who are not signed in.
#[component]
fn StrangersPages() -> impl IntoView {
    for_strangers(|| view! { <Outlet/> }.into_any())
}

/// Under `/`: for those who are not signed in.
#[component(transparent)]
pub(super) fn StrangersRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=StrangersPages>
            <Route path=path!("") view=WelcomePage ssr=SsrMode::Async/>
            <Route path=path!("sign-in") view=SignInPage ssr=SsrMode::Async/>
            <Route path=path!("sign-in/second") view=SecondStepPage ssr=SsrMode::Async/>
            <Route path=path!("sign-up") view=SignUpPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Under `/`: for everybody.
#[component(transparent)]
pub(super) fn PublicRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=Outlet>
            <Route path=path!("sign-up/sent") view=SignUpSentPage ssr=SsrMode::Async/>
            <Route path=path!("sign-up/from-provider") view=JoinPage ssr=SsrMode::Async/>
            <Route path=path!("verify") view=VerifyPage ssr=SsrMode::Async/>
            <Route path=path!("verify/:code") view=VerifiedPage ssr=SsrMode::Async/>
            <Route path=path!("apply") view=ApplyPage ssr=SsrMode::Async/>
            <Route path=path!("apply/sent") view=ApplySentPage ssr=SsrMode::Async/>
            <Route path=path!("confirm/again") view=ResendPage ssr=SsrMode::Async/>
            <Route path=path!("confirm/done") view=ConfirmedPage ssr=SsrMode::Async/>
            <Route path=path!("confirm/:token") view=ConfirmPage ssr=SsrMode::Async/>
            <Route path=path!("reset-password") view=ForgottenPage ssr=SsrMode::Async/>
            <Route path=path!("reset-password/sent") view=ForgottenSentPage ssr=SsrMode::Async/>
            <Route path=path!("reset-password/by-text") view=ForgottenByTextPage ssr=SsrMode::Async/>
            <Route path=path!("reset-password/text-sent") view=ForgottenByTextSentPage ssr=SsrMode::Async/>
            <Route path=path!("reset-password/done") view=ResetDonePage ssr=SsrMode::Async/>
            <Route path=path!("reset-password/:token") view=ResetPage ssr=SsrMode::Async/>
            <Route path=path!("bring-back") view=BringBackPage ssr=SsrMode::Async/>
            <Route path=path!("second-factor/stopped") view=ResetStoppedPage ssr=SsrMode::Async/>
            <Route path=path!("second-factor/stop/:token") view=StopResetPage ssr=SsrMode::Async/>
            <Route path=path!("invitation/:token") view=InvitationPage ssr=SsrMode::Async/>
            <Route path=path!("handover/:token") view=HandoverPage ssr=SsrMode::Async/>
            <Route path=path!("shared/:token") view=SharedPage ssr=SsrMode::Async/>
            <Route path=path!("setup/:token") view=SetUpPage ssr=SsrMode::Async/>
            <Route path=path!("documents/:document") view=DocumentPage ssr=SsrMode::Async/>
            <Route path=path!("connect") view=ConnectPage ssr=SsrMode::Async/>
            <Route path=path!("agree") view=AgreePage ssr=SsrMode::Async/>
            <Route path=path!("trouble") view=TroublePage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Under `/doctors`: public, and shown inside the portal for signed-in users.
#[component(transparent)]
pub(super) fn DirectoryRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/doctors") view=OpenPortal>
            <Route path=path!("") view=DoctorsPage ssr=SsrMode::Async/>
            <Route path=path!(":id") view=DoctorPage ssr=SsrMode::Async/>
            <Route path=path!(":id/month") view=FreeMonthPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}
