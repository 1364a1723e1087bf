//! Handing a mail over: to an SMTP server when one is configured, else to a file.

use super::compose;
use crate::{config::Config, serve::AppState};
use domain::notifications::Mail;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    address::AddressError,
    message::{Attachment, Mailbox, MultiPart, SinglePart, header::ContentType},
    transport::smtp,
};
use std::{
    fmt, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// Why mail cannot be sent. No message holds an address or a text.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `mail.smtp_url`.
    #[error("mail.smtp_url cannot be used")]
    Url(#[source] smtp::Error),
    /// `mail.from_address`.
    #[error("mail.from_address is not an address")]
    From(#[source] AddressError),
    /// The recipient's address.
    #[error("the recipient's address cannot be used")]
    To(#[source] AddressError),
    /// The message could not be built.
    #[error("the message cannot be built")]
    Message(#[from] lettre::error::Error),
    /// A media type of ours.
    #[error("a media type cannot be built")]
    MediaType,
    /// The server's answer.
    #[error("the mail server did not take it: {0}")]
    Smtp(String),
    /// The folder.
    #[error("the folder for mail cannot be written: {0}")]
    Outbox(#[from] io::Error),
}

/// Where mail goes.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
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
    /// The configured way.
    ///
    /// # Errors
    /// When `mail.smtp_url` or `mail.from_address` cannot be used.
    pub fn new(config: &Config) -> Result<Self, Error> {
        let address: Address = config.mail.from_address.parse().map_err(Error::From)?;
        let from = Mailbox::new(Some(config.mail.from_name.clone()), address);
        let way = match &config.mail.smtp_url {
            Some(url) => Way::Smtp(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose())
                    .map_err(Error::Url)?
                    .timeout(Some(SMTP_TIMEOUT))
                    .build(),
            ),
            None => Way::Outbox(config.outbox_dir()),
        };
        Ok(Self { from, way })
    }

    /// Whether mail leaves the house; otherwise it is kept in files.
    #[must_use]
    pub const fn leaves(&self) -> bool {
        matches!(self.way, Way::Smtp(_))
    }
}

/// Composes a mail and hands it over. The same mail gives the same Message-ID.
///
/// # Errors
/// What the mail server or the folder answered; the job then tries again.
pub async fn send(state: &AppState, mail: &Mail) -> Result<(), Error> {
    let letter = compose::letter(mail, &state.config.public_url, state.config.scheduling.waiting_room_opens_minutes);
    let to = Mailbox::new(Some(mail.name.clone()), mail.to.parse().map_err(Error::To)?);
    let date = SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(mail.created_at.as_microsecond()).unwrap_or(0));
    let builder = Message::builder()
        .from(state.mailer.from.clone())
        .to(to)
        .date(date)
        .message_id(Some(format!("<{}@{}>", mail.id, state.config.public_url.host())))
        .subject(letter.subject.clone());
    let alternative = MultiPart::alternative_plain_html(letter.text(), letter.html(&mail.language));
    let message = match &letter.calendar {
        None => builder.multipart(alternative)?,
        Some((file, method)) => {
            let kind =
                ContentType::parse(&format!("text/calendar; charset=utf-8; method={method}")).map_err(|_| Error::MediaType)?;
            let attachment: SinglePart = Attachment::new("appointment.ics".to_owned()).body(file.clone(), kind);
            builder.multipart(MultiPart::mixed().multipart(alternative).singlepart(attachment))?
        }
    };
    match &state.mailer.way {
        Way::Smtp(transport) => {
            transport.send(message).await.map_err(|error| Error::Smtp(answer_of(&error)))?;
        }
        Way::Outbox(folder) => write(folder, &format!("{}.eml", mail.id), &message.formatted()).await?,
    }
    Ok(())
}

/// The code of the answer, without the words: they may quote the address.
fn answer_of(error: &smtp::Error) -> String {
    match error.status() {
        Some(code) => code.to_string(),
        None if error.is_timeout() => "timeout".to_owned(),
        None if error.is_tls() => "tls".to_owned(),
        None => "connection".to_owned(),
    }
}

/// Written beside its place and moved there, so that nobody reads half a mail.
async fn write(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let beside = folder.join(format!(".{name}"));
    tokio::fs::write(&beside, content).await?;
    tokio::fs::rename(beside, folder.join(name)).await
}
