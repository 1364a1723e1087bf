//! Mails: what is sent to whom. There is one row per event and recipient, written in the transaction of the event. Its id (and so the Message-ID)
//! and its content stay the same, however often sending is tried.

use super::{
    choices::is_off,
    facts::{Facts, Recipient, recipient_now},
    jobs::run_at,
    notice::{Addressee, MailNotice, Notices},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    db::{Tx, add_job},
    vault::Purpose,
};
use graphile_worker::JobSpecBuilder;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    health::MOST_COUNTED,
    ids::{EventId, MailId, UserId},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
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

/// A mail that is not sent yet.
pub(crate) struct UnsentMail {
    /// The kind, which one of the areas has declared.
    pub(crate) kind: String,
    user: Option<UserId>,
    /// When its event happened.
    pub(crate) created_at: Timestamp,
    pub(crate) recipient: Recipient,
    subject: Option<Uuid>,
    facts: Option<Value>,
}

impl UnsentMail {
    /// The user to whom it is sent.
    pub(crate) fn user(&self) -> Result<UserId> {
        self.user.ok_or_else(|| Error::internal("a mail to an address without an account"))
    }

    /// The id of the row that it is about.
    pub(crate) fn subject(&self) -> Result<Uuid> {
        self.subject.ok_or_else(|| Error::internal("a mail without its subject"))
    }

    /// The facts that its area has stored; `None` when an earlier version of the server queued it, so that the facts as of now must do.
    pub(crate) fn facts<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        self.facts.clone().map(serde_json::from_value).transpose().map_err(Error::internal)
    }
}

