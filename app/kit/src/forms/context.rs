//! What a form provides to the fields inside it.

use super::path;
use crate::failure::Failure;
use crate::viewer::use_locale;
use leptos::prelude::*;
use model::errors::{FieldError, FieldFault, Range};
use serde_json::Value;
use words::{Locale, field_fault_message};

/// A field as its form declares it: its label, its own error sentences, and the control that the error summary links to. In the label and in the
/// sentences, `{n}` stands for the number of the list item, from one.
#[derive(Clone, Default)]
pub(super) struct Labelled {
    /// The field's name; `#` stands for the index of a list item: `items.#.dose`.
    pub(super) name: String,
    /// The visible label.
    pub(super) label: String,
    /// The field's name at the beginning of a sentence, where that is not the label.
    pub(super) noun: Option<String>,
    /// Suffix of the id of the control that takes the focus, for fields with several controls.
    pub(super) first: &'static str,
    /// The sentence for a value that is missing; also for a choice that does not exist. None for a field that may be empty.
    pub(super) missing: Option<String>,
    /// The sentence for a value that is not in the right form.
    pub(super) malformed: Option<String>,
}

impl Labelled {
    /// The field's own sentence for a fault, if it has one.
    fn sentence(&self, fault: FieldFault) -> Option<&String> {
        match fault {
            FieldFault::Missing | FieldFault::UnknownChoice => self.missing.as_ref(),
            FieldFault::Malformed | FieldFault::ForbiddenCharacter => self.malformed.as_ref(),
            FieldFault::TooShort(_)
            | FieldFault::TooLong(_)
            | FieldFault::TooMany(_)
            | FieldFault::TooSmall(_)
            | FieldFault::TooLarge(_)
            | FieldFault::EndBeforeStart
            | FieldFault::NotPast
            | FieldFault::NotFuture
            | FieldFault::TooCommon
            | FieldFault::TooGuessable
            | FieldFault::Leaked
            | FieldFault::NoSuchNumber
            | FieldFault::Unprintable
            | FieldFault::LatinNeeded
            | FieldFault::NotLatin => None,
        }
    }
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
            wrong.map(|wrong| form.message(l, wrong)).reduce(|before, next| joined(&before, &next))
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

/// Two sentences one after the other. A sentence about one field has no full stop of its own when it is alone.
fn joined(before: &str, next: &str) -> String {
    let stop = if before.ends_with('.') { "" } else { "." };
    format!("{before}{stop} {next}")
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
        self.labels.with_value(|labels| find(labels, name).map_or_else(|| name.to_owned(), |field| numbered(name, &field.label)))
    }

    /// The message for a wrong field.
    #[must_use]
    pub fn message(self, l: Locale, wrong: &FieldError) -> String {
        self.labels.with_value(|labels| message(l, labels, wrong))
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
            let declared = find(labels, &wrong.field)?;
            (declared.name == pattern_of(&wrong.field)).then_some(declared.first)
        });
        path::control_id(&wrong.field) + suffix.unwrap_or_default()
    }
}

/// The sentence for a wrong field: its own one, or else the general one.
fn message(l: Locale, labels: &[Labelled], wrong: &FieldError) -> String {
    let Some(field) = find(labels, subject_of(labels, wrong)) else {
        return field_fault_message(l, wrong.fault, &wrong.field);
    };
    field.sentence(wrong.fault).map_or_else(
        || field_fault_message(l, wrong.fault, &numbered(&wrong.field, field.noun.as_ref().unwrap_or(&field.label))),
        |sentence| numbered(&wrong.field, sentence),
    )
}

/// The name of the field that the sentence is about: a date that is too early or too late is wrong as a whole, even where the fault leads to
/// its year.
fn subject_of<'a>(labels: &[Labelled], wrong: &'a FieldError) -> &'a str {
    let is_about_day = match wrong.fault {
        FieldFault::TooSmall(range) | FieldFault::TooLarge(range) => matches!(range, Range::Dates { .. }),
        FieldFault::NotPast | FieldFault::NotFuture => true,
        _ => false,
    };
    let whole = ["_day", "_month", "_year"].into_iter().find_map(|part| wrong.field.strip_suffix(part));
    match whole {
        Some(whole) if is_about_day && labels.iter().any(|field| field.name == pattern_of(whole)) => whole,
        Some(_) | None => &wrong.field,
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
    let Some(declared) = find(labels, name) else { return (usize::MAX, 0, 0) };
    let at = labels.iter().position(|labelled| labelled.name == declared.name).unwrap_or(usize::MAX);
    let begins = number.and_then(|_| labels.iter().position(|labelled| list(labelled) == list(declared)));
    (begins.unwrap_or(at), number.unwrap_or_default(), at)
}

