//! Closing visits that were not attended, and those that nobody ended.

use super::store;
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::End},
    audit::{Audit, AuditAction},
    scheduling,
};
use jiff::SignedDuration;
use model::{
    ids::{EncounterId, RequestId},
    scheduling::{AppointmentEvent, Unattended},
};

/// How many visits one call closes at most; the next call closes the others.
const BATCH: i64 = 200;

/// Closes the visits whose time is over: those to which nobody was admitted do not take place, those that nobody ended end. A visit in person or by phone that
/// its doctor has not begun here is taken as held. The time is free again, and both
/// sides are told. Returns how many visits were closed. For a worker; copies of the server may do it at the same time.
///
/// Each visit has its own transaction, so that one that fails does not keep the others open.
///
/// # Errors
/// `database.unavailable`.
pub async fn close_unattended(domain: &Domain) -> Result<u64> {
    let (now, settings) = (domain.now(), domain.settings());
    let closed = now - SignedDuration::from_mins(settings.waiting_room_closes_minutes);
    let abandoned = now - SignedDuration::from_hours(settings.abandoned_visit_hours);
    let mut connection = domain.pool().acquire().await?;
    let overdue = store::overdue(&mut connection, closed, abandoned, BATCH).await?;
    drop(connection);
    let mut count = 0;
    for id in overdue {
        match close(domain, id).await {
            Ok(true) => count += 1,
            Ok(false) => {}
            Err(error) => {
                tracing::error!(visit.id = %id, error.code = %error, error.cause = error.causes(), "a visit could not be closed");
            }
        }
    }
    Ok(count)
}

/// Closes one visit; `false` if it is no longer overdue.
async fn close(domain: &Domain, id: EncounterId) -> Result<bool> {
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin("visits.close_unattended", &access).await?;
    let permit = tx.permit(End, id).await?;
    let row = store::load(&mut tx, &permit).await?;
    let (course, patient) = (row.course, row.patient);
    let Some(how) = course.unattended(row.first_arrived_at, tx.now(), domain.settings()) else {
        tx.close().await?;
        return Ok(false);
    };
    if how == Unattended::NotEnded {
        if course.admitted_at.is_none() {
            store::set_held(&mut tx, &permit, course.planned.start()).await?;
            scheduling::step(&mut tx, &permit, AppointmentEvent::Begin).await?;
        }
        // Nobody knows when the call was over, so the planned end stands for it.
        let ended_at = course.admitted_at.map_or(course.planned.end(), |admitted| admitted.max(course.planned.end()));
        store::set_ended(&mut tx, &permit, ended_at).await?;
    }
    scheduling::close_unattended(&mut tx, &permit, how).await?;
    let entry = Audit::of(AuditAction::VisitsUnattendedClosed).on(ResourceKind::Visit, id).patient(patient);
    tx.commit(entry.with("how", how.as_str())).await?;
    Ok(true)
}
