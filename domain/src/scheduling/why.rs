//! "Why is 14:30 not offered?", for the doctor and the staff of the clinic.

use super::{
    rules,
    store::{self, why::Taking},
    subjects::Timetable,
    timetable::{ClinicTimes, DoctorTimes},
};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, Scope, actions::Read},
    db::Tx,
};
use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, DateTime},
};
use model::{
    errors::Code,
    ids::{ClinicId, DoctorId, VisitTypeId},
    scheduling::{Availability, Named, TakenBy, TimeRange, WhyAnswer, WhyCause, WhyView},
};

/// How many free times near the one that was asked about are named.
const NEAREST: usize = 3;
/// How far around it they are looked for.
const AROUND: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What is asked. A value that is missing or does not fit the others stands for the first possible one.
#[derive(Debug, Clone, Copy, Default)]
pub struct AskWhy {
    /// The doctor.
    pub doctor: Option<DoctorId>,
    /// The clinic.
    pub clinic: Option<ClinicId>,
    /// The visit type.
    pub visit_type: Option<VisitTypeId>,
    /// The local time at the clinic; `None` to learn only what can be asked about.
    pub at: Option<DateTime>,
}

/// Whether a visit with a doctor can be booked at a local time of a clinic, and if not, the one reason. What causes it never names a patient; another visit is only
/// described to a caller who may see it. The caller's own holds count like those of everybody else.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for those who do not look after schedules; `not_found` for a doctor who does not exist or works elsewhere.
pub async fn why(domain: &Domain, access: &Access, ask: AskWhy) -> Result<WhyView> {
    let scope = access.scope(ResourceKind::Schedule)?;
    let mut tx = domain.begin_reading("scheduling.why", access).await?;
    let doctors = store::why::doctors(tx.connection(), &scope).await?;
    let Some(doctor) = ask.doctor.or(scope.doctor).or(doctors.first().map(|doctor| doctor.id)) else {
        tx.close().await?;
        return Ok(WhyView {
            doctors,
            doctor: None,
            clinics: Vec::new(),
            clinic: None,
            visit_types: Vec::new(),
            visit_type: None,
            not_bookable: None,
            answers: Vec::new(),
        });
    };
    let Timetable(doctor) = tx.permit(Read, Timetable(doctor)).await?.id();
    let now = tx.now();
    let mut times = store::times::load(tx.connection(), &[doctor], now, None).await?.remove(&doctor).ok_or(Code::NotFound)?;
    let offered = times.find_type(ask.visit_type, None).or(times.types.first()).cloned();
    if let Some(offered) = &offered {
        times.of_type(offered);
    }
    times.clinics.retain(|part| scope.clinic.is_none_or(|clinic| part.clinic == clinic));
    let ids: Vec<ClinicId> = times.clinics.iter().map(|part| part.clinic).collect();
    let mut briefs = store::doctors::clinics(tx.connection(), &ids).await?;
    let clinics: Vec<_> = ids.iter().filter_map(|id| briefs.remove(id)).collect();
    let part = times.clinics.iter().find(|part| Some(part.clinic) == ask.clinic).or(times.clinics.first());
    let answers = match (part, ask.at) {
        (Some(part), Some(at)) => answers(&mut tx, access, &times, part, (doctor, at)).await?,
        (_, _) => Vec::new(),
    };
    tx.close().await?;
    Ok(WhyView {
        doctors,
        doctor: Some(doctor),
        clinic: part.and_then(|part| clinics.iter().find(|clinic| clinic.id == part.clinic).cloned()),
        clinics,
        visit_types: times.types.iter().map(|known| Named { id: known.id, name: known.name.clone() }).collect(),
        visit_type: offered.map(|offered| offered.id),
        not_bookable: rules::may_be_booked(times.standing).err().map(|error| error.code()),
        answers,
    })
}

async fn answers(
    tx: &mut Tx,
    access: &Access,
    times: &DoctorTimes,
    part: &ClinicTimes,
    (doctor, at): (DoctorId, DateTime),
) -> Result<Vec<WhyAnswer>> {
    let now = tx.now();
    let found = times.schedule(part, now).explain_each(at);
    if found.is_empty() {
        let availability = Availability::NonexistentLocalTime;
        // Where the clock goes forward, the time after it is meant.
        let meant = at.to_zoned(part.zone.clone()).map_or(now, |zoned| zoned.timestamp());
        return Ok(vec![WhyAnswer {
            at: None,
            availability,
            cause: WhyCause::Nothing,
            nearest: nearest(times, part, meant, now),
        }]);
    }
    let mut answers = Vec::with_capacity(found.len());
    for (at, availability) in found {
        let cause = match cause(times, part, at, availability, now) {
            Some(cause) => cause,
            None => WhyCause::Visit(taken_by(tx, access, times, doctor, at).await?),
        };
        let nearest = if availability.is_free() { Vec::new() } else { nearest(times, part, at, now) };
        answers.push(WhyAnswer { at: Some(at), availability, cause, nearest });
    }
    Ok(answers)
}

