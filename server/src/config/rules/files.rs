//! Rules of where files are kept and checked for viruses.

use super::is_plain;
use crate::config::{Config, faults::Fault};

pub(super) fn files(config: &Config, faults: &mut Vec<Fault>) {
    let files = &config.files;
    let of_bucket = [
        ("files.s3_region", files.s3_region.is_some()),
        ("files.s3_access_key_id", files.s3_access_key_id.is_some()),
        ("files.s3_secret_access_key", files.s3_secret_access_key.is_some()),
    ];
    for (key, is_set) in of_bucket {
        if is_set != files.s3_bucket.is_some() {
            let (wrong, remedy) = if is_set {
                ("is set, but `files.s3_bucket` is not", "Set `files.s3_bucket`, or remove this key.")
            } else {
                ("is missing, but `files.s3_bucket` is set", "Set it, or remove `files.s3_bucket`.")
            };
            faults.push(Fault::new(key, wrong, remedy));
        }
    }
    if let Some(url) = files.s3_url.as_ref().filter(|url| !url.is_https() && !url.is_loopback()) {
        faults.push(Fault::new("files.s3_url", format!("is {url}, without TLS"), "Write it with https://."));
    }
    if !files.s3_prefix.split('/').all(|part| !part.is_empty() && part.chars().all(is_plain)) {
        let wrong = format!("is `{}`, which is not the beginning of a name", files.s3_prefix);
        let remedy = "Write letters, digits, `-`, `_`, `.` and `/` only, such as bedside-files.";
        faults.push(Fault::new("files.s3_prefix", wrong, remedy));
    }
    let is_address =
        |text: &str| text.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    if let Some(clamd) = files.clamd.as_ref().filter(|text| !text.starts_with('/') && !is_address(text)) {
        let remedy = "Write the path of a socket, such as /run/clamav/clamd.ctl, or host and port, such as 127.0.0.1:3310.";
        faults.push(Fault::new("files.clamd", format!("is `{clamd}`, which is no address"), remedy));
    }
}
