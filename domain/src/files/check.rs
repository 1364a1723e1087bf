//! The check of an uploaded file, as a job: its checksum, the virus scanner, its real type, and what each type must not contain.

use super::{
    Files, Scanner, Verdict,
    cipher::Place,
    examine::{Examined, examine, small},
    key::OwnerKey,
    pieces, read,
    rules::{Owner, Part, resource_of},
    store::{self, FileRow, Found},
};
use crate::{
    Domain, Error, Result,
    access::Access,
    audit::{Audit, AuditAction},
    db::add_job,
    vault::{Key, sha256},
};
use graphile_worker::JobSpecBuilder;
use model::{
    errors::Code,
    files::{FileKind, FileState, FileTrouble, Scan},
    ids::{FileId, FileObjectId, RequestId},
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// The queue's name for the job that checks one file.
pub const CHECK_FILE_TASK: &str = "check_file";

/// After this many attempts the queue gives up; the sweep begins the check again later.
const MAX_ATTEMPTS: i16 = 12;

/// So many files are checked at once, on all servers together. A picture takes some hundred megabytes while it is decoded, and mails must not wait for files.
const AT_ONCE: u128 = 2;

/// The job's payload.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct CheckFile {
    /// The file to check.
    pub file: FileId,
}

/// Creates the job that checks a file.
pub(super) async fn check_later(domain: &Domain, connection: &mut PgConnection, file: FileId) -> Result<()> {
    // Jobs of one queue run one after the other.
    let name = format!("files {}", file.uuid().as_u128() % AT_ONCE);
    let spec = JobSpecBuilder::new().queue_name(name).job_key(file.to_string()).max_attempts(MAX_ATTEMPTS);
    add_job(domain, connection, (CHECK_FILE_TASK, CheckFile { file }), spec).await
}

/// What a check has found, with what takes the place of the content.
struct Outcome {
    found: Found,
    content: Option<Vec<u8>>,
    thumbnail: Option<Vec<u8>>,
}

/// Checks a file whose parts are all there. A file that was checked is left alone.
///
/// # Errors
/// `files.storage_unavailable`, `database.unavailable`; `internal` when the scanner gives no verdict. The file then stays unreadable, and is checked
/// again.
pub async fn check(domain: &Domain, files: &Files, file: FileId) -> Result<()> {
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin_reading("files.check", &access).await?;
    let row = store::find(tx.connection(), file).await?.filter(|row| row.state == FileState::Checking);
    let Some(row) = row else { return tx.close().await };
    let owner = match OwnerKey::of(&mut tx, row.owner).await {
        Ok(owner) => owner,
        // The patient's data was erased meanwhile, so nobody can ever read the file.
        Err(error) if error.code() == Code::NotFound => return tx.close().await,
        Err(error) => return Err(error),
    };
    let key = owner.file_key(&mut tx, file, &row.key_cipher).await?;
    let (_, content) = read::contents(&mut tx, files, &row, Part::Content).await?;
    tx.close().await?;

    let scan = match &files.scanner {
        None => Scanned::By(Scan::NotScanned),
        Some(scanner) => scanned(&**scanner, content.clone()).await?,
    };
    let outcome = match scan {
        Scanned::Infected => refused(&row, FileState::Infected, None),
        Scanned::TooLarge => refused(&row, FileState::Refused, Some(FileTrouble::TooLargeToScan)),
        Scanned::By(scan) => {
            let content = content.whole().await?;
            let pdf = (row.kind == FileKind::Pdf && files.previewer.is_some()).then(|| content.clone());
            let mut outcome = judged(&row, scan, content).await?;
            if let Some(pdf) = pdf.filter(|_| outcome.found.state == FileState::Ready) {
                outcome.thumbnail = preview(files, file, pdf).await;
            }
            outcome
        }
    };
    let written = written(domain, files, &key, &row, &outcome).await?;
    settle(domain, &access, &row, &outcome, &written).await
}

enum Scanned {
    By(Scan),
    Infected,
    TooLarge,
}

async fn scanned(scanner: &dyn Scanner, content: read::Content) -> Result<Scanned> {
    match scanner.scan(content).await {
        Ok(Verdict::Clean) => Ok(Scanned::By(Scan::Clean)),
        Ok(Verdict::Infected) => Ok(Scanned::Infected),
        Ok(Verdict::TooLarge) => Ok(Scanned::TooLarge),
        Err(cause) => Err(Error::internal(format!("the virus scanner gives no verdict: {cause}"))),
    }
}

