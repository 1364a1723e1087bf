//! Pages that say that something is not there, not allowed or not working, and what to do.

use super::PublicLayout;
use super::guard::home_of;
use crate::i18n::{say, use_locale};
use crate::parts::PageTitle;
use crate::viewer::use_viewer;
use leptos::prelude::*;

/// 404: no such page, or none that the viewer may know of.
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

/// The same inside a portal, where bar and foot are there already.
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

/// 403: a page for another role.
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

/// 503: something of ours did not answer, and what was typed could not be kept.
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

fn explanation(title: &'static str, body: &'static str, action: AnyView) -> impl IntoView {
    view! {
        <PageTitle text=title/>
        <PublicLayout narrow=true>
            <h1>{title}</h1>
            <p>{body}</p>
            <div class="row">{action}</div>
        </PublicLayout>
    }
}

/// Sets the status of the page while the server renders it.
#[cfg(feature = "ssr")]
fn answer_with(status: u16) {
    if let Ok(status) = http::StatusCode::from_u16(status) {
        crate::request::set_status(status);
    }
}

#[cfg(not(feature = "ssr"))]
fn answer_with(_status: u16) {}
