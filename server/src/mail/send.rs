//! Sends mail through an SMTP server if one is configured, else writes it to a file.

use super::message::message;
use crate::{config::Config, serve::AppState};
use domain::notices::Mail;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor, address::AddressError, transport::smtp};
use std::{
    fmt, io,
    path::{Path, PathBuf},
    time::Duration,
};

/// Why a mail cannot be sent. No error text contains an address or the content of a mail.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `mail.smtp_url` is invalid.
    #[error("mail.smtp_url cannot be used")]
    Url(#[source] smtp::Error),
    /// `mail.from_address` is invalid.
    #[error("mail.from_address is not an address")]
    From(#[source] AddressError),
    /// The recipient's address is invalid.
    #[error("the recipient's address cannot be used")]
    To(#[source] AddressError),
    /// The message could not be built.
    #[error("the message cannot be built")]
    Message(#[from] lettre::error::Error),
    /// One of our media types is invalid.
    #[error("a media type cannot be built")]
    MediaType,
    /// The mail server refused the mail or did not answer.
    #[error("the mail server did not take it: {0}")]
    Smtp(String),
    /// The outbox folder cannot be written.
    #[error("the folder for mail cannot be written: {0}")]
    Outbox(#[from] io::Error),
}

impl Error {
    /// Whether no mail can be sent at present, and not only this one.
    pub(crate) fn is_of_provider(&self) -> bool {
        match self {
            // 421: the service is not available (RFC 5321 §4.2.3). The words are those of `answer_of`.
            Self::Smtp(answer) => matches!(answer.as_str(), "timeout" | "tls" | "connection" | "421"),
            Self::Outbox(_) => true,
            Self::Url(_) | Self::From(_) | Self::To(_) | Self::Message(_) | Self::MediaType => false,
        }
    }
}

/// The transport for outgoing mail.
#[derive(Clone)]
pub struct Mailer {
    way: Way,
}

#[derive(Clone)]
enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Outbox(PathBuf),
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.way {
            Way::Smtp(_) => f.write_str("Mailer(smtp)"),
            Way::Outbox(_) => f.write_str("Mailer(outbox)"),
        }
    }
}

const SMTP_TIMEOUT: Duration = Duration::from_secs(20);

impl Mailer {
    /// Creates the configured transport.
    ///
    /// # Errors
    /// When `mail.smtp_url` or `mail.from_address` cannot be used.
    pub fn new(config: &Config) -> Result<Self, Error> {
        // An invalid address is reported at the start, not with the first mail.
        config.mail.from_address.parse::<Address>().map_err(Error::From)?;
        let way = match &config.mail.smtp_url {
            Some(url) => Way::Smtp(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose())
                    .map_err(Error::Url)?
                    .timeout(Some(SMTP_TIMEOUT))
                    .build(),
            ),
            None => Way::Outbox(config.outbox_dir()),
        };
        Ok(Self { way })
    }

    /// Whether mail is really sent. If not, it is written to files.
    #[must_use]
    pub const fn leaves(&self) -> bool {
        matches!(self.way, Way::Smtp(_))
    }
}

/// Composes and sends a mail. The same mail always gives the same message.
///
/// # Errors
/// When the mail server or the outbox folder refuses it; the job then retries.
pub async fn send(state: &AppState, mail: &Mail) -> Result<(), Error> {
    hand_over(&state.mailer, message(&state.config, mail)?, &mail.id.to_string()).await
}

/// Sends a message that belongs to no stored mail; `name` is its file where mail is written to files.
pub(super) async fn hand_over(mailer: &Mailer, message: Message, name: &str) -> Result<(), Error> {
    match &mailer.way {
        Way::Smtp(transport) => {
            transport.send(message).await.map_err(|error| Error::Smtp(answer_of(&error)))?;
        }
        Way::Outbox(folder) => write(folder, &format!("{name}.eml"), &message.formatted()).await?,
    }
    Ok(())
}

/// The code of the server's answer, without its text, which may quote the address.
fn answer_of(error: &smtp::Error) -> String {
    match error.status() {
        Some(code) => code.to_string(),
        None if error.is_timeout() => "timeout".to_owned(),
        None if error.is_tls() => "tls".to_owned(),
        None => "connection".to_owned(),
    }
}

/// Writes a temporary file and renames it, so that no reader sees a partial mail.
pub(crate) async fn write(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let beside = folder.join(format!(".{name}"));
    tokio::fs::write(&beside, content).await?;
    tokio::fs::rename(beside, folder.join(name)).await
}
