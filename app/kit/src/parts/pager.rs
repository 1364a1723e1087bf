//! Links between the pages of a long list.

use crate::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// Links to the next page of a list with cursor pagination, and back to the first page.
#[component]
pub fn Pager(
    /// The address of the next page; none on the last page.
    #[prop(into)]
    next: Option<String>,
    /// The address of the first page; none on the first page.
    #[prop(into)]
    first: Option<String>,
) -> impl IntoView {
    let l = use_locale();
    (next.is_some() || first.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label=say!(l, common.pager.label)>
                {first.map(|href| view! { <a href=href>{say!(l, common.pager.first)}</a> })}
                {next.map(|href| view! { <a class="button plain" rel="next" href=href>{say!(l, common.pager.next)}</a> })}
            </nav>
        }
    })
}