/// The state of the mail queue. Counts end at [`MOST_COUNTED`].
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
pub(super) async fn write(
    domain: &Domain,
    connection: &mut PgConnection,
    event: EventId,
    what: &impl Notices,
    at: Timestamp,
) -> Result<()> {
    for notice in what.mails(connection, at).await? {
        let MailNotice { to, kind, subject, facts: of_area, switch, urgency } = notice;
        if let (Addressee::User(user), Some(switch)) = (&to, switch)
            && is_off(&mut *connection, *user, switch).await?
        {
            continue;
        }
        let (user, recipient) = match to {
            Addressee::User(user) => match recipient_now(connection, user).await? {
                Some(recipient) => (Some(user), recipient),
                None => continue,
            },
            Addressee::Address(recipient) => (None, recipient),
        };
        sqlx::query!(
            "insert into mails (id, event_id, kind, subject_id, user_id, state, created_at, facts, priority)
             values ($1, $2, $3, $4, $5, 'queued', $6, $7, $8) on conflict (id) do nothing",
            mail_id(domain, event, user, kind).uuid(),
            event.uuid(),
            kind,
            subject,
            user.map(UserId::uuid),
            at.to_sqlx(),
            serde_json::to_value(Facts { recipient, of_area }).map_err(Error::internal)?,
            urgency.priority()
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The id of a mail; the one mail of an event to an address without an account has no user.
fn mail_id(domain: &Domain, event: EventId, user: Option<UserId>, kind: &str) -> MailId {
    let user = user.map_or(Uuid::nil(), UserId::uuid);
    let event = event.uuid();
    let parts: [&[u8]; 4] = [b"mail", event.as_bytes(), user.as_bytes(), kind.as_bytes()];
    let seed = domain.vault().digest(Purpose::DerivedIds, &parts);
    let bytes = *seed.first_chunk::<16>().expect("an HMAC has 32 bytes");
    MailId::from(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The mail of a job; `None` when it was already sent, is out of date, or its recipient no longer exists.
pub(crate) async fn unsent(connection: &mut PgConnection, id: MailId) -> Result<Option<UnsentMail>> {
    let Some(row) = sqlx::query!(
        "select m.kind, m.subject_id, m.user_id, m.created_at, m.facts from mails m
         where m.id = $1 and m.state not in ('sent', 'out_of_date') and (m.user_id is null or exists (select from account u where u.user_id = m.user_id))",
        id.uuid()
    )
    .fetch_optional(&mut *connection)
    .await?
    else {
        return Ok(None);
    };
    let user = row.user_id.map(UserId::from);
    let (recipient, facts) = match row.facts {
        Some(stored) => {
            let Facts { recipient, of_area } = serde_json::from_value(stored).map_err(Error::internal)?;
            (Some(recipient), Some(of_area))
        }
        // An earlier version of the server queued it without facts.
        None => match user {
            Some(user) => (recipient_now(connection, user).await?, None),
            None => (None, None),
        },
    };
    let (kind, subject, created_at) = (row.kind, row.subject_id, row.created_at.to_jiff());
    Ok(recipient.map(|recipient| UnsentMail { kind, user, created_at, recipient, subject, facts }))
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

/// Notes that a mail that waits is not sent, because what it is about or its recipient is no more. Its facts are deleted.
pub(crate) async fn mark_out_of_date(connection: &mut PgConnection, id: MailId) -> Result<()> {
    sqlx::query!("update mails set state = 'out_of_date', facts = null where id = $1 and state = 'queued'", id.uuid())
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes a mail that is not to be sent any more.
pub(crate) async fn withdraw(connection: &mut PgConnection, id: MailId) -> Result<()> {
    sqlx::query!("delete from mails where id = $1 and state <> 'sent'", id.uuid()).execute(connection).await?;
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
         where id = $1 and state not in ('sent', 'out_of_date')",
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
        "select (select count(*) from (select from mails where state = 'queued' limit $1) q) as \"queued!\",
           (select count(*) from (select from mails where state = 'dead' limit $1) d) as \"dead!\",
           (select created_at from mails where state = 'queued' order by created_at limit 1) as \"oldest?\"",
        MOST_COUNTED
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
    let rows = sqlx::query!("update mails set state = 'queued', attempts = 0 where state = 'dead' returning id, priority")
        .fetch_all(tx.connection())
        .await?;
    for row in &rows {
        send_later(domain, tx.connection(), row.id.into(), row.priority).await?;
    }
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    tx.commit(Audit::of(AuditAction::NotificationsDeadMailsReplayed).with("mails", count)).await?;
    Ok(rows.len())
}

/// Creates the jobs for the mails of these events, which are being passed on.
pub(super) async fn queue_mails_of(domain: &Domain, connection: &mut PgConnection, events: &[EventId]) -> Result<()> {
    let events: Vec<_> = events.iter().map(|event| event.uuid()).collect();
    let rows = sqlx::query!(
        "select id, priority from mails where event_id = any($1) and state = 'queued' order by created_at, id",
        &events
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        send_later(domain, connection, row.id.into(), row.priority).await?;
    }
    Ok(())
}

/// Creates the jobs for all waiting mails, for a queue that was created anew; returns how many. An existing job is not created twice.
pub(crate) async fn queue_waiting_mails(tx: &mut Tx) -> Result<usize> {
    let rows = sqlx::query!("select id, priority from mails where state = 'queued' order by created_at, id")
        .fetch_all(tx.connection())
        .await?;
    let domain = tx.domain().clone();
    for row in &rows {
        send_later(&domain, tx.connection(), MailId::from(row.id), row.priority).await?;
    }
    Ok(rows.len())
}

/// Puts the job of a mail off, which uses up no attempt. The job that calls this ends; the new one has the same key, so there is never more than one to come.
///
/// # Errors
/// `database.unavailable`.
pub async fn put_off_mail(domain: &Domain, mail: MailId, until: Timestamp) -> Result<()> {
    let mut connection = domain.pool().acquire().await?;
    let priority = sqlx::query_scalar!("select priority from mails where id = $1", mail.uuid());
    // A mail that was withdrawn has no job.
    let Some(priority) = priority.fetch_optional(&mut *connection).await? else { return Ok(()) };
    add(domain, &mut connection, mail, spec(mail, priority).run_at(run_at(until)?)).await
}

pub(super) async fn send_later(domain: &Domain, connection: &mut PgConnection, mail: MailId, priority: i16) -> Result<()> {
    add(domain, connection, mail, spec(mail, priority)).await
}

fn spec(mail: MailId, priority: i16) -> JobSpecBuilder {
    JobSpecBuilder::new().job_key(mail.to_string()).max_attempts(MAX_ATTEMPTS).priority(priority)
}

async fn add(domain: &Domain, connection: &mut PgConnection, mail: MailId, spec: JobSpecBuilder) -> Result<()> {
    add_job(domain, connection, (SEND_MAIL_TASK, SendMail { mail }), spec).await
}
