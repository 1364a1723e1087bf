//! Taking time off together with what becomes of the visits in it: each stays, moves or is cancelled, in one transaction and with one message.

use super::{
    block, cancel,
    days::known,
    locks, moving,
    moving::NewTime,
    notices::{Event, tell},
    rules,
    store::{self, cards::CardRow, moves::MovedRow},
    subjects::Timetable,
    timetable::DoctorTimes,
};
use crate::{
    Domain, Error, Result,
    access::{Access, Permit, ResourceKind, actions},
    audit::{Audit, AuditAction},
    db::Tx,
    error::Faults,
    idempotency::{self, Claimed},
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use model::{
    errors::{Code, FieldFault, Range},
    ids::{AppointmentId, DoctorId, PatientId},
    scheduling::{
        BlockNote, CancelMessage, DayException, ExceptionKind, LocalHours, Occupied, TimeRange,
        views::{TimeOffView, TouchedVisit},
    },
};
use serde::Serialize;

/// The most days of one time off.
const MOST_DAYS: i32 = 62;

/// From when until when a doctor is off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimeOff {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// The hours, if it is a part of one day.
    pub hours: Option<LocalHours>,
    /// The IANA time zone of all of it.
    pub zone: String,
}

/// What becomes of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Fate {
    /// It stays as it is.
    Keep,
    /// It is cancelled.
    Cancel,
    /// It moves to a free time outside of the time off.
    Move(Timestamp),
}

/// A visit in the time off, as the caller has seen it, and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct VisitFate {
    /// The appointment.
    pub appointment: AppointmentId,
    /// Its version.
    pub version: i32,
    /// What becomes of it.
    pub fate: Fate,
}

/// Takes time off.
#[derive(Debug, Clone)]
pub struct TakeTimeOff {
    /// From when until when.
    pub off: TimeOff,
    /// What the doctor writes for themselves, as typed; may be empty.
    pub note: String,
    /// What the patients are told whose visits move or are cancelled. Needed if there are any.
    pub message: String,
    /// Each visit that the time off touches.
    pub visits: Vec<VisitFate>,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

#[derive(Serialize)]
struct Request<'a> {
    off: &'a TimeOff,
    note: Option<&'a str>,
    message: Option<&'a str>,
    visits: &'a [VisitFate],
}

/// The visits that time off would touch, each with the next free time to which it could move. Nothing is changed.
///
/// # Errors
/// `request.fields_invalid` with the fields `first`, `last`, `until`, `zone`; `access.sign_in_needed`, `access.forbidden`.
pub async fn visits_in_time_off(domain: &Domain, access: &Access, off: TimeOff) -> Result<TimeOffView> {
    let doctor = access.acting_doctor()?;
    let zone = known(&off.zone)?;
    let mut tx = domain.begin_reading("scheduling.visits_in_time_off", access).await?;
    let Timetable(doctor) = tx.permit(actions::Read, Timetable(doctor)).await?.id();
    let range = check(&off, &zone, tx.now())?;
    let rows = touched(&mut tx, doctor, range).await?;
    let mut taken = Vec::new();
    let mut visits = Vec::with_capacity(rows.len());
    for row in rows {
        let next_free = next_free(&mut tx, row.card.id, range, &mut taken).await?;
        visits.push(TouchedVisit { card: row.card, version: row.version, next_free });
    }
    let cards: Vec<_> = visits.iter().map(|visit| visit.card.clone()).collect();
    super::read::end_list(tx, AuditAction::SchedulingHoursRead, &cards).await?;
    Ok(TimeOffView { range, visits })
}

