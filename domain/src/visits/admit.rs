//! Admitting the patient.

use super::{notices::Event, read, store};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Admit},
    audit::{Audit, AuditAction},
    scheduling,
};
use model::{
    errors::Code,
    ids::EncounterId,
    scheduling::AppointmentEvent,
    visits::views::{VisitState, VisitView},
};

/// The doctor admits the waiting patient: the appointment is now in visit, and both may join the call. Admitting again changes nothing. A visit that is not on
/// video has no waiting room, so its doctor begins it when they meet the patient.
///
/// # Errors
/// `not_found`; `access.forbidden` for the patient; `visits.nobody_waiting`, `visits.closed`, `visits.ended`; `scheduling.appointment_settled` when
/// the appointment was cancelled in the meantime.
pub async fn admit(domain: &Domain, access: &Access, id: EncounterId) -> Result<VisitView> {
    let mut tx = domain.begin("visits.admit", access).await?;
    let permit = tx.permit(Admit, id).await?;
    let row = store::load(&mut tx, &permit).await?;
    let patient = row.patient;
    match row.course.state(tx.now(), domain.settings()) {
        VisitState::Waiting { .. } => {}
        VisitState::Admitted => return read::finish_reading(tx, &permit).await,
        VisitState::Open if !row.course.is_on_video() => {
            let now = tx.now();
            store::set_arrived(&mut tx, &permit, Some(now)).await?;
        }
        VisitState::Open => return Err(Code::VisitNobodyWaiting.into()),
        VisitState::Closed { .. } | VisitState::Over => return Err(Code::VisitClosed.into()),
        VisitState::Ended => return Err(Code::VisitEnded.into()),
    }
    scheduling::step(&mut tx, &permit, AppointmentEvent::Begin).await?;
    store::set_admitted(&mut tx, &permit).await?;
    tx.emit(Event::PatientAdmitted { encounter: id }).await?;
    let row = store::load(&mut tx, &permit).await?;
    let view = read::view(&mut tx, &permit, row).await?;
    tx.commit(Audit::of(AuditAction::VisitsPatientAdmitted).on(ResourceKind::Visit, id).patient(patient)).await?;
    Ok(view)
}
