//! What a doctor's row does for the timetable that scheduling keeps: it is locked while the hours change, and its version grows with them.

use crate::{
    Error, Result,
    access::{Action, Permit, Subject, actions::Write},
    db::Tx,
};
use model::{
    errors::Code,
    ids::{DoctorId, UserId},
    scheduling::BookingRules,
};

/// The user of a doctor. The lock does not block bookings, which only refer to the row's key.
pub(crate) async fn user_of_doctor(tx: &mut Tx, doctor: DoctorId, lock: bool) -> Result<Option<UserId>> {
    let user = if lock {
        sqlx::query_scalar!("select user_id from doctors where id = $1 for no key update", doctor.uuid())
            .fetch_optional(tx.connection())
            .await?
    } else {
        sqlx::query_scalar!("select user_id from doctors where id = $1", doctor.uuid()).fetch_optional(tx.connection()).await?
    };
    Ok(user.map(UserId::from))
}

/// Increments the version of the doctor whose data the permit is for, if it is still the one that was seen.
pub(crate) async fn next_doctor_version<A: Action, S: Subject>(tx: &mut Tx, permit: &Permit<A, S>, seen: i32) -> Result<()> {
    let doctor = permit.facts().doctor.ok_or_else(|| Error::internal("a timetable without its doctor"))?;
    let updated = sqlx::query!("update doctors set version = version + 1 where id = $1 and version = $2", doctor.uuid(), seen)
        .execute(tx.connection())
        .await?;
    if updated.rows_affected() == 1 { Ok(()) } else { Err(Code::Stale.into()) }
}

/// Changes how patients book the doctor whose data the permit is for, if the version is still the one that was seen ([`BookingRules::version`]), and increments it.
pub(crate) async fn change_booking_rules<S: Subject>(tx: &mut Tx, permit: &Permit<Write, S>, rules: &BookingRules) -> Result<()> {
    let doctor = permit.facts().doctor.ok_or_else(|| Error::internal("booking rules without their doctor"))?;
    let small = |number: u16| i16::try_from(number).map_err(Error::internal);
    let updated = sqlx::query!(
        "update doctors set buffer_before_minutes = $3, buffer_after_minutes = $4, notice_minutes = $5, horizon_days = $6, most_per_day = $7,
           version = version + 1
         where id = $1 and version = $2",
        doctor.uuid(),
        rules.version,
        small(rules.buffer_before_mins)?,
        small(rules.buffer_after_mins)?,
        i32::from(rules.notice_mins),
        small(rules.horizon_days)?,
        rules.most_per_day.map(small).transpose()?
    )
    .execute(tx.connection())
    .await?;
    if updated.rows_affected() == 1 { Ok(()) } else { Err(Code::Stale.into()) }
}
