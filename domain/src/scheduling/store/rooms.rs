//! Rooms in the database: those of a clinic, and which visit has which.

use crate::{
    Error, Result,
    access::{
        Facts, Permit,
        actions::{Decide, Read, Write},
    },
    db::Tx,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{AppointmentId, ClinicId, DoctorId, PatientId, ReservationId, RoomId},
    scheduling::{EndedRoom, RoomChoice, RoomName, RoomTimes, RoomView, TimeRange},
};
use sqlx::PgConnection;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Which reservations take rooms.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) struct Taking {
    pub(in crate::scheduling) now: Timestamp,
    /// Those that are over at this instant are left out.
    pub(in crate::scheduling) since: Timestamp,
    /// Those that begin at this instant or later are left out; `None` for no such limit.
    pub(in crate::scheduling) until: Option<Timestamp>,
    /// The holds of this patient are left out.
    pub(in crate::scheduling) patient: Option<PatientId>,
    /// This appointment is left out, because it is to be moved.
    pub(in crate::scheduling) moving: Option<AppointmentId>,
}

/// A room that a deleted reservation has given back, and for how long it had it, with the buffers.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) struct GivenBack {
    pub(in crate::scheduling) room: RoomId,
    pub(in crate::scheduling) range: TimeRange,
}

impl GivenBack {
    /// What a deleted reservation has given back; `None` if it had no room.
    pub(super) fn of(room: Option<Uuid>, start: Timestamp, end: Timestamp) -> Option<Self> {
        Some(Self { room: room?.into(), range: TimeRange::new(start, end)? })
    }
}

/// The clinic of a room that has been given back, if no other room of the clinic is free in the whole range.
pub(in crate::scheduling) async fn clinic_of_only_free(
    connection: &mut PgConnection,
    GivenBack { room, range }: GivenBack,
    now: Timestamp,
) -> Result<Option<ClinicId>> {
    let clinic = sqlx::query_scalar!(
        "select m.clinic_id from rooms m
         where m.id = $1 and m.ended_at is null
           and not exists (select from rooms o where o.clinic_id = m.clinic_id and o.id <> m.id and o.ended_at is null
             and not exists (select from reservations r
               where r.room_id = o.id and r.doctor_range && tstzrange($2::timestamptz, $3::timestamptz)
                 and (r.kind <> 'held' or r.expires_at > $4)))",
        room.uuid(),
        range.start().to_sqlx(),
        range.end().to_sqlx(),
        now.to_sqlx()
    )
    .fetch_optional(connection)
    .await?;
    Ok(clinic.map(ClinicId::from))
}

/// The rooms that these clinics have now, each with the times at which it is taken.
pub(in crate::scheduling) async fn taken(
    connection: &mut PgConnection,
    clinics: &[Uuid],
    taking: Taking,
) -> Result<HashMap<ClinicId, Vec<RoomTimes>>> {
    let rows = sqlx::query!(
        "select m.id, m.clinic_id, lower(t.taken) as \"starts_at?\", upper(t.taken) as \"ends_at?\"
         from rooms m left join lateral (
           select unnest(range_agg(r.doctor_range)) as taken from reservations r
           where r.room_id = m.id and r.doctor_range && tstzrange($2::timestamptz, $3::timestamptz)
             and (r.kind <> 'held' or (r.expires_at > $4 and r.patient_id is distinct from $5))
             and ($6::uuid is null or r.appointment_id is distinct from $6)) t on true
         where m.clinic_id = any($1) and m.ended_at is null
         order by m.clinic_id, m.id",
        clinics,
        taking.since.to_sqlx(),
        taking.until.map(|until| until.to_sqlx()),
        taking.now.to_sqlx(),
        taking.patient.map(PatientId::uuid),
        taking.moving.map(AppointmentId::uuid)
    )
    .fetch_all(connection)
    .await?;
    let mut rooms: Vec<(Uuid, ClinicId, Vec<TimeRange>)> = Vec::new();
    for row in rows {
        // The rows of a room follow each other.
        if rooms.last().is_none_or(|(id, ..)| *id != row.id) {
            rooms.push((row.id, row.clinic_id.into(), Vec::new()));
        }
        let range = row.starts_at.zip(row.ends_at).and_then(|(start, end)| TimeRange::new(start.to_jiff(), end.to_jiff()));
        if let Some((_, _, taken)) = rooms.last_mut() {
            taken.extend(range);
        }
    }
    let mut found: HashMap<ClinicId, Vec<RoomTimes>> = HashMap::new();
    for (_, clinic, taken) in rooms {
        found.entry(clinic).or_default().push(RoomTimes::new(&taken));
    }
    Ok(found)
}

