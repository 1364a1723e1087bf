//! Times that are offered to people on the waiting list, in the database, and the times that became free.

use super::{reservations::REFUSALS, rooms::GivenBack};
use crate::{
    Error, Result,
    access::{Permit, actions::Create},
    db::Tx,
    scheduling::{subjects::Booking, waiting::NewOffer},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{AppointmentId, ClinicId, DoctorId, PatientId, ReservationId, RoomId, VisitTypeId, WaitingEntryId, WaitingOfferId},
    scheduling::{OfferState, TimeRange, VisitMode},
};
use sqlx::{PgConnection, PgExecutor};
use std::collections::HashSet;

/// An offer as it is stored.
#[derive(Debug, Clone)]
pub(in crate::scheduling) struct OfferRow {
    pub(in crate::scheduling) id: WaitingOfferId,
    pub(in crate::scheduling) entry: WaitingEntryId,
    pub(in crate::scheduling) patient: PatientId,
    pub(in crate::scheduling) doctor: DoctorId,
    pub(in crate::scheduling) clinic: ClinicId,
    pub(in crate::scheduling) visit_type: Option<VisitTypeId>,
    pub(in crate::scheduling) mode: VisitMode,
    pub(in crate::scheduling) visit: TimeRange,
    pub(in crate::scheduling) made_at: Timestamp,
    pub(in crate::scheduling) expires_at: Timestamp,
    pub(in crate::scheduling) state: OfferState,
    /// The appointment that was booked or moved.
    pub(in crate::scheduling) appointment: Option<AppointmentId>,
    /// The appointment that is to move, and when it begins.
    pub(in crate::scheduling) moves: Option<(AppointmentId, Timestamp)>,
    /// The reason for the visit, encrypted.
    pub(in crate::scheduling) reason_cipher: Option<Vec<u8>>,
}

