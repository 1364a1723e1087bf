//! What a patient tells about themselves besides name, birth date and contact.

use crate::{
    errors::{FieldError, FieldFault},
    identity::PhoneNumber,
    text::{many_lines, single_line},
    wire::{redacted, words},
};
use serde::{Deserialize, Serialize};

/// The longest name and the longest line, in characters.
const LONGEST_LINE: usize = 120;
/// The longest name of a pharmacy with its address, in characters.
const LONGEST_PHARMACY: usize = 300;

words! {
    /// The sex that matters for medicine. Gender is what a person says about themselves, and a text of its own.
    Sex {
        /// Female.
        Female = "female",
        /// Male.
        Male = "male",
        /// Neither or both.
        Intersex = "intersex",
    }
}

words! {
    /// The blood type: the AB0 group with the Rhesus factor.
    BloodType {
        /// A, Rhesus positive.
        APositive = "A+",
        /// A, Rhesus negative.
        ANegative = "A-",
        /// B, Rhesus positive.
        BPositive = "B+",
        /// B, Rhesus negative.
        BNegative = "B-",
        /// AB, Rhesus positive.
        AbPositive = "AB+",
        /// AB, Rhesus negative.
        AbNegative = "AB-",
        /// 0, Rhesus positive.
        ZeroPositive = "0+",
        /// 0, Rhesus negative.
        ZeroNegative = "0-",
    }
}

/// A patient's profile as it is typed into a form: every field is text, an absent one is empty.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PatientProfile {
    /// The name by which the patient wants to be called.
    pub preferred_name: String,
    /// A word of [`Sex`].
    pub sex: String,
    /// The gender, in the patient's words.
    pub gender: String,
    /// Whom to call in an emergency.
    pub emergency_name: String,
    /// Who that is to the patient.
    pub emergency_relation: String,
    /// The phone number of that person; in E.164 form once it was checked.
    pub emergency_phone: String,
    /// Who pays: the insurer.
    pub insurance_payer: String,
    /// The patient's number as a member.
    pub insurance_number: String,
    /// A word of [`BloodType`].
    pub blood_type: String,
    /// The pharmacy, with its address.
    pub pharmacy: String,
}

redacted!(PatientProfile);

impl PatientProfile {
    /// The same profile with every text cleaned.
    ///
    /// # Errors
    /// Every fault, in the order of the fields. Nothing is needed, except for the name and the phone number of an emergency contact and both parts of an
    /// insurance, once one of their fields is filled.
    pub fn checked(&self) -> Result<Self, Vec<FieldError>> {
        let mut faults = Vec::new();
        let has_contact = any_of([&self.emergency_name, &self.emergency_relation, &self.emergency_phone]);
        let has_insurance = any_of([&self.insurance_payer, &self.insurance_number]);
        let line = |text: &str| single_line(text, LONGEST_LINE);
        let phone = PhoneNumber::parse(&self.emergency_phone).map(|phone| phone.as_str().to_owned());
        let checked = Self {
            preferred_name: take(&mut faults, "preferred_name", line(&self.preferred_name), Needed::No),
            sex: take(&mut faults, "sex", word(&self.sex, Sex::parse(&self.sex).is_ok()), Needed::No),
            gender: take(&mut faults, "gender", line(&self.gender), Needed::No),
            emergency_name: take(&mut faults, "emergency_name", line(&self.emergency_name), Needed::when(has_contact)),
            emergency_relation: take(&mut faults, "emergency_relation", line(&self.emergency_relation), Needed::No),
            emergency_phone: take(&mut faults, "emergency_phone", phone, Needed::when(has_contact)),
            insurance_payer: take(&mut faults, "insurance_payer", line(&self.insurance_payer), Needed::when(has_insurance)),
            insurance_number: take(&mut faults, "insurance_number", line(&self.insurance_number), Needed::when(has_insurance)),
            blood_type: take(
                &mut faults,
                "blood_type",
                word(&self.blood_type, BloodType::parse(&self.blood_type).is_ok()),
                Needed::No,
            ),
            pharmacy: take(&mut faults, "pharmacy", many_lines(&self.pharmacy, LONGEST_PHARMACY), Needed::No),
        };
        if faults.is_empty() { Ok(checked) } else { Err(faults) }
    }

