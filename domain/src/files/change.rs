//! Lists of files, and marking one as entered in error.

use super::{
    key::{Cell, OwnerKey},
    rules::{Owner, Part},
    store,
};
use crate::{
    Result,
    access::{
        Permit, Subject,
        actions::{Create, Read, Write},
    },
    db::Tx,
};
use jiff::Timestamp;
use model::{
    errors::Code,
    files::{DocumentView, FileKind, FilePurpose, FileState, FileTrouble, Scan},
    ids::{ClinicId, DoctorId, FileId, PatientId, UserId},
};

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

async fn listed(tx: &mut Tx, owner: Owner, purposes: &[FilePurpose], most: i64) -> Result<Vec<Listed>> {
    let rows = store::of_owner(tx.connection(), owner, purposes, most).await?;
    let mut listed = Vec::with_capacity(rows.len());
    if rows.is_empty() {
        return Ok(listed);
    }
    let owner = OwnerKey::of(tx, owner).await?;
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
        });
    }
    Ok(listed)
}

/// Marks a file of the patient of a permit as entered in error, if `may` allows it; `false` when it was already. It stays, with the reason, and nobody
/// sees it any more.
///
/// # Errors
/// `not_found`; `access.forbidden`.
pub(crate) async fn withdraw<S: Subject>(
    tx: &mut Tx,
    permit: &Permit<Create, S>,
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
    let owner = OwnerKey::of(tx, row.owner).await?;
    let reason_cipher = owner.seal(tx, Cell::WithdrawnReason, file, reason.as_bytes());
    store::withdraw(tx.connection(), file, user, &reason_cipher, now).await
}

/// Removes the files of a doctor for one purpose, with their content; how many there were. Their rows stay, with the reason.
///
/// # Errors
/// `database.unavailable`.
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
/// `not_found` when the patient's data was erased.
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

async fn removed(tx: &mut Tx, of: Owner, purpose: FilePurpose, reason: &str) -> Result<usize> {
    let (user, now) = (tx.access().acting()?.user, tx.now());
    let rows = store::of_owner(tx.connection(), of, &[purpose], MOST_REMOVED).await?;
    let owner = OwnerKey::of(tx, of).await?;
    for row in &rows {
        let reason_cipher = owner.seal(tx, Cell::WithdrawnReason, row.id, reason.as_bytes());
        store::withdraw(tx.connection(), row.id, user, &reason_cipher, now).await?;
        for part in [Part::Content, Part::Thumbnail] {
            store::drop_objects(tx.connection(), row.id, part, None, now).await?;
        }
    }
    Ok(rows.len())
}
