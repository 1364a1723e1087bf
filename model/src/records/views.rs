//! What pages show of a medical record.

use super::{AddendumView, Allergy, LetterLine, NoteChanges, NoteHelps, NoteSignature, NoteSigning, SoapNote};
use crate::{
    directory::{OpenBreakGlass, PatientProfile},
    identity::RemoteCare,
    ids::{AllergyId, EncounterId, PatientId, PrescriptionId},
    prescriptions::{Medicine, PrescriptionState},
    vitals::MeasurementView,
    wire::redacted,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// An ICD-10-CM code that can be recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Icd10Code {
    /// The code: `J45.909`.
    pub code: String,
    /// The description of the code.
    pub description: String,
    /// A plain name, for people who do not know the terms of medicine; none when nobody has written one.
    pub plain: Option<String>,
}

/// The codes that a doctor reaches for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownCodes {
    /// The favourites, those first that were recorded last.
    pub favourites: Vec<Icd10Code>,
    /// Other codes that the doctor has recorded, the last ones first.
    pub recent: Vec<Icd10Code>,
}

/// A diagnosis of a visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosisView {
    /// The ICD-10-CM code.
    pub code: String,
    /// The description of the code.
    pub description: String,
    /// A plain name, for people who do not know the terms of medicine; none when nobody has written one.
    pub plain: Option<String>,
}

/// The newest version of a visit's note.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteView {
    /// The version, from 1; 0 when no note was written yet.
    pub version: i64,
    /// The note.
    pub note: SoapNote,
    /// When it was written.
    pub written_at: Option<Timestamp>,
}

/// The doctor's work area next to the video.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultView {
    /// The visit.
    pub encounter: EncounterId,
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// When the visit ended, if it has.
    pub ended_at: Option<Timestamp>,
    /// The note.
    pub note: NoteView,
    /// The signature, if the note is signed and does not change any more.
    pub signature: Option<NoteSignature>,
    /// What helps to write the note.
    pub helps: NoteHelps,
    /// The diagnoses, the main one first.
    pub diagnoses: Vec<DiagnosisView>,
}

/// A version of a visit's note.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteVersionView {
    /// The version, from 1.
    pub version: i64,
    /// The note.
    pub note: SoapNote,
    /// When it was written.
    pub written_at: Timestamp,
    /// The name of its author.
    pub author_name: String,
    /// What it changes in the version before it; none for the first version and for very old ones, which are not compared.
    pub changes: Option<NoteChanges>,
}

/// The record of one visit, for those who treat its patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRecordView {
    /// The visit.
    pub encounter: EncounterId,
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// The name of the doctor.
    pub doctor_name: String,
    /// The name of the clinic.
    pub clinic_name: String,
    /// When the doctor admitted the patient, if that has happened.
    pub started_at: Option<Timestamp>,
    /// When the visit ended, if it has.
    pub ended_at: Option<Timestamp>,
    /// The diagnoses, the main one first.
    pub diagnoses: Vec<DiagnosisView>,
    /// Every version of the note, newest first.
    pub versions: Vec<NoteVersionView>,
    /// The signature of the note, its addenda and co-signatures.
    pub signing: NoteSigning,
    /// The letters of the visit, the newest first; drafts for their author only.
    pub letters: Vec<LetterLine>,
    /// Whether the caller may write new versions of the note, or addenda once it is signed.
    pub may_write: bool,
    /// What helps to write the note.
    pub helps: NoteHelps,
    /// The access outside of the usual rules, if the caller reads it because of one.
    pub break_glass: Option<OpenBreakGlass>,
}

/// An allergy of a patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllergyView {
    /// The allergy's id.
    pub id: AllergyId,
    /// The allergy.
    pub allergy: Allergy,
    /// Who recorded it.
    pub recorded_by: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// An allergy of a patient that has ended, or was entered in error.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedAllergy {
    /// The allergy.
    pub allergy: Allergy,
    /// Who recorded it.
    pub recorded_by: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Who ended it; none for one that ended before that was kept.
    pub ended_by: Option<String>,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Why it was entered in error; none for one that no longer applies.
    pub error: Option<String>,
}

/// A diagnosis of earlier visits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastDiagnosis {
    /// The ICD-10-CM code.
    pub code: String,
    /// The description of the code.
    pub description: String,
    /// A plain name, for people who do not know the terms of medicine; none when nobody has written one.
    pub plain: Option<String>,
    /// When it was last recorded.
    pub recorded_at: Timestamp,
    /// The name of the doctor who recorded it.
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
    /// The name of the doctor who signed it.
    pub doctor_name: String,
}

