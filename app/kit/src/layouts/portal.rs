//! The layout of the portals: header with navigation and account menu, the page, the footer.

use super::account_menu::AccountMenu;
use super::acting::ActingFor;
use super::bell::Bell;
use super::nav::Nav;
use super::{Foot, Portal, SkipLink, home_of};
use crate::parts::Brand;
use crate::viewer::use_viewer;
use leptos::prelude::*;

/// Header, page and footer for a signed-in user.
#[component]
pub fn PortalLayout(
    /// The portal whose navigation is shown; with `Everybody` that of the viewer's role.
    portal: Portal,
    /// The page.
    children: Children,
) -> impl IntoView {
    let viewer = use_viewer();
    let home = home_of(viewer.role());
    let navigation = match (portal, viewer.role()) {
        (Portal::Everybody, Some(role)) => Portal::of(role),
        (
            Portal::Everybody
            | Portal::Patient
            | Portal::Doctor
            | Portal::Admin
            | Portal::Desk
            | Portal::Ward
            | Portal::Pharmacy
            | Portal::Laboratory,
            _,
        ) => portal,
    };
    view! {
        <SkipLink/>
        <header class="top">
            <div>
                <Brand href=home/>
                {viewer.who.map(|who| view! {
                    <Nav portal=navigation who=who.clone()/>
                    <Bell/>
                    <AccountMenu who/>
                })}
            </div>
            <ActingFor/>
        </header>
        <main id="main" tabindex="-1">
            {children()}
        </main>
        <Foot/>
    }
    .into_any()
}
