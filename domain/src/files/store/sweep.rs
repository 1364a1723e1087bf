//! What the sweep looks for: uploads that were not completed, checks that were lost, and objects that nothing uses.

use crate::Result;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::{FileId, FileObjectId};
use sqlx::PgConnection;

/// Uploads that were begun before this time and not completed.
pub(in crate::files) async fn expired(connection: &mut PgConnection, before: Timestamp, most: i64) -> Result<Vec<FileId>> {
    let ids = sqlx::query_scalar!(
        "select id from files where state = 'uploading' and added_at < $1 order by added_at limit $2",
        before.to_sqlx(),
        most
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(FileId::from).collect())
}

/// Files whose check was due before this time: their job was lost, as after a restored backup, or given up. They count as begun again.
pub(in crate::files) async fn stuck(
    connection: &mut PgConnection,
    before: Timestamp,
    now: Timestamp,
    most: i64,
) -> Result<Vec<FileId>> {
    let ids = sqlx::query_scalar!(
        "update files set checked_at = $2 where id in (
           select id from files where state = 'checking' and checked_at < $1 order by checked_at limit $3 for update skip locked)
         returning id",
        before.to_sqlx(),
        now.to_sqlx(),
        most
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(FileId::from).collect())
}

/// Objects that nothing uses any more: dropped ones, and those whose writing began before this time and never ended.
pub(in crate::files) async fn unused(connection: &mut PgConnection, before: Timestamp, most: i64) -> Result<Vec<FileObjectId>> {
    let ids = sqlx::query_scalar!(
        "select id from file_objects where dropped_at < $1 or (stored_at is null and created_at < $1) limit $2",
        before.to_sqlx(),
        most
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(FileObjectId::from).collect())
}

/// Forgets an object that the storage no longer has.
pub(in crate::files) async fn forget(connection: &mut PgConnection, object: FileObjectId) -> Result<()> {
    sqlx::query!("delete from file_objects where id = $1", object.uuid()).execute(connection).await?;
    Ok(())
}
