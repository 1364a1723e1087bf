//! A master key in the transit engine of HashiCorp Vault or OpenBao.
//!
//! The place of the key is the associated data, so that a wrapped key that is moved elsewhere does not open. It needs a key of a type with authenticated
//! encryption: `aes256-gcm96`, the default, or `chacha20-poly1305`.

use super::{LONGEST_ANSWER, post};
use crate::{
    config::{Secret, keys::Keys, master_key::MasterKeyError},
    endpoint::Endpoint,
};
use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use domain::{
    randomness::Randomness,
    vault::{Key, MasterError, MasterKey, Purpose},
};
use http::{HeaderName, StatusCode, header};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::fmt;
use zeroize::Zeroizing;

/// A key of the transit engine.
pub(super) struct VaultTransit {
    endpoint: Endpoint,
    mount: String,
    key: String,
    name: String,
    token: Secret<String>,
}

impl fmt::Debug for VaultTransit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultTransit").field("key", &self.name).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Answer<T> {
    data: T,
}

#[derive(Deserialize)]
struct Encrypted {
    ciphertext: String,
}

#[derive(Deserialize)]
struct Decrypted {
    plaintext: String,
}

impl VaultTransit {
    /// The key of a configuration; its rules have checked that nothing is missing.
    pub(super) fn new(keys: &Keys) -> Result<Self, MasterKeyError> {
        let url = keys.kms_url.clone().ok_or(MasterKeyError::KmsAddress)?;
        let (mount, key) = (keys.kms_mount.clone(), keys.kms_key.clone().unwrap_or_default());
        Ok(Self {
            endpoint: Endpoint::new(url, keys.kms_authority.as_deref(), LONGEST_ANSWER)?,
            name: format!("Vault transit key {mount}/{key}"),
            mount,
            key,
            token: keys.kms_token.clone().unwrap_or_else(|| Secret::new(String::new())),
        })
    }

    async fn call<T: DeserializeOwned>(&self, operation: &str, body: &Value) -> Result<T, MasterError> {
        let body = Zeroizing::new(serde_json::to_vec(body).map_err(|error| MasterError::Unavailable(error.to_string()))?);
        let headers = vec![
            (header::CONTENT_TYPE, "application/json".to_owned()),
            (HeaderName::from_static("x-vault-request"), "true".to_owned()),
            (HeaderName::from_static("x-vault-token"), self.token.expose().clone()),
        ];
        let path = format!("/v1/{}/{operation}/{}", self.mount, self.key);
        let (status, answer) = post(&self.endpoint, &path, headers, body.to_vec()).await?;
        match status {
            StatusCode::OK => serde_json::from_slice::<Answer<T>>(&answer)
                .map(|answer| answer.data)
                .map_err(|_| MasterError::Unavailable("the KMS gave an answer that is not one of Vault".to_owned())),
            // A ciphertext of another key, or in another place.
            StatusCode::BAD_REQUEST if operation == "decrypt" => Err(MasterError::Refused),
            _ => Err(MasterError::Unavailable(format!(
                "Vault refused to {operation} with {status}. Check `keys.kms_token`, `keys.kms_mount` and `keys.kms_key`, and that Vault is unsealed"
            ))),
        }
    }
}

#[async_trait]
impl MasterKey for VaultTransit {
    fn name(&self) -> &str {
        &self.name
    }

    async fn wrap(&self, _: &dyn Randomness, bound_to: &str, key: &Key) -> Result<Vec<u8>, MasterError> {
        let plain = Zeroizing::new(BASE64.encode(key.expose()));
        let body = json!({ "plaintext": *plain, "associated_data": BASE64.encode(bound_to) });
        let made: Encrypted = self.call("encrypt", &body).await?;
        Ok(made.ciphertext.into_bytes())
    }

    async fn unwrap(&self, bound_to: &str, wrapped: &[u8]) -> Result<Key, MasterError> {
        let ciphertext = std::str::from_utf8(wrapped).ok().filter(|text| text.starts_with("vault:"));
        let Some(ciphertext) = ciphertext else { return Err(MasterError::Refused) };
        let body = json!({ "ciphertext": ciphertext, "associated_data": BASE64.encode(bound_to) });
        let made: Decrypted = self.call("decrypt", &body).await?;
        key_of(Zeroizing::new(made.plaintext))
    }

    fn derived(&self, _: Purpose) -> Option<Key> {
        None
    }
}

/// The key that a KMS has decrypted, from base64.
pub(super) fn key_of(plain: Zeroizing<String>) -> Result<Key, MasterError> {
    let bytes = Zeroizing::new(BASE64.decode(plain.as_bytes()).map_err(|_| MasterError::Refused)?);
    Ok(Key::new(bytes.as_slice().try_into().map_err(|_| MasterError::Refused)?))
}
