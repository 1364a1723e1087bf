//! Reading files: any range, piece by piece.

use super::{
    Files,
    cipher::{self, Place},
    key::{Cell, OwnerKey},
    rules::{Owner, Part},
    store::{self, FileRow, ObjectRow},
};
use crate::{
    Error, Result,
    access::{Permit, Subject, actions::Read},
    db::Tx,
    settings::Unscanned,
    vault::Key,
};
use model::{
    errors::Code,
    files::{FileKind, FilePurpose, FileState, Scan},
    ids::{FileId, UserId},
};
use std::{fmt, ops::Range, sync::Arc};

/// The most bytes that are decrypted at once.
const STEP: u64 = 256 * 1024;

/// What must be known of a file to decide about it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    pub(crate) purpose: FilePurpose,
    pub(crate) owner: Owner,
    pub(crate) added_by: UserId,
    pub(crate) is_uploading: bool,
    /// Whether its check has ended well.
    pub(crate) is_ready: bool,
}

/// What to read of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The file itself.
    Content,
    /// The small picture of it.
    Thumbnail,
}

/// A file that may be read.
#[derive(Debug)]
pub struct Opened {
    /// The file.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// Its type; a thumbnail is a JPEG.
    pub kind: FileKind,
    /// The size of what was opened, in bytes.
    pub bytes: u64,
    /// All of it.
    pub content: Content,
}

/// A range of the content of a file, which is read and decrypted piece by piece.
#[derive(Clone)]
pub struct Content {
    files: Files,
    key: Key,
    file: FileId,
    part: Part,
    objects: Arc<[ObjectRow]>,
    range: Range<u64>,
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content").field("file", &self.file).field("range", &self.range).finish_non_exhaustive()
    }
}

impl Content {
    pub(super) fn new(files: &Files, key: Key, (file, part): (FileId, Part), objects: Vec<ObjectRow>) -> Self {
        let bytes: u64 = objects.iter().map(|object| object.bytes).sum();
        Self { files: files.clone(), key, file, part, objects: objects.into(), range: 0..bytes }
    }

    /// Only this range of it, which must lie within it.
    #[must_use]
    pub fn only(mut self, range: Range<u64>) -> Self {
        self.range = range.start.max(self.range.start)..range.end.min(self.range.end);
        self
    }

