//! Days off and extra hours.

use super::{
    hours::{clinics, end_with_view, own_clinic, today_at, view},
    notices::Event,
    store,
    subjects::Timetable,
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions},
    audit::{Audit, AuditAction},
    idempotency::{self, Claimed},
};
use jiff::ToSpan;
use model::{
    errors::{FieldFault, Range},
    ids::{ClinicId, ScheduleExceptionId},
    scheduling::{DayException, ExceptionKind, views::HoursView},
};
use serde::Serialize;

/// How far ahead the day may be.
const YEARS_AHEAD: i16 = 2;

/// Adds an exception from the weekly hours.
#[derive(Debug, Clone)]
pub struct AddException {
    /// The clinic.
    pub clinic: ClinicId,
    /// The date at the clinic, and what is different then.
    pub exception: DayException,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

#[derive(Serialize)]
struct Request {
    clinic: ClinicId,
    exception: DayException,
}

/// Adds a day off, hours off, or extra hours. Appointments stay, even those that no longer fit. Adding the same exception twice adds it once.
///
/// # Errors
/// `request.fields_invalid` with the fields `clinic`, `date`; `access.sign_in_needed`, `access.forbidden`.
pub async fn add_exception(domain: &Domain, access: &Access, command: AddException) -> Result<HoursView> {
    let doctor = access.acting_doctor()?;
    let AddException { clinic, exception, idempotency_key } = command;
    let key = idempotency_key.as_deref();
    let mut tx = domain.begin("scheduling.add_exception", access).await?;
    let permit = tx.permit(actions::Write, Timetable(doctor)).await?;
    if let Claimed::Done(_) = idempotency::claim(&mut tx, "scheduling.add_exception", key, &Request { clinic, exception }).await?
    {
        return end_with_view(tx, doctor).await;
    }
    let clinics = clinics(&mut tx, doctor).await?;
    let today = today_at(&tx, own_clinic(&clinics, clinic)?)?;
    let last = today.saturating_add(YEARS_AHEAD.years());
    if exception.date < today {
        return Err(Error::field("date", FieldFault::TooSmall(Range::dates(today, last))));
    }
    if exception.date > last {
        return Err(Error::field("date", FieldFault::TooLarge(Range::dates(today, last))));
    }
    let id = store::hours::insert_exception(&mut tx, &permit, clinic, exception).await?;
    idempotency::finish(&mut tx, key, id.uuid()).await?;
    tx.emit(Event::TimesChanged { doctor }).await?;

    let view = view(&mut tx, doctor).await?;
    let kind = match exception.kind {
        ExceptionKind::DayOff => "day_off",
        ExceptionKind::Off { .. } => "hours_off",
        ExceptionKind::Extra { .. } => "extra_hours",
    };
    let entry = Audit::of(AuditAction::SchedulingExceptionAdded)
        .on(ResourceKind::Schedule, doctor)
        .with_id("exception", id)
        .with("kind", kind);
    tx.commit(entry.patients(view.outside.iter().map(|card| card.patient.id))).await?;
    Ok(view)
}

/// Removes such an exception: the weekly hours apply again on that day.
///
/// # Errors
/// `not_found`; `access.sign_in_needed`, `access.forbidden`.
pub async fn remove_exception(domain: &Domain, access: &Access, id: ScheduleExceptionId) -> Result<HoursView> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin("scheduling.remove_exception", access).await?;
    let permit = tx.permit(actions::Write, Timetable(doctor)).await?;
    store::hours::delete_exception(&mut tx, &permit, id).await?;
    tx.emit(Event::TimesChanged { doctor }).await?;
    let view = view(&mut tx, doctor).await?;
    let entry = Audit::of(AuditAction::SchedulingExceptionRemoved).on(ResourceKind::Schedule, doctor).with_id("exception", id);
    tx.commit(entry.patients(view.outside.iter().map(|card| card.patient.id))).await?;
    Ok(view)
}
