//! The title of the window.

use crate::i18n::{say, use_locale};
use leptos::prelude::*;
use leptos_meta::Title;

/// Names the page in the window's title, with the brand. Nothing medical and nobody's name belongs here: titles stand in
/// histories and on shared screens.
#[component]
pub fn PageTitle(
    /// The page, in a word or three.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let l = use_locale();
    view! { <Title text=move || say!(l, common.page_title, title = text.get())/> }
}
