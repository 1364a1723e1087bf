//! Text messages (SMS). There is one row for each, written in the transaction of the use case that sends it, with the job that hands it to the provider.
//!
//! A message has the kind and the subject by which its area makes what it says; neither the text nor the number is stored here. What a provider reports later
//! ([`hear_of_text`]) only leads forward: a message that was delivered is not sent any more.

use super::jobs::run_at;
use crate::{
    Domain, Error, Result,
    db::{ROWS_SWEPT, Tx, Urgency, add_job, in_chunks},
    vault::Purpose,
};
use graphile_worker::JobSpecBuilder;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{
    identity::PhoneNumber,
    ids::{TextId, UserId},
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// The queue's name for the job that sends one text message.
pub const SEND_TEXT_TASK: &str = "send_text";

/// After this many attempts a message has failed.
pub const MAX_TEXT_ATTEMPTS: i16 = 6;

/// The time within which the messages of a number, and of all numbers, are limited.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How long messages are kept, as sent mails are.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// The job's payload.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SendText {
    /// The message to send.
    pub text: TextId,
}

/// A message to send.
pub(crate) struct NewText<'a> {
    /// The kind, which an area has declared.
    pub(crate) kind: &'static str,
    pub(crate) user: UserId,
    /// The id of the row that it is about.
    pub(crate) subject: Uuid,
    pub(crate) number: &'a PhoneNumber,
    pub(crate) urgency: Urgency,
}

/// A message that is not sent yet.
pub(crate) struct UnsentText {
    pub(crate) kind: String,
    pub(crate) user: UserId,
    pub(crate) subject: Uuid,
    /// The language of the account; `None` when it was deleted.
    pub(crate) language: Option<String>,
}

/// What a provider reports of a message that it has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextReport<'a> {
    /// It has left.
    Sent,
    /// It has arrived.
    Delivered,
    /// It has not arrived, with the provider's code.
    Failed(&'a str),
}

/// Whether another message may be sent to this number today, by the limits of the number and of all numbers.
pub(crate) async fn has_room_for_text(tx: &mut Tx, number: &PhoneNumber) -> Result<bool> {
    let (settings, since) = (tx.domain().settings().clone(), tx.now() - DAY);
    let indexes = tx.domain().vault().macs(Purpose::BlindIndex, &parts(number));
    let sent = sqlx::query!(
        "select count(*) as \"all!\", count(*) filter (where number_index = any($2)) as \"number!\" from texts where created_at > $1",
        since.to_sqlx(),
        &indexes
    )
    .fetch_one(tx.connection())
    .await?;
    if sent.all >= settings.texts_per_day {
        tracing::error!("no more text messages are sent today: sms.per_day is reached");
    }
    Ok(sent.all < settings.texts_per_day && sent.number < settings.texts_per_number_per_day)
}

/// Writes a message and its job. The job runs after the commit.
pub(crate) async fn write_text(tx: &mut Tx, text: NewText<'_>) -> Result<TextId> {
    let NewText { kind, user, subject, number, urgency } = text;
    let (id, now) = (tx.new_id::<TextId>(), tx.now());
    let index = tx.domain().vault().mac(Purpose::BlindIndex, &parts(number));
    sqlx::query!(
        "insert into texts (id, kind, user_id, subject_id, number_index, masked, state, created_at, changed_at, priority)
         values ($1, $2, $3, $4, $5, $6, 'queued', $7, $7, $8)",
        id.uuid(),
        kind,
        user.uuid(),
        subject,
        index,
        number.masked(),
        now.to_sqlx(),
        urgency.priority()
    )
    .execute(tx.connection())
    .await?;
    let domain = tx.domain().clone();
    send_later(&domain, tx.connection(), id, urgency.priority()).await?;
    Ok(id)
}

/// What the blind index of a number is made of. Not the same as for the numbers of patients, so that the two cannot be compared in the database.
fn parts(number: &PhoneNumber) -> [&[u8]; 2] {
    [b"text", number.as_str().as_bytes()]
}

/// The message of a job; `None` when it is not to be sent any more.
pub(crate) async fn unsent_text(connection: &mut PgConnection, id: TextId) -> Result<Option<UnsentText>> {
    let row = sqlx::query!(
        "select t.kind, t.user_id, t.subject_id, a.language as \"language?\" from texts t left join account a on a.user_id = t.user_id
         where t.id = $1 and t.state = 'queued'",
        id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| UnsentText { kind: row.kind, user: row.user_id.into(), subject: row.subject_id, language: row.language }))
}

/// Records that the provider has taken a message, with its id there if it has told one. Its report may have come before.
///
/// # Errors
/// `database.unavailable`; the job is then retried, and the recipient gets the message a second time.
pub async fn mark_text_sent(domain: &Domain, id: TextId, provider_id: Option<&str>) -> Result<()> {
    sqlx::query!(
        "update texts set state = case when state = 'queued' then 'sent' else state end, attempts = attempts + 1, provider_id = coalesce(left($2, 100), provider_id),
           error = case when state = 'queued' then null else error end, changed_at = $3
         where id = $1",
        id.uuid(),
        provider_id,
        domain.now().to_sqlx()
    )
    .execute(domain.pool())
    .await?;
    Ok(())
}

