//! `bedside check`: checks everything that the server depends on, and reports problems in a way that an operator can act on.
//!
//! It changes nothing and starts nothing; a server may be running meanwhile. Its output contains no secrets.

mod checks;
mod files;
mod plain;
mod providers;
mod report;
mod texts;

pub use report::{Finding, Report, Verdict};

use crate::config::Config;
use jiff::Timestamp;

/// Checks the environment of a loaded configuration. `now` decides whether certificates are valid.
pub async fn check(config: &Config, now: Timestamp) -> Report {
    let mut findings = checks::addresses(config);
    findings.extend(checks::var_dir(config));
    findings.extend(checks::master_key(config).await);
    findings.extend(checks::database(config).await);
    findings.extend(checks::keys(config).await);
    findings.extend(checks::redis(config).await);
    findings.extend(plain::plain(config));
    findings.extend(checks::audit(config).await);
    findings.extend(files::files(config).await);
    findings.extend(checks::tls(config, now));
    findings.extend(checks::mail(config).await);
    findings.push(texts::texts(config).await);
    findings.extend(providers::providers(config, now).await);
    findings.extend(checks::relay(config));
    findings.extend(checks::listeners(config));
    Report(findings)
}

#[cfg(test)]
mod tests;
