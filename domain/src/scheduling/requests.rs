//! Visits that a doctor confirms before they are agreed.
//!
//! A request occupies its time like an appointment. The doctor or reception confirms it, or refuses it by cancelling it with a message. One that nobody answers ends by
//! itself before the visit.

use super::{
    hold::Reservable,
    locks,
    notices::{Event, tell},
    read, rooms,
    store::{self, visit_type_versions, visit_types},
    subjects::Timetable,
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions},
    audit::{Audit, AuditAction},
    db::Tx,
    directory,
};
use jiff::{SignedDuration, Timestamp};
use model::{
    errors::Code,
    ids::{AppointmentId, RequestId, VisitTypeId},
    scheduling::{
        AppointmentEvent, AppointmentState, TimeRange,
        views::{AppointmentView, RequestsWaiting},
    },
};

/// A request is answered at least this long before its visit, so that the patient does not wait in vain.
const BEFORE_VISIT: SignedDuration = SignedDuration::from_mins(15);

/// Confirms a requested visit.
#[derive(Debug, Clone, Copy)]
pub struct ConfirmAppointment {
    /// The appointment.
    pub appointment: AppointmentId,
    /// The version that the caller has seen, if any.
    pub version: Option<i32>,
}

/// The state in which a visit of this type begins, and until when a request must be answered.
pub(super) fn first_state(tx: &Tx, time: &Reservable) -> (AppointmentState, Option<Timestamp>) {
    if !time.offered.needs_approval {
        return (AppointmentState::Confirmed, None);
    }
    let usual = tx.now() + SignedDuration::from_hours(tx.domain().settings().approval_hours);
    (AppointmentState::Requested, Some(usual.min(latest_answer(tx, time.visit))))
}

/// Until when a request for a visit at this time must be answered at the latest.
pub(super) fn latest_answer(tx: &Tx, visit: TimeRange) -> Timestamp {
    visit.start().checked_sub(BEFORE_VISIT).unwrap_or(tx.now()).max(tx.now())
}

/// What people are told about a new appointment.
pub(super) fn first_event(time: &Reservable, appointment: AppointmentId) -> Event {
    if time.offered.needs_approval {
        Event::AppointmentRequested { appointment }
    } else {
        Event::AppointmentBooked { appointment }
    }
}

/// Confirms a requested visit, for its doctor or the reception of its clinic. Of two confirmations, the second is refused.
///
/// # Errors
/// `not_found`, `access.forbidden`, `request.stale`; `scheduling.appointment_settled` when it is no request any more, or has begun.
pub async fn confirm(domain: &Domain, access: &Access, command: ConfirmAppointment) -> Result<AppointmentView> {
    let mut tx = domain.begin("scheduling.confirm", access).await?;
    let id = tx.permit(actions::Read, command.appointment).await?.id();
    let row = store::moves::of(tx.connection(), id).await?;
    // The locks come before the row, as everywhere.
    locks::lock(&mut tx, row.doctor, row.patient).await?;
    match confirmed(&mut tx, command).await {
        Ok(entry) => {
            let view = read::view(&mut tx, id).await?;
            tx.commit(entry).await?;
            Ok(view)
        }
        Err(error) => {
            // The locks are kept until the connection is used again.
            tx.close().await?;
            Err(error)
        }
    }
}

async fn confirmed(tx: &mut Tx, command: ConfirmAppointment) -> Result<Audit> {
    let permit = tx.permit(actions::Decide, command.appointment).await?;
    let (id, now) = (permit.id(), tx.now());
    let current = store::appointments::current(tx.connection(), id).await?;
    current.state.next(AppointmentEvent::Confirm).map_err(|refused| Error::new(Code::AppointmentSettled).because(refused))?;
    if now >= current.starts_at {
        return Err(Code::AppointmentSettled.into());
    }
    if command.version.is_some_and(|seen| seen != current.version) {
        return Err(Code::Stale.into());
    }
    store::requests::confirm(tx, &permit).await?;
    tell(tx, Event::AppointmentBooked { appointment: id }, permit.patient()?).await?;
    Ok(Audit::of(AuditAction::SchedulingAppointmentConfirmed).patient(permit.patient()?).on(ResourceKind::Appointment, id))
}

/// How many visits wait for the calling doctor's answer, and which one must be answered first. It names no patient, so reading it is not audited.
///
/// # Errors
/// `access.sign_in_needed`, `access.forbidden`.
pub async fn requests_waiting(domain: &Domain, access: &Access) -> Result<RequestsWaiting> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin_reading("scheduling.requests_waiting", access).await?;
    let permit = tx.permit(actions::Read, Timetable(doctor)).await?;
    let waiting = store::requests::waiting(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(waiting)
}

/// Ends requests that nobody has answered in time, and tells both sides; returns how many. For a worker; copies of the server may do it at the same time.
///
/// # Errors
/// `database.unavailable`.
pub async fn end_unanswered_requests(domain: &Domain) -> Result<u64> {
    let mut count = 0;
    for id in store::requests::unanswered(domain.pool(), domain.now()).await? {
        match end(domain, id).await {
            Ok(true) => count += 1,
            Ok(false) => {}
            Err(error) => {
                tracing::error!(appointment.id = %id, error.code = %error, error.cause = error.causes(), "a request could not be ended");
            }
        }
    }
    Ok(count)
}

async fn end(domain: &Domain, id: AppointmentId) -> Result<bool> {
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin("scheduling.end_unanswered_request", &access).await?;
    let permit = tx.permit(actions::Cancel, id).await?;
    // It may have been answered in the meantime; the permit has locked the row.
    let current = store::appointments::current(tx.connection(), id).await?;
    if current.state != AppointmentState::Requested {
        tx.close().await?;
        return Ok(false);
    }
    let room = store::reservations::delete_of(&mut tx, &permit).await?;
    store::appointments::set_cancelled(&mut tx, &permit, None, None).await?;
    rooms::given_back(&mut tx, room).await?;
    tell(&mut tx, Event::AppointmentCancelled { appointment: id }, permit.patient()?).await?;
    let entry = Audit::of(AuditAction::SchedulingRequestRunOut).patient(permit.patient()?);
    tx.commit(entry.on(ResourceKind::Appointment, id)).await?;
    Ok(true)
}

/// Says whether the calling doctor answers before a visit of a type is agreed. Visits that are booked already stay as they are. `version` is the one that the caller has
/// seen.
///
/// # Errors
/// `not_found` for a type that is not the doctor's; `request.stale`; `access.sign_in_needed`, `access.forbidden`.
pub async fn set_approval(domain: &Domain, access: &Access, id: VisitTypeId, needed: bool, version: i32) -> Result<()> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin("scheduling.set_approval", access).await?;
    let permit = tx.permit(actions::Write, Timetable(doctor)).await?;
    let before = visit_types::before(&mut tx, &permit).await?;
    let old = before.types.iter().find(|known| known.id == id).ok_or(Code::NotFound)?;
    directory::next_doctor_version(&mut tx, &permit, version).await?;
    visit_type_versions::keep_first(&mut tx, id, version).await?;
    store::requests::set_approval(&mut tx, &permit, id, needed).await?;
    visit_type_versions::keep(&mut tx, id, version).await?;
    let entry = Audit::of(AuditAction::SchedulingVisitTypeEdited).on(ResourceKind::Schedule, doctor).with_id("visit_type", id);
    tx.commit(entry.with("old_approval", i64::from(old.needs_approval)).with("approval", i64::from(needed))).await
}
