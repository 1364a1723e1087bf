//! The rows of `files`; those of `file_objects` are in `stored`, those of `file_holds` in `holds`.

mod holds;
mod some;
mod stored;
mod versions;

pub(super) use holds::{held_of, insert_hold, kept, lift, not_held};
pub(super) use some::some;
pub(super) use versions::{EarlierRow, WithdrawnRow, earlier, has_successor, mark_removed, restore, to_remove, withdrawn};

pub(super) use stored::{ObjectRow, announce, drop_objects, forget, objects, put_off, take, unused};

use super::rules::{Owner, Part};
use crate::{Error, Result};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    files::{FileKind, FilePurpose, FileState, FileTrouble, Retention, Scan},
    ids::{FileId, UserId},
};
use sqlx::PgConnection;
use uuid::Uuid;

/// A file or an upload.
pub(super) struct FileRow {
    pub(super) id: FileId,
    pub(super) purpose: FilePurpose,
    pub(super) owner: Owner,
    pub(super) key_cipher: Vec<u8>,
    pub(super) name_cipher: Vec<u8>,
    pub(super) state: FileState,
    pub(super) trouble: Option<FileTrouble>,
    pub(super) scan: Scan,
    pub(super) kind: FileKind,
    pub(super) bytes: u64,
    pub(super) sha256: Option<Vec<u8>>,
    pub(super) part_bytes: u32,
    pub(super) pages: Option<u32>,
    pub(super) added_by: UserId,
    pub(super) by_patient: bool,
    pub(super) added_at: Timestamp,
    pub(super) is_withdrawn: bool,
    pub(super) has_thumbnail: bool,
    pub(super) retention: Retention,
    pub(super) kept_until: Option<Timestamp>,
    pub(super) withdrawn_at: Option<Timestamp>,
    pub(super) is_removed: bool,
    pub(super) is_held: bool,
    /// Whether it is a newer version of another one.
    pub(super) has_earlier: bool,
}

/// The columns as they are.
struct Raw {
    id: Uuid,
    purpose: String,
    patient_id: Option<Uuid>,
    clinic_id: Option<Uuid>,
    doctor_id: Option<Uuid>,
    key_cipher: Vec<u8>,
    name_cipher: Vec<u8>,
    state: String,
    trouble: Option<String>,
    scan: String,
    kind: String,
    bytes: i64,
    sha256: Option<Vec<u8>>,
    part_bytes: i32,
    pages: Option<i32>,
    added_by: Uuid,
    by_patient: bool,
    added_at: jiff_sqlx::Timestamp,
    is_withdrawn: bool,
    has_thumbnail: bool,
    retention: String,
    kept_until: Option<jiff_sqlx::Timestamp>,
    withdrawn_at: Option<jiff_sqlx::Timestamp>,
    is_removed: bool,
    is_held: bool,
    has_earlier: bool,
}

impl TryFrom<Raw> for FileRow {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let unknown = |_| Error::internal("a file has a word that this version does not know");
        let owner = match (raw.patient_id, raw.clinic_id, raw.doctor_id) {
            (Some(patient), None, None) => Owner::Patient(patient.into()),
            (None, Some(clinic), None) => Owner::Clinic(clinic.into()),
            (None, None, Some(doctor)) => Owner::Doctor(doctor.into()),
            (_, _, _) => return Err(Error::internal("a file has not one owner")),
        };
        Ok(Self {
            id: raw.id.into(),
            purpose: FilePurpose::parse(&raw.purpose).map_err(unknown)?,
            owner,
            key_cipher: raw.key_cipher,
            name_cipher: raw.name_cipher,
            state: FileState::parse(&raw.state).map_err(unknown)?,
            trouble: raw.trouble.map(|word| FileTrouble::parse(&word)).transpose().map_err(unknown)?,
            scan: Scan::parse(&raw.scan).map_err(unknown)?,
            kind: FileKind::parse(&raw.kind).map_err(unknown)?,
            bytes: u64::try_from(raw.bytes).map_err(Error::internal)?,
            sha256: raw.sha256,
            part_bytes: u32::try_from(raw.part_bytes).map_err(Error::internal)?,
            pages: raw.pages.map(u32::try_from).transpose().map_err(Error::internal)?,
            added_by: raw.added_by.into(),
            by_patient: raw.by_patient,
            added_at: raw.added_at.to_jiff(),
            is_withdrawn: raw.is_withdrawn,
            has_thumbnail: raw.has_thumbnail,
            retention: Retention::parse(&raw.retention).map_err(unknown)?,
            kept_until: raw.kept_until.map(|until| until.to_jiff()),
            withdrawn_at: raw.withdrawn_at.map(|at| at.to_jiff()),
            is_removed: raw.is_removed,
            is_held: raw.is_held,
            has_earlier: raw.has_earlier,
        })
    }
}

