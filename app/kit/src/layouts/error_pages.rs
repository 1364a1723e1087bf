//! Error pages: the page is missing, forbidden or unavailable, and what the user can do.

use super::{Portal, PortalLayout, PublicLayout, home_of};
use crate::parts::PageTitle;
use crate::viewer::use_locale;
use crate::viewer::use_viewer;
use leptos::prelude::*;
use words::say;

/// 404: the page does not exist, or the viewer may not know that it does.
#[component]
pub fn MissingPage() -> impl IntoView {
    let l = use_locale();
    answer_with(404);
    let home = home_of(use_viewer().role());
    explanation(
        say!(l, common.missing.title),
        say!(l, common.missing.body),
        view! { <a class="button" href=home>{say!(l, common.missing.home)}</a> }.into_any(),
    )
}

/// The content of the 404 page, for use inside a portal that already has header and footer.
#[component]
pub fn Missing() -> impl IntoView {
    let l = use_locale();
    answer_with(404);
    let home = home_of(use_viewer().role());
    view! {
        <PageTitle text=say!(l, common.missing.title)/>
        <h1>{say!(l, common.missing.title)}</h1>
        <p>{say!(l, common.missing.body)}</p>
        <div class="row"><a class="button" href=home>{say!(l, common.missing.home)}</a></div>
    }
}

/// 403: the page is for another role.
#[component]
pub fn ForbiddenPage() -> impl IntoView {
    let l = use_locale();
    answer_with(403);
    let home = home_of(use_viewer().role());
    explanation(
        say!(l, common.forbidden.title),
        say!(l, common.forbidden.body),
        view! { <a class="button" href=home>{say!(l, common.missing.home)}</a> }.into_any(),
    )
}

/// 503: a part of the system did not answer, and the typed text could not be stored.
#[component]
pub fn TroublePage() -> impl IntoView {
    let l = use_locale();
    answer_with(503);
    let home = home_of(use_viewer().role());
    explanation(
        say!(l, common.trouble.title),
        say!(l, common.trouble.body),
        view! { <a class="button" href=home rel="external">{say!(l, common.trouble.back)}</a> }.into_any(),
    )
}

/// A whole page; a signed-in user keeps the navigation and the account menu, in which they can choose another role.
fn explanation(title: &'static str, body: &'static str, action: AnyView) -> AnyView {
    let content = view! {
        <PageTitle text=title/>
        <h1>{title}</h1>
        <p>{body}</p>
        <div class="row">{action}</div>
    };
    if use_viewer().who.is_some() {
        view! { <PortalLayout portal=Portal::Everybody>{content}</PortalLayout> }.into_any()
    } else {
        view! { <PublicLayout narrow=true>{content}</PublicLayout> }.into_any()
    }
}

/// Sets the HTTP status of the page during server rendering.
#[cfg(feature = "ssr")]
fn answer_with(status: u16) {
    if let Ok(status) = http::StatusCode::from_u16(status) {
        crate::request::set_status(status);
    }
}

#[cfg(not(feature = "ssr"))]
fn answer_with(_status: u16) {}
