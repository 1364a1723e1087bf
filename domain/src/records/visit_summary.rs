//! The summary of a visit for the patient.

use super::{
    store::{self, signatures},
    subjects::{DiagnosesOf, NoteOf},
};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Read},
    audit::{Audit, AuditAction},
    db::Tx,
    prescriptions,
};
use model::{
    errors::Code,
    ids::{EncounterId, PatientId},
    records::PatientVisitSummary,
};

/// The summary of a visit that has ended: with whom it was, the diagnoses, what happens next with the addenda, what was prescribed.
///
/// # Errors
/// `not_found`, also while the visit has not ended.
pub async fn visit_summary(domain: &Domain, access: &Access, encounter: EncounterId) -> Result<PatientVisitSummary> {
    let mut tx = domain.begin_reading("records.visit_summary", access).await?;
    let (patient, summary) = summary_of(&mut tx, encounter).await?;
    tx.commit(Audit::read(AuditAction::RecordsVisitSummaryRead).patient(patient).on(ResourceKind::Visit, encounter)).await?;
    Ok(summary)
}

/// The summary of a visit, and its patient.
///
/// # Errors
/// Those of [`visit_summary`].
pub(super) async fn summary_of(tx: &mut Tx, encounter: EncounterId) -> Result<(PatientId, PatientVisitSummary)> {
    let permit = tx.permit(Read, NoteOf(encounter)).await?;
    let of_diagnoses = tx.permit_also(&permit, Read, DiagnosesOf(encounter)).await?;
    let visit = store::visit(tx, &permit).await?;
    let (Some(started_at), Some(ended_at)) = (visit.admitted_at, visit.ended_at) else { return Err(Code::NotFound.into()) };
    let plan = store::note(tx, &permit).await?.note.plan;
    let summary = PatientVisitSummary {
        encounter,
        patient_name: visit.patient_name,
        doctor_name: visit.doctor_name,
        clinic_name: visit.clinic_name,
        started_at,
        ended_at,
        diagnoses: store::diagnoses(tx, &of_diagnoses).await?,
        plan: (!plan.is_empty()).then_some(plan),
        signed_at: signatures::signature(tx, &permit, encounter).await?.map(|signature| signature.signed_at),
        addenda: signatures::addenda(tx, &permit, encounter).await?,
        prescriptions: prescriptions::signed_at_visit(tx, &permit, encounter).await?,
        letters: store::letters::at_visit(tx, &permit, encounter).await?,
    };
    Ok((permit.patient()?, summary))
}
