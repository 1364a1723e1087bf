//! The documents with which clinics let people act for patients, as files. The staff who may let somebody act add them by an upload (`crate::filing`), and see them;
//! nobody else does. What a right was based on stays readable, so such a file is not marked as entered in error.

use super::{acting::ActingFor, store::acting_files as store};
use crate::{
    Result,
    access::{
        Permit,
        actions::{Create, Read},
    },
    db::Tx,
    files::{self, Owner},
};
use model::{
    directory::ActingForView,
    files::FilePurpose,
    ids::{ActingPaperId, FileId, PatientId},
};
use uuid::Uuid;

/// How many files of a patient are shown.
const SHOWN: i64 = 200;

/// The permit to add a document that says that somebody acts for a patient.
///
/// # Errors
/// `not_found`, `access.forbidden`.
pub(crate) async fn permit_to_add_paper(tx: &mut Tx, patient: PatientId) -> Result<Permit<Create, ActingFor>> {
    tx.permit(Create, ActingFor(patient)).await
}

/// The permit to read such documents of a patient.
///
/// # Errors
/// `not_found`.
pub(crate) async fn permit_to_read_papers(tx: &mut Tx, patient: PatientId) -> Result<Permit<Read, ActingFor>> {
    tx.permit(Read, ActingFor(patient)).await
}

/// Says to which document an upload belongs.
///
/// # Errors
/// `not_found` when the document is none of this patient.
pub(crate) async fn add_paper_file(
    tx: &mut Tx,
    permit: &Permit<Create, ActingFor>,
    paper: ActingPaperId,
    file: FileId,
) -> Result<()> {
    store::insert(tx, permit, paper, file).await
}

/// Whether a file of the patient was checked and belongs to no document yet, so that it can show the document of a new right.
pub(super) async fn is_free(tx: &mut Tx, permit: &Permit<Create, ActingFor>, file: FileId) -> Result<bool> {
    let of = Owner::Patient(permit.id().0);
    let about = files::about(tx, file).await?;
    let fits = about.is_some_and(|about| about.is_ready && about.purpose == FilePurpose::ActingPaper && about.owner == of);
    Ok(fits && store::is_free(tx, permit, file).await?)
}

/// Puts the files of each document into the view, and those that belong to none yet.
pub(super) async fn put_into(tx: &mut Tx, permit: &Permit<Read, ActingFor>, view: &mut ActingForView) -> Result<()> {
    let listed = files::list(tx, permit, FilePurpose::ActingPaper, SHOWN).await?;
    if listed.is_empty() {
        return Ok(());
    }
    let papers = store::of_patient(tx, permit).await?;
    let users: Vec<Uuid> = listed.iter().map(|file| file.added_by.uuid()).collect();
    let names = store::names(tx, &users).await?;
    for file in listed {
        let added_by = names.get(&file.added_by.uuid()).cloned().unwrap_or_default();
        let Some(paper) = papers.get(&file.id.uuid()).copied() else {
            view.waiting.push(file.shown(added_by, false));
            continue;
        };
        if let Some(row) = view.acting.iter_mut().find(|row| row.paper == Some(paper)) {
            row.files.push(file.shown(added_by, false));
        }
    }
    Ok(())
}
