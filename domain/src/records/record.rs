//! The entries of a patient's record, and all versions of one of them.

use super::{
    looks, rules, store,
    subjects::{AllergiesOf, EntriesOf},
};
use crate::{
    Domain, Result,
    access::{
        Access, Permit, ResourceKind,
        actions::{Create, Read},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    directory,
};
use model::{
    errors::Code,
    ids::{PatientId, RecordEntryId},
    records::{AllergyView, EntryHistory, EntryKind, PatientRecordView},
};

/// The most entries that a record shows.
const SHOWN: usize = 500;

/// Selects entries of a record.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadRecord {
    /// The patient; without one, the patient on whose behalf the caller acts.
    pub patient: Option<PatientId>,
    /// Only this kind.
    pub kind: Option<EntryKind>,
}

/// The newest entries of a patient's record that count, without those that were entered in error.
///
/// # Errors
/// `not_found`; `access.forbidden` when the caller names no patient and acts for none.
pub async fn record(domain: &Domain, access: &Access, query: ReadRecord) -> Result<PatientRecordView> {
    let patient = match query.patient {
        Some(patient) => patient,
        None => access.acting_patient()?,
    };
    let mut tx = domain.begin_reading("records.record", access).await?;
    let permit = tx.permit(Read, EntriesOf(patient)).await?;
    let mut entries = store::entries(&mut tx, &permit, query.kind, SHOWN + 1).await?;
    let is_cut = entries.len() > SHOWN;
    entries.truncate(SHOWN);
    let is_own = access.acting()?.patient == Some(patient);
    let allergies = if is_own { own_allergies(&mut tx, &permit).await? } else { Vec::new() };
    let view = PatientRecordView {
        patient,
        patient_name: store::name_of_patient(&mut tx, patient).await?.ok_or(Code::NotFound)?,
        allergies,
        entries,
        is_cut,
        may_record: permit.may(access, Create),
        break_glass: directory::open_break_glass(&mut tx, &permit).await?,
        new_since: looks::new_since(&mut tx, &permit).await?,
    };
    tx.commit(Audit::read(AuditAction::RecordsEntriesRead).patient(patient).on(ResourceKind::Entry, patient)).await?;
    Ok(view)
}

/// The allergies, for the patient's side.
async fn own_allergies(tx: &mut Tx, permit: &Permit<Read, EntriesOf>) -> Result<Vec<AllergyView>> {
    let permit = tx.permit_also(permit, Read, AllergiesOf(permit.id().0)).await?;
    let mut allergies = store::person(tx, &permit).await?.allergies;
    rules::sort_allergies(&mut allergies);
    Ok(allergies)
}

/// One entry with all its versions, also one that was entered in error.
///
/// # Errors
/// `not_found`.
pub async fn entry_history(domain: &Domain, access: &Access, patient: PatientId, entry: RecordEntryId) -> Result<EntryHistory> {
    let mut tx = domain.begin_reading("records.entry_history", access).await?;
    let permit = tx.permit(Read, EntriesOf(patient)).await?;
    let versions = store::entry_versions(&mut tx, &permit, entry).await?;
    let newest = versions.first().ok_or(Code::NotFound)?;
    let (kind, is_withdrawn) = (newest.entry.kind(), newest.error.is_some());
    let view = EntryHistory {
        id: entry,
        patient,
        patient_name: store::name_of_patient(&mut tx, patient).await?.ok_or(Code::NotFound)?,
        kind,
        versions,
        may_record: permit.may(access, Create) && !is_withdrawn,
        break_glass: directory::open_break_glass(&mut tx, &permit).await?,
    };
    let read = Audit::read(AuditAction::RecordsEntryRead).patient(patient).on(ResourceKind::Entry, patient);
    tx.commit(read.with_id("entry", entry)).await?;
    Ok(view)
}
