//! Requested visits in the database.

use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Decide, Read, Write},
    },
    db::Tx,
    scheduling::subjects::Timetable,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{AppointmentId, ReservationId, VisitTypeId},
    scheduling::views::RequestsWaiting,
};
use sqlx::PgExecutor;

/// Confirms a request. Reservations are never changed, so its reservation is replaced by a confirmed one over the same time.
pub(in crate::scheduling) async fn confirm(tx: &mut Tx, permit: &Permit<Decide, AppointmentId>) -> Result<()> {
    let (id, reservation, now) = (permit.id(), tx.new_id::<ReservationId>(), tx.now());
    sqlx::query!(
        "update appointments set state = 'confirmed', answer_by = null, revised_at = $2, version = version + 1 where id = $1",
        id.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    let replaced = sqlx::query!(
        "with old as (
           delete from reservations where appointment_id = $1
           returning doctor_id, patient_id, doctor_range, patient_range, beside, appointment_id, visit_type_id, mode, room_id)
         insert into reservations (id, doctor_id, patient_id, doctor_range, patient_range, kind, beside, appointment_id, visit_type_id, mode, room_id)
         select $2, doctor_id, patient_id, doctor_range, patient_range, 'confirmed', beside, appointment_id, visit_type_id, mode, room_id from old",
        id.uuid(),
        reservation.uuid()
    )
    .execute(tx.connection())
    .await?;
    if replaced.rows_affected() == 1 { Ok(()) } else { Err(Error::internal("a request had no reservation")) }
}

/// Requests that nobody has answered in time.
pub(in crate::scheduling) async fn unanswered(executor: impl PgExecutor<'_>, now: Timestamp) -> Result<Vec<AppointmentId>> {
    let ids = sqlx::query_scalar!(
        "select id from appointments where state = 'requested' and answer_by <= $1 order by answer_by limit 500",
        now.to_sqlx()
    )
    .fetch_all(executor)
    .await?;
    Ok(ids.into_iter().map(AppointmentId::from).collect())
}

/// Says whether the doctor answers before a visit of a type is agreed.
pub(in crate::scheduling) async fn set_approval(
    tx: &mut Tx,
    permit: &Permit<Write, Timetable>,
    id: VisitTypeId,
    needed: bool,
) -> Result<()> {
    let Timetable(doctor) = permit.id();
    let done = sqlx::query!(
        "update visit_types set needs_approval = $3 where id = $1 and doctor_id = $2",
        id.uuid(),
        doctor.uuid(),
        needed
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Code::NotFound.into()) }
}

/// The requests of a doctor that nobody has answered.
pub(in crate::scheduling) async fn waiting(tx: &mut Tx, permit: &Permit<Read, Timetable>) -> Result<RequestsWaiting> {
    let Timetable(doctor) = permit.id();
    let row = sqlx::query!(
        "select count(*) as \"count!\", (array_agg(id order by answer_by nulls last, id))[1] as \"first?\"
         from appointments where doctor_id = $1 and state = 'requested'",
        doctor.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(RequestsWaiting { count: row.count, first: row.first.map(AppointmentId::from) })
}
