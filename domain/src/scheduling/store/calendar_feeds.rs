//! Private calendar addresses, and the visits that they show.

use crate::{
    Result,
    access::{Permit, actions::Write},
    db::Tx,
    scheduling::{
        calendar_feeds::{FeedOf, FeedReader, FeedVisit},
        notices::AppointmentBrief,
    },
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{CalendarFeedId, DoctorId, PatientId, UserId},
    scheduling::FeedNames,
};
use sqlx::PgConnection;

/// The most visits in one feed.
const MOST_VISITS: i64 = 2_000;

/// A feed as it is stored.
pub(in crate::scheduling) struct FeedRow {
    pub(in crate::scheduling) id: CalendarFeedId,
    pub(in crate::scheduling) token_hash: Vec<u8>,
    pub(in crate::scheduling) names: FeedNames,
    pub(in crate::scheduling) made_at: Timestamp,
    pub(in crate::scheduling) read_at: Option<Timestamp>,
}

/// From when until when a feed has visits.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) struct FeedWindow {
    /// Visits that began before are left out, and so are visits that were cancelled before.
    pub(in crate::scheduling) since: Timestamp,
    /// Visits that begin at this instant or later are left out.
    pub(in crate::scheduling) until: Timestamp,
}

/// The feed that a user has of these visits.
pub(in crate::scheduling) async fn of_user(connection: &mut PgConnection, user: UserId, of: FeedOf) -> Result<Option<FeedRow>> {
    let row = sqlx::query!(
        "select id, token_hash, hides_names, made_at, read_at from calendar_feeds
         where user_id = $1 and (patient_id = $2 or doctor_id = $3)",
        user.uuid(),
        of.patient().map(PatientId::uuid),
        of.doctor().map(DoctorId::uuid)
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| FeedRow {
        id: row.id.into(),
        token_hash: row.token_hash,
        names: names(row.hides_names),
        made_at: row.made_at.to_jiff(),
        read_at: row.read_at.map(jiff_sqlx::Timestamp::to_jiff),
    }))
}

/// Inserts a new feed. The user must have none of these visits.
pub(in crate::scheduling) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Write, UserId>,
    of: FeedOf,
    id: CalendarFeedId,
    token_hash: &[u8; 32],
    names: FeedNames,
) -> Result<()> {
    let (user, now) = (permit.id(), tx.now());
    sqlx::query!(
        "insert into calendar_feeds (id, user_id, patient_id, doctor_id, token_hash, hides_names, made_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)",
        id.uuid(),
        user.uuid(),
        of.patient().map(PatientId::uuid),
        of.doctor().map(DoctorId::uuid),
        &token_hash[..],
        names == FeedNames::Hidden,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Changes what the entries of a feed of the user are called; returns whether it exists.
pub(in crate::scheduling) async fn set_names(
    tx: &mut Tx,
    permit: &Permit<Write, UserId>,
    id: CalendarFeedId,
    names: FeedNames,
) -> Result<bool> {
    let (user, now) = (permit.id(), tx.now());
    let changed = sqlx::query!(
        "update calendar_feeds set hides_names = $3, changed_at = $4 where id = $1 and user_id = $2",
        id.uuid(),
        user.uuid(),
        names == FeedNames::Hidden,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Deletes a feed of the user; returns whether it existed.
pub(in crate::scheduling) async fn delete(tx: &mut Tx, permit: &Permit<Write, UserId>, id: CalendarFeedId) -> Result<bool> {
    let user = permit.id();
    let deleted = sqlx::query!("delete from calendar_feeds where id = $1 and user_id = $2", id.uuid(), user.uuid())
        .execute(tx.connection())
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// The feed with this secret, if its owner may still see the visits at this instant: the account exists and is not suspended, and the user acts for the patient
/// or is the doctor.
pub(in crate::scheduling) async fn readable(
    connection: &mut PgConnection,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<FeedReader>> {
    let row = sqlx::query!(
        "select f.id, f.user_id, f.patient_id, f.doctor_id, f.hides_names, f.changed_at, f.read_at, u.language as \"language!\"
         from calendar_feeds f join account u on u.user_id = f.user_id and u.suspended_at is null
         where f.token_hash = $1 and (
           exists (select from patient_identity p cross join representatives(p.patient_id, $2) r
             where p.patient_id = f.patient_id and p.deleted_at is null and r = f.user_id)
           or exists (select from doctor_name d join role_held m on m.user_id = d.user_id
             where d.doctor_id = f.doctor_id and d.user_id = f.user_id and m.role = 'doctor'))",
        &token_hash[..],
        now.to_sqlx()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.and_then(|row| {
        let of = match (row.patient_id, row.doctor_id) {
            (Some(patient), _) => FeedOf::Patient(patient.into()),
            (None, Some(doctor)) => FeedOf::Doctor(doctor.into()),
            (None, None) => return None,
        };
        Some(FeedReader {
            id: row.id.into(),
            user: row.user_id.into(),
            of,
            names: names(row.hides_names),
            language: row.language,
            changed_at: row.changed_at.to_jiff(),
            read_at: row.read_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }))
}

/// The visits of a feed, with their patients, in order.
pub(in crate::scheduling) async fn visits(
    connection: &mut PgConnection,
    of: FeedOf,
    window: FeedWindow,
) -> Result<Vec<(PatientId, FeedVisit)>> {
    let rows = sqlx::query!(
        "select a.id, a.patient_id, a.version, a.mode, a.state, a.starts_at, a.ends_at,
           greatest(a.booked_at, a.revised_at, a.cancelled_at) as \"revised_at!\", d.name as \"doctor!\",
           c.name as \"clinic!\", c.address_lines as \"address_lines!\", c.time_zone as \"time_zone!\"
         from appointments a join doctor_name d on d.doctor_id = a.doctor_id join clinic_address c on c.clinic_id = a.clinic_id
         where (a.patient_id = $1 or a.doctor_id = $2) and a.starts_at >= $3 and a.starts_at < $4
           and (a.cancelled_at is null or a.cancelled_at >= $3)
         order by a.starts_at, a.id limit $5",
        of.patient().map(PatientId::uuid),
        of.doctor().map(DoctorId::uuid),
        window.since.to_sqlx(),
        window.until.to_sqlx(),
        MOST_VISITS
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let brief = AppointmentBrief {
                id: row.id.into(),
                version: row.version,
                doctor: row.doctor,
                to_doctor: of.doctor().is_some(),
                clinic: row.clinic,
                address: row.address_lines,
                time_zone: row.time_zone,
                mode: super::visit_types::mode(&row.mode)?,
                fee: None,
                starts_at: row.starts_at.to_jiff(),
                ends_at: row.ends_at.to_jiff(),
                revised_at: row.revised_at.to_jiff(),
                cancelled_by: None,
            };
            Ok((row.patient_id.into(), FeedVisit { brief, state: super::cards::state(&row.state)? }))
        })
        .collect()
}

/// Notes that the feed was read.
pub(in crate::scheduling) async fn note_read(tx: &mut Tx, feed: &FeedReader) -> Result<()> {
    let now = tx.now();
    sqlx::query!("update calendar_feeds set read_at = $2 where id = $1", feed.id.uuid(), now.to_sqlx())
        .execute(tx.connection())
        .await?;
    Ok(())
}

const fn names(hides: bool) -> FeedNames {
    if hides { FeedNames::Hidden } else { FeedNames::Shown }
}
