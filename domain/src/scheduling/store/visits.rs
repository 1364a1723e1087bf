//! The appointment of a visit, whose permit the area of visits holds.

use super::cards;
use crate::{
    Error, Result,
    access::{Action, Permit, Subject, actions::Read},
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{AppointmentId, EncounterId},
    scheduling::AppointmentState,
};

/// Locks the appointment of a visit, and returns its state.
pub(in crate::scheduling) async fn state<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>) -> Result<AppointmentState> {
    let state = sqlx::query_scalar!(
        "select a.state from appointments a join visit_course v on v.appointment_id = a.id where v.encounter_id = $1 for update of a",
        permit.id().uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    cards::state(&state)
}

/// The appointment of a visit.
pub(in crate::scheduling) async fn appointment<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>) -> Result<AppointmentId> {
    let id = sqlx::query_scalar!(
        "select appointment_id as \"appointment_id!\" from visit_course where encounter_id = $1",
        permit.id().uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(id.into())
}

/// Changes the state of the appointment of a visit.
pub(in crate::scheduling) async fn set_state<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, EncounterId>,
    state: AppointmentState,
) -> Result<()> {
    let now = tx.now();
    let done = sqlx::query!(
        "update appointments a set state = $2, cancelled_at = case when $2 = 'cancelled' then $3::timestamptz end, version = a.version + 1
         from visit_course v where v.encounter_id = $1 and a.id = v.appointment_id",
        permit.id().uuid(),
        state.as_str(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::internal("a visit without its appointment")) }
}

/// Deletes the reservation of the appointment of a visit.
pub(in crate::scheduling) async fn free<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>) -> Result<()> {
    sqlx::query!(
        "delete from reservations r using visit_course v where v.encounter_id = $1 and r.appointment_id = v.appointment_id",
        permit.id().uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The appointment of a visit, and its encrypted reason.
pub(in crate::scheduling) async fn reason<S: Subject>(
    tx: &mut Tx,
    permit: &Permit<Read, S>,
    encounter: EncounterId,
) -> Result<(AppointmentId, Vec<u8>)> {
    let row = sqlx::query!(
        "select a.id, a.reason_cipher from appointments a join visit_course v on v.appointment_id = a.id
         where v.encounter_id = $1 and a.patient_id = $2",
        encounter.uuid(),
        permit.patient()?.uuid()
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Code::NotFound)?;
    Ok((row.id.into(), row.reason_cipher))
}
