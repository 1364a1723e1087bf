//! Rules of where files are kept and checked for viruses.

use super::bucket::Bucket;
use crate::config::{Config, faults::Fault};

pub(super) fn files(config: &Config, faults: &mut Vec<Fault>) {
    let files = &config.files;
    Bucket {
        section: "files",
        is_named: files.s3_bucket.is_some(),
        needed: [
            ("s3_region", files.s3_region.is_some()),
            ("s3_access_key_id", files.s3_access_key_id.is_some()),
            ("s3_secret_access_key", files.s3_secret_access_key.is_some()),
        ],
        url: files.s3_url.as_ref(),
        prefix: &files.s3_prefix,
        example: "bedside-files",
    }
    .check(faults);
    let is_address =
        |text: &str| text.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    if let Some(clamd) = files.clamd.as_ref().filter(|text| !text.starts_with('/') && !is_address(text)) {
        let remedy = "Write the path of a socket, such as /run/clamav/clamd.ctl, or host and port, such as 127.0.0.1:3310.";
        faults.push(Fault::new("files.clamd", format!("is `{clamd}`, which is no address"), remedy));
    }
}
