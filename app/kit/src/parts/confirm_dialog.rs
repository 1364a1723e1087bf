//! A confirmation dialog: "Are you sure?".

use crate::viewer::use_locale;
use leptos::children::ChildrenFn;
use leptos::html::Dialog;
use leptos::prelude::*;
use words::say;

/// A link to a confirmation page. With wasm the same question opens in place, as a modal `<dialog>`; without it, the link opens
/// the page. The children are the question and its form, the same as on that page.
#[component]
pub fn ConfirmDialog(
    /// The text of the link, for example "Cancel this visit".
    #[prop(into)]
    opener: String,
    /// The page that asks the same question.
    #[prop(into)]
    href: String,
    /// The heading of the question.
    #[prop(into)]
    title: String,
    /// CSS classes of the link, for example `button plain`.
    #[prop(optional)]
    class: &'static str,
    /// The question and its form.
    children: ChildrenFn,
) -> impl IntoView {
    let l = use_locale();
    let dialog = NodeRef::<Dialog>::new();
    let open = RwSignal::new(false);
    let children = StoredValue::new(children);
    view! {
        <a
            class=class
            href=href
            on:click=move |event| {
                if event.ctrl_key() || event.meta_key() || event.shift_key() {
                    return;
                }
                if let Some(dialog) = dialog.get_untracked() {
                    event.prevent_default();
                    open.set(true);
                    // `show_modal` fails when the dialog is open already; then it just stays open.
                    let _ = dialog.show_modal();
                }
            }
        >
            {opener}
        </a>
        <dialog node_ref=dialog class="card" aria-label=title.clone() on:close=move |_| open.set(false)>
            <h2>{title.clone()}</h2>
            // The form is created only when the dialog opens, so that a page with many dialogs stays cheap.
            {move || open.get().then(|| children.with_value(|children| children()))}
            <button
                type="button"
                class="button plain"
                on:click=move |_| {
                    if let Some(dialog) = dialog.get_untracked() {
                        dialog.close();
                    }
                }
            >
                {say!(l, common.dialog.cancel)}
            </button>
        </dialog>
    }
    .into_any()
}
