//! A bucket of AWS S3, or of a service with its protocol, with Object Lock: an object is a deposit, and until its date nobody can change or delete it.
//!
//! An object is named after its first seal, so that whoever compares them finds one after the other without asking the database, and so that a deposit whose
//! answer was lost is recognised. An existing object is never replaced.

use super::{Compared, Error, Finding, Place, lines, newest_deposited, record};
use crate::{
    config::keys,
    s3::{S3, SIGNED_FOR, bucket_keys},
};
use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use domain::{
    Domain,
    audit::{Anchor, anchors_between},
    clock::{Clock, SystemClock},
};
use http::{HeaderName, Method, StatusCode};
use hyper::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use rusty_s3::S3Action;
use sha2::{Digest as _, Sha256};
use std::fmt;
use url::Url;

/// Several times the largest deposit.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

/// The bucket.
pub struct Bucket {
    s3: S3,
    /// With the prefix: under another one the deposits begin anew.
    name: String,
    prefix: String,
    mode: keys::RetentionMode,
    retention: SignedDuration,
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
    /// [`Error::Configuration`].
    pub fn of(keys: &keys::Audit) -> Result<Option<Self>, Error> {
        let Some(keys_of) = bucket_keys!("audit", keys) else { return Ok(None) };
        let s3 = S3::of(&keys_of, LONGEST_ANSWER)?;
        Ok(Some(Self {
            name: format!("s3 {}/{}", s3.address.name(), keys.s3_prefix),
            s3,
            prefix: keys.s3_prefix.clone(),
            mode: keys.s3_retention_mode,
            retention: SignedDuration::from_hours(24 * i64::from(keys.s3_retention_days)),
        }))
    }

    /// Compares all objects with the database.
    ///
    /// # Errors
    /// [`Error`] when the bucket or the database does not answer.
    pub async fn compare(&self, domain: &Domain) -> Result<Compared, Error> {
        let mut compared = Compared::default();
        let mut next = 1;
        while let Some(object) = self.get(&self.object(next)).await? {
            let kept: Vec<Anchor> =
                String::from_utf8_lossy(&object).lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            let Some(last) = kept.last().map(|seal| seal.number) else { break };
            let there = anchors_between(domain, next, last).await?;
            compared.deposits += 1;
            compared.seals += i64::try_from(kept.len()).unwrap_or(i64::MAX);
            compared.newest_at = kept.last().map(|seal| seal.sealed_at);
            let different = kept.iter().enumerate().find(|(place, seal)| there.get(*place) != Some(*seal));
            if let Some((_, seal)) = different {
                compared.finding = Some(Finding::SealDiffers { seal: seal.number });
                return Ok(compared);
            }
            next = last + 1;
        }
        if newest_deposited(domain, &self.name).await? >= next {
            compared.finding = Some(Finding::DepositMissing { seal: next });
        }
        Ok(compared)
    }

    /// Asks for an object that need not exist.
    ///
    /// # Errors
    /// [`Error`] when the bucket does not answer, or the credentials do not allow reading.
    pub async fn probe(&self) -> Result<(), Error> {
        self.get(&self.object(1)).await.map(drop)
    }

    fn object(&self, seal: i64) -> String {
        format!("{}/{seal:012}.jsonl", self.prefix)
    }

    /// The content of an object; `None` if there is no such object.
    async fn get(&self, object: &str) -> Result<Option<Bytes>, Error> {
        let url = self.s3.address.get_object(Some(&self.s3.credentials), object).sign_with_time(SIGNED_FOR, &SystemClock.now());
        match self.send(Method::GET, &url, Vec::new(), Vec::new()).await? {
            (StatusCode::OK, body) => Ok(Some(body)),
            (StatusCode::NOT_FOUND, _) => Ok(None),
            (status, body) => Err(self.refused(status, &body)),
        }
    }

    async fn send(
        &self,
        method: Method,
        url: &Url,
        headers: Vec<(HeaderName, String)>,
        body: Vec<u8>,
    ) -> Result<(StatusCode, Bytes), Error> {
        let silent = |cause| Error::Silent { service: self.s3.endpoint.url().to_string(), cause };
        self.s3.send(method, url, headers, body).await.map_err(silent)
    }

