//! The main navigation: at most five links, within reach of the thumb on a phone.

use super::Portal;
use super::portals::Way;
use crate::parts::Icon;
use crate::viewer::SignedIn;
use crate::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use words::say;

/// Whether this link is the current one: the one with the longest `href` that the page's path is at or below.
fn is_current(hrefs: impl Iterator<Item = &'static str>, href: &str, path: &str) -> bool {
    let lies_under = |href: &str| path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
    let longest = hrefs.filter(|href| lies_under(href)).max_by_key(|href| href.len());
    longest == Some(href)
}

/// The navigation of a portal: its links whose pages this user may see.
#[component]
pub(super) fn Nav(
    /// The portal.
    portal: Portal,
    /// The signed-in user.
    who: SignedIn,
) -> impl IntoView {
    let l = use_locale();
    let path = use_location().pathname;
    let ways = portal.ways();
    let links: Vec<_> = ways
        .iter()
        .filter(|way| (way.shown_to)(&who))
        .map(|&Way { href, label, sign, .. }| {
            let hrefs = move || ways.iter().map(|way| way.href);
            let current = move || path.with(|path| is_current(hrefs(), href, path)).then_some("page");
            view! {
                <a href=href aria-current=current>
                    <Icon sign/>
                    <span>{label(l)}</span>
                </a>
            }
        })
        .collect();
    (!links.is_empty()).then(|| view! { <nav class="ways" aria-label=say!(l, common.nav.main)>{links}</nav> }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_lies_on_its_longest_way_only() {
        let is_current = |href: &str, path: &str| is_current(["/patient", "/patient/visits"].into_iter(), href, path);
        assert!(is_current("/patient/visits", "/patient/visits/1"));
        assert!(!is_current("/patient", "/patient/visits/1"));
        assert!(is_current("/patient", "/patient"));
        assert!(!is_current("/patient", "/patients"));
    }
}
