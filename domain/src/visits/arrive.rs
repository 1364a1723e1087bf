//! Entering and leaving the waiting room.

use super::{notices::Event, read, rules::Course, store};
use crate::{
    Domain, Result,
    access::{Access, Action, Permit, ResourceKind, actions::Arrive},
    audit::{Audit, AuditAction},
    db::Tx,
    settings::Settings,
};
use jiff::Timestamp;
use model::{
    ids::{EncounterId, RequestId},
    visits::views::{VisitState, VisitView},
};

/// The patient enters the waiting room. Arriving again changes nothing.
///
/// # Errors
/// `not_found`; `access.forbidden` for the doctor; `visits.closed`, `visits.ended`.
pub async fn arrive(domain: &Domain, access: &Access, id: EncounterId) -> Result<VisitView> {
    let mut tx = domain.begin("visits.arrive", access).await?;
    let permit = tx.permit(Arrive, id).await?;
    let row = store::load(&mut tx, &permit).await?;
    row.course.check_arrival(tx.now(), domain.settings())?;
    if row.course.arrived_at.is_some() {
        return read::finish_reading(tx, &permit).await;
    }
    let now = tx.now();
    store::set_arrived(&mut tx, &permit, Some(now)).await?;
    tx.emit(Event::PatientArrived { encounter: id }).await?;
    finish(tx, &permit, AuditAction::VisitsPatientArrived).await
}

/// The patient leaves the waiting room. After the admission this changes nothing: the visit goes on until the doctor ends it. Whoever came to the clinic
/// stays checked in.
///
/// # Errors
/// `not_found`; `access.forbidden` for the doctor.
pub async fn leave(domain: &Domain, access: &Access, id: EncounterId) -> Result<VisitView> {
    let mut tx = domain.begin("visits.leave", access).await?;
    let permit = tx.permit(Arrive, id).await?;
    let row = store::load(&mut tx, &permit).await?;
    if !leaves(&row.course, tx.now(), domain.settings()) {
        return read::finish_reading(tx, &permit).await;
    }
    store::set_arrived(&mut tx, &permit, None).await?;
    tx.emit(Event::PatientLeft { encounter: id }).await?;
    finish(tx, &permit, AuditAction::VisitsPatientLeft).await
}

/// A patient whose pages are all gone leaves the waiting room; whether they were in it. For the server, which sees the pages: nobody acts here, so the audit log
/// names no user.
///
/// # Errors
/// `not_found`; `database.unavailable`.
pub async fn leave_absent(domain: &Domain, id: EncounterId) -> Result<bool> {
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin("visits.leave_absent", &access).await?;
    let permit = tx.permit(Arrive, id).await?;
    let row = store::load(&mut tx, &permit).await?;
    if !leaves(&row.course, tx.now(), domain.settings()) {
        tx.close().await?;
        return Ok(false);
    }
    store::set_arrived(&mut tx, &permit, None).await?;
    tx.emit(Event::PatientLeft { encounter: id }).await?;
    tx.commit(Audit::of(AuditAction::VisitsPatientLeft).on(ResourceKind::Visit, id).patient(row.patient)).await?;
    Ok(true)
}

/// Whether the patient is in a waiting room that they can leave.
fn leaves(course: &Course, now: Timestamp, settings: &Settings) -> bool {
    matches!(course.state(now, settings), VisitState::Waiting { .. }) && course.is_on_video()
}

async fn finish<A: Action>(mut tx: Tx, permit: &Permit<A, EncounterId>, action: AuditAction) -> Result<VisitView> {
    let row = store::load(&mut tx, permit).await?;
    let patient = row.patient;
    let view = read::view(&mut tx, permit, row).await?;
    tx.commit(Audit::of(action).on(ResourceKind::Visit, permit.id()).patient(patient)).await?;
    Ok(view)
}
