//! Rooms for visits in person: which ones a clinic has, and which visit has which.
//!
//! Invariants
//! - Two reservations never have one room at once: a constraint of `reservations` guarantees it. Whoever gives a room to a visit holds the advisory lock of the clinic's
//!   rooms, after those of doctor and patient.
//! - A visit in person at a clinic with rooms has one of them for its whole reserved time, unless staff overbooked it, or it was booked while the clinic had none. A time that
//!   is held or offered has its room too.
//! - Whoever takes the last free room of a time, or gives it back, tells the pages of all doctors of the clinic. The times that other doctors have again are offered to the
//!   waiting list.
//! - A room that is ended is given to nobody. Visits that are planned in it keep it, and the clinic is told how many there are.

use super::{
    hold::times_changed,
    locks,
    notices::Event,
    read,
    store::{
        self,
        rooms::{self, GivenBack},
    },
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions},
    audit::{Audit, AuditAction},
    db::Tx,
};
use jiff::Timestamp;
use model::{
    errors::{Code, FieldFault},
    ids::{AppointmentId, ClinicId, DoctorId, RoomId},
    scheduling::{RoomList, RoomName, TimeRange, VisitMode, VisitRooms, views::AppointmentView},
};
use sqlx::PgConnection;
use std::collections::BTreeSet;

/// Adds a room to a clinic. The name is an unparsed form value.
#[derive(Debug, Clone)]
pub struct AddRoom {
    /// The clinic.
    pub clinic: ClinicId,
    /// What the room is called.
    pub name: String,
}

/// Gives another room to a visit in person.
#[derive(Debug, Clone, Copy)]
pub struct SetRoom {
    /// The appointment.
    pub appointment: AppointmentId,
    /// The room.
    pub room: RoomId,
    /// The version that the caller has seen, if any.
    pub version: Option<i32>,
}

