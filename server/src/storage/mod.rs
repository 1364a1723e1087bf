//! Where files rest: a local folder, or a bucket of S3; and the virus scanner.

mod bucket;
mod clamd;
mod folder;

pub use bucket::Bucket;
pub use clamd::Clamd;
pub use folder::Folder;

use crate::{config::Config, endpoint::EndpointError};
use domain::files::{Files, Scanner, Storage};
use std::sync::Arc;

/// Why the storage cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A key does not fit.
    #[error("{key} cannot be used: {wrong}")]
    Configuration {
        /// The key.
        key: &'static str,
        /// What is wrong.
        wrong: String,
    },
    /// The address of the bucket cannot be used.
    #[error("files.s3_url cannot be used: {0}")]
    Endpoint(#[from] EndpointError),
}

/// The storage and the scanner of a configuration.
///
/// # Errors
/// [`Error`].
pub fn of(config: &Config) -> Result<Files, Error> {
    let storage: Arc<dyn Storage> = match Bucket::of(&config.files)? {
        Some(bucket) => Arc::new(bucket),
        None => Arc::new(Folder::at(config.files_dir())),
    };
    let scanner = config.files.clamd.as_deref().map(Clamd::at);
    Ok(Files::new(storage, scanner.map(|scanner| Arc::new(scanner) as Arc<dyn Scanner>)))
}