    fn refused(&self, status: StatusCode, body: &[u8]) -> Error {
        let text = String::from_utf8_lossy(body);
        let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map_or("", |(code, _)| code);
        let code: String = code.chars().filter(char::is_ascii_alphanumeric).take(60).collect();
        Error::Refused { service: self.s3.endpoint.url().to_string(), answer: format!("{status} {code}").trim().to_owned() }
    }

    /// The headers of a deposit; all of them are signed.
    fn headers(&self, body: &[u8], now: Timestamp) -> Vec<(HeaderName, String)> {
        let until = (now + self.retention).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        [
            ("content-type", "application/x-ndjson".to_owned()),
            ("if-none-match", "*".to_owned()),
            // S3 wants a checksum of what it must keep.
            ("x-amz-checksum-sha256", BASE64.encode(Sha256::digest(body))),
            ("x-amz-object-lock-mode", self.mode.to_string().to_ascii_uppercase()),
            ("x-amz-object-lock-retain-until-date", until),
        ]
        .map(|(name, value)| (HeaderName::from_static(name), value))
        .to_vec()
    }
}

#[async_trait]
impl Place for Bucket {
    fn name(&self) -> &str {
        &self.name
    }

    async fn newest(&self, domain: &Domain) -> Result<i64, Error> {
        newest_deposited(domain, &self.name).await
    }

    async fn keep(&self, domain: &Domain, seals: &[Anchor]) -> Result<(), Error> {
        let Some(first) = seals.first() else { return Ok(()) };
        let (object, body, now) = (self.object(first.number), lines(seals), SystemClock.now());
        let headers = self.headers(&body, now);
        let url = {
            let mut action = self.s3.address.put_object(Some(&self.s3.credentials), &object);
            for (name, value) in &headers {
                action.headers_mut().insert(name.as_str(), value.as_str());
            }
            action.sign_with_time(SIGNED_FOR, &now)
        };
        match self.send(Method::PUT, &url, headers, body.clone()).await? {
            (status, _) if status.is_success() => record(domain, &self.name, seals, None).await,
            (StatusCode::PRECONDITION_FAILED | StatusCode::CONFLICT, _) => self.adopt(domain, object, seals).await,
            (status, answer) => Err(self.refused(status, &answer)),
        }
    }
}

impl Bucket {
    /// The object exists. If it has a beginning of these seals, its deposit was made before and only not recorded.
    async fn adopt(&self, domain: &Domain, object: String, seals: &[Anchor]) -> Result<(), Error> {
        let there = self.get(&object).await?.unwrap_or_default();
        let count = there.iter().filter(|byte| **byte == b'\n').count();
        match seals.get(..count).filter(|seals| !seals.is_empty() && lines(seals) == *there) {
            Some(seals) => record(domain, &self.name, seals, None).await,
            None => Err(Error::Different { object }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};

    #[test]
    fn the_bucket_of_aws_is_in_the_host_and_that_of_others_in_the_path() {
        let keys = |more: &[(&str, &str)]| {
            let sources = [
                ("audit.s3_bucket", "seals"),
                ("audit.s3_region", "eu-central-1"),
                ("audit.s3_access_key_id", "id"),
                ("audit.s3_secret_access_key", "secret"),
            ];
            let sources = sources.iter().chain(more).fold(Sources::default(), |sources, (key, value)| sources.with(key, *value));
            Config::load(&sources).unwrap().audit
        };
        let bucket = |more: &[(&str, &str)]| Bucket::of(&keys(more)).unwrap().unwrap();
        let aws = bucket(&[]);
        assert_eq!(aws.s3.address.base_url().as_str(), "https://seals.s3.eu-central-1.amazonaws.com/");
        assert_eq!(aws.s3.endpoint.authority(), "seals.s3.eu-central-1.amazonaws.com");
        let other = bucket(&[("audit.s3_url", "http://127.0.0.1:9000")]);
        assert_eq!(other.s3.address.base_url().as_str(), "http://127.0.0.1:9000/seals/");
        assert_eq!(other.object(7), "bedside-audit/000000000007.jsonl");
        let headers = other.headers(b"x\n", "2026-11-27T16:00:00Z".parse().unwrap());
        assert!(headers.is_sorted_by_key(|(name, _)| name.as_str().to_owned()), "{headers:?}");
        assert_eq!((headers[3].1.as_str(), headers[4].1.as_str()), ("COMPLIANCE", "2036-11-24T16:00:00Z"));
    }
}
