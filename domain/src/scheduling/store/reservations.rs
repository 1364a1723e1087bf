//! Holds and reservations.

use super::rooms::GivenBack;
use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Cancel, Create},
    },
    db::Tx,
    scheduling::subjects::Booking,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{AppointmentId, ClinicId, DoctorId, PatientId, ReservationId, RoomId, UserId, VisitTypeId},
    scheduling::{ReservationKind, TimeRange, VisitMode},
};
use sqlx::{PgConnection, PgPool};
use std::collections::BTreeSet;

/// The error codes for the constraints that refuse an insert.
pub(super) const REFUSALS: [(&str, Code); 3] = [
    ("reservations_doctor_free", Code::SlotTaken),
    ("reservations_patient_free", Code::PatientBusy),
    ("reservations_room_free", Code::SlotTaken),
];

/// A reservation to insert.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) struct NewReservation {
    pub(in crate::scheduling) id: ReservationId,
    pub(in crate::scheduling) doctor: DoctorId,
    /// The visit with the buffers around it.
    pub(in crate::scheduling) doctor_range: TimeRange,
    pub(in crate::scheduling) visit: TimeRange,
    /// The visit type by which its length was computed.
    pub(in crate::scheduling) visit_type: VisitTypeId,
    /// How patient and doctor are to meet.
    pub(in crate::scheduling) mode: VisitMode,
    pub(in crate::scheduling) of: ReservationOf,
    /// Whether staff overbooks: it stands beside what the doctor has at this time.
    pub(in crate::scheduling) beside: bool,
    /// The room; `None` if none is needed, the clinic has none, or staff overbooks.
    pub(in crate::scheduling) room: Option<RoomId>,
}

/// What a reservation is for.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) enum ReservationOf {
    /// A hold: the user, the clinic, and when it expires.
    Hold(UserId, ClinicId, Timestamp),
    /// An appointment.
    Appointment(AppointmentId),
    /// A requested appointment.
    Request(AppointmentId),
}

/// A hold as it is stored.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) struct HeldRow {
    pub(in crate::scheduling) reservation: ReservationId,
    pub(in crate::scheduling) doctor: DoctorId,
    pub(in crate::scheduling) clinic: ClinicId,
    pub(in crate::scheduling) starts_at: Timestamp,
    pub(in crate::scheduling) ends_at: Timestamp,
    pub(in crate::scheduling) expires_at: Timestamp,
    /// `None` when it was made before there were visit types.
    pub(in crate::scheduling) visit_type: Option<VisitTypeId>,
    /// How patient and doctor were to meet when it was made; `None` when that was not kept yet.
    pub(in crate::scheduling) mode: Option<VisitMode>,
}

/// Inserts a reservation of the patient. The locks of `locks` must be held.
pub(in crate::scheduling) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Create, Booking>,
    reservation: NewReservation,
) -> Result<()> {
    let Booking(patient) = permit.id();
    let (kind, held_by, clinic, expires_at, appointment) = match reservation.of {
        ReservationOf::Hold(user, clinic, until) => (ReservationKind::Held, Some(user), Some(clinic), Some(until), None),
        ReservationOf::Appointment(appointment) => (ReservationKind::Confirmed, None, None, None, Some(appointment)),
        ReservationOf::Request(appointment) => (ReservationKind::Requested, None, None, None, Some(appointment)),
    };
    sqlx::query!(
        "insert into reservations (id, doctor_id, patient_id, doctor_range, patient_range, kind, held_by, clinic_id, expires_at,
           appointment_id, visit_type_id, mode, beside, room_id)
         values ($1, $2, $3, tstzrange($4, $5), tstzrange($6, $7), $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        reservation.id.uuid(),
        reservation.doctor.uuid(),
        patient.uuid(),
        reservation.doctor_range.start().to_sqlx(),
        reservation.doctor_range.end().to_sqlx(),
        reservation.visit.start().to_sqlx(),
        reservation.visit.end().to_sqlx(),
        kind.as_str(),
        held_by.map(UserId::uuid),
        clinic.map(ClinicId::uuid),
        expires_at.map(ToSqlx::to_sqlx) as _,
        appointment.map(AppointmentId::uuid),
        reservation.visit_type.uuid(),
        reservation.mode.as_str(),
        reservation.beside,
        reservation.room.map(RoomId::uuid)
    )
    .execute(tx.connection())
    .await
    .map(drop)
    .map_err(|error| Error::on_constraint(error, &REFUSALS))
}

