//! A diagnosis in words.

use leptos::prelude::*;

/// The plain name of a diagnosis, if there is one, with the title of ICD-10-CM next to it.
pub(super) fn named(plain: Option<String>, title: String) -> AnyView {
    match plain {
        Some(plain) => view! { <span>{plain}</span> " " <small class="quiet">{title}</small> }.into_any(),
        None => view! { <span>{title}</span> }.into_any(),
    }
}
