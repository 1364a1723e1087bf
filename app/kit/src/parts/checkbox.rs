//! A checkbox.

use super::fields::error_line;
use crate::forms::use_field;
use leptos::prelude::*;

/// A checkbox. It sends `true` when ticked, nothing otherwise.
#[component]
pub fn Checkbox(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// The label; needed only when no surrounding form declares it.
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
