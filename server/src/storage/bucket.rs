//! A bucket of AWS S3, or of a service with its protocol. Each part of a file is an object of its own and small, so multipart uploads are not needed.

use super::Error;
use crate::{
    config::{address::PublicUrl, keys},
    endpoint::Endpoint,
};
use async_trait::async_trait;
use domain::{
    clock::{Clock, SystemClock},
    files::{Storage, StorageError},
};
use http::{HeaderName, Method, StatusCode, header};
use hyper::body::Bytes;
use model::ids::FileObjectId;
use rusty_s3::{Bucket as Address, Credentials, S3Action, UrlStyle};
use std::{fmt, ops::Range, time::Duration};
use url::Url;

/// Longer than a request may take, and short enough for clocks that differ.
const SIGNED_FOR: Duration = Duration::from_mins(5);
/// More than the largest part.
const LONGEST_ANSWER: usize = 20 * 1024 * 1024;

/// The bucket.
pub struct Bucket {
    endpoint: Endpoint,
    address: Address,
    credentials: Credentials,
    name: String,
    prefix: String,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("address", &self.address.base_url().as_str()).finish_non_exhaustive()
    }
}

impl Bucket {
    /// The bucket of a configuration, whose rules have checked that nothing is missing; none if it names none.
    ///
    /// # Errors
    /// [`Error`].
    pub fn of(keys: &keys::Files) -> Result<Option<Self>, Error> {
        let Some(bucket) = keys.s3_bucket.clone() else { return Ok(None) };
        let region = keys.s3_region.clone().unwrap_or_default();
        let unusable = |key: &'static str| move |wrong: String| Error::Configuration { key, wrong };
        // AWS has the bucket in the host; other services mostly do not.
        let (url, style) = match &keys.s3_url {
            Some(url) => (url.origin(), UrlStyle::Path),
            None => (format!("https://s3.{region}.amazonaws.com"), UrlStyle::VirtualHost),
        };
        let url = Url::parse(&url).map_err(|error| unusable("files.s3_url")(error.to_string()))?;
        let address =
            Address::new(url, style, bucket, region).map_err(|error| unusable("files.s3_bucket")(format!("{error:?}")))?;
        let origin = address.base_url().origin().ascii_serialization();
        let origin: PublicUrl = origin.parse().map_err(|_| unusable("files.s3_url")("it is not an address".to_owned()))?;
        let secret = keys.s3_secret_access_key.as_ref().map(|secret| secret.expose().clone()).unwrap_or_default();
        Ok(Some(Self {
            name: format!("s3 {}/{}", address.name(), keys.s3_prefix),
            endpoint: Endpoint::new(origin, keys.s3_authority.as_deref(), LONGEST_ANSWER)?,
            address,
            credentials: Credentials::new(keys.s3_access_key_id.clone().unwrap_or_default(), secret),
            prefix: keys.s3_prefix.clone(),
        }))
    }

    fn object(&self, object: FileObjectId) -> String {
        format!("{}/{}", self.prefix, object.uuid().simple())
    }

    async fn send(
        &self,
        method: Method,
        url: &Url,
        headers: Vec<(HeaderName, String)>,
        body: Vec<u8>,
    ) -> Result<(StatusCode, Bytes), StorageError> {
        let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        let silent = |cause| StorageError::Unavailable(format!("{} does not answer: {cause}", self.endpoint.url()));
        self.endpoint.send(method, &path, headers, body).await.map_err(silent)
    }

    fn refused(&self, status: StatusCode) -> StorageError {
        StorageError::Unavailable(format!("{} refused with {status}", self.endpoint.url()))
    }
}

#[async_trait]
impl Storage for Bucket {
    fn name(&self) -> &str {
        &self.name
    }

    async fn put(&self, object: FileObjectId, content: Vec<u8>) -> Result<(), StorageError> {
        let name = self.object(object);
        let url = self.address.put_object(Some(&self.credentials), &name).sign_with_time(SIGNED_FOR, &SystemClock.now());
        match self.send(Method::PUT, &url, Vec::new(), content).await? {
            (status, _) if status.is_success() => Ok(()),
            (status, _) => Err(self.refused(status)),
        }
    }

    async fn get(&self, object: FileObjectId, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
        let name = self.object(object);
        let url = self.address.get_object(Some(&self.credentials), &name).sign_with_time(SIGNED_FOR, &SystemClock.now());
        let asked = format!("bytes={}-{}", range.start, range.end.saturating_sub(1));
        let wanted = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
        match self.send(Method::GET, &url, vec![(header::RANGE, asked)], Vec::new()).await? {
            (StatusCode::PARTIAL_CONTENT, body) if body.len() == wanted => Ok(body.to_vec()),
            // A service that knows no ranges sends all of it.
            (StatusCode::OK, body) => {
                let start = usize::try_from(range.start).unwrap_or(usize::MAX);
                let part = body.get(start..start.saturating_add(wanted));
                part.map(<[u8]>::to_vec).ok_or(StorageError::Missing)
            }
            (StatusCode::NOT_FOUND | StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PARTIAL_CONTENT, _) => {
                Err(StorageError::Missing)
            }
            (status, _) => Err(self.refused(status)),
        }
    }

    async fn delete(&self, object: FileObjectId) -> Result<(), StorageError> {
        let name = self.object(object);
        let url = self.address.delete_object(Some(&self.credentials), &name).sign_with_time(SIGNED_FOR, &SystemClock.now());
        match self.send(Method::DELETE, &url, Vec::new(), Vec::new()).await? {
            (StatusCode::NOT_FOUND, _) => Ok(()),
            (status, _) if status.is_success() => Ok(()),
            (status, _) => Err(self.refused(status)),
        }
    }
}
