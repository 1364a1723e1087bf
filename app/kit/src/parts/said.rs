//! Text that a person wrote: a name, a reason, a message. Its first letter sets its direction, so that Arabic and Hebrew run from right to left
//! within a left-to-right page.
//!
//! For a whole block of such text, set `dir="auto"` on its element instead. Inside translated sentences `say!` does the same for its arguments.
//! A test (`server/tests/it/direction.rs`) finds places where this was forgotten.

use leptos::prelude::*;
use model::text::direction::{isolated, without_controls};

/// Shows text that a person wrote within a line of our own text.
pub fn said(text: impl AsRef<str>) -> AnyView {
    view! { <bdi>{without_controls(text.as_ref()).into_owned()}</bdi> }.into_any()
}

/// Joins several such texts into one line, separated by commas.
#[must_use]
pub fn listed(texts: &[String]) -> String {
    texts.iter().map(|text| isolated(text)).collect::<Vec<_>>().join(", ")
}
