//! Which files belong to which document of a carer or a legal guardian, in the database.

use crate::{
    Result,
    access::{
        Permit,
        actions::{Create, Read},
    },
    db::Tx,
    directory::acting::ActingFor,
};
use model::{
    errors::Code,
    ids::{ActingPaperId, FileId},
};
use std::collections::HashMap;
use uuid::Uuid;

/// Adds a file to a document of the patient.
///
/// # Errors
/// `not_found`.
pub(in crate::directory) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Create, ActingFor>,
    paper: ActingPaperId,
    file: FileId,
) -> Result<()> {
    let done = sqlx::query!(
        "insert into acting_paper_files (file_id, paper_id)
         select $1::uuid, id from acting_papers where id = $2 and patient_id = $3",
        file.uuid(),
        paper.uuid(),
        permit.id().0.uuid()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Code::NotFound.into()) }
}

/// Whether a file belongs to no document yet.
pub(in crate::directory) async fn is_free(tx: &mut Tx, _: &Permit<Create, ActingFor>, file: FileId) -> Result<bool> {
    Ok(sqlx::query_scalar!("select not exists (select from acting_paper_files where file_id = $1) as \"free!\"", file.uuid())
        .fetch_one(tx.connection())
        .await?)
}

/// The document of each file of the patient.
pub(in crate::directory) async fn of_patient(
    tx: &mut Tx,
    permit: &Permit<Read, ActingFor>,
) -> Result<HashMap<Uuid, ActingPaperId>> {
    let rows = sqlx::query!(
        "select f.file_id, f.paper_id from acting_paper_files f join acting_papers p on p.id = f.paper_id where p.patient_id = $1",
        permit.id().0.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (row.file_id, row.paper_id.into())).collect())
}

/// The names of these users.
pub(in crate::directory) async fn names(tx: &mut Tx, users: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let rows = sqlx::query!("select user_id as \"user_id!\", name as \"name!\" from person_name where user_id = any($1)", users)
        .fetch_all(tx.connection())
        .await?;
    Ok(rows.into_iter().map(|row| (row.user_id, row.name)).collect())
}
