//! Lists of files, and marking one as entered in error.

use super::{
    key::{Cell, OwnerKey},
    rules::{Owner, Part, RESTORED_WITHIN},
    store,
    upload::Adds,
};
use crate::{
    Result,
    access::{
        Action, Permit, Subject,
        actions::{Create, Read, Write},
    },
    db::Tx,
};
use jiff::Timestamp;
use model::{
    errors::Code,
    files::{DocumentView, EarlierVersion, FileKind, FilePurpose, FileState, FileTrouble, Scan, WithdrawnDocument},
    ids::{ClinicId, DoctorId, FileId, PatientId, UserId},
};
use std::collections::HashMap;
use uuid::Uuid;

/// How many files are removed at once.
const MOST_REMOVED: i64 = 1_000;

/// A file of a list, for the area that shows it.
pub(crate) struct Listed {
    pub(crate) id: FileId,
    pub(crate) purpose: FilePurpose,
    pub(crate) name: String,
    pub(crate) kind: FileKind,
    pub(crate) bytes: u64,
    pub(crate) pages: Option<u32>,
    pub(crate) has_thumbnail: bool,
    pub(crate) state: FileState,
    pub(crate) trouble: Option<FileTrouble>,
    pub(crate) scan: Scan,
    pub(crate) added_by: UserId,
    pub(crate) by_patient: bool,
    pub(crate) added_at: Timestamp,
    pub(crate) earlier: Vec<EarlierVersion>,
}

impl Listed {
    /// The file as pages show it, with the name of the user who added it.
    pub(crate) fn shown(self, added_by: String, may_withdraw: bool) -> DocumentView {
        DocumentView {
            id: self.id,
            name: self.name,
            kind: Some(self.kind),
            bytes: self.bytes,
            pages: self.pages,
            has_thumbnail: self.has_thumbnail,
            state: self.state,
            trouble: self.trouble,
            scan: self.scan,
            added_by,
            added_at: self.added_at,
            may_withdraw,
            earlier: self.earlier,
        }
    }
}

/// A file of a patient that somebody wants to change: whose it is, and who added it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileOf {
    pub(crate) added_by: UserId,
    pub(crate) by_patient: bool,
}

/// The completed files of the patient of a permit for one purpose, the newest first.
pub(crate) async fn list<S: Subject>(
    tx: &mut Tx,
    permit: &Permit<Read, S>,
    purpose: FilePurpose,
    most: i64,
) -> Result<Vec<Listed>> {
    listed(tx, Owner::Patient(permit.patient()?), &[purpose], most).await
}

/// The completed files of a doctor for some purposes, the newest first.
pub(crate) async fn list_of_doctor(
    tx: &mut Tx,
    permit: &Permit<Read, DoctorId>,
    purposes: &[FilePurpose],
    most: i64,
) -> Result<Vec<Listed>> {
    listed(tx, Owner::Doctor(permit.id()), purposes, most).await
}

/// The completed files of a clinic for one purpose, the newest first.
pub(crate) async fn list_of_clinic(
    tx: &mut Tx,
    permit: &Permit<Read, ClinicId>,
    purpose: FilePurpose,
    most: i64,
) -> Result<Vec<Listed>> {
    listed(tx, Owner::Clinic(permit.id()), &[purpose], most).await
}

/// Those of these files that are of the patient of a permit, whose uploads were completed and that are not withdrawn, the oldest first.
pub(crate) async fn list_some<A: Action, S: Subject>(
    tx: &mut Tx,
    permit: &Permit<A, S>,
    files: &[FileId],
) -> Result<Vec<Listed>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let owner = Owner::Patient(permit.patient()?);
    let rows = store::some(tx.connection(), files).await?;
    named(tx, owner, rows.into_iter().filter(|row| row.owner == owner).collect()).await
}

async fn listed(tx: &mut Tx, owner: Owner, purposes: &[FilePurpose], most: i64) -> Result<Vec<Listed>> {
    let rows = store::of_owner(tx.connection(), owner, purposes, most).await?;
    named(tx, owner, rows).await
}

async fn named(tx: &mut Tx, owner: Owner, rows: Vec<store::FileRow>) -> Result<Vec<Listed>> {
    let mut listed = Vec::with_capacity(rows.len());
    if rows.is_empty() {
        return Ok(listed);
    }
    let owner = OwnerKey::of(tx, owner).await?;
    let newest: Vec<Uuid> = rows.iter().filter(|row| row.has_earlier).map(|row| row.id.uuid()).collect();
    let mut earlier = earlier(tx, &owner, &newest).await?;
    for row in rows {
        listed.push(Listed {
            id: row.id,
            purpose: row.purpose,
            name: owner.text(tx, Cell::Name, row.id, &row.name_cipher).await?,
            kind: row.kind,
            bytes: row.bytes,
            pages: row.pages,
            has_thumbnail: row.has_thumbnail,
            state: row.state,
            trouble: row.trouble,
            scan: row.scan,
            added_by: row.added_by,
            by_patient: row.by_patient,
            added_at: row.added_at,
            earlier: earlier.remove(&row.id).unwrap_or_default(),
        });
    }
    Ok(listed)
}

