//! An entry as it was typed or sent.

use super::{Entry, EntryField, EntryKind, EntrySource, PartialDate, parser::Parser};
use crate::{errors::FieldError, wire::redacted};
use serde::{Deserialize, Serialize};

/// The fields of an entry, as they were typed. A kind has only some of them ([`EntryKind::fields`]); the others must be empty.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedEntry {
    /// A word of [`EntryKind`].
    pub kind: String,
    /// A word of [`EntrySource`].
    pub source: String,
    /// What it is called.
    pub name: String,
    /// The ICD-10-CM code.
    pub code: String,
    /// A word of [`ProblemState`].
    pub state: String,
    /// A word of [`Relative`].
    pub relative: String,
    /// An age in years.
    pub age: String,
    /// A word of [`SocialTopic`].
    pub topic: String,
    /// The strength of a medicine.
    pub strength: String,
    /// How a medicine is taken.
    pub dose: String,
    /// The number of the dose of a vaccine.
    pub dose_number: String,
    /// The lot number of a vaccine.
    pub lot: String,
    /// A [`PartialDate`].
    pub since: String,
    /// A [`PartialDate`].
    pub until: String,
    /// Where it was done.
    pub place: String,
    /// Anything else.
    pub text: String,
}

redacted!(TypedEntry);

impl TypedEntry {
    /// The text of a field.
    #[must_use]
    pub fn get(&self, field: EntryField) -> &str {
        match field {
            EntryField::Name => &self.name,
            EntryField::Code => &self.code,
            EntryField::State => &self.state,
            EntryField::Relative => &self.relative,
            EntryField::Age => &self.age,
            EntryField::Topic => &self.topic,
            EntryField::Strength => &self.strength,
            EntryField::Dose => &self.dose,
            EntryField::DoseNumber => &self.dose_number,
            EntryField::Lot => &self.lot,
            EntryField::Since => &self.since,
            EntryField::Until => &self.until,
            EntryField::Place => &self.place,
            EntryField::Text => &self.text,
        }
    }

    /// Parses the kind, the source and the content.
    ///
    /// # Errors
    /// A fault for each wrong field; `UnknownChoice` for a field that the kind does not have.
    pub fn parse(&self) -> Result<(Entry, EntrySource), Vec<FieldError>> {
        let mut parser = Parser::new(self);
        let kind = parser.word("kind", &self.kind, EntryKind::parse);
        let source = parser.word("source", &self.source, EntrySource::parse);
        let entry = kind.and_then(|kind| {
            parser.nothing_else(kind);
            parser.entry(kind)
        });
        match (entry, source) {
            (Some(entry), Some(source)) if parser.faults.is_empty() => Ok((entry, source)),
            _ => Err(parser.faults),
        }
    }
}

