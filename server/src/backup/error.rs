//! Why there is no backup, or no way back from it.

use crate::{config::master_key::MasterKeyError, postgres, serve};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a backup was not made or not restored. Each text says what to do; none holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something is in the folder that the backup would go into.
    #[error("{} is not empty. A backup goes into a new folder", .0.display())]
    FolderInUse(PathBuf),
    /// The folder was not written to its end.
    #[error("{} holds no whole backup: its manifest.json is missing. The backup was cut off, or this is another folder", .0.display())]
    NoManifest(PathBuf),
    /// The manifest is not one of ours.
    #[error("{} cannot be understood. It was written by a newer Bedside, or is damaged", .0.display())]
    Manifest(PathBuf),
    /// A file is not what was written.
    #[error("{} is missing or is not the file that was written. Take another copy of this backup; nothing was restored", .0.display())]
    Damaged(PathBuf),
    /// The backup is of a newer Bedside.
    #[error(
        "the backup has schema version {backup}, this binary knows {binary}: restore it with the version of bedside that made it, or a newer one"
    )]
    Newer {
        /// Version of the backup.
        backup: i64,
        /// The newest version that this binary knows.
        binary: i64,
    },
    /// The database holds something.
    #[error("the database is not empty. A backup is restored into an empty one: nothing is replaced")]
    DatabaseInUse,
    /// A file or folder of an installation is there already.
    #[error("{} is there already. A backup is restored into an empty var_dir: move it away if it is not needed", .0.display())]
    InTheWay(PathBuf),
    /// There is another master key.
    #[error("{} is another master key than that of the backup. Move it away, together with the database that it belongs to", .0.display())]
    OtherKey(PathBuf),
    /// A program of Postgres failed.
    #[error("{program} failed: {detail}")]
    Program {
        /// Which one.
        program: &'static str,
        /// The last lines that it wrote.
        detail: String,
    },
    /// A file cannot be read or written.
    #[error("{} cannot be {what}", .path.display())]
    Io {
        /// What was to happen to it.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The master key.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// The database's cluster.
    #[error(transparent)]
    Postgres(#[from] postgres::Error),
    /// The database.
    #[error(transparent)]
    Database(#[from] serve::Error),
}

impl From<domain::Error> for Error {
    fn from(error: domain::Error) -> Self {
        Self::Database(error.into())
    }
}

impl Error {
    /// For `map_err`: what was to happen to which path.
    pub(super) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { what, path, source }
    }
}
