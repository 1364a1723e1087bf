//! The record of one visit, as it can be read afterwards.

use super::{
    changes, notes, signatures, store,
    subjects::{DiagnosesOf, NoteOf},
};
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{Follow, Write},
    },
    audit::{Audit, AuditAction},
    directory,
};
use model::{ids::EncounterId, records::VisitRecordView};

/// The diagnoses of a visit and every version of its note, for those who treat the patient. The visit's doctor may amend the note
/// ([`super::save_note`]) until it is signed, and adds addenda afterwards.
///
/// # Errors
/// `not_found`; `access.forbidden` for the patient, who reads [`super::visit_summary`].
pub async fn visit_record(domain: &Domain, access: &Access, encounter: EncounterId) -> Result<VisitRecordView> {
    let mut tx = domain.begin_reading("records.visit_record", access).await?;
    let permit = tx.permit(Follow, NoteOf(encounter)).await?;
    let of_diagnoses = tx.permit_also(&permit, Follow, DiagnosesOf(encounter)).await?;
    let visit = store::visit(&mut tx, &permit).await?;
    let mut versions = store::note_versions(&mut tx, &permit).await?;
    changes::note_changes(&mut versions);
    let view = VisitRecordView {
        encounter,
        patient: permit.patient()?,
        patient_name: visit.patient_name,
        doctor_name: visit.doctor_name,
        clinic_name: visit.clinic_name,
        started_at: visit.admitted_at,
        ended_at: visit.ended_at,
        diagnoses: store::diagnoses(&mut tx, &of_diagnoses).await?,
        versions,
        break_glass: directory::open_break_glass(&mut tx, &permit).await?,
        signing: signatures::signing(&mut tx, &permit, access).await?,
        letters: store::letters::at_visit(&mut tx, &permit, encounter).await?,
        may_write: permit.may(access, Write),
        helps: notes::helps(&mut tx, &permit, access).await?,
    };
    tx.commit(Audit::read(AuditAction::RecordsVisitRead).patient(view.patient).on(ResourceKind::Note, encounter)).await?;
    Ok(view)
}
