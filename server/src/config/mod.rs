//! The configuration: read once at the start from a file and the environment, checked as a whole, then handed on.
//!
//! Invariants: every key stands in [`keys`] with its documentation, default and bounds; a configuration that loads is whole;
//! what is wrong is collected and told at once. No other part of the server reads the environment (leptos reads its own
//! `LEPTOS_…`). Secrets are [`Secret`] and show themselves nowhere.
//!
//! Not here: whether files exist and services answer. That is `bedside doctor`, and each part at its own start.

pub mod address;
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

use section::Reader;
use std::path::PathBuf;

impl Config {
    /// Reads all sources and checks the whole.
    ///
    /// # Errors
    /// All faults: unknown keys, values of the wrong kind, values out of bounds, keys that contradict each other.
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

    /// The file with the master key.
    #[must_use]
    pub fn master_key_file(&self) -> PathBuf {
        self.keys.master_key_file.clone().unwrap_or_else(|| self.var_dir.join("keys/master.key"))
    }

    /// The folder that mail goes to when no mail server is set.
    #[must_use]
    pub fn outbox_dir(&self) -> PathBuf {
        self.var_dir.join("outbox")
    }
}

#[cfg(test)]
mod tests;