/// An offer.
pub(in crate::scheduling) async fn of(connection: &mut PgConnection, id: WaitingOfferId) -> Result<Option<OfferRow>> {
    let row = sqlx::query!(
        "select o.entry_id, o.patient_id, o.doctor_id, o.clinic_id, o.visit_type_id, o.mode, o.starts_at, o.ends_at, o.made_at, o.expires_at, o.state,
           o.appointment_id, w.appointment_id as \"moves?\", x.starts_at as \"moves_from?\", w.reason_cipher
         from waiting_offers o join waiting_entries w on w.id = o.entry_id left join appointments x on x.id = w.appointment_id
         where o.id = $1",
        id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let visit = TimeRange::new(row.starts_at.to_jiff(), row.ends_at.to_jiff());
    Ok(Some(OfferRow {
        id,
        entry: row.entry_id.into(),
        patient: row.patient_id.into(),
        doctor: row.doctor_id.into(),
        clinic: row.clinic_id.into(),
        visit_type: row.visit_type_id.map(VisitTypeId::from),
        mode: super::visit_types::mode(&row.mode)?,
        visit: visit.ok_or_else(|| Error::internal("an offer ends before it begins"))?,
        made_at: row.made_at.to_jiff(),
        expires_at: row.expires_at.to_jiff(),
        state: OfferState::parse(&row.state).map_err(|_| Error::internal("the state of an offer is none"))?,
        appointment: row.appointment_id.map(AppointmentId::from),
        moves: row.moves.zip(row.moves_from).map(|(id, at)| (id.into(), at.to_jiff())),
        reason_cipher: row.reason_cipher,
    }))
}

/// Waits for whoever ends an offer, and locks it. The row of its entry comes before, its reservation after.
pub(in crate::scheduling) async fn lock(connection: &mut PgConnection, id: WaitingOfferId) -> Result<()> {
    sqlx::query!("select id from waiting_offers where id = $1 for update", id.uuid()).fetch_optional(connection).await?;
    Ok(())
}

/// Whose an offer is; `None` if it does not exist.
pub(in crate::scheduling) async fn patient(connection: &mut PgConnection, id: WaitingOfferId) -> Result<Option<PatientId>> {
    let patient =
        sqlx::query_scalar!("select patient_id from waiting_offers where id = $1", id.uuid()).fetch_optional(connection).await?;
    Ok(patient.map(PatientId::from))
}

/// The open offer of an entry.
pub(in crate::scheduling) async fn open_of(
    connection: &mut PgConnection,
    entry: WaitingEntryId,
) -> Result<Option<WaitingOfferId>> {
    let id = sqlx::query_scalar!("select id from waiting_offers where entry_id = $1 and state = 'open'", entry.uuid())
        .fetch_optional(connection)
        .await?;
    Ok(id.map(WaitingOfferId::from))
}

/// Inserts an offer, and the reservation that keeps its time. The locks of `locks` must be held.
pub(in crate::scheduling) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Create, Booking>,
    new: &NewOffer,
    room: Option<RoomId>,
) -> Result<()> {
    let (Booking(patient), now) = (permit.id(), tx.now());
    sqlx::query!(
        "insert into waiting_offers (id, entry_id, patient_id, doctor_id, clinic_id, visit_type_id, mode, starts_at, ends_at, made_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        new.id.uuid(),
        new.entry.uuid(),
        patient.uuid(),
        new.doctor.uuid(),
        new.clinic.uuid(),
        new.visit_type.map(VisitTypeId::uuid),
        new.mode.as_str(),
        new.visit.start().to_sqlx(),
        new.visit.end().to_sqlx(),
        now.to_sqlx(),
        new.expires_at.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    let reservation = tx.new_id::<ReservationId>();
    sqlx::query!(
        "insert into reservations (id, doctor_id, patient_id, doctor_range, patient_range, kind, clinic_id, expires_at, visit_type_id, mode, offer_id, room_id)
         values ($1, $2, $3, tstzrange($4, $5), tstzrange($6, $7), 'offered', $8, $9, $10, $11, $12, $13)",
        reservation.uuid(),
        new.doctor.uuid(),
        patient.uuid(),
        new.with_buffers.start().to_sqlx(),
        new.with_buffers.end().to_sqlx(),
        new.visit.start().to_sqlx(),
        new.visit.end().to_sqlx(),
        new.clinic.uuid(),
        new.expires_at.to_sqlx(),
        new.visit_type.map(VisitTypeId::uuid),
        new.mode.as_str(),
        new.id.uuid(),
        room.map(RoomId::uuid)
    )
    .execute(tx.connection())
    .await
    .map(drop)
    .map_err(|error| Error::on_constraint(error, &REFUSALS))
}

/// Whether nothing else binds a patient during a visit: no appointment, no hold that lasts; and no offer, whenever it is. The patient's lock makes the answer last.
pub(in crate::scheduling) async fn patient_is_free(
    connection: &mut PgConnection,
    patient: PatientId,
    visit: TimeRange,
    now: Timestamp,
) -> Result<bool> {
    let row = sqlx::query_scalar!(
        "select not exists (select from reservations where patient_id = $1 and patient_range && tstzrange($2::timestamptz, $3::timestamptz)
           and (kind <> 'held' or expires_at > $4))
           and not exists (select from waiting_offers where patient_id = $1 and state = 'open') as \"free!\"",
        patient.uuid(),
        visit.start().to_sqlx(),
        visit.end().to_sqlx(),
        now.to_sqlx()
    );
    Ok(row.fetch_one(connection).await?)
}

