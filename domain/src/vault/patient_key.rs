//! The key of one patient.

use super::{Key, Purpose, Vault};
use crate::{Error, Result, randomness::Randomness};
use model::ids::PatientId;
use serde::{Serialize, de::DeserializeOwned};
use std::fmt;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The encrypted columns. A ciphertext is bound to its column and row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// `patients.phone_cipher`
    Phone,
    /// `patients.address_cipher`
    Address,
    /// `patient_profile_versions.body_cipher`
    PatientProfile,
    /// `appointments.reason_cipher`
    AppointmentReason,
    /// `appointments.cancel_message_cipher`
    CancelMessage,
    /// `appointments.move_message_cipher`
    MoveMessage,
    /// `appointments.overbooking_cipher`
    OverbookingReason,
    /// `waiting_entries.reason_cipher`
    WaitingReason,
    /// `appointments.phone_cipher`
    AppointmentPhone,
    /// `appointments.meeting_link_cipher`
    MeetingLink,
    /// `messages.body_cipher`
    Message,
    /// `conversations.subject_cipher`
    ConversationSubject,
    /// `note_versions.body_cipher`
    Note,
    /// `note_addenda.body_cipher`
    NoteAddendum,
    /// `cosignature_answers.words_cipher`, in the row of the request
    CosignatureWords,
    /// `diagnosis_versions.body_cipher`
    Diagnoses,
    /// `allergies.body_cipher`
    Allergy,
    /// `measurements.body_cipher`
    Measurement,
    /// `measurements.reason_cipher`
    MeasurementReason,
    /// `prescription_items.body_cipher`
    PrescriptionItem,
    /// `prescriptions.document_cipher`
    PrescriptionDocument,
    /// `prescription_events.reason_cipher`
    PrescriptionEventReason,
    /// `letters.body_cipher`
    Letter,
    /// `letters.document_cipher`
    LetterDocument,
    /// `letter_withdrawals.reason_cipher`
    LetterWithdrawal,
    /// `kept_drafts.cipher`
    KeptDraft,
    /// `break_glass.reason_cipher`
    BreakGlassReason,
    /// `access_questions.question_cipher`
    AccessQuestion,
    /// `access_questions.answer_cipher`
    AccessAnswer,
    /// `acting_papers.document_cipher`
    ActingDocument,
    /// `acting_papers.no_copy_cipher`
    ActingNoCopy,
    /// `totp_factors.secret_cipher`
    TotpSecret,
    /// `totp_set_ups.secret_cipher`
    TotpSetUp,
    /// `passkeys.credential_cipher`
    Passkey,
    /// `phones.number_cipher`
    AccountPhone,
    /// `phones.code_cipher`
    PhoneCode,
    /// `patient_clinics.reason_cipher`, in the row of the clinic
    RegistrationReason,
    /// `patient_merges.reason_cipher`
    MergeReason,
    /// `patient_merges.details_cipher`
    MergeDetails,
    /// `patient_address_versions.body_cipher`
    PatientAddress,
    /// `record_entry_versions.body_cipher`
    RecordEntry,
    /// `team_tasks.body_cipher`
    TeamTask,
    /// `shift_note_lines.body_cipher`
    ShiftLine,
}

impl Column {
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Phone => "patients.phone",
            Self::Address => "patients.address",
            Self::PatientProfile => "patient_profile_versions.body",
            Self::AppointmentReason => "appointments.reason",
            Self::CancelMessage => "appointments.cancel_message",
            Self::MoveMessage => "appointments.move_message",
            Self::OverbookingReason => "appointments.overbooking",
            Self::WaitingReason => "waiting_entries.reason",
            Self::AppointmentPhone => "appointments.phone",
            Self::MeetingLink => "appointments.meeting_link",
            Self::Message => "messages.body",
            Self::ConversationSubject => "conversations.subject",
            Self::Note => "note_versions.body",
            Self::NoteAddendum => "note_addenda.body",
            Self::CosignatureWords => "cosignature_answers.words",
            Self::Diagnoses => "diagnosis_versions.body",
            Self::Allergy => "allergies.body",
            Self::Measurement => "measurements.body",
            Self::MeasurementReason => "measurements.reason",
            Self::PrescriptionItem => "prescription_items.body",
            Self::PrescriptionDocument => "prescriptions.document",
            Self::PrescriptionEventReason => "prescription_events.reason",
            Self::Letter => "letters.body",
            Self::LetterDocument => "letters.document",
            Self::LetterWithdrawal => "letter_withdrawals.reason",
            Self::KeptDraft => "kept_drafts",
            Self::BreakGlassReason => "break_glass.reason",
            Self::AccessQuestion => "access_questions.question",
            Self::AccessAnswer => "access_questions.answer",
            Self::ActingDocument => "acting_papers.document",
            Self::ActingNoCopy => "acting_papers.no_copy",
            Self::TotpSecret => "totp_factors.secret",
            Self::TotpSetUp => "totp_set_ups.secret",
            Self::Passkey => "passkeys.credential",
            Self::AccountPhone => "phones.number",
            Self::PhoneCode => "phones.code",
            Self::RegistrationReason => "patient_clinics.reason",
            Self::MergeReason => "patient_merges.reason",
            Self::MergeDetails => "patient_merges.details",
            Self::PatientAddress => "patient_address_versions.body",
            Self::RecordEntry => "record_entry_versions.body",
            Self::TeamTask => "team_tasks.body",
            Self::ShiftLine => "shift_note_lines.body",
        }
    }
}

