//! Boxes and marks: card, notice, tag, empty state.

use super::said;
use leptos::prelude::*;

/// A box for one thing. `next` gives it the coloured edge: at most one card of a page is what comes next.
#[component]
pub fn Card(
    /// The heading.
    #[prop(into, optional)]
    title: Option<String>,
    /// Whether this is what comes next on this page.
    #[prop(optional)]
    next: bool,
    /// What is inside.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card" class:next=next>
            {title.map(|title| view! { <h2>{said(title)}</h2> })}
            {children()}
        </section>
    }
    .into_any()
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Good to know.
    Info,
    /// Something worked.
    Good,
    /// Something to look at.
    Warn,
    /// Something is wrong, or must not be overlooked.
    Bad,
}

impl NoticeKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Info => "note info",
            Self::Good => "note good",
            Self::Warn => "note",
            Self::Bad => "note bad",
        }
    }
}

/// A notice in the page. It is announced when it appears after the page was loaded.
#[component]
pub fn Notice(
    /// What it is about.
    kind: NoticeKind,
    /// The first line.
    #[prop(into, optional)]
    title: Option<String>,
    /// The rest.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let role = if kind == NoticeKind::Bad { "alert" } else { "status" };
    view! {
        <div class=kind.class() role=role>
            {title.map(|title| view! { <strong>{title}</strong> })}
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}

/// What a tag means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagKind {
    /// A plain state.
    Plain,
    /// Good.
    Good,
    /// To look at.
    Warn,
    /// Wrong.
    Bad,
}

impl TagKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "tag",
            Self::Good => "tag good",
            Self::Warn => "tag warn",
            Self::Bad => "tag bad",
        }
    }
}

/// A state in a word. The word carries the meaning, the colour repeats it.
#[component]
pub fn Tag(
    /// What it means.
    kind: TagKind,
    /// The word.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <span class=kind.class()>{text}</span> }.into_any()
}

/// Where a list would be: why there is nothing, and what to do.
#[component]
pub fn EmptyState(
    /// What there is not.
    #[prop(into)]
    title: String,
    /// When something will stand here.
    #[prop(into)]
    text: String,
    /// The way on: a link or a button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <section class="empty">
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </section>
    }
    .into_any()
}