/// The rooms of a clinic, for those who manage it.
///
/// # Errors
/// `not_found`; `access.sign_in_needed`.
pub async fn rooms_of_clinic(domain: &Domain, access: &Access, clinic: ClinicId) -> Result<RoomList> {
    let mut tx = domain.begin_reading("scheduling.rooms_of_clinic", access).await?;
    let permit = tx.permit(actions::Read, clinic).await?;
    let brief = store::doctors::clinics(tx.connection(), &[clinic]).await?.remove(&clinic).ok_or(Code::NotFound)?;
    let (rooms, ended) = rooms::list(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(RoomList { clinic, clinic_name: brief.name, rooms, ended })
}

/// Adds a room. Visits in person that are booked from now on have a room; those that are booked already get one from reception.
///
/// # Errors
/// `request.fields_invalid` with the field `name`; `scheduling.room_exists`; `not_found`, `access.forbidden`, `access.sign_in_needed`.
pub async fn add_room(domain: &Domain, access: &Access, command: AddRoom) -> Result<RoomId> {
    let name = RoomName::parse(&command.name);
    let mut tx = domain.begin("scheduling.add_room", access).await?;
    let permit = tx.permit(actions::Write, command.clinic).await?;
    let name = name.map_err(|fault| Error::field("name", fault))?;
    let room = rooms::insert(&mut tx, &permit, &name).await?;
    let entry = Audit::of(AuditAction::SchedulingRoomAdded).on(ResourceKind::Clinic, command.clinic);
    tx.commit(entry.with_id("room", room)).await?;
    Ok(room)
}

/// Ends a room: nobody is booked into it any more. Visits that are planned in it keep it.
///
/// # Errors
/// `not_found`, also for a room that was ended; `access.forbidden`, `access.sign_in_needed`.
pub async fn end_room(domain: &Domain, access: &Access, room: RoomId) -> Result<()> {
    let mut tx = domain.begin("scheduling.end_room", access).await?;
    // The lock comes before the row, as in bookings.
    let clinic = rooms::clinic_of(tx.connection(), room).await?;
    if let Some(clinic) = clinic {
        locks::lock_rooms(&mut tx, clinic).await?;
    }
    match ended(&mut tx, room).await {
        Ok(entry) => tx.commit(entry).await,
        Err(error) => {
            // The lock is kept until the connection is used again.
            tx.close().await?;
            Err(error)
        }
    }
}

async fn ended(tx: &mut Tx, room: RoomId) -> Result<Audit> {
    let permit = tx.permit(actions::Write, room).await?;
    let clinic = rooms::clinic_of(tx.connection(), room).await?.ok_or(Code::NotFound)?;
    rooms::end(tx, &permit).await?;
    Ok(Audit::of(AuditAction::SchedulingRoomEnded).on(ResourceKind::Clinic, clinic).with_id("room", room))
}

/// The room of a visit and those that it could have, for those who may change it.
///
/// # Errors
/// `not_found`, `access.forbidden`, `access.sign_in_needed`; `scheduling.not_in_person`, `scheduling.appointment_settled`.
pub async fn rooms_for_visit(domain: &Domain, access: &Access, appointment: AppointmentId) -> Result<VisitRooms> {
    let mut tx = domain.begin_reading("scheduling.rooms_for_visit", access).await?;
    let permit = tx.permit(actions::Read, appointment).await?;
    if !permit.may(tx.access(), actions::Decide) {
        return Err(Code::Forbidden.into());
    }
    let row = store::moves::of(tx.connection(), appointment).await?;
    check(row.mode, row.state.is_settled())?;
    let room = rooms::of(tx.connection(), appointment).await?;
    let choices = rooms::choices(&mut tx, &permit, row.clinic, room).await?;
    let entry = Audit::read(AuditAction::SchedulingAppointmentRead).patient(row.patient);
    tx.commit(entry.on(ResourceKind::Appointment, appointment)).await?;
    Ok(VisitRooms { appointment, version: row.version, room, choices })
}

/// Gives another room to a visit in person, for the reception of its clinic or its doctor.
///
/// # Errors
/// `scheduling.room_taken` when another visit has the room at that time; `request.fields_invalid` with the field `room` for a room that the clinic does not have;
/// `not_found`, `access.forbidden`, `request.stale`; `scheduling.not_in_person`, `scheduling.appointment_settled`.
pub async fn set_room(domain: &Domain, access: &Access, command: SetRoom) -> Result<AppointmentView> {
    let mut tx = domain.begin("scheduling.set_room", access).await?;
    let id = tx.permit(actions::Read, command.appointment).await?.id();
    let row = store::moves::of(tx.connection(), id).await?;
    // The locks come before the row, as everywhere.
    locks::lock(&mut tx, row.doctor, row.patient).await?;
    match changed(&mut tx, command).await {
        Ok(entry) => {
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

async fn changed(tx: &mut Tx, command: SetRoom) -> Result<Audit> {
    let permit = tx.permit(actions::Decide, command.appointment).await?;
    let row = store::moves::of(tx.connection(), permit.id()).await?;
    check(row.mode, row.state.is_settled())?;
    if command.version.is_some_and(|seen| seen != row.version) {
        return Err(Code::Stale.into());
    }
    locks::lock_rooms(tx, row.clinic).await?;
    if !rooms::belongs(tx.connection(), command.room, row.clinic).await? {
        return Err(Error::field("room", FieldFault::UnknownChoice));
    }
    let time = rooms::time(tx.connection(), permit.id()).await?;
    let before = rooms::of(tx.connection(), permit.id()).await?;
    let freed = rooms::clear_expired(tx, command.room, time).await?;
    rooms::change(tx, &permit, Some(command.room)).await?;
    times_changed(tx, freed).await?;
    tx.emit(Event::RoomChanged { appointment: permit.id() }).await?;
    let entry = Audit::of(AuditAction::SchedulingRoomChanged).patient(row.patient).on(ResourceKind::Appointment, permit.id());
    let entry = entry.with_id("room", command.room);
    Ok(match before {
        Some(before) => entry.with_id("old_room", before),
        None => entry,
    })
}

fn check(mode: VisitMode, is_settled: bool) -> Result<()> {
    if mode != VisitMode::InPerson {
        return Err(Code::VisitNotInPerson.into());
    }
    if is_settled { Err(Code::AppointmentSettled.into()) } else { Ok(()) }
}

/// How much a visit needs its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// It takes place in one. The preferred one is taken if it is free.
    Room(Option<RoomId>),
    /// It has one if there is one: staff overbooks the time.
    IfFree,
}

/// Tells the pages that show times of doctors who have a room again, because these were given back. The waiting list hears of it from the database
/// (`note_freed_reservation`).
pub(super) async fn given_back(tx: &mut Tx, freed: impl IntoIterator<Item = GivenBack>) -> Result<()> {
    let now = tx.now();
    let doctors = doctors_with_room_again(tx.connection(), freed, now).await?;
    times_changed(tx, doctors).await
}

/// The doctors who can meet patients at a time again, because a room that was given back is the only one that is free then.
pub(super) async fn doctors_with_room_again(
    connection: &mut PgConnection,
    freed: impl IntoIterator<Item = GivenBack>,
    now: Timestamp,
) -> Result<BTreeSet<DoctorId>> {
    let mut doctors = BTreeSet::new();
    for room in freed {
        if let Some(clinic) = rooms::clinic_of_only_free(connection, room, now).await? {
            let working = store::doctors::with_hours_at(connection, clinic).await?;
            doctors.extend(working.into_iter().map(|(doctor, _)| doctor));
        }
    }
    Ok(doctors)
}

/// A room for a reservation over this range, which is about to be inserted. `None` if the visit needs none or the clinic has none. The locks of doctor and patient are held;
/// this takes that of the clinic's rooms.
///
/// # Errors
/// `scheduling.slot_taken` when no room is free and one is needed.
pub(super) async fn take(tx: &mut Tx, mode: VisitMode, clinic: ClinicId, range: TimeRange, need: Need) -> Result<Option<RoomId>> {
    match mode {
        VisitMode::InPerson => {}
        VisitMode::Video | VisitMode::Phone | VisitMode::External => return Ok(None),
    }
    if !rooms::has_any(tx.connection(), clinic).await? {
        return Ok(None);
    }
    locks::lock_rooms(tx, clinic).await?;
    let preferred = match need {
        Need::Room(preferred) => preferred,
        Need::IfFree => None,
    };
    match rooms::free(tx, clinic, range, preferred).await? {
        Some((room, free)) => {
            let mut changed = rooms::clear_expired(tx, room, range).await?;
            if free == 1 {
                // With the last room, this time goes for all doctors of the clinic.
                let working = store::doctors::with_hours_at(tx.connection(), clinic).await?;
                changed.extend(working.into_iter().map(|(doctor, _)| doctor));
            }
            times_changed(tx, changed).await?;
            Ok(Some(room))
        }
        // The last room may have been ended while this waited for the lock.
        None if need == Need::IfFree || !rooms::has_any(tx.connection(), clinic).await? => Ok(None),
        None => Err(Code::SlotTaken.into()),
    }
}