/// The file of an id, also a withdrawn one.
pub(super) async fn find(connection: &mut PgConnection, file: FileId) -> Result<Option<FileRow>> {
    let raw = sqlx::query_as!(
        Raw,
        "select id, purpose, patient_id, clinic_id, doctor_id, key_cipher, name_cipher, state, trouble, scan, kind, bytes, sha256, part_bytes, pages,
           added_by, by_patient, added_at, withdrawn_at is not null as \"is_withdrawn!\",
           exists (select from file_objects o where o.file_id = files.id and o.part = 'thumbnail' and o.stored_at is not null
             and o.dropped_at is null) as \"has_thumbnail!\",
           retention, kept_until, withdrawn_at, removed_at is not null as \"is_removed!\",
           exists (select from file_holds h where h.file_id = files.id and h.lifted_at is null) as \"is_held!\",
           replaces is not null as \"has_earlier!\"
         from files where id = $1",
        file.uuid()
    )
    .fetch_optional(connection)
    .await?;
    raw.map(FileRow::try_from).transpose()
}

/// The same, locked until the end of the transaction.
pub(super) async fn lock(connection: &mut PgConnection, file: FileId) -> Result<Option<FileRow>> {
    sqlx::query!("select id from files where id = $1 for update", file.uuid()).fetch_optional(&mut *connection).await?;
    find(connection, file).await
}

/// The files of an owner for some purposes whose uploads were completed, that are not withdrawn and of which there is no newer version, the newest first.
pub(super) async fn of_owner(
    connection: &mut PgConnection,
    owner: Owner,
    purposes: &[FilePurpose],
    most: i64,
) -> Result<Vec<FileRow>> {
    let (patient, clinic, doctor) = ids_of(owner);
    let purposes: Vec<String> = purposes.iter().map(|purpose| purpose.as_str().to_owned()).collect();
    let rows = sqlx::query_as!(
        Raw,
        "select id, purpose, patient_id, clinic_id, doctor_id, key_cipher, name_cipher, state, trouble, scan, kind, bytes, sha256, part_bytes, pages,
           added_by, by_patient, added_at, withdrawn_at is not null as \"is_withdrawn!\",
           exists (select from file_objects o where o.file_id = files.id and o.part = 'thumbnail' and o.stored_at is not null
             and o.dropped_at is null) as \"has_thumbnail!\",
           retention, kept_until, withdrawn_at, removed_at is not null as \"is_removed!\",
           exists (select from file_holds h where h.file_id = files.id and h.lifted_at is null) as \"is_held!\",
           replaces is not null as \"has_earlier!\"
         from files where (patient_id = $1 or clinic_id = $2 or doctor_id = $3) and purpose = any($4)
           and withdrawn_at is null and state <> 'uploading'
           and not exists (select from files n where n.replaces = files.id and n.state = 'ready' and n.withdrawn_at is null
             and n.patient_id = files.patient_id)
         order by added_at desc, id desc limit $5",
        patient,
        clinic,
        doctor,
        &purposes,
        most
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(FileRow::try_from).collect()
}

/// How many bytes the files and uploads of an owner take.
pub(super) async fn taken(connection: &mut PgConnection, owner: Owner) -> Result<u64> {
    let (patient, clinic, doctor) = ids_of(owner);
    let sum = sqlx::query_scalar!(
        "select coalesce(sum(bytes), 0)::bigint as \"sum!\" from files
         where (patient_id = $1 or clinic_id = $2 or doctor_id = $3) and state in ('uploading', 'checking', 'ready')
           and removed_at is null",
        patient,
        clinic,
        doctor
    )
    .fetch_one(connection)
    .await?;
    u64::try_from(sum).map_err(Error::internal)
}

/// What a new upload stores, apart from its key and its name.
pub(super) struct NewRow {
    pub(super) id: FileId,
    pub(super) purpose: FilePurpose,
    pub(super) owner: Owner,
    pub(super) key_cipher: Vec<u8>,
    pub(super) name_cipher: Vec<u8>,
    pub(super) kind: FileKind,
    pub(super) bytes: u64,
    pub(super) sha256: Option<Vec<u8>>,
    pub(super) part_bytes: u32,
    pub(super) added_by: UserId,
    pub(super) by_patient: bool,
    pub(super) retention: Retention,
    pub(super) kept_until: Option<Timestamp>,
    pub(super) replaces: Option<FileId>,
}

pub(super) async fn insert(connection: &mut PgConnection, new: &NewRow, now: Timestamp) -> Result<()> {
    let (patient, clinic, doctor) = ids_of(new.owner);
    sqlx::query!(
        "insert into files (id, purpose, patient_id, clinic_id, key_cipher, name_cipher, state, kind, bytes, sha256, part_bytes, added_by,
           by_patient, added_at, doctor_id, retention, kept_until, replaces)
         values ($1, $2, $3, $4, $5, $6, 'uploading', $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        new.id.uuid(),
        new.purpose.as_str(),
        patient,
        clinic,
        new.key_cipher,
        new.name_cipher,
        new.kind.as_str(),
        i64::try_from(new.bytes).map_err(Error::internal)?,
        new.sha256.as_deref(),
        i32::try_from(new.part_bytes).map_err(Error::internal)?,
        new.added_by.uuid(),
        new.by_patient,
        now.to_sqlx(),
        doctor,
        new.retention.as_str(),
        new.kept_until.map(ToSqlx::to_sqlx),
        new.replaces.map(FileId::uuid)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Says that all parts are there.
///
/// # Errors
/// `files.upload_over`; `request.stale` when another newer version of the same file was completed before.
pub(super) async fn complete(connection: &mut PgConnection, file: FileId, now: Timestamp) -> Result<()> {
    let done = sqlx::query!(
        "update files set state = 'checking', completed_at = $2, checked_at = $2 where id = $1 and state = 'uploading'",
        file.uuid(),
        now.to_sqlx()
    )
    .execute(connection)
    .await
    .map_err(|error| Error::on_constraint(error, &[("files_one_successor", Code::Stale)]))?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Code::FileUploadOver.into()) }
}

/// What the check of a file found.
pub(super) struct Found {
    pub(super) state: FileState,
    pub(super) trouble: Option<FileTrouble>,
    pub(super) scan: Scan,
    pub(super) kind: FileKind,
    pub(super) bytes: u64,
    pub(super) pages: Option<u32>,
}

pub(super) async fn record_check(connection: &mut PgConnection, file: FileId, found: &Found, now: Timestamp) -> Result<()> {
    let done = sqlx::query!(
        "update files set state = $2, trouble = $3, scan = $4, kind = $5, bytes = $6, pages = $7, checked_at = $8
         where id = $1 and state = 'checking'",
        file.uuid(),
        found.state.as_str(),
        found.trouble.map(FileTrouble::as_str),
        found.scan.as_str(),
        found.kind.as_str(),
        i64::try_from(found.bytes).map_err(Error::internal)?,
        found.pages.map(i32::try_from).transpose().map_err(Error::internal)?,
        now.to_sqlx()
    )
    .execute(connection)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::internal("a file was checked twice at once")) }
}

