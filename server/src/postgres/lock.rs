//! A lock that allows one server per folder.

use super::error::Error;
use std::{
    fs::{File, TryLockError},
    path::Path,
};

/// A lock on the folder for this process. The operating system releases it when the process ends in any way.
#[derive(Debug)]
pub(super) struct FolderLock {
    file: File,
}

impl Drop for FolderLock {
    /// Unlocks explicitly, because a child process that is just being started may still have the file open.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

impl FolderLock {
    pub(super) fn take(var_dir: &Path) -> Result<Self, Error> {
        let path = var_dir.join("bedside.lock");
        let file = File::options().create(true).write(true).truncate(false).open(&path).map_err(Error::io("opened", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(Error::Locked(var_dir.to_owned())),
            Err(TryLockError::Error(source)) => Err(Error::io("locked", &path)(source)),
        }
    }
}
