//! A doctor's day, week and month.

use super::{
    read::end_list,
    store::{self, cards::CardRow},
    timetable::ClinicTimes,
};
use crate::{Domain, Error, Result, access::Access, audit::AuditAction, db::Tx, vault::Column};
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use model::{
    errors::{FieldFault, Range},
    ids::DoctorId,
    scheduling::{
        BookingPolicy, ExceptionKind, Schedule, TimeRange,
        views::{AppointmentCard, BlockView, DayEntry, DoctorDay, DoctorMonth, DoctorWeek, ExceptionView, MonthDay},
    },
};

/// The acting doctor's appointments on a day in a time zone, with the reasons, the working hours and the time off; without a date, today.
///
/// # Errors
/// `access.sign_in_needed`, `access.forbidden`; `request.fields_invalid` with the fields `zone`, `day`.
pub async fn day_of_doctor(domain: &Domain, access: &Access, day: Option<Date>, zone: &str) -> Result<DoctorDay> {
    let doctor = access.acting_doctor()?;
    let zone = known(zone)?;
    let mut tx = domain.begin_reading("scheduling.day_of_doctor", access).await?;
    let date = day.unwrap_or_else(|| tx.now().to_zoned(zone.clone()).date());
    let rows = rows(&mut tx, doctor, date, date, &zone).await?;
    let patients: Vec<_> = rows.iter().map(|row| row.card.patient.id).collect();
    let keys = tx.patient_keys(&patients).await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let reason = match keys.get(&row.card.patient.id) {
            Some(key) => Some(key.decrypt(Column::AppointmentReason, row.card.id, &row.reason_cipher)?),
            None => None,
        };
        entries.push(DayEntry { card: row.card, reason });
    }
    let Frame { open, blocks } = frame(&mut tx, doctor, date, date, &zone).await?.of(date, &zone);
    let is_today = date == tx.now().to_zoned(zone).date();
    let now = tx.now();
    let late = if is_today { store::late::of(tx.connection(), doctor, now).await? } else { None };
    let cards: Vec<AppointmentCard> = entries.iter().map(|entry| entry.card.clone()).collect();
    end_list(tx, AuditAction::SchedulingDayRead, &cards).await?;
    Ok(DoctorDay { date, entries, open, blocks, late })
}

/// The acting doctor's week around a day, from Monday, in a time zone; without a date, this week. The reasons are not included.
///
/// # Errors
/// Those of [`day_of_doctor`].
pub async fn week_of_doctor(domain: &Domain, access: &Access, day: Option<Date>, zone: &str) -> Result<DoctorWeek> {
    let doctor = access.acting_doctor()?;
    let zone = known(zone)?;
    let mut tx = domain.begin_reading("scheduling.week_of_doctor", access).await?;
    let day = day.unwrap_or_else(|| tx.now().to_zoned(zone.clone()).date());
    let first = monday_of(day).ok_or_else(|| Error::field("day", FieldFault::TooSmall(Range::dates(Date::MIN, Date::MAX))))?;
    let last = first.saturating_add(6.days());
    let rows = rows(&mut tx, doctor, first, last, &zone).await?;
    let frame = frame(&mut tx, doctor, first, last, &zone).await?;
    let cards: Vec<AppointmentCard> = rows.into_iter().map(|row| row.card).collect();
    end_list(tx, AuditAction::SchedulingWeekRead, &cards).await?;
    let days = first
        .series(1.day())
        .take(7)
        .map(|date| {
            let on_it = |card: &&AppointmentCard| card.starts_at.to_zoned(zone.clone()).date() == date;
            let entries = cards.iter().filter(on_it).map(|card| DayEntry { card: card.clone(), reason: None }).collect();
            let Frame { open, blocks } = frame.of(date, &zone);
            DoctorDay { date, entries, open, blocks, late: None }
        })
        .collect();
    Ok(DoctorWeek { first, days })
}

/// The acting doctor's month around a day, in a time zone; without a date, this month. It says how many visits there are, and nothing about them or the patients.
///
/// # Errors
/// Those of [`day_of_doctor`].
pub async fn month_of_doctor(domain: &Domain, access: &Access, day: Option<Date>, zone: &str) -> Result<DoctorMonth> {
    let doctor = access.acting_doctor()?;
    let zone = known(zone)?;
    let mut tx = domain.begin_reading("scheduling.month_of_doctor", access).await?;
    let day = day.unwrap_or_else(|| tx.now().to_zoned(zone.clone()).date());
    let out_of_range = || Error::field("day", FieldFault::TooSmall(Range::dates(Date::MIN, Date::MAX)));
    let first = monday_of(day.first_of_month()).ok_or_else(out_of_range)?;
    let last = monday_of(day.last_of_month()).ok_or_else(out_of_range)?.saturating_add(6.days());
    let starts = match TimeRange::of_days(first, last, &zone) {
        Some(range) => store::appointments::starts_within(tx.connection(), doctor, range).await?,
        None => Vec::new(),
    };
    let frame = frame(&mut tx, doctor, first, last, &zone).await?;
    tx.close().await?;
    let dates: Vec<Date> = starts.into_iter().map(|start| start.to_zoned(zone.clone()).date()).collect();
    let days = first
        .series(1.day())
        .take_while(|date| *date <= last)
        .map(|date| {
            let Frame { open, blocks } = frame.of(date, &zone);
            let visits = u32::try_from(dates.iter().filter(|of| **of == date).count()).unwrap_or(u32::MAX);
            MonthDay { date, visits, works: !open.is_empty(), is_blocked: !blocks.is_empty() }
        })
        .collect();
    Ok(DoctorMonth { first: day.first_of_month(), days })
}