    /// How many bytes are still to come.
    #[must_use]
    pub fn bytes_left(&self) -> u64 {
        self.range.end.saturating_sub(self.range.start)
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// `files.storage_unavailable`; `internal` when the content was changed.
    pub async fn next_piece(&mut self) -> Result<Option<Vec<u8>>> {
        if self.bytes_left() == 0 {
            return Ok(None);
        }
        let mut begin = 0;
        for object in self.objects.iter() {
            let end = begin + object.bytes;
            if self.range.start < end {
                let wanted = self.range.start - begin..(self.range.end.min(end) - begin).min(self.range.start - begin + STEP);
                let place = Place { file: self.file, part: self.part, number: object.number };
                let sealed = self.files.storage().get(object.id, cipher::sealed_range(object.bytes, &wanted)).await?;
                let plain = cipher::open(&self.key, place, object.salt, object.bytes, &wanted, &sealed)?;
                self.range.start = begin + wanted.end;
                return Ok(Some(plain));
            }
            begin = end;
        }
        Err(Error::internal("a file has fewer objects than bytes"))
    }

    /// All of it at once. Only for files whose size is bounded.
    ///
    /// # Errors
    /// Those of [`Content::next_piece`].
    pub(crate) async fn whole(mut self) -> Result<Vec<u8>> {
        let mut whole = Vec::with_capacity(usize::try_from(self.bytes_left()).unwrap_or_default());
        while let Some(piece) = self.next_piece().await? {
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }
}

/// What must be known of a file to decide about it; `None` when it does not exist, or is withdrawn.
pub(crate) async fn about(tx: &mut Tx, file: FileId) -> Result<Option<About>> {
    let row = store::find(tx.connection(), file).await?.filter(|row| !row.is_withdrawn);
    Ok(row.map(|row| About {
        purpose: row.purpose,
        owner: row.owner,
        added_by: row.added_by,
        is_uploading: row.state == FileState::Uploading,
        is_ready: row.state == FileState::Ready,
    }))
}

/// Opens a file.
///
/// # Errors
/// `not_found`; `files.not_ready`; `files.not_scanned`.
pub(crate) async fn open<S: Subject>(
    tx: &mut Tx,
    files: &Files,
    _: &Permit<Read, S>,
    file: FileId,
    shown: Shown,
) -> Result<Opened> {
    let row = store::find(tx.connection(), file).await?.filter(|row| !row.is_withdrawn).ok_or(Code::NotFound)?;
    match row.state {
        FileState::Ready => {}
        FileState::Uploading => return Err(Code::NotFound.into()),
        FileState::Checking | FileState::Refused | FileState::Infected => return Err(Code::FileNotReady.into()),
    }
    let is_own = tx.access().acting().is_ok_and(|acting| acting.user == row.added_by);
    // What is sent of a picture was encoded by the check, so it needs no virus scanner.
    if row.scan == Scan::NotScanned
        && !is_own
        && !row.purpose.is_picture()
        && tx.domain().settings().unscanned_files == Unscanned::Hidden
    {
        return Err(Code::FileNotScanned.into());
    }
    opened(tx, files, &row, shown).await
}

/// Opens a photo that everybody may see. What is sent was encoded by the check, so it needs no virus scanner.
///
/// # Errors
/// `not_found`.
pub(crate) async fn open_photo(tx: &mut Tx, files: &Files, file: FileId, shown: Shown) -> Result<Opened> {
    let is_shown = |row: &FileRow| !row.is_withdrawn && row.purpose.is_photo() && row.state == FileState::Ready;
    let row = store::find(tx.connection(), file).await?.filter(is_shown).ok_or(Code::NotFound)?;
    opened(tx, files, &row, shown).await
}

/// The content of a logo, also of one that was replaced or removed since: a document that was signed with it shows it for ever. Whether the caller may see the
/// document is for the document's permit.
///
/// # Errors
/// `not_found`.
pub(crate) async fn logo<S: Subject>(tx: &mut Tx, files: &Files, _: &Permit<Read, S>, file: FileId) -> Result<Content> {
    let is_logo = |row: &FileRow| row.purpose == FilePurpose::ClinicLogo && row.state == FileState::Ready;
    let row = store::find(tx.connection(), file).await?.filter(is_logo).ok_or(Code::NotFound)?;
    let (_, content) = contents(tx, files, &row, Part::Content).await?;
    Ok(content)
}

async fn opened(tx: &mut Tx, files: &Files, row: &FileRow, shown: Shown) -> Result<Opened> {
    let (part, kind) = match shown {
        Shown::Content => (Part::Content, row.kind),
        Shown::Thumbnail => (Part::Thumbnail, FileKind::Jpeg),
    };
    let (name, content) = contents(tx, files, row, part).await?;
    if content.bytes_left() == 0 {
        return Err(Code::NotFound.into());
    }
    Ok(Opened { id: row.id, name, kind, bytes: content.bytes_left(), content })
}

/// The name and the content of a file.
pub(super) async fn contents(tx: &mut Tx, files: &Files, row: &FileRow, part: Part) -> Result<(String, Content)> {
    let owner = OwnerKey::of(tx, row.owner).await?;
    let key = owner.file_key(tx, row.id, &row.key_cipher).await?;
    let name = owner.text(tx, Cell::Name, row.id, &row.name_cipher).await?;
    let objects = store::objects(tx.connection(), row.id, part).await?;
    Ok((name, Content::new(files, key, (row.id, part), objects)))
}
