//! Pages that a form leads to: what was done, and what to do next.

use super::PublicLayout;
use crate::parts::{Notice, NoticeKind, PageTitle};
use crate::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// A public page that says what to do next.
#[component]
pub fn NextStepPage(
    /// What was done.
    title: &'static str,
    /// What to do next.
    children: Children,
) -> impl IntoView {
    view! {
        <PageTitle text=title/>
        <PublicLayout narrow=true>
            <h1>{title}</h1>
            <section class="card next">{children()}</section>
        </PublicLayout>
    }
    .into_any()
}

/// A public page that asks to look for a mail. It is the same whether or not the address was known before.
#[component]
pub fn MailSentPage(
    /// The title.
    title: &'static str,
    /// The page that sends the mail again.
    #[prop(into)]
    again_href: String,
    /// The text of the link to it.
    again: &'static str,
    /// What the mail is for.
    children: Children,
) -> impl IntoView {
    let l = use_locale();
    view! {
        <NextStepPage title>
            {children()}
            <p class="quiet">{say!(l, common.confirmation.nothing)}</p>
            <div class="row"><a href=again_href>{again}</a></div>
        </NextStepPage>
    }
    .into_any()
}

/// A page in the portal that confirms a change of the user's own account.
#[component]
pub fn AccountSavedPage(
    /// What was saved.
    title: &'static str,
    /// What follows from it.
    text: &'static str,
) -> impl IntoView {
    let l = use_locale();
    view! {
        <PageTitle text=title/>
        <h1>{say!(l, common.account.title)}</h1>
        <Notice kind=NoticeKind::Good title=title>
            <p>{text}</p>
        </Notice>
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
    .into_any()
}
