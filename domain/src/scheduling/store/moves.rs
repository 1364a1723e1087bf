//! Moving an appointment, in the database.

use super::reservations::REFUSALS;
use crate::{
    Error, Result,
    access::{Permit, actions::Cancel},
    db::Tx,
    vault::Column,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{AppointmentId, ClinicId, DoctorId, PatientId, ReservationId, RoomId, VisitTypeId},
    scheduling::{AppointmentState, CancelMessage, ReservationKind, TimeRange, VisitMode},
};
use sqlx::PgConnection;
use std::collections::BTreeSet;

/// An appointment that is to be moved.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) struct MovedRow {
    pub(in crate::scheduling) id: AppointmentId,
    pub(in crate::scheduling) state: AppointmentState,
    pub(in crate::scheduling) version: i32,
    pub(in crate::scheduling) doctor: DoctorId,
    pub(in crate::scheduling) patient: PatientId,
    pub(in crate::scheduling) clinic: ClinicId,
    pub(in crate::scheduling) visit: TimeRange,
    pub(in crate::scheduling) mode: VisitMode,
    /// `None` when it was booked before there were types.
    pub(in crate::scheduling) visit_type: Option<VisitTypeId>,
    /// The notice that was copied at booking; `None` if none was copied yet.
    pub(in crate::scheduling) notice_hours: Option<i32>,
    /// How often the patient's side has moved it.
    pub(in crate::scheduling) moves_by_patient: i32,
}

/// What moving an appointment needs to know.
pub(in crate::scheduling) async fn of(connection: &mut PgConnection, id: AppointmentId) -> Result<MovedRow> {
    let row = sqlx::query!(
        "select state, version, doctor_id, patient_id, clinic_id, starts_at, ends_at, mode, visit_type_id, cancel_notice_hours, moves_by_patient
         from appointments where id = $1",
        id.uuid()
    )
    .fetch_one(connection)
    .await?;
    let visit = TimeRange::new(row.starts_at.to_jiff(), row.ends_at.to_jiff());
    Ok(MovedRow {
        id,
        state: super::cards::state(&row.state)?,
        version: row.version,
        doctor: row.doctor_id.into(),
        patient: row.patient_id.into(),
        clinic: row.clinic_id.into(),
        visit: visit.ok_or_else(|| Error::internal("an appointment ends before it begins"))?,
        mode: super::visit_types::mode(&row.mode)?,
        visit_type: row.visit_type_id.map(VisitTypeId::from),
        notice_hours: row.cancel_notice_hours,
        moves_by_patient: row.moves_by_patient,
    })
}

/// Deletes the holds that are in the way and may be deleted: the doctor's expired ones, and those of the patient that are with the doctor, expired, or at the same
/// time. Returns the other doctors whose times were freed.
pub(in crate::scheduling) async fn clear_holds(
    tx: &mut Tx,
    permit: &Permit<Cancel, AppointmentId>,
    doctor: DoctorId,
    visit: TimeRange,
) -> Result<BTreeSet<DoctorId>> {
    let (patient, now) = (permit.patient()?, tx.now());
    let freed = sqlx::query_scalar!(
        "delete from reservations where kind = 'held' and (
           (expires_at <= $3 and doctor_id = $1)
           or (patient_id = $2 and (doctor_id = $1 or expires_at <= $3 or patient_range && tstzrange($4, $5))))
         returning doctor_id",
        doctor.uuid(),
        patient.uuid(),
        now.to_sqlx(),
        visit.start().to_sqlx(),
        visit.end().to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(freed.into_iter().map(DoctorId::from).filter(|freed| *freed != doctor).collect())
}

/// Inserts the reservation of an appointment at another time. The one before must be deleted, and the locks of `locks` must be held.
pub(in crate::scheduling) async fn reserve(
    tx: &mut Tx,
    permit: &Permit<Cancel, AppointmentId>,
    visit: TimeRange,
    with_buffers: TimeRange,
    kind: ReservationKind,
    room: Option<RoomId>,
) -> Result<()> {
    let id = tx.new_id::<ReservationId>();
    let inserted = sqlx::query!(
        "insert into reservations (id, doctor_id, patient_id, doctor_range, patient_range, kind, appointment_id, visit_type_id, mode, room_id)
         select $2, a.doctor_id, a.patient_id, tstzrange($3, $4), tstzrange($5, $6), $7, a.id, a.visit_type_id, a.mode, $8::uuid
         from appointments a where a.id = $1",
        permit.id().uuid(),
        id.uuid(),
        with_buffers.start().to_sqlx(),
        with_buffers.end().to_sqlx(),
        visit.start().to_sqlx(),
        visit.end().to_sqlx(),
        kind.as_str(),
        room.map(RoomId::uuid)
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &REFUSALS))?;
    if inserted.rows_affected() == 1 { Ok(()) } else { Err(Error::internal("an appointment vanished while it was moved")) }
}

/// Gives an appointment another time, with what the patient is told about it, and counts the moves of the patient's side. A request that would be answered later
/// than `answer_by` must be answered by then. The time is free, so a visit that was overbooked no longer is.
pub(in crate::scheduling) async fn set_time(
    tx: &mut Tx,
    permit: &Permit<Cancel, AppointmentId>,
    visit: TimeRange,
    answer_by: Timestamp,
    message: Option<&CancelMessage>,
    by_patient: bool,
) -> Result<()> {
    let (patient, now) = (permit.patient()?, tx.now());
    // Without a key, the patient's data was erased, and nobody could read a message.
    let key = tx.patient_keys(&[patient]).await?.get(&patient).cloned();
    let cipher = key
        .zip(message)
        .map(|(key, message)| key.encrypt(tx.domain().randomness(), Column::MoveMessage, permit.id(), message.as_str()));
    sqlx::query!(
        "update appointments set starts_at = $2, ends_at = $3, move_message_cipher = $4, revised_at = $5, version = version + 1, overbooked = false,
           answer_by = case when answer_by > $6 then $6 else answer_by end,
           moves_by_patient = moves_by_patient + case when $7 then 1 else 0 end
         where id = $1",
        permit.id().uuid(),
        visit.start().to_sqlx(),
        visit.end().to_sqlx(),
        cipher,
        now.to_sqlx(),
        answer_by.to_sqlx(),
        by_patient
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Forgets that the patient had come for the time before: checked in, or in the waiting room. Through the function that visits publish for this.
pub(in crate::scheduling) async fn forget_arrival(tx: &mut Tx, permit: &Permit<Cancel, AppointmentId>) -> Result<()> {
    sqlx::query!("select forget_arrival($1) as \"forgotten!\"", permit.id().uuid()).fetch_one(tx.connection()).await?;
    Ok(())
}
