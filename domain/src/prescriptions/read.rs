//! Reading prescriptions.

use super::{
    paper, rules,
    store::{self, Line},
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Action, Permit, ResourceKind, Subject,
        actions::{Cancel, Read, Sign},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    vault::Column,
};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldFault},
    ids::{EncounterId, PatientId, PrescriptionId},
    page::{Page, page_size},
    prescriptions::{PrescriptionLine, PrescriptionState, PrescriptionView},
    records::{MedicineTaken, SummaryPrescription},
};

/// How long a signed medicine counts as taken; durations are free text, so there is no exact end.
const TAKEN_FOR: SignedDuration = SignedDuration::from_hours(24 * 365);

/// How many prescriptions the summary of a patient includes at most.
const TAKEN_AT_MOST: i64 = 20;

/// One page of a list of prescriptions.
#[derive(Debug, Clone, Default)]
pub struct ListPrescriptions {
    /// Where the page begins: `next_cursor` of the previous page.
    pub cursor: Option<String>,
    /// How many prescriptions.
    pub size: Option<u32>,
}

/// One prescription.
///
/// # Errors
/// `not_found`, also for the draft of another doctor.
pub async fn get(domain: &Domain, access: &Access, id: PrescriptionId) -> Result<PrescriptionView> {
    let mut tx = domain.begin_reading("prescriptions.get", access).await?;
    let permit = tx.permit(Read, id).await?;
    let view = view(&mut tx, &permit).await?;
    tx.commit(Audit::read(AuditAction::PrescriptionsRead).patient(view.patient).on(ResourceKind::Prescription, id)).await?;
    Ok(view)
}

/// A draft before it is signed, shown as it will be printed.
///
/// # Errors
/// `not_found`; `access.forbidden` for everyone except its author; `prescriptions.frozen`, `prescriptions.empty`.
pub async fn review(domain: &Domain, access: &Access, id: PrescriptionId) -> Result<PrescriptionView> {
    let mut tx = domain.begin("prescriptions.review", access).await?;
    let permit = tx.permit(Sign, id).await?;
    let view = view(&mut tx, &permit).await?;
    if view.state != PrescriptionState::Draft {
        return Err(Code::PrescriptionFrozen.into());
    }
    if view.items.is_empty() {
        return Err(Code::PrescriptionEmpty.into());
    }
    tx.commit(Audit::read(AuditAction::PrescriptionsReviewed).patient(view.patient).on(ResourceKind::Prescription, id)).await?;
    Ok(view)
}

/// The caller's prescriptions, newest first: patients see their own, doctors their own with drafts, pharmacists those of their clinic.
///
/// # Errors
/// `access.forbidden` for roles without such a list; `request.fields_invalid` with the field `cursor`.
pub async fn list(domain: &Domain, access: &Access, query: ListPrescriptions) -> Result<Page<PrescriptionLine>> {
    let scope = access.scope(ResourceKind::Prescription)?;
    let before = query.cursor.as_deref().map(str::parse::<PrescriptionId>).transpose();
    let before = before.map_err(|_| Error::field("cursor", FieldFault::Malformed))?;
    let size = page_size(query.size);
    let mut tx = domain.begin_reading("prescriptions.list", access).await?;
    let lines = store::lines(&mut tx, &scope, before, i64::from(size) + 1).await?;
    let page = Page::cut(lines, size, |line| line.id.to_string());
    let of: Vec<(PrescriptionId, PatientId)> = page.items.iter().map(|line| (line.id, line.patient)).collect();
    let medicines = store::medicines_of(&mut tx, &of).await?;
    let items = page.items.iter().map(|line| line_view(line, &medicines)).collect::<Result<Vec<_>>>()?;
    tx.commit(Audit::read(AuditAction::PrescriptionsListed).patients(of.into_iter().map(|(_, patient)| patient))).await?;
    Ok(page.with(items))
}

/// How many prescriptions the calling doctor has not signed yet. It names no patient, so reading it is not audited.
///
/// # Errors
/// `access.sign_in_needed`, `access.forbidden`.
pub async fn drafts_waiting(domain: &Domain, access: &Access) -> Result<i64> {
    let doctor = access.acting_doctor()?;
    access.scope(ResourceKind::Prescription)?;
    let mut tx = domain.begin_reading("prescriptions.drafts_waiting", access).await?;
    let drafts = store::drafts(&mut tx, doctor).await?;
    tx.close().await?;
    Ok(drafts)
}

