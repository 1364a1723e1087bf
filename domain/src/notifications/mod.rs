//! Notifications: passes events on as live events, notices in the app and mails. Which notices an event has is decided by its area (`Notices`); no area is known here.
//!
//! An event is emitted with its mails, which are written in the event's own transaction with their facts. The dispatcher (`dispatch_once`; an
//! advisory lock elects one copy) takes the events of finished transactions, numbers the durable live events, creates the jobs for the mails, and
//! deletes the events that it passed on. It does this in one transaction, in batches, so that the queue's NOTIFY does not slow down the use cases.
//! Jobs send the mails, each at least once, with a stable id and the same content, so that a repeat is recognised.
//! Codes and links are sent before notices of what has happened, and these before reminders (`crate::db::Urgency`).
//!
//! An event that cannot be passed on holds up nothing: the batch is passed on again with a savepoint for each event, and the failed one is tried later,
//! or set aside (`crate::outbox`).
//!
//! Boundary: `crate::notices` puts the events of all areas together. The server writes the sentences of a mail and talks SMTP.

mod bell;
mod choices;
mod deliveries;
mod dispatch;
mod emit;
mod facts;
mod jobs;
mod kinds;
mod mail;
mod notice;
mod push;
mod sweep;
mod texts;

pub use bell::{ListNotices, count_unread_notices, list_notices, read_all_notices, read_notice, sweep_notices};
pub use choices::{SetNoticeChoices, notice_choices, set_notice_choices};
pub use deliveries::{ListDeliveries, list_deliveries, repeat_delivery};
pub use dispatch::Round;
pub use facts::Recipient;
pub use jobs::{JobQueue, job_queue};
pub use mail::{
    MAX_ATTEMPTS, MailQueue, SEND_MAIL_TASK, SendMail, mail_queue, mark_failed, mark_sent, put_off_mail, replay_dead_mails,
};
pub use push::{
    AddPush, Push, PushRequest, SEND_PUSH_TASK, SendPush, add_push, forget_push, own_push, push_later, push_to_send,
    put_off_push, remove_push,
};
pub use sweep::sweep_mails;
pub use texts::{
    MAX_TEXT_ATTEMPTS, SEND_TEXT_TASK, SendText, TextReport, hear_of_text, mark_text_delayed, mark_text_failed,
    mark_text_out_of_date, mark_text_sent, put_off_text, sweep_texts,
};

pub(crate) use bell::{BellNotice, may_be_told, read_about};
pub(crate) use choices::is_off;
pub(crate) use dispatch::dispatch_once;
pub(crate) use kinds::mail_kinds;
pub(crate) use mail::{UnsentMail, mark_out_of_date, queue_waiting_mails, unsent, withdraw};
pub(crate) use notice::{LiveNotice, MailNotice, Notices};
pub(crate) use texts::{NewText, UnsentText, has_room_for_text, queue_waiting_texts, unsent_text, write_text};
