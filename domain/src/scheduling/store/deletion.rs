//! The appointments of a user who deletes their account.

use super::rooms::GivenBack;
use crate::{
    Result,
    access::{Permit, actions::Write},
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::ids::{AppointmentId, DoctorId, PatientId, UserId};

/// What a user is, apart from the patients for whom they act.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) struct Own {
    /// The user's own record.
    pub(in crate::scheduling) patient: Option<PatientId>,
    /// The user as a doctor.
    pub(in crate::scheduling) doctor: Option<DoctorId>,
}

pub(in crate::scheduling) async fn own(tx: &mut Tx, user: UserId) -> Result<Own> {
    let now = tx.now();
    let row = sqlx::query!(
        "select (select r.patient_id from represented($1, $2) r where r.own limit 1) as \"patient?\",
           (select d.doctor_id from doctor_name d where d.user_id = $1 limit 1) as \"doctor?\"",
        user.uuid(),
        now.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Own { patient: row.patient.map(PatientId::from), doctor: row.doctor.map(DoctorId::from) })
}

/// How many coming appointments there are of the user's own record.
pub(in crate::scheduling) async fn coming(tx: &mut Tx, own: Own) -> Result<i64> {
    let now = tx.now();
    Ok(sqlx::query_scalar!(
        "select count(*) as \"count!\" from appointments where patient_id = $1 and state in ('requested', 'confirmed') and starts_at > $2",
        own.patient.map(PatientId::uuid),
        now.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// How many visits the user has to hold as a doctor, those in progress included.
pub(in crate::scheduling) async fn to_hold(tx: &mut Tx, own: Own) -> Result<i64> {
    let now = tx.now();
    Ok(sqlx::query_scalar!(
        "select count(*) as \"count!\" from appointments
         where doctor_id = $1 and (state = 'in_visit' or (state in ('requested', 'confirmed') and ends_at > $2))",
        own.doctor.map(DoctorId::uuid),
        now.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Cancels the coming appointments of the user's own record and frees their times; returns them, the soonest first, and the rooms that they had.
pub(in crate::scheduling) async fn cancel(
    tx: &mut Tx,
    permit: &Permit<Write, UserId>,
    own: Own,
) -> Result<(Vec<AppointmentId>, Vec<GivenBack>)> {
    let Some(patient) = own.patient else { return Ok((Vec::new(), Vec::new())) };
    let now = tx.now();
    let mut cancelled = sqlx::query!(
        "update appointments set state = 'cancelled', cancelled_by = $2, cancelled_at = $3, version = version + 1
         where patient_id = $1 and state in ('requested', 'confirmed') and starts_at > $3 returning id, starts_at",
        patient.uuid(),
        permit.id().uuid(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    cancelled.sort_by_key(|row| (row.starts_at.to_jiff(), row.id));
    let ids: Vec<_> = cancelled.iter().map(|row| row.id).collect();
    let freed = sqlx::query!(
        "delete from reservations where appointment_id = any($1)
         returning room_id, lower(doctor_range) as \"starts_at!\", upper(doctor_range) as \"ends_at!\"",
        &ids
    )
    .fetch_all(tx.connection())
    .await?;
    let rooms = freed.into_iter().filter_map(|row| GivenBack::of(row.room_id, row.starts_at.to_jiff(), row.ends_at.to_jiff()));
    Ok((ids.into_iter().map(AppointmentId::from).collect(), rooms.collect()))
}
