//! When a doctor can be met: the doctor's page, the times of a day, the nearest ones. Public, whether the caller is signed in or not.

use super::{
    days::{known, monday_of},
    jurisdiction, rules,
    store::{self, doctors::DoctorRow, visit_types::OfferedType},
    timetable::DoctorTimes,
};
use crate::{Domain, Error, Result, access::Access, db::Tx};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use model::{
    errors::{Code, FieldFault, Range},
    ids::{DoctorId, VisitTypeId},
    scheduling::{
        ChosenTime, TimeRange,
        views::{ChosenTimeView, DayCount, DoctorPage, FreeMonth, OpenTime},
    },
};

/// How many days a page shows.
const DAYS_SHOWN: i32 = 14;
/// By how many days the page moves forward or back.
const DAYS_ON: i32 = 7;

/// A doctor, and the visit type for which times are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// The doctor.
    pub doctor: DoctorId,
    /// The visit type; `None` for the doctor's first one, which also stands for one that is no longer offered.
    pub visit_type: Option<VisitTypeId>,
}

impl From<DoctorId> for Offer {
    fn from(doctor: DoctorId) -> Self {
        Self { doctor, visit_type: None }
    }
}

/// A doctor with two weeks of days and the number of free times on each, in a time zone, from a day on (from today, if none is given or it is past).
///
/// # Errors
/// `not_found` for a doctor who is not (yet) listed; `scheduling.doctor_unavailable` for one who is no longer available, which only signed-in users learn, and
/// others get `not_found`; `scheduling.doctor_without_fee` for one whose fee is not set; `scheduling.doctor_licensed_elsewhere` for one without a licence where the patient lives;
/// `request.fields_invalid` with the field `zone`.
pub async fn doctor_page(
    domain: &Domain,
    access: &Access,
    of: impl Into<Offer>,
    zone: &str,
    from: Option<Date>,
) -> Result<DoctorPage> {
    let (of, zone) = (of.into(), known(zone)?);
    let mut tx = domain.begin_reading("scheduling.doctor_page", access).await?;
    let listed = listed(&mut tx, of).await?;
    let page = page(&tx, listed.doctor, &listed.times, listed.offered, &zone, from)?;
    tx.close().await?;
    Ok(page)
}

/// The day whose times a doctor's page should show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WantedDay {
    /// The first one with a free time.
    FirstFree,
    /// This one.
    On(Date),
    /// The one on which this instant is, in the zone of the page.
    Of(Timestamp),
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
    /// The IANA time zone of the days.
    pub zone: String,
}

/// The same with the free times of a day; without `from`, the page begins with the wanted day. Without `zone`, the days are those of the doctor's first
/// clinic.
///
/// # Errors
/// Those of [`doctor_page`].
pub async fn doctor_page_with_day(
    domain: &Domain,
    access: &Access,
    of: impl Into<Offer>,
    zone: Option<&str>,
    from: Option<Date>,
    wanted: WantedDay,
) -> Result<DayOfDoctor> {
    let of = of.into();
    let mut tx = domain.begin_reading("scheduling.doctor_page_with_day", access).await?;
    let (now, listed) = (tx.now(), listed(&mut tx, of).await?);
    let (name, zone) = zone_of(&listed, zone)?;
    let day = match wanted {
        WantedDay::FirstFree => None,
        WantedDay::On(day) => Some(day),
        WantedDay::Of(start) => Some(zone.to_datetime(start).date()),
    };
    let page = page(&tx, listed.doctor, &listed.times, listed.offered, &zone, from.or(day))?;
    tx.close().await?;
    let wanted = page.days.iter().find(|count| Some(count.date) == day);
    let first_free = page.days.iter().find(|count| count.free > 0);
    let day = wanted.or(first_free).or(page.days.first()).ok_or_else(|| Error::internal("a page without days"))?.date;
    Ok(DayOfDoctor { times: of_day(&listed.times, day, &zone, now), day, page, zone: name })
}

