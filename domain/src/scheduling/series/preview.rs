//! Looking at the dates of a series before it is booked.

use crate::{
    Domain, Error, Result,
    access::{Access, actions},
    scheduling::{
        desk::check_staff,
        rules,
        series::By,
        store,
        subjects::Booking,
        timetable::{ClinicTimes, DoctorTimes},
    },
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use model::{
    errors::Code,
    ids::{ClinicId, DoctorId, PatientId, ReservationId, VisitTypeId},
    scheduling::{
        Occupied, SeriesDate, SeriesPreview, SeriesRule, SeriesTime, SlotReason, TimeRange, nearest as nearest_slots,
        series_times,
    },
};

/// How many free times near a date that cannot be booked are named.
const NEAREST: usize = 3;
/// How many days around it they are looked for; the second number is for a date without free times on the days beside it.
const DAYS_AROUND: [i32; 2] = [1, 3];

/// Asks whether a series can be booked.
#[derive(Debug, Clone)]
pub struct PreviewSeries {
    /// The hold of the patient for one of the dates, if there is one.
    pub hold: Option<ReservationId>,
    /// The doctor.
    pub doctor: DoctorId,
    /// The clinic.
    pub clinic: ClinicId,
    /// The visit type; `None` for that of the hold or, without a hold, the doctor's first one.
    pub visit_type: Option<VisitTypeId>,
    /// The dates.
    pub dates: SeriesDates,
}

/// Which dates a series has.
#[derive(Debug, Clone)]
pub enum SeriesDates {
    /// Those of a rule.
    Rule {
        /// When the first visit begins.
        first: Timestamp,
        /// By how many weeks the visits are apart.
        every_weeks: i64,
        /// How many visits there are; `None` with `until`.
        times: Option<i64>,
        /// The last possible date, at the clinic; `None` with `times`.
        until: Option<Date>,
    },
    /// These, as somebody has put them together.
    These(Vec<Timestamp>),
}

/// Says for each date of a series whether the patient, on whose behalf the caller acts, can book it, and offers the nearest free times for those that cannot be booked.
/// Nothing is held.
///
/// # Errors
/// `request.fields_invalid` with the fields `every_weeks`, `times`, `until`, `starts_at`; `scheduling.visit_type_gone`, `scheduling.slot_unknown` for a clinic where the
/// doctor has no hours; `scheduling.doctor_unavailable` and the other reasons why the doctor cannot be booked; `not_found`, `access.sign_in_needed`, `access.forbidden`.
pub async fn preview_series(domain: &Domain, access: &Access, command: PreviewSeries) -> Result<SeriesPreview> {
    let patient = access.acting_patient()?;
    preview(domain, access, (patient, By::Patient), command).await
}

/// The same for a patient of the caller's clinic, or for one whom the calling doctor treats, with that doctor. The notice that the doctor needs does not matter.
///
/// # Errors
/// Those of [`preview_series`] and those about people of [`book_for_patient`](crate::scheduling::book_for_patient).
pub async fn preview_series_for_patient(
    domain: &Domain,
    access: &Access,
    patient: PatientId,
    command: PreviewSeries,
) -> Result<SeriesPreview> {
    check_staff(access, command.doctor, command.clinic)?;
    preview(domain, access, (patient, By::Staff), command).await
}

pub(super) async fn preview(
    domain: &Domain,
    access: &Access,
    (patient, by): (PatientId, By),
    command: PreviewSeries,
) -> Result<SeriesPreview> {
    let PreviewSeries { hold, doctor, clinic, visit_type, dates } = command;
    let (mut tx, held, own) = match by {
        By::Patient => {
            let mut tx = domain.begin_reading("scheduling.preview_series", access).await?;
            let permit = tx.permit(actions::Read, Booking(patient)).await?;
            if !permit.may(tx.access(), actions::Create) {
                return Err(Code::Forbidden.into());
            }
            let held = match hold {
                Some(reservation) => store::reservations::held(&mut tx, &permit, reservation).await?,
                None => None,
            };
            let own = store::series::busy_of_patient(&mut tx, &permit).await?;
            (tx, held, own)
        }
        // A doctor books for patients whose appointments with others the doctor does not read, so the right to book is asked for. Nothing is changed.
        By::Staff => {
            let mut tx = domain.begin("scheduling.preview_series", access).await?;
            let permit = tx.permit(actions::Create, Booking(patient)).await?;
            let own = store::series::busy_of_patient(&mut tx, &permit).await?;
            (tx, None, own)
        }
    };
    let held = held.filter(|held| held.doctor == doctor && held.clinic == clinic);
    let visit_type = visit_type.or(held.and_then(|held| held.visit_type));
    let now = tx.now();
    let found = store::times::load(tx.connection(), &[doctor], now, Some(patient)).await?.remove(&doctor);
    let mut times = found.ok_or(Code::NotFound)?;
    rules::may_be_booked(times.standing)?;
    let offered = times.find_type(visit_type, None).cloned().ok_or(Code::VisitTypeGone)?;
    times.of_type(&offered);
    if by == By::Staff {
        times.policy.notice_mins = 0;
    }
    let part = times.clinics.iter().find(|part| part.clinic == clinic).cloned().ok_or(Code::SlotUnknown)?;
    let wanted = wanted(dates, &part.zone)?;
    tx.close().await?;
    let hold_length = SignedDuration::from_mins(domain.settings().hold_minutes);
    // The notice for the held time counts from when it was held.
    let held = held.map(|held| (held.starts_at, held.expires_at - hold_length));
    let time_zone = part.zone.iana_name().unwrap_or("UTC").to_owned();
    let dates = Judge { times, part, own, now, held }.explain(wanted);
    Ok(SeriesPreview { dates, time_zone })
}

fn wanted(dates: SeriesDates, zone: &TimeZone) -> Result<Vec<SeriesTime>> {
    match dates {
        SeriesDates::Rule { first, every_weeks, times, until } => {
            let rule = SeriesRule::new(every_weeks, times, until, zone.to_datetime(first).date()).map_err(Error::fields)?;
            Ok(rule.dates(first, zone))
        }
        SeriesDates::These(starts) => {
            let starts = series_times(&starts).map_err(|fault| Error::field("starts_at", fault))?;
            Ok(starts.into_iter().map(|at| SeriesTime { local: zone.to_datetime(at), at: Some(at) }).collect())
        }
    }
}

/// All that decides which dates can be booked.
struct Judge {
    times: DoctorTimes,
    part: ClinicTimes,
    /// When the patient is busy.
    own: Vec<TimeRange>,
    now: Timestamp,
    /// The held time, and when it was held.
    held: Option<(Timestamp, Timestamp)>,
}

impl Judge {
    /// Judges all dates, and then looks for times near those that cannot be booked, so that no time is offered that the series has already.
    fn explain(mut self, wanted: Vec<SeriesTime>) -> Vec<SeriesDate> {
        let judged: Vec<(SeriesTime, Option<SlotReason>)> = wanted.into_iter().map(|time| (time, self.judge(time.at))).collect();
        judged
            .into_iter()
            .map(|(time, reason)| {
                // Where the clock goes forward, the time after it is meant.
                let meant = time.at.or_else(|| self.part.zone.to_ambiguous_timestamp(time.local).compatible().ok());
                let nearest = reason.and(meant).map(|at| self.nearest(at)).unwrap_or_default();
                SeriesDate { local: time.local, start: time.at, reason, nearest }
            })
            .collect()
    }

    /// Why a visit cannot begin at an instant; `None` if it can, and then the time counts as taken for the dates that follow.
    fn judge(&mut self, at: Option<Timestamp>) -> Option<SlotReason> {
        let Some(at) = at else { return Some(SlotReason::Gap) };
        let from = self.held.filter(|(start, _)| *start == at && self.now < at).map_or(self.now, |(_, since)| since);
        let slot = match self.times.schedule(&self.part, from).slot_at(at) {
            Ok(slot) => slot,
            Err(availability) => return availability.reason(),
        };
        let Some(visit) = TimeRange::new(slot.start, slot.end) else { return Some(SlotReason::OffGrid) };
        if self.is_busy(visit) {
            return Some(SlotReason::Conflict);
        }
        let with_buffers = self.times.policy.doctor_range(visit);
        self.times.busy.push(Occupied { visit, with_buffers });
        self.times.counted.push(at);
        self.own.push(visit);
        None
    }

    fn is_busy(&self, visit: TimeRange) -> bool {
        self.own.iter().any(|busy| busy.overlaps(visit))
    }

    /// The free times at the clinic that begin nearest to an instant, in order.
    fn nearest(&self, at: Timestamp) -> Vec<Timestamp> {
        let zone = &self.part.zone;
        let day = zone.to_datetime(at).date();
        for days in DAYS_AROUND {
            let around = TimeRange::of_days(day.saturating_sub(days.days()), day.saturating_add(days.days()), zone);
            let mut slots = around.map(|range| self.times.schedule(&self.part, self.now).slots(range)).unwrap_or_default();
            slots.retain(|slot| TimeRange::new(slot.start, slot.end).is_some_and(|visit| !self.is_busy(visit)));
            if !slots.is_empty() {
                return nearest_slots(&slots, at, NEAREST).into_iter().map(|slot| slot.start).collect();
            }
        }
        Vec::new()
    }
}
