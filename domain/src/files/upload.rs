//! Uploads: beginning, parts in any order, completing.

use super::{
    Files,
    check::check_later,
    cipher::Place,
    key::{Cell, OwnerKey},
    pieces,
    rules::{Owner, Part, kept_until, parts_of, size_of_part},
    store::{self, FileRow, NewRow},
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Action, Permit, Subject,
        actions::{Create, Write},
    },
    db::Tx,
    vault::{Key, equal_in_constant_time, sha256},
};
use jiff::SignedDuration;
use model::{
    errors::Code,
    files::{FileKind, FilePurpose, FileState, UploadView},
    ids::FileId,
};

/// The actions that let somebody add a file: adding it to a subject, or changing the subject that it belongs to.
pub(crate) trait Adds: Action {}

impl Adds for Create {}
impl Adds for Write {}

/// An upload that somebody begins, parsed.
pub(crate) struct NewUpload {
    pub(crate) purpose: FilePurpose,
    pub(crate) owner: Owner,
    pub(crate) name: String,
    pub(crate) kind: FileKind,
    pub(crate) bytes: u64,
    pub(crate) sha256: Option<[u8; 32]>,
    pub(crate) by_patient: bool,
    /// The earlier version that it takes the place of.
    pub(crate) replaces: Option<FileId>,
}

/// Begins an upload.
///
/// # Errors
/// `files.quota`.
pub(crate) async fn begin<A: Adds, S: Subject>(tx: &mut Tx, _: &Permit<A, S>, new: NewUpload) -> Result<UploadView> {
    let (user, now) = (tx.access().acting()?.user, tx.now());
    let settings = tx.domain().settings();
    let (part_bytes, most) = (
        settings.file_part_bytes,
        match new.owner {
            // A doctor has the room of a person.
            Owner::Patient(_) | Owner::Doctor(_) => settings.patient_files_bytes,
            Owner::Clinic(_) => settings.clinic_files_bytes,
        },
    );
    // The permit has locked the owner, so two uploads are not counted past each other.
    if store::taken(tx.connection(), new.owner).await?.saturating_add(new.bytes) > most {
        return Err(Code::FileQuota.into());
    }
    let retention = if new.by_patient { new.purpose.retention_for_patient() } else { new.purpose.retention() };
    let (id, owner) = (tx.new_id::<FileId>(), OwnerKey::of(tx, new.owner).await?);
    let key = Key::random(tx.domain().randomness());
    let row = NewRow {
        id,
        purpose: new.purpose,
        owner: new.owner,
        key_cipher: owner.seal(tx, Cell::Key, id, key.expose()),
        name_cipher: owner.seal(tx, Cell::Name, id, new.name.as_bytes()),
        kind: new.kind,
        bytes: new.bytes,
        sha256: new.sha256.map(|sum| sum.to_vec()),
        part_bytes,
        added_by: user,
        by_patient: new.by_patient,
        retention,
        kept_until: kept_until(retention, now),
        replaces: new.replaces,
    };
    store::insert(tx.connection(), &row, now).await?;
    let row = store::find(tx.connection(), id).await?.ok_or_else(|| Error::internal("an upload vanished"))?;
    view(tx, &row).await
}

/// Takes a part of an upload that the caller has begun. The same part may be sent again, and parts in any order.
///
/// # Errors
/// `not_found` when there is no such upload of the caller; `files.part_wrong`, `files.upload_over`, `files.storage_unavailable`.
pub async fn put_part(
    domain: &Domain,
    files: &Files,
    access: &Access,
    (upload, number): (FileId, u32),
    content: &[u8],
    said: Option<[u8; 32]>,
) -> Result<()> {
    let mut tx = domain.begin_reading("files.put_part", access).await?;
    let row = own(&mut tx, upload).await?;
    if row.state != FileState::Uploading {
        return Err(Code::FileUploadOver.into());
    }
    let sum = sha256(&[content]);
    let size = size_of_part(row.bytes, row.part_bytes, number);
    if size != u64::try_from(content.len()).ok() || said.is_some_and(|said| !equal_in_constant_time(&said, &sum)) {
        return Err(Code::FilePartWrong.into());
    }
    let there = store::objects(tx.connection(), upload, Part::Content).await?;
    if there.iter().any(|object| object.number == number && object.sha256 == sum) {
        return tx.close().await;
    }
    let owner = OwnerKey::of(&mut tx, row.owner).await?;
    let key = owner.file_key(&mut tx, upload, &row.key_cipher).await?;
    tx.close().await?;

    let place = Place { file: upload, part: Part::Content, number };
    let object = pieces::write(domain, files, &key, place, content).await?;
    let now = domain.now();
    let mut db = domain.pool().begin().await?;
    if store::lock(&mut db, upload).await?.is_none_or(|row| row.state != FileState::Uploading) {
        db.rollback().await?;
        return Err(Code::FileUploadOver.into());
    }
    store::drop_objects(&mut db, upload, Part::Content, Some(number), now).await?;
    store::take(&mut db, object.id, now).await?;
    db.commit().await?;
    Ok(())
}

