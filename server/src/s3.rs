//! A bucket of AWS S3, or of a service with its protocol: its address, its credentials, and requests to it.

use crate::{
    config::{address::PublicUrl, secret::Secret},
    endpoint::Endpoint,
};
use http::{HeaderName, Method, StatusCode};
use hyper::body::Bytes;
use rusty_s3::{Bucket as Address, Credentials, UrlStyle};
use std::{path::Path, time::Duration};
use url::Url;

/// How long a signature is valid: longer than a request may take, and short enough for clocks that differ.
pub(crate) const SIGNED_FOR: Duration = Duration::from_mins(5);

/// A bucket that cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
#[error("{key} cannot be used: {wrong}")]
pub struct Unusable {
    /// The key.
    pub key: &'static str,
    /// What is wrong.
    pub wrong: String,
}

/// The keys of a bucket. The rules of the configuration have checked that nothing is missing.
pub(crate) struct Keys<'a> {
    /// The name of the key with the bucket, and of the one with the address.
    pub(crate) names: (&'static str, &'static str),
    pub(crate) bucket: &'a str,
    pub(crate) url: Option<&'a PublicUrl>,
    pub(crate) authority: Option<&'a Path>,
    pub(crate) region: Option<&'a str>,
    pub(crate) access_key_id: Option<&'a str>,
    pub(crate) secret_access_key: Option<&'a Secret<String>>,
}

/// The keys of the bucket of a section of the configuration; `None` if it names none. The sections are types of their own, with the same fields.
macro_rules! bucket_keys {
    ($section:literal, $keys:expr) => {
        $keys.s3_bucket.as_deref().map(|bucket| $crate::s3::Keys {
            names: (concat!($section, ".s3_bucket"), concat!($section, ".s3_url")),
            bucket,
            url: $keys.s3_url.as_ref(),
            authority: $keys.s3_authority.as_deref(),
            region: $keys.s3_region.as_deref(),
            access_key_id: $keys.s3_access_key_id.as_deref(),
            secret_access_key: $keys.s3_secret_access_key.as_ref(),
        })
    };
}

pub(crate) use bucket_keys;

/// A bucket.
pub(crate) struct S3 {
    pub(crate) endpoint: Endpoint,
    pub(crate) address: Address,
    pub(crate) credentials: Credentials,
}

impl S3 {
    /// The bucket of these keys. An answer with more than so many bytes is an error.
    pub(crate) fn of(keys: &Keys<'_>, longest_answer: usize) -> Result<Self, Unusable> {
        let (bucket_key, url_key) = keys.names;
        let unusable = |key: &'static str| move |wrong: String| Unusable { key, wrong };
        let region = keys.region.unwrap_or_default().to_owned();
        // AWS has the bucket in the host; other services mostly do not.
        let (url, style) = match keys.url {
            Some(url) => (url.origin(), UrlStyle::Path),
            None => (format!("https://s3.{region}.amazonaws.com"), UrlStyle::VirtualHost),
        };
        let url = Url::parse(&url).map_err(|error| unusable(url_key)(error.to_string()))?;
        let address = Address::new(url, style, keys.bucket.to_owned(), region)
            .map_err(|error| unusable(bucket_key)(format!("{error:?}")))?;
        let origin = address.base_url().origin().ascii_serialization();
        let origin: PublicUrl = origin.parse().map_err(|_| unusable(url_key)("it is not an address".to_owned()))?;
        let endpoint =
            Endpoint::new(origin, keys.authority, longest_answer).map_err(|error| unusable(url_key)(error.to_string()))?;
        let secret = keys.secret_access_key.map(|secret| secret.expose().clone()).unwrap_or_default();
        let credentials = Credentials::new(keys.access_key_id.unwrap_or_default().to_owned(), secret);
        Ok(Self { endpoint, address, credentials })
    }

    /// Sends a request to a signed address.
    ///
    /// # Errors
    /// The cause in words, when there is no answer.
    pub(crate) async fn send(
        &self,
        method: Method,
        url: &Url,
        headers: Vec<(HeaderName, String)>,
        body: Vec<u8>,
    ) -> Result<(StatusCode, Bytes), String> {
        let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        self.endpoint.send(method, &path, headers, body).await
    }
}
