//! One medicine of a prescription.

use crate::{
    errors::{FieldError, FieldFault, Range},
    text::{machine_form, many_lines, single_line},
    wire::redacted,
};
use serde::{Deserialize, Serialize};

const MAX_REFILLS: u16 = 12;
const REFILLS: Range = Range::numbers(0, MAX_REFILLS as i64);
const MAX_NOTE_CHARS: usize = 500;

/// A medicine, how the patient takes it, and how often it may be dispensed again. Every field except the note is required: a gap on
/// the printed prescription would be filled by somebody who was not at the visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Medicine {
    /// The medicine's name.
    pub medicine: String,
    /// The strength with its unit: `500 mg`.
    pub strength: String,
    /// The form: `capsule`.
    pub form: String,
    /// The amount of one dose: `1 capsule`.
    pub dose: String,
    /// How it is taken: `by mouth`.
    pub route: String,
    /// How often: `three times a day`.
    pub frequency: String,
    /// How long the patient takes it: `7 days`.
    pub duration: String,
    /// How much to dispense: `21 capsules`.
    pub quantity: String,
    /// How many times the pharmacy may dispense it again.
    pub refills: u16,
    /// Other information for the pharmacist or the patient.
    pub note: Option<String>,
}

/// The form values of a medicine, as they were typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedMedicine {
    /// The medicine's name.
    pub medicine: String,
    /// The strength with its unit.
    pub strength: String,
    /// The form.
    pub form: String,
    /// The amount of one dose.
    pub dose: String,
    /// How it is taken.
    pub route: String,
    /// How often.
    pub frequency: String,
    /// How long the patient takes it.
    pub duration: String,
    /// How much to dispense.
    pub quantity: String,
    /// How many times it may be dispensed again; empty means zero.
    pub refills: String,
    /// Other information for the pharmacist or the patient; may be empty.
    pub note: String,
}

impl Medicine {
    /// Parses the form values. `printable` says whether the printed document can show a text.
    ///
    /// # Errors
    /// A fault for each wrong field, by its name; `Unprintable` for text that the printed document cannot show.
    pub fn parse(typed: &TypedMedicine, printable: impl Fn(&str) -> bool) -> Result<Self, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut line = |field: &str, text: &str, max: usize| {
            let parsed = single_line(text, max).and_then(|text| shown(text, &printable));
            parsed.map_err(|fault| faults.push(FieldError::new(field, fault))).unwrap_or_default()
        };
        let mut medicine = Self {
            medicine: line("medicine", &typed.medicine, 120),
            strength: line("strength", &typed.strength, 60),
            form: line("form", &typed.form, 60),
            dose: line("dose", &typed.dose, 80),
            route: line("route", &typed.route, 60),
            frequency: line("frequency", &typed.frequency, 120),
            duration: line("duration", &typed.duration, 80),
            quantity: line("quantity", &typed.quantity, 80),
            refills: 0,
            note: None,
        };
        match refills(&typed.refills) {
            Ok(number) => medicine.refills = number,
            Err(fault) => faults.push(FieldError::new("refills", fault)),
        }
        match many_lines(&typed.note, MAX_NOTE_CHARS).and_then(|text| shown(text, &printable)) {
            Ok(note) => medicine.note = Some(note),
            Err(FieldFault::Missing) => {}
            Err(fault) => faults.push(FieldError::new("note", fault)),
        }
        if faults.is_empty() { Ok(medicine) } else { Err(faults) }
    }

    /// The form values of this medicine, for editing it.
    #[must_use]
    pub fn typed(&self) -> TypedMedicine {
        TypedMedicine {
            medicine: self.medicine.clone(),
            strength: self.strength.clone(),
            form: self.form.clone(),
            dose: self.dose.clone(),
            route: self.route.clone(),
            frequency: self.frequency.clone(),
            duration: self.duration.clone(),
            quantity: self.quantity.clone(),
            refills: self.refills.to_string(),
            note: self.note.clone().unwrap_or_default(),
        }
    }
}

/// The text as the printed document shows it. If the font cannot show it, digits and fullwidth characters are converted to ASCII.
fn shown(text: String, printable: impl Fn(&str) -> bool) -> Result<String, FieldFault> {
    if printable(&text) {
        return Ok(text);
    }
    let plain = machine_form(&text);
    if printable(&plain) { Ok(plain) } else { Err(FieldFault::Unprintable) }
}

fn refills(text: &str) -> Result<u16, FieldFault> {
    match machine_form(text).as_str() {
        "" => Ok(0),
        text if !text.bytes().all(|byte| byte.is_ascii_digit()) => Err(FieldFault::Malformed),
        text => text.parse().ok().filter(|number| *number <= MAX_REFILLS).ok_or(FieldFault::TooLarge(REFILLS)),
    }
}

redacted!(Medicine);
redacted!(TypedMedicine);

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> TypedMedicine {
        TypedMedicine {
            medicine: " Amoxicillin ".into(),
            strength: "500 mg".into(),
            form: "capsule".into(),
            dose: "1 capsule".into(),
            route: "by mouth".into(),
            frequency: "three times a day".into(),
            duration: "7 days".into(),
            quantity: "21 capsules".into(),
            refills: String::new(),
            note: "With food.\r\nFinish the course.".into(),
        }
    }

    #[test]
    fn what_is_right_reads_back() {
        let medicine = Medicine::parse(&typed(), |_| true).expect("a medicine");
        assert_eq!((medicine.medicine.as_str(), medicine.refills), ("Amoxicillin", 0));
        assert_eq!(medicine.note.as_deref(), Some("With food.\nFinish the course."));
        assert_eq!(Medicine::parse(&medicine.typed(), |_| true), Ok(medicine));
    }

    #[test]
    fn digits_of_other_scripts_are_printed_as_the_paper_can() {
        let other = TypedMedicine {
            strength: "５００ mg".into(),
            duration: "\u{202B}٧\u{202C} days".into(),
            refills: "２".into(),
            ..typed()
        };
        let medicine = Medicine::parse(&other, str::is_ascii).expect("a medicine");
        assert_eq!((medicine.strength.as_str(), medicine.duration.as_str(), medicine.refills), ("500 mg", "7 days", 2));
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = TypedMedicine { medicine: "薬".into(), dose: String::new(), refills: "13".into(), ..typed() };
        let faults = Medicine::parse(&wrong, str::is_ascii).expect_err("three are wrong");
        let expected =
            [("medicine", FieldFault::Unprintable), ("dose", FieldFault::Missing), ("refills", FieldFault::TooLarge(REFILLS))];
        assert_eq!(faults, expected.map(|(field, fault)| FieldError::new(field, fault)));
        assert_eq!((refills("٣"), refills("１\u{200B}")), (Ok(3), Ok(1)));
        for (text, fault) in
            [("two", FieldFault::Malformed), ("-1", FieldFault::Malformed), ("99999999", FieldFault::TooLarge(REFILLS))]
        {
            assert_eq!(refills(text), Err(fault), "{text}");
        }
    }
}
