//! Outgoing mail: composing it from the message catalogue, and handing it to an SMTP server or, without one, to files.
//!
//! Invariants: text and HTML parts say the same; nothing medical beyond time, doctor and link; a mail's Message-ID is made of its id and a repeat
//! is the same message, so that it is recognised; the calendar file of a mail and the downloaded one agree.

pub mod calendar;
mod compose;
mod letter;
pub mod mailbox;
mod message;
mod send;

pub use message::message;
pub use send::{Error, Mailer, send};

pub(crate) use compose::calendar_file;
