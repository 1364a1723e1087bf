//! Backups: a consistent copy of the database, the files, the seals of the audit log and the keys; and restoring one.
//!
//! ```text
//! FOLDER/manifest.json          the size and SHA-256 of each file; written last, so that a folder without it is not a complete backup
//! FOLDER/database.dump          pg_dump's custom format, without the keys
//! FOLDER/audit/seals.jsonl      the seals that are also stored outside the database
//! FOLDER/files/…                a copy of the files folder
//! KEYS/patient_keys.dump        the patients' keys and the keys of the installation, encrypted with the master key, from the same snapshot
//! KEYS/master.key               the master key, unless a KMS has it
//! ```
//!
//! Invariants: with FOLDER but without KEYS, no clinical text can be read (design.md §5). KEYS is `FOLDER/keys` unless another folder is given.
//! Nothing is replaced: a backup goes into a new folder, and is restored into an empty database. Only their owner can read the files.
//!
//! Not included: schedules, rotation, encryption of the storage medium, point-in-time recovery (use WAL archiving of Postgres).

mod error;
mod manifest;
mod restore;
mod tree;
mod write;

pub use error::Error;
pub use manifest::{Entry, Manifest};
pub use restore::{Restored, restore};
pub use write::write;

use std::path::PathBuf;

/// The folders of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder for the data.
    pub data: PathBuf,
    /// The folder for the keys.
    pub keys: PathBuf,
}

impl Place {
    /// Creates a place; without a folder for the keys, they go into `keys` inside the data folder.
    #[must_use]
    pub fn new(data: PathBuf, keys: Option<PathBuf>) -> Self {
        let keys = keys.unwrap_or_else(|| data.join("keys"));
        Self { data, keys }
    }
}

const DATABASE: &str = "database.dump";
const SEALS: &str = "audit/seals.jsonl";
const FILES: &str = "files";
const PATIENT_KEYS: &str = "patient_keys.dump";
const MASTER_KEY: &str = "master.key";
