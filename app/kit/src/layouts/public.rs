//! Layout of the public pages.

use super::acting::ActingFor;
use super::{Foot, SkipLink, home_of};
use crate::address::{use_next, with_next};
use crate::parts::{Brand, said};
use crate::viewer::use_locale;
use crate::viewer::use_viewer;
use leptos::prelude::*;
use words::say;

/// Header, page and footer. A signed-in user gets a link to their home page instead of the links to sign in and sign up.
#[component]
pub fn PublicLayout(
    /// Whether the page is narrow, for a single form.
    #[prop(optional)]
    narrow: bool,
    /// The page.
    children: Children,
) -> impl IntoView {
    let l = use_locale();
    let viewer = use_viewer();
    let home = home_of(viewer.role());
    let next = use_next();
    let way_in = match viewer.who {
        Some(who) => view! { <a href=home>{said(who.display_name)}</a> }.into_any(),
        None => view! {
            <a href=with_next("/sign-in", next.as_deref())>{say!(l, common.account.sign_in)}</a>
            <a href=with_next("/sign-up", next.as_deref())>{say!(l, common.account.sign_up)}</a>
        }
        .into_any(),
    };
    view! {
        <SkipLink/>
        <header class="top public">
            <div>
                <Brand href="/"/>
                <nav class="way-in" aria-label=say!(l, common.nav.account)>{way_in}</nav>
            </div>
            <ActingFor/>
        </header>
        <main id="main" tabindex="-1" class:narrow=narrow>
            {children()}
        </main>
        <Foot/>
    }
    .into_any()
}
