//! Reception books for a patient of the clinic, and a doctor for a patient whom they treat. Both overbook on purpose: with a reason, at a time that is taken. Patients never do.
//!
//! What staff may pass: the notice that a doctor needs, without a word; and with a reason other visits, the time between visits, and the largest number of visits on a
//! day. Nobody books while the doctor is off, without a licence, or while the clinic is closed. A patient still has one visit at a time.

use super::{
    book::{self, Booked, is_remote, number_of},
    hold::{Reservable, Wanted, locked_times, times_changed},
    limits, notices, read, requests, rules, store,
    subjects::{Booking, Timetable},
    timetable::{ClinicTimes, DoctorTimes},
};
use crate::{
    Domain, Error, Result,
    access::{Access, Permit, ResourceKind, actions},
    audit::{Audit, AuditAction},
    db::Tx,
    error::Faults,
    idempotency::{self, Claimed},
    identity,
};
use jiff::{Timestamp, civil::Date};
use model::{
    errors::{Code, FieldFault},
    ids::{AppointmentId, ClinicId, DoctorId, PatientId, VisitTypeId},
    scheduling::{
        ChosenTime, OverbookingReason, TimeRange, VisitMode, VisitReason,
        views::{AppointmentView, DeskBookingView, DeskTime, OpenTime},
    },
};
use serde::Serialize;
use std::collections::BTreeSet;

/// Books an appointment for a patient of the clinic, or of the doctor.
#[derive(Clone)]
pub struct BookForPatient {
    /// The patient.
    pub patient: PatientId,
    /// Doctor, clinic, start and visit type.
    pub time: ChosenTime,
    /// The reason for the visit, in the patient's words.
    pub reason: String,
    /// The number that the doctor calls at a visit by phone; empty for that of the patient.
    pub phone: String,
    /// Why the time is overbooked; empty to book only a free time. It does not matter when the time is free.
    pub overbooking: String,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// The values that must be equal for a repeat to be the same request.
#[derive(Serialize)]
struct Request<'a> {
    patient: PatientId,
    doctor: DoctorId,
    clinic: ClinicId,
    start: Timestamp,
    visit_type: Option<VisitTypeId>,
    reason: &'a str,
    phone: &'a str,
    overbooking: Option<&'a str>,
}

/// What was typed, checked.
struct Typed {
    reason: VisitReason,
    overbooking: Option<OverbookingReason>,
}

/// Books for a patient of the caller's clinic; or for one whom the calling doctor treats, with that doctor, who then need not confirm the visit. A time that is taken is overbooked if there is a reason for it: its reservation stands beside the others. It takes the doctor's
/// time like any visit, so nobody is offered it, also when the other visit is cancelled. When it moves, it moves to a free time, and is no longer overbooked.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for patients, for visits with another doctor and for roles that do not book; `not_found` for another clinic and for patients of others;
/// `request.fields_invalid` with the fields `reason`, `overbooking`, `phone`; `scheduling.slot_taken` without a reason to overbook; `scheduling.slot_past`,
/// `scheduling.slot_unknown`, `scheduling.patient_busy`, `scheduling.visit_type_gone` and the reasons why the doctor cannot be booked; `scheduling.patient_needs_remote_care`
/// for a visit on video or by phone; `scheduling.too_many_appointments`, `scheduling.too_many_with_doctor`; `request.idempotency_mismatch`.
pub async fn book_for_patient(domain: &Domain, access: &Access, command: BookForPatient) -> Result<AppointmentView> {
    check_staff(access, command.time.doctor, command.time.clinic)?;
    let typed = parse(&command)?;
    let key = command.idempotency_key.as_deref();
    let mut tx = domain.begin("scheduling.book_for_patient", access).await?;
    let permit = tx.permit(actions::Create, Booking(command.patient)).await?;
    let ChosenTime { doctor, clinic, start, visit_type } = command.time;
    let request = Request {
        patient: command.patient,
        doctor,
        clinic,
        start,
        visit_type,
        reason: typed.reason.as_str(),
        phone: &command.phone,
        overbooking: typed.overbooking.as_ref().map(OverbookingReason::as_str),
    };
    if let Claimed::Done(done) = idempotency::claim(&mut tx, "scheduling.book_for_patient", key, &request).await? {
        return read::end_with_view(tx, done.into()).await;
    }
    match booked(&mut tx, &permit, &command, &typed).await {
        Ok((id, entry)) => {
            idempotency::finish(&mut tx, key, id.uuid()).await?;
            let view = read::view(&mut tx, id).await?;
            tx.commit(entry).await?;
            Ok(view)
        }
        Err(error) => {
            // The locks are kept until the connection is used again.
            tx.abandon().await?;
            Err(error)
        }
    }
}

