//! What a form provides to the fields inside it.

use super::path;
use crate::failure::Failure;
use crate::viewer::use_locale;
use leptos::prelude::*;
use model::errors::{FieldError, FieldFault};
use serde_json::Value;
use words::{Locale, field_fault_message};

/// The label of a field, and the control that the error summary links to.
#[derive(Clone)]
pub(super) struct Labelled {
    /// The field's name; `#` stands for the index of a list item: `items.#.dose`.
    pub(super) name: String,
    /// The visible label; `{n}` is the number of the list item, from one.
    pub(super) label: String,
    /// Suffix of the id of the control that takes the focus, for fields with several controls.
    pub(super) first: &'static str,
    /// The messages for faults of which this field can say more than others.
    pub(super) messages: Vec<(FieldFault, String)>,
}

/// Provided by `Form` to everything inside it.
#[derive(Clone, Copy)]
pub struct FormContext {
    pub(super) values: StoredValue<Value>,
    pub(super) labels: StoredValue<Vec<Labelled>>,
    /// The current failure of the form.
    pub failure: Signal<Option<Failure>>,
    /// Whether a submit is in progress.
    pub pending: Signal<bool>,
}

/// What a control needs to know about its field.
#[derive(Clone)]
pub struct Field {
    /// The id of the control.
    pub id: String,
    /// The name of the control, as the server function reads it.
    pub name: String,
    /// The visible label.
    pub label: String,
    /// The value to show first.
    pub value: String,
    /// The error as a sentence.
    pub error: Signal<Option<String>>,
}

impl Field {
    /// The ids of hint and error, for `aria-describedby`.
    #[must_use]
    pub fn described_by(&self, has_hint: bool) -> Signal<Option<String>> {
        let (id, error) = (self.id.clone(), self.error);
        Signal::derive(move || {
            let hint = has_hint.then(|| format!("{id}-hint"));
            let error = error.with(Option::is_some).then(|| format!("{id}-error"));
            let ids: Vec<String> = hint.into_iter().chain(error).collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        })
    }

    /// The value of `aria-invalid`: `true` when the field has an error.
    #[must_use]
    pub fn invalid(&self) -> Signal<Option<&'static str>> {
        let error = self.error;
        Signal::derive(move || error.with(Option::is_some).then_some("true"))
    }
}

/// Returns the field of this name in the surrounding form. Outside a form the field is empty and the label must be given.
#[must_use]
pub fn use_field(name: &str, label: Option<String>) -> Field {
    let l = use_locale();
    let context = use_context::<FormContext>();
    let label = label.unwrap_or_else(|| context.map(|form| form.label(name)).unwrap_or_default());
    let error = {
        let name = name.to_owned();
        Signal::derive(move || {
            let form = context?;
            let failure = form.failure.get()?;
            let wrong = failure.fields.iter().filter(|wrong| belongs(&wrong.field, &name));
            let messages: Vec<String> = wrong.map(|wrong| form.message(l, wrong)).collect();
            (!messages.is_empty()).then(|| messages.join(" "))
        })
    };
    Field {
        id: path::control_id(name),
        name: path::control_name(name),
        label,
        value: context.map(|form| form.value(name)).unwrap_or_default(),
        error,
    }
}

/// Whether an error in the field `wrong` is shown at the field `name`: `date_of_birth_day` belongs to `date_of_birth`, `items.2.dose` to `items`.
fn belongs(wrong: &str, name: &str) -> bool {
    wrong
        .strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || matches!(rest, "_day" | "_month" | "_year"))
}

impl FormContext {
    /// The field's value to show first.
    pub(super) fn value(self, name: &str) -> String {
        self.values.with_value(|values| path::typed(values, name))
    }

    /// The label of the field, or its name when the form does not declare it.
    pub fn label(self, name: &str) -> String {
        self.labels.with_value(|labels| find(labels, name).map_or_else(|| name.to_owned(), |(_, label)| label))
    }