/// Finds the declaration of a field, or of the field that it is a part of.
fn find<'a>(labels: &'a [Labelled], name: &str) -> Option<&'a Labelled> {
    let pattern = pattern_of(name);
    labels
        .iter()
        .find(|labelled| labelled.name == pattern)
        .or_else(|| labels.iter().find(|labelled| belongs(name, &labelled.name)))
}

/// Replaces `{n}` in a text by the number of the list item in the field's name, from one.
fn numbered(name: &str, text: &str) -> String {
    let number = name.split('.').find_map(|segment| segment.parse::<usize>().ok());
    number.map_or_else(|| text.to_owned(), |n| text.replace("{n}", &(n + 1).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(name: &str, label: &str) -> Labelled {
        Labelled { name: name.into(), label: label.into(), ..Labelled::default() }
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
        let label = |name: &str| find(&labels, name).map(|field| numbered(name, &field.label));
        assert_eq!(label("items.2.dose").as_deref(), Some("Dose of medicine 3"));
        assert_eq!(label("born_month").as_deref(), Some("Date of birth"));
        assert_eq!(label("bornish"), None);
    }

    #[test]
    fn a_field_says_its_own_sentence_and_otherwise_the_general_one() {
        let phone = Labelled {
            missing: Some("Enter your phone number".into()),
            malformed: Some("Enter your phone number with the country code".into()),
            ..labelled("phone", "Mobile phone")
        };
        let dose = Labelled { missing: Some("Enter the dose of medicine {n}".into()), ..labelled("items.#.dose", "Dose") };
        let reason = Labelled { noun: Some("Your reason".into()), ..labelled("reason", "What brings you here?") };
        let labels = [phone, dose, reason, labelled("born_year", "Year"), labelled("born", "Date of birth")];
        let day = |text: &str| text.parse().expect("a day");
        let possible = Range::dates(day("1895-11-25"), day("2026-11-23"));
        let expected = [
            ("phone", FieldFault::Missing, "Enter your phone number"),
            ("phone", FieldFault::UnknownChoice, "Enter your phone number"),
            ("phone", FieldFault::Malformed, "Enter your phone number with the country code"),
            ("phone", FieldFault::ForbiddenCharacter, "Enter your phone number with the country code"),
            ("phone", FieldFault::too_long(15), "Mobile phone must be 15 characters or less"),
            ("items.1.dose", FieldFault::Missing, "Enter the dose of medicine 2"),
            ("items.1.dose", FieldFault::Malformed, "Dose is not in the right form. Check it for typing mistakes."),
            ("reason", FieldFault::too_long(1_000), "Your reason must be 1000 characters or less"),
            ("born_year", FieldFault::TooLarge(Range::numbers(1, 9999)), "Year must be between 1 and 9999"),
            ("born_year", FieldFault::NotPast, "Date of birth must be in the past"),
            (
                "born_year",
                FieldFault::TooSmall(possible),
                "Date of birth must be between Monday 25 November 1895 and Monday 23 November 2026",
            ),
            ("elsewhere", FieldFault::Missing, "elsewhere is missing"),
        ];
        for (name, fault, sentence) in expected {
            assert_eq!(message(Locale::en, &labels, &FieldError::new(name, fault)), sentence);
        }
    }

    #[test]
    fn two_sentences_of_one_field_are_kept_apart() {
        assert_eq!(joined("Day must be between 1 and 31", "Year is missing"), "Day must be between 1 and 31. Year is missing");
        assert_eq!(joined("Too easy. Choose another one.", "Year is missing"), "Too easy. Choose another one. Year is missing");
    }
}
