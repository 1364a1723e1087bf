//! Rules of a bucket of S3, for each section that names one.

use super::is_plain;
use crate::config::{address::PublicUrl, faults::Fault};

/// The keys of a bucket.
pub(super) struct Bucket<'a> {
    pub(super) section: &'static str,
    /// Whether the bucket is named.
    pub(super) is_named: bool,
    /// The keys that a bucket needs: their names, and whether they are set.
    pub(super) needed: [(&'static str, bool); 3],
    pub(super) url: Option<&'a PublicUrl>,
    pub(super) prefix: &'a str,
    /// A prefix that fits.
    pub(super) example: &'static str,
}

impl Bucket<'_> {
    pub(super) fn check(self, faults: &mut Vec<Fault>) {
        let Self { section, is_named, needed, url, prefix, example } = self;
        for (key, is_set) in needed {
            if is_set != is_named {
                let (wrong, remedy) = if is_set {
                    (
                        format!("is set, but `{section}.s3_bucket` is not"),
                        format!("Set `{section}.s3_bucket`, or remove this key."),
                    )
                } else {
                    (format!("is missing, but `{section}.s3_bucket` is set"), format!("Set it, or remove `{section}.s3_bucket`."))
                };
                faults.push(Fault::new(format!("{section}.{key}"), wrong, remedy));
            }
        }
        if let Some(url) = url.filter(|url| !url.is_https() && !url.is_loopback()) {
            faults.push(Fault::new(format!("{section}.s3_url"), format!("is {url}, without TLS"), "Write it with https://."));
        }
        if !prefix.split('/').all(|part| !part.is_empty() && part.chars().all(is_plain)) {
            let wrong = format!("is `{prefix}`, which is not the beginning of a name");
            let remedy = format!("Write letters, digits, `-`, `_`, `.` and `/` only, such as {example}.");
            faults.push(Fault::new(format!("{section}.s3_prefix"), wrong, remedy));
        }
    }
}
