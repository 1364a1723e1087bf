//! Patients as the staff of a clinic see them. No clinical content.

use crate::{
    errors::FieldFault,
    identity::TypedAddress,
    ids::{EventId, FileId, PatientId},
    page::Page,
    text::single_line,
    wire::redacted,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Why a patient is registered although somebody like them is known. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct RegistrationReason(String);

impl RegistrationReason {
    /// The largest number of characters.
    pub const MAX_CHARS: usize = 200;

    /// Parses the text as it was typed.
    ///
    /// # Errors
    /// `Missing`; `TooLong`; `ForbiddenCharacter`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        single_line(text, Self::MAX_CHARS).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

redacted!(RegistrationReason);

/// A patient in a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientRow {
    /// The patient.
    pub id: PatientId,
    /// The person number.
    pub number: String,
    /// The name.
    pub name: String,
    /// The date of birth.
    pub date_of_birth: Date,
    /// Whether the patient has an account of their own.
    pub has_account: bool,
}

redacted!(PatientRow);

/// The patients whom a search found.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientsFound {
    /// The patients, the best match first. A search has one page, a list without a search has several.
    pub page: Page<PatientRow>,
    /// Whether the search found more than it shows.
    pub more: bool,
}

redacted!(PatientsFound);

/// What the desk knows about a patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientCard {
    /// The patient.
    pub id: PatientId,
    /// The person number.
    pub number: String,
    /// The name.
    pub name: String,
    /// The name in Latin letters, if one was given.
    pub latin_name: Option<String>,
    /// The date of birth.
    pub date_of_birth: Date,
    /// The phone number in E.164 form.
    pub phone: Option<String>,
    /// The same as people write it in the country of the caller's clinic.
    pub phone_shown: Option<String>,
    /// The postal address.
    pub address: Option<TypedAddress>,
    /// The photo, if there is one.
    pub photo: Option<FileId>,
    /// The front of the insurance card, if there is one and the caller may see it.
    pub insurance_front: Option<FileId>,
    /// The back of it.
    pub insurance_back: Option<FileId>,
    /// Whether the patient has an account of their own, and keeps the details there.
    pub has_account: bool,
    /// Why a clinic registered the patient although somebody like them was known.
    pub registered_despite: Option<String>,
    /// Whether the caller's clinic keeps the record: it cares for the patient or has registered them, and did not only find them among those of the organisation.
    pub kept_here: bool,
    /// Whether the patient is cared for at the caller's clinic now, so that its nurses see what was measured.
    pub cared_for_here: bool,
    /// Whether the caller may correct the details and make a code.
    pub may_correct: bool,
    /// Whether the caller may delete the patient, because nothing is connected with the record.
    pub may_delete: bool,
    /// The version, needed for a correction.
    pub version: i32,
}

redacted!(PatientCard);

/// A patient whom the desk has deleted, and who can be brought back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedPatientRow {
    /// The deletion; the cursor of lists.
    pub id: EventId,
    /// The patient.
    pub patient: PatientId,
    /// The name.
    pub name: String,
    /// The date of birth.
    pub date_of_birth: Date,
    /// When the patient was deleted.
    pub deleted_at: Timestamp,
    /// Until when the patient can be brought back.
    pub final_at: Timestamp,
}

redacted!(DeletedPatientRow);

/// A known patient who is likely the same person as one to be registered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LikelyPatient {
    /// The patient.
    pub id: PatientId,
    /// The name.
    pub name: String,
    /// The date of birth.
    pub date_of_birth: Date,
    /// Whether the date of birth is the same and the name similar.
    pub same_person: bool,
    /// Whether the phone number is the same.
    pub same_phone: bool,
    /// Whether the caller's clinic knows the patient already.
    pub known_here: bool,
}

redacted!(LikelyPatient);

/// A code with which a patient claims their record, as it is printed once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimLetter {
    /// The code, `7K3X9-QF2XA`.
    pub code: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

redacted!(ClaimLetter);
