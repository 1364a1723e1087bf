//! Moving an appointment to another time.

use super::{
    hold::times_changed,
    jurisdiction, locks,
    notices::{Event, tell},
    read, requests,
    rooms::{self, Need},
    rules,
    store::{self, moves::MovedRow},
    timetable::DoctorTimes,
};
use crate::{
    Domain, Error, Result,
    access::{Access, Permit, ResourceKind, actions},
    audit::{Audit, AuditAction},
    db::Tx,
    idempotency::{self, Claimed},
};
use jiff::{Timestamp, civil::Date};
use model::{
    errors::{Code, FieldFault},
    ids::AppointmentId,
    scheduling::{
        CancelMessage, ReservationKind, TimeRange, VisitMode,
        views::{AppointmentView, MoveTrial, MoveView},
    },
};
use serde::Serialize;

/// Moves an appointment.
#[derive(Debug, Clone)]
pub struct MoveAppointment {
    /// The appointment.
    pub appointment: AppointmentId,
    /// When the visit is to begin.
    pub start: Timestamp,
    /// The version that the caller has seen, if any.
    pub version: Option<i32>,
    /// What the caller tells the patient. Only a patient need not say anything.
    pub message: Option<String>,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

#[derive(Serialize)]
struct Request<'a> {
    appointment: AppointmentId,
    start: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// Moves an appointment to another free time of the same doctor at the same clinic. It keeps its length, its mode, its fee and its number. One transaction frees the old
/// time and takes the new one; the old time counts as free, so a visit can move by less than its length. Who may cancel an appointment may move it.
///
/// A patient moves it only before the notice for cancelling begins, with the notice that the doctor needs, and at most five times. Doctor and staff need none of that, and
/// say why. Both sides get a mail, whoever moved it: it brings the new time to their calendars.
///
/// # Errors
/// `not_found`, `access.forbidden`, `scheduling.appointment_settled`, `scheduling.move_too_late`, `scheduling.moved_too_often`, `request.stale`; `scheduling.slot_taken`, `scheduling.slot_past`,
/// `scheduling.slot_unknown`, `scheduling.patient_busy`, `scheduling.doctor_unavailable` and the other reasons why the doctor cannot be booked; `request.fields_invalid`
/// with the field `message`; `request.idempotency_mismatch`.
pub async fn move_appointment(domain: &Domain, access: &Access, command: MoveAppointment) -> Result<AppointmentView> {
    let message = parse_message(command.message.as_deref())?;
    let key = command.idempotency_key.as_deref();
    let mut tx = domain.begin("scheduling.move", access).await?;
    let id = tx.permit(actions::Read, command.appointment).await?.id();
    let MovedRow { doctor, patient, .. } = store::moves::of(tx.connection(), id).await?;
    // The locks come before the row, as everywhere. The doctor of an appointment never changes, and its patient
    // only when records are merged; then the constraints of the database decide.
    locks::lock(&mut tx, doctor, patient).await?;
    match moved(&mut tx, &command, message.as_ref(), key).await {
        Ok(None) => read::end_with_view(tx, id).await,
        Ok(Some(entry)) => {
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

/// Moves the appointment, and returns the audit entry; `None` if an earlier request with the same key has moved it.
async fn moved(
    tx: &mut Tx,
    command: &MoveAppointment,
    message: Option<&CancelMessage>,
    key: Option<&str>,
) -> Result<Option<Audit>> {
    let permit = tx.permit(actions::Cancel, command.appointment).await?;
    let is_patient = is_patient(tx, &permit)?;
    if message.is_none() && !is_patient {
        return Err(Error::field("message", FieldFault::Missing));
    }
    let request = Request { appointment: command.appointment, start: command.start, message: message.map(CancelMessage::as_str) };
    if let Claimed::Done(_) = idempotency::claim(tx, "scheduling.move", key, &request).await? {
        return Ok(None);
    }
    let row = store::moves::of(tx.connection(), permit.id()).await?;
    let kind = check(tx, &row, is_patient)?;
    if command.version.is_some_and(|seen| seen != row.version) {
        return Err(Code::Stale.into());
    }
    let times = times(tx, &row, is_patient).await?;
    let open = times.at(row.clinic, command.start, tx.now())?;
    let visit = TimeRange::new(open.start, open.end).ok_or(Code::SlotUnknown)?;
    idempotency::finish(tx, key, command.appointment.uuid()).await?;
    put(tx, &permit, &row, &times, NewTime { visit, kind, message, counts: is_patient }).await?;
    let entry = Audit::of(AuditAction::SchedulingAppointmentMoved).patient(row.patient);
    let entry = entry.on(ResourceKind::Appointment, command.appointment);
    Ok(Some(entry.with("old_starts_at", row.visit.start()).with("starts_at", visit.start())))
}

/// Another time of an appointment.
pub(super) struct NewTime<'a> {
    pub(super) visit: TimeRange,
    /// The kind of its reservation.
    pub(super) kind: ReservationKind,
    pub(super) message: Option<&'a CancelMessage>,
    /// Whether it is one of the few times that a patient may move an appointment.
    pub(super) counts: bool,
}

/// Gives an appointment another time, under the locks, and tells everybody. The caller has checked that it may move, and that the time is open.
pub(super) async fn put(
    tx: &mut Tx,
    permit: &Permit<actions::Cancel, AppointmentId>,
    row: &MovedRow,
    times: &DoctorTimes,
    NewTime { visit, kind, message, counts }: NewTime<'_>,
) -> Result<()> {
    // A visit in person keeps its room if that is free then.
    let room = match row.mode {
        VisitMode::InPerson => store::rooms::of(tx.connection(), permit.id()).await?,
        VisitMode::Video | VisitMode::Phone | VisitMode::External => None,
    };
    let given_back = store::reservations::delete_of(tx, permit).await?;
    let freed = store::moves::clear_holds(tx, permit, row.doctor, visit).await?;
    let with_buffers = times.policy.doctor_range(visit);
    let room = rooms::take(tx, row.mode, row.clinic, with_buffers, Need::Room(room)).await?;
    store::moves::reserve(tx, permit, visit, with_buffers, kind, room).await?;
    let answer_by = requests::latest_answer(tx, visit);
    store::moves::set_time(tx, permit, visit, answer_by, message, counts).await?;
    store::moves::forget_arrival(tx, permit).await?;
    // Nothing is refused any more, so these are told.
    times_changed(tx, freed).await?;
    rooms::given_back(tx, given_back).await?;
    tell(tx, Event::AppointmentMoved { appointment: permit.id(), from: row.visit.start() }, row.patient).await
}

/// The free times to which an appointment can move on a day of the clinic; without a day, on that of the first free time.
///
/// # Errors
/// Those of [`move_appointment`] except the ones about the new time.
pub async fn times_to_move(domain: &Domain, access: &Access, appointment: AppointmentId, day: Option<Date>) -> Result<MoveView> {
    let mut tx = domain.begin_reading("scheduling.times_to_move", access).await?;
    let permit = tx.permit(actions::Read, appointment).await?;
    if !permit.may(tx.access(), actions::Cancel) {
        return Err(Code::Forbidden.into());
    }
    let is_patient = is_patient(&tx, &permit)?;
    let row = store::moves::of(tx.connection(), permit.id()).await?;
    check(&tx, &row, is_patient)?;
    let mut times = times(&mut tx, &row, is_patient).await?;
    times.clinics.retain(|part| part.clinic == row.clinic);
    let now = tx.now();
    let zone = times.clinics.first().map(|part| part.zone.clone()).ok_or(Code::SlotUnknown)?;
    let first = || times.next_open(now).map_or(now, |time| time.start);
    let day = day.unwrap_or_else(|| zone.to_datetime(first()).date());
    let open = TimeRange::of_days(day, day, &zone).map(|range| times.open(range, now)).unwrap_or_default();
    let starts = open.into_iter().map(|time| time.start).filter(|start| *start != row.visit.start()).collect();
    let appointment = read::view(&mut tx, appointment).await?;
    let entry = Audit::read(AuditAction::SchedulingAppointmentRead).patient(row.patient);
    tx.commit(entry.on(ResourceKind::Appointment, permit.id())).await?;
    Ok(MoveView { appointment, day, starts, by_patient: is_patient })
}

/// Whether an appointment could begin at an instant, for a calendar in which it is moved about. It changes nothing; [`move_appointment`] decides.
///
/// # Errors
/// Those of [`move_appointment`] except the ones about the new time and the message.
pub async fn try_move(domain: &Domain, access: &Access, appointment: AppointmentId, start: Timestamp) -> Result<MoveTrial> {
    let mut tx = domain.begin_reading("scheduling.try_move", access).await?;
    let permit = tx.permit(actions::Read, appointment).await?;
    if !permit.may(tx.access(), actions::Cancel) {
        return Err(Code::Forbidden.into());
    }
    let is_patient = is_patient(&tx, &permit)?;
    let row = store::moves::of(tx.connection(), permit.id()).await?;
    check(&tx, &row, is_patient)?;
    let times = times(&mut tx, &row, is_patient).await?;
    let part = times.clinics.iter().find(|part| part.clinic == row.clinic).ok_or(Code::SlotUnknown)?;
    let availability = times.schedule(part, tx.now()).explain(start);
    let step_mins = times.policy.step_mins.get();
    // An answer about the doctor's own times says nothing about the patient, so it needs no audit entry.
    tx.close().await?;
    Ok(MoveTrial { availability, step_mins })
}

fn is_patient<A>(tx: &Tx, permit: &Permit<A, AppointmentId>) -> Result<bool> {
    Ok(tx.access().acting()?.patient == Some(permit.patient()?))
}

/// Checks that an appointment can be moved now, and returns the kind of its reservation.
pub(super) fn check(tx: &Tx, row: &MovedRow, is_patient: bool) -> Result<ReservationKind> {
    let kind = rules::check_move(row.state, row.visit.start(), tx.now())?;
    let setting = tx.domain().settings().cancel_notice_hours;
    let in_time_until = rules::cancel_in_time_until(row.visit.start(), row.notice_hours, setting);
    if is_patient && tx.now() > in_time_until {
        return Err(Code::MoveTooLate.into());
    }
    if is_patient && rules::is_moved_too_often(row.moves_by_patient) {
        return Err(Code::MovedTooOften.into());
    }
    Ok(kind)
}

/// The doctor's times for this visit, whose own time counts as free.
pub(super) async fn times(tx: &mut Tx, row: &MovedRow, is_patient: bool) -> Result<DoctorTimes> {
    let now = tx.now();
    let found = store::times::load_for_moving(tx.connection(), row.doctor, now, (row.patient, row.id)).await?;
    let mut times = found.ok_or(Code::NotFound)?;
    rules::may_be_booked(times.standing)?;
    // The clinic may move a visit that it has taken.
    if is_patient {
        jurisdiction::limit(tx, row.doctor, row.patient, &mut times).await?;
    }
    times.for_moving(row.visit, row.visit_type, row.mode);
    if !is_patient {
        times.policy.notice_mins = 0;
    }
    Ok(times)
}

fn parse_message(typed: Option<&str>) -> Result<Option<CancelMessage>> {
    let Some(typed) = typed.filter(|typed| !typed.trim().is_empty()) else { return Ok(None) };
    CancelMessage::parse(typed).map(Some).map_err(|fault| Error::field("message", fault))
}
