//! The summary of a patient.

use super::{
    rules, store,
    subjects::{AllergiesOf, NoteOf, PastDiagnoses},
};
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{Create, Read},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    directory, identity, prescriptions,
};
use model::{
    ids::{EncounterId, PatientId},
    records::PatientSummary,
};

/// The summary of a patient, for those who treat them: identity, allergies, medicines, past diagnoses, past visits.
///
/// # Errors
/// `not_found`.
pub async fn summary(domain: &Domain, access: &Access, patient: PatientId) -> Result<PatientSummary> {
    let tx = domain.begin_reading("records.summary", access).await?;
    summary_in(tx, patient).await
}

/// The same for the patient of a visit.
///
/// # Errors
/// `not_found`.
pub async fn summary_at(domain: &Domain, access: &Access, encounter: EncounterId) -> Result<PatientSummary> {
    let mut tx = domain.begin_reading("records.summary", access).await?;
    let permit = tx.permit(Read, NoteOf(encounter)).await?;
    let patient = permit.patient()?;
    summary_in(tx, patient).await
}

async fn summary_in(mut tx: Tx, patient: PatientId) -> Result<PatientSummary> {
    let permit = tx.permit(Read, AllergiesOf(patient)).await?;
    let past = tx.permit_also(&permit, Read, PastDiagnoses(patient)).await?;
    let identity = tx.permit_also(&permit, Read, patient).await?;
    let mut person = store::person(&mut tx, &permit).await?;
    rules::sort_allergies(&mut person.allergies);
    let summary = PatientSummary {
        patient,
        age_years: person.age(tx.now()),
        name: person.name,
        person_number: prescriptions::person_number(person.number)?,
        date_of_birth: person.date_of_birth,
        remote_care: identity::remote_care(&mut tx, patient).await?,
        profile: directory::profile_for_care(&mut tx, &identity).await?,
        break_glass: directory::open_break_glass(&mut tx, &permit).await?,
        may_record: permit.may(tx.access(), Create),
        allergies: person.allergies,
        ended_allergies: store::ended_allergies(&mut tx, &permit).await?,
        medicines: prescriptions::medicines_taken(&mut tx, &permit).await?,
        diagnoses: store::past_diagnoses(&mut tx, &past).await?,
        visits: person.visits,
    };
    tx.commit(Audit::read(AuditAction::RecordsSummaryRead).patient(patient).on(ResourceKind::Patient, patient)).await?;
    Ok(summary)
}
