//! Hands text messages to whoever sends them.

use super::{
    compose::body,
    outbox::Outbox,
    twilio::{Reached, Twilio},
};
use crate::{config::Config, endpoint::EndpointError, serve::AppState};
use async_trait::async_trait;
use domain::notices::Text;
use std::{fmt, sync::Arc};

/// The path below which the service reports about messages; their ids follow.
pub(super) const REPORTS: &str = "/hooks/texts/";

/// Why text messages cannot be sent as they are configured.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address of the service, or the certificate of its authority, cannot be used.
    #[error("sms.url or sms.authority cannot be used")]
    Endpoint(#[from] EndpointError),
}

/// Why a message was not taken. No text names the number or says what is in the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The service refuses it for ever, with its code.
    Final(String),
    /// It is worth another try.
    ForNow(String),
}

/// A message as a service gets it.
pub(super) struct Message {
    /// Its id here.
    pub(super) id: String,
    /// The number in E.164 form.
    pub(super) to: String,
    pub(super) body: String,
    /// The address to which the service reports what becomes of the message.
    pub(super) report_to: String,
}

/// Who sends messages.
#[async_trait]
pub(super) trait Provider: fmt::Debug + Send + Sync {
    /// Hands a message over; returns the id that it has there, if the answer names one.
    async fn take(&self, message: &Message) -> Result<Option<String>, Refusal>;
}

/// The way of outgoing text messages. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Texter {
    provider: Arc<dyn Provider>,
}

impl Texter {
    /// Creates the configured way.
    ///
    /// # Errors
    /// [`Error`], when the service cannot be used as it is configured.
    pub fn new(config: &Config) -> Result<Self, Error> {
        let provider: Arc<dyn Provider> = match Twilio::of(&config.sms)? {
            Some(twilio) => Arc::new(twilio),
            None => Arc::new(Outbox::in_folder(config.outbox_dir())),
        };
        Ok(Self { provider })
    }
}

/// Asks the configured service about its account, without sending anything; `None` where none is configured.
///
/// # Errors
/// [`Error`], when the service cannot be used as it is configured.
pub(crate) async fn probe(config: &Config) -> Result<Option<Reached>, Error> {
    match Twilio::of(&config.sms)? {
        Some(twilio) => Ok(Some(twilio.reach().await)),
        None => Ok(None),
    }
}

/// Composes a message and hands it over; returns the id that the service gave it.
///
/// # Errors
/// [`Refusal`].
pub async fn send(state: &AppState, text: &Text) -> Result<Option<String>, Refusal> {
    let url = &state.config.public_url;
    let message = Message {
        id: text.id.to_string(),
        to: text.to.as_str().to_owned(),
        body: body(text, url),
        report_to: url.link(&format!("{REPORTS}{}", text.id)),
    };
    state.texter.provider.take(&message).await
}
