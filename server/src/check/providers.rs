//! Checks the providers at which people may sign in.

use super::Finding;
use crate::{config::Config, openid::Providers};
use jiff::Timestamp;

/// Reads the file with the providers, and asks each of them for its description. A provider that does not answer keeps nobody from signing in in another way.
pub(super) async fn providers(config: &Config, now: Timestamp) -> Vec<Finding> {
    let subject = "sign-in providers";
    let providers = match Providers::load(config) {
        Ok(providers) => providers,
        Err(error) => return vec![Finding::fail(subject, error.to_string())],
    };
    let probed = providers.probe(now).await.into_iter();
    let findings = probed.map(|(name, outcome)| match outcome {
        Ok(()) => Finding::fine(subject, format!("{name} answers")),
        Err(why) => Finding::warn(subject, format!("nobody can sign in with {name}: {why}")),
    });
    findings.collect()
}
