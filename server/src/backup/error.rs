//! The errors of making and restoring a backup.

use crate::{config::master_key::MasterKeyError, postgres, serve};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a backup was not made or not restored. Each text says what to do; none contains a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder for the backup is not empty.
    #[error("{} is not empty. A backup goes into a new folder", .0.display())]
    FolderInUse(PathBuf),
    /// The backup in the folder is not complete.
    #[error("{} holds no whole backup: its manifest.json is missing. The backup was cut off, or this is another folder", .0.display())]
    NoManifest(PathBuf),
    /// The manifest cannot be parsed, or has a format that this binary does not know.
    #[error("{} cannot be understood. It was written by a newer Bedside, or is damaged", .0.display())]
    Manifest(PathBuf),
    /// A file is missing or differs from what was written.
    #[error("{} is missing or is not the file that was written. Take another copy of this backup; nothing was restored", .0.display())]
    Damaged(PathBuf),
    /// The backup was made by a newer version of Bedside.
    #[error(
        "the backup has schema version {backup}, this binary knows {binary}: restore it with the version of bedside that made it, or a newer one"
    )]
    Newer {
        /// The schema version of the backup.
        backup: i64,
        /// The newest schema version that this binary knows.
        binary: i64,
    },
    /// The database is not empty.
    #[error("the database is not empty. A backup is restored into an empty one: nothing is replaced")]
    DatabaseInUse,
    /// A file or folder of an installation already exists.
    #[error("{} is there already. A backup is restored into an empty var_dir: move it away if it is not needed", .0.display())]
    InTheWay(PathBuf),
    /// The existing master key is not the one of the backup.
    #[error(
        "the configured master key ({} or keys.master_key) is another one than that of the backup. Move it away, together with the database that it \
         belongs to", .0.display()
    )]
    OtherKey(PathBuf),
    /// The backup has a master key file, the configuration a KMS.
    #[error(
        "the backup was made with a master key of a file, and keys.kms names a KMS. Restore it without keys.kms, then run `bedside keys rotate --master`"
    )]
    NeedsLocalKey,
    /// The backup has no master key file.
    #[error("the backup has no master.key: its master key is in a KMS. Set keys.kms and its keys as they were when it was made")]
    NeedsKms,
    /// A Postgres program failed.
    #[error("{program} failed: {detail}")]
    Program {
        /// The program's name.
        program: &'static str,
        /// The last lines of its standard error.
        detail: String,
    },
    /// A file cannot be read or written.
    #[error("{} cannot be {what}", .path.display())]
    Io {
        /// The operation that failed, as a past participle: `read`, `written`.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// An error with the master key.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// An error with the embedded Postgres.
    #[error(transparent)]
    Postgres(#[from] postgres::Error),
    /// An error with the database.
    #[error(transparent)]
    Database(#[from] serve::Error),
}

impl From<domain::Error> for Error {
    fn from(error: domain::Error) -> Self {
        Self::Database(error.into())
    }
}

impl Error {
    /// For `map_err`: the operation that failed and its path.
    pub(super) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { what, path, source }
    }
}
