//! Backups: one moment of the database, the files, the seals of the audit log, and the keys, each in its own place; and the way back.
//!
//! ```text
//! FOLDER/manifest.json          what is there, of which size and SHA-256; written last, so that a folder without it is no backup
//! FOLDER/database.dump          pg_dump's custom format, without the keys of patients
//! FOLDER/audit/seals.jsonl      the seals that left the database
//! FOLDER/files/…                the files folder as it is
//! KEYS/patient_keys.dump        the keys of patients, wrapped by the master key, of the same moment
//! KEYS/master.key               the master key
//! ```
//!
//! Invariants: whoever has FOLDER without KEYS reads no clinical text (design.md §5). KEYS is `FOLDER/keys` unless it is named. Nothing is
//! replaced: a backup goes into a new folder, a restoration into an empty database. Every file is its owner's alone.
//!
//! Not here: schedules, rotation, encryption of the media, point-in-time recovery (that is Postgres' WAL archiving).

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

/// Where a backup is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder of the data.
    pub data: PathBuf,
    /// The folder of the keys.
    pub keys: PathBuf,
}

impl Place {
    /// Both folders; the keys are below the data unless they have a folder of their own.
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
