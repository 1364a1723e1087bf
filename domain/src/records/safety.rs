//! What a doctor must know about a patient before deciding anything: age, reason for the visit, allergies, medicines.

use super::{
    measurements::listed,
    rules, store,
    subjects::{AllergiesOf, NoteOf, VitalsOf},
};
use crate::{
    Domain, Result,
    access::{Access, Permit, ResourceKind, actions::Read},
    audit::{Audit, AuditAction},
    db::Tx,
    prescriptions, scheduling,
};
use model::{
    errors::Code,
    ids::{EncounterId, PatientId},
    records::SafetyView,
};

/// What must be known about the patient of a visit.
///
/// # Errors
/// `not_found`.
pub async fn safety(domain: &Domain, access: &Access, encounter: EncounterId) -> Result<SafetyView> {
    let mut tx = domain.begin_reading("records.safety", access).await?;
    let permits = permits(&mut tx, encounter).await?;
    let view = read(&mut tx, &permits).await?;
    tx.commit(Audit::read(AuditAction::RecordsSafetyRead).patient(view.patient).on(ResourceKind::Visit, encounter)).await?;
    Ok(view)
}

/// The same for several visits, in their order. Visits that do not exist for the caller are left out.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn safety_of_many(domain: &Domain, access: &Access, encounters: &[EncounterId]) -> Result<Vec<SafetyView>> {
    access.acting()?;
    let mut tx = domain.begin_reading("records.safety_of_many", access).await?;
    let mut found = Vec::with_capacity(encounters.len());
    for encounter in encounters {
        found.extend(known(permits(&mut tx, *encounter).await)?);
    }
    // One statement for the keys of all patients, which are then at hand below.
    let patients: Vec<PatientId> = found.iter().map(|permits| permits.patient).collect();
    tx.patient_keys(&patients).await?;
    let mut views = Vec::with_capacity(found.len());
    for permits in &found {
        views.extend(known(read(&mut tx, permits).await)?);
    }
    tx.commit(Audit::read(AuditAction::RecordsSafetyRead).patients(views.iter().map(|view| view.patient))).await?;
    Ok(views)
}

/// What the caller may read: the visit, and the allergies of its patient.
struct Permits {
    encounter: EncounterId,
    patient: PatientId,
    visit: Permit<Read, NoteOf>,
    allergies: Permit<Read, AllergiesOf>,
    vitals: Permit<Read, VitalsOf>,
}

async fn permits(tx: &mut Tx, encounter: EncounterId) -> Result<Permits> {
    let visit = tx.permit(Read, NoteOf(encounter)).await?;
    let patient = visit.patient()?;
    // Who had a visit with the patient years ago may read its note, and not what the patient takes today.
    let allergies = tx.permit(Read, AllergiesOf(patient)).await?;
    let vitals = tx.permit_also(&allergies, Read, VitalsOf(patient)).await?;
    Ok(Permits { encounter, patient, visit, allergies, vitals })
}

/// `None` for what does not exist for the caller.
fn known<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code() == Code::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

async fn read(tx: &mut Tx, permits: &Permits) -> Result<SafetyView> {
    let Permits { encounter, patient, visit, allergies, vitals } = permits;
    let mut person = store::person(tx, allergies).await?;
    rules::sort_allergies(&mut person.allergies);
    Ok(SafetyView {
        encounter: *encounter,
        patient: *patient,
        age_years: person.age(tx.now()),
        name: person.name,
        date_of_birth: person.date_of_birth,
        reason: scheduling::reason_at_visit(tx, visit, *encounter).await?,
        allergies: person.allergies,
        medicines: prescriptions::medicines_taken(tx, allergies).await?,
        vitals: listed(tx, vitals, None, 1).await?.items.pop(),
    })
}
