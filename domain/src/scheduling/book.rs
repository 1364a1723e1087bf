//! Booking: from an open time, held or not, to a confirmed appointment.

use super::{
    hold::{Reservable, reservable, times_changed},
    limits,
    notices::Event,
    read,
    store::{
        self,
        appointments::NewAppointment,
        reservations::{NewReservation, ReservationOf},
    },
    subjects::Booking,
};
use crate::{
    Domain, Error, Result,
    access::{Access, Permit, ResourceKind, actions},
    audit::{Audit, AuditAction},
    db::Tx,
    idempotency::{self, Claimed},
};
use jiff::Timestamp;
use model::{
    errors::Code,
    ids::{AppointmentId, ClinicId, DoctorId, PatientId, ReservationId},
    scheduling::{VisitMode, VisitReason, views::AppointmentView},
};
use serde::Serialize;

/// Books an appointment.
#[derive(Clone)]
pub struct BookAppointment {
    /// The hold that kept the time, if there was one. An expired hold does no harm: the time is booked if it is still free.
    pub hold: Option<ReservationId>,
    /// The doctor.
    pub doctor: DoctorId,
    /// The clinic.
    pub clinic: ClinicId,
    /// When the visit begins.
    pub start: Timestamp,
    /// The reason, in the patient's words.
    pub reason: String,
    /// How patient and doctor meet.
    pub mode: VisitMode,
    /// The fee that the patient was shown, in minor units. If the doctor has another one now, nothing is booked. `None` when no fee was shown.
    pub fee_minor: Option<i64>,
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
    reason: &'a str,
    mode: VisitMode,
}

/// Books for the patient on whose behalf the caller acts. One transaction deletes the hold and inserts reservation, appointment and visit.
///
/// # Errors
/// `request.fields_invalid` with the field `reason`; `scheduling.slot_taken`, `scheduling.slot_past`, `scheduling.slot_unknown`,
/// `scheduling.patient_busy`, `scheduling.doctor_unavailable`, `scheduling.doctor_without_fee`, `scheduling.fee_changed`, `directory.doctor_unverified`,
/// `not_found`, `access.sign_in_needed`, `access.forbidden`, `request.idempotency_mismatch`; `scheduling.too_many_appointments`,
/// `scheduling.too_many_with_doctor`, `request.rate_limited`.
pub async fn book(domain: &Domain, access: &Access, command: BookAppointment) -> Result<AppointmentView> {
    let patient = access.acting_patient()?;
    let reason = VisitReason::parse(&command.reason).map_err(|fault| Error::field("reason", fault))?;
    let BookAppointment { hold, doctor, clinic, start, mode, fee_minor, idempotency_key, .. } = command;
    let key = idempotency_key.as_deref();

    let mut tx = domain.begin("scheduling.book", access).await?;
    let permit = tx.permit(actions::Create, Booking(patient)).await?;
    let request = Request { patient, doctor, clinic, start, reason: reason.as_str(), mode };
    if let Claimed::Done(done) = idempotency::claim(&mut tx, "scheduling.book", key, &request).await? {
        return read::end_with_view(tx, done.into()).await;
    }

    let held = match hold {
        Some(reservation) => store::reservations::held(&mut tx, &permit, reservation).await?,
        None => None,
    };
    let time = reservable(&mut tx, doctor, clinic, start, patient, held).await?;
    limits::check_booking(
        &mut tx,
        &permit,
        doctor,
        start,
        held.is_some_and(|held| held.doctor == doctor && held.starts_at == start),
    )
    .await?;
    let mut freed = store::reservations::clear_for_booking(&mut tx, &permit, doctor, hold, time.visit).await?;
    // AppointmentBooked already announces this doctor's times.
    freed.remove(&doctor);
    times_changed(&mut tx, freed).await?;
    let id = insert(&mut tx, &permit, Booked { doctor, clinic, mode, reason: &reason, fee_minor, hold }, time).await?;
    idempotency::finish(&mut tx, key, id.uuid()).await?;
    tx.emit(Event::AppointmentBooked { appointment: id }).await?;

    let view = read::view(&mut tx, id).await?;
    let entry = Audit::of(AuditAction::SchedulingAppointmentBooked).patient(patient).on(ResourceKind::Appointment, id);
    tx.commit(entry.with_id("doctor", doctor).with("starts_at", time.visit.start())).await?;
    Ok(view)
}

/// What is booked, apart from the time and the patient.
#[derive(Clone, Copy)]
struct Booked<'a> {
    doctor: DoctorId,
    clinic: ClinicId,
    mode: VisitMode,
    reason: &'a VisitReason,
    fee_minor: Option<i64>,
    hold: Option<ReservationId>,
}

async fn insert(
    tx: &mut Tx,
    permit: &Permit<actions::Create, Booking>,
    booked: Booked<'_>,
    time: Reservable,
) -> Result<AppointmentId> {
    let Booked { doctor, clinic, mode, reason, fee_minor, hold } = booked;
    let booked_by = tx.access().acting()?.user;
    let today = store::today(tx.now());
    let fee = store::doctors::load(tx.connection(), &[doctor], today).await?.remove(&doctor).ok_or(Code::NotFound)?.fee;
    let fee = fee.ok_or(Code::DoctorWithoutFee)?;
    if fee_minor.is_some_and(|shown| shown != fee.minor) {
        return Err(Code::FeeChanged.into());
    }
    let id = tx.new_id::<AppointmentId>();
    let new = NewAppointment { id, doctor, clinic, visit: time.visit, mode, reason, fee, booked_by, hold };
    store::appointments::insert(tx, permit, &new).await?;
    let reservation = NewReservation {
        id: tx.new_id(),
        doctor,
        doctor_range: time.doctor_range,
        visit: time.visit,
        of: ReservationOf::Appointment(id),
    };
    store::reservations::insert(tx, permit, reservation).await?;
    store::appointments::open_visit(tx, permit, &new).await?;
    Ok(id)
}
