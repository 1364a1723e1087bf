//! The routes of the portal for roles without pages of their own.

use crate::home;
use crate::portals::{AccountPortal, StaffPortal};
use leptos::prelude::*;
use leptos_router::any_nested_route::IntoAnyNestedRoute;
use leptos_router::components::{ParentRoute, Route};
use leptos_router::{SsrMode, path};

pages! { open:
    directory { CarersPage }
    home { StaffHome }
}

/// Under `/staff`.
#[component(transparent)]
pub(super) fn StaffRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/staff") view=StaffPortal>
            <Route path=path!("") view=StaffHome ssr=SsrMode::Async/>
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
