//! Mails: what is sent to whom. There is one row per event and recipient, written in the transaction of the event. Its id (and so the Message-ID)
//! and its content stay the same, however often sending is tried.

use super::{
    facts::{AppointmentFacts, Facts, facts},
    recipients::{Recipient, recipients},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    db::{QUEUE_SCHEMA, Tx},
    identity::{self, links},
    outbox::Event,
    vault::Purpose,
};
use graphile_worker::{JobSpecBuilder, WorkerUtils};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    directory::SuspensionKind,
    ids::{AppointmentId, EventId, MailId, UserId},
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// The queue's name for the job that sends one mail.
pub const SEND_MAIL_TASK: &str = "send_mail";

/// After this many attempts a mail is dead: an admin sees it and can send it again.
pub const MAX_ATTEMPTS: i16 = 12;

/// The job's payload.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SendMail {
    /// The mail to send.
    pub mail: MailId,
}

/// The kinds of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    /// The link that confirms an email address.
    ConfirmEmail,
    /// Somebody tried to sign up with an address that has an account.
    SignUpRepeated,
    /// The link for setting a new password.
    ResetPassword,
    /// The password was changed.
    PasswordChanged,
    /// An application was decided.
    DoctorDecided,
    /// The account was suspended.
    UserSuspended,
    /// The account was restored.
    UserRestored,
    /// An appointment was booked.
    AppointmentBooked,
    /// An appointment was cancelled.
    AppointmentCancelled,
}

impl MailKind {
    const ALL: [Self; 9] = [
        Self::ConfirmEmail,
        Self::SignUpRepeated,
        Self::ResetPassword,
        Self::PasswordChanged,
        Self::DoctorDecided,
        Self::UserSuspended,
        Self::UserRestored,
        Self::AppointmentBooked,
        Self::AppointmentCancelled,
    ];

    /// The kind as it is stored in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmEmail => "confirm_email",
            Self::SignUpRepeated => "sign_up_repeated",
            Self::ResetPassword => "reset_password",
            Self::PasswordChanged => "password_changed",
            Self::DoctorDecided => "doctor_decided",
            Self::UserSuspended => "user_suspended",
            Self::UserRestored => "user_restored",
            Self::AppointmentBooked => "appointment_booked",
            Self::AppointmentCancelled => "appointment_cancelled",
        }
    }

    fn parse(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| Error::internal("an unknown kind of mail"))
    }
}

/// A mail to send.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Its id; the Message-ID is made from it.
    pub id: MailId,
    /// The recipient's email address as it was entered.
    pub to: String,
    /// The recipient's name.
    pub name: String,
    /// The recipient's language.
    pub language: String,
    /// The recipient's time zone.
    pub time_zone: String,
    /// When its event happened; this is the mail's date.
    pub created_at: Timestamp,
    /// The content.
    pub content: MailContent,
}

/// The content of a mail. It has no medical content beyond time, doctor and link.
#[derive(Debug, Clone)]
pub enum MailContent {
    /// The link that confirms an email address.
    ConfirmEmail {
        /// The link's token.
        token: String,
    },
    /// Somebody tried to sign up with this address.
    SignUpRepeated,
    /// The link for setting a new password.
    ResetPassword {
        /// The link's token.
        token: String,
    },
    /// The password was changed.
    PasswordChanged,
    /// The application was accepted.
    DoctorVerified {
        /// The admin's reason.
        reason: String,
    },
    /// The application was refused.
    DoctorRefused {
        /// The admin's reason.
        reason: String,
    },
    /// The account was suspended.
    UserSuspended {
        /// The admin's reason.
        reason: String,
    },
    /// The account was restored.
    UserRestored {
        /// The admin's reason.
        reason: String,
    },
    /// An appointment was booked.
    AppointmentBooked(AppointmentBrief),
    /// An appointment was cancelled.
    AppointmentCancelled(AppointmentBrief),
}

/// What a mail says about an appointment, as it was when its event happened.
#[derive(Debug, Clone)]
pub struct AppointmentBrief {
    /// The appointment.
    pub id: AppointmentId,
    /// The version, which grows with every change; the calendar file's SEQUENCE (RFC 5545 §3.8.7.4).
    pub version: i32,
    /// The doctor's name.
    pub doctor: String,
    /// Whether the recipient is the doctor.
    pub to_doctor: bool,
    /// The clinic's name.
    pub clinic: String,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// When it was booked or cancelled; the calendar file's DTSTAMP (RFC 5545 §3.8.7.2).
    pub revised_at: Timestamp,
}

/// The state of the mail queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailQueue {
    /// Waiting, or being retried.
    pub queued: i64,
    /// Given up after the last attempt.
    pub dead: i64,
    /// When the oldest waiting mail was created.
    pub oldest_queued_at: Option<Timestamp>,
}

