//! Links between the pages of a long list.

use crate::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// Where the other pages of a list with cursor pagination are. The default is a list of one page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paging {
    next: Option<String>,
    first: Option<String>,
}

impl Paging {
    /// `after` is the cursor of this page, none on the first one; `next` is the cursor of the next page, none on the last one. `address` returns the
    /// address of the page with a cursor, or of the first page.
    pub fn new(after: Option<&str>, next: Option<&str>, address: impl Fn(Option<&str>) -> String) -> Self {
        Self { next: next.map(|next| address(Some(next))), first: after.map(|_| address(None)) }
    }
}

/// Links to the next page of a list, and back to the first page.
#[component]
pub fn Pager(
    /// Where these pages are.
    paging: Paging,
) -> impl IntoView {
    let l = use_locale();
    let Paging { next, first } = paging;
    (next.is_some() || first.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label=say!(l, common.pager.label)>
                {first.map(|href| view! { <a href=href>{say!(l, common.pager.first)}</a> })}
                {next.map(|href| view! { <a class="button plain" rel="next" href=href>{say!(l, common.pager.next)}</a> })}
            </nav>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(after: Option<&str>, next: Option<&str>) -> (Option<String>, Option<String>) {
        let Paging { next, first } = Paging::new(after, next, |after| {
            format!("/list{}", crate::address::query(&[("state", Some("open")), ("after", after)]))
        });
        (next, first)
    }

    #[test]
    fn the_first_page_leads_only_on_and_the_last_only_back() {
        let (next, first) = (Some("/list?state=open&after=7".to_owned()), Some("/list?state=open".to_owned()));
        assert_eq!(paging(None, None), (None, None));
        assert_eq!(paging(None, Some("7")), (next.clone(), None));
        assert_eq!(paging(Some("3"), Some("7")), (next, first.clone()));
        assert_eq!(paging(Some("3"), None), (None, first));
    }
}