async fn rows(tx: &mut Tx, doctor: DoctorId, first: Date, last: Date, zone: &TimeZone) -> Result<Vec<CardRow>> {
    // A day that the time zone skipped has no visits.
    let Some(range) = TimeRange::of_days(first, last, zone) else { return Ok(Vec::new()) };
    let (settings, now) = (tx.domain().settings().clone(), tx.now());
    store::cards::beginning_within(tx.connection(), &settings, doctor, range, now).await
}

/// The working hours and the time off of a doctor, which the appointments of a calendar are drawn into.
#[derive(Default)]
struct Frame {
    open: Vec<TimeRange>,
    blocks: Vec<BlockView>,
}

impl Frame {
    /// The part of it on one day.
    fn of(&self, date: Date, zone: &TimeZone) -> Self {
        let Some(day) = TimeRange::of_days(date, date, zone) else { return Self::default() };
        let blocks =
            self.blocks.iter().filter_map(|block| Some(BlockView { range: block.range.intersection(day)?, ..block.clone() }));
        Self { open: self.open.iter().filter_map(|open| open.intersection(day)).collect(), blocks: blocks.collect() }
    }
}

/// Working hours and time off at all clinics, from the first to the last day in a zone.
async fn frame(tx: &mut Tx, doctor: DoctorId, first: Date, last: Date, zone: &TimeZone) -> Result<Frame> {
    let Some(range) = TimeRange::of_days(first, last, zone) else { return Ok(Frame::default()) };
    let now = tx.now();
    // At a clinic in another time zone the first one may be on the date before.
    let since = first.yesterday().map_err(Error::internal)?;
    let (mut open, mut blocks) = (Vec::new(), Vec::<BlockView>::new());
    for (ClinicTimes { zone, rules, exceptions, .. }, differing) in store::times::calendar(tx.connection(), doctor, since).await?
    {
        // Hours and time off depend neither on the policy nor on what is booked.
        let policy = BookingPolicy::default();
        let schedule = Schedule::of_hours(&zone, &rules, &exceptions, policy, now);
        open.extend(schedule.open(range));
        for differs in &differing {
            for taken in schedule.taken_by(differs.exception).into_iter().filter(|taken| taken.overlaps(range)) {
                add_block(&mut blocks, differs, taken);
            }
        }
    }
    blocks.sort_by_key(|block| (block.range, block.id));
    Ok(Frame { open: TimeRange::joined(&open), blocks })
}

/// Adds time off. One exception is one block: blocked time is the same at several clinics, and a day off may have several hours.
fn add_block(blocks: &mut Vec<BlockView>, differs: &ExceptionView, taken: TimeRange) {
    if let Some(block) = blocks.iter_mut().find(|block| block.id == differs.id) {
        let (start, end) = (block.range.start().min(taken.start()), block.range.end().max(taken.end()));
        block.range = TimeRange::new(start, end).unwrap_or(taken);
        return;
    }
    let is_day_off = differs.exception.kind == ExceptionKind::DayOff;
    blocks.push(BlockView { id: differs.id, range: taken, is_day_off, note: differs.note.clone() });
}

/// The time zone of that name, which came with the request.
pub(super) fn known(zone: &str) -> Result<TimeZone> {
    jiff::tz::db().get(zone).map_err(|_| Error::field("zone", FieldFault::UnknownChoice))
}

/// The Monday of the week of a day; `None` at the end of the calendar.
pub(super) fn monday_of(day: Date) -> Option<Date> {
    if day.weekday() == Weekday::Monday { Some(day) } else { day.nth_weekday(-1, Weekday::Monday).ok() }
}

#[cfg(test)]
mod tests {
    use super::monday_of;
    use jiff::civil::date;

    #[test]
    fn a_week_begins_on_monday() {
        assert_eq!(monday_of(date(2026, 11, 23)), Some(date(2026, 11, 23)));
        assert_eq!(monday_of(date(2026, 11, 29)), Some(date(2026, 11, 23)));
    }
}
