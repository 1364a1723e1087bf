//! Checks where files rest, and the virus scanner.

use super::report::Finding;
use crate::{
    config::Config,
    storage::{self, Clamd},
};
use domain::{
    clock::{Clock, SystemClock},
    files::{Storage, StorageError},
    randomness::{SystemRandomness, new_id},
};
use model::ids::FileObjectId;

/// Writes, reads and deletes an object in a bucket, and asks the scanner. The folder is checked with `var_dir`.
pub(super) async fn files(config: &Config) -> Vec<Finding> {
    let subject = "files";
    let mut findings = Vec::new();
    if config.files.s3_bucket.is_some() {
        let outcome = match storage::of(config) {
            Ok(files) => probe(files.storage()).await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        findings.push(match outcome {
            Ok(()) => Finding::fine(subject, "the bucket for files takes, returns and deletes objects"),
            Err(error) => {
                let text = format!("{error}. Check the keys of the section `files`, and what the access key is allowed to do");
                Finding::fail(subject, text)
            }
        });
    }
    if let Some(address) = &config.files.clamd {
        findings.push(match Clamd::at(address).ping().await {
            Ok(()) => Finding::fine(subject, "the virus scanner answers"),
            Err(error) => Finding::fail(subject, format!("{error}. Until clamd answers, files that are uploaded cannot be read")),
        });
    }
    findings
}

async fn probe(storage: &dyn Storage) -> Result<(), StorageError> {
    let object: FileObjectId = new_id(SystemClock.now(), &SystemRandomness);
    storage.put(object, b"bedside check".to_vec()).await?;
    let read = storage.get(object, 0..13).await?;
    storage.delete(object).await?;
    if read == b"bedside check" {
        Ok(())
    } else {
        Err(StorageError::Unavailable("the bucket returns something else than it was given".to_owned()))
    }
}
