//! Outgoing mail: composing it from the message catalogue, and handing it to an SMTP server or, without one, to files.
//!
//! Invariants: text and HTML parts say the same; nothing medical beyond time, doctor and link; a mail's Message-ID is made of its id, so that a
//! repeat is recognised.

pub mod calendar;
mod compose;
mod letter;
pub mod mailbox;
mod send;

pub use send::{Error, Mailer, send};
