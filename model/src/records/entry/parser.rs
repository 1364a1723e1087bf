//! Parses an entry from its fields.

use super::{Entry, EntryField, EntryKind, PartialDate, ProblemState, Relative, SocialTopic, TypedEntry};
use crate::{
    errors::{FieldError, FieldFault, Range},
    text::{machine_form, many_lines, single_line},
};

/// The longest name, in characters.
pub(super) const NAME: usize = 200;
/// The longest text of one line: a strength, a dose, a place.
const LINE: usize = 120;
/// The longest lot number.
const LOT: usize = 40;
/// The longest ICD-10-CM code.
const CODE: usize = 8;
/// The longest text.
const TEXT: usize = 2_000;
/// The ages that a relative can have.
pub(super) const AGES: Range = Range::numbers(0, 120);
/// The numbers that a dose of a vaccine can have.
pub(super) const DOSES: Range = Range::numbers(1, 20);

/// Reads the fields and collects what is wrong with them.
pub(super) struct Parser<'a> {
    typed: &'a TypedEntry,
    pub(super) faults: Vec<FieldError>,
}

impl<'a> Parser<'a> {
    pub(super) const fn new(typed: &'a TypedEntry) -> Self {
        Self { typed, faults: Vec::new() }
    }

    fn take<T>(&mut self, field: &str, parsed: Result<T, FieldFault>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(fault) => {
                self.faults.push(FieldError::new(field, fault));
                None
            }
        }
    }

    pub(super) fn word<T>(&mut self, field: &str, text: &str, parse: impl FnOnce(&str) -> Result<T, FieldFault>) -> Option<T> {
        let parsed = match text.trim() {
            "" => Err(FieldFault::Missing),
            word => parse(word),
        };
        self.take(field, parsed)
    }

    fn choice<T>(&mut self, field: EntryField, parse: impl FnOnce(&str) -> Result<T, FieldFault>) -> Option<T> {
        let typed = self.typed;
        self.word(field.as_str(), typed.get(field), parse)
    }

    /// A field that must be there.
    fn needed<T>(&mut self, field: EntryField, parse: impl FnOnce(&str) -> Result<T, FieldFault>) -> Option<T> {
        let parsed = parse(self.typed.get(field));
        self.take(field.as_str(), parsed)
    }

    /// A field that may be empty. A fault is recorded, and then the value does not count.
    fn given<T>(&mut self, field: EntryField, parse: impl FnOnce(&str) -> Result<T, FieldFault>) -> Option<T> {
        match parse(self.typed.get(field)) {
            Err(FieldFault::Missing) => None,
            parsed => self.take(field.as_str(), parsed),
        }
    }

    fn line(&mut self, field: EntryField) -> Option<String> {
        self.given(field, |text| single_line(text, LINE))
    }

    fn text(&mut self) -> Option<String> {
        self.given(EntryField::Text, |text| many_lines(text, TEXT))
    }

    fn date(&mut self, field: EntryField) -> Option<PartialDate> {
        self.given(field, PartialDate::parse)
    }

    /// The beginning and the end, which does not lie before it.
    fn dates(&mut self) -> (Option<PartialDate>, Option<PartialDate>) {
        let (since, until) = (self.date(EntryField::Since), self.date(EntryField::Until));
        if let (Some(since), Some(until)) = (&since, &until)
            && until.is_before(since)
        {
            self.faults.push(FieldError::new(EntryField::Until.as_str(), FieldFault::EndBeforeStart));
        }
        (since, until)
    }

    /// Refuses what was typed in fields that the kind does not have.
    pub(super) fn nothing_else(&mut self, kind: EntryKind) {
        for field in EntryField::ALL {
            if !kind.fields().contains(field) && !self.typed.get(*field).trim().is_empty() {
                self.faults.push(FieldError::new(field.as_str(), FieldFault::UnknownChoice));
            }
        }
    }

    pub(super) fn entry(&mut self, kind: EntryKind) -> Option<Entry> {
        let name = |text: &str| single_line(text, NAME);
        match kind {
            EntryKind::Problem => {
                let code = self.given(EntryField::Code, icd_code);
                // The description of a code is a name too.
                let name = if code.is_some() { self.given(EntryField::Name, name) } else { self.needed(EntryField::Name, name) };
                let state = self.choice(EntryField::State, ProblemState::parse);
                let (since, until) = self.dates();
                let text = self.text();
                Some(Entry::Problem { name, code, state: state?, since, until, text })
            }
            EntryKind::History => {
                let name = self.needed(EntryField::Name, name);
                let (since, until) = self.dates();
                let text = self.text();
                Some(Entry::History { name: name?, since, until, text })
            }
            EntryKind::Medication => {
                let name = self.needed(EntryField::Name, name);
                let (strength, dose) = (self.line(EntryField::Strength), self.line(EntryField::Dose));
                let (since, until) = self.dates();
                let text = self.text();
                Some(Entry::Medication { name: name?, strength, dose, since, until, text })
            }
            EntryKind::Immunisation => {
                let name = self.needed(EntryField::Name, name);
                let since = self.needed(EntryField::Since, PartialDate::parse);
                let dose_number = self.given(EntryField::DoseNumber, |text| small(text, DOSES));
                let lot = self.given(EntryField::Lot, |text| single_line(text, LOT));
                let (place, text) = (self.line(EntryField::Place), self.text());
                Some(Entry::Immunisation { name: name?, since: since?, dose_number, lot, place, text })
            }
            EntryKind::Family => {
                let relative = self.choice(EntryField::Relative, Relative::parse);
                let name = self.needed(EntryField::Name, name);
                let age = self.given(EntryField::Age, |text| small(text, AGES));
                let text = self.text();
                Some(Entry::Family { relative: relative?, name: name?, age, text })
            }
            EntryKind::Social => {
                let topic = self.choice(EntryField::Topic, SocialTopic::parse);
                let text = self.needed(EntryField::Text, |text| many_lines(text, TEXT));
                Some(Entry::Social { topic: topic?, text: text? })
            }
            EntryKind::Procedure => {
                let name = self.needed(EntryField::Name, name);
                let since = self.date(EntryField::Since);
                let (place, text) = (self.line(EntryField::Place), self.text());
                Some(Entry::Procedure { name: name?, since, place, text })
            }
            EntryKind::CarePlan => {
                let name = self.needed(EntryField::Name, name);
                let (since, until) = self.dates();
                let text = self.needed(EntryField::Text, |text| many_lines(text, TEXT));
                Some(Entry::CarePlan { name: name?, since, until, text: text? })
            }
        }
    }
}

/// A code as it is recorded, in upper case. Whether there is such a code is asked in the database.
fn icd_code(text: &str) -> Result<String, FieldFault> {
    let code = machine_form(text).to_ascii_uppercase();
    if code.is_empty() {
        Err(FieldFault::Missing)
    } else if code.len() > CODE || !code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.') {
        Err(FieldFault::Malformed)
    } else {
        Ok(code)
    }
}

/// A small whole number within a range.
fn small(text: &str, range: Range) -> Result<u8, FieldFault> {
    let digits = machine_form(text);
    if digits.is_empty() {
        return Err(FieldFault::Missing);
    }
    if digits.len() > 9 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FieldFault::Malformed);
    }
    let number: i64 = digits.parse().map_err(|_| FieldFault::Malformed)?;
    match range {
        Range::Numbers { least, .. } if number < least => Err(FieldFault::TooSmall(range)),
        Range::Numbers { most, .. } if number > most => Err(FieldFault::TooLarge(range)),
        Range::Numbers { .. } | Range::Dates { .. } => u8::try_from(number).map_err(|_| FieldFault::TooLarge(range)),
    }
}
