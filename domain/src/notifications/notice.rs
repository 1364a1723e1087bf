//! The form of a notice: what one event tells one person. Which notices an event has is decided by its area, in the area's `notices.rs`.

use super::{bell::BellNotice, facts::Recipient};
use crate::{Error, Result, db::Urgency, live::LiveKind};
use jiff::Timestamp;
use model::{
    ids::{DoctorId, UserId},
    notices::NoticeSwitch,
};
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

/// An event that tells people something. Each area implements this for its events, with an exhaustive `match` for each way
/// of telling, so that an event without a decision does not compile.
pub(crate) trait Notices: Send + Sync {
    /// The mails, with the facts as of now, for those who act for a patient at this instant. Called in the transaction of the event, after the change that the
    /// event is about.
    fn mails(&self, connection: &mut PgConnection, at: Timestamp) -> impl Future<Output = Result<Vec<MailNotice>>> + Send;

    /// What open pages are told. Called after the commit: the recipients are those who act for a patient at this instant, not when the event happened.
    fn live(&self, connection: &mut PgConnection, at: Timestamp) -> impl Future<Output = Result<Vec<LiveNotice>>> + Send;
}

/// Who gets a mail.
pub(super) enum Addressee {
    /// A user, at the address of the account.
    User(UserId),
    /// An address that has no account.
    Address(Recipient),
}

/// One mail about an event.
pub(crate) struct MailNotice {
    pub(super) to: Addressee,
    pub(super) kind: &'static str,
    pub(super) subject: Option<Uuid>,
    pub(super) facts: Value,
    /// With what the user may switch it off; `None` for a mail that is always sent.
    pub(super) switch: Option<NoticeSwitch>,
    pub(super) urgency: Urgency,
}

impl MailNotice {
    /// A mail to a user. The kind is one that the area has declared with `mail_kinds`.
    pub(crate) fn new(user: UserId, kind: impl Into<&'static str>) -> Self {
        Self::to(Addressee::User(user), kind.into())
    }

    /// A mail to an address that has no account, or whose account was deleted by its owner. If nobody has proved that the address is theirs, the recipient has no
    /// name, and the facts contain nothing that somebody typed.
    pub(crate) fn to_address(recipient: Recipient, kind: impl Into<&'static str>) -> Self {
        Self::to(Addressee::Address(recipient), kind.into())
    }

    fn to(to: Addressee, kind: &'static str) -> Self {
        Self { to, kind, subject: None, facts: Value::Object(Map::new()), switch: None, urgency: Urgency::Notice }
    }

    /// Adds the id of the row that the mail is about: a link, an appointment, a decision, a suspension. What never changes is read by this id when the
    /// mail is sent.
    pub(crate) fn about(self, subject: Uuid) -> Self {
        Self { subject: Some(subject), ..self }
    }

    /// The user may have switched it off.
    pub(crate) fn unless(self, switch: NoticeSwitch) -> Self {
        Self { switch: Some(switch), ..self }
    }

    /// It is more or less urgent than a notice of what has just happened.
    pub(crate) fn urgent(self, urgency: Urgency) -> Self {
        Self { urgency, ..self }
    }

    /// Adds what may change until the mail is sent. The fields of `facts` are stored next to those of the recipient (`to`, `name`, `language`,
    /// `time_zone`).
    pub(crate) fn with_facts(self, facts: &impl Serialize) -> Result<Self> {
        Ok(Self { facts: serde_json::to_value(facts).map_err(Error::internal)?, ..self })
    }
}

/// One message to open pages, or one notice in the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LiveNotice {
    /// A live event for the user's open pages.
    Live { user: UserId, kind: LiveKind, resource: Uuid },
    /// A signal for all pages that show this doctor's times.
    Times { doctor: DoctorId },
    /// A notice in the app. The same event also has a live event for its reader, which makes the bell count again.
    Bell(BellNotice),
}

impl LiveNotice {
    /// The same live event for each of these users.
    pub(crate) fn for_users(users: Vec<UserId>, kind: LiveKind, resource: Uuid) -> Vec<Self> {
        users.into_iter().map(|user| Self::Live { user, kind, resource }).collect()
    }
}
