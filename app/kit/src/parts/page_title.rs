//! The title of the browser window.

use crate::alerts::use_title;
use crate::forms::RefusedForms;
use crate::viewer::use_locale;
use leptos::prelude::*;
use leptos_meta::Title;
use words::say;

/// Sets the window's title to the page's name and the brand. It must not contain medical information or a patient's name: titles appear
/// in the browser history and on shared screens. While a form of the page is refused, the title begins with "Error:". The last title of the page that is
/// drawn counts, so that one in its data replaces a general one. News of the page come before the title or in its place, see [`crate::alerts`].
#[component]
pub fn PageTitle(
    /// The page's name, in one to three words, or the name of the doctor whom a public page is about.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let l = use_locale();
    let (forms, with_news) = (use_context::<RefusedForms>().unwrap_or_default(), use_title());
    view! {
        <Title text=move || {
            // The title may be asked for while its page goes away.
            let title = text.try_get().unwrap_or_default();
            with_news(if forms.any() {
                say!(l, common.page_title_error, title = title)
            } else {
                say!(l, common.page_title, title = title)
            })
        }/>
    }
}
