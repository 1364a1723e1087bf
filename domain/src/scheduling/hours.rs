//! A doctor's weekly hours.

use super::{notices::Event, rules, store, subjects::Timetable};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions},
    audit::{Audit, AuditAction},
    db::Tx,
    directory,
    idempotency::{self, Claimed},
};
use jiff::{civil::Date, tz::TimeZone};
use model::{
    errors::{Code, FieldFault},
    ids::{AppointmentId, ClinicId, DoctorId},
    scheduling::{
        HoursRule, check_week,
        views::{AppointmentCard, ClinicBrief, ClinicHours, HoursView, WeekHours},
    },
};
use serde::Serialize;
use std::collections::HashMap;

/// More ranges than anybody works in a week.
const MOST_RANGES: usize = 7 * 6;

/// Replaces the weekly hours at one clinic.
#[derive(Debug, Clone)]
pub struct ReplaceWeek {
    /// The clinic.
    pub clinic: ClinicId,
    /// The hours, in the clinic's local time; empty for a clinic at which the doctor no longer works.
    pub week: Vec<WeekHours>,
    /// The version that the caller has seen.
    pub version: i32,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

#[derive(Serialize)]
struct Request<'a> {
    clinic: ClinicId,
    week: &'a [WeekHours],
    version: i32,
}

/// The acting doctor's hours, and the coming appointments outside them.
///
/// # Errors
/// `access.sign_in_needed`, `access.forbidden`.
pub async fn hours(domain: &Domain, access: &Access) -> Result<HoursView> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin_reading("scheduling.hours", access).await?;
    let Timetable(doctor) = tx.permit(actions::Read, Timetable(doctor)).await?.id();
    end_with_view(tx, doctor).await
}

/// Replaces the acting doctor's weekly hours at a clinic, from today on. Appointments stay, even those that no longer fit.
///
/// # Errors
/// `scheduling.hours_overlap`, also with hours at another clinic of the same zone; `request.stale`; `request.fields_invalid` with the fields
/// `clinic`, `week`; `access.sign_in_needed`, `access.forbidden`.
pub async fn replace_week(domain: &Domain, access: &Access, command: ReplaceWeek) -> Result<HoursView> {
    let doctor = access.acting_doctor()?;
    if command.week.len() > MOST_RANGES {
        return Err(Error::field("week", FieldFault::too_many(MOST_RANGES)));
    }
    let key = command.idempotency_key.as_deref();
    let mut tx = domain.begin("scheduling.replace_week", access).await?;
    let permit = tx.permit(actions::Write, Timetable(doctor)).await?;
    let request = Request { clinic: command.clinic, week: &command.week, version: command.version };
    if let Claimed::Done(_) = idempotency::claim(&mut tx, "scheduling.replace_week", key, &request).await? {
        return end_with_view(tx, doctor).await;
    }
    let clinics = clinics(&mut tx, doctor).await?;
    let clinic = own_clinic(&clinics, command.clinic)?;
    let today = today_at(&tx, clinic)?;
    check_overlaps(&mut tx, doctor, clinic, &clinics, &command.week, today).await?;
    directory::next_doctor_version(&mut tx, &permit, command.version).await?;
    store::hours::replace_week(&mut tx, &permit, command.clinic, &command.week, today).await?;
    idempotency::finish(&mut tx, key, doctor.uuid()).await?;
    tx.emit(Event::TimesChanged { doctor }).await?;

    let view = view(&mut tx, doctor).await?;
    let ranges = i64::try_from(command.week.len()).unwrap_or(i64::MAX);
    let entry =
        Audit::of(AuditAction::SchedulingHoursReplaced).on(ResourceKind::Schedule, doctor).with_id("clinic", command.clinic);
    tx.commit(entry.with("ranges", ranges).patients(view.outside.iter().map(|card| card.patient.id))).await?;
    Ok(view)
}

