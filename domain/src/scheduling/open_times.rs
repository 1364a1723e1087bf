//! When a doctor can be met: the doctor's page, the times of a day, the nearest ones. Public, whether the caller is signed in or not.

use super::{days::known, rules, store, timetable::DoctorTimes};
use crate::{Domain, Error, Result, access::Access, db::Tx};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use model::{
    errors::Code,
    ids::DoctorId,
    scheduling::{
        TimeRange,
        views::{DayCount, DoctorPage, OpenTime},
    },
};

/// How many days a page shows.
const DAYS_SHOWN: i32 = 14;
/// By how many days the page moves forward or back.
const DAYS_ON: i32 = 7;

/// A doctor with two weeks of days and the number of free times on each, in a time zone, from a day on (from today, if none is given or it is past).
///
/// # Errors
/// `not_found` for a doctor who is not (yet) listed, `scheduling.doctor_unavailable` for one who is no longer available; `request.fields_invalid`
/// with the field `zone`.
pub async fn doctor_page(domain: &Domain, access: &Access, id: DoctorId, zone: &str, from: Option<Date>) -> Result<DoctorPage> {
    let zone = known(zone)?;
    let mut tx = domain.begin_reading("scheduling.doctor_page", access).await?;
    let (page, _) = page(&mut tx, id, &zone, from).await?;
    tx.close().await?;
    Ok(page)
}

/// The page of a doctor with the free times of one of its days: the wanted day if the page shows it, otherwise the first with a free time.
#[derive(Debug, Clone)]
pub struct DayOfDoctor {
    /// The page.
    pub page: DoctorPage,
    /// The day.
    pub day: Date,
    /// The times, in order. The caller's own hold counts as free.
    pub times: Vec<OpenTime>,
}

/// The same with the free times of a day; without `from`, the page begins with the wanted day.
///
/// # Errors
/// Those of [`doctor_page`].
pub async fn doctor_page_with_day(
    domain: &Domain,
    access: &Access,
    id: DoctorId,
    zone: &str,
    from: Option<Date>,
    day: Option<Date>,
) -> Result<DayOfDoctor> {
    let zone = known(zone)?;
    let mut tx = domain.begin_reading("scheduling.doctor_page_with_day", access).await?;
    let now = tx.now();
    let (page, times) = page(&mut tx, id, &zone, from.or(day)).await?;
    tx.close().await?;
    let wanted = page.days.iter().find(|count| Some(count.date) == day);
    let first_free = page.days.iter().find(|count| count.free > 0);
    let day = wanted.or(first_free).or(page.days.first()).ok_or_else(|| Error::internal("a page without days"))?.date;
    Ok(DayOfDoctor { times: of_day(&times, day, &zone, now), day, page })
}

/// The page, and what its free times are made of.
async fn page(tx: &mut Tx, id: DoctorId, zone: &TimeZone, from: Option<Date>) -> Result<(DoctorPage, DoctorTimes)> {
    let now = tx.now();
    let times = times_of(tx, id).await?;
    let doctor = store::doctors::load(tx.connection(), &[id], store::today(now)).await?.remove(&id).ok_or(Code::NotFound)?;
    let today = now.to_zoned(zone.clone()).date();
    let end = today.saturating_add(i32::from(times.policy.horizon_days).days());
    let first = from.map_or(today, |from| from.clamp(today, end));
    let earlier = (first > today).then(|| first.saturating_sub(DAYS_ON.days()).max(today));
    let later = Some(first.saturating_add(DAYS_ON.days())).filter(|later| *later <= end);
    let page = DoctorPage {
        days: count(&times, first, zone, now),
        earlier,
        later,
        next_free: times.next_open(now),
        doctor: doctor.brief,
        about: doctor.about,
        languages: doctor.languages,
        clinics: doctor.clinics,
        licences: doctor.licences,
        fee: doctor.fee,
        visit_minutes: doctor.visit_minutes,
        cancel_notice_hours: tx.domain().settings().cancel_notice_hours,
    };
    Ok((page, times))
}

/// The free times of a doctor on a day in a time zone, in order. The caller's own hold counts as free.
///
/// # Errors
/// Those of [`doctor_page`].
pub async fn open_times(domain: &Domain, access: &Access, id: DoctorId, day: Date, zone: &str) -> Result<Vec<OpenTime>> {
    let zone = known(zone)?;
    let mut tx = domain.begin_reading("scheduling.open_times", access).await?;
    let (times, now) = (times_of(&mut tx, id).await?, tx.now());
    tx.close().await?;
    Ok(of_day(&times, day, &zone, now))
}

/// The free times of a doctor that begin nearest to the wanted one, in order; they are offered when the wanted time is taken.
///
/// # Errors
/// Those of [`doctor_page`], except for the field `zone`.
pub async fn nearest_free(
    domain: &Domain,
    access: &Access,
    id: DoctorId,
    wanted: Timestamp,
    count: usize,
) -> Result<Vec<OpenTime>> {
    let mut tx = domain.begin_reading("scheduling.nearest_free", access).await?;
    let (times, now) = (times_of(&mut tx, id).await?, tx.now());
    tx.close().await?;
    let week = SignedDuration::from_hours(7 * 24);
    let wanted = wanted.clamp(now, now.saturating_add(SignedDuration::from_hours(24 * 366)).unwrap_or(now));
    let around = TimeRange::new(wanted.saturating_sub(week).unwrap_or(now), wanted.saturating_add(week + week).unwrap_or(wanted));
    let found = around.map(|range| times.open(range, now)).unwrap_or_default();
    if found.is_empty() {
        return Ok(times.next_open(now).into_iter().collect());
    }
    Ok(rules::nearest(found, wanted, count))
}

/// What the free times of a doctor are made of. Refuses doctors who are not listed.
async fn times_of(tx: &mut Tx, id: DoctorId) -> Result<DoctorTimes> {
    let patient = tx.access().acting().ok().and_then(|acting| acting.patient);
    let now = tx.now();
    let times = store::times::load(tx.connection(), &[id], now, patient).await?.remove(&id).ok_or(Code::NotFound)?;
    match rules::may_be_booked(times.standing) {
        Ok(()) => Ok(times),
        // Applications are not public.
        Err(error) if error.code() == Code::DoctorUnverified => Err(Code::NotFound.into()),
        Err(error) => Err(error),
    }
}

fn of_day(times: &DoctorTimes, day: Date, zone: &TimeZone, now: Timestamp) -> Vec<OpenTime> {
    TimeRange::of_days(day, day, zone).map(|range| times.open(range, now)).unwrap_or_default()
}

fn count(times: &DoctorTimes, first: Date, zone: &TimeZone, now: Timestamp) -> Vec<DayCount> {
    let last = first.saturating_add((DAYS_SHOWN - 1).days());
    let open = TimeRange::of_days(first, last, zone).map(|range| times.open(range, now)).unwrap_or_default();
    let dates: Vec<Date> = open.iter().map(|time| zone.to_datetime(time.start).date()).collect();
    let count = |date: Date| u32::try_from(dates.iter().filter(|other| **other == date).count()).unwrap_or(u32::MAX);
    first.series(1.day()).take_while(|date| *date <= last).map(|date| DayCount { date, free: count(date) }).collect()
}
