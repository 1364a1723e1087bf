//! Checks the service of text messages.

use super::Finding;
use crate::{
    config::Config,
    sms::{self, Reached},
};

/// Asks the service about the account. Nothing is sent.
pub(super) async fn texts(config: &Config) -> Finding {
    let subject = "text messages";
    let reached = match sms::probe(config).await {
        Ok(reached) => reached,
        Err(error) => return Finding::fail(subject, error.to_string()),
    };
    match reached {
        None => Finding::warn(
            subject,
            format!(
                "sms.account_sid is not set. Text messages are written to {} and sent to nobody",
                config.outbox_dir().display()
            ),
        ),
        Some(Reached::Fine) => Finding::fine(subject, "the service answers and accepts the account"),
        Some(Reached::Refused) => {
            Finding::fail(subject, "the service refuses the account. Check sms.account_sid and sms.auth_token")
        }
        Some(Reached::Stopped(state)) => {
            Finding::fail(subject, format!("the service says that the account is {state}. Look at its console"))
        }
        Some(Reached::Other(status)) => {
            Finding::warn(subject, format!("{} answers with the status {status}, so the account was not checked", config.sms.url))
        }
        Some(Reached::Silent(why)) => {
            Finding::fail(subject, format!("{} does not answer: {why}. Check sms.url and the firewall", config.sms.url))
        }
    }
}