/// Whether a clinic has rooms.
pub(in crate::scheduling) async fn has_any(connection: &mut PgConnection, clinic: ClinicId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from rooms where clinic_id = $1 and ended_at is null) as \"exists!\"",
        clinic.uuid()
    )
    .fetch_one(connection)
    .await?)
}

/// A room of a clinic that is free in the whole range: the preferred one if it is, otherwise the first by name; and how many are free. The lock of the clinic's rooms must be
/// held.
pub(in crate::scheduling) async fn free(
    tx: &mut Tx,
    clinic: ClinicId,
    range: TimeRange,
    preferred: Option<RoomId>,
) -> Result<Option<(RoomId, i64)>> {
    let now = tx.now();
    let row = sqlx::query!(
        "select m.id, count(*) over () as \"free!\" from rooms m
         where m.clinic_id = $1 and m.ended_at is null
           and not exists (select from reservations r
             where r.room_id = m.id and r.doctor_range && tstzrange($2::timestamptz, $3::timestamptz) and (r.kind <> 'held' or r.expires_at > $4))
         order by m.id is distinct from $5::uuid,
           exists (select from reservations r where r.room_id = m.id and r.doctor_range && tstzrange($2::timestamptz, $3::timestamptz)),
           m.name, m.id
         limit 1",
        clinic.uuid(),
        range.start().to_sqlx(),
        range.end().to_sqlx(),
        now.to_sqlx(),
        preferred.map(RoomId::uuid)
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| (row.id.into(), row.free)))
}

/// Deletes the expired holds that keep a room in a range: the constraint does not know the time. Returns the doctors whose times were freed.
pub(in crate::scheduling) async fn clear_expired(tx: &mut Tx, room: RoomId, range: TimeRange) -> Result<BTreeSet<DoctorId>> {
    let now = tx.now();
    let freed = sqlx::query_scalar!(
        "delete from reservations where room_id = $1 and kind = 'held' and expires_at <= $4
           and doctor_range && tstzrange($2::timestamptz, $3::timestamptz)
         returning doctor_id",
        room.uuid(),
        range.start().to_sqlx(),
        range.end().to_sqlx(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(freed.into_iter().map(DoctorId::from).collect())
}

/// The room of an appointment.
pub(in crate::scheduling) async fn of(connection: &mut PgConnection, appointment: AppointmentId) -> Result<Option<RoomId>> {
    let room = sqlx::query_scalar!("select room_id from reservations where appointment_id = $1", appointment.uuid())
        .fetch_optional(connection)
        .await?;
    Ok(room.flatten().map(RoomId::from))
}

/// The time for which an appointment has its room, with the buffers.
pub(in crate::scheduling) async fn time(connection: &mut PgConnection, appointment: AppointmentId) -> Result<TimeRange> {
    let row = sqlx::query!(
        "select lower(doctor_range) as \"starts_at!\", upper(doctor_range) as \"ends_at!\" from reservations where appointment_id = $1",
        appointment.uuid()
    )
    .fetch_optional(connection)
    .await?
    .ok_or(Code::AppointmentSettled)?;
    let range = TimeRange::new(row.starts_at.to_jiff(), row.ends_at.to_jiff());
    range.ok_or_else(|| Error::internal("a reservation ends before it begins"))
}

/// Gives an appointment another room, or none. Reservations are never changed, so its reservation is replaced by one over the same time.
pub(in crate::scheduling) async fn change(
    tx: &mut Tx,
    permit: &Permit<Decide, AppointmentId>,
    room: Option<RoomId>,
) -> Result<()> {
    let reservation = tx.new_id::<ReservationId>();
    let replaced = sqlx::query!(
        "with old as (
           delete from reservations where appointment_id = $1
           returning doctor_id, patient_id, doctor_range, patient_range, kind, beside, appointment_id, visit_type_id, mode)
         insert into reservations (id, doctor_id, patient_id, doctor_range, patient_range, kind, beside, appointment_id, visit_type_id, mode, room_id)
         select $2, doctor_id, patient_id, doctor_range, patient_range, kind, beside, appointment_id, visit_type_id, mode, $3::uuid from old",
        permit.id().uuid(),
        reservation.uuid(),
        room.map(RoomId::uuid)
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("reservations_room_free", Code::RoomTaken)]))?;
    if replaced.rows_affected() != 1 {
        return Err(Error::internal("a live appointment had no reservation"));
    }
    sqlx::query!("update appointments set version = version + 1 where id = $1", permit.id().uuid())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The rooms that a clinic has now, and its ended ones in which visits are planned.