/// The earlier versions of some files, by the newest one.
async fn earlier(tx: &mut Tx, owner: &OwnerKey, newest: &[Uuid]) -> Result<HashMap<FileId, Vec<EarlierVersion>>> {
    let mut found: HashMap<FileId, Vec<EarlierVersion>> = HashMap::new();
    if newest.is_empty() {
        return Ok(found);
    }
    for store::EarlierRow { newest, id, name_cipher, added_at } in store::earlier(tx.connection(), newest).await? {
        let name = owner.text(tx, Cell::Name, id, &name_cipher).await?;
        found.entry(newest).or_default().push(EarlierVersion { id, name, added_at });
    }
    Ok(found)
}

/// Marks a file of the patient of a permit as entered in error, if `may` allows it; `false` when it was already. It stays, with the reason, and nobody
/// sees it any more.
///
/// # Errors
/// `not_found`; `access.forbidden`; `files.held`; `request.stale` when there is a newer version of it.
pub(crate) async fn withdraw<A: Adds, S: Subject>(
    tx: &mut Tx,
    permit: &Permit<A, S>,
    (file, purpose): (FileId, FilePurpose),
    reason: &str,
    may: impl FnOnce(FileOf) -> bool,
) -> Result<bool> {
    let (user, now, patient) = (tx.access().acting()?.user, tx.now(), permit.patient()?);
    let row = store::lock(tx.connection(), file).await?;
    let of_permit = row.filter(|row| row.owner == Owner::Patient(patient) && row.purpose == purpose);
    let row = of_permit.filter(|row| row.state != FileState::Uploading).ok_or(Code::NotFound)?;
    if !may(FileOf { added_by: row.added_by, by_patient: row.by_patient }) {
        return Err(Code::Forbidden.into());
    }
    if row.is_withdrawn {
        return Ok(false);
    }
    if row.is_held {
        return Err(Code::FileHeld.into());
    }
    if store::has_successor(tx.connection(), file).await? {
        return Err(Code::Stale.into());
    }
    let owner = OwnerKey::of(tx, row.owner).await?;
    let reason_cipher = owner.seal(tx, Cell::WithdrawnReason, file, reason.as_bytes());
    store::withdraw(tx.connection(), file, user, &reason_cipher, now).await
}

/// Takes back that a file of the patient of a permit was entered in error, if `may` allows it; `false` when it is not marked.
///
/// # Errors
/// `not_found`; `access.forbidden`; `files.removed` when it can no longer be brought back; `request.stale` when another version has taken its place.
pub(crate) async fn restore<S: Subject>(
    tx: &mut Tx,
    permit: &Permit<Create, S>,
    (file, purpose): (FileId, FilePurpose),
    may: impl FnOnce(FileOf) -> bool,
) -> Result<bool> {
    let (now, patient) = (tx.now(), permit.patient()?);
    let row = store::lock(tx.connection(), file).await?;
    let row = row.filter(|row| row.owner == Owner::Patient(patient) && row.purpose == purpose).ok_or(Code::NotFound)?;
    if !may(FileOf { added_by: row.added_by, by_patient: row.by_patient }) {
        return Err(Code::Forbidden.into());
    }
    let Some(withdrawn_at) = row.withdrawn_at else { return Ok(false) };
    if row.is_removed || withdrawn_at + RESTORED_WITHIN <= now {
        return Err(Code::FileRemoved.into());
    }
    store::restore(tx.connection(), file).await?;
    Ok(true)
}

/// The withdrawn files of the patient of a permit that can be brought back and of which `may` says so, the newest first.
pub(crate) async fn withdrawn<S: Subject>(
    tx: &mut Tx,
    permit: &Permit<Read, S>,
    purpose: FilePurpose,
    most: i64,
    may: impl Fn(FileOf) -> bool,
) -> Result<Vec<WithdrawnDocument>> {
    let (patient, after) = (permit.patient()?, tx.now() - RESTORED_WITHIN);
    let rows = store::withdrawn(tx.connection(), patient, purpose, after, most).await?;
    let rows: Vec<store::WithdrawnRow> =
        rows.into_iter().filter(|row| may(FileOf { added_by: row.added_by, by_patient: row.by_patient })).collect();
    let mut shown = Vec::with_capacity(rows.len());
    if rows.is_empty() {
        return Ok(shown);
    }
    let owner = OwnerKey::of(tx, Owner::Patient(patient)).await?;
    for row in rows {
        let name = owner.text(tx, Cell::Name, row.id, &row.name_cipher).await?;
        let until = row.withdrawn_at + RESTORED_WITHIN;
        shown.push(WithdrawnDocument { id: row.id, name, withdrawn_at: row.withdrawn_at, until });
    }
    Ok(shown)
}

