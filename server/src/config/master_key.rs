//! The file with the master key, which encrypts the keys of all patients.

use super::{Config, private_file, secret::Secret};
use std::{
    io,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// The bytes of a master key.
pub type MasterKey = Secret<[u8; 32]>;

/// Why the master key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file does not exist, and creating a new key would make existing data unreadable.
    #[error(
        "the master key {} is missing. Put it back from its backup; what is stored cannot be read without it. \
         Only for a database that is still empty, set keys.create = true once", .0.display()
    )]
    Missing(PathBuf),
    /// The file can be read by other users than the server's user.
    #[error("the master key {path} can be read by others. Run: chmod 600 {path}", path = .0.display())]
    Open(PathBuf),
    /// The file does not contain a master key.
    #[error("the master key {} is damaged: it must hold 64 hexadecimal digits. Put it back from its backup", .0.display())]
    Damaged(PathBuf),
    /// The file cannot be read or written.
    #[error("the master key {} cannot be read or written", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

/// Reads the master key. If there is none, creates one when `keys.create` is set or the embedded database does not exist yet; therefore
/// call this **before** [`crate::postgres::open`].
///
/// # Errors
/// The error names the file and says what to do; it never contains the file's content.
pub fn load_or_create(config: &Config) -> Result<MasterKey, MasterKeyError> {
    let path = config.master_key_file();
    match load(&path) {
        Err(MasterKeyError::Missing(_)) if may_create(config) => create(&path),
        other => other,
    }
}

/// Reads the master key.
///
/// # Errors
/// Those of [`load_or_create`].
pub fn load(path: &Path) -> Result<MasterKey, MasterKeyError> {
    let io = |source| MasterKeyError::Io { path: path.to_owned(), source };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(MasterKeyError::Missing(path.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(MasterKeyError::Damaged(path.to_owned())),
        Err(error) => return Err(io(error)),
    };
    if private_file::others_may_read(path).map_err(io)? {
        return Err(MasterKeyError::Open(path.to_owned()));
    }
    let mut key = [0; 32];
    hex::decode_to_slice(text.trim(), &mut key).map_err(|_| MasterKeyError::Damaged(path.to_owned()))?;
    Ok(Secret::new(key))
}

/// Whether a new key would leave no existing data unreadable, as far as this function can tell.
fn may_create(config: &Config) -> bool {
    config.keys.create || (config.database.url.is_none() && !crate::postgres::exists(config))
}

fn create(path: &Path) -> Result<MasterKey, MasterKeyError> {
    let io = |source| MasterKeyError::Io { path: path.to_owned(), source };
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|error| io(error.into()))?;
    let text = Zeroizing::new(hex::encode(key) + "\n");
    private_file::write(path, text.as_bytes()).map_err(io)?;
    tracing::info!(path = %path.display(), "made a new master key: keep a copy of this file in a safe place");
    Ok(Secret::new(key))
}