async fn booked(
    tx: &mut Tx,
    permit: &Permit<actions::Create, Booking>,
    command: &BookForPatient,
    typed: &Typed,
) -> Result<(AppointmentId, Audit)> {
    let (patient, ChosenTime { doctor, clinic, start, visit_type }) = (command.patient, command.time);
    let wanted = Wanted { doctor, clinic, start, visit_type, mode: None };
    let (mut times, mut offered) = locked_times(tx, wanted, patient).await?;
    // Nobody asks themselves.
    offered.needs_approval &= tx.access().acting()?.doctor != Some(doctor);
    let (open, overbooking) = time_for(&mut times, command.time, tx.now(), typed.overbooking.as_ref())?;
    let visit = TimeRange::new(open.start, open.end).ok_or(Code::SlotUnknown)?;
    if is_remote(offered.mode) && !identity::remote_care(tx, patient).await?.agreed {
        return Err(Code::PatientNeedsRemoteCare.into());
    }
    let phone = match offered.mode {
        VisitMode::Video | VisitMode::InPerson | VisitMode::External => None,
        VisitMode::Phone => Some(number_of(tx, patient, &command.phone).await?),
    };
    // Staff takes no times from others by haste, so only the appointments ahead are counted.
    limits::check_booking(tx, permit, doctor, start, true).await?;
    let mut freed = store::reservations::clear_for_booking(tx, permit, doctor, None, visit).await?;
    // AppointmentBooked already announces this doctor's times.
    freed.remove(&doctor);
    times_changed(tx, freed).await?;
    let time = Reservable { visit, doctor_range: times.policy.doctor_range(visit), offered };
    let reason = &typed.reason;
    let new = Booked { doctor, clinic, phone: phone.as_ref(), reason, fee_minor: None, hold: None, overbooking };
    let id = book::insert(tx, permit, new, &time).await?;
    notices::tell(tx, requests::first_event(&time, id), patient).await?;
    let action = match overbooking {
        Some(_) => AuditAction::SchedulingAppointmentOverbooked,
        None => AuditAction::SchedulingAppointmentBooked,
    };
    let entry = Audit::of(action).patient(patient).on(ResourceKind::Appointment, id);
    Ok((id, entry.with_id("doctor", doctor).with("starts_at", visit.start())))
}

/// The time if it is free; or if it is taken and there is a reason to overbook it, the time with that reason.
fn time_for<'a>(
    times: &mut DoctorTimes,
    wanted: ChosenTime,
    now: Timestamp,
    overbooking: Option<&'a OverbookingReason>,
) -> Result<(OpenTime, Option<&'a OverbookingReason>)> {
    times.policy.notice_mins = 0;
    match times.at(wanted.clinic, wanted.start, now) {
        Ok(open) => Ok((open, None)),
        // The slot engine gives this answer only when nothing else is against the time.
        Err(error) if error.code() == Code::SlotTaken && overbooking.is_some() => {
            times.without_visits();
            Ok((times.at(wanted.clinic, wanted.start, now)?, overbooking))
        }
        Err(error) => Err(error),
    }
}

