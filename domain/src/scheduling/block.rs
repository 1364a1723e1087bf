//! Blocking a part of a day, so that nobody can book it.

use super::{
    days::known,
    hours::{clinics, end_with_view, view},
    notices::Event,
    rules, store,
    subjects::Timetable,
};
use crate::{
    Domain, Error, Result,
    access::{Access, Permit, ResourceKind, actions},
    audit::{Audit, AuditAction},
    db::Tx,
    error::Faults,
    idempotency::{self, Claimed},
};
use jiff::{
    ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};
use model::{
    errors::{FieldFault, Range},
    ids::ScheduleExceptionId,
    scheduling::{BlockNote, LocalHours, TimeRange, views::HoursView},
};
use serde::Serialize;

/// How far ahead the day may be.
pub(super) const YEARS_AHEAD: i16 = 2;

/// Blocks a part of a day.
#[derive(Debug, Clone)]
pub struct BlockTime {
    /// The date.
    pub date: Date,
    /// From when until when.
    pub hours: LocalHours,
    /// The IANA time zone of date and hours.
    pub zone: String,
    /// What the doctor writes for themselves, as typed; may be empty.
    pub note: String,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

#[derive(Serialize)]
struct Request<'a> {
    date: Date,
    hours: LocalHours,
    zone: &'a str,
    note: Option<&'a str>,
}

/// Blocks a part of a day at all clinics of the acting doctor: it becomes time off. Appointments stay, as they do on a day off. It is undone with
/// [`remove_exception`](super::remove_exception).
///
/// # Errors
/// `request.fields_invalid` with the fields `date`, `until`, `note`, `zone`, `clinic`; `access.sign_in_needed`, `access.forbidden`.
pub async fn block(domain: &Domain, access: &Access, command: BlockTime) -> Result<HoursView> {
    let doctor = access.acting_doctor()?;
    let BlockTime { date, hours, zone: zone_name, note, idempotency_key } = command;
    let (zone, key) = (known(&zone_name)?, idempotency_key.as_deref());
    let mut tx = domain.begin("scheduling.block", access).await?;
    let permit = tx.permit(actions::Write, Timetable(doctor)).await?;
    let mut faults = Faults::default();
    let note = faults.take("note", BlockNote::parse_optional(&note)).flatten();
    let today = tx.now().to_zoned(zone.clone()).date();
    let range = range(date, hours, &zone);
    let last = today.saturating_add(YEARS_AHEAD.years());
    if date < today {
        faults.add("date", FieldFault::TooSmall(Range::dates(today, last)));
    } else if date > last {
        faults.add("date", FieldFault::TooLarge(Range::dates(today, last)));
    } else if range.is_some_and(|range| range.end() <= tx.now()) {
        faults.add("until", FieldFault::NotFuture);
    }
    faults.check()?;
    let range = range.ok_or_else(|| Error::field("until", FieldFault::EndBeforeStart))?;

    let request = Request { date, hours, zone: &zone_name, note: note.as_ref().map(BlockNote::as_str) };
    if let Claimed::Done(_) = idempotency::claim(&mut tx, "scheduling.block", key, &request).await? {
        return end_with_view(tx, doctor).await;
    }
    let id = insert(&mut tx, &permit, range, note.as_ref()).await?;
    idempotency::finish(&mut tx, key, id.uuid()).await?;
    tx.emit(Event::TimesChanged { doctor }).await?;

    let view = view(&mut tx, doctor).await?;
    let entry = Audit::of(AuditAction::SchedulingExceptionAdded)
        .on(ResourceKind::Schedule, doctor)
        .with_id("exception", id)
        .with("kind", "blocked_time");
    tx.commit(entry.patients(view.outside.iter().map(|card| card.patient.id))).await?;
    Ok(view)
}

/// Makes a range time off at all clinics of the doctor, as one exception.
pub(super) async fn insert(
    tx: &mut Tx,
    permit: &Permit<actions::Write, Timetable>,
    range: TimeRange,
    note: Option<&BlockNote>,
) -> Result<ScheduleExceptionId> {
    let Timetable(doctor) = permit.id();
    let mut parts = Vec::new();
    for clinic in clinics(tx, doctor).await? {
        let there = rules::local_hours(range, &store::zone(&clinic.time_zone)?);
        if there.is_empty() {
            return Err(Error::field("until", FieldFault::EndBeforeStart));
        }
        parts.extend(there.into_iter().map(|(date, hours)| (clinic.id, date, hours)));
    }
    if parts.is_empty() {
        return Err(Error::field("clinic", FieldFault::Missing));
    }
    store::hours::insert_block(tx, permit, &parts, note).await
}

/// The instants of hours on a date; `None` when the clock skips them.
pub(super) fn range(date: Date, hours: LocalHours, zone: &TimeZone) -> Option<TimeRange> {
    let last = if hours.end() == Time::midnight() { date.saturating_add(1.day()) } else { date };
    let at = |date: Date, time| zone.to_timestamp(date.to_datetime(time)).ok();
    TimeRange::new(at(date, hours.start())?, at(last, hours.end())?)
}
