//! Cancelling an appointment.

use super::{
    notices::{Event, tell},
    read, rooms, rules, store,
};
use crate::{
    Domain, Error, Result,
    access::{Access, Permit, ResourceKind, actions},
    audit::{Audit, AuditAction},
    db::Tx,
    idempotency::{self, Claimed},
};
use model::{
    errors::{Code, FieldFault},
    ids::AppointmentId,
    scheduling::{CancelMessage, views::AppointmentView},
};
use serde::Serialize;

/// Cancels an appointment.
#[derive(Debug, Clone)]
pub struct CancelAppointment {
    /// The appointment.
    pub appointment: AppointmentId,
    /// The version that the caller has seen, if any.
    pub version: Option<i32>,
    /// What the caller tells the other side. Only a patient need not say anything.
    pub message: Option<String>,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

#[derive(Serialize)]
struct Request<'a> {
    appointment: AppointmentId,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// Cancels an appointment that has not begun. Its time is free at once; the appointment stays in the list of past ones. Cancelling after the notice
/// period has begun is allowed, and the page says so.
///
/// # Errors
/// `not_found`, `access.forbidden`, `scheduling.appointment_settled`, `request.stale`; `request.fields_invalid` with the field `message`.
pub async fn cancel(domain: &Domain, access: &Access, command: CancelAppointment) -> Result<AppointmentView> {
    let key = command.idempotency_key.as_deref();
    let mut tx = domain.begin("scheduling.cancel", access).await?;
    let permit = tx.permit(actions::Cancel, command.appointment).await?;
    let message = parse_message(command.message.as_deref())?;
    // A patient may leave without a word; who sends a patient away says why.
    if message.is_none() && access.acting()?.patient != Some(permit.patient()?) {
        return Err(Error::field("message", FieldFault::Missing));
    }
    let request = Request { appointment: command.appointment, message: message.as_ref().map(CancelMessage::as_str) };
    if let Claimed::Done(done) = idempotency::claim(&mut tx, "scheduling.cancel", key, &request).await? {
        return read::end_with_view(tx, done.into()).await;
    }
    let late = call_off(&mut tx, &permit, command.version, message.as_ref()).await?;
    idempotency::finish(&mut tx, key, command.appointment.uuid()).await?;
    tell(&mut tx, Event::AppointmentCancelled { appointment: command.appointment }, permit.patient()?).await?;

    let view = read::view(&mut tx, command.appointment).await?;
    let entry = Audit::of(AuditAction::SchedulingAppointmentCancelled).patient(permit.patient()?);
    let entry = entry.on(ResourceKind::Appointment, command.appointment).with("notice", if late { "late" } else { "in_time" });
    tx.commit(entry).await?;
    Ok(view)
}

pub(super) fn parse_message(typed: Option<&str>) -> Result<Option<CancelMessage>> {
    let Some(typed) = typed.filter(|typed| !typed.trim().is_empty()) else { return Ok(None) };
    CancelMessage::parse(typed).map(Some).map_err(|fault| Error::field("message", fault))
}

/// Frees the time and marks the appointment as cancelled; returns whether it was too late for the notice period.
pub(super) async fn call_off(
    tx: &mut Tx,
    permit: &Permit<actions::Cancel, AppointmentId>,
    seen: Option<i32>,
    message: Option<&CancelMessage>,
) -> Result<bool> {
    let (id, now) = (permit.id(), tx.now());
    let current = store::appointments::current(tx.connection(), id).await?;
    rules::check_cancel(current.state, current.starts_at, now)?;
    if seen.is_some_and(|seen| seen != current.version) {
        return Err(Code::Stale.into());
    }
    let room = store::reservations::delete_of(tx, permit).await?;
    let by = tx.access().acting().ok().map(|acting| acting.user);
    store::appointments::set_cancelled(tx, permit, by, message).await?;
    rooms::given_back(tx, room).await?;
    let setting = tx.domain().settings().cancel_notice_hours;
    Ok(now > rules::cancel_in_time_until(current.starts_at, current.cancel_notice_hours, setting))
}