/// Writes the mails of an event, with the facts as of now; the same event and recipient give the same mail. Called in the transaction of the event,
/// after the change that the event is about.
pub(crate) async fn write(
    domain: &Domain,
    connection: &mut PgConnection,
    event: EventId,
    what: &Event,
    at: Timestamp,
) -> Result<()> {
    for recipient in recipients(connection, what).await? {
        let Some(facts) = facts(connection, recipient).await? else { continue };
        let Recipient { user, kind, subject } = recipient;
        sqlx::query!(
            "insert into mails (id, event_id, kind, subject_id, user_id, state, created_at, facts)
             values ($1, $2, $3, $4, $5, 'queued', $6, $7) on conflict (id) do nothing",
            mail_id(domain, event, user, kind).uuid(),
            event.uuid(),
            kind.as_str(),
            subject,
            user.uuid(),
            at.to_sqlx(),
            serde_json::to_value(&facts).map_err(Error::internal)?
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

fn mail_id(domain: &Domain, event: EventId, user: UserId, kind: MailKind) -> MailId {
    let seed = domain
        .vault()
        .mac(Purpose::DerivedIds, &[b"mail", event.uuid().as_bytes(), user.uuid().as_bytes(), kind.as_str().as_bytes()]);
    let bytes = *seed.first_chunk::<16>().expect("an HMAC has 32 bytes");
    MailId::from(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The mail of a job, with the facts as of its event; `None` when it was already sent, or what it is about no longer exists.
///
/// # Errors
/// `database.unavailable`.
pub async fn mail_to_send(domain: &Domain, id: MailId) -> Result<Option<Mail>> {
    let mut connection = domain.pool().acquire().await?;
    let Some(row) = sqlx::query!(
        "select m.kind, m.subject_id, m.user_id, m.created_at, m.facts from mails m join account u on u.user_id = m.user_id
         where m.id = $1 and m.state <> 'sent'",
        id.uuid()
    )
    .fetch_optional(&mut *connection)
    .await?
    else {
        return Ok(None);
    };
    let (kind, created_at) = (MailKind::parse(&row.kind)?, row.created_at.to_jiff());
    let said = match row.facts {
        Some(said) => Some(serde_json::from_value(said).map_err(Error::internal)?),
        // An earlier version of the server queued it without facts.
        None => facts(&mut connection, Recipient { user: row.user_id.into(), kind, subject: row.subject_id }).await?,
    };
    let Some(Facts { to, name, language, time_zone, appointment }) = said else { return Ok(None) };
    let brief = appointment.map(|facts| brief(facts, created_at));
    let content = content(domain, &mut connection, kind, row.subject_id, brief).await?;
    Ok(Some(Mail { id, to, name, language, time_zone, created_at, content }))
}

fn brief(facts: AppointmentFacts, revised_at: Timestamp) -> AppointmentBrief {
    let AppointmentFacts { id, version, doctor, to_doctor, clinic, starts_at, ends_at } = facts;
    AppointmentBrief { id, version, doctor, to_doctor, clinic, starts_at, ends_at, revised_at }
}

/// The content for a kind of mail. Links, decisions and suspensions never change, so they are read by their id.
async fn content(
    domain: &Domain,
    connection: &mut PgConnection,
    kind: MailKind,
    subject: Option<Uuid>,
    brief: Option<AppointmentBrief>,
) -> Result<MailContent> {
    let subject = || subject.ok_or_else(|| Error::internal("a mail without its subject"));
    let brief = || brief.ok_or_else(|| Error::internal("a mail without its appointment"));
    let content = match kind {
        MailKind::SignUpRepeated => MailContent::SignUpRepeated,
        MailKind::PasswordChanged => MailContent::PasswordChanged,
        MailKind::ConfirmEmail => MailContent::ConfirmEmail { token: links::token(domain, subject()?) },
        MailKind::ResetPassword => MailContent::ResetPassword { token: links::token(domain, subject()?) },
        MailKind::DoctorDecided => {
            let row = sqlx::query!(
                "select decision as \"decision!\", reason as \"reason!\" from doctor_decision where decision_id = $1",
                subject()?
            )
            .fetch_one(connection)
            .await?;
            let reason = row.reason;
            if row.decision == "verified" {
                MailContent::DoctorVerified { reason }
            } else {
                MailContent::DoctorRefused { reason }
            }
        }
        MailKind::UserSuspended | MailKind::UserRestored => {
            let (kind, reason) = identity::reason_of_suspension(connection, subject()?).await?;
            match kind {
                SuspensionKind::Suspended => MailContent::UserSuspended { reason },
                SuspensionKind::Restored => MailContent::UserRestored { reason },
            }
        }
        MailKind::AppointmentBooked => MailContent::AppointmentBooked(brief()?),
        MailKind::AppointmentCancelled => MailContent::AppointmentCancelled(brief()?),
    };
    Ok(content)
}

/// Records that the mail was sent. Its facts are deleted, because the personal data in them is no longer needed.
///
/// # Errors
/// `database.unavailable`; the job is then retried, and the recipient recognises the repeat by the Message-ID.
pub async fn mark_sent(domain: &Domain, id: MailId) -> Result<()> {
    sqlx::query!(
        "update mails set state = 'sent', sent_at = $2, attempts = attempts + 1, last_error = null, facts = null where id = $1 and state <> 'sent'",
        id.uuid(),
        domain.now().to_sqlx()
    )
    .execute(domain.pool())
    .await?;
    Ok(())
}

/// Records that the mail could not be sent; after [`MAX_ATTEMPTS`] it is dead. `error` is a provider's answer or a code, without personal data.
///
/// # Errors
/// `database.unavailable`.
pub async fn mark_failed(domain: &Domain, id: MailId, error: &str) -> Result<()> {
    sqlx::query!(
        "update mails set attempts = attempts + 1, last_error = left($2, 500),
           state = case when attempts + 1 >= $3 then 'dead' else 'queued' end
         where id = $1 and state <> 'sent'",
        id.uuid(),
        error,
        i32::from(MAX_ATTEMPTS)
    )
    .execute(domain.pool())
    .await?;
    Ok(())
}

/// The state of the mail queue; for health.
///
/// # Errors
/// `database.unavailable`.
pub async fn mail_queue(domain: &Domain) -> Result<MailQueue> {
    let row = sqlx::query!(
        "select count(*) filter (where state = 'queued') as \"queued!\", count(*) filter (where state = 'dead') as \"dead!\",
           min(created_at) filter (where state = 'queued') as oldest
         from mails where state in ('queued', 'dead')"
    )
    .fetch_one(domain.pool())
    .await?;
    Ok(MailQueue { queued: row.queued, dead: row.dead, oldest_queued_at: row.oldest.map(jiff_sqlx::Timestamp::to_jiff) })
}

/// Queues all dead mails again, for an admin; returns how many.
///
/// # Errors
/// `access.forbidden` for callers who are not an admin.
pub async fn replay_dead_mails(domain: &Domain, access: &Access) -> Result<usize> {
    access.scope(ResourceKind::System)?;
    let mut tx = domain.begin("notifications.replay_dead_mails", access).await?;
    let rows = sqlx::query!("update mails set state = 'queued', attempts = 0 where state = 'dead' returning id")
        .fetch_all(tx.connection())
        .await?;
    for row in &rows {
        send_later(domain, tx.connection(), row.id.into()).await?;
    }
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    tx.commit(Audit::of(AuditAction::NotificationsDeadMailsReplayed).with("mails", count)).await?;
    Ok(rows.len())
}

/// Creates the jobs for the mails of these events, which are being passed on.
pub(super) async fn queue_mails_of(domain: &Domain, connection: &mut PgConnection, events: &[EventId]) -> Result<()> {
    let events: Vec<_> = events.iter().map(|event| event.uuid()).collect();
    let ids = sqlx::query_scalar!(
        "select id from mails where event_id = any($1) and state = 'queued' order by created_at, id",
        &events
    )
    .fetch_all(&mut *connection)
    .await?;
    for id in ids {
        send_later(domain, connection, id.into()).await?;
    }
    Ok(())
}

/// Creates the jobs for all waiting mails, for a queue that was created anew; returns how many. An existing job is not created twice.
pub(crate) async fn queue_waiting_mails(tx: &mut Tx) -> Result<usize> {
    let ids = sqlx::query_scalar!("select id from mails where state = 'queued' order by created_at, id")
        .fetch_all(tx.connection())
        .await?;
    let domain = tx.domain().clone();
    for id in &ids {
        send_later(&domain, tx.connection(), MailId::from(*id)).await?;
    }
    Ok(ids.len())
}

async fn send_later(domain: &Domain, connection: &mut PgConnection, mail: MailId) -> Result<()> {
    let queue = WorkerUtils::new(domain.pool().clone(), QUEUE_SCHEMA);
    let spec = JobSpecBuilder::new().job_key(mail.to_string()).max_attempts(MAX_ATTEMPTS).build();
    queue.with_executor(connection).add_raw_job(SEND_MAIL_TASK, SendMail { mail }, spec).await.map_err(Error::internal)?;
    Ok(())
}
