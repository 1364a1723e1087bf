//! The title of the browser window.

use crate::viewer::use_locale;
use leptos::prelude::*;
use leptos_meta::Title;
use words::say;

/// Sets the window's title to the page's name and the brand. It must not contain medical information or a patient's name: titles appear
/// in the browser history and on shared screens. The last title of the page that is drawn counts, so that one in its data replaces a general one.
#[component]
pub fn PageTitle(
    /// The page's name, in one to three words, or the name of the doctor whom a public page is about.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let l = use_locale();
    view! { <Title text=move || say!(l, common.page_title, title = text.get())/> }
}
