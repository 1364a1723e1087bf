//! The documents in a patient's record: reports and letters from elsewhere, which the patient or a treating doctor uploads (`crate::files`).

use super::subjects::DocumentsOf;
use crate::{
    Domain, Error, Result,
    access::{
        Access, Permit, ResourceKind,
        actions::{Create, Read},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    files::{self, FileOf, Listed},
};
use model::{
    errors::Code,
    files::{FilePurpose, PatientDocuments},
    ids::{FileId, PatientId, UserId},
    text::many_lines,
};
use std::{collections::HashMap, fmt};
use uuid::Uuid;

/// How many documents a list shows.
const SHOWN: i64 = 200;
/// The longest reason, in characters.
const LONGEST_REASON: usize = 300;

/// Marks a document as entered in error.
#[derive(Clone)]
pub struct WithdrawDocument {
    /// The patient.
    pub patient: PatientId,
    /// The document.
    pub document: FileId,
    /// Why.
    pub reason: String,
}

/// Leaves out the reason, which may be medical.
impl fmt::Debug for WithdrawDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithdrawDocument").field("document", &self.document).finish_non_exhaustive()
    }
}

/// Brings back a document that was marked as entered in error.
#[derive(Debug, Clone, Copy)]
pub struct RestoreDocument {
    /// The patient.
    pub patient: PatientId,
    /// The document.
    pub document: FileId,
}

/// The permit to add a document to a patient's record.
///
/// # Errors
/// `not_found`, `access.forbidden`.
pub(crate) async fn permit_to_add_document(tx: &mut Tx, patient: PatientId) -> Result<Permit<Create, DocumentsOf>> {
    tx.permit(Create, DocumentsOf(patient)).await
}

/// The permit to read the documents in a patient's record.
///
/// # Errors
/// `not_found`.
pub(crate) async fn permit_to_read_documents(tx: &mut Tx, patient: PatientId) -> Result<Permit<Read, DocumentsOf>> {
    tx.permit(Read, DocumentsOf(patient)).await
}

/// Refuses a document of which the caller may not add a newer version. Whoever may mark a document as entered in error may also add a newer version of it.
///
/// # Errors
/// `not_found`, `access.forbidden`, `files.not_ready`; `request.stale` when there is a newer version of it.
pub(crate) async fn check_replaces(tx: &mut Tx, permit: &Permit<Create, DocumentsOf>, earlier: Option<FileId>) -> Result<()> {
    let Some(earlier) = earlier else { return Ok(()) };
    let (user, as_patient) = tx.access().acting().map(|acting| (acting.user, acting.patient.is_some()))?;
    let which = (earlier, FilePurpose::PatientDocument);
    files::check_replaces(tx, permit, which, |file| may_withdraw(user, as_patient, file)).await
}

/// The documents in a patient's record; without a patient, in the record of the one on whose behalf the caller acts.
///
/// # Errors
/// `not_found`; `access.forbidden` when the caller names no patient and acts for none.
pub async fn documents(domain: &Domain, access: &Access, patient: Option<PatientId>) -> Result<PatientDocuments> {
    let patient = match patient {
        Some(patient) => patient,
        None => access.acting_patient()?,
    };
    let mut tx = domain.begin_reading("records.documents", access).await?;
    let permit = permit_to_read_documents(&mut tx, patient).await?;
    let listed = files::list(&mut tx, &permit, FilePurpose::PatientDocument, SHOWN).await?;
    let names = names(&mut tx, patient, &listed).await?;
    let may_add = permit.may(access, Create);
    let asks = access.acting()?;
    let withdrawn = if may_add {
        let theirs = |file| may_withdraw(asks.user, asks.patient.is_some(), file);
        files::withdrawn(&mut tx, &permit, FilePurpose::PatientDocument, SHOWN, theirs).await?
    } else {
        Vec::new()
    };
    let items = listed.into_iter().map(|file| {
        let is_theirs = may_withdraw(asks.user, asks.patient.is_some(), of(&file));
        let added_by = names.people.get(&file.added_by.uuid()).cloned().unwrap_or_default();
        file.shown(added_by, may_add && is_theirs)
    });
    let view = PatientDocuments { patient, patient_name: names.patient, may_add, items: items.collect(), withdrawn };
    let entry = Audit::read(AuditAction::RecordsDocumentsListed).patient(patient).on(ResourceKind::Document, patient);
    tx.commit(entry).await?;
    Ok(view)
}