impl Entry {
    /// The entry as it would be typed, for a form that changes it.
    #[must_use]
    pub fn typed(&self, source: EntrySource) -> TypedEntry {
        let words = |text: &Option<String>| text.clone().unwrap_or_default();
        let day = |date: &Option<PartialDate>| date.as_ref().map(|date| date.as_str().to_owned()).unwrap_or_default();
        let number = |number: &Option<u8>| number.map(|number| number.to_string()).unwrap_or_default();
        let empty =
            TypedEntry { kind: self.kind().as_str().to_owned(), source: source.as_str().to_owned(), ..TypedEntry::default() };
        match self {
            Self::Problem { name, code, state, since, until, text } => TypedEntry {
                name: words(name),
                code: words(code),
                state: state.as_str().to_owned(),
                since: day(since),
                until: day(until),
                text: words(text),
                ..empty
            },
            Self::History { name, since, until, text } => {
                TypedEntry { name: name.clone(), since: day(since), until: day(until), text: words(text), ..empty }
            }
            Self::Medication { name, strength, dose, since, until, text } => TypedEntry {
                name: name.clone(),
                strength: words(strength),
                dose: words(dose),
                since: day(since),
                until: day(until),
                text: words(text),
                ..empty
            },
            Self::Immunisation { name, since, dose_number, lot, place, text } => TypedEntry {
                name: name.clone(),
                since: since.as_str().to_owned(),
                dose_number: number(dose_number),
                lot: words(lot),
                place: words(place),
                text: words(text),
                ..empty
            },
            Self::Family { relative, name, age, text } => TypedEntry {
                relative: relative.as_str().to_owned(),
                name: name.clone(),
                age: number(age),
                text: words(text),
                ..empty
            },
            Self::Social { topic, text } => TypedEntry { topic: topic.as_str().to_owned(), text: text.clone(), ..empty },
            Self::Procedure { name, since, place, text } => {
                TypedEntry { name: name.clone(), since: day(since), place: words(place), text: words(text), ..empty }
            }
            Self::CarePlan { name, since, until, text } => {
                TypedEntry { name: name.clone(), since: day(since), until: day(until), text: text.clone(), ..empty }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parser::{AGES, DOSES, NAME};
    use super::*;
    use crate::errors::FieldFault;

    fn typed(kind: EntryKind) -> TypedEntry {
        TypedEntry { kind: kind.as_str().to_owned(), source: "clinician".to_owned(), ..TypedEntry::default() }
    }

    fn faults(typed: &TypedEntry) -> Vec<(String, FieldFault)> {
        let faults = typed.parse().err().unwrap_or_default();
        faults.into_iter().map(|error| (error.field, error.fault)).collect()
    }

    /// An entry of each kind in which every field of the kind has a value.
    fn full(kind: EntryKind) -> TypedEntry {
        let given = |field: EntryField, text: &str| if kind.fields().contains(&field) { text.to_owned() } else { String::new() };
        TypedEntry {
            name: given(EntryField::Name, "Something"),
            code: given(EntryField::Code, "j45.909"),
            state: given(EntryField::State, "active"),
            relative: given(EntryField::Relative, "mother"),
            age: given(EntryField::Age, "61"),
            topic: given(EntryField::Topic, "work"),
            strength: given(EntryField::Strength, "5 mg"),
            dose: given(EntryField::Dose, "1 tablet"),
            dose_number: given(EntryField::DoseNumber, "2"),
            lot: given(EntryField::Lot, "AB12"),
            since: given(EntryField::Since, "2019-05"),
            until: given(EntryField::Until, "2020"),
            place: given(EntryField::Place, "Elsewhere"),
            text: given(EntryField::Text, "More\nthan this"),
            ..typed(kind)
        }
    }

    #[test]
    fn every_kind_keeps_every_field_that_it_has() {
        for kind in EntryKind::ALL {
            let (entry, source) = full(*kind).parse().expect("an entry");
            assert_eq!((entry.kind(), source), (*kind, EntrySource::Clinician));
            let expected = TypedEntry { code: full(*kind).code.to_uppercase(), ..full(*kind) };
            assert!(entry.typed(source) == expected, "{kind}");
            let json = serde_json::to_string(&entry).expect("an entry serializes");
            assert!(serde_json::from_str::<Entry>(&json).expect("an entry reads back") == entry, "{kind}");
            assert_eq!(format!("{entry:?}"), "Entry(…)");
        }
    }

    #[test]
    fn every_wrong_field_is_named() {
        let missing = |field: &str| (field.to_owned(), FieldFault::Missing);
        assert_eq!(faults(&TypedEntry::default()), [missing("kind"), missing("source")]);
        assert_eq!(faults(&typed(EntryKind::Problem)), [missing("name"), missing("state")]);
        assert_eq!(faults(&typed(EntryKind::Immunisation)), [missing("name"), missing("since")]);
        assert_eq!(faults(&typed(EntryKind::Social)), [missing("topic"), missing("text")]);
        let wrong = TypedEntry { until: "2018".to_owned(), name: "n".repeat(NAME + 1), ..full(EntryKind::History) };
        let long = ("name".to_owned(), FieldFault::too_long(NAME));
        assert_eq!(faults(&wrong), [long, ("until".to_owned(), FieldFault::EndBeforeStart)]);
        let old = TypedEntry { age: "121".to_owned(), relative: "uncle".to_owned(), ..full(EntryKind::Family) };
        let relative = ("relative".to_owned(), FieldFault::UnknownChoice);
        assert_eq!(faults(&old), [relative, ("age".to_owned(), FieldFault::TooLarge(AGES))]);
        let none = TypedEntry { dose_number: "0".to_owned(), ..full(EntryKind::Immunisation) };
        assert_eq!(faults(&none), [("dose_number".to_owned(), FieldFault::TooSmall(DOSES))]);
    }

    #[test]
    fn a_field_of_another_kind_is_refused() {
        let wrong = TypedEntry { strength: "5 mg".to_owned(), ..full(EntryKind::Procedure) };
        assert_eq!(faults(&wrong), [("strength".to_owned(), FieldFault::UnknownChoice)]);
    }

    #[test]
    fn a_problem_needs_a_name_or_a_code() {
        let coded = TypedEntry { code: " i10 ".to_owned(), state: "active".to_owned(), ..typed(EntryKind::Problem) };
        let (entry, _) = coded.parse().expect("an entry");
        assert_eq!(entry.code(), Some("I10"));
        let odd = TypedEntry { code: "I 10; drop".to_owned(), name: "High pressure".to_owned(), ..coded };
        assert_eq!(faults(&odd), [("code".to_owned(), FieldFault::Malformed)]);
    }
}
