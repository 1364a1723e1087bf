//! The service that knows passwords which became public, with the interface of Have I Been Pwned.

use crate::{
    config::keys,
    endpoint::{Endpoint, EndpointError},
};
use async_trait::async_trait;
use domain::leaks::LeakedPasswords;
use http::{HeaderName, Method, StatusCode, header};

/// Several times what an answer has with its padding.
const LONGEST_ANSWER: usize = 512 * 1024;

/// The service.
#[derive(Debug)]
pub struct LeakedService {
    endpoint: Endpoint,
}

impl LeakedService {
    /// The service of a configuration; none if it names none.
    ///
    /// # Errors
    /// [`EndpointError`], when its address or the certificate of its authority cannot be used.
    pub fn of(keys: &keys::Passwords) -> Result<Option<Self>, EndpointError> {
        let Some(url) = keys.leaked_url.clone() else { return Ok(None) };
        let endpoint = Endpoint::new(url, keys.leaked_authority.as_deref(), LONGEST_ANSWER)?;
        Ok(Some(Self { endpoint }))
    }
}

#[async_trait]
impl LeakedPasswords for LeakedService {
    async fn beginning_with(&self, prefix: &str) -> Result<String, String> {
        let headers = vec![
            // Answers of equal length do not reveal the prefix to who watches the connection.
            (HeaderName::from_static("add-padding"), "true".to_owned()),
            (header::USER_AGENT, "bedside".to_owned()),
        ];
        match self.endpoint.send(Method::GET, &format!("/range/{prefix}"), headers, Vec::new()).await? {
            (StatusCode::OK, body) => String::from_utf8(body.to_vec()).map_err(|error| error.to_string()),
            (status, _) => Err(format!("the service answers with {status}")),
        }
    }
}
