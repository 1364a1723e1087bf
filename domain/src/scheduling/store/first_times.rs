//! The first free time of each doctor, as the search orders by it, and the doctors whose times have changed.

use crate::Result;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::DoctorId;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Held by the transaction that renews first times.
const LOCK: i64 = 0x6265_6473_6669_7273;

/// The most changes that one call of [`take_outdated`] takes.
const CHANGES: i64 = 2_000;

/// The first free time of a doctor.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) struct FirstTime {
    pub(in crate::scheduling) doctor: DoctorId,
    /// `None` when no time is free.
    pub(in crate::scheduling) starts_at: Option<Timestamp>,
    /// After this moment it must be computed anew.
    pub(in crate::scheduling) renew_at: Timestamp,
}

/// Whether a first time must be computed anew.
pub(in crate::scheduling) async fn any_outdated(connection: &mut PgConnection, now: Timestamp) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from changed_times) or exists (select from first_times where renew_at < $1) as \"any!\"",
        now.to_sqlx()
    )
    .fetch_one(connection)
    .await?)
}

/// Makes this transaction the only one that renews, until its end; false when another one does. Without this, one that has read older times could write last.
pub(in crate::scheduling) async fn lock(connection: &mut PgConnection) -> Result<bool> {
    let elected = sqlx::query_scalar!("select pg_try_advisory_xact_lock($1) as \"elected!\"", LOCK).fetch_one(connection).await?;
    Ok(elected)
}

/// Some doctors whose first times must be computed anew: changed ones, and at most `limit` whose time has passed, the earliest first. The changes are deleted,
/// so the caller writes the new times in the same transaction.
pub(in crate::scheduling) async fn take_outdated(
    connection: &mut PgConnection,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<DoctorId>> {
    let doctors = sqlx::query_scalar!(
        "with changed as (
           delete from changed_times where id in (select id from changed_times order by id limit $2) returning doctor_id)
         select doctor_id as \"doctor_id!\" from changed
         union
         (select doctor_id from first_times where renew_at < $1 order by starts_at limit $3)",
        now.to_sqlx(),
        CHANGES,
        limit
    )
    .fetch_all(connection)
    .await?;
    Ok(doctors.into_iter().map(DoctorId::from).collect())
}

/// Notes that the first times of all doctors must be computed again; returns how many doctors there are.
pub(in crate::scheduling) async fn note_all(connection: &mut PgConnection) -> Result<u64> {
    let noted =
        sqlx::query!("insert into changed_times (doctor_id) select doctor_id from doctor_name").execute(connection).await?;
    Ok(noted.rows_affected())
}

/// When the first of the holds of each doctor expires.
pub(in crate::scheduling) async fn held_until(
    connection: &mut PgConnection,
    doctors: &[DoctorId],
    now: Timestamp,
) -> Result<HashMap<DoctorId, Timestamp>> {
    let doctors: Vec<Uuid> = doctors.iter().map(|doctor| doctor.uuid()).collect();
    let rows = sqlx::query!(
        "select doctor_id, min(expires_at) as \"until!\" from reservations
         where doctor_id = any($1) and kind = 'held' and expires_at > $2 group by doctor_id",
        &doctors,
        now.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.doctor_id.into(), row.until.to_jiff())).collect())
}

/// Stores first times.
pub(in crate::scheduling) async fn write(connection: &mut PgConnection, times: &[FirstTime]) -> Result<()> {
    let doctors: Vec<Uuid> = times.iter().map(|time| time.doctor.uuid()).collect();
    let starts: Vec<Option<jiff_sqlx::Timestamp>> = times.iter().map(|time| time.starts_at.map(ToSqlx::to_sqlx)).collect();
    let renewals: Vec<jiff_sqlx::Timestamp> = times.iter().map(|time| time.renew_at.to_sqlx()).collect();
    sqlx::query!(
        "insert into first_times (doctor_id, starts_at, renew_at)
         select * from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[])
         on conflict (doctor_id) do update set starts_at = excluded.starts_at, renew_at = excluded.renew_at",
        &doctors,
        &starts as &[Option<jiff_sqlx::Timestamp>],
        &renewals as &[jiff_sqlx::Timestamp]
    )
    .execute(connection)
    .await?;
    Ok(())
}
