//! Mails: what is to be sent to whom. One row per event and recipient; its id, and with it the Message-ID, stays the same however often
//! it is tried.

use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::Audit,
    db::{QUEUE_SCHEMA, Tx},
    identity::links,
    vault::Purpose,
};
use graphile_worker::{JobSpecBuilder, WorkerUtils};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::{AppointmentId, EventId, MailId, UserId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// The queue's name for the job that sends one mail.
pub const SEND_MAIL_TASK: &str = "send_mail";

/// After so many tries a mail is dead: an admin sees it and can send it again.
pub const MAX_ATTEMPTS: i16 = 12;

/// The job's payload.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SendMail {
    /// Which mail.
    pub mail: MailId,
}

/// What kinds of mail there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    /// The link that confirms an address.
    ConfirmEmail,
    /// Somebody tried to sign up with an address that has an account.
    SignUpRepeated,
    /// The link to a new password.
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

    /// The kind as it stands in the database.
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

/// A mail that is to be sent.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Its id; the Message-ID is made of it.
    pub id: MailId,
    /// The recipient's address as it was typed.
    pub to: String,
    /// The recipient's name.
    pub name: String,
    /// The recipient's language.
    pub language: String,
    /// The recipient's zone.
    pub time_zone: String,
    /// When it was queued: the mail's date.
    pub created_at: Timestamp,
    /// What it says.
    pub content: MailContent,
}

/// What a mail says. No medical content beyond time, doctor and link.
#[derive(Debug, Clone)]
pub enum MailContent {
    /// The link that confirms an address.
    ConfirmEmail {
        /// The link's token.
        token: String,
    },
    /// Somebody tried to sign up with this address.
    SignUpRepeated,
    /// The link to a new password.
    ResetPassword {
        /// The link's token.
        token: String,
    },
    /// The password was changed.
    PasswordChanged,
    /// The application was accepted.
    DoctorVerified {
        /// The admin's words.
        reason: String,
    },
    /// The application was refused.
    DoctorRefused {
        /// The admin's words.
        reason: String,
    },
    /// The account was suspended.
    UserSuspended {
        /// The admin's words.
        reason: String,
    },
    /// The account was restored.
    UserRestored {
        /// The admin's words.
        reason: String,
    },
    /// An appointment was booked.
    AppointmentBooked(AppointmentBrief),
    /// An appointment was cancelled.
    AppointmentCancelled(AppointmentBrief),
}

/// What a mail says of an appointment.
#[derive(Debug, Clone)]
pub struct AppointmentBrief {
    /// The appointment.
    pub id: AppointmentId,
    /// Grows with every change; the calendar file's SEQUENCE (RFC 5545 §3.8.7.4).
    pub version: i32,
    /// The doctor's name.
    pub doctor: String,
    /// Whether the recipient is the doctor.
    pub to_doctor: bool,
    /// The clinic's name.
    pub clinic: String,
    /// From.
    pub starts_at: Timestamp,
    /// Until.
    pub ends_at: Timestamp,
}

/// How the mails stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailQueue {
    /// Waiting, or being tried again.
    pub queued: i64,
    /// Given up.
    pub dead: i64,
    /// The oldest that waits.
    pub oldest_queued_at: Option<Timestamp>,
}

/// Notes a mail; the same event and recipient give the same mail.
pub(super) async fn queue(
    domain: &Domain,
    connection: &mut PgConnection,
    event: EventId,
    user: UserId,
    kind: MailKind,
    subject: Option<Uuid>,
    now: Timestamp,
) -> Result<MailId> {
    let seed = domain
        .vault()
        .mac(Purpose::DerivedIds, &[b"mail", event.uuid().as_bytes(), user.uuid().as_bytes(), kind.as_str().as_bytes()]);
    let bytes = *seed.first_chunk::<16>().expect("an HMAC has 32 bytes");
    let id = MailId::from(uuid::Builder::from_custom_bytes(bytes).into_uuid());
    sqlx::query!(
        "insert into mails (id, event_id, kind, subject_id, user_id, state, created_at) values ($1, $2, $3, $4, $5, 'queued', $6)
         on conflict (id) do nothing",
        id.uuid(),
        event.uuid(),
        kind.as_str(),
        subject,
        user.uuid(),
        now.to_sqlx()
    )
    .execute(connection)
    .await?;
    Ok(id)
}

/// The mail of a job, with what it says as of now; `None` when it was sent before or what it tells of is gone.
///
/// # Errors
/// `database.unavailable`.
pub async fn mail_to_send(domain: &Domain, id: MailId) -> Result<Option<Mail>> {
    let Some(row) = sqlx::query!(
        "select m.kind, m.subject_id, m.user_id, m.created_at, u.email, u.display_name, u.language, u.time_zone
         from mails m join users u on u.id = m.user_id where m.id = $1 and m.state <> 'sent' and u.deleted_at is null",
        id.uuid()
    )
    .fetch_optional(domain.pool())
    .await?
    else {
        return Ok(None);
    };
    let kind = MailKind::parse(&row.kind)?;
    let content = content(domain, kind, row.subject_id, row.user_id.into()).await?;
    Ok(content.map(|content| Mail {
        id,
        to: row.email,
        name: row.display_name,
        language: row.language,
        time_zone: row.time_zone,
        created_at: row.created_at.to_jiff(),
        content,
    }))
}

