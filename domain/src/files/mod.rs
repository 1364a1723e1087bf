//! The one way in for files: uploads in parts, their check, and reading any range of them (ADR 42).
//!
//! Invariants
//! - Content rests only as ciphertext, under a key of the file that is wrapped by the key of its owner: who destroys that key destroys the file.
//! - Nobody reads a file before its check has ended well. Whatever gives no clear answer is no good end.
//! - A file under a legal hold is neither withdrawn nor removed. What is removed was withdrawn 30 days before, and no class of retention keeps it.
//! - The row of an object is written before the object and deleted after it, so nothing is left in the storage that no row names.
//!
//! What is done with a permit takes it from the caller: `crate::filing` knows which area decides about a purpose. Only parts need none, because nobody
//! can read an upload: they are taken from the user who has begun it.
//!
//! Boundary: where objects rest, who looks for viruses and who draws PDFs are traits; the server has their implementations.

mod change;
mod check;
mod cipher;
mod examine;
mod holds;
mod key;
mod pieces;
mod previewer;
mod read;
mod rules;
mod scanner;
mod storage;
mod store;
mod sweep;
mod upload;

pub use check::{CHECK_FILE_TASK, CheckFile, check};
pub use previewer::Previewer;
pub use read::{Content, Opened, Shown};
pub use rules::{Owner, plain_name, resource_of};
pub use scanner::{Scanner, Verdict};
pub use storage::{Storage, StorageError};
pub use sweep::sweep;
pub use upload::{progress, put_part};

pub(crate) use change::{
    FileOf, Listed, check_replaces, list, list_of_clinic, list_of_doctor, list_some, remove_of_doctor, remove_of_patient,
    remove_some, restore, withdraw, withdraw_of_clinic, withdrawn,
};
pub(crate) use holds::{Kept, hold, kept, lift};
pub(crate) use read::{about, logo, open, open_photo};
pub(crate) use upload::{NewUpload, abandon, begin, complete};

use std::sync::Arc;

/// What files need in addition to the database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Files {
    storage: Arc<dyn Storage>,
    scanner: Option<Arc<dyn Scanner>>,
    previewer: Option<Arc<dyn Previewer>>,
}

impl Files {
    /// Files that rest in a storage; without a scanner they stay "not scanned".
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>, scanner: Option<Arc<dyn Scanner>>) -> Self {
        Self { storage, scanner, previewer: None }
    }

    /// The same with previews of PDFs; without a previewer they have none.
    #[must_use]
    pub fn with_previewer(self, previewer: Arc<dyn Previewer>) -> Self {
        Self { previewer: Some(previewer), ..self }
    }

    /// The storage.
    #[must_use]
    pub fn storage(&self) -> &dyn Storage {
        &*self.storage
    }
}
