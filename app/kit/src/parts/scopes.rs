//! Choosing what a program may do: a checkbox for each scope.

use super::fields::{error_line, hint_line};
use crate::forms::use_field;
use crate::viewer::use_locale;
use leptos::prelude::*;
use model::scopes::ApiScope;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use words::scope_name;

/// The ticked checkboxes of a posted form; to be flattened into its values.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TickedScopes(BTreeMap<String, String>);

impl TickedScopes {
    /// The texts of the scopes that are ticked.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        let ticked = |scope: &&ApiScope| self.0.get(&control(**scope)).is_some_and(|value| value == "true");
        ApiScope::ALL.iter().filter(ticked).map(|scope| scope.as_str().to_owned()).collect()
    }
}

/// The name of the checkbox of a scope: `appointments_read`.
fn control(scope: ApiScope) -> String {
    scope.as_str().replace(':', "_")
}

/// A checkbox for each scope. The form declares `scopes` as a choice, for the question and its errors.
#[component]
pub fn ScopeBoxes(
    /// Help text below the question.
    #[prop(into, optional)]
    hint: Option<String>,
) -> impl IntoView {
    let l = use_locale();
    let field = use_field("scopes", None);
    let described = field.described_by(hint.is_some());
    let rows: Vec<_> = ApiScope::ALL
        .iter()
        .enumerate()
        .map(|(index, scope)| {
            let scope_field = use_field(&control(*scope), Some(scope_name(l, *scope).to_owned()));
            // The error summary links to the first one.
            let id = format!("{}-{index}", field.id);
            view! {
                <div class="radio">
                    <input
                        type="checkbox"
                        id=id.clone()
                        name=scope_field.name.clone()
                        value="true"
                        checked=scope_field.value == "true"
                    />
                    <label for=id>{scope_field.label.clone()}</label>
                </div>
            }
        })
        .collect();
    view! {
        <fieldset class="field" class:wrong=move || field.error.with(Option::is_some) aria-describedby=described>
            <legend>{field.label.clone()}</legend>
            {hint_line(&field, hint)}
            {error_line(&field)}
            {rows}
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ticked_becomes_scopes_and_other_inputs_do_not() {
        let posted = [("appointments_read", "true"), ("account_read", ""), ("everything", "true")];
        let posted = TickedScopes(posted.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        assert_eq!(posted.texts(), ["appointments:read"]);
    }
}