/// The month of a day with the number of free times on each day; without a day, the month of the first free time. A day that cannot be booked stands for the nearest one
/// that can. Without `zone`, the days are those of the doctor's first clinic.
///
/// # Errors
/// Those of [`doctor_page`].
pub async fn free_month(
    domain: &Domain,
    access: &Access,
    of: impl Into<Offer>,
    zone: Option<&str>,
    day: Option<Date>,
) -> Result<FreeMonth> {
    let of = of.into();
    let mut tx = domain.begin_reading("scheduling.free_month", access).await?;
    let (now, listed) = (tx.now(), listed(&mut tx, of).await?);
    tx.close().await?;
    let (name, zone) = zone_of(&listed, zone)?;
    let Listed { doctor, times, offered } = listed;
    let today = zone.to_datetime(now).date();
    let last = last_day(&times, today);
    let day = day.or_else(|| Some(zone.to_datetime(times.next_open(now)?.start).date()));
    let first = day.unwrap_or(today).clamp(today, last).first_of_month();
    let out_of_range = || Error::field("day", FieldFault::TooLarge(Range::dates(today, last)));
    let monday = monday_of(first).ok_or_else(out_of_range)?;
    let sunday = monday_of(first.last_of_month()).ok_or_else(out_of_range)?.saturating_add(6.days());
    let is_first = times.types.first().is_none_or(|first| first.id == offered.id);
    Ok(FreeMonth {
        doctor: doctor.brief,
        visit_type: (!is_first).then_some(offered.id),
        first,
        last,
        days: count(&times, (monday, sunday), &zone, now),
        zone: name,
    })
}

/// The zone of this name; without one, that of the doctor's first clinic.
fn zone_of(listed: &Listed, name: Option<&str>) -> Result<(String, TimeZone)> {
    let of_clinic = listed.doctor.clinics.first().map(|clinic| clinic.time_zone.clone());
    // A doctor without hours has no times either.
    let name = name.map(str::to_owned).or(of_clinic).unwrap_or_else(|| "UTC".to_owned());
    let zone = known(&name)?;
    Ok((name, zone))
}

/// The last day that can be booked.
fn last_day(times: &DoctorTimes, today: Date) -> Date {
    let horizon = today.saturating_add(i32::from(times.policy.horizon_days).days());
    // Where the page is read it may be a day later than where the licence ends.
    times.licensed_until.map_or(horizon, |until| horizon.min(until)).max(today)
}

/// A time that somebody has chosen, with the names of doctor and clinic, and whether the caller can still book it. The caller's own hold counts as free.
///
/// # Errors
/// Those of [`doctor_page`], except for the field `zone`; `not_found` for a clinic that does not exist.
pub async fn chosen_time(domain: &Domain, access: &Access, chosen: ChosenTime) -> Result<ChosenTimeView> {
    let mut tx = domain.begin_reading("scheduling.chosen_time", access).await?;
    let of = Offer { doctor: chosen.doctor, visit_type: chosen.visit_type };
    let (now, listed) = (tx.now(), listed(&mut tx, of).await?);
    let clinic =
        store::doctors::clinics(tx.connection(), &[chosen.clinic]).await?.remove(&chosen.clinic).ok_or(Code::NotFound)?;
    tx.close().await?;
    let is_offered = chosen.visit_type.is_none_or(|id| listed.offered.id == id);
    let is_free = is_offered && listed.times.at(chosen.clinic, chosen.start, now).is_ok();
    Ok(ChosenTimeView { doctor: listed.doctor.brief, clinic, start: chosen.start, is_free })
}

/// A doctor whom anybody may see, and what their free times are made of.
struct Listed {
    doctor: DoctorRow,
    /// For visits of the type that was asked for.
    times: DoctorTimes,
    offered: OfferedType,
}

async fn listed(tx: &mut Tx, of: Offer) -> Result<Listed> {
    let (times, offered) = times_of(tx, of).await?;
    let (id, today) = (of.doctor, store::today(tx.now()));
    let doctor = store::doctors::load(tx.connection(), &[id], today).await?.remove(&id).ok_or(Code::NotFound)?;
    Ok(Listed { doctor, times, offered })
}

