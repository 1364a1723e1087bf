//! Notices in the app: the bell in the header counts those that were not read, and a page lists them.
//!
//! The dispatcher writes a notice together with the live events of its event, so a page that hears such an event finds it. A notice is shown only while its reader
//! may still act for the patient, and a guardian who sees appointments only is shown nothing about messages, prescriptions and letters.

use super::{choices::is_off, push};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    db::{ROWS_SWEPT, Tx, in_chunks},
    vault::Purpose,
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{DoctorId, EventId, NoticeId, PatientId, UserId},
    notices::{NoticeCursor, NoticeTopic, NoticeView},
    page::{Page, page_size},
};
use sqlx::PgConnection;
use uuid::Uuid;

/// How long notices are kept, as mails are.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// The count of unread notices ends here.
const MOST_COUNTED: i64 = 100;

/// One notice to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BellNotice {
    pub(crate) user: UserId,
    pub(crate) topic: NoticeTopic,
    /// `None` when the reader is told as the doctor.
    pub(crate) patient: Option<PatientId>,
    /// `None` in a conversation with the desk of a clinic.
    pub(crate) doctor: Option<DoctorId>,
    pub(crate) subject: Uuid,
    pub(crate) starts_at: Option<Timestamp>,
}

/// Which notices to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListNotices {
    /// The last notice of the page before.
    pub after: Option<NoticeCursor>,
    /// How many to list.
    pub limit: Option<u32>,
}

/// Who sees what: the parameters of `notice_shown`.
pub(super) struct Seen {
    pub(super) since: Timestamp,
    pub(super) kept: Timestamp,
    pub(super) teen: Date,
    pub(super) of_age: Date,
}

impl Seen {
    fn at(tx: &Tx) -> Self {
        Self::of(tx.domain(), tx.now())
    }

    pub(super) fn of(domain: &Domain, now: Timestamp) -> Self {
        let settings = domain.settings();
        let born_before = |years: i16| now.to_zoned(TimeZone::UTC).date().saturating_sub(years.years());
        Self {
            since: now - KEPT,
            kept: settings.treatment(now).kept,
            teen: born_before(settings.teen_years),
            of_age: born_before(settings.of_age_years),
        }
    }
}

/// Writes a notice, and a push message for each browser in which its reader wants them. An event that is passed on again writes the same notice and sends nothing.
/// Messages that come while one of their notices is not read yet need no other.
pub(super) async fn write(
    domain: &Domain,
    connection: &mut PgConnection,
    event: EventId,
    notice: BellNotice,
    at: Timestamp,
) -> Result<()> {
    let BellNotice { user, topic, patient, doctor, subject, starts_at } = notice;
    if let Some(switch) = topic.in_app()
        && is_off(connection, user, switch).await?
    {
        return Ok(());
    }
    let id = notice_id(domain, event, &notice);
    let browsers = sqlx::query_scalar!(
        "with told as (
           insert into notices (id, user_id, kind, patient_id, doctor_id, subject_id, starts_at, created_at)
           select $1::uuid, $2::uuid, $3::text, $4::uuid, $5::uuid, $6::uuid, $7::timestamptz, $8::timestamptz
           where $3::text not in ('message', 'conversation') or not exists (
             select from notices n where n.user_id = $2 and n.kind = $3 and n.subject_id = $6 and n.read_at is null)
           on conflict (id) do nothing
           returning user_id)
         select p.id as \"id!\" from told t join push_subscriptions p on p.user_id = t.user_id order by p.id",
        id.uuid(),
        user.uuid(),
        topic.as_str(),
        patient.map(PatientId::uuid),
        doctor.map(DoctorId::uuid),
        subject,
        starts_at.map(|starts_at| starts_at.to_sqlx()),
        at.to_sqlx()
    )
    .fetch_all(&mut *connection)
    .await?;
    if !browsers.is_empty() && !is_off(connection, user, topic.pushed()).await? {
        push::queue(domain, connection, &browsers, (id, topic)).await?;
    }
    Ok(())
}

/// The id of a notice. A doctor who acts for the patient is told on both sides.
fn notice_id(domain: &Domain, event: EventId, notice: &BellNotice) -> NoticeId {
    let (event, user) = (event.uuid(), notice.user.uuid());
    let patient = notice.patient.map_or(Uuid::nil(), PatientId::uuid);
    let parts: [&[u8]; 5] = [b"notice", event.as_bytes(), user.as_bytes(), patient.as_bytes(), notice.topic.as_str().as_bytes()];
    let seed = domain.vault().digest(Purpose::DerivedIds, &parts);
    let bytes = *seed.first_chunk::<16>().expect("an HMAC has 32 bytes");
    NoticeId::from(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// How many of the caller's notices were not read; counts end at 100.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn count_unread_notices(domain: &Domain, access: &Access) -> Result<u32> {
    let user = access.acting()?.user;
    let mut tx = domain.begin_reading("notifications.count_unread_notices", access).await?;
    let user = tx.permit(Read, user).await?.id();
    let (now, Seen { since, kept, teen, of_age }) = (tx.now(), Seen::at(&tx));
    let row = sqlx::query!(
        "select count(*) as \"unread!\" from (
           select from notices n
           where n.user_id = $1 and n.created_at > $2 and n.read_at is null
             and exists (select from notice_shown(n.user_id, n.kind, n.patient_id, $3, $4, $5, $6))
           limit $7) n",
        user.uuid(),
        since.to_sqlx(),
        now.to_sqlx(),
        kept.to_sqlx(),
        teen.to_sqlx(),
        of_age.to_sqlx(),
        MOST_COUNTED
    )
    .fetch_one(tx.connection())
    .await?;
    tx.close().await?;
    u32::try_from(row.unread).map_err(Error::internal)
}

