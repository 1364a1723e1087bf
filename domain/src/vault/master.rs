//! The master key, which wraps the keys of the installation and nothing else.

use super::{Key, Purpose};
use crate::randomness::Randomness;
use async_trait::async_trait;
use hkdf::Hkdf;
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// A master key, wherever it is kept.
#[async_trait]
pub trait MasterKey: fmt::Debug + Send + Sync {
    /// What people know it by, such as `local key 3f9a02c4d1e8b7a6` or the name of a key of a KMS. It is stored with what it wraps, and is no secret.
    fn name(&self) -> &str;

    /// Encrypts a key. Unwrapping needs the same `bound_to`.
    ///
    /// # Errors
    /// [`MasterError::Unavailable`].
    async fn wrap(&self, source: &dyn Randomness, bound_to: &str, key: &Key) -> Result<Vec<u8>, MasterError>;

    /// Decrypts what [`MasterKey::wrap`] made with the same `bound_to`.
    ///
    /// # Errors
    /// [`MasterError::Refused`] when another master key has wrapped it, or it was changed; [`MasterError::Unavailable`].
    async fn unwrap(&self, bound_to: &str, wrapped: &[u8]) -> Result<Key, MasterError>;

    /// The key that versions before schema 30 derived from this master key; `None` for one that never leaves its KMS.
    fn derived(&self, purpose: Purpose) -> Option<Key>;
}

/// Why a master key does not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MasterError {
    /// The ciphertext belongs to another master key, or was changed.
    #[error("the master key does not open this")]
    Refused,
    /// The KMS does not answer, or answers with an error. The text says what to do and contains no secret.
    #[error("{0}")]
    Unavailable(String),
}

/// A master key whose bytes this process has, from a file or from the environment.
#[derive(Clone)]
pub struct LocalMaster {
    key: Key,
    name: String,
}

impl LocalMaster {
    /// A master key of these bytes.
    #[must_use]
    pub fn new(key: Key) -> Self {
        let name = expand(&key, "bedside/master-name/1");
        let name = format!("local key {}", hex::encode(&name[..8]));
        Self { key, name }
    }

    fn wrapping(&self) -> Key {
        Key(expand(&self.key, "bedside/master/1"))
    }
}

impl fmt::Debug for LocalMaster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalMaster({}, …)", self.name)
    }
}

#[async_trait]
impl MasterKey for LocalMaster {
    fn name(&self) -> &str {
        &self.name
    }

    async fn wrap(&self, source: &dyn Randomness, bound_to: &str, key: &Key) -> Result<Vec<u8>, MasterError> {
        Ok(self.wrapping().encrypt(source, bound_to.as_bytes(), key.expose()))
    }

    async fn unwrap(&self, bound_to: &str, wrapped: &[u8]) -> Result<Key, MasterError> {
        let plain = self.wrapping().decrypt(bound_to.as_bytes(), wrapped).map_err(|_| MasterError::Refused)?;
        Ok(Key::new(plain.as_slice().try_into().map_err(|_| MasterError::Refused)?))
    }

    fn derived(&self, purpose: Purpose) -> Option<Key> {
        Some(Key(expand(&self.key, &purpose.label())))
    }
}

/// HKDF-SHA256 (RFC 5869) without a salt.
fn expand(key: &Key, label: &str) -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, key.expose()).expand(label.as_bytes(), &mut *bytes).expect("32 bytes can be derived");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::SystemRandomness;

    #[tokio::test]
    async fn only_the_same_master_key_opens_what_it_wrapped_and_only_in_its_place() {
        let (one, other) = (LocalMaster::new(Key::new([7; 32])), LocalMaster::new(Key::new([8; 32])));
        let key = Key::random(&SystemRandomness);
        let wrapped = one.wrap(&SystemRandomness, "audit/1", &key).await.unwrap();
        assert_eq!(one.unwrap("audit/1", &wrapped).await.unwrap().expose(), key.expose());
        assert!(matches!(one.unwrap("audit/2", &wrapped).await, Err(MasterError::Refused)));
        assert!(matches!(other.unwrap("audit/1", &wrapped).await, Err(MasterError::Refused)));
        assert_ne!(one.name(), other.name());
        assert!(one.name().starts_with("local key ") && one.name().len() == 26, "{}", one.name());
        assert!(!format!("{one:?}").contains("07, 07"));
    }
}
