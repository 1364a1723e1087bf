//! Yes or not.

use super::fields::error_line;
use crate::forms::use_field;
use leptos::prelude::*;

/// A box to tick. A ticked box sends `true`, an empty one nothing.
#[component]
pub fn Checkbox(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// The label, when no form around declares it.
    #[prop(into, optional)]
    label: Option<String>,
) -> impl IntoView {
    let field = use_field(&name, label);
    view! {
        <div class="field" class:wrong=move || field.error.with(Option::is_some)>
            {error_line(&field)}
            <div class="radio">
                <input
                    type="checkbox"
                    id=field.id.clone()
                    name=field.name.clone()
                    value="true"
                    checked=field.value == "true"
                    aria-describedby=field.described_by(false)
                    aria-invalid=field.invalid()
                />
                <label for=field.id.clone()>{field.label.clone()}</label>
            </div>
        </div>
    }
}
