//! A bucket of AWS S3, or of a service with its protocol. Each part of a file is an object of its own and small, so multipart uploads are not needed.

use super::Error;
use crate::{
    config::keys,
    s3::{S3, SIGNED_FOR, bucket_keys},
};
use async_trait::async_trait;
use domain::{
    clock::{Clock, SystemClock},
    files::{Storage, StorageError},
};
use http::{HeaderName, Method, StatusCode, header};
use hyper::body::Bytes;
use model::ids::FileObjectId;
use rusty_s3::S3Action;
use std::{fmt, ops::Range};
use url::Url;

/// More than the largest part.
const LONGEST_ANSWER: usize = 20 * 1024 * 1024;

/// The bucket.
pub struct Bucket {
    s3: S3,
    name: String,
    prefix: String,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("address", &self.s3.address.base_url().as_str()).finish_non_exhaustive()
    }
}

impl Bucket {
    /// The bucket of a configuration, whose rules have checked that nothing is missing; none if it names none.
    ///
    /// # Errors
    /// [`Error`].
    pub fn of(keys: &keys::Files) -> Result<Option<Self>, Error> {
        let Some(keys_of) = bucket_keys!("files", keys) else { return Ok(None) };
        let s3 = S3::of(&keys_of, LONGEST_ANSWER)?;
        Ok(Some(Self { name: format!("s3 {}/{}", s3.address.name(), keys.s3_prefix), s3, prefix: keys.s3_prefix.clone() }))
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
        let silent = |cause| StorageError::Unavailable(format!("{} does not answer: {cause}", self.s3.endpoint.url()));
        self.s3.send(method, url, headers, body).await.map_err(silent)
    }

    fn refused(&self, status: StatusCode) -> StorageError {
        StorageError::Unavailable(format!("{} refused with {status}", self.s3.endpoint.url()))
    }
}

#[async_trait]
impl Storage for Bucket {
    fn name(&self) -> &str {
        &self.name
    }

    async fn put(&self, object: FileObjectId, content: Vec<u8>) -> Result<(), StorageError> {
        let name = self.object(object);
        let url = self.s3.address.put_object(Some(&self.s3.credentials), &name).sign_with_time(SIGNED_FOR, &SystemClock.now());
        match self.send(Method::PUT, &url, Vec::new(), content).await? {
            (status, _) if status.is_success() => Ok(()),
            (status, _) => Err(self.refused(status)),
        }
    }

    async fn get(&self, object: FileObjectId, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
        let name = self.object(object);
        let url = self.s3.address.get_object(Some(&self.s3.credentials), &name).sign_with_time(SIGNED_FOR, &SystemClock.now());
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
        let url = self.s3.address.delete_object(Some(&self.s3.credentials), &name).sign_with_time(SIGNED_FOR, &SystemClock.now());
        match self.send(Method::DELETE, &url, Vec::new(), Vec::new()).await? {
            (StatusCode::NOT_FOUND, _) => Ok(()),
            (status, _) if status.is_success() => Ok(()),
            (status, _) => Err(self.refused(status)),
        }
    }
}
