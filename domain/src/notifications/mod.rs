//! Who is told what: passes events on as live events and mails.
//!
//! The mails of an event are written in its own transaction, with what they say (`write_mails`). The dispatcher ([`dispatch_once`]; leader by
//! advisory lock) takes the events of finished transactions, numbers the durable live events, makes the jobs of the mails, and deletes what it
//! passed on: all in one transaction, in batches, so that the queue's NOTIFY costs the business nothing. Sending happens in jobs: at least
//! once, with a stable id and the same words, so that a repeat is recognised.
//!
//! Boundary: the sentences of a mail and the SMTP conversation are the server's.

mod dispatch;
mod facts;
mod jobs;
mod mail;
mod reactions;
mod recipients;

pub use dispatch::{LIVE_CHANNEL, TIMES_CHANNEL, dispatch_once, outbox_waiting};
pub use jobs::{JobQueue, job_queue};
pub use mail::{
    AppointmentBrief, MAX_ATTEMPTS, Mail, MailContent, MailKind, MailQueue, SEND_MAIL_TASK, SendMail, mail_queue, mail_to_send,
    mark_failed, mark_sent, replay_dead_mails,
};

pub(crate) use mail::{queue_waiting_mails, write as write_mails};
