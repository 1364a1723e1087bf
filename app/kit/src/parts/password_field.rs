//! A password field whose text can be shown.

use super::fields::framed;
use crate::forms::use_field;
use crate::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// A password field with a button that shows the text. It is never filled in again after a failure.
#[component]
pub fn PasswordField(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// The label; needed only when no surrounding form declares it.
    #[prop(into, optional)]
    label: Option<String>,
    /// Help text below the label.
    #[prop(into, optional)]
    hint: Option<String>,
    /// `current-password` to sign in, `new-password` to choose a password.
    autocomplete: &'static str,
) -> impl IntoView {
    let l = use_locale();
    let field = use_field(&name, label);
    let shown = RwSignal::new(false);
    // The button works only with wasm, so it stays hidden until the page is hydrated.
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));
    let id = field.id.clone();
    let control = view! {
        <div class="password">
            <input
                type=move || if shown.get() { "text" } else { "password" }
                id=field.id.clone()
                name=field.name.clone()
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                aria-describedby=field.described_by(hint.is_some())
                aria-invalid=field.invalid()
            />
            <button
                type="button"
                class="button plain"
                hidden=move || !ready.get()
                aria-controls=id
                aria-label=move || {
                    if shown.get() { say!(l, common.form.hide_password_full) } else { say!(l, common.form.show_password_full) }
                }
                on:click=move |_| shown.update(|shown| *shown = !*shown)
            >
                {move || if shown.get() { say!(l, common.form.hide_password) } else { say!(l, common.form.show_password) }}
            </button>
        </div>
    };
    framed(&field, hint, false, control.into_any())
}

/// A password field where a user chooses a password; its hint says what is accepted.
#[component]
pub fn NewPasswordField(
    /// The field's name.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let l = use_locale();
    view! { <PasswordField name hint=say!(l, common.person.password_hint) autocomplete="new-password"/> }
}
