//! The rows of `file_holds`: which files are kept for a legal reason.

use crate::{Error, Result};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    files::{FileKind, FilePurpose, Retention},
    ids::{FileHoldId, FileId, PatientId, UserId},
};
use sqlx::PgConnection;
use uuid::Uuid;

/// A file of a patient that was not removed, with its hold.
pub(in crate::files) struct KeptRow {
    pub(in crate::files) id: FileId,
    pub(in crate::files) purpose: FilePurpose,
    pub(in crate::files) kind: FileKind,
    pub(in crate::files) bytes: u64,
    pub(in crate::files) added_at: Timestamp,
    pub(in crate::files) retention: Retention,
    pub(in crate::files) kept_until: Option<Timestamp>,
    pub(in crate::files) withdrawn_at: Option<Timestamp>,
    pub(in crate::files) hold: Option<HoldRow>,
}

/// A hold that was not lifted.
pub(in crate::files) struct HoldRow {
    pub(in crate::files) reason_cipher: Vec<u8>,
    pub(in crate::files) set_by: Uuid,
    pub(in crate::files) set_at: Timestamp,
}

/// The files of a patient that were not removed, the newest first.
pub(in crate::files) async fn kept(connection: &mut PgConnection, patient: PatientId, most: i64) -> Result<Vec<KeptRow>> {
    let rows = sqlx::query!(
        "select f.id as \"id!\", f.purpose as \"purpose!\", f.kind as \"kind!\", f.bytes as \"bytes!\", f.added_at as \"added_at!\",
           f.retention as \"retention!\", f.kept_until as \"kept_until?\", f.withdrawn_at as \"withdrawn_at?\",
           h.reason_cipher as \"reason_cipher?\", h.set_by as \"set_by?\", h.set_at as \"set_at?\"
         from files f left join file_holds h on h.file_id = f.id and h.lifted_at is null
         where f.patient_id = $1 and f.state <> 'uploading' and f.removed_at is null
         order by f.added_at desc, f.id desc limit $2",
        patient.uuid(),
        most
    )
    .fetch_all(connection)
    .await?;
    let unknown = |_| Error::internal("a file has a word that this version does not know");
    let kept = rows.into_iter().map(|row| {
        let hold = match (row.reason_cipher, row.set_by, row.set_at) {
            (Some(reason_cipher), Some(set_by), Some(set_at)) => {
                Some(HoldRow { reason_cipher, set_by, set_at: set_at.to_jiff() })
            }
            (_, _, _) => None,
        };
        Ok(KeptRow {
            id: row.id.into(),
            purpose: FilePurpose::parse(&row.purpose).map_err(unknown)?,
            kind: FileKind::parse(&row.kind).map_err(unknown)?,
            bytes: u64::try_from(row.bytes).map_err(Error::internal)?,
            added_at: row.added_at.to_jiff(),
            retention: Retention::parse(&row.retention).map_err(unknown)?,
            kept_until: row.kept_until.map(|until| until.to_jiff()),
            withdrawn_at: row.withdrawn_at.map(|at| at.to_jiff()),
            hold,
        })
    });
    kept.collect()
}

/// The files of a patient that can be put under a hold, locked: one, or all.
pub(in crate::files) async fn not_held(
    connection: &mut PgConnection,
    patient: PatientId,
    file: Option<FileId>,
) -> Result<Vec<FileId>> {
    let ids = sqlx::query_scalar!(
        "select f.id from files f
         where f.patient_id = $1 and f.state <> 'uploading' and f.removed_at is null and ($2::uuid is null or f.id = $2)
           and not exists (select from file_holds h where h.file_id = f.id and h.lifted_at is null)
         order by f.id for update",
        patient.uuid(),
        file.map(FileId::uuid)
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(FileId::from).collect())
}

/// The files of a patient that are under a hold, locked: one, or all.
pub(in crate::files) async fn held_of(
    connection: &mut PgConnection,
    patient: PatientId,
    file: Option<FileId>,
) -> Result<Vec<FileId>> {
    let ids = sqlx::query_scalar!(
        "select f.id from files f
         where f.patient_id = $1 and ($2::uuid is null or f.id = $2)
           and exists (select from file_holds h where h.file_id = f.id and h.lifted_at is null)
         order by f.id for update",
        patient.uuid(),
        file.map(FileId::uuid)
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(FileId::from).collect())
}

/// Puts a file under a hold. `false` when it was under one already.
pub(in crate::files) async fn insert_hold(
    connection: &mut PgConnection,
    (id, file): (FileHoldId, FileId),
    reason_cipher: &[u8],
    by: UserId,
    now: Timestamp,
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into file_holds (id, file_id, reason_cipher, set_by, set_at) values ($1, $2, $3, $4, $5)
         on conflict (file_id) where lifted_at is null do nothing",
        id.uuid(),
        file.uuid(),
        reason_cipher,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lifts the hold of a file. `false` when it was not under one.
pub(in crate::files) async fn lift(
    connection: &mut PgConnection,
    file: FileId,
    reason_cipher: &[u8],
    by: UserId,
    now: Timestamp,
) -> Result<bool> {
    let done = sqlx::query!(
        "update file_holds set lifted_reason_cipher = $2, lifted_by = $3, lifted_at = $4 where file_id = $1 and lifted_at is null",
        file.uuid(),
        reason_cipher,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
