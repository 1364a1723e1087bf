//! The medical record: the note of a visit, diagnoses, allergies.

mod allergy;
mod note;
mod views;

pub use allergy::{Allergy, AllergySeverity};
pub use note::SoapNote;
pub use views::{
    AllergyView, ConsultView, DiagnosisView, Icd10Code, MedicineTaken, NoteVersionView, NoteView, PastDiagnosis, PastVisit,
    PatientSummary, PatientVisitSummary, SafetyView, SummaryPrescription, VisitRecordView,
};
