//! Allergies and intolerances of a patient.

use super::EntrySource;
use crate::{
    errors::{FieldError, FieldFault},
    text::single_line,
    wire::{redacted, words},
};
use serde::{Deserialize, Serialize};

const MAX_SUBSTANCE_CHARS: usize = 120;
const MAX_REACTION_CHARS: usize = 200;

words! {
    /// The severity of a reaction.
    AllergySeverity {
        /// It is not known.
        Unknown = "unknown",
        /// The reaction was unpleasant.
        Mild = "mild",
        /// The patient needed treatment.
        Moderate = "moderate",
        /// The reaction threatened the patient's life.
        Severe = "severe",
    }
}

/// An allergy or intolerance: the substance, the reaction, the severity, and where it is known from.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allergy {
    /// The substance.
    pub substance: String,
    /// The reaction, if it is known.
    pub reaction: Option<String>,
    /// The severity of the reaction.
    pub severity: AllergySeverity,
    /// Where it is known from; none if nobody has said it.
    #[serde(default)]
    pub source: Option<EntrySource>,
}

impl Allergy {
    /// Parses the form values.
    ///
    /// # Errors
    /// A fault for each of the fields `substance`, `reaction`, `severity`, `source` that is wrong.
    pub fn parse(substance: &str, reaction: &str, severity: &str, source: &str) -> Result<Self, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut take = |field: &str, fault: FieldFault| faults.push(FieldError::new(field, fault));
        let substance = single_line(substance, MAX_SUBSTANCE_CHARS).map_err(|fault| take("substance", fault)).ok();
        let reaction = match single_line(reaction, MAX_REACTION_CHARS) {
            Ok(text) => Some(text),
            Err(FieldFault::Missing) => None,
            Err(fault) => {
                take("reaction", fault);
                None
            }
        };
        let severity = match severity.trim() {
            "" => Err(FieldFault::Missing),
            word => AllergySeverity::parse(word),
        };
        let severity = severity.map_err(|fault| take("severity", fault)).ok();
        let source = match source.trim() {
            "" => None,
            word => EntrySource::parse(word).map_err(|fault| take("source", fault)).ok(),
        };
        match (substance, severity) {
            (Some(substance), Some(severity)) if faults.is_empty() => Ok(Self { substance, reaction, severity, source }),
            _ => Err(faults),
        }
    }
}

redacted!(Allergy);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substance_and_severity_must_be_there() {
        let allergy = Allergy::parse(" Penicillin ", "", "severe", "patient").expect("an allergy");
        assert_eq!(
            (allergy.substance.as_str(), allergy.reaction, allergy.severity, allergy.source),
            ("Penicillin", None, AllergySeverity::Severe, Some(EntrySource::Patient))
        );
        let faults = Allergy::parse("", "", "dreadful", "hearsay").expect_err("nothing");
        assert_eq!(
            faults,
            [
                FieldError::new("substance", FieldFault::Missing),
                FieldError::new("severity", FieldFault::UnknownChoice),
                FieldError::new("source", FieldFault::UnknownChoice)
            ]
        );
    }
}
