//! Text that a person wrote: a name, a reason, a message. It has a direction of its own, that of its first letter, so that Arabic and Hebrew are
//! read from right to left within a page that is not.
//!
//! A whole block of such text is `dir="auto"` on its element instead. Within a sentence of the catalogue `say!` does the same for its arguments.
//! A test (`server/tests/it/direction.rs`) finds the place that forgets it.

use leptos::prelude::*;
use model::text::direction::{isolated, without_controls};

/// Text that a person wrote, within a line of ours.
pub fn said(text: impl AsRef<str>) -> AnyView {
    view! { <bdi>{without_controls(text.as_ref()).into_owned()}</bdi> }.into_any()
}

/// Some of them in a line, with commas between.
#[must_use]
pub fn listed(texts: &[String]) -> String {
    texts.iter().map(|text| isolated(text)).collect::<Vec<_>>().join(", ")
}