/// What has arrived of an upload that the caller has begun, and what became of it.
///
/// # Errors
/// `not_found` when there is no such upload of the caller.
pub async fn progress(domain: &Domain, access: &Access, upload: FileId) -> Result<UploadView> {
    let mut tx = domain.begin_reading("files.progress", access).await?;
    let row = own(&mut tx, upload).await?;
    let shown = view(&mut tx, &row).await?;
    tx.close().await?;
    Ok(shown)
}

/// Ends an upload of the caller whose parts are all there, and has it checked. `false` when it was completed before.
///
/// # Errors
/// `not_found`, `files.incomplete`; `request.stale` when another newer version of the same file was completed before.
pub(crate) async fn complete<A: Adds, S: Subject>(tx: &mut Tx, _: &Permit<A, S>, upload: FileId) -> Result<(UploadView, bool)> {
    let now = tx.now();
    own(tx, upload).await?;
    let row = store::lock(tx.connection(), upload).await?.ok_or(Code::NotFound)?;
    if row.state != FileState::Uploading {
        return Ok((view(tx, &row).await?, false));
    }
    let there = store::objects(tx.connection(), upload, Part::Content).await?;
    if u64::try_from(there.len()).unwrap_or(u64::MAX) != parts_of(row.bytes, row.part_bytes) {
        return Err(Code::FileIncomplete.into());
    }
    store::complete(tx.connection(), upload, now).await?;
    let domain = tx.domain().clone();
    check_later(&domain, tx.connection(), upload).await?;
    let row = FileRow { state: FileState::Checking, ..row };
    Ok((view(tx, &row).await?, true))
}

/// Deletes an upload of the caller that was not completed.
///
/// # Errors
/// `not_found`; `files.upload_over`.
pub(crate) async fn abandon(tx: &mut Tx, upload: FileId) -> Result<()> {
    let now = tx.now();
    own(tx, upload).await?;
    let row = store::lock(tx.connection(), upload).await?.ok_or(Code::NotFound)?;
    if row.state != FileState::Uploading {
        return Err(Code::FileUploadOver.into());
    }
    store::delete_upload(tx.connection(), upload, now).await
}

/// An upload of the caller. For anybody else, and when its time is over, it does not exist.
async fn own(tx: &mut Tx, upload: FileId) -> Result<FileRow> {
    let (user, now) = (tx.access().acting()?.user, tx.now());
    let life = SignedDuration::from_hours(tx.domain().settings().upload_hours);
    let row = store::find(tx.connection(), upload).await?.filter(|row| row.added_by == user && !row.is_withdrawn);
    let alive = row.filter(|row| row.state != FileState::Uploading || row.added_at + life > now);
    alive.ok_or_else(|| Code::NotFound.into())
}

async fn view(tx: &mut Tx, row: &FileRow) -> Result<UploadView> {
    let parts = match row.state {
        FileState::Uploading => store::objects(tx.connection(), row.id, Part::Content).await?,
        FileState::Checking | FileState::Ready | FileState::Refused | FileState::Infected => Vec::new(),
    };
    Ok(UploadView {
        id: row.id,
        purpose: row.purpose,
        bytes: row.bytes,
        part_bytes: row.part_bytes,
        parts: parts.into_iter().map(|object| object.number).collect(),
        state: row.state,
        trouble: row.trouble,
        expires_at: row.added_at + SignedDuration::from_hours(tx.domain().settings().upload_hours),
    })
}
