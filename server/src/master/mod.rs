//! Where the master key comes from: a file, the environment, or a KMS (ADR 24).
//!
//! A master key in a file or in the environment is in the memory of this process. One in a KMS never leaves it: each start, each rotation, and a server
//! that meets a new key, send the wrapped keys there.
//!
//! Not done here: comparing it with the database (`domain::db::keys`), credentials that a cloud gives to a machine (write them into the configuration).

mod aws;
mod sigv4;
mod vault;

use crate::{
    config::{
        Config,
        keys::Kms,
        master_key::{self, MasterKeyError},
    },
    endpoint::{Endpoint, EndpointError},
};
use domain::{
    db::keys::State,
    vault::{Key, LocalMaster, MasterError, MasterKey},
};
use http::{HeaderName, Method, StatusCode};
use hyper::body::Bytes;
use std::sync::Arc;

/// A wrapped key has some hundred bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// The master key of the configuration. For a new database it makes the file, if there is none and the configuration allows it.
///
/// # Errors
/// The error names the file or key and says what to do.
pub fn of(config: &Config, state: State) -> Result<Arc<dyn MasterKey>, MasterKeyError> {
    match config.keys.kms {
        Some(Kms::Aws) => Ok(Arc::new(aws::AwsKms::new(&config.keys)?)),
        Some(Kms::Vault) => Ok(Arc::new(vault::VaultTransit::new(&config.keys)?)),
        None => {
            let key = match state {
                State::New => master_key::load_or_create(config)?,
                State::Derived | State::Kept => master_key::configured(config)?,
            };
            Ok(Arc::new(LocalMaster::new(Key::new(*key.expose()))))
        }
    }
}

/// Posts JSON to a KMS and returns the status and the body of the answer.
///
/// # Errors
/// [`MasterError::Unavailable`] when there is no answer within ten seconds.
async fn post(
    endpoint: &Endpoint,
    path: &str,
    headers: Vec<(HeaderName, String)>,
    body: Vec<u8>,
) -> Result<(StatusCode, Bytes), MasterError> {
    endpoint.send(Method::POST, path, headers, body).await.map_err(|cause| {
        let url = endpoint.url();
        MasterError::Unavailable(format!("the KMS at {url} does not answer: {cause}. Check `keys.kms_url` and the network"))
    })
}

impl From<EndpointError> for MasterKeyError {
    fn from(error: EndpointError) -> Self {
        match error {
            EndpointError::Host => Self::KmsAddress,
            EndpointError::NoCertificate(path) => Self::NoCertificate(path),
            EndpointError::Io { path, source } => Self::Io { path, source },
        }
    }
}
