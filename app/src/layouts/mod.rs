//! What surrounds a page: bar, ways around, foot.

mod account_menu;
mod error_pages;
mod guard;
mod nav;
mod open;
mod portal;
mod public;
mod visit;

pub use error_pages::{ForbiddenPage, Missing, MissingPage, TroublePage};
pub(crate) use guard::admitted;
pub use guard::{Portal, home_of};
pub use open::OpenPortal;
pub use portal::{AccountPortal, AdminPortal, DoctorPortal, PatientPortal, PortalLayout};
pub use public::PublicLayout;
pub use visit::VisitLayout;

use crate::i18n::{say, use_locale};
use leptos::prelude::*;

/// The first stop of the keyboard: past the bar, to the page.
#[component]
pub(crate) fn SkipLink() -> impl IntoView {
    let l = use_locale();
    // `rel=external`: the router would take a fragment for a page.
    view! { <a class="skip" href="#main" rel="external">{say!(l, common.skip)}</a> }
}

/// The foot of every page outside the visit.
#[component]
pub(crate) fn Foot() -> impl IntoView {
    let l = use_locale();
    view! { <footer class="foot">{say!(l, common.emergency)}</footer> }
}
