//! Some files, by their ids.

use super::{FileRow, Raw};
use crate::Result;
use model::ids::FileId;
use sqlx::PgConnection;
use uuid::Uuid;

/// Those of these files whose uploads were completed and that are not withdrawn, in the order in which they were added.
pub(in crate::files) async fn some(connection: &mut PgConnection, files: &[FileId]) -> Result<Vec<FileRow>> {
    let ids: Vec<Uuid> = files.iter().copied().map(FileId::uuid).collect();
    let rows = sqlx::query_as!(
        Raw,
        "select id, purpose, patient_id, clinic_id, doctor_id, key_cipher, name_cipher, state, trouble, scan, kind, bytes, sha256, part_bytes, pages,
           added_by, by_patient, added_at, withdrawn_at is not null as \"is_withdrawn!\",
           exists (select from file_objects o where o.file_id = files.id and o.part = 'thumbnail' and o.stored_at is not null
             and o.dropped_at is null) as \"has_thumbnail!\",
           retention, kept_until, withdrawn_at, removed_at is not null as \"is_removed!\",
           exists (select from file_holds h where h.file_id = files.id and h.lifted_at is null) as \"is_held!\",
           replaces is not null as \"has_earlier!\"
         from files where id = any($1) and withdrawn_at is null and state <> 'uploading'
         order by added_at, id",
        &ids
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(FileRow::try_from).collect()
}
