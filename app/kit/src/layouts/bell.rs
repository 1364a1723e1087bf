//! The bell in the header: how many notices the user has not read. The browser asks for the number, when the page begins to hear what happens and at each event, so
//! that no page is rendered later for it.

use crate::failure::Failure;
use crate::live::use_any_event;
use crate::parts::{Icon, Sign};
use crate::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// The badge shows no larger number than this.
const MOST_SHOWN: u32 = 99;

/// Counts the caller's unread notices; the count ends at 100.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "count-unread-notices")]
pub async fn count_unread_notices() -> Result<u32, Failure> {
    let request = crate::request::RequestContext::require()?;
    crate::request::call(|| domain::notifications::count_unread_notices(&request.domain, &request.access)).await
}

/// A link to the notices, with the number of those that were not read.
#[component]
pub(super) fn Bell() -> impl IntoView {
    let l = use_locale();
    let unread = RwSignal::new(0_u32);
    use_any_event(move || count_into(unread));
    let label = move || match unread.get() {
        0 => say!(l, common.notices.title).to_owned(),
        n => say!(l, common.notices.bell_unread, n = n),
    };
    let badge = move || match unread.get() {
        n if n > MOST_SHOWN => format!("{MOST_SHOWN}+"),
        n => n.to_string(),
    };
    view! {
        <a class="bell" href="/account/notices" aria-label=label>
            <Icon sign=Sign::Bell/>
            <span class="badge" aria-hidden="true" hidden=move || unread.get() == 0>{badge}</span>
        </a>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
fn count_into(unread: RwSignal<u32>) {
    leptos::task::spawn_local(async move {
        // Without an answer the number stays: the next event asks again.
        if let Ok(count) = count_unread_notices().await {
            unread.try_set(count);
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn count_into(_unread: RwSignal<u32>) {}
