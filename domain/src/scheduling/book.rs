//! Booking: from an open time, held or not, to a confirmed appointment.

use super::{
    hold::{Reservable, Wanted, phone_of, reservable, times_changed},
    limits, notices, read, requests,
    rooms::{self, Need},
    store::{
        self,
        appointments::NewAppointment,
        reservations::{HeldRow, NewReservation, ReservationOf},
    },
    subjects::Booking,
};
use crate::{
    Domain, Error, Result,
    access::{Access, Permit, ResourceKind, actions},
    audit::{Audit, AuditAction},
    db::Tx,
    idempotency::{self, Claimed},
    identity,
};
use jiff::Timestamp;
use model::{
    errors::{Code, FieldFault},
    identity::PhoneNumber,
    ids::{AppointmentId, ClinicId, DoctorId, PatientId, ReservationId, VisitTypeId},
    scheduling::{OverbookingReason, VisitMode, VisitReason, views::AppointmentView},
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
    /// The visit type; `None` for that of the hold or, without a hold, the doctor's first one.
    pub visit_type: Option<VisitTypeId>,
    /// How patient and doctor meet: only types with this mode are meant. `None` for any.
    pub mode: Option<VisitMode>,
    /// The number that the doctor calls at a visit by phone; empty for that of the account.
    pub phone: String,
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
    visit_type: Option<VisitTypeId>,
    mode: Option<VisitMode>,
    phone: &'a str,
}

/// Books for the patient on whose behalf the caller acts. One transaction deletes the hold and inserts reservation, appointment and visit.
///
/// # Errors
/// `request.fields_invalid` with the fields `reason`, `phone`; `scheduling.visit_type_gone`, also when the type of the hold has another length or way to meet by now;
/// `scheduling.slot_taken`, `scheduling.slot_past`, `scheduling.slot_unknown`,
/// `scheduling.patient_busy`, `scheduling.doctor_unavailable`, `scheduling.doctor_without_fee`, `scheduling.fee_changed`, `directory.doctor_unverified`,
/// `not_found`, `access.sign_in_needed`, `access.forbidden`, `request.idempotency_mismatch`; `scheduling.too_many_appointments`,
/// `scheduling.too_many_with_doctor`, `request.rate_limited`; `identity.remote_care_needed` for a visit on video or by phone.
pub async fn book(domain: &Domain, access: &Access, command: BookAppointment) -> Result<AppointmentView> {
    let patient = access.acting_patient()?;
    let reason = VisitReason::parse(&command.reason).map_err(|fault| Error::field("reason", fault))?;
    let BookAppointment { hold, doctor, clinic, start, visit_type, mode, phone, fee_minor, idempotency_key, .. } = command;
    let key = idempotency_key.as_deref();

    let mut tx = domain.begin("scheduling.book", access).await?;
    let permit = tx.permit(actions::Create, Booking(patient)).await?;
    let request = Request { patient, doctor, clinic, start, reason: reason.as_str(), visit_type, mode, phone: &phone };
    if let Claimed::Done(done) = idempotency::claim(&mut tx, "scheduling.book", key, &request).await? {
        return read::end_with_view(tx, done.into()).await;
    }

    let held = match hold {
        Some(reservation) => store::reservations::held(&mut tx, &permit, reservation).await?,
        None => None,
    };
    // A hold is for one type of its doctor. A caller who asks for a mode asks for any type that has it.
    let held_type = held.filter(|held| held.doctor == doctor && mode.is_none()).and_then(|held| held.visit_type);
    let wanted = Wanted { doctor, clinic, start, visit_type: visit_type.or(held_type), mode };
    let time = reservable(&mut tx, wanted, patient, held).await?;
    if held.is_some_and(|held| held.doctor == doctor && held.clinic == clinic && is_changed(held, &time)) {
        tx.close().await?;
        return Err(Code::VisitTypeGone.into());
    }
    if is_remote(time.offered.mode) && !identity::remote_care(&mut tx, patient).await?.agreed {
        tx.close().await?;
        return Err(Code::RemoteCareNeeded.into());
    }
    let phone = number_to_call(&mut tx, time.offered.mode, &phone).await?;
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
    let booked = Booked { doctor, clinic, phone: phone.as_ref(), reason: &reason, fee_minor, hold, overbooking: None };
    let id = match insert(&mut tx, &permit, booked, &time).await {
        Ok(id) => id,
        Err(error) => {
            // The locks are kept until the connection is used again.
            tx.abandon().await?;
            return Err(error);
        }
    };
    idempotency::finish(&mut tx, key, id.uuid()).await?;
    notices::tell(&mut tx, requests::first_event(&time, id), patient).await?;

    let view = read::view(&mut tx, id).await?;
    let entry = Audit::of(AuditAction::SchedulingAppointmentBooked).patient(patient).on(ResourceKind::Appointment, id);
    tx.commit(entry.with_id("doctor", doctor).with("starts_at", time.visit.start())).await?;
    Ok(view)
}

