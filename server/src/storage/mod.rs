//! Where files rest: a local folder, or a bucket of S3; the virus scanner, and what draws the first page of PDFs.

mod bucket;
mod clamd;
mod folder;
mod poppler;

pub use crate::s3::Unusable as Error;
pub use bucket::Bucket;
pub use clamd::Clamd;
pub use folder::Folder;
pub use poppler::Poppler;

use crate::config::Config;
use domain::files::{Files, Scanner, Storage};
use std::sync::Arc;

/// The storage and the scanner of a configuration, with the previewer.
///
/// # Errors
/// [`Error`].
pub fn of(config: &Config) -> Result<Files, Error> {
    let storage: Arc<dyn Storage> = match Bucket::of(&config.files)? {
        Some(bucket) => Arc::new(bucket),
        None => Arc::new(Folder::at(config.files_dir())),
    };
    let scanner = config.files.clamd.as_deref().map(Clamd::at);
    let scanner = scanner.map(|scanner| Arc::new(scanner) as Arc<dyn Scanner>);
    Ok(Files::new(storage, scanner).with_previewer(Arc::new(Poppler)))
}