/// Whether somebody else has exactly this time now. It is asked without the locks, so `true` is reliable and `false` is not.
pub(in crate::scheduling) async fn is_taken(
    connection: &mut PgConnection,
    doctor: DoctorId,
    start: Timestamp,
    patient: PatientId,
    now: Timestamp,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from reservations where doctor_id = $1 and not beside and doctor_range @> $2::timestamptz
           and lower(patient_range) = $2 and (kind <> 'held' or (expires_at > $4 and patient_id <> $3))) as \"taken!\"",
        doctor.uuid(),
        start.to_sqlx(),
        patient.uuid(),
        now.to_sqlx()
    )
    .fetch_one(connection)
    .await?)
}

/// The live hold of the patient with this id.
pub(in crate::scheduling) async fn held<A>(
    tx: &mut Tx,
    permit: &Permit<A, Booking>,
    reservation: ReservationId,
) -> Result<Option<HeldRow>> {
    let (Booking(patient), now) = (permit.id(), tx.now());
    let row = sqlx::query!(
        "select id, doctor_id, clinic_id as \"clinic_id!\", lower(patient_range) as \"starts_at!\", upper(patient_range) as \"ends_at!\",
           expires_at as \"expires_at!\", visit_type_id, mode
         from reservations where id = $1 and patient_id = $2 and kind = 'held' and expires_at > $3",
        reservation.uuid(),
        patient.uuid(),
        now.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(HeldRow {
        reservation: row.id.into(),
        doctor: row.doctor_id.into(),
        clinic: row.clinic_id.into(),
        starts_at: row.starts_at.to_jiff(),
        ends_at: row.ends_at.to_jiff(),
        expires_at: row.expires_at.to_jiff(),
        visit_type: row.visit_type_id.map(VisitTypeId::from),
        mode: row.mode.as_deref().map(super::visit_types::mode).transpose()?,
    }))
}