/// The caller's notices of the last 90 days, the newest first.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn list_notices(domain: &Domain, access: &Access, command: ListNotices) -> Result<Page<NoticeView>> {
    let user = access.acting()?.user;
    let ListNotices { after, limit } = command;
    let size = page_size(limit);
    let mut tx = domain.begin_reading("notifications.list_notices", access).await?;
    let user = tx.permit(Read, user).await?.id();
    let (now, Seen { since, kept, teen, of_age }) = (tx.now(), Seen::at(&tx));
    let rows = sqlx::query!(
        "select n.id as \"id!\", n.kind as \"kind!\", n.patient_id as \"patient_id?\", d.name as \"doctor?\", n.subject_id as \"subject_id!\",
           n.starts_at as \"starts_at?\", n.created_at as \"created_at!\", n.read_at as \"read_at?\"
         from notices n left join doctor_name d on d.doctor_id = n.doctor_id
         where n.user_id = $1 and n.created_at > $2
           and exists (select from notice_shown(n.user_id, n.kind, n.patient_id, $3, $4, $5, $6))
           and ($7::timestamptz is null or (n.created_at, n.id) < ($7, $8::uuid))
         order by n.created_at desc, n.id desc limit $9",
        user.uuid(),
        since.to_sqlx(),
        now.to_sqlx(),
        kept.to_sqlx(),
        teen.to_sqlx(),
        of_age.to_sqlx(),
        after.map(|after| after.at.to_sqlx()),
        after.map(|after| after.id),
        i64::from(size) + 1
    )
    .fetch_all(tx.connection())
    .await?;
    tx.close().await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(NoticeView {
            id: row.id.into(),
            topic: NoticeTopic::parse(&row.kind).map_err(|_| Error::internal("an unknown kind of notice"))?,
            patient: row.patient_id.map(PatientId::from),
            doctor: row.doctor,
            subject: row.subject_id,
            starts_at: row.starts_at.map(jiff_sqlx::Timestamp::to_jiff),
            at: row.created_at.to_jiff(),
            read: row.read_at.is_some(),
        });
    }
    Ok(Page::cut(found, size, |view| view.cursor().to_string()))
}

/// Marks one of the caller's notices as read.
///
/// # Errors
/// `access.sign_in_needed`; `not_found` when the caller has no such notice.
pub async fn read_notice(domain: &Domain, access: &Access, id: NoticeId) -> Result<()> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("notifications.read_notice", access).await?;
    let (user, now) = (tx.permit(Write, user).await?.id(), tx.now());
    let done = sqlx::query!(
        "update notices set read_at = coalesce(read_at, $3) where id = $1 and user_id = $2",
        id.uuid(),
        user.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        tx.close().await?;
        return Err(Code::NotFound.into());
    }
    tx.commit(Audit::of(AuditAction::NotificationsNoticesRead).on(ResourceKind::Account, user).with_id("notice", id)).await
}

/// Whether a person may be told of this topic about a patient at this instant: they act for the patient, and it is not kept from a guardian who sees appointments only.
pub(crate) async fn may_be_told(
    domain: &Domain,
    connection: &mut PgConnection,
    (user, topic, patient): (UserId, NoticeTopic, PatientId),
    now: Timestamp,
) -> Result<bool> {
    let Seen { kept, teen, of_age, .. } = Seen::of(domain, now);
    let row = sqlx::query!(
        "select exists (select from notice_shown($1, $2, $3, $4, $5, $6, $7)) as \"shown!\"",
        user.uuid(),
        topic.as_str(),
        patient.uuid(),
        now.to_sqlx(),
        kept.to_sqlx(),
        teen.to_sqlx(),
        of_age.to_sqlx()
    )
    .fetch_one(connection)
    .await?;
    Ok(row.shown)
}

/// Marks a person's notices about one thing as read, because they have read the thing itself.
pub(crate) async fn read_about(
    connection: &mut PgConnection,
    user: UserId,
    (topic, subject): (NoticeTopic, Uuid),
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update notices set read_at = $4 where user_id = $1 and kind = $2 and subject_id = $3 and read_at is null",
        user.uuid(),
        topic.as_str(),
        subject,
        now.to_sqlx()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Marks the caller's notices as read, from this one (the newest that they saw) to the oldest; all of them if none is named.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn read_all_notices(domain: &Domain, access: &Access, newest: Option<NoticeCursor>) -> Result<()> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("notifications.read_all_notices", access).await?;
    let (user, now) = (tx.permit(Write, user).await?.id(), tx.now());
    let done = sqlx::query!(
        "update notices set read_at = $2
         where user_id = $1 and read_at is null and ($3::timestamptz is null or (created_at, id) <= ($3, $4::uuid))",
        user.uuid(),
        now.to_sqlx(),
        newest.map(|newest| newest.at.to_sqlx()),
        newest.map(|newest| newest.id)
    )
    .execute(tx.connection())
    .await?;
    let count = i64::try_from(done.rows_affected()).unwrap_or(i64::MAX);
    tx.commit(Audit::of(AuditAction::NotificationsNoticesRead).on(ResourceKind::Account, user).with("notices", count)).await
}

/// Deletes notices that are older than 90 days; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_notices(domain: &Domain) -> Result<u64> {
    let before = (domain.now() - KEPT).to_sqlx();
    in_chunks(|| async {
        let done = sqlx::query!(
            "delete from notices where id = any(array(select id from notices where created_at < $1 limit $2))",
            before,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    })
    .await
}
