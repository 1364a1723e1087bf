//! The logo and the product name.

use crate::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// The brand as a link to the home page. The logo is a person in a bed, seen from the side.
#[component]
pub fn Brand(
    /// The viewer's home page.
    #[prop(into)]
    href: String,
) -> impl IntoView {
    let l = use_locale();
    view! {
        <a class="brand" href=href>
            <svg
                viewBox="0 0 28 28"
                fill="none"
                stroke="currentColor"
                stroke-width="2.6"
                stroke-linecap="round"
                stroke-linejoin="round"
                aria-hidden="true"
            >
                <path d="M3 22V6m0 12h22v4M25 18v-3.5a4 4 0 0 0-4-4h-8V18"></path>
                <circle cx="8" cy="12.5" r="2.2"></circle>
            </svg>
            {say!(l, common.brand)}
        </a>
    }
    .into_any()
}
