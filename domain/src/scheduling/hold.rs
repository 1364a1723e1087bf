//! Holding a time while the form is filled in.

use super::{
    jurisdiction, limits, locks,
    notices::Event,
    rooms::{self, Need},
    rules,
    store::{
        self,
        reservations::{HeldRow, NewReservation, ReservationOf},
        visit_types::{self, OfferedType},
    },
    subjects::Booking,
    timetable::DoctorTimes,
};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions},
    audit::{Audit, AuditAction},
    db::Tx,
    directory, outbox,
};
use jiff::{SignedDuration, Timestamp};
use model::{
    errors::Code,
    ids::{AppointmentId, ClinicId, DoctorId, PatientId, ReservationId, VisitTypeId},
    scheduling::{
        ChosenTime, TimeRange, VisitMode,
        views::{HoldView, OpenTime},
    },
};

/// Holds a time.
#[derive(Debug, Clone, Copy)]
pub struct Hold {
    /// The doctor.
    pub doctor: DoctorId,
    /// The clinic.
    pub clinic: ClinicId,
    /// When the visit begins.
    pub start: Timestamp,
    /// The visit type; `None` for the doctor's first one.
    pub visit_type: Option<VisitTypeId>,
}

impl From<ChosenTime> for Hold {
    fn from(ChosenTime { doctor, clinic, start, visit_type }: ChosenTime) -> Self {
        Self { doctor, clinic, start, visit_type }
    }
}

/// Holds a time for the patient on whose behalf the caller acts, for some minutes. A patient has one hold: the previous one is released.
///
/// # Errors
/// `scheduling.slot_taken`, `scheduling.slot_past`, `scheduling.slot_unknown`, `scheduling.patient_busy`, `scheduling.doctor_unavailable`,
/// `scheduling.doctor_without_fee`, `scheduling.doctor_licensed_elsewhere`, `scheduling.visit_type_gone`, `directory.doctor_unverified`, `not_found`,
/// `access.sign_in_needed`, `access.forbidden`; `scheduling.too_many_appointments`, `scheduling.too_many_with_doctor`, `scheduling.held_too_often`, `request.rate_limited`.
pub async fn hold(domain: &Domain, access: &Access, command: Hold) -> Result<HoldView> {
    let patient = access.acting_patient()?;
    let user = access.acting()?.user;
    let mut tx = domain.begin("scheduling.hold", access).await?;
    let permit = tx.permit(actions::Create, Booking(patient)).await?;
    let Hold { doctor, clinic, start, visit_type } = command;
    let wanted = Wanted { doctor, clinic, start, visit_type, mode: None };
    let reservable = reservable(&mut tx, wanted, patient, None).await?;
    limits::check_hold(&mut tx, &permit, command.doctor, command.start).await?;
    let (mut changed, given_back) = store::reservations::clear_for_hold(&mut tx, &permit, command.doctor).await?;

    let reservation = tx.new_id::<ReservationId>();
    let until = tx.now() + SignedDuration::from_mins(domain.settings().hold_minutes);
    let of = ReservationOf::Hold(user, command.clinic, until);
    let Reservable { visit, doctor_range, offered } = reservable;
    let (visit_type, mode) = (offered.id, offered.mode);
    let room = match rooms::take(&mut tx, mode, clinic, doctor_range, Need::Room(None)).await {
        Ok(room) => room,
        Err(error) => {
            // The locks are kept until the connection is used again.
            tx.abandon().await?;
            return Err(error);
        }
    };
    let new = NewReservation { id: reservation, doctor, doctor_range, visit, visit_type, mode, of, beside: false, room };
    store::reservations::insert(&mut tx, &permit, new).await?;
    changed.insert(command.doctor);
    times_changed(&mut tx, changed).await?;
    rooms::given_back(&mut tx, given_back).await?;

    let held = HeldRow {
        reservation,
        doctor: command.doctor,
        clinic: command.clinic,
        starts_at: visit.start(),
        ends_at: visit.end(),
        expires_at: until,
        visit_type: Some(visit_type),
        mode: Some(mode),
    };
    let view = view(&mut tx, held).await?;
    let entry = Audit::of(AuditAction::SchedulingTimeHeld).patient(patient).on(ResourceKind::Appointment, reservation.uuid());
    tx.commit(entry.with_id("doctor", command.doctor).with("starts_at", visit.start())).await?;
    Ok(view)
}