/// Takes time off at all clinics of the acting doctor, and moves or cancels visits in it. All of it happens, or nothing. The patients of visits that move or are
/// cancelled get the same mails as if each were moved or cancelled alone, with the same message. It returns the visits that are still in the time off.
///
/// # Errors
/// `request.stale` if the visits are not exactly those that the time off touches, or one has another version; `request.fields_invalid` with the fields `first`,
/// `last`, `until`, `zone`, `note`, `message`, `clinic`; `request.idempotency_mismatch`; those of [`move_appointment`](super::move_appointment) about a new time;
/// `access.sign_in_needed`, `access.forbidden`.
pub async fn take_time_off(domain: &Domain, access: &Access, command: TakeTimeOff) -> Result<TimeOffView> {
    let doctor = access.acting_doctor()?;
    let zone = known(&command.off.zone)?;
    let mut tx = domain.begin("scheduling.take_time_off", access).await?;
    let Timetable(doctor) = tx.permit(actions::Read, Timetable(doctor)).await?.id();
    let range = check(&command.off, &zone, tx.now())?;
    let mut patients: Vec<PatientId> = touched(&mut tx, doctor, range).await?.iter().map(|row| row.card.patient.id).collect();
    patients.sort_unstable_by_key(|patient| patient.uuid());
    patients.dedup();
    // The locks come before the rows, as everywhere: the doctor's, then those of the patients in order.
    locks::lock_own(&mut tx, Some(doctor), None).await?;
    for patient in &patients {
        locks::lock_own(&mut tx, None, Some(*patient)).await?;
    }
    match taken(&mut tx, doctor, range, &command).await {
        Ok(entry) => {
            let rows = touched(&mut tx, doctor, range).await?;
            let left = |row: CardRow| TouchedVisit { card: row.card, version: row.version, next_free: None };
            let visits: Vec<TouchedVisit> = rows.into_iter().map(left).collect();
            match entry {
                Some(entry) => tx.commit(entry.patients(visits.iter().map(|visit| visit.card.patient.id))).await?,
                None => {
                    let cards: Vec<_> = visits.iter().map(|visit| visit.card.clone()).collect();
                    super::read::end_list(tx, AuditAction::SchedulingHoursRead, &cards).await?;
                }
            }
            Ok(TimeOffView { range, visits })
        }
        Err(error) => {
            // The locks are kept until the connection is used again. A rollback also takes back the events that were emitted before the refusal.
            tx.abandon().await?;
            Err(error)
        }
    }
}

/// Does it, and returns the audit entry; `None` if an earlier request with the same key has done it.
async fn taken(tx: &mut Tx, doctor: DoctorId, range: TimeRange, command: &TakeTimeOff) -> Result<Option<Audit>> {
    let permit = tx.permit(actions::Write, Timetable(doctor)).await?;
    let TakeTimeOff { off, note, message, visits, idempotency_key } = command;
    let mut faults = Faults::default();
    let note = faults.take("note", BlockNote::parse_optional(note)).flatten();
    let tells = visits.iter().any(|visit| visit.fate != Fate::Keep);
    let message = match (tells, message.trim().is_empty()) {
        (false, _) => None,
        (true, true) => {
            faults.add("message", FieldFault::Missing);
            None
        }
        (true, false) => faults.take("message", CancelMessage::parse(message)),
    };
    faults.check()?;
    let (key, words) = (idempotency_key.as_deref(), message.as_ref().map(CancelMessage::as_str));
    let request = Request { off, note: note.as_ref().map(BlockNote::as_str), message: words, visits };
    if let Claimed::Done(_) = idempotency::claim(tx, "scheduling.take_time_off", key, &request).await? {
        return Ok(None);
    }
    same_visits(&touched(tx, doctor, range).await?, visits)?;
    let id = block::insert(tx, &permit, range, note.as_ref()).await?;
    idempotency::finish(tx, key, id.uuid()).await?;
    let (mut moved, mut cancelled, mut patients) = (0_i64, 0_i64, Vec::new());
    for visit in visits {
        match visit.fate {
            Fate::Keep => {}
            Fate::Cancel => {
                let permit = tx.permit(actions::Cancel, visit.appointment).await?;
                cancel::call_off(tx, &permit, Some(visit.version), message.as_ref()).await?;
                tell(tx, Event::AppointmentCancelled { appointment: visit.appointment }, permit.patient()?).await?;
                patients.push(permit.patient()?);
                cancelled += 1;
            }
            Fate::Move(start) => {
                let permit = tx.permit(actions::Cancel, visit.appointment).await?;
                move_to(tx, &permit, visit.version, start, message.as_ref()).await?;
                patients.push(permit.patient()?);
                moved += 1;
            }
        }
    }
    tx.emit(Event::TimesChanged { doctor }).await?;
    let entry = Audit::of(AuditAction::SchedulingExceptionAdded)
        .on(ResourceKind::Schedule, doctor)
        .with_id("exception", id)
        .with("kind", "time_off")
        .with("starts_at", range.start())
        .with("ends_at", range.end())
        .with("moved", moved)
        .with("cancelled", cancelled);
    Ok(Some(entry.patients(patients)))
}

/// Moves a visit to a free time. The time off is in the database already, so no time in it is free.
async fn move_to(
    tx: &mut Tx,
    permit: &Permit<actions::Cancel, AppointmentId>,
    seen: i32,
    start: Timestamp,
    message: Option<&CancelMessage>,
) -> Result<()> {
    let row = store::moves::of(tx.connection(), permit.id()).await?;
    let kind = moving::check(tx, &row, false)?;
    if row.version != seen {
        return Err(Code::Stale.into());
    }
    let times = moving::times(tx, &row, false).await?;
    let open = times.at(row.clinic, start, tx.now())?;
    let visit = TimeRange::new(open.start, open.end).ok_or(Code::SlotUnknown)?;
    moving::put(tx, permit, &row, &times, NewTime { visit, kind, message, counts: false }).await
}