/// Marks a document as entered in error: nobody sees it any more. For 30 days it can be brought back. After that the content of a document of the patient's side is
/// removed, and any other one is kept as long as the records of the clinic are. A document of the patient's side is withdrawn by whoever acts for the patient, any
/// other by who added it. A repeat changes nothing.
///
/// # Errors
/// `request.fields_invalid` with the field `reason`; `not_found`, `access.forbidden`; `files.held`; `request.stale` when there is a newer version of it.
pub async fn withdraw_document(domain: &Domain, access: &Access, command: WithdrawDocument) -> Result<()> {
    let reason = many_lines(&command.reason, LONGEST_REASON).map_err(|fault| Error::field("reason", fault))?;
    let mut tx = domain.begin("records.withdraw_document", access).await?;
    let permit = permit_to_add_document(&mut tx, command.patient).await?;
    let (user, as_patient) = access.acting().map(|acting| (acting.user, acting.patient.is_some()))?;
    let which = (command.document, FilePurpose::PatientDocument);
    match files::withdraw(&mut tx, &permit, which, &reason, |file| may_withdraw(user, as_patient, file)).await {
        Ok(true) => {}
        Ok(false) => return tx.close().await,
        Err(error) => {
            tx.close().await?;
            return Err(error);
        }
    }
    let entry = Audit::of(AuditAction::RecordsDocumentWithdrawn).patient(command.patient);
    tx.commit(entry.on(ResourceKind::Document, command.document)).await
}

/// Brings back a document that was marked as entered in error in the last 30 days. Who may mark it may bring it back. A repeat changes nothing.
///
/// # Errors
/// `not_found`, `access.forbidden`, `files.removed`; `request.stale` when another version has taken its place.
pub async fn restore_document(domain: &Domain, access: &Access, command: RestoreDocument) -> Result<()> {
    let mut tx = domain.begin("records.restore_document", access).await?;
    let permit = permit_to_add_document(&mut tx, command.patient).await?;
    let (user, as_patient) = access.acting().map(|acting| (acting.user, acting.patient.is_some()))?;
    let which = (command.document, FilePurpose::PatientDocument);
    match files::restore(&mut tx, &permit, which, |file| may_withdraw(user, as_patient, file)).await {
        Ok(true) => {}
        Ok(false) => return tx.close().await,
        Err(error) => {
            tx.close().await?;
            return Err(error);
        }
    }
    let entry = Audit::of(AuditAction::RecordsDocumentRestored).patient(command.patient);
    tx.commit(entry.on(ResourceKind::Document, command.document)).await
}

fn may_withdraw(user: UserId, as_patient: bool, file: FileOf) -> bool {
    if file.by_patient { as_patient } else { file.added_by == user }
}

fn of(file: &Listed) -> FileOf {
    FileOf { added_by: file.added_by, by_patient: file.by_patient }
}

/// The names that a list shows.
struct Names {
    patient: String,
    people: HashMap<Uuid, String>,
}

async fn names(tx: &mut Tx, patient: PatientId, listed: &[Listed]) -> Result<Names> {
    let users: Vec<Uuid> = listed.iter().map(|file| file.added_by.uuid()).collect();
    let people = super::store::names_of(tx, &users).await?;
    let patient = super::store::name_of_patient(tx, patient).await?.ok_or(Code::NotFound)?;
    Ok(Names { patient, people })
}
