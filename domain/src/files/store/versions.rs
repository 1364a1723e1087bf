//! Files that others have taken the place of, and files that were withdrawn.

use crate::{Error, Result};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    files::FilePurpose,
    ids::{FileId, PatientId, UserId},
};
use sqlx::PgConnection;
use uuid::Uuid;

/// An earlier version of a file.
pub(in crate::files) struct EarlierRow {
    pub(in crate::files) newest: FileId,
    pub(in crate::files) id: FileId,
    pub(in crate::files) name_cipher: Vec<u8>,
    pub(in crate::files) added_at: Timestamp,
}

/// The earlier versions of some files that can be read, the newest first.
pub(in crate::files) async fn earlier(connection: &mut PgConnection, newest: &[Uuid]) -> Result<Vec<EarlierRow>> {
    let rows = sqlx::query!(
        "with recursive chain (newest, earlier, patient_id, depth) as (
           select f.id, f.replaces, f.patient_id, 1 from files f where f.id = any($1) and f.replaces is not null
           union all
           select c.newest, f.replaces, c.patient_id, c.depth + 1
           from chain c join files f on f.id = c.earlier where f.replaces is not null)
         select c.newest as \"newest!\", f.id as \"id!\", f.name_cipher as \"name_cipher!\", f.added_at as \"added_at!\"
         from chain c join files f on f.id = c.earlier and f.patient_id = c.patient_id
         where f.state = 'ready' and f.withdrawn_at is null
         order by c.newest, c.depth",
        newest
    )
    .fetch_all(connection)
    .await?;
    let earlier = rows.into_iter().map(|row| EarlierRow {
        newest: row.newest.into(),
        id: row.id.into(),
        name_cipher: row.name_cipher,
        added_at: row.added_at.to_jiff(),
    });
    Ok(earlier.collect())
}

/// Whether a newer version of a file was completed, and was neither refused nor withdrawn.
pub(in crate::files) async fn has_successor(connection: &mut PgConnection, file: FileId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from files f join files n on n.replaces = f.id and n.patient_id = f.patient_id
           where f.id = $1 and n.withdrawn_at is null and n.state in ('checking', 'ready')) as \"exists!\"",
        file.uuid()
    )
    .fetch_one(connection)
    .await?)
}

/// A file that was withdrawn and whose content is still there.
pub(in crate::files) struct WithdrawnRow {
    pub(in crate::files) id: FileId,
    pub(in crate::files) name_cipher: Vec<u8>,
    pub(in crate::files) added_by: UserId,
    pub(in crate::files) by_patient: bool,
    pub(in crate::files) withdrawn_at: Timestamp,
}

/// The files of a patient for one purpose that were withdrawn after this time, the newest first.
pub(in crate::files) async fn withdrawn(
    connection: &mut PgConnection,
    patient: PatientId,
    purpose: FilePurpose,
    after: Timestamp,
    most: i64,
) -> Result<Vec<WithdrawnRow>> {
    let rows = sqlx::query!(
        "select id, name_cipher, added_by, by_patient, withdrawn_at as \"withdrawn_at!\" from files
         where patient_id = $1 and purpose = $2 and withdrawn_at > $3 and removed_at is null
         order by withdrawn_at desc, id desc limit $4",
        patient.uuid(),
        purpose.as_str(),
        after.to_sqlx(),
        most
    )
    .fetch_all(connection)
    .await?;
    let withdrawn = rows.into_iter().map(|row| WithdrawnRow {
        id: row.id.into(),
        name_cipher: row.name_cipher,
        added_by: row.added_by.into(),
        by_patient: row.by_patient,
        withdrawn_at: row.withdrawn_at.to_jiff(),
    });
    Ok(withdrawn.collect())
}

/// Takes back that a file was entered in error.
///
/// # Errors
/// `request.stale` when another newer version of the same file was completed meanwhile.
pub(in crate::files) async fn restore(connection: &mut PgConnection, file: FileId) -> Result<()> {
    let done = sqlx::query!(
        "update files set withdrawn_at = null, withdrawn_by = null, withdrawn_reason_cipher = null
         where id = $1 and withdrawn_at is not null and removed_at is null",
        file.uuid()
    )
    .execute(connection)
    .await
    .map_err(|error| Error::on_constraint(error, &[("files_one_successor", Code::Stale)]))?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Code::FileRemoved.into()) }
}

/// Files whose content is to be removed: they were withdrawn before this time, and nothing keeps them any longer. The oldest first.
pub(in crate::files) async fn to_remove(
    connection: &mut PgConnection,
    before: Timestamp,
    now: Timestamp,
    most: i64,
) -> Result<Vec<FileId>> {
    let ids = sqlx::query_scalar!(
        "select f.id from files f
         where f.withdrawn_at < $1 and f.removed_at is null and f.retention <> 'permanent'
           and (f.kept_until is null or f.kept_until < $2)
           and not exists (select from file_holds h where h.file_id = f.id and h.lifted_at is null)
         order by f.withdrawn_at limit $3",
        before.to_sqlx(),
        now.to_sqlx(),
        most
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(FileId::from).collect())
}

/// Says that the content of a withdrawn file is removed. `false` when it was already, or the file was brought back.
pub(in crate::files) async fn mark_removed(connection: &mut PgConnection, file: FileId, now: Timestamp) -> Result<bool> {
    let done = sqlx::query!(
        "update files set removed_at = $2 where id = $1 and withdrawn_at is not null and removed_at is null",
        file.uuid(),
        now.to_sqlx()
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
