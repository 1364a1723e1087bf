//! Page layouts: header, navigation, footer.

mod account_menu;
mod acting;
mod arrival;
mod bell;
mod error_pages;
mod guard;
mod nav;
mod open;
mod outcome;
mod portal;
mod portals;
mod public;
mod session;

pub use acting::use_acted_for;
pub use arrival::HeadingFocus;
pub use bell::{CountUnreadNotices, count_unread_notices};
pub use error_pages::{ForbiddenPage, Missing, MissingPage, TroublePage};
pub use guard::{admitted, for_strangers};
pub use open::OpenPortal;
pub use outcome::{AccountSavedPage, MailSentPage, NextStepPage};
pub use portal::PortalLayout;
pub use portals::{Portal, home_of};
pub use public::PublicLayout;
pub use session::{ActAs, ActFor, SignOut, act_as, act_for, membership_field, sign_out};

use crate::viewer::{use_locale, use_viewer, use_zone};
use leptos::prelude::*;
use model::access::Role;
use words::{emergency_message, say};

/// The skip link: the first thing the keyboard reaches, it jumps past the header to the content.
#[component]
pub(crate) fn SkipLink() -> impl IntoView {
    let l = use_locale();
    // `rel=external`, because the router would treat the fragment as a page.
    view! { <a class="skip" href="#main" rel="external">{say!(l, common.skip)}</a> }
}

/// The footer of the pages of patients and strangers, except the visit: what to do in an emergency.
#[component]
pub(crate) fn Foot() -> impl IntoView {
    let l = use_locale();
    let zone = use_zone();
    matches!(use_viewer().role(), None | Some(Role::Patient)).then(|| {
        view! { <footer class="foot">{move || zone.with(|zone| emergency_message(l, zone.as_deref()))}</footer> }
    })
}
