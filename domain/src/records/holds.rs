//! Legal holds of the files of a patient. An administrator of the whole organisation sees which files there are, without their names and their content, and puts one or
//! all of them under a hold, with a reason. Then nobody withdraws them, and no job removes them, until the hold is lifted.

use crate::{
    Domain, Error, Result,
    access::{Access, Permit, ResourceKind, actions::Decide},
    audit::{Audit, AuditAction},
    db::Tx,
    files::{self, Kept},
};
use model::{
    errors::Code,
    files::PatientFiles,
    ids::{FileId, PatientId},
    text::many_lines,
};
use std::fmt;
use uuid::Uuid;

/// How many files a list shows.
const SHOWN: i64 = 1_000;
/// The longest reason, in characters.
const LONGEST_REASON: usize = 300;

/// Puts files of a patient under a legal hold.
#[derive(Clone)]
pub struct HoldFiles {
    /// The patient.
    pub patient: PatientId,
    /// The file; without one, all files that the patient has now.
    pub file: Option<FileId>,
    /// Why.
    pub reason: String,
}

/// Lifts the legal hold of files of a patient.
#[derive(Clone)]
pub struct LiftHold {
    /// The patient.
    pub patient: PatientId,
    /// The file; without one, all files of the patient that are under a hold.
    pub file: Option<FileId>,
    /// Why.
    pub reason: String,
}

/// Leaves out the reason, which may be about a person.
impl fmt::Debug for HoldFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HoldFiles").field("patient", &self.patient).field("file", &self.file).finish_non_exhaustive()
    }
}

/// Leaves out the reason, which may be about a person.
impl fmt::Debug for LiftHold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiftHold").field("patient", &self.patient).field("file", &self.file).finish_non_exhaustive()
    }
}

/// The files of a patient that were not removed, with their holds.
///
/// # Errors
/// `not_found`; `access.forbidden` for everybody but administrators of the whole organisation.
pub async fn patient_files(domain: &Domain, access: &Access, patient: PatientId) -> Result<PatientFiles> {
    access.scope(ResourceKind::System)?;
    let mut tx = domain.begin("records.patient_files", access).await?;
    let permit = tx.permit(Decide, patient).await?;
    let outcome = view(&mut tx, &permit).await;
    let (tx, view) = or_closed(tx, outcome).await?;
    let entry = Audit::of(AuditAction::FilesHoldsListed).patient(patient).on(ResourceKind::Patient, patient);
    tx.commit(entry).await?;
    Ok(view)
}

/// Puts files of a patient under a legal hold; how many were not under one before. A repeat changes nothing.
///
/// # Errors
/// `request.fields_invalid` with the field `reason`; `not_found`; `access.forbidden` for everybody but administrators of the whole organisation.
pub async fn hold_files(domain: &Domain, access: &Access, command: HoldFiles) -> Result<usize> {
    access.scope(ResourceKind::System)?;
    let reason = many_lines(&command.reason, LONGEST_REASON).map_err(|fault| Error::field("reason", fault))?;
    let mut tx = domain.begin("records.hold_files", access).await?;
    let permit = tx.permit(Decide, command.patient).await?;
    let held = files::hold(&mut tx, &permit, command.file, &reason).await;
    let (tx, held) = or_closed(tx, held).await?;
    settled(tx, AuditAction::FilesHeld, command.patient, &held).await
}

/// Lifts the legal hold of files of a patient; how many were under one. A repeat changes nothing.
///
/// # Errors
/// `request.fields_invalid` with the field `reason`; `not_found`; `access.forbidden` for everybody but administrators of the whole organisation.
pub async fn lift_hold(domain: &Domain, access: &Access, command: LiftHold) -> Result<usize> {
    access.scope(ResourceKind::System)?;
    let reason = many_lines(&command.reason, LONGEST_REASON).map_err(|fault| Error::field("reason", fault))?;
    let mut tx = domain.begin("records.lift_hold", access).await?;
    let permit = tx.permit(Decide, command.patient).await?;
    let lifted = files::lift(&mut tx, &permit, command.file, &reason).await;
    let (tx, lifted) = or_closed(tx, lifted).await?;
    settled(tx, AuditAction::FilesHoldLifted, command.patient, &lifted).await
}

async fn view(tx: &mut Tx, permit: &Permit<Decide, PatientId>) -> Result<PatientFiles> {
    let patient = permit.id();
    let kept = files::kept(tx, permit, SHOWN).await?;
    let users: Vec<Uuid> = kept.iter().filter_map(|kept| kept.held_by).map(|user| user.uuid()).collect();
    let people = super::store::names_of(tx, &users).await?;
    let patient_name = super::store::name_of_patient(tx, patient).await?.ok_or(Code::NotFound)?;
    let items = kept.into_iter().map(|Kept { mut file, held_by }| {
        if let Some((hold, by)) = file.hold.as_mut().zip(held_by) {
            hold.set_by = people.get(&by.uuid()).cloned().unwrap_or_default();
        }
        file
    });
    Ok(PatientFiles { patient, patient_name, items: items.collect() })
}

/// Writes the entry, with the file if it was one; nothing if nothing has changed.
async fn settled(tx: Tx, action: AuditAction, patient: PatientId, files: &[FileId]) -> Result<usize> {
    if files.is_empty() {
        tx.close().await?;
        return Ok(0);
    }
    let count = i64::try_from(files.len()).unwrap_or(i64::MAX);
    let entry = Audit::of(action).patient(patient).on(ResourceKind::Patient, patient).with("files", count);
    let entry = match files {
        [file] => entry.with_id("file", *file),
        _ => entry,
    };
    tx.commit(entry).await?;
    Ok(files.len())
}

/// The transaction and the outcome; after a failure the transaction is rolled back at once, because it holds locks.
async fn or_closed<T>(tx: Tx, outcome: Result<T>) -> Result<(Tx, T)> {
    match outcome {
        Ok(done) => Ok((tx, done)),
        Err(error) => {
            tx.close().await?;
            Err(error)
        }
    }
}
