//! The title of the browser window.

use crate::viewer::use_locale;
use leptos::prelude::*;
use leptos_meta::Title;
use words::say;

/// Sets the window's title to the page's name and the brand. It must not contain medical information or a person's name: titles appear
/// in the browser history and on shared screens.
#[component]
pub fn PageTitle(
    /// The page's name, in one to three words.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let l = use_locale();
    view! { <Title text=move || say!(l, common.page_title, title = text.get())/> }
}
