//! A secret that is shown once.

use super::{Notice, NoticeKind};
use leptos::prelude::*;

/// A secret, right after it was made. It cannot be shown again.
#[component]
pub fn ShownOnce(
    /// What it is.
    title: &'static str,
    /// What to do with it now.
    lead: &'static str,
    /// The secret.
    secret: String,
) -> impl IntoView {
    view! {
        <Notice kind=NoticeKind::Good title=title>
            <p>{lead}</p>
            <p><code class="secret">{secret}</code></p>
        </Notice>
    }
    .into_any()
}
