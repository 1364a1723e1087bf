//! A doctor's day and week.

use super::{
    read::end_list,
    store::{self, cards::CardRow},
};
use crate::{Domain, Error, Result, access::Access, audit::AuditAction, db::Tx, vault::Column};
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use model::{
    errors::FieldFault,
    ids::DoctorId,
    scheduling::{
        TimeRange,
        views::{AppointmentCard, DayEntry, DoctorDay, DoctorWeek},
    },
};

/// The acting doctor's appointments on a day in a time zone, with the reasons; without a date, today.
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
    let cards: Vec<AppointmentCard> = entries.iter().map(|entry| entry.card.clone()).collect();
    end_list(tx, AuditAction::SchedulingDayRead, &cards).await?;
    Ok(DoctorDay { date, entries })
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
    let first = monday_of(day).ok_or_else(|| Error::field("day", FieldFault::TooLarge))?;
    let last = first.saturating_add(6.days());
    let rows = rows(&mut tx, doctor, first, last, &zone).await?;
    let cards: Vec<AppointmentCard> = rows.into_iter().map(|row| row.card).collect();
    end_list(tx, AuditAction::SchedulingWeekRead, &cards).await?;
    let days = first
        .series(1.day())
        .take(7)
        .map(|date| {
            let on_it = |card: &&AppointmentCard| card.starts_at.to_zoned(zone.clone()).date() == date;
            let entries = cards.iter().filter(on_it).map(|card| DayEntry { card: card.clone(), reason: None }).collect();
            DoctorDay { date, entries }
        })
        .collect();
    Ok(DoctorWeek { first, days })
}

async fn rows(tx: &mut Tx, doctor: DoctorId, first: Date, last: Date, zone: &TimeZone) -> Result<Vec<CardRow>> {
    // A day that the time zone skipped has no visits.
    let Some(range) = TimeRange::of_days(first, last, zone) else { return Ok(Vec::new()) };
    let ids = store::appointments::beginning_within(tx.connection(), doctor, range).await?;
    let settings = tx.domain().settings().clone();
    store::cards::load(tx.connection(), &settings, &ids).await
}

/// The time zone of that name, which came with the request.
pub(super) fn known(zone: &str) -> Result<TimeZone> {
    jiff::tz::db().get(zone).map_err(|_| Error::field("zone", FieldFault::UnknownChoice))
}

fn monday_of(day: Date) -> Option<Date> {
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