/// Checks that the caller has seen exactly the visits that are there.
fn same_visits(there: &[CardRow], seen: &[VisitFate]) -> Result<()> {
    let mut there: Vec<(AppointmentId, i32)> = there.iter().map(|row| (row.card.id, row.version)).collect();
    let mut seen: Vec<(AppointmentId, i32)> = seen.iter().map(|visit| (visit.appointment, visit.version)).collect();
    there.sort_unstable_by_key(|(id, _)| id.uuid());
    seen.sort_unstable_by_key(|(id, _)| id.uuid());
    if there == seen { Ok(()) } else { Err(Code::Stale.into()) }
}

/// The coming visits of the doctor that overlap a range, in order.
async fn touched(tx: &mut Tx, doctor: DoctorId, range: TimeRange) -> Result<Vec<CardRow>> {
    let now = tx.now();
    let binding = store::appointments::binding(tx.connection(), doctor, now).await?;
    let ids: Vec<AppointmentId> =
        binding.into_iter().filter(|(_, _, visit)| visit.overlaps(range)).map(|(id, _, _)| id).collect();
    let settings = tx.domain().settings().clone();
    let mut rows = store::cards::load(tx.connection(), &settings, &ids, now).await?;
    rows.sort_by_key(|row| (row.card.starts_at, row.card.id.uuid()));
    Ok(rows)
}

/// The first free time for a visit from its own time on, outside of the time off and of the times offered before. It is added to those.
async fn next_free(tx: &mut Tx, id: AppointmentId, off: TimeRange, offered: &mut Vec<Occupied>) -> Result<Option<Timestamp>> {
    let row: MovedRow = store::moves::of(tx.connection(), id).await?;
    let mut times: DoctorTimes = match moving::times(tx, &row, false).await {
        Ok(times) => times,
        // A doctor who cannot be booked now can still take time off; then no visit can move.
        Err(error) if is_about_standing(error.code()) => return Ok(None),
        Err(error) => return Err(error),
    };
    times.clinics.retain(|part| part.clinic == row.clinic);
    for part in &mut times.clinics {
        let away = rules::local_hours(off, &part.zone);
        part.exceptions.extend(away.into_iter().map(|(date, hours)| DayException { date, kind: ExceptionKind::Off { hours } }));
    }
    times.busy.extend(offered.iter().copied());
    let found = times.next_open_times_from(row.visit.start(), tx.now(), 1).into_iter().next();
    let visit = found.and_then(|time| TimeRange::new(time.start, time.end));
    offered.extend(visit.map(|visit| Occupied { visit, with_buffers: times.policy.doctor_range(visit) }));
    Ok(visit.map(TimeRange::start))
}

const fn is_about_standing(code: Code) -> bool {
    matches!(code, Code::DoctorUnverified | Code::DoctorUnavailable | Code::DoctorUnlicensed | Code::DoctorWithoutFee)
}

/// Checks the time off, and returns its instants.
fn check(off: &TimeOff, zone: &TimeZone, now: Timestamp) -> Result<TimeRange> {
    let today = zone.to_datetime(now).date();
    let last = today.saturating_add(block::YEARS_AHEAD.years());
    let mut faults = Faults::default();
    if off.first < today {
        faults.add("first", FieldFault::TooSmall(Range::dates(today, last)));
    } else if off.first > last {
        faults.add("first", FieldFault::TooLarge(Range::dates(today, last)));
    }
    let longest = off.first.saturating_add((MOST_DAYS - 1).days());
    if off.last < off.first {
        faults.add("last", FieldFault::TooSmall(Range::dates(off.first, longest)));
    } else if off.last > longest {
        faults.add("last", FieldFault::TooLarge(Range::dates(off.first, longest)));
    }
    if off.hours.is_some() && off.first != off.last {
        // Hours are those of one day.
        faults.add("until", FieldFault::UnknownChoice);
    }
    faults.check()?;
    let range = match off.hours {
        Some(hours) => block::range(off.first, hours, zone),
        None => TimeRange::of_days(off.first, off.last, zone),
    };
    let range = range.ok_or_else(|| Error::field("until", FieldFault::EndBeforeStart))?;
    if range.end() <= now { Err(Error::field("until", FieldFault::NotFuture)) } else { Ok(range) }
}