/// Marks a file as entered in error; `false` when it was already.
pub(super) async fn withdraw(
    connection: &mut PgConnection,
    file: FileId,
    by: UserId,
    reason_cipher: &[u8],
    now: Timestamp,
) -> Result<bool> {
    let done = sqlx::query!(
        "update files set withdrawn_at = $4, withdrawn_by = $2, withdrawn_reason_cipher = $3
         where id = $1 and withdrawn_at is null and state <> 'uploading'",
        file.uuid(),
        by.uuid(),
        reason_cipher,
        now.to_sqlx()
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes an upload and drops its objects; they are deleted by the sweep.
pub(super) async fn delete_upload(connection: &mut PgConnection, file: FileId, now: Timestamp) -> Result<()> {
    drop_objects(connection, file, Part::Content, None, now).await?;
    sqlx::query!("delete from files where id = $1 and state = 'uploading'", file.uuid()).execute(connection).await?;
    Ok(())
}

/// Uploads that were begun before this time and not completed.
pub(super) async fn expired(connection: &mut PgConnection, before: Timestamp, most: i64) -> Result<Vec<FileId>> {
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
pub(super) async fn stuck(connection: &mut PgConnection, before: Timestamp, now: Timestamp, most: i64) -> Result<Vec<FileId>> {
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

/// The ids of the patient, the clinic and the doctor, of which one is there.
fn ids_of(owner: Owner) -> (Option<Uuid>, Option<Uuid>, Option<Uuid>) {
    match owner {
        Owner::Patient(patient) => (Some(patient.uuid()), None, None),
        Owner::Clinic(clinic) => (None, Some(clinic.uuid()), None),
        Owner::Doctor(doctor) => (None, None, Some(doctor.uuid())),
    }
}
