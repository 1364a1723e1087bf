//! Legal holds: a file under one is neither withdrawn nor removed, until somebody lifts it.

use super::{
    key::{Cell, OwnerKey},
    rules::Owner,
    store,
};
use crate::{
    Result,
    access::{Permit, Subject, actions::Decide},
    db::Tx,
};
use model::{
    errors::Code,
    files::{HeldFile, HoldView},
    ids::{FileHoldId, FileId, UserId},
};

/// A file of a patient that was not removed, for who decides about holds; and who has set its hold.
pub(crate) struct Kept {
    pub(crate) file: HeldFile,
    pub(crate) held_by: Option<UserId>,
}

/// The files of the patient of a permit that were not removed, the newest first. The names of those who have set holds are left empty.
pub(crate) async fn kept<S: Subject>(tx: &mut Tx, permit: &Permit<Decide, S>, most: i64) -> Result<Vec<Kept>> {
    let patient = permit.patient()?;
    let rows = store::kept(tx.connection(), patient, most).await?;
    let owner = OwnerKey::of(tx, Owner::Patient(patient)).await?;
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        let held_by = row.hold.as_ref().map(|hold| UserId::from(hold.set_by));
        let hold = match row.hold {
            None => None,
            Some(hold) => {
                let reason = owner.text(tx, Cell::HoldReason, row.id, &hold.reason_cipher).await?;
                Some(HoldView { reason, set_by: String::new(), set_at: hold.set_at })
            }
        };
        let file = HeldFile {
            id: row.id,
            purpose: row.purpose,
            kind: row.kind,
            bytes: row.bytes,
            added_at: row.added_at,
            retention: row.retention,
            kept_until: row.kept_until,
            withdrawn_at: row.withdrawn_at,
            hold,
        };
        kept.push(Kept { file, held_by });
    }
    Ok(kept)
}

/// Puts a file of the patient of a permit under a hold, or all of them; those that were not under one before.
///
/// # Errors
/// `not_found` when the patient has no such file.
pub(crate) async fn hold<S: Subject>(
    tx: &mut Tx,
    permit: &Permit<Decide, S>,
    file: Option<FileId>,
    reason: &str,
) -> Result<Vec<FileId>> {
    let (user, now, patient) = (tx.access().acting()?.user, tx.now(), permit.patient()?);
    check_is_there(tx, permit, file).await?;
    let files = store::not_held(tx.connection(), patient, file).await?;
    let owner = OwnerKey::of(tx, Owner::Patient(patient)).await?;
    for file in &files {
        let (id, reason_cipher) = (tx.new_id::<FileHoldId>(), owner.seal(tx, Cell::HoldReason, *file, reason.as_bytes()));
        store::insert_hold(tx.connection(), (id, *file), &reason_cipher, user, now).await?;
    }
    Ok(files)
}

/// Lifts the hold of a file of the patient of a permit, or of all of them; those that were under one.
///
/// # Errors
/// `not_found` when the patient has no such file.
pub(crate) async fn lift<S: Subject>(
    tx: &mut Tx,
    permit: &Permit<Decide, S>,
    file: Option<FileId>,
    reason: &str,
) -> Result<Vec<FileId>> {
    let (user, now, patient) = (tx.access().acting()?.user, tx.now(), permit.patient()?);
    check_is_there(tx, permit, file).await?;
    let files = store::held_of(tx.connection(), patient, file).await?;
    let owner = OwnerKey::of(tx, Owner::Patient(patient)).await?;
    for file in &files {
        let reason_cipher = owner.seal(tx, Cell::LiftReason, *file, reason.as_bytes());
        store::lift(tx.connection(), *file, &reason_cipher, user, now).await?;
    }
    Ok(files)
}

async fn check_is_there<S: Subject>(tx: &mut Tx, permit: &Permit<Decide, S>, file: Option<FileId>) -> Result<()> {
    let Some(file) = file else { return Ok(()) };
    let patient = permit.patient()?;
    let row = store::lock(tx.connection(), file).await?;
    let is_theirs = row.is_some_and(|row| row.owner == Owner::Patient(patient) && !row.is_removed);
    if is_theirs { Ok(()) } else { Err(Code::NotFound.into()) }
}
