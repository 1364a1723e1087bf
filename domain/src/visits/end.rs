//! Ending the visit.

use super::{notices::Event, read, store};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::End},
    audit::{Audit, AuditAction},
    idempotency::{self, Claimed},
    scheduling,
};
use model::{
    errors::Code,
    ids::EncounterId,
    scheduling::AppointmentEvent,
    visits::views::{Outcome, VisitState, VisitView},
};
use serde::Serialize;

/// Ends a visit as its doctor.
#[derive(Debug, Clone, Serialize)]
pub struct EndVisit {
    /// The visit.
    pub encounter: EncounterId,
    /// With a diagnosis, or without one.
    pub outcome: Outcome,
    /// The idempotency key of the form.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Ends the visit: the room closes for both, the appointment is completed.
///
/// # Errors
/// `not_found`; `access.forbidden` for the patient; `visits.nobody_waiting` when nobody was admitted; `visits.ended`; `visits.diagnosis_missing`
/// when no diagnosis is recorded and the doctor did not state that there is none.
pub async fn end(domain: &Domain, access: &Access, command: EndVisit) -> Result<VisitView> {
    let id = command.encounter;
    let key = command.idempotency_key.as_deref();
    let mut tx = domain.begin("visits.end", access).await?;
    let permit = tx.permit(End, id).await?;
    if let Claimed::Done(_) = idempotency::claim(&mut tx, "visits.end", key, &command).await? {
        return read::finish_reading(tx, &permit).await;
    }
    let row = store::load(&mut tx, &permit).await?;
    let patient = row.patient;
    match row.course.state(tx.now(), domain.settings()) {
        VisitState::Admitted => {}
        VisitState::Ended => return Err(Code::VisitEnded.into()),
        VisitState::Closed { .. } | VisitState::Open | VisitState::Waiting { .. } | VisitState::Over => {
            return Err(Code::VisitNobodyWaiting.into());
        }
    }
    let now = tx.now();
    let diagnosed = store::is_diagnosed(&mut tx, &permit).await?;
    if !diagnosed && command.outcome == Outcome::Diagnosed {
        return Err(Code::DiagnosisMissing.into());
    }
    store::set_ended(&mut tx, &permit, now).await?;
    scheduling::step(&mut tx, &permit, AppointmentEvent::Complete).await?;
    idempotency::finish(&mut tx, key, id.uuid()).await?;
    tx.emit(Event::VisitEnded { encounter: id }).await?;
    let row = store::load(&mut tx, &permit).await?;
    let view = read::view(&mut tx, &permit, row).await?;
    let outcome = if diagnosed { "diagnosed" } else { "no_diagnosis" };
    tx.commit(Audit::of(AuditAction::VisitsEnded).on(ResourceKind::Visit, id).patient(patient).with("outcome", outcome)).await?;
    Ok(view)
}