pub(in crate::scheduling) async fn list(tx: &mut Tx, permit: &Permit<Read, ClinicId>) -> Result<(Vec<RoomView>, Vec<EndedRoom>)> {
    let (clinic, now) = (permit.id(), tx.now());
    let rooms =
        sqlx::query!("select id, name from rooms where clinic_id = $1 and ended_at is null order by name, id", clinic.uuid())
            .fetch_all(tx.connection())
            .await?;
    let ended = sqlx::query!(
        "select m.id, m.name, count(*) as \"visits!\", min(lower(r.patient_range)) as \"next!\"
         from rooms m join reservations r on r.room_id = m.id
         where m.clinic_id = $1 and m.ended_at is not null and r.appointment_id is not null and upper(r.patient_range) > $2
         group by m.id, m.name order by m.name, m.id",
        clinic.uuid(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    let ended = ended
        .into_iter()
        .map(|row| EndedRoom { id: row.id.into(), name: row.name, visits: row.visits, next: row.next.to_jiff() })
        .collect();
    Ok((rooms.into_iter().map(|row| RoomView { id: row.id.into(), name: row.name }).collect(), ended))
}

/// The rooms in which an appointment could take place: those that its clinic has now, and its own.
pub(in crate::scheduling) async fn choices(
    tx: &mut Tx,
    permit: &Permit<Read, AppointmentId>,
    clinic: ClinicId,
    own: Option<RoomId>,
) -> Result<Vec<RoomChoice>> {
    let now = tx.now();
    let rows = sqlx::query!(
        "select m.id, m.name, not exists (select from reservations r join reservations o on o.appointment_id = $2
             where r.room_id = m.id and r.doctor_range && o.doctor_range and r.id <> o.id and (r.kind <> 'held' or r.expires_at > $4)) as \"free!\"
         from rooms m where (m.clinic_id = $1 and m.ended_at is null) or m.id = $3 order by m.name, m.id",
        clinic.uuid(),
        permit.id().uuid(),
        own.map(RoomId::uuid),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| RoomChoice { id: row.id.into(), name: row.name, is_free: row.free }).collect())
}

/// Whether a clinic has a room now.
pub(in crate::scheduling) async fn belongs(connection: &mut PgConnection, room: RoomId, clinic: ClinicId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from rooms where id = $1 and clinic_id = $2 and ended_at is null) as \"exists!\"",
        room.uuid(),
        clinic.uuid()
    )
    .fetch_one(connection)
    .await?)
}

/// Inserts a room.
pub(in crate::scheduling) async fn insert(tx: &mut Tx, permit: &Permit<Write, ClinicId>, name: &RoomName) -> Result<RoomId> {
    let (id, now, by) = (tx.new_id::<RoomId>(), tx.now(), tx.access().acting()?.user);
    sqlx::query!(
        "insert into rooms (id, clinic_id, name, added_by, added_at) values ($1, $2, $3, $4, $5)",
        id.uuid(),
        permit.id().uuid(),
        name.as_str(),
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("rooms_name", Code::RoomExists)]))?;
    Ok(id)
}

/// The clinic of a room that has not been ended.
pub(in crate::scheduling) async fn clinic_of(connection: &mut PgConnection, room: RoomId) -> Result<Option<ClinicId>> {
    let clinic = sqlx::query_scalar!("select clinic_id from rooms where id = $1 and ended_at is null", room.uuid())
        .fetch_optional(connection)
        .await?;
    Ok(clinic.map(ClinicId::from))
}

/// The facts about a room for the policy; none for one that was ended.
pub(in crate::scheduling) async fn facts(tx: &mut Tx, room: RoomId, lock: bool) -> Result<Option<Facts>> {
    if lock {
        // Visits can still be given the room.
        sqlx::query!("select id from rooms where id = $1 for no key update", room.uuid()).fetch_optional(tx.connection()).await?;
    }
    let clinic = clinic_of(tx.connection(), room).await?;
    Ok(clinic.map(|clinic| Facts { clinics: BTreeSet::from([clinic]), ..Facts::default() }))
}

/// Ends a room.
pub(in crate::scheduling) async fn end(tx: &mut Tx, permit: &Permit<Write, RoomId>) -> Result<()> {
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    let done = sqlx::query!(
        "update rooms set ended_by = $2, ended_at = $3 where id = $1 and ended_at is null",
        permit.id().uuid(),
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Code::NotFound.into()) }
}