/// The page of a doctor, in a time zone, from a day on.
fn page(
    tx: &Tx,
    doctor: DoctorRow,
    times: &DoctorTimes,
    offered: OfferedType,
    zone: &TimeZone,
    from: Option<Date>,
) -> Result<DoctorPage> {
    let fee = offered.fee.ok_or(Code::DoctorWithoutFee)?;
    let now = tx.now();
    let today = now.to_zoned(zone.clone()).date();
    let end = last_day(times, today);
    let first = from.map_or(today, |from| from.clamp(today, end));
    let next_free = times.next_open(now);
    let is_free_before = next_free.is_some_and(|time| zone.to_datetime(time.start).date() < first);
    let earlier = is_free_before.then(|| first.saturating_sub(DAYS_ON.days()).max(today));
    let later = Some(first.saturating_add(DAYS_ON.days())).filter(|later| *later <= end);
    Ok(DoctorPage {
        days: count(times, (first, first.saturating_add((DAYS_SHOWN - 1).days())), zone, now),
        earlier,
        later,
        next_free,
        doctor: doctor.brief,
        about: doctor.about,
        languages: doctor.languages,
        qualifications: doctor.qualifications,
        clinics: doctor.clinics,
        licences: doctor.licences,
        visit_types: times.types.iter().filter_map(|known| known.fee.map(|fee| known.view(fee))).collect(),
        visit_type: offered.id,
        fee,
        visit_minutes: offered.minutes.get(),
        cancel_notice_hours: tx.domain().settings().cancel_notice_hours,
    })
}

/// The free times of a doctor on a day in a time zone, in order. The caller's own hold counts as free.
///
/// # Errors
/// Those of [`doctor_page`].
pub async fn open_times(domain: &Domain, access: &Access, of: impl Into<Offer>, day: Date, zone: &str) -> Result<Vec<OpenTime>> {
    let (of, zone) = (of.into(), known(zone)?);
    let mut tx = domain.begin_reading("scheduling.open_times", access).await?;
    let ((times, _), now) = (times_of(&mut tx, of).await?, tx.now());
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
    of: impl Into<Offer>,
    wanted: Timestamp,
    count: usize,
) -> Result<Vec<OpenTime>> {
    let of = of.into();
    let mut tx = domain.begin_reading("scheduling.nearest_free", access).await?;
    let ((times, _), now) = (times_of(&mut tx, of).await?, tx.now());
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

/// What the free times of a doctor are made of, for visits of a type, and this type. Refuses doctors who are not listed.
async fn times_of(tx: &mut Tx, of: Offer) -> Result<(DoctorTimes, OfferedType)> {
    let Offer { doctor: id, visit_type } = of;
    let patient = tx.access().acting().ok().and_then(|acting| acting.patient);
    let now = tx.now();
    let mut times = store::times::load(tx.connection(), &[id], now, patient).await?.remove(&id).ok_or(Code::NotFound)?;
    match rules::may_be_booked(times.standing) {
        Ok(()) => {
            let offered = times.find_type(visit_type, None).or(times.types.first()).cloned().ok_or(Code::DoctorUnavailable)?;
            times.of_type(&offered);
            if let Some(patient) = patient {
                jurisdiction::limit(tx, id, patient, &mut times).await?;
            }
            Ok((times, offered))
        }
        // Applications are not public.
        Err(error) if error.code() == Code::DoctorUnverified => Err(Code::NotFound.into()),
        // Nor is it that a doctor was suspended or has no licence any more.
        Err(error)
            if matches!(error.code(), Code::DoctorUnavailable | Code::DoctorUnlicensed) && tx.access().acting().is_err() =>
        {
            Err(Code::NotFound.into())
        }
        Err(error) => Err(error),
    }
}

fn of_day(times: &DoctorTimes, day: Date, zone: &TimeZone, now: Timestamp) -> Vec<OpenTime> {
    TimeRange::of_days(day, day, zone).map(|range| times.open(range, now)).unwrap_or_default()
}

/// The number of free times on each day from the first to the last one.
fn count(times: &DoctorTimes, (first, last): (Date, Date), zone: &TimeZone, now: Timestamp) -> Vec<DayCount> {
    let open = TimeRange::of_days(first, last, zone).map(|range| times.open(range, now)).unwrap_or_default();
    let dates: Vec<Date> = open.iter().map(|time| zone.to_datetime(time.start).date()).collect();
    let count = |date: Date| u32::try_from(dates.iter().filter(|other| **other == date).count()).unwrap_or(u32::MAX);
    first.series(1.day()).take_while(|date| *date <= last).map(|date| DayCount { date, free: count(date) }).collect()
}
