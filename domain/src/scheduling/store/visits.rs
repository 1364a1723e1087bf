//! The appointment of a visit, whose permit the area of visits holds.

use super::cards;
use crate::{
    Result,
    access::{Action, Permit},
    db::Tx,
};
use model::{
    ids::{AppointmentId, EncounterId},
    scheduling::AppointmentState,
};

/// Locks the appointment of a visit.
pub(in crate::scheduling) async fn appointment_of<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, EncounterId>,
) -> Result<(AppointmentId, AppointmentState)> {
    let row = sqlx::query!(
        "select a.id, a.state from appointments a join visit_course v on v.appointment_id = a.id where v.encounter_id = $1 for update of a",
        permit.id().uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok((row.id.into(), cards::state(&row.state)?))
}

/// Changes the state of the appointment that [`appointment_of`] has locked.
pub(in crate::scheduling) async fn set_state<A: Action>(
    tx: &mut Tx,
    _: &Permit<A, EncounterId>,
    appointment: AppointmentId,
    state: AppointmentState,
) -> Result<()> {
    sqlx::query!("update appointments set state = $2, version = version + 1 where id = $1", appointment.uuid(), state.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Deletes the reservation of the appointment that [`appointment_of`] has locked.
pub(in crate::scheduling) async fn free<A: Action>(
    tx: &mut Tx,
    _: &Permit<A, EncounterId>,
    appointment: AppointmentId,
) -> Result<()> {
    sqlx::query!("delete from reservations where appointment_id = $1", appointment.uuid()).execute(tx.connection()).await?;
    Ok(())
}