fn refused(row: &FileRow, state: FileState, trouble: Option<FileTrouble>) -> Outcome {
    let found = Found { state, trouble, scan: row.scan, kind: row.kind, bytes: row.bytes, pages: None };
    Outcome { found, content: None, thumbnail: None }
}

/// Looks at the content itself, away from the threads that serve requests.
async fn judged(row: &FileRow, scan: Scan, content: Vec<u8>) -> Result<Outcome> {
    if row.sha256.as_deref().is_some_and(|said| said != sha256(&[content.as_slice()])) {
        return Ok(refused(row, FileState::Refused, Some(FileTrouble::ChecksumDiffers)));
    }
    let (purpose, said) = (row.purpose, row.kind);
    let examined = tokio::task::spawn_blocking(move || examine(purpose, said, &content)).await.map_err(Error::internal)?;
    Ok(match examined {
        Err(trouble) => refused(row, FileState::Refused, Some(trouble)),
        Ok(Examined { kind, pages, content, thumbnail }) => {
            let bytes = content.as_ref().map_or(row.bytes, |content| u64::try_from(content.len()).unwrap_or(u64::MAX));
            Outcome { found: Found { state: FileState::Ready, trouble: None, scan, kind, bytes, pages }, content, thumbnail }
        }
    })
}

/// The small picture of the first page of a PDF that was judged well. One that cannot be drawn has none, and can be read all the same.
async fn preview(files: &Files, file: FileId, pdf: Vec<u8>) -> Option<Vec<u8>> {
    let previewer = files.previewer.as_deref()?;
    let drawn = match previewer.first_page(pdf).await {
        Ok(drawn) => drawn?,
        Err(cause) => {
            tracing::warn!(file.id = %file, cause, "a PDF has no preview");
            return None;
        }
    };
    tokio::task::spawn_blocking(move || small(&drawn)).await.ok()?.ok()
}

/// Writes what takes the place of the content, and the thumbnail.
async fn written(domain: &Domain, files: &Files, key: &Key, row: &FileRow, outcome: &Outcome) -> Result<Vec<FileObjectId>> {
    let part_bytes = usize::try_from(row.part_bytes).map_err(Error::internal)?;
    let mut objects = Vec::new();
    for (part, content) in [(Part::Content, &outcome.content), (Part::Thumbnail, &outcome.thumbnail)] {
        let Some(content) = content else { continue };
        for (number, piece) in (1..).zip(content.chunks(part_bytes)) {
            let place = Place { file: row.id, part, number };
            objects.push(pieces::write(domain, files, key, place, piece).await?.id);
        }
    }
    Ok(objects)
}

/// Records the outcome, and takes the new objects into use in place of the old ones. Nothing stays of a file that was refused.
async fn settle(domain: &Domain, access: &Access, row: &FileRow, outcome: &Outcome, written: &[FileObjectId]) -> Result<()> {
    let mut tx = domain.begin("files.check", access).await?;
    let now = tx.now();
    let found = &outcome.found;
    if store::lock(tx.connection(), row.id).await?.is_none_or(|row| row.state != FileState::Checking) {
        return tx.close().await;
    }
    store::record_check(tx.connection(), row.id, found, now).await?;
    if found.state != FileState::Ready || outcome.content.is_some() {
        store::drop_objects(tx.connection(), row.id, Part::Content, None, now).await?;
    }
    for object in written {
        store::take(tx.connection(), *object, now).await?;
    }
    let entry = Audit::of(AuditAction::FilesChecked).on(resource_of(row.purpose), row.id).with("state", found.state.as_str());
    let entry = found.trouble.map_or(entry.clone(), |trouble| entry.with("trouble", trouble.as_str()));
    let entry = match row.owner {
        Owner::Patient(patient) => entry.patient(patient),
        Owner::Clinic(clinic) => entry.on(resource_of(row.purpose), clinic).with_id("file", row.id),
        Owner::Doctor(doctor) => entry.on(resource_of(row.purpose), doctor).with_id("file", row.id),
    };
    tx.commit(entry).await
}
