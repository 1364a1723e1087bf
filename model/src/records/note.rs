//! The note of a visit, in the four SOAP parts that clinicians use (L. Weed, "Medical records that guide and teach", 1968).

use crate::{
    errors::{FieldError, FieldFault},
    text::many_lines,
    wire::redacted,
};
use serde::{Deserialize, Serialize};

/// The largest number of characters of one part.
const MAX_CHARS: usize = 10_000;

/// A note in four parts: subjective, objective, assessment, plan. Parts may be empty.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoapNote {
    /// What the patient reports.
    pub subjective: String,
    /// What was observed and measured.
    pub objective: String,
    /// The doctor's assessment.
    pub assessment: String,
    /// The next steps. The patient reads this part in the summary of the visit.
    pub plan: String,
}

impl SoapNote {
    /// Parses the four parts as they were typed. At least one part must have text.
    ///
    /// # Errors
    /// A fault for each wrong part, by field name; `Missing` at `subjective` when all four are empty.
    pub fn parse(typed: &Self) -> Result<Self, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut part = |field: &str, text: &str| match many_lines(text, MAX_CHARS) {
            Ok(text) => text,
            Err(FieldFault::Missing) => String::new(),
            Err(fault) => {
                faults.push(FieldError::new(field, fault));
                String::new()
            }
        };
        let note = Self {
            subjective: part("subjective", &typed.subjective),
            objective: part("objective", &typed.objective),
            assessment: part("assessment", &typed.assessment),
            plan: part("plan", &typed.plan),
        };
        if faults.is_empty() && note == Self::default() {
            faults.push(FieldError::new("subjective", FieldFault::Missing));
        }
        if faults.is_empty() { Ok(note) } else { Err(faults) }
    }
}

redacted!(SoapNote);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_may_be_empty_but_not_all_of_them() {
        let typed = SoapNote { plan: " Rest.\r\nDrink. ".to_owned(), ..SoapNote::default() };
        assert_eq!(SoapNote::parse(&typed).expect("a note").plan, "Rest.\nDrink.");
        assert_eq!(SoapNote::parse(&SoapNote::default()), Err(vec![FieldError::new("subjective", FieldFault::Missing)]));
        assert_eq!(format!("{typed:?}"), "SoapNote(…)");
    }

    #[test]
    fn every_wrong_part_is_named() {
        let long = "ü".repeat(MAX_CHARS + 1);
        let typed = SoapNote { objective: "a\u{0}".to_owned(), plan: long, ..SoapNote::default() };
        let expected = vec![
            FieldError::new("objective", FieldFault::ForbiddenCharacter),
            FieldError::new("plan", FieldFault::too_long(MAX_CHARS)),
        ];
        assert_eq!(SoapNote::parse(&typed), Err(expected));
    }
}