    /// The message for a wrong field.
    #[must_use]
    pub fn message(self, l: Locale, wrong: &FieldError) -> String {
        let own = self.labels.with_value(|labels| {
            let (declared, _) = find(labels, &wrong.field)?;
            declared.messages.iter().find(|(fault, _)| *fault == wrong.fault).map(|(_, message)| message.clone())
        });
        own.unwrap_or_else(|| field_fault_message(l, wrong.fault, &self.label(&wrong.field)))
    }

    /// The wrong fields in the order in which the form declares them, which is that of the page.
    #[must_use]
    pub fn in_order(self, mut wrong: Vec<FieldError>) -> Vec<FieldError> {
        self.labels.with_value(|labels| wrong.sort_by_key(|wrong| place(labels, &wrong.field)));
        wrong
    }

    /// The id of the control that the error summary links to.
    pub fn anchor(self, wrong: &FieldError) -> String {
        let suffix = self.labels.with_value(|labels| {
            let (declared, _) = find(labels, &wrong.field)?;
            (declared.name == pattern_of(&wrong.field)).then_some(declared.first)
        });
        path::control_id(&wrong.field) + suffix.unwrap_or_default()
    }
}

/// Replaces each list index in the name with `#`.
fn pattern_of(name: &str) -> String {
    let segments: Vec<&str> =
        name.split('.').map(|segment| if segment.parse::<usize>().is_ok() { "#" } else { segment }).collect();
    segments.join(".")
}

/// The place of a field in the form: that of its declaration, and among list items the number of the item first. Undeclared fields come last.
fn place(labels: &[Labelled], name: &str) -> (usize, usize, usize) {
    let number = name.split('.').find_map(|segment| segment.parse::<usize>().ok());
    let list = |labelled: &Labelled| labelled.name.split('.').next().map(str::to_owned);
    let Some((declared, _)) = find(labels, name) else { return (usize::MAX, 0, 0) };
    let at = labels.iter().position(|labelled| labelled.name == declared.name).unwrap_or(usize::MAX);
    let begins = number.and_then(|_| labels.iter().position(|labelled| list(labelled) == list(declared)));
    (begins.unwrap_or(at), number.unwrap_or_default(), at)
}

/// Finds the declaration of a field, or of the field that it is a part of. `{n}` in the label becomes the number of the list item.
fn find<'a>(labels: &'a [Labelled], name: &str) -> Option<(&'a Labelled, String)> {
    let number = name.split('.').find_map(|segment| segment.parse::<usize>().ok());
    let pattern = pattern_of(name);
    let found = labels
        .iter()
        .find(|labelled| labelled.name == pattern)
        .or_else(|| labels.iter().find(|labelled| belongs(name, &labelled.name)))?;
    let label = number.map_or_else(|| found.label.clone(), |n| found.label.replace("{n}", &(n + 1).to_string()));
    Some((found, label))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(name: &str, label: &str) -> Labelled {
        Labelled { name: name.into(), label: label.into(), first: "", messages: Vec::new() }
    }

    #[test]
    fn wrong_fields_come_in_the_order_of_the_form() {
        let labels = ["name", "items.#.dose", "items.#.route", "born_day", "born", "terms"].map(|name| labelled(name, name));
        let mut wrong = ["elsewhere", "terms", "born_year", "items.1.dose", "items.0.route", "items.0.dose", "born_day", "name"];
        wrong.sort_by_key(|wrong| place(&labels, wrong));
        let ordered = ["name", "items.0.dose", "items.0.route", "items.1.dose", "born_day", "born_year", "terms", "elsewhere"];
        assert_eq!(wrong, ordered);
    }

    #[test]
    fn items_are_counted_from_one_in_their_labels() {
        let labels = [labelled("items.#.dose", "Dose of medicine {n}"), labelled("born", "Date of birth")];
        assert_eq!(find(&labels, "items.2.dose").expect("declared").1, "Dose of medicine 3");
        assert_eq!(find(&labels, "born_month").expect("a part of it").1, "Date of birth");
        assert!(find(&labels, "bornish").is_none());
    }
}