/// A doctor's times for visits of a type on the day of a time, free ones and those that can be overbooked, for reception and for the doctor.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for patients, other doctors and roles without appointments; `not_found` for another clinic, and for a doctor without hours at the
/// clinic; `scheduling.visit_type_gone` and the reasons why the doctor cannot be booked.
pub async fn desk_booking(domain: &Domain, access: &Access, chosen: ChosenTime) -> Result<DeskBookingView> {
    check_staff(access, chosen.doctor, chosen.clinic)?;
    let mut tx = domain.begin_reading("scheduling.desk_booking", access).await?;
    let now = tx.now();
    let ChosenTime { doctor, clinic, start, visit_type } = chosen;
    let found = store::times::load(tx.connection(), &[doctor], now, None).await?.remove(&doctor);
    let mut times = found.ok_or(Code::NotFound)?;
    rules::may_be_booked(times.standing)?;
    let offered = times.find_type(visit_type, None).cloned().ok_or(Code::VisitTypeGone)?;
    times.of_type(&offered);
    times.policy.notice_mins = 0;
    times.clinics.retain(|part| part.clinic == clinic);
    let zone = times.clinics.first().map(|part| part.zone.clone()).ok_or(Code::NotFound)?;
    let day = zone.to_datetime(start).date();
    let starts = |times: &DoctorTimes| -> BTreeSet<Timestamp> {
        let open = TimeRange::of_days(day, day, &zone).map(|range| times.open(range, now)).unwrap_or_default();
        open.into_iter().map(|time| time.start).collect()
    };
    let free = starts(&times);
    let visit_types = times.types.iter().filter_map(|known| known.fee.map(|fee| known.view(fee))).collect();
    times.without_visits();
    let times = starts(&times).into_iter().map(|start| DeskTime { start, is_free: free.contains(&start) }).collect();
    let today = store::today(now);
    let doctor = store::doctors::load(tx.connection(), &[doctor], today).await?.remove(&doctor).ok_or(Code::NotFound)?.brief;
    let clinic = store::doctors::clinics(tx.connection(), &[clinic]).await?.remove(&clinic).ok_or(Code::NotFound)?;
    tx.close().await?;
    Ok(DeskBookingView { doctor, clinic, day, visit_types, visit_type: offered.id, times })
}

/// The time with which the acting doctor begins to book for a patient: the first free one; or on a day, the beginning of the working hours. `None` for a doctor without hours.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for everybody but doctors.
pub async fn first_to_book(domain: &Domain, access: &Access, day: Option<Date>) -> Result<Option<ChosenTime>> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin_reading("scheduling.first_to_book", access).await?;
    let Timetable(doctor) = tx.permit(actions::Read, Timetable(doctor)).await?.id();
    let now = tx.now();
    let found = store::times::load(tx.connection(), &[doctor], now, None).await?.remove(&doctor);
    tx.close().await?;
    let Some(mut times) = found else { return Ok(None) };
    times.policy.notice_mins = 0;
    let begins = |part: &ClinicTimes| {
        let within = day.and_then(|day| TimeRange::of_days(day, day, &part.zone))?;
        times.schedule(part, now).open(within).first().map(|open| (part.clinic, open.start()))
    };
    let found = match day {
        Some(_) => times.clinics.iter().filter_map(begins).min_by_key(|(_, start)| *start),
        None => times.next_open(now).map(|open| (open.clinic, open.start)),
    };
    let midnight =
        |part: &ClinicTimes| day.and_then(|day| TimeRange::of_days(day, day, &part.zone)).map_or(now, TimeRange::start);
    let found = found.or_else(|| times.clinics.first().map(|part| (part.clinic, midnight(part))));
    Ok(found.map(|(clinic, start)| ChosenTime { doctor, clinic, start, visit_type: None }))
}

/// Checks that the caller belongs to the staff of the clinic, or is the doctor. What staff may do there, the policy decides.
pub(super) fn check_staff(access: &Access, doctor: DoctorId, clinic: ClinicId) -> Result<()> {
    let scope = access.scope(ResourceKind::Appointment)?;
    if scope.patient.is_some() || scope.doctor.is_some_and(|own| own != doctor) {
        return Err(Code::Forbidden.into());
    }
    if scope.clinic.is_some_and(|own| own != clinic) {
        return Err(Code::NotFound.into());
    }
    Ok(())
}

fn parse(command: &BookForPatient) -> Result<Typed> {
    let mut faults = Faults::default();
    let reason = faults.take("reason", VisitReason::parse(&command.reason));
    let overbooking = faults.take("overbooking", OverbookingReason::parse_optional(&command.overbooking));
    faults.check()?;
    let reason = reason.ok_or_else(|| Error::field("reason", FieldFault::Missing))?;
    Ok(Typed { reason, overbooking: overbooking.flatten() })
}
