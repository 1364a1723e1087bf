//! What pages show of prescriptions.

use super::Medicine;
use crate::{
    ids::{EncounterId, PatientId, PrescriptionId, PrescriptionItemId},
    wire::{redacted, words},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

words! {
    /// The state of a prescription.
    PrescriptionState {
        /// The doctor is still writing it.
        Draft = "draft",
        /// It is signed and valid.
        Signed = "signed",
        /// It was cancelled.
        Cancelled = "cancelled",
    }
}

/// One medicine of a prescription.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemView {
    /// The item's id.
    pub id: PrescriptionItemId,
    /// What is prescribed.
    pub medicine: Medicine,
}

/// A prescription.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrescriptionView {
    /// The prescription's id.
    pub id: PrescriptionId,
    /// Its number: `RX-7K3-9QF-2X`.
    pub number: String,
    /// The state.
    pub state: PrescriptionState,
    /// The visit during which it was written.
    pub encounter: EncounterId,
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// The patient's date of birth.
    pub patient_born: Date,
    /// The patient's short person number.
    pub person_number: String,
    /// The name of the doctor.
    pub doctor_name: String,
    /// The name of the clinic.
    pub clinic_name: String,
    /// The clinic's time zone.
    pub clinic_zone: String,
    /// When the draft was created.
    pub created_at: Timestamp,
    /// When it was signed.
    pub signed_at: Option<Timestamp>,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// The reason for the cancellation.
    pub cancel_reason: Option<String>,
    /// The medicines, in order.
    pub items: Vec<ItemView>,
    /// The version that an edit must name.
    pub version: i64,
    /// Whether the caller may cancel it once it is signed.
    pub may_cancel: bool,
}

/// The initial data of the page on which a doctor writes a prescription.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftPage {
    /// The visit.
    pub encounter: EncounterId,
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// The draft; none until something was written.
    pub draft: Option<PrescriptionView>,
}

/// A prescription as a row of a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrescriptionLine {
    /// The prescription's id.
    pub id: PrescriptionId,
    /// Its number.
    pub number: String,
    /// The state.
    pub state: PrescriptionState,
    /// The visit during which it was written.
    pub encounter: EncounterId,
    /// The name of the patient.
    pub patient_name: String,
    /// The name of the doctor.
    pub doctor_name: String,
    /// When it was signed; for a draft, when it was created.
    pub at: Timestamp,
    /// The names of the medicines, in order.
    pub medicines: Vec<String>,
}

/// The result of checking a verification code: whether the prescription is valid, but not the patient or the medicines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// The prescription is valid.
    Valid {
        /// The prescription number, to compare with the printed prescription.
        number: String,
        /// The day of issue in the clinic's time zone.
        issued_on: Date,
        /// The name of the doctor who signed it.
        doctor_name: String,
        /// The name of the clinic.
        clinic_name: String,
    },
    /// The prescription was cancelled.
    Cancelled {
        /// The prescription number, to compare with the printed prescription.
        number: String,
        /// The day of issue in the clinic's time zone.
        issued_on: Date,
        /// The day on which it was cancelled.
        cancelled_on: Date,
        /// The name of the doctor who signed it.
        doctor_name: String,
        /// The name of the clinic.
        clinic_name: String,
    },
    /// There is no prescription with this code.
    Unknown,
}

redacted!(ItemView);
redacted!(PrescriptionView);
redacted!(DraftPage);
redacted!(PrescriptionLine);
