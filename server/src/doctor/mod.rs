//! `bedside doctor`: looks at everything around the server that a configuration leans on, and says what is wrong in words that
//! an operator can act on.
//!
//! It changes nothing and starts nothing; it may run beside a server. What it prints holds no secret.

mod checks;
mod report;

pub use report::{Finding, Report, Verdict};

use crate::config::Config;
use jiff::Timestamp;

/// Checks a configuration that has loaded against the world around it. `now` decides whether certificates are good.
pub async fn doctor(config: &Config, now: Timestamp) -> Report {
    let mut findings = checks::addresses(config);
    findings.extend(checks::var_dir(config));
    findings.extend(checks::master_key(config));
    findings.extend(checks::database(config).await);
    findings.extend(checks::tls(config, now));
    findings.extend(checks::mail(config).await);
    findings.extend(checks::relay(config));
    findings.extend(checks::listeners(config));
    Report(findings)
}

#[cfg(test)]
mod tests;