/// Deletes the expired holds of a doctor and all holds of a patient, who may hold one time. Returns the doctors whose times were freed, and the rooms.
pub(in crate::scheduling) async fn clear_for_hold(
    tx: &mut Tx,
    permit: &Permit<Create, Booking>,
    doctor: DoctorId,
) -> Result<(BTreeSet<DoctorId>, Vec<GivenBack>)> {
    let (Booking(patient), now) = (permit.id(), tx.now());
    let freed = sqlx::query!(
        "delete from reservations where kind = 'held' and (patient_id = $2 or (doctor_id = $1 and expires_at <= $3))
         returning doctor_id, room_id, lower(doctor_range) as \"starts_at!\", upper(doctor_range) as \"ends_at!\"",
        doctor.uuid(),
        patient.uuid(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    let rooms = freed.iter().filter_map(|row| GivenBack::of(row.room_id, row.starts_at.to_jiff(), row.ends_at.to_jiff()));
    let rooms = rooms.collect();
    Ok((freed.into_iter().map(|row| row.doctor_id.into()).collect(), rooms))
}

/// Deletes the holds that are in the way of a booking and may be deleted: the doctor's expired holds, and the patient's holds that are the one
/// booked, expired, or at the same time. Returns the doctors whose times were freed.
pub(in crate::scheduling) async fn clear_for_booking(
    tx: &mut Tx,
    permit: &Permit<Create, Booking>,
    doctor: DoctorId,
    hold: Option<ReservationId>,
    visit: TimeRange,
) -> Result<BTreeSet<DoctorId>> {
    let (Booking(patient), now) = (permit.id(), tx.now());
    let freed = sqlx::query_scalar!(
        "delete from reservations where kind = 'held' and (
           (expires_at <= $4 and doctor_id = $1)
           or (patient_id = $2 and (id = $3 or expires_at <= $4 or patient_range && tstzrange($5, $6))))
         returning doctor_id",
        doctor.uuid(),
        patient.uuid(),
        hold.map(ReservationId::uuid),
        now.to_sqlx(),
        visit.start().to_sqlx(),
        visit.end().to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(freed.into_iter().map(DoctorId::from).collect())
}

/// Deletes the hold of a patient; returns the doctor whose time it was and the room, if the hold existed.
pub(in crate::scheduling) async fn release(
    tx: &mut Tx,
    permit: &Permit<Create, Booking>,
    reservation: ReservationId,
) -> Result<Option<(DoctorId, Option<GivenBack>)>> {
    let Booking(patient) = permit.id();
    let freed = sqlx::query!(
        "delete from reservations where id = $1 and patient_id = $2 and kind = 'held'
         returning doctor_id, room_id, lower(doctor_range) as \"starts_at!\", upper(doctor_range) as \"ends_at!\"",
        reservation.uuid(),
        patient.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(freed.map(|row| (row.doctor_id.into(), GivenBack::of(row.room_id, row.starts_at.to_jiff(), row.ends_at.to_jiff()))))
}

/// Deletes the reservation of an appointment; returns the room that it had.
pub(in crate::scheduling) async fn delete_of(tx: &mut Tx, permit: &Permit<Cancel, AppointmentId>) -> Result<Option<GivenBack>> {
    let deleted = sqlx::query!(
        "delete from reservations where appointment_id = $1
         returning room_id, lower(doctor_range) as \"starts_at!\", upper(doctor_range) as \"ends_at!\"",
        permit.id().uuid()
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or_else(|| Error::internal("a live appointment had no reservation"))?;
    Ok(GivenBack::of(deleted.room_id, deleted.starts_at.to_jiff(), deleted.ends_at.to_jiff()))
}

/// Some of the expired holds.
pub(in crate::scheduling) async fn expired(pool: &PgPool, now: Timestamp) -> Result<Vec<ReservationId>> {
    let ids =
        sqlx::query_scalar!("select id from reservations where kind = 'held' and expires_at <= $1 limit 1000", now.to_sqlx())
            .fetch_all(pool)
            .await?;
    Ok(ids.into_iter().map(ReservationId::from).collect())
}

/// Deletes a hold of any patient; returns the doctor whose time it was and the room, if the hold still existed.
pub(in crate::scheduling) async fn sweep(
    connection: &mut PgConnection,
    hold: ReservationId,
) -> Result<Option<(DoctorId, Option<GivenBack>)>> {
    let freed = sqlx::query!(
        "delete from reservations where id = $1 and kind = 'held'
         returning doctor_id, room_id, lower(doctor_range) as \"starts_at!\", upper(doctor_range) as \"ends_at!\"",
        hold.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(freed.map(|row| (row.doctor_id.into(), GivenBack::of(row.room_id, row.starts_at.to_jiff(), row.ends_at.to_jiff()))))
}

/// Whether the account exists, and its owner has not deleted it.
pub(in crate::scheduling) async fn account_exists(connection: &mut PgConnection, user: UserId) -> Result<bool> {
    Ok(sqlx::query_scalar!("select exists (select from account where user_id = $1) as \"exists!\"", user.uuid())
        .fetch_one(connection)
        .await?)
}

/// Whether the patient exists.
pub(in crate::scheduling) async fn patient_exists(connection: &mut PgConnection, patient: PatientId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from patient_identity where patient_id = $1 and deleted_at is null) as \"exists!\"",
        patient.uuid()
    )
    .fetch_one(connection)
    .await?)
}
