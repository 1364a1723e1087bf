//! The master key of a file or of the configuration, which encrypts the keys of the installation.

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
    /// The text in the configuration is not a master key.
    #[error("keys.master_key is not 64 hexadecimal digits")]
    NotAKey,
    /// The address of the KMS cannot be used.
    #[error("keys.kms_url and keys.kms_region do not name a KMS. Write the address with https://")]
    KmsAddress,
    /// A file of `keys.kms_authority` has no certificate.
    #[error("{} holds no PEM certificate that can be read", .0.display())]
    NoCertificate(PathBuf),
    /// A file cannot be read or written.
    #[error("{} cannot be read or written", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

/// The master key for a database that has no keys yet: the configured one. If its file is missing, it is made when `keys.create` is set or the database
/// is the embedded one. Call this only for an empty database: a new master key beside existing data would leave that data unreadable.
///
/// # Errors
/// The error names the file and says what to do; it never contains the file's content.
pub fn load_or_create(config: &Config) -> Result<MasterKey, MasterKeyError> {
    match configured(config) {
        Err(MasterKeyError::Missing(path)) if may_create(config) => create(&path),
        other => other,
    }
}

/// The configured master key: `keys.master_key`, or else the one in the file.
///
/// # Errors
/// Those of [`load_or_create`].
pub fn configured(config: &Config) -> Result<MasterKey, MasterKeyError> {
    match &config.keys.master_key {
        Some(text) => parse(text.expose()).ok_or(MasterKeyError::NotAKey),
        None => load(&config.master_key_file()),
    }
}

/// Reads a file with a master key.
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
    parse(&text).ok_or_else(|| MasterKeyError::Damaged(path.to_owned()))
}

/// Reads 64 hexadecimal digits.
pub(super) fn parse(text: &str) -> Option<MasterKey> {
    let mut key = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim(), &mut *key).ok()?;
    Some(Secret::new(*key))
}

/// Whether the configuration allows that a missing file is made.
pub(crate) fn may_create(config: &Config) -> bool {
    config.keys.kms.is_none() && config.keys.master_key.is_none() && (config.keys.create || config.database.url.is_none())
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
