//! Entries of a patient's record: adding one, changing it, and marking it as entered in error. Each of them writes a version; no version is changed or deleted.

use super::{store, subjects::EntriesOf};
use crate::{
    Domain, Error, Result,
    access::{Access, Permit, ResourceKind, actions::Create},
    audit::{Audit, AuditAction},
    db::Tx,
    idempotency::{self, Claimed},
};
use jiff::{Timestamp, tz};
use model::{
    errors::{Code, FieldFault},
    ids::{PatientId, RecordEntryId},
    records::{Entry, TypedEntry},
    text::many_lines,
};
use serde::Serialize;
use std::fmt;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 300;

/// Adds an entry to a record.
#[derive(Clone, Serialize)]
pub struct AddEntry {
    /// The patient.
    pub patient: PatientId,
    /// The fields, as they were typed.
    pub typed: TypedEntry,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Leaves out the fields, which are medical.
impl fmt::Debug for AddEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddEntry").field("patient", &self.patient).finish_non_exhaustive()
    }
}

/// Writes a new version of an entry.
#[derive(Debug, Clone)]
pub struct ChangeEntry {
    /// The patient.
    pub patient: PatientId,
    /// The entry.
    pub entry: RecordEntryId,
    /// The version that the writer saw.
    pub version_seen: i64,
    /// The fields, as they were typed. The kind stays the same.
    pub typed: TypedEntry,
}

/// Marks an entry as entered in error.
#[derive(Clone)]
pub struct WithdrawEntry {
    /// The patient.
    pub patient: PatientId,
    /// The entry.
    pub entry: RecordEntryId,
    /// The version that the writer saw.
    pub version_seen: i64,
    /// Why.
    pub reason: String,
}

/// Leaves out the reason, which may be medical.
impl fmt::Debug for WithdrawEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithdrawEntry").field("entry", &self.entry).finish_non_exhaustive()
    }
}

/// Adds an entry to a record.
///
/// # Errors
/// `request.fields_invalid` with every wrong field; `not_found`, `access.forbidden`.
pub async fn add_entry(domain: &Domain, access: &Access, command: AddEntry) -> Result<RecordEntryId> {
    let (entry, source) = command.typed.parse().map_err(Error::fields)?;
    begun(&entry, domain.now())?;
    let mut tx = domain.begin("records.add_entry", access).await?;
    let permit = tx.permit(Create, EntriesOf(command.patient)).await?;
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(done) = idempotency::claim(&mut tx, "records.add_entry", key, &command).await? {
        tx.close().await?;
        return Ok(done.into());
    }
    if !has_known_code(&mut tx, &entry).await? {
        tx.close().await?;
        return Err(unknown_code());
    }
    let id = store::insert_entry(&mut tx, &permit, &entry, source).await?;
    idempotency::finish(&mut tx, key, id.uuid()).await?;
    tx.commit(audited(AuditAction::RecordsEntryAdded, command.patient, id).with("kind", entry.kind().as_str())).await?;
    Ok(id)
}

/// Writes a new version of an entry and returns its number.
///
/// It needs no idempotency key: the same content sent twice is one version, whatever version the repeat names.
///
/// # Errors
/// `request.fields_invalid` with every wrong field, and with `kind` for another kind; `request.stale` when somebody else has changed it in between;
/// `records.entry_withdrawn`; `not_found`, `access.forbidden`.
pub async fn change_entry(domain: &Domain, access: &Access, command: ChangeEntry) -> Result<i64> {
    let (entry, source) = command.typed.parse().map_err(Error::fields)?;
    begun(&entry, domain.now())?;
    let mut tx = domain.begin("records.change_entry", access).await?;
    let permit = tx.permit(Create, EntriesOf(command.patient)).await?;
    let latest = match latest(&mut tx, &permit, command.entry).await {
        Ok(latest) => latest,
        Err(error) => return refused(tx, error).await,
    };
    if latest.error.is_some() {
        return refused(tx, Code::EntryWithdrawn.into()).await;
    }
    if latest.entry.kind() != entry.kind() {
        return refused(tx, Error::field("kind", FieldFault::UnknownChoice)).await;
    }
    if latest.entry == entry && latest.source == source {
        tx.close().await?;
        return Ok(latest.version.into());
    }
    if i64::from(latest.version) != command.version_seen {
        return refused(tx, Code::Stale.into()).await;
    }
    if !has_known_code(&mut tx, &entry).await? {
        return refused(tx, unknown_code()).await;
    }
    let version =
        store::insert_entry_version(&mut tx, &permit, command.entry, store::EntryBody { entry, source, error: None }).await?;
    let version = i64::from(version);
    tx.commit(audited(AuditAction::RecordsEntryChanged, command.patient, command.entry).with("version", version)).await?;
    Ok(version)
}

/// Marks an entry as entered in error: it does not count any more, and stays readable with the reason. A repeat changes nothing.
///
/// # Errors
/// `request.fields_invalid` with the field `reason`; `request.stale`; `not_found`, `access.forbidden`.
pub async fn withdraw_entry(domain: &Domain, access: &Access, command: WithdrawEntry) -> Result<()> {
    let reason = many_lines(&command.reason, LONGEST_REASON).map_err(|fault| Error::field("reason", fault))?;
    let mut tx = domain.begin("records.withdraw_entry", access).await?;
    let permit = tx.permit(Create, EntriesOf(command.patient)).await?;
    let latest = match latest(&mut tx, &permit, command.entry).await {
        Ok(latest) => latest,
        Err(error) => return refused(tx, error).await,
    };
    if latest.error.is_some() {
        return tx.close().await;
    }
    if i64::from(latest.version) != command.version_seen {
        return refused(tx, Code::Stale.into()).await;
    }
    let body = store::EntryBody { entry: latest.entry, source: latest.source, error: Some(reason) };
    let version = store::insert_entry_version(&mut tx, &permit, command.entry, body).await?;
    let entry = audited(AuditAction::RecordsEntryWithdrawn, command.patient, command.entry);
    tx.commit(entry.with("version", i64::from(version))).await
}

async fn latest(tx: &mut Tx, permit: &Permit<Create, EntriesOf>, id: RecordEntryId) -> Result<store::LatestEntry> {
    store::latest_entry(tx, permit, id).await?.ok_or_else(|| Code::NotFound.into())
}

/// Ends a transaction that is refused after the patient was locked.
pub(super) async fn refused<T>(tx: Tx, error: Error) -> Result<T> {
    tx.close().await?;
    Err(error)
}

/// Whether the code of the entry, if it has one, can be recorded.
async fn has_known_code(tx: &mut Tx, entry: &Entry) -> Result<bool> {
    match entry.code() {
        None => Ok(true),
        Some(code) => Ok(!store::codes_listed(tx, &[code.to_owned()]).await?.is_empty()),
    }
}

fn unknown_code() -> Error {
    Error::field("code", FieldFault::UnknownChoice)
}

/// Checks that what an entry says has begun. Today is the date where the day begins first, so that nobody is refused their own today.
fn begun(entry: &Entry, now: Timestamp) -> Result<()> {
    let today = tz::offset(14).to_datetime(now).date();
    match entry.since() {
        Some(since) if since.is_after(today) => Err(Error::field("since", FieldFault::NotPast)),
        Some(_) | None => Ok(()),
    }
}

fn audited(action: AuditAction, patient: PatientId, entry: RecordEntryId) -> Audit {
    Audit::of(action).patient(patient).on(ResourceKind::Entry, patient).with_id("entry", entry)
}