fn line_view(line: &Line, medicines: &[(PrescriptionId, model::prescriptions::Medicine)]) -> Result<PrescriptionLine> {
    Ok(PrescriptionLine {
        id: line.id,
        number: paper::number(line.number)?,
        state: rules::state(line.signed_at, line.cancelled_at),
        encounter: line.encounter,
        patient_name: line.patient_name.clone(),
        doctor_name: line.doctor_name.clone(),
        at: line.signed_at.unwrap_or(line.created_at),
        medicines: medicines.iter().filter(|(id, _)| *id == line.id).map(|(_, medicine)| medicine.medicine.clone()).collect(),
    })
}

/// A prescription as its page shows it.
pub(super) async fn view<A: Action>(tx: &mut Tx, permit: &Permit<A, PrescriptionId>) -> Result<PrescriptionView> {
    let head = store::head(tx, permit).await?;
    let items = store::items(tx, permit).await?;
    let cancel_reason =
        match head.cancelled.as_ref().and_then(|cancelled| Some((cancelled.event, cancelled.reason_cipher.as_ref()?))) {
            Some((event, cipher)) => {
                Some(tx.patient_key(head.patient).await?.decrypt(Column::PrescriptionEventReason, event, cipher)?)
            }
            None => None,
        };
    let cancelled_at = head.cancelled.as_ref().map(|cancelled| cancelled.at);
    Ok(PrescriptionView {
        id: head.id,
        number: paper::number(head.number)?,
        state: rules::state(head.signed_at, cancelled_at),
        encounter: head.encounter,
        patient: head.patient,
        patient_name: head.patient_name,
        patient_born: head.patient_born,
        person_number: paper::person_number(head.patient_number)?,
        doctor_name: head.doctor_name,
        clinic_name: head.clinic_name,
        clinic_zone: head.clinic_zone,
        created_at: head.created_at,
        signed_at: head.signed_at,
        cancelled_at,
        cancel_reason,
        items,
        version: i64::from(head.version),
        may_cancel: permit.may(tx.access(), Cancel),
    })
}

/// The medicines that were prescribed for a patient in the last year and not cancelled, newest first.
pub(crate) async fn medicines_taken<S: Subject>(tx: &mut Tx, permit: &Permit<Read, S>) -> Result<Vec<MedicineTaken>> {
    let since = tx.now() - TAKEN_FOR;
    store::taken_since(tx, permit, since, TAKEN_AT_MOST).await
}

/// The prescriptions signed at a visit, in the order of writing; the cancelled ones are marked.
pub(crate) async fn signed_at_visit<S: Subject>(
    tx: &mut Tx,
    permit: &Permit<Read, S>,
    encounter: EncounterId,
) -> Result<Vec<SummaryPrescription>> {
    let signed = store::signed_at_visit(tx, permit, encounter).await?;
    summaries(tx, permit.patient()?, signed).await
}

/// Prescriptions of the permit's patient that were signed; the cancelled ones are marked. Others of the ids are left out.
pub(crate) async fn signed<S: Subject>(
    tx: &mut Tx,
    permit: &Permit<Read, S>,
    ids: &[PrescriptionId],
) -> Result<Vec<SummaryPrescription>> {
    let signed = store::signed(tx, permit, ids).await?;
    summaries(tx, permit.patient()?, signed).await
}

async fn summaries(tx: &mut Tx, patient: PatientId, signed: Vec<store::SignedAtVisit>) -> Result<Vec<SummaryPrescription>> {
    let of: Vec<(PrescriptionId, PatientId)> = signed.iter().map(|signed| (signed.id, patient)).collect();
    let medicines = store::medicines_of(tx, &of).await?;
    let summary = signed.into_iter().map(|signed| {
        Ok(SummaryPrescription {
            id: signed.id,
            number: paper::number(signed.number)?,
            state: rules::state(Some(signed.signed_at), signed.cancelled_at),
            medicines: medicines.iter().filter(|(of, _)| *of == signed.id).map(|(_, medicine)| medicine.clone()).collect(),
        })
    });
    summary.collect()
}
