//! The routes of the visit, which takes the whole screen.

use leptos::prelude::*;
use leptos_router::any_nested_route::IntoAnyNestedRoute;
use leptos_router::components::{Outlet, ParentRoute, Route};
use leptos_router::{SsrMode, path};

pages! { call: visits { VisitPage } }

pages! { consult: visits { ConsultPage } }

/// The patient's side under `/visits`, the doctor's side under `/doctor/visits`.
#[component(transparent)]
pub(super) fn VisitRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=Outlet>
            <Route path=path!("visits/:id") view=VisitPage ssr=SsrMode::Async/>
            <Route path=path!("doctor/visits/:id") view=ConsultPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}
