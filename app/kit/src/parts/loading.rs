//! What stands in place of a part of a page while it loads.

use leptos::prelude::*;
use words::{Locale, say};

/// The word that a part of the page is loading. Browser tests wait until no `data-loading` is left. A function, because a fallback must draw no component
/// (ADR 10).
#[must_use]
pub fn loading(l: Locale) -> impl IntoView {
    view! { <p class="quiet" data-loading="">{say!(l, common.loading)}</p> }
}