/// What is booked, apart from the time and the patient.
#[derive(Clone, Copy)]
pub(super) struct Booked<'a> {
    pub(super) doctor: DoctorId,
    pub(super) clinic: ClinicId,
    pub(super) phone: Option<&'a PhoneNumber>,
    pub(super) reason: &'a VisitReason,
    pub(super) fee_minor: Option<i64>,
    pub(super) hold: Option<ReservationId>,
    /// Why staff books a time that is taken; `None` for a free one.
    pub(super) overbooking: Option<&'a OverbookingReason>,
}

pub(super) async fn insert(
    tx: &mut Tx,
    permit: &Permit<actions::Create, Booking>,
    booked: Booked<'_>,
    time: &Reservable,
) -> Result<AppointmentId> {
    let Booked { doctor, clinic, phone, reason, fee_minor, hold, overbooking } = booked;
    let booked_by = tx.access().acting()?.user;
    let fee = time.offered.fee.ok_or(Code::DoctorWithoutFee)?;
    if fee_minor.is_some_and(|shown| shown != fee.minor) {
        return Err(Code::FeeChanged.into());
    }
    let id = tx.new_id::<AppointmentId>();
    let (visit_type, mode) = (time.offered.id, time.offered.mode);
    let (state, answer_by) = requests::first_state(tx, time);
    let new = NewAppointment {
        id,
        doctor,
        clinic,
        visit: time.visit,
        mode,
        visit_type,
        phone,
        reason,
        fee,
        booked_by,
        hold,
        state,
        answer_by,
        overbooking,
    };
    store::appointments::insert(tx, permit, &new).await?;
    let need = if overbooking.is_some() { Need::IfFree } else { Need::Room(None) };
    let room = rooms::take(tx, mode, clinic, time.doctor_range, need).await?;
    let reservation = NewReservation {
        id: tx.new_id(),
        doctor,
        doctor_range: time.doctor_range,
        visit: time.visit,
        visit_type,
        mode,
        of: if time.offered.needs_approval { ReservationOf::Request(id) } else { ReservationOf::Appointment(id) },
        beside: overbooking.is_some(),
        room,
    };
    store::reservations::insert(tx, permit, reservation).await?;
    store::appointments::open_visit(tx, permit, &new).await?;
    Ok(id)
}

/// Whether the visit is by video, by phone or at a meeting on the web, so that the patient has to agree to remote care.
pub(super) const fn is_remote(mode: VisitMode) -> bool {
    match mode {
        VisitMode::Video | VisitMode::Phone | VisitMode::External => true,
        VisitMode::InPerson => false,
    }
}

/// Whether the doctor has changed the length or the mode of the visit since it was held. The patient has agreed to the held one.
pub(super) fn is_changed(held: HeldRow, time: &Reservable) -> bool {
    let same = held.visit_type == Some(time.offered.id) && held.starts_at == time.visit.start();
    same && (held.ends_at != time.visit.end() || held.mode.is_some_and(|mode| mode != time.offered.mode))
}

/// The number that the doctor calls: the one in the form, or that of the account. `None` if the visit is not by phone.
pub(super) async fn number_to_call(tx: &mut Tx, mode: VisitMode, typed: &str) -> Result<Option<PhoneNumber>> {
    match mode {
        VisitMode::Video | VisitMode::InPerson | VisitMode::External => return Ok(None),
        VisitMode::Phone => {}
    }
    let patient = tx.access().acting_patient()?;
    number_of(tx, patient, typed).await.map(Some)
}

/// The number that the doctor calls at a visit by phone: the one in the form, or that of the patient.
pub(super) async fn number_of(tx: &mut Tx, patient: PatientId, typed: &str) -> Result<PhoneNumber> {
    let number = match identity::phone_number(typed) {
        Err(FieldFault::Missing) => {
            let known = phone_of(tx, patient).await?.ok_or_else(|| Error::field("phone", FieldFault::Missing))?;
            PhoneNumber::parse(&known)
        }
        parsed => parsed,
    };
    number.map_err(|fault| Error::field("phone", fault))
}