/// Ends an open offer and frees its time; `false` if it has ended already. Its row is locked before its reservation.
pub(in crate::scheduling) async fn end(
    tx: &mut Tx,
    id: WaitingOfferId,
    state: OfferState,
    appointment: Option<AppointmentId>,
) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        "update waiting_offers set state = $2, answered_at = $3, appointment_id = $4 where id = $1 and state = 'open'",
        id.uuid(),
        state.as_str(),
        now.to_sqlx(),
        appointment.map(AppointmentId::uuid)
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Frees the time that an offer keeps; returns the room that was kept too.
pub(in crate::scheduling) async fn free(connection: &mut PgConnection, id: WaitingOfferId) -> Result<Option<GivenBack>> {
    let freed = sqlx::query!(
        "delete from reservations where offer_id = $1
         returning room_id, lower(doctor_range) as \"starts_at!\", upper(doctor_range) as \"ends_at!\"",
        id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(freed.and_then(|row| GivenBack::of(row.room_id, row.starts_at.to_jiff(), row.ends_at.to_jiff())))
}

/// The times of a doctor that were offered to an entry and are still to come.
pub(in crate::scheduling) async fn offered(
    connection: &mut PgConnection,
    doctor: DoctorId,
    now: Timestamp,
) -> Result<HashSet<(WaitingEntryId, Timestamp)>> {
    let rows = sqlx::query!(
        "select entry_id, starts_at from waiting_offers where doctor_id = $1 and starts_at > $2",
        doctor.uuid(),
        now.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.entry_id.into(), row.starts_at.to_jiff())).collect())
}

/// Open offers that nobody has answered in time.
pub(in crate::scheduling) async fn unanswered(executor: impl PgExecutor<'_>, now: Timestamp) -> Result<Vec<WaitingOfferId>> {
    let ids = sqlx::query_scalar!(
        "select id from waiting_offers where state = 'open' and expires_at <= $1 order by expires_at limit 500",
        now.to_sqlx()
    )
    .fetch_all(executor)
    .await?;
    Ok(ids.into_iter().map(WaitingOfferId::from).collect())
}

/// A time that became free.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) struct FreedRow {
    pub(in crate::scheduling) id: i64,
    pub(in crate::scheduling) range: TimeRange,
    /// `None`: the doctor's own time became free. Otherwise a room of this clinic did.
    pub(in crate::scheduling) clinic: Option<ClinicId>,
}

/// Doctors who have times that became free.
pub(in crate::scheduling) async fn freed_doctors(executor: impl PgExecutor<'_>) -> Result<Vec<DoctorId>> {
    let ids = sqlx::query_scalar!("select distinct doctor_id from freed_times limit 200").fetch_all(executor).await?;
    Ok(ids.into_iter().map(DoctorId::from).collect())
}

/// Times of a doctor that became free.
pub(in crate::scheduling) async fn freed(connection: &mut PgConnection, doctor: DoctorId) -> Result<Vec<FreedRow>> {
    let rows = sqlx::query!(
        "select id, starts_at, ends_at, clinic_id from freed_times where doctor_id = $1 order by id limit 500",
        doctor.uuid()
    )
    .fetch_all(connection)
    .await?;
    let freed = rows.into_iter().filter_map(|row| {
        let range = TimeRange::new(row.starts_at.to_jiff(), row.ends_at.to_jiff())?;
        Some(FreedRow { id: row.id, range, clinic: row.clinic_id.map(ClinicId::from) })
    });
    Ok(freed.collect())
}

/// Forgets times that became free.
pub(in crate::scheduling) async fn forget(executor: impl PgExecutor<'_>, ids: &[i64]) -> Result<()> {
    sqlx::query!("delete from freed_times where id = any($1)", ids).execute(executor).await?;
    Ok(())
}

/// The state of an offer for a reader: an open one that has expired has run out.
pub(in crate::scheduling) fn state_at(row: &OfferRow, now: Timestamp) -> OfferState {
    match row.state {
        OfferState::Open if row.expires_at <= now => OfferState::RunOut,
        state @ (OfferState::Open | OfferState::Taken | OfferState::Refused | OfferState::RunOut | OfferState::Withdrawn) => {
            state
        }
    }
}
