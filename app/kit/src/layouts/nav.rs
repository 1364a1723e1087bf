//! The main navigation: at most five links, within reach of the thumb on a phone.

use super::Portal;
use crate::parts::{Icon, Sign};
use crate::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use words::{Locale, say};

/// One navigation link.
struct Way {
    href: &'static str,
    label: &'static str,
    sign: Sign,
}

fn ways(l: Locale, portal: Portal) -> Vec<Way> {
    let way = |href, label, sign| Way { href, label, sign };
    match portal {
        Portal::Patient => vec![
            way("/patient", say!(l, common.nav.home), Sign::Home),
            way("/doctors", say!(l, common.nav.find_doctor), Sign::Search),
            way("/appointments", say!(l, common.nav.visits), Sign::Calendar),
            way("/prescriptions", say!(l, common.nav.prescriptions), Sign::Medicine),
        ],
        Portal::Doctor => vec![
            way("/doctor", say!(l, common.nav.today), Sign::Home),
            way("/doctor/week", say!(l, common.nav.week), Sign::Calendar),
            way("/doctor/hours", say!(l, common.nav.hours), Sign::Clock),
            way("/doctor/prescriptions", say!(l, common.nav.prescriptions), Sign::Medicine),
        ],
        Portal::Admin => vec![
            way("/admin", say!(l, common.nav.overview), Sign::Home),
            way("/admin/applications", say!(l, common.nav.applications), Sign::Approve),
            way("/admin/people", say!(l, common.nav.people), Sign::People),
            way("/admin/audit", say!(l, common.nav.audit), Sign::Log),
            way("/admin/health", say!(l, common.nav.health), Sign::Pulse),
        ],
        Portal::Everybody => Vec::new(),
    }
}

/// Whether this link is the current one: the one with the longest `href` that the page's path is at or below.
fn is_current(ways: &[&'static str], href: &str, path: &str) -> bool {
    let lies_under = |way: &str| path == way || path.strip_prefix(way).is_some_and(|rest| rest.starts_with('/'));
    let longest = ways.iter().copied().filter(|way| lies_under(way)).max_by_key(|way| way.len());
    longest == Some(href)
}

/// The navigation of a portal.
#[component]
pub(super) fn Nav(
    /// The portal.
    portal: Portal,
) -> impl IntoView {
    let l = use_locale();
    let path = use_location().pathname;
    let ways = ways(l, portal);
    let hrefs: Vec<&'static str> = ways.iter().map(|way| way.href).collect();
    let links: Vec<_> = ways
        .into_iter()
        .map(|Way { href, label, sign }| {
            let hrefs = hrefs.clone();
            let current = move || path.with(|path| is_current(&hrefs, href, path)).then_some("page");
            view! {
                <a href=href aria-current=current>
                    <Icon sign/>
                    <span>{label}</span>
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
        let ways = ["/patient", "/patient/visits"];
        assert!(is_current(&ways, "/patient/visits", "/patient/visits/1"));
        assert!(!is_current(&ways, "/patient", "/patient/visits/1"));
        assert!(is_current(&ways, "/patient", "/patient"));
        assert!(!is_current(&ways, "/patient", "/patients"));
    }

    #[test]
    fn no_portal_has_more_than_five_ways() {
        for portal in [Portal::Patient, Portal::Doctor, Portal::Admin, Portal::Everybody] {
            assert!(ways(Locale::en, portal).len() <= 5);
        }
    }
}
