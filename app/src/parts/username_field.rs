//! Whose password a form is about, for password managers.

use leptos::prelude::*;

/// The address that a person signs in with, in a form that asks for a password only. Nobody sees it and it is not posted: without it a password
/// manager cannot tell which account the new password belongs to (WHATWG HTML, "Autofill", `username`).
#[component]
pub fn UsernameField(
    /// The address.
    #[prop(into)]
    username: String,
) -> impl IntoView {
    view! {
        // The styles of fields would win over those of a field that is hidden itself.
        <span class="hidden">
            <input
                id="username"
                type="text"
                autocomplete="username"
                value=username
                readonly=true
                tabindex="-1"
                aria-hidden="true"
            />
        </span>
    }
}
