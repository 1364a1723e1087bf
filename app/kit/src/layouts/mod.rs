//! Page layouts: header, navigation, footer.

mod account_menu;
mod arrival;
mod error_pages;
mod guard;
mod nav;
mod open;
mod outcome;
mod portal;
mod portals;
mod public;
mod session;

pub use arrival::HeadingFocus;
pub use error_pages::{ForbiddenPage, Missing, MissingPage, TroublePage};
pub use guard::{admitted, for_strangers};
pub use open::OpenPortal;
pub use outcome::{AccountSavedPage, MailSentPage, NextStepPage};
pub use portal::PortalLayout;
pub use portals::{Portal, home_of};
pub use public::PublicLayout;
pub use session::{ActAs, SignOut, act_as, sign_out};

use crate::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// The skip link: the first thing the keyboard reaches, it jumps past the header to the content.
#[component]
pub(crate) fn SkipLink() -> impl IntoView {
    let l = use_locale();
    // `rel=external`, because the router would treat the fragment as a page.
    view! { <a class="skip" href="#main" rel="external">{say!(l, common.skip)}</a> }
}

/// The footer of every page except the visit.
#[component]
pub(crate) fn Foot() -> impl IntoView {
    let l = use_locale();
    view! { <footer class="foot">{say!(l, common.emergency)}</footer> }
}
