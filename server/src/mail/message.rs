//! Builds the message of a mail (RFC 5322, MIME).
//!
//! The message does not depend on when or how often it is built: the date, the id and the boundaries between its parts are derived from the
//! mail. So a retried mail is the same message, byte for byte.

use super::{Error, compose};
use crate::config::Config;
use domain::notices::Mail;
use lettre::{
    Message,
    message::{
        Attachment, Mailbox, MultiPart, MultiPartKind, SinglePart,
        header::{self, ContentType, Header, HeaderName, HeaderValue, Headers},
    },
};
use std::time::{Duration, SystemTime};

/// `Auto-Submitted: auto-generated` (RFC 3834 §5): programs and out-of-office replies should not answer.
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Builds the message of a mail.
///
/// # Errors
/// When `mail.from_address` or the recipient's address is invalid, or the message cannot be built.
pub fn message(config: &Config, mail: &Mail) -> Result<Message, Error> {
    let letter = compose::letter(mail, config);
    let from = Mailbox::new(Some(config.mail.from_name.clone()), config.mail.from_address.parse().map_err(Error::From)?);
    let name = Some(mail.recipient.name.clone()).filter(|name| !name.is_empty());
    let to = Mailbox::new(name, mail.recipient.to.parse().map_err(Error::To)?);
    let date = SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(mail.created_at.as_microsecond()).unwrap_or(0));
    let builder = Message::builder()
        .from(from)
        .to(to)
        .date(date)
        .message_id(Some(format!("<{}@{}>", mail.id, config.public_url.host())))
        .header(AutoSubmitted)
        .subject(letter.subject.clone());
    let alternative = parts(MultiPartKind::Alternative, mail)
        .singlepart(SinglePart::plain(letter.text()))
        .singlepart(SinglePart::html(letter.html(&mail.recipient.language)));
    let mut message = match &letter.calendar {
        None => builder.multipart(alternative)?,
        Some((file, method)) => {
            // Outlook and Google act on a calendar that is one of the alternatives (RFC 6047 §2.4); a program that does not know it offers the attachment.
            let kind = ContentType::parse(&method.media_type()).map_err(|_| Error::MediaType)?;
            let alternative = alternative.singlepart(SinglePart::builder().content_type(kind).body(file.clone()));
            let kind = ContentType::parse("application/ics").map_err(|_| Error::MediaType)?;
            let attachment = Attachment::new("appointment.ics".to_owned()).body(file.clone(), kind);
            builder.multipart(parts(MultiPartKind::Mixed, mail).multipart(alternative).singlepart(attachment))?
        }
    };
    fold::<header::From>(&mut message);
    fold::<header::To>(&mut message);
    Ok(message)
}

/// Puts the address on its own line if the line with the name before it is too long: a line with an encoded word has at most 76
/// characters (RFC 2047 §2), and lettre does not fold there.
fn fold<H: Header>(message: &mut Message) {
    const LONGEST: usize = 76;
    let (Some(header), Some(raw)) = (message.headers().get::<H>(), message.headers().get_raw(&H::name())) else { return };
    let raw = raw.to_owned();
    let mut alone = Headers::new();
    alone.set(header);
    let line = alone.to_string();
    let line = line.trim_end();
    let (Some((_, encoded)), Some(last)) = (line.split_once(": "), line.rsplit("\r\n").next()) else { return };
    if let Some((name, address)) = encoded.rsplit_once(" <")
        && last.len() > LONGEST
    {
        let folded = format!("{name}\r\n <{address}");
        message.headers_mut().insert_raw(HeaderValue::dangerous_new_pre_encoded(H::name(), raw, folded));
    }
}

/// A multipart whose boundary is derived from the mail. Encoded text never contains `=_` (RFC 2045 §6.7), and nobody can know the id of a
/// mail before it exists.
fn parts(kind: MultiPartKind, mail: &Mail) -> lettre::message::MultiPartBuilder {
    let part = if matches!(kind, MultiPartKind::Mixed) { "mixed" } else { "alternative" };
    MultiPart::builder().kind(kind).boundary(format!("=_{part}_{}", mail.id.uuid().simple()))
}
