//! A local folder. Objects are named after their ids, in subfolders by the last two digits of these, so nothing that a person typed becomes part of a path.

use async_trait::async_trait;
use domain::files::{Storage, StorageError};
use model::ids::FileObjectId;
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    ops::Range,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};
use tokio::task::spawn_blocking;

/// The folder.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    name: String,
}

impl Folder {
    /// The folder at this path; it is made when it is needed.
    #[must_use]
    pub fn at(root: PathBuf) -> Self {
        let name = format!("folder {}", root.display());
        Self { root, name }
    }

    fn path(&self, object: FileObjectId) -> PathBuf {
        let name = object.uuid().simple().to_string();
        self.root.join(&name[name.len() - 2..]).join(name)
    }
}

#[async_trait]
impl Storage for Folder {
    fn name(&self) -> &str {
        &self.name
    }

    async fn put(&self, object: FileObjectId, content: Vec<u8>) -> Result<(), StorageError> {
        let path = self.path(object);
        off_thread(move || write(&path, &content)).await
    }

    async fn get(&self, object: FileObjectId, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
        let path = self.path(object);
        off_thread(move || read(&path, &range)).await
    }

    async fn delete(&self, object: FileObjectId) -> Result<(), StorageError> {
        let path = self.path(object);
        off_thread(move || {
            // A server that was killed while it wrote has left this.
            remove(&beside(&path))?;
            remove(&path)
        })
        .await
    }
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, StorageError> {
    let done = spawn_blocking(work).await.map_err(|error| StorageError::Unavailable(error.to_string()))?;
    done.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof => StorageError::Missing,
        _ => StorageError::Unavailable(error.to_string()),
    })
}

/// Writes a file beside its place, and moves it there when it is on the disk.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let unnamed = || io::Error::new(io::ErrorKind::InvalidInput, "an object without a folder");
    let folder = path.parent().ok_or_else(unnamed)?;
    let made = !folder.exists();
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let beside = beside(path);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    // The name is in the folder, and a new folder's name in the one above.
    File::open(folder)?.sync_all()?;
    match folder.parent().filter(|_| made) {
        Some(root) => File::open(root)?.sync_all(),
        None => Ok(()),
    }
}

/// Where an object is written before it is whole.
fn beside(path: &Path) -> PathBuf {
    path.with_extension("part")
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn read(path: &Path, range: &Range<u64>) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(range.start))?;
    let length = usize::try_from(range.end.saturating_sub(range.start)).map_err(io::Error::other)?;
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[tokio::test]
    async fn an_object_is_read_in_ranges_and_deleted_once() {
        let root = tempfile::tempdir().unwrap();
        let (folder, object) = (Folder::at(root.path().join("files")), FileObjectId::from(Uuid::from_u128(7)));
        assert_eq!(folder.get(object, 0..1).await, Err(StorageError::Missing));
        folder.put(object, b"0123456789".to_vec()).await.unwrap();
        folder.put(object, b"abcdefghij".to_vec()).await.unwrap();
        assert_eq!(folder.get(object, 2..5).await.unwrap(), b"cde");
        assert_eq!(folder.get(object, 8..12).await, Err(StorageError::Missing));
        // Nothing is left beside it.
        assert_eq!(fs::read_dir(root.path().join("files/07")).unwrap().count(), 1);
        // Of a server that was killed while it wrote.
        fs::write(beside(&folder.path(object)), b"0123").unwrap();
        folder.delete(object).await.unwrap();
        folder.delete(object).await.unwrap();
        assert_eq!(folder.get(object, 0..1).await, Err(StorageError::Missing));
        assert_eq!(fs::read_dir(root.path().join("files/07")).unwrap().count(), 0);
    }
}
