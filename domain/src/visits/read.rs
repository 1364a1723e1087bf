//! Looking at a visit.

use super::{
    rules::side_of,
    store::{self, VisitRow},
};
use crate::{
    Domain, Result,
    access::{Access, Action, Permit, ResourceKind, actions::Read},
    audit::{Audit, AuditAction},
    db::Tx,
};
use model::{
    ids::{AppointmentId, EncounterId},
    visits::views::{VisitState, VisitView},
};

/// A visit, as one of its two participants sees it.
///
/// # Errors
/// `not_found` for everyone else.
pub async fn visit(domain: &Domain, access: &Access, id: EncounterId) -> Result<VisitView> {
    let mut tx = domain.begin_reading("visits.visit", access).await?;
    let permit = tx.permit(Read, id).await?;
    finish_reading(tx, &permit).await
}

/// The visit of an appointment.
///
/// # Errors
/// `not_found` for callers who do not take part in it.
pub async fn visit_of_appointment(domain: &Domain, access: &Access, id: AppointmentId) -> Result<VisitView> {
    let mut tx = domain.begin_reading("visits.visit_of_appointment", access).await?;
    access.acting()?;
    let id = store::encounter_of(&mut tx, id).await?;
    let permit = tx.permit(Read, id).await?;
    finish_reading(tx, &permit).await
}

/// Returns the visit as it is now; nothing was changed.
pub(super) async fn finish_reading<A: Action>(mut tx: Tx, permit: &Permit<A, EncounterId>) -> Result<VisitView> {
    let row = store::load(&mut tx, permit).await?;
    let patient = row.patient;
    let view = view(&mut tx, permit, row).await?;
    tx.commit(Audit::read(AuditAction::VisitsRead).on(ResourceKind::Visit, permit.id()).patient(patient)).await?;
    Ok(view)
}

/// The view of a visit, with the queue while the patient waits.
pub(super) async fn view<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>, row: VisitRow) -> Result<VisitView> {
    let side = side_of(tx.access().acting()?, permit.facts())?;
    let queue = match row.course.state(tx.now(), tx.domain().settings()) {
        VisitState::Waiting { .. } => Some(store::queue(tx, &row).await?),
        VisitState::Closed { .. } | VisitState::Open | VisitState::Admitted | VisitState::Ended | VisitState::Over => None,
    };
    Ok(row.into_view(tx, side, queue))
}
