//! Writes text messages to files, where no service is configured.

use super::send::{Message, Provider, Refusal};
use crate::mail;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The ending of the files.
pub(crate) const ENDING: &str = "sms";

/// A message in its file, as JSON.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Written {
    /// The number in E.164 form.
    pub(crate) to: String,
    /// What it says.
    pub(crate) text: String,
}

/// The folder.
#[derive(Debug)]
pub(super) struct Outbox(PathBuf);

impl Outbox {
    pub(super) const fn in_folder(folder: PathBuf) -> Self {
        Self(folder)
    }
}

#[async_trait]
impl Provider for Outbox {
    async fn take(&self, message: &Message) -> Result<Option<String>, Refusal> {
        let written = Written { to: message.to.clone(), text: message.body.clone() };
        let content = serde_json::to_vec(&written).map_err(|error| Refusal::Final(error.to_string()))?;
        let name = format!("{}.{ENDING}", message.id);
        mail::write(&self.0, &name, &content).await.map_err(|error| Refusal::ForNow(error.to_string()))?;
        Ok(None)
    }
}