/// A hold of the patient on whose behalf the caller acts.
///
/// # Errors
/// `scheduling.hold_expired` when it has expired, was used, or was never the patient's.
pub async fn hold_view(domain: &Domain, access: &Access, reservation: ReservationId) -> Result<HoldView> {
    let patient = access.acting_patient()?;
    let mut tx = domain.begin_reading("scheduling.hold_view", access).await?;
    let permit = tx.permit(actions::Read, Booking(patient)).await?;
    let held = store::reservations::held(&mut tx, &permit, reservation).await?.ok_or(Code::HoldExpired)?;
    let view = view(&mut tx, held).await?;
    tx.close().await?;
    Ok(view)
}

/// The appointment that the patient, on whose behalf the caller acts, booked with a hold; `None` when the hold was not used or was never theirs.
///
/// # Errors
/// `access.sign_in_needed`, `access.forbidden`.
pub async fn booked_with(domain: &Domain, access: &Access, reservation: ReservationId) -> Result<Option<AppointmentId>> {
    let patient = access.acting_patient()?;
    let mut tx = domain.begin_reading("scheduling.booked_with", access).await?;
    let permit = tx.permit(actions::Read, Booking(patient)).await?;
    let appointment = store::appointments::booked_with(&mut tx, &permit, reservation).await?;
    tx.close().await?;
    Ok(appointment)
}

/// Releases a hold before it expires. Releasing an expired hold is no error.
///
/// # Errors
/// `access.sign_in_needed`, `access.forbidden`.
pub async fn release(domain: &Domain, access: &Access, reservation: ReservationId) -> Result<()> {
    let patient = access.acting_patient()?;
    let mut tx = domain.begin("scheduling.release", access).await?;
    let permit = tx.permit(actions::Create, Booking(patient)).await?;
    let Some((doctor, room)) = store::reservations::release(&mut tx, &permit, reservation).await? else {
        return tx.close().await;
    };
    tx.emit(Event::TimesChanged { doctor }).await?;
    rooms::given_back(&mut tx, room).await?;
    tx.commit(Audit::of(AuditAction::SchedulingHoldReleased).patient(patient).on(ResourceKind::Appointment, reservation.uuid()))
        .await
}

/// Deletes expired holds and notifies those who look at the doctors' times; returns how many. For the sweeper.
///
/// Each hold has its own transaction, so that this can never deadlock with a booking that deletes the same holds.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_holds(domain: &Domain) -> Result<u64> {
    let now = domain.now();
    let mut count = 0;
    for hold in store::reservations::expired(domain.pool(), now).await? {
        let mut tx = domain.pool().begin().await?;
        let Some((doctor, room)) = store::reservations::sweep(&mut tx, hold).await? else { continue };
        let mut changed = rooms::doctors_with_room_again(&mut tx, room, now).await?;
        changed.insert(doctor);
        for doctor in changed {
            outbox::store::insert(&mut tx, domain, now, &Event::TimesChanged { doctor }).await?;
        }
        tx.commit().await?;
        domain.wake_dispatcher();
        count += 1;
    }
    Ok(count)
}

/// Notifies those who look at the times of these doctors.
pub(super) async fn times_changed(tx: &mut Tx, doctors: impl IntoIterator<Item = DoctorId>) -> Result<()> {
    for doctor in doctors {
        tx.emit(Event::TimesChanged { doctor }).await?;
    }
    Ok(())
}

/// A time that this transaction may reserve, because it holds the locks.
#[derive(Debug, Clone)]
pub(super) struct Reservable {
    pub(super) visit: TimeRange,
    pub(super) doctor_range: TimeRange,
    /// The visit type; the visit has its length.
    pub(super) offered: OfferedType,
}

/// What a caller wants to reserve.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) doctor: DoctorId,
    pub(super) clinic: ClinicId,
    pub(super) start: Timestamp,
    /// `None` for the first visit type that has the mode.
    pub(super) visit_type: Option<VisitTypeId>,
    /// `None` for any.
    pub(super) mode: Option<VisitMode>,
}

