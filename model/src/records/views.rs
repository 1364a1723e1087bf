//! What pages show of a record.

use super::{Allergy, SoapNote};
use crate::{
    ids::{AllergyId, EncounterId, PatientId, PrescriptionId},
    prescriptions::{Medicine, PrescriptionState},
    wire::redacted,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// A code of ICD-10-CM that can be recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Icd10Code {
    /// The code: `J45.909`.
    pub code: String,
    /// What it means.
    pub description: String,
}

/// A diagnosis of a visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosisView {
    /// The code in ICD-10-CM.
    pub code: String,
    /// What it means.
    pub description: String,
}

/// The newest version of a visit's note.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteView {
    /// Its version, from 1; 0 when nothing was written yet.
    pub version: i64,
    /// What it says.
    pub note: SoapNote,
    /// When it was written.
    pub written_at: Option<Timestamp>,
}

/// What the doctor works on beside the video.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultView {
    /// The visit.
    pub encounter: EncounterId,
    /// Whom it is about.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// When the visit ended, if it has.
    pub ended_at: Option<Timestamp>,
    /// The note.
    pub note: NoteView,
    /// The diagnoses, the main one first.
    pub diagnoses: Vec<DiagnosisView>,
}

/// An allergy of a patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllergyView {
    /// Which one.
    pub id: AllergyId,
    /// What it is.
    pub allergy: Allergy,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// A diagnosis of an earlier visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastDiagnosis {
    /// The code in ICD-10-CM.
    pub code: String,
    /// What it means.
    pub description: String,
    /// When it was recorded last.
    pub recorded_at: Timestamp,
    /// By whom.
    pub doctor_name: String,
}

/// A medicine of a signed prescription that was not cancelled.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MedicineTaken {
    /// The prescription.
    pub prescription: PrescriptionId,
    /// What was prescribed.
    pub medicine: Medicine,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// By whom.
    pub doctor_name: String,
}

/// A visit of the past.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastVisit {
    /// The visit.
    pub encounter: EncounterId,
    /// When it ended.
    pub ended_at: Timestamp,
    /// With whom.
    pub doctor_name: String,
    /// Where.
    pub clinic_name: String,
}

/// A patient at a glance, for those who treat them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientSummary {
    /// Who it is.
    pub patient: PatientId,
    /// The full name.
    pub name: String,
    /// The short number: `7K3-9QF-2X`.
    pub person_number: String,
    /// The date of birth.
    pub date_of_birth: Date,
    /// Completed years today.
    pub age_years: i16,
    /// Whether the reader may add and end allergies.
    pub may_record: bool,
    /// What is not tolerated; the worst first.
    pub allergies: Vec<AllergyView>,
    /// What was prescribed in the last year and holds, the newest first.
    pub medicines: Vec<MedicineTaken>,
    /// What was found at earlier visits, the newest first.
    pub diagnoses: Vec<PastDiagnosis>,
    /// Visits that ended, the newest first.
    pub visits: Vec<PastVisit>,
}

/// A prescription in the summary of a visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryPrescription {
    /// Which one.
    pub id: PrescriptionId,
    /// Its number: `RX-7K3-9QF-2X`.
    pub number: String,
    /// Whether it holds.
    pub state: PrescriptionState,
    /// Its medicines.
    pub medicines: Vec<Medicine>,
}

/// What the patient takes home from a visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientVisitSummary {
    /// The visit.
    pub encounter: EncounterId,
    /// Whom it was about.
    pub patient_name: String,
    /// With whom.
    pub doctor_name: String,
    /// Where.
    pub clinic_name: String,
    /// When the doctor let the patient in.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// What was found, the main thing first.
    pub diagnoses: Vec<DiagnosisView>,
    /// What happens next, in the doctor's words.
    pub plan: Option<String>,
    /// The signed prescriptions of the visit.
    pub prescriptions: Vec<SummaryPrescription>,
}

redacted!(DiagnosisView);
redacted!(NoteView);
redacted!(ConsultView);
redacted!(AllergyView);
redacted!(PastDiagnosis);
redacted!(MedicineTaken);
redacted!(PastVisit);
redacted!(PatientSummary);
redacted!(SummaryPrescription);
redacted!(PatientVisitSummary);