async fn content(domain: &Domain, kind: MailKind, subject: Option<Uuid>, user: UserId) -> Result<Option<MailContent>> {
    let subject = || subject.ok_or_else(|| Error::internal("a mail without its subject"));
    let content = match kind {
        MailKind::SignUpRepeated => MailContent::SignUpRepeated,
        MailKind::PasswordChanged => MailContent::PasswordChanged,
        MailKind::ConfirmEmail => MailContent::ConfirmEmail { token: links::token(domain, subject()?) },
        MailKind::ResetPassword => MailContent::ResetPassword { token: links::token(domain, subject()?) },
        MailKind::DoctorDecided => {
            let row = sqlx::query!("select decision, reason from verification_decisions where id = $1", subject()?)
                .fetch_one(domain.pool())
                .await?;
            let reason = row.reason;
            if row.decision == "verified" {
                MailContent::DoctorVerified { reason }
            } else {
                MailContent::DoctorRefused { reason }
            }
        }
        MailKind::UserSuspended | MailKind::UserRestored => {
            let row =
                sqlx::query!("select kind, reason from suspensions where id = $1", subject()?).fetch_one(domain.pool()).await?;
            let reason = row.reason;
            if row.kind == "suspended" { MailContent::UserSuspended { reason } } else { MailContent::UserRestored { reason } }
        }
        MailKind::AppointmentBooked | MailKind::AppointmentCancelled => {
            let Some(row) = sqlx::query!(
                "select a.id, a.version, a.starts_at, a.ends_at, d.full_name as doctor, d.user_id as doctor_user, c.name as clinic
                 from appointments a join doctors d on d.id = a.doctor_id join clinics c on c.id = a.clinic_id
                 where a.id = $1",
                subject()?
            )
            .fetch_optional(domain.pool())
            .await?
            else {
                return Ok(None);
            };
            let brief = AppointmentBrief {
                id: row.id.into(),
                version: row.version,
                doctor: row.doctor,
                to_doctor: row.doctor_user == user.uuid(),
                clinic: row.clinic,
                starts_at: row.starts_at.to_jiff(),
                ends_at: row.ends_at.to_jiff(),
            };
            if kind == MailKind::AppointmentBooked {
                MailContent::AppointmentBooked(brief)
            } else {
                MailContent::AppointmentCancelled(brief)
            }
        }
    };
    Ok(Some(content))
}

/// The mail left the house.
///
/// # Errors
/// `database.unavailable`; the job then tries again, and the recipient recognises the Message-ID.
pub async fn mark_sent(domain: &Domain, id: MailId) -> Result<()> {
    sqlx::query!(
        "update mails set state = 'sent', sent_at = $2, attempts = attempts + 1, last_error = null where id = $1 and state <> 'sent'",
        id.uuid(),
        domain.now().to_sqlx()
    )
    .execute(domain.pool())
    .await?;
    Ok(())
}

/// The mail could not be sent; after [`MAX_ATTEMPTS`] it is dead. `error` is a provider's answer or a code, without personal data.
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

/// How the mails stand; for health.
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

/// An admin sends all dead mails again; how many.
///
/// # Errors
/// `access.forbidden` for who is not an admin.
pub async fn replay_dead_mails(domain: &Domain, access: &Access) -> Result<usize> {
    access.scope(ResourceKind::System)?;
    let mut tx = domain.begin("notifications.replay_dead_mails", access).await?;
    let rows = sqlx::query!("update mails set state = 'queued', attempts = 0 where state = 'dead' returning id")
        .fetch_all(tx.connection())
        .await?;
    for row in &rows {
        send_later(&mut tx, row.id.into()).await?;
    }
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    tx.commit(Audit::of("notifications.dead_mails_replayed").with("mails", count)).await?;
    Ok(rows.len())
}

/// Makes the jobs of the mails that wait, for a queue that was made anew; how many. A job that is there already is not made twice.
pub(crate) async fn queue_waiting_mails(tx: &mut Tx) -> Result<usize> {
    let ids = sqlx::query_scalar!("select id from mails where state = 'queued' order by created_at, id")
        .fetch_all(tx.connection())
        .await?;
    for id in &ids {
        send_later(tx, MailId::from(*id)).await?;
    }
    Ok(ids.len())
}

async fn send_later(tx: &mut Tx, mail: MailId) -> Result<()> {
    let queue = WorkerUtils::new(tx.domain().pool().clone(), QUEUE_SCHEMA);
    let spec = JobSpecBuilder::new().job_key(mail.to_string()).max_attempts(MAX_ATTEMPTS).build();
    queue.with_executor(tx.connection()).add_raw_job(SEND_MAIL_TASK, SendMail { mail }, spec).await.map_err(Error::internal)?;
    Ok(())
}
