//! Boxes and tags: card, notice, tag, empty state.

use super::said;
use leptos::prelude::*;

/// A box for one thing. `next` gives it the coloured edge; at most one card on a page has it, the one for the viewer's next step.
#[component]
pub fn Card(
    /// The heading.
    #[prop(into, optional)]
    title: Option<String>,
    /// Whether this card is the next step on this page.
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

/// The severity of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Good to know.
    Info,
    /// Something worked.
    Good,
    /// Something needs attention.
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
    /// The severity.
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

/// The meaning of a tag, shown as its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagKind {
    /// A neutral state.
    Plain,
    /// Good.
    Good,
    /// Needs attention.
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

/// A state as one word. The word carries the meaning; the colour only repeats it.
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

/// Shown in place of an empty list: why it is empty and what to do.
#[component]
pub fn EmptyState(
    /// Says what is missing.
    #[prop(into)]
    title: String,
    /// Says when something will appear here.
    #[prop(into)]
    text: String,
    /// A link or button to the next step.
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