/// What causes an answer; `None` for another visit, which the database knows.
fn cause(times: &DoctorTimes, part: &ClinicTimes, at: Timestamp, availability: Availability, now: Timestamp) -> Option<WhyCause> {
    let date = |instant: Timestamp| part.zone.to_datetime(instant).date();
    match availability {
        Availability::Free
        | Availability::NonexistentLocalTime
        | Availability::Past
        | Availability::ClinicClosed
        | Availability::DayOff
        | Availability::Away
        | Availability::NotOnGrid
        | Availability::NoRoom => Some(WhyCause::Nothing),
        Availability::TooSoon => {
            let notice = SignedDuration::from_mins(times.policy.notice_mins.into());
            Some(WhyCause::From(now.checked_add(notice).unwrap_or(now)))
        }
        Availability::BeyondHorizon => {
            Some(WhyCause::Until(date(now).saturating_add(i32::from(times.policy.horizon_days).days())))
        }
        Availability::Unlicensed => Some(times.licensed_until.map_or(WhyCause::Nothing, WhyCause::Until)),
        Availability::OutsideHours | Availability::EndsAfterHours => Some(WhyCause::Hours(hours(times, part, date(at), now))),
        Availability::Busy | Availability::TooClose => None,
        Availability::DayFull => Some(times.policy.most_per_day.map_or(WhyCause::Nothing, |most| WhyCause::Most(most.get()))),
    }
}

/// The doctor's hours on a date of the clinic, without time off.
fn hours(times: &DoctorTimes, part: &ClinicTimes, date: Date, now: Timestamp) -> Vec<TimeRange> {
    TimeRange::of_days(date, date, &part.zone).map(|day| times.schedule(part, now).open(day)).unwrap_or_default()
}

/// The free times at the clinic that begin nearest to an instant, in order.
fn nearest(times: &DoctorTimes, part: &ClinicTimes, at: Timestamp, now: Timestamp) -> Vec<Timestamp> {
    // A time that is over has no free times around it, so those from now on are looked for.
    let at = at.max(now);
    let (from, until) = (at.checked_sub(AROUND).unwrap_or(at), at.checked_add(AROUND).unwrap_or(at));
    let slots = TimeRange::new(from, until).map(|range| times.schedule(part, now).slots(range)).unwrap_or_default();
    model::scheduling::nearest(&slots, at, NEAREST).into_iter().map(|slot| slot.start).collect()
}

/// The visit or hold that is in the way, as far as the caller may know it.
async fn taken_by(tx: &mut Tx, access: &Access, times: &DoctorTimes, doctor: DoctorId, at: Timestamp) -> Result<TakenBy> {
    let length = SignedDuration::from_mins(i64::from(times.policy.length_mins.get()));
    let now = tx.now();
    let visit = at.checked_add(length).ok().and_then(|end| TimeRange::new(at, end));
    let taking = match visit {
        Some(visit) => store::why::taking(tx.connection(), doctor, visit, times.policy.doctor_range(visit), now).await?,
        None => None,
    };
    let Some(Taking { range, clinic, appointment, is_hold }) = taking else {
        // It was cancelled a moment ago.
        return Ok(TakenBy { range: None, appointment: None, is_hold: false });
    };
    let may_see = access.scope(ResourceKind::Appointment).is_ok_and(|scope| sees(&scope, doctor, clinic));
    Ok(TakenBy { range: range.filter(|_| may_see), appointment: appointment.filter(|_| may_see), is_hold })
}

/// Whether the appointments of a doctor at a clinic are within a scope.
fn sees(scope: &Scope, doctor: DoctorId, clinic: Option<ClinicId>) -> bool {
    scope.patient.is_none()
        && scope.user.is_none()
        && scope.doctor.is_none_or(|own| own == doctor)
        && scope.clinic.is_none_or(|own| Some(own) == clinic)
}