/// Records that a message could not be handed to the provider, which is tried again until [`MAX_TEXT_ATTEMPTS`]. `error` has no personal data.
///
/// # Errors
/// `database.unavailable`.
pub async fn mark_text_delayed(domain: &Domain, id: TextId, error: &str) -> Result<()> {
    sqlx::query!(
        "update texts set attempts = attempts + 1, error = left($2, 100), changed_at = $3,
           state = case when attempts + 1 >= $4 then 'failed' else 'queued' end
         where id = $1 and state = 'queued'",
        id.uuid(),
        error,
        domain.now().to_sqlx(),
        i32::from(MAX_TEXT_ATTEMPTS)
    )
    .execute(domain.pool())
    .await?;
    Ok(())
}

/// Records that a message is not sent, because its code, its link or its visit is over, or its number was removed.
///
/// # Errors
/// `database.unavailable`.
pub async fn mark_text_out_of_date(domain: &Domain, id: TextId) -> Result<()> {
    sqlx::query!(
        "update texts set state = 'out_of_date', error = null, changed_at = $2 where id = $1 and state = 'queued'",
        id.uuid(),
        domain.now().to_sqlx()
    )
    .execute(domain.pool())
    .await?;
    Ok(())
}

/// Records that a message will not be sent: the provider has refused it, with its code.
///
/// # Errors
/// `database.unavailable`.
pub async fn mark_text_failed(domain: &Domain, id: TextId, error: &str) -> Result<()> {
    sqlx::query!(
        "update texts set state = 'failed', attempts = attempts + 1, error = left($2, 100), changed_at = $3 where id = $1 and state = 'queued'",
        id.uuid(),
        error,
        domain.now().to_sqlx()
    )
    .execute(domain.pool())
    .await?;
    Ok(())
}

/// Records what the provider reports. Reports may come twice, in another order, and for messages that are unknown here, or that were sent again since.
///
/// # Errors
/// `database.unavailable`.
pub async fn hear_of_text(domain: &Domain, id: TextId, provider_id: &str, report: TextReport<'_>) -> Result<()> {
    let (state, error) = match report {
        TextReport::Sent => ("sent", None),
        TextReport::Delivered => ("delivered", None),
        TextReport::Failed(code) => ("failed", Some(code)),
    };
    sqlx::query!(
        "update texts set state = $3, error = left($4, 100), changed_at = $5, provider_id = left($2, 100)
         where id = $1 and (provider_id is null or provider_id = $2) and not ($2 = any(earlier_provider_ids))
           and (state = 'queued' or (state = 'sent' and $3 <> 'sent') or (state = 'failed' and $3 = 'delivered'))",
        id.uuid(),
        provider_id,
        state,
        error,
        domain.now().to_sqlx()
    )
    .execute(domain.pool())
    .await?;
    Ok(())
}

/// Creates the jobs for all waiting messages, for a queue that was created anew.
pub(crate) async fn queue_waiting_texts(tx: &mut Tx) -> Result<()> {
    let rows = sqlx::query!("select id, priority from texts where state = 'queued' order by created_at, id")
        .fetch_all(tx.connection())
        .await?;
    let domain = tx.domain().clone();
    for row in rows {
        send_later(&domain, tx.connection(), row.id.into(), row.priority).await?;
    }
    Ok(())
}

/// Deletes messages that are older than 90 days; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_texts(domain: &Domain) -> Result<u64> {
    let before = (domain.now() - KEPT).to_sqlx();
    in_chunks(|| async {
        let done = sqlx::query!(
            "delete from texts where id = any(array(select id from texts where created_at < $1 limit $2))",
            before,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    })
    .await
}

/// Puts the job of a message off, which uses up no attempt. The job that calls this ends; the new one has the same key.
///
/// # Errors
/// `database.unavailable`.
pub async fn put_off_text(domain: &Domain, text: TextId, until: Timestamp) -> Result<()> {
    let mut connection = domain.pool().acquire().await?;
    let priority = sqlx::query_scalar!("select priority from texts where id = $1", text.uuid());
    let Some(priority) = priority.fetch_optional(&mut *connection).await? else { return Ok(()) };
    add(domain, &mut connection, text, spec(text, priority).run_at(run_at(until)?)).await
}

pub(super) async fn send_later(domain: &Domain, connection: &mut PgConnection, text: TextId, priority: i16) -> Result<()> {
    add(domain, connection, text, spec(text, priority)).await
}

fn spec(text: TextId, priority: i16) -> JobSpecBuilder {
    JobSpecBuilder::new().job_key(text.to_string()).max_attempts(MAX_TEXT_ATTEMPTS).priority(priority)
}

async fn add(domain: &Domain, connection: &mut PgConnection, text: TextId, spec: JobSpecBuilder) -> Result<()> {
    add_job(domain, connection, (SEND_TEXT_TASK, SendText { text }), spec).await
}