    /// The names of the fields that differ, for the audit log.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let (own, others) = (self.fields(), other.fields());
        own.into_iter().zip(others).filter(|(own, other)| own.1 != other.1).map(|(own, _)| own.0).collect()
    }

    /// The part that the people who treat the patient need: everything but the insurance.
    #[must_use]
    pub fn for_care(self) -> Self {
        Self { insurance_payer: String::new(), insurance_number: String::new(), ..self }
    }

    /// Every field with its name.
    #[must_use]
    pub fn fields(&self) -> [(&'static str, &str); 10] {
        [
            ("preferred_name", self.preferred_name.as_str()),
            ("sex", self.sex.as_str()),
            ("gender", self.gender.as_str()),
            ("emergency_name", self.emergency_name.as_str()),
            ("emergency_relation", self.emergency_relation.as_str()),
            ("emergency_phone", self.emergency_phone.as_str()),
            ("insurance_payer", self.insurance_payer.as_str()),
            ("insurance_number", self.insurance_number.as_str()),
            ("blood_type", self.blood_type.as_str()),
            ("pharmacy", self.pharmacy.as_str()),
        ]
    }
}

/// A patient's profile, with the version of the patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientProfileView {
    /// What the patient has told.
    pub profile: PatientProfile,
    /// The version that was shown. A change must name it.
    pub version: i32,
}

redacted!(PatientProfileView);

/// Whether an empty field is a fault.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needed {
    Yes,
    No,
}

impl Needed {
    const fn when(needed: bool) -> Self {
        if needed { Self::Yes } else { Self::No }
    }
}

fn any_of<'a>(texts: impl IntoIterator<Item = &'a String>) -> bool {
    texts.into_iter().any(|text| !text.trim().is_empty())
}

fn word(text: &str, is_known: bool) -> Result<String, FieldFault> {
    match text {
        "" => Err(FieldFault::Missing),
        known if is_known => Ok(known.to_owned()),
        _ => Err(FieldFault::UnknownChoice),
    }
}

/// The text, or an empty one; a fault is recorded.
fn take(faults: &mut Vec<FieldError>, field: &str, read: Result<String, FieldFault>, needed: Needed) -> String {
    match read {
        Ok(text) => text,
        Err(FieldFault::Missing) if needed == Needed::No => String::new(),
        Err(fault) => {
            faults.push(FieldError::new(field, fault));
            String::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_profile_is_good_and_half_a_contact_is_not() {
        assert!(PatientProfile::default().checked() == Ok(PatientProfile::default()));
        let half = PatientProfile {
            sex: "none".to_owned(),
            emergency_relation: " Sister ".to_owned(),
            emergency_phone: "12".to_owned(),
            insurance_payer: "AOK".to_owned(),
            blood_type: "C+".to_owned(),
            ..PatientProfile::default()
        };
        let faults: Vec<_> = half.checked().unwrap_err().into_iter().map(|fault| fault.field).collect();
        assert_eq!(faults, ["sex", "emergency_name", "emergency_phone", "insurance_number", "blood_type"]);
    }

    #[test]
    fn what_differs_is_named_and_texts_are_cleaned() {
        let typed = PatientProfile {
            preferred_name: "  Ottilie  M. ".to_owned(),
            emergency_name: "Amara Osei".to_owned(),
            emergency_phone: "+44 (0)7700 900123".to_owned(),
            ..PatientProfile::default()
        };
        let checked = typed.checked().unwrap();
        assert_eq!((checked.preferred_name.as_str(), checked.emergency_phone.as_str()), ("Ottilie M.", "+447700900123"));
        assert_eq!(checked.differences(&PatientProfile::default()), ["preferred_name", "emergency_name", "emergency_phone"]);
    }
}
