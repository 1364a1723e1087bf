//! Cancelling a visit of a series and all later ones.

use super::{end_with_view, is_to_come, may_see, view};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions},
    audit::{self, Audit, AuditAction},
    idempotency::{self, Claimed},
    scheduling::{
        cancel::{call_off, parse_message},
        notices::{Event, tell},
        store::{self, series::MemberRow},
    },
};
use jiff::Timestamp;
use model::{
    errors::{Code, FieldFault},
    ids::{AppointmentId, SeriesId},
    scheduling::{CancelMessage, SeriesView},
};
use serde::Serialize;

/// Cancels visits of a series.
#[derive(Debug, Clone)]
pub struct CancelSeries {
    /// The series.
    pub series: SeriesId,
    /// The first visit to cancel: this one and all that begin later. `None` for all that are still to come.
    pub from: Option<AppointmentId>,
    /// What the caller tells the other side. Only a patient need not say anything.
    pub message: Option<String>,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

#[derive(Serialize)]
struct Request<'a> {
    series: SeriesId,
    from: Option<AppointmentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// Cancels a visit of a series and all later ones that have not begun. For each of them the notice counts that was agreed when it was booked. Visits of the series that are
/// over or cancelled already stay as they are.
///
/// # Errors
/// `not_found`, also for a visit of another series; `access.forbidden`; `scheduling.appointment_settled` when none is left to cancel; `request.fields_invalid` with the field
/// `message`; `request.idempotency_mismatch`.
pub async fn cancel_series(domain: &Domain, access: &Access, command: CancelSeries) -> Result<SeriesView> {
    let CancelSeries { series, from, .. } = command;
    let key = command.idempotency_key.as_deref();
    let mut tx = domain.begin("scheduling.cancel_series", access).await?;
    let members = store::series::members(tx.connection(), series).await?;
    let permit = may_see(&mut tx, &members).await?;
    let patient = permit.patient()?;
    if !permit.may(tx.access(), actions::Cancel) {
        return Err(Code::Forbidden.into());
    }
    let message = parse_message(command.message.as_deref())?;
    if message.is_none() && access.acting()?.patient != Some(patient) {
        return Err(Error::field("message", FieldFault::Missing));
    }
    let request = Request { series, from, message: message.as_ref().map(CancelMessage::as_str) };
    if let Claimed::Done(_) = idempotency::claim(&mut tx, "scheduling.cancel_series", key, &request).await? {
        return end_with_view(tx, series).await;
    }
    let chosen = chosen(&members, from, tx.now())?;
    for member in &chosen {
        // This locks the row; a visit that was cancelled in the meantime is refused.
        let permit = tx.permit(actions::Cancel, member.id).await?;
        let late = call_off(&mut tx, &permit, None, message.as_ref()).await?;
        let entry = Audit::of(AuditAction::SchedulingAppointmentCancelled).patient(patient);
        let entry = entry.on(ResourceKind::Appointment, member.id).with_id("series", series);
        audit::store::insert(&mut tx, entry.with("notice", if late { "late" } else { "in_time" })).await?;
    }
    idempotency::finish(&mut tx, key, series.uuid()).await?;
    // One text message is enough; the mails tell of each visit.
    for (place, member) in chosen.iter().enumerate() {
        let event = Event::AppointmentCancelled { appointment: member.id };
        if place == 0 { tell(&mut tx, event, patient).await? } else { tx.emit(event).await? }
    }
    let view = view(&mut tx, series).await?;
    let entry = Audit::of(AuditAction::SchedulingSeriesCancelled).patient(patient).on(ResourceKind::Appointment, series.uuid());
    tx.commit(entry.with("visits", i64::try_from(chosen.len()).map_err(Error::internal)?)).await?;
    Ok(view)
}

/// The visits to cancel.
fn chosen(members: &[MemberRow], from: Option<AppointmentId>, now: Timestamp) -> Result<Vec<MemberRow>> {
    let since = match from {
        Some(id) => Some(members.iter().find(|member| member.id == id).ok_or(Code::NotFound)?.starts_at),
        None => None,
    };
    let is_chosen = |member: &MemberRow| is_to_come(*member, now) && since.is_none_or(|since| member.starts_at >= since);
    let chosen: Vec<MemberRow> = members.iter().copied().filter(is_chosen).collect();
    if chosen.is_empty() { Err(Code::AppointmentSettled.into()) } else { Ok(chosen) }
}
