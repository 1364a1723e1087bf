//! Choosing one of many: a `<select>`.

use super::choices::Choice;
use super::fields::framed;
use crate::forms::{Field, use_field};
use crate::viewer::use_locale;
use leptos::html::Select;
use leptos::prelude::*;
use words::say;

/// A drop-down list.
#[component]
pub fn SelectField(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// The label; needed only when no surrounding form declares it.
    #[prop(into, optional)]
    label: Option<String>,
    /// Help text below the label.
    #[prop(into, optional)]
    hint: Option<String>,
    /// The choices, in the order in which they are shown.
    choices: Vec<Choice>,
    /// What is selected when the form has no earlier value; with none, the first entry asks the user to choose.
    #[prop(into, optional)]
    preset: Option<String>,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The control, for a page that sets its value later.
    #[prop(optional)]
    node_ref: NodeRef<Select>,
) -> impl IntoView {
    select(use_field(&name, label), hint, choices, preset, autocomplete, node_ref)
}

/// The same as [`SelectField`], for a component that makes its own [`Field`].
pub(crate) fn select(
    field: Field,
    hint: Option<String>,
    choices: Vec<Choice>,
    preset: Option<String>,
    autocomplete: &'static str,
    node_ref: NodeRef<Select>,
) -> AnyView {
    let l = use_locale();
    let chosen = if field.value.is_empty() { preset } else { Some(field.value.clone()) };
    let ask = chosen.is_none().then(|| view! { <option value="">{say!(l, common.form.choose)}</option> });
    let options: Vec<_> = choices
        .into_iter()
        .map(|choice| {
            let selected = chosen.as_deref() == Some(choice.value.as_str());
            view! { <option value=choice.value selected=selected>{choice.label}</option> }
        })
        .collect();
    let control = view! {
        <select
            node_ref=node_ref
            id=field.id.clone()
            name=field.name.clone()
            autocomplete=autocomplete
            aria-describedby=field.described_by(hint.is_some())
            aria-invalid=field.invalid()
        >
            {ask}
            {options}
        </select>
    };
    framed(&field, hint, false, control.into_any())
}
