//! Whether the patient came to a visit that is not on video: the reception of the clinic or the doctor notes it.

use super::{notices::Event, store};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Attend},
    audit::{Audit, AuditAction},
    scheduling,
};
use jiff::SignedDuration;
use model::{
    errors::Code,
    ids::EncounterId,
    scheduling::{Unattended, VisitMode},
    visits::views::VisitState,
};

/// How long before the planned start a patient can be checked in.
const CHECKED_IN_BEFORE: SignedDuration = SignedDuration::from_hours(2);
/// How long after the planned start the patient did not come. The sentences name it.
const ABSENT_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// Notes that the patient has come to the clinic: the doctor sees them among those who wait. Noting it again changes nothing.
///
/// # Errors
/// `not_found` for callers who are neither the doctor nor receptionists of the clinic; `visits.not_in_clinic`; `visits.closed` more than two hours before the
/// planned start, and for a visit that is cancelled or over; `visits.ended`.
pub async fn check_in(domain: &Domain, access: &Access, id: EncounterId) -> Result<()> {
    let mut tx = domain.begin("visits.check_in", access).await?;
    let permit = tx.permit(Attend, id).await?;
    let row = store::load(&mut tx, &permit).await?;
    if row.course.mode != VisitMode::InPerson {
        return Err(Code::VisitNotInClinic.into());
    }
    let now = tx.now();
    match row.course.state(now, domain.settings()) {
        VisitState::Open => {}
        VisitState::Closed { .. } if now >= row.course.planned.start() - CHECKED_IN_BEFORE => {}
        VisitState::Closed { .. } | VisitState::Over => return Err(Code::VisitClosed.into()),
        VisitState::Waiting { .. } | VisitState::Admitted => return tx.close().await,
        VisitState::Ended => return Err(Code::VisitEnded.into()),
    }
    store::set_arrived(&mut tx, &permit, Some(now)).await?;
    tx.emit(Event::PatientArrived { encounter: id }).await?;
    tx.commit(Audit::of(AuditAction::VisitsCheckedIn).on(ResourceKind::Visit, id).patient(row.patient)).await
}

/// Notes that the patient did not come, or did not answer the phone. The time is free again, and both sides are told by mail.
///
/// # Errors
/// `not_found` for callers who are neither the doctor nor receptionists of the clinic; `visits.on_video`; `visits.absent_too_soon` until ten minutes after the
/// planned start; `visits.patient_came`; `visits.closed` for a visit that is cancelled or over; `visits.ended`.
pub async fn mark_absent(domain: &Domain, access: &Access, id: EncounterId) -> Result<()> {
    let mut tx = domain.begin("visits.mark_absent", access).await?;
    let permit = tx.permit(Attend, id).await?;
    let row = store::load(&mut tx, &permit).await?;
    if row.course.is_on_video() {
        return Err(Code::VisitOnVideo.into());
    }
    let now = tx.now();
    match row.course.state(now, domain.settings()) {
        VisitState::Open if now >= row.course.planned.start() + ABSENT_AFTER => {}
        VisitState::Open | VisitState::Closed { .. } => return Err(Code::VisitAbsentTooSoon.into()),
        VisitState::Waiting { .. } | VisitState::Admitted => return Err(Code::VisitPatientCame.into()),
        VisitState::Over => return Err(Code::VisitClosed.into()),
        VisitState::Ended => return Err(Code::VisitEnded.into()),
    }
    scheduling::close_unattended(&mut tx, &permit, Unattended::PatientAbsent).await?;
    tx.commit(Audit::of(AuditAction::VisitsAbsenceNoted).on(ResourceKind::Visit, id).patient(row.patient)).await
}
