//! Notifications: passes events on as live events and mails.
//!
//! The mails of an event are written in the event's own transaction, with their content (`write_mails`). The dispatcher ([`dispatch_once`]; an
//! advisory lock elects one copy) takes the events of finished transactions, numbers the durable live events, creates the jobs for the mails, and
//! deletes the events that it passed on. It does this in one transaction, in batches, so that the queue's NOTIFY does not slow down the use cases.
//! Jobs send the mails, each at least once, with a stable id and the same content, so that a repeat is recognised.
//!
//! Boundary: the server writes the sentences of a mail and talks SMTP.

mod dispatch;
mod facts;
mod jobs;
mod mail;
mod reactions;
mod recipients;

pub use dispatch::{LIVE_CHANNEL, Round, TIMES_CHANNEL, dispatch_once, outbox_waiting};
pub use jobs::{JobQueue, job_queue};
pub use mail::{
    AppointmentBrief, MAX_ATTEMPTS, Mail, MailContent, MailKind, MailQueue, SEND_MAIL_TASK, SendMail, mail_queue, mail_to_send,
    mark_failed, mark_sent, replay_dead_mails,
};

pub(crate) use mail::{queue_waiting_mails, write as write_mails};
