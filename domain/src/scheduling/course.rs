//! What a visit changes in its appointment.

use super::{notices::Event, store::visits};
use crate::{
    Error, Result,
    access::{Action, Permit},
    db::Tx,
};
use model::{
    errors::Code,
    ids::EncounterId,
    scheduling::{AppointmentEvent, Unattended},
};

/// Changes the state of the appointment of a visit. A settled appointment occupies no time, so its reservation is deleted.
///
/// # Errors
/// `scheduling.appointment_settled` when the appointment was cancelled in the meantime.
pub(crate) async fn step<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>, event: AppointmentEvent) -> Result<()> {
    let next =
        visits::state(tx, permit).await?.next(event).map_err(|refused| Error::new(Code::AppointmentSettled).because(refused))?;
    visits::set_state(tx, permit, next).await?;
    if next.reservation().is_none() {
        visits::free(tx, permit).await?;
    }
    Ok(())
}

/// Closes the appointment of a visit that was not attended or not ended, and tells both sides.
///
/// # Errors
/// `scheduling.appointment_settled` when the appointment was cancelled in the meantime.
pub(crate) async fn close_unattended<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>, how: Unattended) -> Result<()> {
    step(tx, permit, how.event()).await?;
    let appointment = visits::appointment(tx, permit).await?;
    tx.emit(Event::AppointmentClosed { appointment, how }).await
}
