//! Rules of the master key and of the deposits of the audit log.

use super::{bucket::Bucket, is_plain};
use crate::config::{Config, faults::Fault, keys::Kms, master_key};

pub(super) fn keys(config: &Config, faults: &mut Vec<Fault>) {
    let keys = &config.keys;
    if keys.master_key.as_ref().is_some_and(|text| master_key::parse(text.expose()).is_none()) {
        let remedy = "Write the output of `openssl rand -hex 32`, or the content of the file with the master key.";
        faults.push(Fault::new("keys.master_key", "is not 64 hexadecimal digits", remedy));
    }
    let local = [("keys.master_key_file", keys.master_key_file.is_some()), ("keys.master_key", keys.master_key.is_some())];
    match (local.iter().filter(|(_, is_set)| *is_set).count(), keys.kms) {
        (0, _) | (1, None) => {}
        (_, Some(kms)) => {
            let wrong = format!("is `{kms}`, but a master key of this machine is set too");
            faults.push(Fault::new("keys.kms", wrong, "Remove it, or `keys.master_key_file` and `keys.master_key`."));
        }
        (_, None) => {
            faults.push(Fault::new("keys.master_key", "is set, and `keys.master_key_file` too", "Remove one of the two."))
        }
    }
    // Each key of a KMS: whether it is set, by which kinds it is needed, and for which it may be set too.
    let of_kms: [(&str, bool, &[Kms], &[Kms]); 8] = [
        ("keys.kms_url", keys.kms_url.is_some(), &[Kms::Vault], &[Kms::Aws]),
        ("keys.kms_key", keys.kms_key.is_some(), &[Kms::Aws, Kms::Vault], &[]),
        ("keys.kms_authority", keys.kms_authority.is_some(), &[], &[Kms::Aws, Kms::Vault]),
        ("keys.kms_region", keys.kms_region.is_some(), &[Kms::Aws], &[]),
        ("keys.kms_access_key_id", keys.kms_access_key_id.is_some(), &[Kms::Aws], &[]),
        ("keys.kms_secret_access_key", keys.kms_secret_access_key.is_some(), &[Kms::Aws], &[]),
        ("keys.kms_session_token", keys.kms_session_token.is_some(), &[], &[Kms::Aws]),
        ("keys.kms_token", keys.kms_token.is_some(), &[Kms::Vault], &[]),
    ];
    for (key, is_set, needed, allowed) in of_kms {
        match keys.kms {
            None if is_set => {
                faults.push(Fault::new(key, "is set, but `keys.kms` is not", "Set `keys.kms`, or remove this key."))
            }
            Some(kms) if !is_set && needed.contains(&kms) => {
                faults.push(Fault::new(key, format!("is missing, but `keys.kms` is `{kms}`"), "Set it, or remove `keys.kms`."));
            }
            Some(kms) if is_set && !needed.contains(&kms) && !allowed.contains(&kms) => {
                faults.push(Fault::new(key, format!("is set, but `keys.kms` is `{kms}`"), "Remove it."));
            }
            None | Some(_) => {}
        }
    }
    if let Some(url) = keys.kms_url.as_ref().filter(|url| !url.is_https() && !url.is_loopback()) {
        faults.push(Fault::new("keys.kms_url", format!("is {url}: keys must not travel without TLS"), "Write it with https://."));
    }
    let is_name = |text: &str| text.starts_with(|first: char| first.is_ascii_alphanumeric()) && text.chars().all(is_plain);
    if keys.kms == Some(Kms::Vault) {
        if !keys.kms_mount.split('/').all(is_name) {
            faults.push(Fault::new(
                "keys.kms_mount",
                format!("is `{}`, which is not a path", keys.kms_mount),
                "Write a path such as transit.",
            ));
        }
        if let Some(key) = keys.kms_key.as_ref().filter(|key| !is_name(key)) {
            faults.push(Fault::new(
                "keys.kms_key",
                format!("is `{key}`, which is not the name of a key"),
                "Write a name such as bedside.",
            ));
        }
    }
}

pub(super) fn audit(config: &Config, faults: &mut Vec<Fault>) {
    let audit = &config.audit;
    Bucket {
        section: "audit",
        is_named: audit.s3_bucket.is_some(),
        needed: [
            ("s3_region", audit.s3_region.is_some()),
            ("s3_access_key_id", audit.s3_access_key_id.is_some()),
            ("s3_secret_access_key", audit.s3_secret_access_key.is_some()),
        ],
        url: audit.s3_url.as_ref(),
        prefix: &audit.s3_prefix,
        example: "bedside-audit",
    }
    .check(faults);
    let missing = match (&audit.tsa_url, &audit.tsa_authority) {
        (Some(_), None) => "audit.tsa_authority",
        (None, Some(_)) => "audit.tsa_url",
        (Some(_), Some(_)) | (None, None) => return,
    };
    faults.push(Fault::new(missing, "is missing", "Give both, the address of the authority and its certificate, or neither."));
}
