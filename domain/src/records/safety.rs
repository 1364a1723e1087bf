//! What a doctor must know about a patient before deciding anything: age, reason for the visit, allergies, medicines.

use super::{
    rules, store,
    subjects::{AllergiesOf, NoteOf},
};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Read},
    audit::{Audit, AuditAction},
    db::Tx,
    prescriptions, scheduling,
};
use model::{errors::Code, ids::EncounterId, records::SafetyView};

/// What must be known about the patient of a visit.
///
/// # Errors
/// `not_found`.
pub async fn safety(domain: &Domain, access: &Access, encounter: EncounterId) -> Result<SafetyView> {
    let mut tx = domain.begin_reading("records.safety", access).await?;
    let view = read(&mut tx, encounter).await?;
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
    let mut views = Vec::with_capacity(encounters.len());
    for encounter in encounters {
        match read(&mut tx, *encounter).await {
            Ok(view) => views.push(view),
            Err(error) if error.code() == Code::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    tx.commit(Audit::read(AuditAction::RecordsSafetyRead).patients(views.iter().map(|view| view.patient))).await?;
    Ok(views)
}

async fn read(tx: &mut Tx, encounter: EncounterId) -> Result<SafetyView> {
    let visit = tx.permit(Read, NoteOf(encounter)).await?;
    // Who had a visit with the patient years ago may read its note, and not what the patient takes today.
    let permit = tx.permit(Read, AllergiesOf(visit.patient()?)).await?;
    let mut person = store::person(tx, &permit).await?;
    rules::sort_allergies(&mut person.allergies);
    Ok(SafetyView {
        encounter,
        patient: permit.patient()?,
        age_years: person.age(tx.now()),
        name: person.name,
        date_of_birth: person.date_of_birth,
        reason: scheduling::reason_at_visit(tx, &visit, encounter).await?,
        allergies: person.allergies,
        medicines: prescriptions::medicines_taken(tx, &permit).await?,
    })
}
