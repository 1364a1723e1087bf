//! The rows of `file_objects`: what a file has in the storage.

use crate::{
    Error, Result,
    files::{
        cipher::{Place, SALT_BYTES},
        rules::Part,
    },
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::{FileId, FileObjectId};
use sqlx::PgConnection;

/// One object of the content or of the thumbnail.
#[derive(Debug, Clone)]
pub(in crate::files) struct ObjectRow {
    pub(in crate::files) id: FileObjectId,
    pub(in crate::files) number: u32,
    pub(in crate::files) bytes: u64,
    pub(in crate::files) sha256: Vec<u8>,
    pub(in crate::files) salt: [u8; SALT_BYTES],
}

/// The objects in use, by number.
pub(in crate::files) async fn objects(connection: &mut PgConnection, file: FileId, part: Part) -> Result<Vec<ObjectRow>> {
    let rows = sqlx::query!(
        "select id, number, bytes, sha256, salt from file_objects
         where file_id = $1 and part = $2 and stored_at is not null and dropped_at is null order by number",
        file.uuid(),
        part.as_str()
    )
    .fetch_all(connection)
    .await?;
    let objects = rows.into_iter().map(|row| {
        Ok(ObjectRow {
            id: row.id.into(),
            number: u32::try_from(row.number).map_err(Error::internal)?,
            bytes: u64::try_from(row.bytes).map_err(Error::internal)?,
            sha256: row.sha256,
            salt: row.salt.try_into().map_err(|_| Error::internal("a salt has another length"))?,
        })
    });
    objects.collect()
}

/// Announces an object, before it is written into the storage.
pub(in crate::files) async fn announce(
    connection: &mut PgConnection,
    place: Place,
    object: &ObjectRow,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into file_objects (id, file_id, part, number, bytes, sha256, salt, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        object.id.uuid(),
        place.file.uuid(),
        place.part.as_str(),
        i32::try_from(place.number).map_err(Error::internal)?,
        i32::try_from(object.bytes).map_err(Error::internal)?,
        object.sha256,
        &object.salt[..],
        now.to_sqlx()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes an object into use that is in the storage now.
pub(in crate::files) async fn take(connection: &mut PgConnection, object: FileObjectId, now: Timestamp) -> Result<()> {
    let done =
        sqlx::query!("update file_objects set stored_at = $2 where id = $1 and stored_at is null", object.uuid(), now.to_sqlx())
            .execute(connection)
            .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::internal("an object vanished while it was written")) }
}

/// Drops the objects in use of a part: one number, or all. The sweep deletes them.
pub(in crate::files) async fn drop_objects(
    connection: &mut PgConnection,
    file: FileId,
    part: Part,
    number: Option<u32>,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update file_objects set dropped_at = $4
         where file_id = $1 and part = $2 and ($3::integer is null or number = $3) and stored_at is not null and dropped_at is null",
        file.uuid(),
        part.as_str(),
        number.map(i32::try_from).transpose().map_err(Error::internal)?,
        now.to_sqlx()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Objects that nothing uses any more: dropped ones, and those whose writing began before this time and never ended; the oldest first.
pub(in crate::files) async fn unused(connection: &mut PgConnection, before: Timestamp, most: i64) -> Result<Vec<FileObjectId>> {
    let ids = sqlx::query_scalar!(
        "select id from file_objects where dropped_at < $1 or (stored_at is null and dropped_at is null and created_at < $1)
         order by coalesce(dropped_at, created_at), id limit $2",
        before.to_sqlx(),
        most
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(FileObjectId::from).collect())
}

/// Lets an object that the storage does not delete wait behind the others.
pub(in crate::files) async fn put_off(connection: &mut PgConnection, object: FileObjectId, now: Timestamp) -> Result<()> {
    sqlx::query!("update file_objects set dropped_at = $2 where id = $1", object.uuid(), now.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets an object that the storage no longer has.
pub(in crate::files) async fn forget(connection: &mut PgConnection, object: FileObjectId) -> Result<()> {
    sqlx::query!("delete from file_objects where id = $1", object.uuid()).execute(connection).await?;
    Ok(())
}
