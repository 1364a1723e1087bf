//! Where files rest: a local folder, or a bucket of S3; and the virus scanner.

mod bucket;
mod clamd;
mod folder;

pub use crate::s3::Unusable as Error;
pub use bucket::Bucket;
pub use clamd::Clamd;
pub use folder::Folder;

use crate::config::Config;
use domain::files::{Files, Scanner, Storage};
use std::sync::Arc;

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
