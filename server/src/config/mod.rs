//! The configuration: read once at the start from a file and the environment, checked as a whole, then passed on.
//!
//! Invariants: every key is declared in [`keys`] with its documentation, default and bounds; a configuration that loads is complete;
//! faults are collected and reported at once. No other part of the server reads the environment (except Leptos, which reads its own
//! `LEPTOS_…` variables). Secrets are of type [`Secret`], which never shows its value.
//!
//! Whether files exist and services answer is not checked here, but by `bedside check` and by each part of the server when it starts.

pub mod address;
mod choices;
pub mod faults;
pub mod keys;
pub mod master_key;
pub(crate) mod private_file;
pub mod reference;
mod rules;
pub mod secret;
mod section;
pub mod sources;
mod value;

pub use faults::Faults;
pub use keys::Config;
pub use secret::Secret;
pub use sources::Sources;

use crate::edge::address::Trusted;
use section::Reader;
use std::path::PathBuf;

impl Config {
    /// Reads all sources and checks the complete configuration.
    ///
    /// # Errors
    /// All faults: unknown keys, values of the wrong type, values out of bounds, keys that contradict each other.
    pub fn load(sources: &Sources) -> Result<Self, Faults> {
        let (merged, mut faults) = sources.merge();
        faults.extend(sources::unknown_keys(&merged, &Self::about()));
        let mut reader = Reader::new(&merged);
        let config = Self::read(&mut reader);
        faults.extend(reader.into_faults());
        let contradictions = rules::check(&config, &faults);
        faults.extend(contradictions.into_iter().map(|fault| {
            let origin = section::origin_of(&merged, &fault.key);
            fault.from(origin)
        }));
        if faults.is_empty() { Ok(config) } else { Err(Faults(faults)) }
    }

    /// The proxies that are trusted to say for whom they ask.
    #[must_use]
    pub fn trusted(&self) -> Trusted<'_> {
        Trusted { proxies: &self.trusted_proxies, header: self.forwarded_header }
    }

    /// The path of the master key file.
    #[must_use]
    pub fn master_key_file(&self) -> PathBuf {
        self.keys.master_key_file.clone().unwrap_or_else(|| self.var_dir.join("keys/master.key"))
    }

    /// The folder of the files that people upload, if they are not in a bucket.
    #[must_use]
    pub fn files_dir(&self) -> PathBuf {
        self.var_dir.join("files")
    }

    /// The folder to which mails are written when no mail server is set.
    #[must_use]
    pub fn outbox_dir(&self) -> PathBuf {
        self.var_dir.join("outbox")
    }
}

#[cfg(test)]
mod tests;