/// A past visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastVisit {
    /// The visit.
    pub encounter: EncounterId,
    /// When it ended.
    pub ended_at: Timestamp,
    /// The name of the doctor.
    pub doctor_name: String,
    /// The name of the clinic.
    pub clinic_name: String,
}

/// A summary of a patient for those who treat them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientSummary {
    /// The patient.
    pub patient: PatientId,
    /// The full name.
    pub name: String,
    /// The short person number: `7K3-9QF-2X`.
    pub person_number: String,
    /// The date of birth.
    pub date_of_birth: Date,
    /// The age today, in completed years.
    pub age_years: i16,
    /// What the patient tells about themselves, without the insurance; none when they have told nothing.
    pub profile: Option<PatientProfile>,
    /// Whether the patient agrees to visits on video and by phone.
    pub remote_care: RemoteCare,
    /// Whether the caller may add and end allergies.
    pub may_record: bool,
    /// The access outside of the usual rules, if the caller reads it because of one.
    pub break_glass: Option<OpenBreakGlass>,
    /// The allergies, most severe first.
    pub allergies: Vec<AllergyView>,
    /// The allergies that no longer apply or were entered in error, the last ones first.
    pub ended_allergies: Vec<EndedAllergy>,
    /// The medicines of valid prescriptions of the last year, newest first.
    pub medicines: Vec<MedicineTaken>,
    /// The diagnoses of earlier visits, newest first.
    pub diagnoses: Vec<PastDiagnosis>,
    /// The visits that have ended, newest first.
    pub visits: Vec<PastVisit>,
}

/// What a doctor must know about the patient of a visit before deciding anything. Pages show it unfolded.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyView {
    /// The visit.
    pub encounter: EncounterId,
    /// The patient.
    pub patient: PatientId,
    /// The full name.
    pub name: String,
    /// The date of birth.
    pub date_of_birth: Date,
    /// The age today, in completed years.
    pub age_years: i16,
    /// The reason for the visit, in the patient's words.
    pub reason: String,
    /// The allergies, most severe first.
    pub allergies: Vec<AllergyView>,
    /// The medicines of valid prescriptions of the last year, newest first.
    pub medicines: Vec<MedicineTaken>,
    /// The newest measurements, if there are any.
    pub vitals: Option<MeasurementView>,
}

/// A prescription in the summary of a visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryPrescription {
    /// The prescription's id.
    pub id: PrescriptionId,
    /// Its number: `RX-7K3-9QF-2X`.
    pub number: String,
    /// The state: whether it is valid.
    pub state: PrescriptionState,
    /// Its medicines.
    pub medicines: Vec<Medicine>,
}

/// The summary of a visit for the patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientVisitSummary {
    /// The visit.
    pub encounter: EncounterId,
    /// The name of the patient.
    pub patient_name: String,
    /// The name of the doctor.
    pub doctor_name: String,
    /// The name of the clinic.
    pub clinic_name: String,
    /// When the doctor admitted the patient.
    pub started_at: Timestamp,
    /// When the visit ended.
    pub ended_at: Timestamp,
    /// The diagnoses, the main one first.
    pub diagnoses: Vec<DiagnosisView>,
    /// The plan, in the doctor's words.
    pub plan: Option<String>,
    /// When the doctor signed the note, if that has happened.
    pub signed_at: Option<Timestamp>,
    /// The addenda to the note, the oldest first.
    pub addenda: Vec<AddendumView>,
    /// The signed prescriptions of the visit.
    pub prescriptions: Vec<SummaryPrescription>,
    /// The issued letters of the visit, the newest first.
    pub letters: Vec<LetterLine>,
}

/// The visits of a doctor that have ended without a note.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotesMissing {
    /// How many there are.
    pub count: i64,
    /// The one that ended first.
    pub first: Option<EncounterId>,
}

redacted!(DiagnosisView);
redacted!(NoteView);
redacted!(ConsultView);
redacted!(NoteVersionView);
redacted!(VisitRecordView);
redacted!(AllergyView);
redacted!(EndedAllergy);
redacted!(PastDiagnosis);
redacted!(MedicineTaken);
redacted!(PastVisit);
redacted!(PatientSummary);
redacted!(SafetyView);
redacted!(SummaryPrescription);
redacted!(PatientVisitSummary);
