//! What the doctor works on during the video call.

use super::{
    notes,
    store::{self, signatures},
    subjects::{DiagnosesOf, NoteOf},
};
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{Follow, Read},
    },
    audit::{Audit, AuditAction},
};
use model::{errors::Code, ids::EncounterId, records::ConsultView};

/// The note and the diagnoses of a visit. The patient can read them once the visit has ended.
///
/// # Errors
/// `not_found`, `access.forbidden`.
pub async fn consult(domain: &Domain, access: &Access, encounter: EncounterId) -> Result<ConsultView> {
    let mut tx = domain.begin_reading("records.consult", access).await?;
    let permit = tx.permit(Read, NoteOf(encounter)).await?;
    let of_diagnoses = tx.permit_also(&permit, Read, DiagnosesOf(encounter)).await?;
    let patient = permit.patient()?;
    let visit = store::visit(&mut tx, &permit).await?;
    if visit.ended_at.is_none() && !permit.may(access, Follow) {
        return Err(Code::NotFound.into());
    }
    let note = store::note(&mut tx, &permit).await?;
    let signature = signatures::signature(&mut tx, &permit, encounter).await?;
    let diagnoses = store::diagnoses(&mut tx, &of_diagnoses).await?;
    let helps = notes::helps(&mut tx, &permit, access).await?;
    tx.commit(Audit::read(AuditAction::RecordsConsultRead).patient(patient).on(ResourceKind::Note, encounter)).await?;
    let (patient_name, ended_at) = (visit.patient_name, visit.ended_at);
    Ok(ConsultView { encounter, patient, patient_name, ended_at, note, signature, helps, diagnoses })
}
