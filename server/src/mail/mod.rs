//! Outgoing mail: composing it from the message catalogue, and sending it through an SMTP server or, without one, writing it to files.
//!
//! Invariants: the text and HTML parts have the same content; mails contain no medical information except time, doctor and link; the Message-ID
//! is derived from the mail's id and a retry sends the same message, so that duplicates are recognised; a mail's calendar file has the same event as the
//! downloaded one and as the private feed.

pub mod calendar;
mod compose;
mod letter;
pub mod mailbox;
mod message;
mod send;
mod test;

pub use message::message;
pub use send::{Error, Mailer, send};
pub use test::mail_test;

pub(crate) use compose::{calendar_feed, calendar_file};
pub(crate) use send::write;