/// The unwrapped key of a patient, used during one transaction, with the keys of records that were merged with the patient's (ADR 43).
#[derive(Clone)]
pub struct PatientKey {
    patient: PatientId,
    key: Key,
    /// They only open what the patient's own key does not open.
    merged: Vec<Key>,
}

impl PatientKey {
    pub(crate) fn random(patient: PatientId, source: &dyn Randomness) -> Self {
        Self { patient, key: Key::random(source), merged: Vec::new() }
    }

    /// Unwraps a stored key.
    ///
    /// # Errors
    /// `internal` when it was wrapped for another patient or with a key that the vault does not have.
    pub fn unwrap(patient: PatientId, vault: &Vault, wrapped: &[u8]) -> Result<Self> {
        let bytes = vault.decrypt(Purpose::Wrap, patient.uuid().as_bytes(), wrapped)?;
        let bytes = bytes.as_slice().try_into().map_err(|_| Error::internal("a wrapped key has another length"))?;
        Ok(Self { patient, key: Key::new(bytes), merged: Vec::new() })
    }

    /// Opens from now on also what was encrypted with the key of a record that was merged with this one.
    pub(crate) fn open_also(&mut self, other: Self) {
        self.merged.push(other.key);
    }

    /// Whether a key opens a patient's key that was wrapped before keys had numbers.
    pub(crate) fn opens(patient: PatientId, wrapping: &Key, wrapped: &[u8]) -> bool {
        wrapping.decrypt(patient.uuid().as_bytes(), wrapped).is_ok()
    }

    pub(crate) fn wrap(&self, vault: &Vault, source: &dyn Randomness) -> Vec<u8> {
        vault.encrypt(Purpose::Wrap, source, self.patient.uuid().as_bytes(), self.key.expose())
    }

    /// The bare key, for a row that has no id of its own.
    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// Encrypts a text of one row.
    pub fn encrypt(&self, source: &dyn Randomness, column: Column, row: impl Into<Uuid>, plain: &str) -> Vec<u8> {
        self.key.encrypt(source, &bound_to(column, row.into()), plain.as_bytes())
    }

    /// Decrypts a text of one row.
    ///
    /// # Errors
    /// `internal` when the ciphertext was changed or moved.
    pub fn decrypt(&self, column: Column, row: impl Into<Uuid>, cipher: &[u8]) -> Result<String> {
        let plain = self.open(&bound_to(column, row.into()), cipher)?;
        String::from_utf8(plain.to_vec()).map_err(Error::internal)
    }

    /// Decrypts what is bound to this: with the patient's own key, or else with that of a record that was merged with this one.
    ///
    /// # Errors
    /// `internal` when the ciphertext was changed or moved.
    pub(crate) fn open(&self, bound_to: &[u8], cipher: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let others = || self.merged.iter().find_map(|key| key.decrypt(bound_to, cipher).ok());
        self.key.decrypt(bound_to, cipher).or_else(|damaged| others().ok_or(damaged))
    }

    /// Encrypts a structured value of one row, as JSON.
    pub fn encrypt_json<T: Serialize>(
        &self,
        source: &dyn Randomness,
        column: Column,
        row: impl Into<Uuid>,
        value: &T,
    ) -> Result<Vec<u8>> {
        let text = serde_json::to_string(value).map_err(Error::internal)?;
        Ok(self.encrypt(source, column, row, &text))
    }

    /// Decrypts a structured value of one row.
    ///
    /// # Errors
    /// `internal` when the ciphertext was changed or moved, or holds something else.
    pub fn decrypt_json<T: DeserializeOwned>(&self, column: Column, row: impl Into<Uuid>, cipher: &[u8]) -> Result<T> {
        serde_json::from_str(&self.decrypt(column, row, cipher)?).map_err(Error::internal)
    }
}

impl fmt::Debug for PatientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PatientKey({}, …)", self.patient)
    }
}

fn bound_to(column: Column, row: Uuid) -> Vec<u8> {
    [column.label().as_bytes(), row.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::SystemRandomness;

    #[test]
    fn what_another_record_brought_opens_and_nothing_else_does() {
        let (one, other) = (PatientId::from(Uuid::from_u128(1)), PatientId::from(Uuid::from_u128(2)));
        let (mut own, foreign) = (PatientKey::random(one, &SystemRandomness), PatientKey::random(other, &SystemRandomness));
        let row = Uuid::from_u128(3);
        let cipher = foreign.encrypt(&SystemRandomness, Column::Allergy, row, "latex");
        assert!(own.decrypt(Column::Allergy, row, &cipher).is_err());
        own.open_also(foreign.clone());
        assert_eq!(own.decrypt(Column::Allergy, row, &cipher).unwrap(), "latex");
        assert!(own.decrypt(Column::Note, row, &cipher).is_err(), "it stays bound to its column and row");
        let new = own.encrypt(&SystemRandomness, Column::Allergy, row, "pollen");
        assert!(foreign.decrypt(Column::Allergy, row, &new).is_err(), "new text has the key of the record that stays");
    }
}