/// Refuses a file of which nobody may add a newer version: it must be the newest of the patient of a permit, checked, and `may` must allow it.
///
/// # Errors
/// `not_found`; `access.forbidden`; `files.not_ready`; `request.stale` when there is a newer version of it.
pub(crate) async fn check_replaces<S: Subject>(
    tx: &mut Tx,
    permit: &Permit<Create, S>,
    (file, purpose): (FileId, FilePurpose),
    may: impl FnOnce(FileOf) -> bool,
) -> Result<()> {
    let patient = permit.patient()?;
    let row = store::find(tx.connection(), file).await?.filter(|row| row.owner == Owner::Patient(patient));
    let of_purpose = row.filter(|row| row.purpose == purpose && !row.is_withdrawn && row.state != FileState::Uploading);
    let row = of_purpose.ok_or(Code::NotFound)?;
    if !may(FileOf { added_by: row.added_by, by_patient: row.by_patient }) {
        return Err(Code::Forbidden.into());
    }
    if row.state != FileState::Ready {
        return Err(Code::FileNotReady.into());
    }
    if store::has_successor(tx.connection(), file).await? { Err(Code::Stale.into()) } else { Ok(()) }
}

/// Removes the files of a doctor for one purpose, with their content; how many there were. Their rows stay, with the reason.
///
/// # Errors
/// `files.held`.
pub(crate) async fn remove_of_doctor(
    tx: &mut Tx,
    permit: &Permit<Write, DoctorId>,
    purpose: FilePurpose,
    reason: &str,
) -> Result<usize> {
    removed(tx, Owner::Doctor(permit.id()), purpose, reason).await
}

/// The same for a patient.
///
/// # Errors
/// `not_found` when the patient's data was erased; `files.held`.
pub(crate) async fn remove_of_patient(
    tx: &mut Tx,
    permit: &Permit<Write, PatientId>,
    purpose: FilePurpose,
    reason: &str,
) -> Result<usize> {
    removed(tx, Owner::Patient(permit.id()), purpose, reason).await
}

/// Takes the files of a clinic for one purpose out of use; how many there were. Their content stays, because documents that were signed may need it.
///
/// # Errors
/// `database.unavailable`.
pub(crate) async fn withdraw_of_clinic(
    tx: &mut Tx,
    permit: &Permit<Write, ClinicId>,
    purpose: FilePurpose,
    reason: &str,
) -> Result<usize> {
    let (of, user, now) = (Owner::Clinic(permit.id()), tx.access().acting()?.user, tx.now());
    let rows = store::of_owner(tx.connection(), of, &[purpose], MOST_REMOVED).await?;
    let owner = OwnerKey::of(tx, of).await?;
    for row in &rows {
        let reason_cipher = owner.seal(tx, Cell::WithdrawnReason, row.id, reason.as_bytes());
        store::withdraw(tx.connection(), row.id, user, &reason_cipher, now).await?;
    }
    Ok(rows.len())
}

/// Removes some files of a patient with their content, because what they belong to is deleted; for a job, in the name of who has decided that. Their rows stay, with the
/// reason.
///
/// # Errors
/// `not_found` when the patient's data was erased; `files.held`.
pub(crate) async fn remove_some(tx: &mut Tx, (patient, user): (PatientId, UserId), files: &[FileId], reason: &str) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let owner = Owner::Patient(patient);
    let rows = store::some(tx.connection(), files).await?.into_iter().filter(|row| row.owner == owner).collect();
    remove(tx, (owner, user), rows, reason).await.map(drop)
}

async fn removed(tx: &mut Tx, of: Owner, purpose: FilePurpose, reason: &str) -> Result<usize> {
    let user = tx.access().acting()?.user;
    let rows = store::of_owner(tx.connection(), of, &[purpose], MOST_REMOVED).await?;
    remove(tx, (of, user), rows, reason).await
}

async fn remove(tx: &mut Tx, (of, user): (Owner, UserId), rows: Vec<store::FileRow>, reason: &str) -> Result<usize> {
    let now = tx.now();
    for row in &rows {
        if store::lock(tx.connection(), row.id).await?.is_some_and(|row| row.is_held) {
            return Err(Code::FileHeld.into());
        }
    }
    let owner = OwnerKey::of(tx, of).await?;
    for row in &rows {
        let reason_cipher = owner.seal(tx, Cell::WithdrawnReason, row.id, reason.as_bytes());
        store::withdraw(tx.connection(), row.id, user, &reason_cipher, now).await?;
        store::mark_removed(tx.connection(), row.id, now).await?;
        for part in [Part::Content, Part::Thumbnail] {
            store::drop_objects(tx.connection(), row.id, part, None, now).await?;
        }
    }
    Ok(rows.len())
}
