//! Folders and files that only their owner can access.

use super::{Entry, Error};
use sha2::{Digest, Sha256};
use std::{
    fs,
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

/// Creates a folder and its parents, if they do not exist.
pub(super) fn make_folder(path: &Path) -> Result<(), Error> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(Error::io("made", path))
}

/// Whether a folder is empty or does not exist.
pub(super) fn is_empty(path: &Path) -> Result<bool, Error> {
    match fs::read_dir(path) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}

/// Creates a new file; fails if it exists.
pub(super) fn create(path: &Path) -> Result<fs::File, Error> {
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(Error::io("written", path))
}

/// Writes a new file and syncs it to the disk.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = create(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(Error::io("written", path))
}

/// Copies a file to a new file, and creates the target folder.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    if let Some(folder) = to.parent() {
        make_folder(folder)?;
    }
    let mut source = fs::File::open(from).map_err(Error::io("read", from))?;
    let mut target = create(to)?;
    io::copy(&mut source, &mut target).and_then(|_| target.sync_all()).map_err(Error::io("written", to))
}

/// Copies all files of a folder recursively; the folder may be missing. A file that is deleted meanwhile is skipped: a file is deleted
/// only when nothing refers to it any more.
pub(super) fn copy_all(from: &Path, to: &Path) -> Result<(), Error> {
    let entries = match fs::read_dir(from) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io("read", from)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(Error::io("read", from))?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().map_err(Error::io("read", &path))?;
        if kind.is_dir() {
            copy_all(&path, &target)?;
        } else if kind.is_file() && path.exists() {
            copy(&path, &target)?;
        }
    }
    Ok(())
}

/// All files below a folder, sorted by path.
pub(super) fn entries(folder: &Path) -> Result<Vec<Entry>, Error> {
    let mut found = Vec::new();
    collect(folder, folder, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Entry>) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(Error::io("read", folder))? {
        let path = entry.map_err(Error::io("read", folder))?.path();
        if path.is_dir() {
            collect(root, &path, found)?;
            continue;
        }
        let (bytes, sha256) = digest(&path)?;
        let below = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        found.push(Entry { path: below, bytes, sha256 });
    }
    Ok(())
}

/// The size and the SHA-256 of a file.
pub(super) fn digest(path: &Path) -> Result<(u64, String), Error> {
    let mut file = fs::File::open(path).map_err(Error::io("read", path))?;
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut buffer).map_err(Error::io("read", path))?;
        if read == 0 {
            return Ok((bytes, hex::encode(hash.finalize())));
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
}
