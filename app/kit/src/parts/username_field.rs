//! A hidden user name field for password managers.

use leptos::prelude::*;

/// The e-mail address of the account, in a form that asks only for a password. It is not visible and not posted. Without it a password
/// manager cannot tell which account the new password belongs to (WHATWG HTML, "Autofill", `username`).
#[component]
pub fn UsernameField(
    /// The address.
    #[prop(into)]
    username: String,
) -> impl IntoView {
    view! {
        // The wrapper is hidden instead of the input, because the styles of fields would override those of a hidden input.
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
