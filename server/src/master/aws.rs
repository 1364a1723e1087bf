//! A master key in AWS KMS, or in another service that speaks its protocol: JSON 1.1 over HTTP, signed with Signature Version 4.
//!
//! `Encrypt` and `Decrypt` get the place of the key as encryption context, so that a wrapped key that is moved elsewhere does not open.

use super::{
    LONGEST_ANSWER, post,
    sigv4::{Signer, amz_date},
};
use crate::{
    config::{Secret, address::PublicUrl, keys::Keys, master_key::MasterKeyError},
    endpoint::Endpoint,
};
use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use domain::{
    clock::{Clock, SystemClock},
    randomness::Randomness,
    vault::{Key, MasterError, MasterKey, Purpose},
};
use http::{HeaderName, StatusCode, header};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::fmt;
use zeroize::Zeroizing;

/// Answers of `Decrypt` to a ciphertext that this key has not made.
const NOT_OURS: [&str; 2] = ["InvalidCiphertextException", "IncorrectKeyException"];

/// A key of AWS KMS.
pub(super) struct AwsKms {
    endpoint: Endpoint,
    key: String,
    name: String,
    region: String,
    access_key_id: String,
    secret_access_key: Secret<String>,
    session_token: Option<Secret<String>>,
}

impl fmt::Debug for AwsKms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsKms").field("key", &self.key).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Encrypted {
    ciphertext_blob: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Decrypted {
    plaintext: String,
}

/// An answer that is not 200.
#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default, rename = "__type")]
    kind: String,
}

impl AwsKms {
    /// The key of a configuration; its rules have checked that nothing is missing.
    pub(super) fn new(keys: &Keys) -> Result<Self, MasterKeyError> {
        let (region, key) = (keys.kms_region.clone().unwrap_or_default(), keys.kms_key.clone().unwrap_or_default());
        let public =
            || format!("https://kms.{region}.amazonaws.com").parse::<PublicUrl>().map_err(|_| MasterKeyError::KmsAddress);
        let url = keys.kms_url.clone().map_or_else(public, Ok)?;
        Ok(Self {
            endpoint: Endpoint::new(url, keys.kms_authority.as_deref(), LONGEST_ANSWER)?,
            name: format!("AWS KMS key {key}"),
            key,
            region,
            access_key_id: keys.kms_access_key_id.clone().unwrap_or_default(),
            secret_access_key: keys.kms_secret_access_key.clone().unwrap_or_else(|| Secret::new(String::new())),
            session_token: keys.kms_session_token.clone(),
        })
    }

    async fn call<T: DeserializeOwned>(&self, operation: &str, body: &Value) -> Result<T, MasterError> {
        let body = Zeroizing::new(serde_json::to_vec(body).map_err(|error| MasterError::Unavailable(error.to_string()))?);
        let (host, date, target) = (self.endpoint.authority(), amz_date(SystemClock.now()), format!("TrentService.{operation}"));
        let mut headers = vec![
            ("content-type", "application/x-amz-json-1.1"),
            ("host", &*host),
            ("x-amz-date", &*date),
            ("x-amz-target", &*target),
        ];
        if let Some(token) = &self.session_token {
            headers.insert(3, ("x-amz-security-token", token.expose().as_str()));
        }
        let signer = Signer {
            access_key_id: &self.access_key_id,
            secret_access_key: self.secret_access_key.expose(),
            region: &self.region,
            service: "kms",
        };
        let authorization = signer.authorization(&date, &headers, &body);
        // The endpoint writes the host itself.
        let sent = headers.iter().filter(|(name, _)| *name != "host");
        let sent = sent.map(|(name, value)| (HeaderName::from_static(name), (*value).to_owned()));
        let sent = sent.chain([(header::AUTHORIZATION, authorization)]).collect();
        let (status, answer) = post(&self.endpoint, "/", sent, body.to_vec()).await?;
        if status == StatusCode::OK {
            return serde_json::from_slice(&answer)
                .map_err(|_| MasterError::Unavailable("the KMS gave an answer that is not one of AWS KMS".to_owned()));
        }
        let refusal: Refusal = serde_json::from_slice(&answer).unwrap_or_default();
        // Some services write the namespace before the name: `com.amazonaws.kms#NotFoundException`.
        let kind = refusal.kind.rsplit('#').next().unwrap_or_default();
        if operation == "Decrypt" && NOT_OURS.contains(&kind) {
            return Err(MasterError::Refused);
        }
        Err(MasterError::Unavailable(format!(
            "the KMS refused {operation} with {status} {kind}. Check `keys.kms_key`, the credentials, and what they are allowed to do"
        )))
    }
}

#[async_trait]
impl MasterKey for AwsKms {
    fn name(&self) -> &str {
        &self.name
    }

    async fn wrap(&self, _: &dyn Randomness, bound_to: &str, key: &Key) -> Result<Vec<u8>, MasterError> {
        let plain = Zeroizing::new(BASE64.encode(key.expose()));
        let body = json!({ "KeyId": self.key, "Plaintext": *plain, "EncryptionContext": { "bedside": bound_to } });
        let made: Encrypted = self.call("Encrypt", &body).await?;
        BASE64.decode(made.ciphertext_blob).map_err(|_| MasterError::Unavailable("the KMS gave no base64".to_owned()))
    }

    async fn unwrap(&self, bound_to: &str, wrapped: &[u8]) -> Result<Key, MasterError> {
        let blob = BASE64.encode(wrapped);
        let body = json!({ "KeyId": self.key, "CiphertextBlob": blob, "EncryptionContext": { "bedside": bound_to } });
        let made: Decrypted = self.call("Decrypt", &body).await?;
        super::vault::key_of(Zeroizing::new(made.plaintext))
    }

    fn derived(&self, _: Purpose) -> Option<Key> {
        None
    }
}
