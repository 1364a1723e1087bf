//! What pages show of prescriptions.

use super::Medicine;
use crate::{
    ids::{EncounterId, PatientId, PrescriptionId, PrescriptionItemId},
    wire::{redacted, words},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

words! {
    /// Where a prescription stands.
    PrescriptionState {
        /// It is being written.
        Draft = "draft",
        /// It has its signature and holds.
        Signed = "signed",
        /// It was taken back.
        Cancelled = "cancelled",
    }
}

/// One medicine in its place.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemView {
    /// Which one.
    pub id: PrescriptionItemId,
    /// What is prescribed.
    pub medicine: Medicine,
}

/// A prescription.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrescriptionView {
    /// Which one.
    pub id: PrescriptionId,
    /// Its number: `RX-7K3-9QF-2X`.
    pub number: String,
    /// Where it stands.
    pub state: PrescriptionState,
    /// The visit that it was written at.
    pub encounter: EncounterId,
    /// For whom.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// The patient's date of birth.
    pub patient_born: Date,
    /// The patient's short number.
    pub person_number: String,
    /// By whom.
    pub doctor_name: String,
    /// Where.
    pub clinic_name: String,
    /// The clinic's time zone.
    pub clinic_zone: String,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was signed.
    pub signed_at: Option<Timestamp>,
    /// When it was taken back.
    pub cancelled_at: Option<Timestamp>,
    /// Why it was taken back.
    pub cancel_reason: Option<String>,
    /// The medicines, in order.
    pub items: Vec<ItemView>,
    /// The version that an edit must name.
    pub version: i64,
    /// Whether the reader may change, sign or cancel it.
    pub own: bool,
}

/// What the page that writes a prescription starts with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftPage {
    /// The visit.
    pub encounter: EncounterId,
    /// For whom.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// What the patient does not tolerate is on the patient's page; this is the draft, once something was written.
    pub draft: Option<PrescriptionView>,
}

/// A prescription in a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrescriptionLine {
    /// Which one.
    pub id: PrescriptionId,
    /// Its number.
    pub number: String,
    /// Where it stands.
    pub state: PrescriptionState,
    /// The visit that it was written at.
    pub encounter: EncounterId,
    /// For whom.
    pub patient_name: String,
    /// By whom.
    pub doctor_name: String,
    /// When it was signed, or begun while it is a draft.
    pub at: Timestamp,
    /// The medicines' names, in order.
    pub medicines: Vec<String>,
}

/// What anybody learns who has the code of a prescription: whether it holds, and nothing of what was prescribed for whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Verification {
    /// It holds.
    Valid {
        /// Its number, to compare with the paper.
        number: String,
        /// The day of issue in the clinic's zone.
        issued_on: Date,
        /// Who signed.
        doctor_name: String,
        /// Where.
        clinic_name: String,
    },
    /// It was taken back.
    Cancelled {
        /// Its number, to compare with the paper.
        number: String,
        /// The day of issue in the clinic's zone.
        issued_on: Date,
        /// The day on which it was taken back.
        cancelled_on: Date,
        /// Who signed.
        doctor_name: String,
        /// Where.
        clinic_name: String,
    },
    /// There is no prescription with this code.
    Unknown,
}

redacted!(ItemView);
redacted!(PrescriptionView);
redacted!(DraftPage);
redacted!(PrescriptionLine);