/// Takes the locks and checks that the doctor accepts bookings and that the time is open. If the patient has a live hold, the notice period counts
/// from when the hold was made.
pub(super) async fn reservable(tx: &mut Tx, wanted: Wanted, patient: PatientId, held: Option<HeldRow>) -> Result<Reservable> {
    let Wanted { doctor, clinic, start, .. } = wanted;
    let now = tx.now();
    // When many want the same time, those who come too late need not wait for the locks.
    if now < start && store::reservations::is_taken(tx.connection(), doctor, start, patient, now).await? {
        return Err(Code::SlotTaken.into());
    }
    let (times, offered) = locked_times(tx, wanted, patient).await?;

    let same = |held: &HeldRow| held.doctor == doctor && held.clinic == clinic && held.starts_at == start && now < start;
    let hold_length = SignedDuration::from_mins(tx.domain().settings().hold_minutes);
    let notice_from = held.filter(same).map_or(now, |held| held.expires_at - hold_length);
    let OpenTime { start, end, .. } = times.at(clinic, start, notice_from)?;
    let visit = TimeRange::new(start, end).ok_or(Code::SlotUnknown)?;
    Ok(Reservable { visit, doctor_range: times.policy.doctor_range(visit), offered })
}

/// Takes the locks and loads the doctor's times for visits of the wanted type, if the doctor accepts bookings.
pub(super) async fn locked_times(tx: &mut Tx, wanted: Wanted, patient: PatientId) -> Result<(DoctorTimes, OfferedType)> {
    let Wanted { doctor, visit_type, mode, .. } = wanted;
    let now = tx.now();
    locks::lock(tx, doctor, patient).await?;
    // The account may have been deleted while this waited for the lock.
    let user = tx.access().acting()?.user;
    if !store::reservations::account_exists(tx.connection(), user).await? {
        return Err(Code::SignInNeeded.into());
    }
    // Nor may the record have ended meanwhile: whoever merges it locks its row, and moves everything that belongs to it.
    directory::lock_patient(tx, patient).await?;
    if !store::reservations::patient_exists(tx.connection(), patient).await? {
        return Err(Code::NotFound.into());
    }
    let mut times =
        store::times::load(tx.connection(), &[doctor], now, Some(patient)).await?.remove(&doctor).ok_or(Code::NotFound)?;
    rules::may_be_booked(times.standing)?;
    jurisdiction::limit(tx, doctor, patient, &mut times).await?;
    let offered = times.find_type(visit_type, mode).cloned().ok_or(Code::VisitTypeGone)?;
    times.of_type(&offered);
    Ok((times, offered))
}

async fn view(tx: &mut Tx, held: HeldRow) -> Result<HoldView> {
    let today = store::today(tx.now());
    let doctor =
        store::doctors::load(tx.connection(), &[held.doctor], today).await?.remove(&held.doctor).ok_or(Code::NotFound)?;
    let clinic = store::doctors::clinics(tx.connection(), &[held.clinic]).await?.remove(&held.clinic).ok_or(Code::NotFound)?;
    let (offered, is_first) = type_of(tx, &held).await?;
    let fee = offered.fee.ok_or(Code::DoctorWithoutFee)?;
    let phone = match offered.mode {
        VisitMode::Phone => phone_of_account(tx).await?,
        VisitMode::Video | VisitMode::InPerson | VisitMode::External => None,
    };
    Ok(HoldView {
        reservation: held.reservation,
        doctor: doctor.brief,
        clinic,
        starts_at: held.starts_at,
        ends_at: held.ends_at,
        expires_at: held.expires_at,
        visit_type: offered.view(fee),
        other_type: (!is_first).then_some(offered.id),
        phone,
        fee,
        cancel_notice_hours: tx.domain().settings().cancel_notice_hours,
    })
}

/// The visit type of a hold, also if it is no longer offered, and whether it is the doctor's first one.
async fn type_of(tx: &mut Tx, held: &HeldRow) -> Result<(OfferedType, bool)> {
    let types = visit_types::offered(tx.connection(), &[held.doctor.uuid()]).await?.remove(&held.doctor).unwrap_or_default();
    let first = types.first().map(|first| first.id);
    let known = held.visit_type.or(first);
    if let Some(found) = types.into_iter().find(|offered| Some(offered.id) == known) {
        return Ok((found, known == first));
    }
    let found = match known {
        Some(id) => visit_types::of_hold(tx.connection(), id).await?,
        None => None,
    };
    found.map(|found| (found, false)).ok_or_else(|| Code::VisitTypeGone.into())
}

/// The phone number of the patient on whose behalf the caller acts.
pub(super) async fn phone_of_account(tx: &mut Tx) -> Result<Option<String>> {
    let patient = tx.access().acting_patient()?;
    phone_of(tx, patient).await
}

/// The phone number of a patient.
pub(super) async fn phone_of(tx: &mut Tx, patient: PatientId) -> Result<Option<String>> {
    let permit = tx.permit(actions::Read, patient).await?;
    directory::phone(tx, &permit).await
}
