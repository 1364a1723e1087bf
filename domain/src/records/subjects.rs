//! Records, as the policy sees them.

use crate::{
    Result,
    access::{Facts, ResourceKind, Subject},
    db::Tx,
    directory, visits,
};
use model::ids::{ClinicId, EncounterId, NoteTemplateId, PatientId, UserId};
use uuid::Uuid;

/// A part of the record that was written at one visit.
pub(super) trait AtVisit: Subject {
    /// The visit.
    fn encounter(self) -> EncounterId;
}

/// The note of one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoteOf(pub(super) EncounterId);

/// The requests to co-sign the note of one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CosignaturesOf(pub(super) EncounterId);

/// The letters of one visit, also those that do not exist yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LettersAt(pub(super) EncounterId);

/// The letters of one patient over all visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LettersOf(pub(super) PatientId);

/// The diagnoses of one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DiagnosesOf(pub(super) EncounterId);

/// The allergies of one patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AllergiesOf(pub(super) PatientId);

/// The entries in the record of one patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EntriesOf(pub(super) PatientId);

/// The notes of one patient over all visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotesOf(pub(super) PatientId);

/// The prescriptions of one patient over all visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PrescribedFor(pub(super) PatientId);

/// The measurements of one patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct VitalsOf(pub(super) PatientId);

/// The documents in the record of one patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DocumentsOf(pub(super) PatientId);

/// The diagnoses of one patient over all visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PastDiagnoses(pub(super) PatientId);

/// A template of notes that does not exist yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NewTemplate {
    pub(super) id: NoteTemplateId,
    /// The clinic to which it will belong; `None` for the organisation.
    pub(super) clinic: Option<ClinicId>,
}

/// The phrases of somebody.
pub(super) trait OfPhrases: Subject {
    /// The doctor whose own phrases they are.
    fn user(self) -> Option<UserId>;

    /// The clinic to which they belong. Without user and clinic they belong to the organisation.
    fn clinic(self) -> Option<ClinicId>;

    /// The id under which they are stored.
    fn owner(self) -> Uuid {
        self.user().map(UserId::uuid).or(self.clinic().map(ClinicId::uuid)).unwrap_or_default()
    }
}

/// The phrases of a doctor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OwnPhrases(pub(super) UserId);

/// The phrases of a clinic, or of the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SharedPhrases(pub(super) Option<ClinicId>);

impl AtVisit for NoteOf {
    fn encounter(self) -> EncounterId {
        self.0
    }
}

impl AtVisit for DiagnosesOf {
    fn encounter(self) -> EncounterId {
        self.0
    }
}

impl Subject for NoteOf {
    const KIND: ResourceKind = ResourceKind::Note;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        visits::facts_of(tx, self.0, lock).await
    }
}

impl Subject for CosignaturesOf {
    const KIND: ResourceKind = ResourceKind::Cosignature;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        visits::facts_of(tx, self.0, lock).await
    }
}

impl Subject for LettersAt {
    const KIND: ResourceKind = ResourceKind::Letter;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        visits::facts_of(tx, self.0, lock).await
    }
}

impl Subject for LettersOf {
    const KIND: ResourceKind = ResourceKind::Letter;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        facts_of_patient(tx, self.0, lock).await
    }
}

impl Subject for DiagnosesOf {
    const KIND: ResourceKind = ResourceKind::Diagnosis;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        visits::facts_of(tx, self.0, lock).await
    }
}

impl Subject for AllergiesOf {
    const KIND: ResourceKind = ResourceKind::Allergy;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        facts_of_patient(tx, self.0, lock).await
    }
}

impl Subject for EntriesOf {
    const KIND: ResourceKind = ResourceKind::Entry;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        facts_of_patient(tx, self.0, lock).await
    }
}

impl Subject for NotesOf {
    const KIND: ResourceKind = ResourceKind::Note;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        facts_of_patient(tx, self.0, lock).await
    }
}

impl Subject for PrescribedFor {
    const KIND: ResourceKind = ResourceKind::Prescription;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        facts_of_patient(tx, self.0, lock).await
    }
}

impl Subject for VitalsOf {
    const KIND: ResourceKind = ResourceKind::Vitals;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        facts_of_patient(tx, self.0, lock).await
    }
}

impl Subject for DocumentsOf {
    const KIND: ResourceKind = ResourceKind::Document;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        facts_of_patient(tx, self.0, lock).await
    }
}

impl Subject for PastDiagnoses {
    const KIND: ResourceKind = ResourceKind::Diagnosis;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        facts_of_patient(tx, self.0, lock).await
    }
}

impl Subject for NewTemplate {
    const KIND: ResourceKind = ResourceKind::Clinic;

    fn resource_id(self) -> Uuid {
        self.id.uuid()
    }

    async fn facts(self, _: &mut Tx, _: bool) -> Result<Option<Facts>> {
        Ok(Some(facts_of_clinic(self.clinic)))
    }
}

impl OfPhrases for OwnPhrases {
    fn user(self) -> Option<UserId> {
        Some(self.0)
    }

    fn clinic(self) -> Option<ClinicId> {
        None
    }
}

impl OfPhrases for SharedPhrases {
    fn user(self) -> Option<UserId> {
        None
    }

    fn clinic(self) -> Option<ClinicId> {
        self.0
    }
}

/// Phrases belong to the user's account. Their versions are only added, so nothing is locked.
impl Subject for OwnPhrases {
    const KIND: ResourceKind = ResourceKind::Account;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, _: &mut Tx, _: bool) -> Result<Option<Facts>> {
        Ok(Some(Facts { user: Some(self.0), ..Facts::default() }))
    }
}

impl Subject for SharedPhrases {
    const KIND: ResourceKind = ResourceKind::Clinic;

    fn resource_id(self) -> Uuid {
        self.0.map(ClinicId::uuid).unwrap_or_default()
    }

    async fn facts(self, _: &mut Tx, _: bool) -> Result<Option<Facts>> {
        Ok(Some(facts_of_clinic(self.0)))
    }
}

/// What belongs to no clinic belongs to the organisation, so only a role in all clinics covers it.
fn facts_of_clinic(clinic: Option<ClinicId>) -> Facts {
    Facts { clinics: clinic.into_iter().collect(), ..Facts::default() }
}

/// What is known about a patient over all visits belongs to the clinics at which the patient is cared for.
async fn facts_of_patient(tx: &mut Tx, patient: PatientId, lock: bool) -> Result<Option<Facts>> {
    if lock {
        directory::lock_patient(tx, patient).await?;
    }
    let asker = tx.asker();
    let row = sqlx::query!(
        "select
           exists (select from treats($2, p.patient_id, $3, $4)) as \"treating!\",
           array(select c from cared_for_at(p.patient_id, $3, $4) c) as \"clinics!: Vec<Uuid>\",
           (select g from broken_glass($5, p.patient_id, $6) g) as \"break_glass?: Uuid\"
         from patient_identity p where p.patient_id = $1 and p.deleted_at is null",
        patient.uuid(),
        asker.doctor,
        asker.prepared,
        asker.kept,
        asker.user,
        asker.now
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| Facts {
        patient: Some(patient),
        clinics: row.clinics.into_iter().map(ClinicId::from).collect(),
        treating: row.treating,
        break_glass: row.break_glass.map(Into::into),
        ..Facts::default()
    }))
}
