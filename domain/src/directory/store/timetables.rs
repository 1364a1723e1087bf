//! What a doctor's row does for the timetable that scheduling keeps: it is locked while the hours change, and its version grows with them.

use crate::{
    Error, Result,
    access::{Permit, Subject, actions::Write},
    db::Tx,
};
use model::{
    errors::Code,
    ids::{DoctorId, UserId},
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
pub(crate) async fn next_doctor_version<S: Subject>(tx: &mut Tx, permit: &Permit<Write, S>, seen: i32) -> Result<()> {
    let doctor = permit.facts().doctor.ok_or_else(|| Error::internal("a timetable without its doctor"))?;
    let updated = sqlx::query!("update doctors set version = version + 1 where id = $1 and version = $2", doctor.uuid(), seen)
        .execute(tx.connection())
        .await?;
    if updated.rows_affected() == 1 { Ok(()) } else { Err(Code::Stale.into()) }
}
