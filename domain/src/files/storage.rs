//! Where the content of files rests.

use async_trait::async_trait;
use model::ids::FileObjectId;
use std::{fmt, ops::Range};

/// A place for objects: a folder, or a bucket of S3. It sees ciphertext only, and no name that means anything.
#[async_trait]
pub trait Storage: fmt::Debug + Send + Sync {
    /// What operators know it by.
    fn name(&self) -> &str;

    /// Writes an object. When this returns, a loss of power does not lose it.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`]; whether the object exists is then not known.
    async fn put(&self, object: FileObjectId, content: Vec<u8>) -> Result<(), StorageError>;

    /// The bytes of an object in this range.
    ///
    /// # Errors
    /// [`StorageError::Missing`] when there is no such object, or it ends before the range; [`StorageError::Unavailable`].
    async fn get(&self, object: FileObjectId, range: Range<u64>) -> Result<Vec<u8>, StorageError>;

    /// Deletes an object; one that does not exist is deleted already.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    async fn delete(&self, object: FileObjectId) -> Result<(), StorageError>;
}

/// Why a storage does not do what it is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// There are no such bytes.
    #[error("the storage has no such object, or it is too short")]
    Missing,
    /// The storage does not answer, or answers with an error. The text contains no secret.
    #[error("{0}")]
    Unavailable(String),
}

impl From<StorageError> for crate::Error {
    fn from(error: StorageError) -> Self {
        match error {
            // Its row says that it was stored.
            StorageError::Missing => Self::internal(error),
            StorageError::Unavailable(_) => Self::new(model::errors::Code::FileStorageUnavailable).because(error),
        }
    }
}