/// Refuses hours that overlap each other, or hours at another clinic in the same time zone.
async fn check_overlaps(
    tx: &mut Tx,
    doctor: DoctorId,
    clinic: &ClinicBrief,
    clinics: &[ClinicBrief],
    week: &[WeekHours],
    today: Date,
) -> Result<()> {
    let same_clock =
        |id: ClinicId| id != clinic.id && clinics.iter().any(|other| other.id == id && other.time_zone == clinic.time_zone);
    let elsewhere = store::hours::week(tx.connection(), doctor, today).await?;
    let elsewhere = elsewhere.iter().filter(|(id, _)| same_clock(*id)).map(|(_, hours)| hours);
    let all: Vec<HoursRule> = week
        .iter()
        .chain(elsewhere)
        .map(|hours| HoursRule { weekday: hours.weekday, hours: hours.hours, valid_from: None, valid_until: None })
        .collect();
    check_week(&all).map_err(|_| Code::HoursOverlap.into())
}

/// The clinics of a doctor, by name.
pub(super) async fn clinics(tx: &mut Tx, doctor: DoctorId) -> Result<Vec<ClinicBrief>> {
    let ids = store::hours::clinics(tx.connection(), doctor).await?;
    let mut found = store::doctors::clinics(tx.connection(), &ids).await?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// One of the doctor's clinics.
pub(super) fn own_clinic(clinics: &[ClinicBrief], id: ClinicId) -> Result<&ClinicBrief> {
    clinics.iter().find(|clinic| clinic.id == id).ok_or_else(|| Error::field("clinic", FieldFault::UnknownChoice))
}

/// Today's date at the clinic.
pub(super) fn today_at(tx: &Tx, clinic: &ClinicBrief) -> Result<Date> {
    Ok(tx.now().to_zoned(store::zone(&clinic.time_zone)?).date())
}

/// Ends a transaction with the hours; reading the appointments among them is audited.
pub(super) async fn end_with_view(mut tx: Tx, doctor: DoctorId) -> Result<HoursView> {
    let view = view(&mut tx, doctor).await?;
    super::read::end_list(tx, AuditAction::SchedulingHoursRead, &view.outside).await?;
    Ok(view)
}

/// The hours, within a transaction that audits the appointments in them.
pub(super) async fn view(tx: &mut Tx, doctor: DoctorId) -> Result<HoursView> {
    let (version, visit_minutes) = store::hours::version(tx.connection(), doctor).await?;
    // Yesterday in UTC: in no time zone is it an earlier date now.
    let since = tx.now().to_zoned(TimeZone::UTC).date().yesterday().map_err(Error::internal)?;
    let week = store::hours::week(tx.connection(), doctor, since).await?;
    let exceptions = store::hours::exceptions(tx.connection(), doctor, since).await?;
    let mut parts = Vec::new();
    for clinic in clinics(tx, doctor).await? {
        let (id, today) = (clinic.id, today_at(tx, &clinic)?);
        let week = week.iter().filter(|(at, _)| *at == id).map(|(_, hours)| *hours).collect();
        let differ = exceptions.iter().filter(|(at, differs)| *at == id && differs.exception.date >= today);
        parts.push(ClinicHours { week, exceptions: differ.map(|(_, differs)| differs.clone()).collect(), clinic });
    }
    let outside = outside(tx, doctor).await?;
    Ok(HoursView { doctor, version, visit_minutes, clinics: parts, outside })
}

/// The coming appointments that no longer fit the hours.
async fn outside(tx: &mut Tx, doctor: DoctorId) -> Result<Vec<AppointmentCard>> {
    let now = tx.now();
    let binding = store::appointments::binding(tx.connection(), doctor, now).await?;
    let times = store::times::load(tx.connection(), &[doctor], now, None).await?.remove(&doctor).ok_or(Code::NotFound)?;
    let schedules: HashMap<ClinicId, _> = times.clinics.iter().map(|part| (part.clinic, times.schedule(part, now))).collect();
    let lies_outside = |clinic, visit| schedules.get(&clinic).is_none_or(|schedule| rules::lies_outside(schedule, visit));
    let ids: Vec<AppointmentId> =
        binding.into_iter().filter(|(_, clinic, visit)| lies_outside(*clinic, *visit)).map(|(id, _, _)| id).collect();
    let settings = tx.domain().settings().clone();
    let rows = store::cards::load(tx.connection(), &settings, &ids, now).await?;
    Ok(rows.into_iter().map(|row| row.card).collect())
}
