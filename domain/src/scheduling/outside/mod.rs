//! A doctor's calendars outside of Bedside: adding and removing them, and keeping what was read (ADR 48).
//!
//! Invariants
//! - What could not be read is not free: the busy times of the last good copy stay, and the doctor sees why the calendar could not be read.
//! - Busy times decide wherever reservations do: they are part of the same busy ranges of a doctor (`store::times`).
//!
//! Boundary: the server fetches the file; here it is parsed and kept. The domain knows no network.

mod ics;
mod lines;
mod repeat;
mod zones;

use super::{
    notices::Event,
    store::{
        self,
        outside::{self as rows, DueRow},
    },
    subjects::Timetable,
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    error::Faults,
    idempotency::{self, Claimed},
    outbox,
    vault::Purpose,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use model::{
    errors::{Code, FieldFault},
    ids::{DoctorId, OutsideCalendarId},
    scheduling::{OutsideAddress, OutsideCalendarView, OutsideName, OutsideTrouble, TimeRange},
};
use serde::Serialize;

/// The most calendars of one doctor.
const MOST: u32 = 5;
/// How often a calendar is read.
const EVERY: SignedDuration = SignedDuration::from_mins(15);
/// How far ahead busy times are kept: further than anything can be booked.
const DAYS_AHEAD: i64 = 400;
/// How many calendars one call of [`due_calendars`] takes.
const TAKEN: i64 = 20;

/// Adds a calendar. Texts are unparsed form values.
#[derive(Clone)]
pub struct AddOutsideCalendar {
    /// What the doctor calls it.
    pub name: String,
    /// Its address.
    pub address: String,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

#[derive(Serialize)]
struct Request<'a> {
    name: &'a str,
    address: &'a str,
}

/// A calendar that is to be read now.
#[derive(Debug)]
pub struct DueCalendar {
    /// Its id.
    pub id: OutsideCalendarId,
    /// Its address.
    pub address: OutsideAddress,
    doctor: DoctorId,
}

/// The calendars of the calling doctor, the oldest first.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a doctor.
pub async fn outside_calendars(domain: &Domain, access: &Access) -> Result<Vec<OutsideCalendarView>> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin_reading("scheduling.outside_calendars", access).await?;
    let permit = tx.permit(Read, Timetable(doctor)).await?;
    let calendars = rows::of_doctor(tx.connection(), permit.id().0).await?;
    tx.close().await?;
    Ok(calendars)
}

/// Adds a calendar of the calling doctor. It is read within a minute.
///
/// # Errors
/// `request.fields_invalid` with the fields `name`, `address`; `access.sign_in_needed`; `access.forbidden` when the caller does not act as a doctor.
pub async fn add_outside_calendar(domain: &Domain, access: &Access, command: AddOutsideCalendar) -> Result<OutsideCalendarId> {
    let doctor = access.acting_doctor()?;
    let key = command.idempotency_key.as_deref();
    let mut faults = Faults::default();
    let name = faults.take("name", OutsideName::parse(&command.name));
    let address = faults.take("address", OutsideAddress::parse(&command.address));
    faults.check()?;
    let (Some(name), Some(address)) = (name, address) else {
        return Err(Error::internal("a form passed its check although a field is missing"));
    };
    let mut tx = domain.begin("scheduling.add_outside_calendar", access).await?;
    let permit = tx.permit(Write, Timetable(doctor)).await?;
    let request = Request { name: name.as_str(), address: address.expose() };
    if let Claimed::Done(id) = idempotency::claim(&mut tx, "scheduling.add_outside_calendar", key, &request).await? {
        tx.close().await?;
        return Ok(id.into());
    }
    let known = rows::of_doctor(tx.connection(), doctor).await?.len();
    if u32::try_from(known).is_ok_and(|known| known >= MOST) {
        return Err(Error::field("address", FieldFault::TooMany(MOST)));
    }
    let id = tx.new_id::<OutsideCalendarId>();
    let cipher =
        domain.vault().encrypt(Purpose::OutsideCalendars, domain.randomness(), id.uuid().as_bytes(), address.expose().as_bytes());
    rows::insert(&mut tx, &permit, id, &name, &cipher).await?;
    idempotency::finish(&mut tx, key, id.uuid()).await?;
    let entry = Audit::of(AuditAction::SchedulingOutsideCalendarAdded).on(ResourceKind::Schedule, doctor);
    tx.commit(entry.with_id("calendar", id)).await?;
    Ok(id)
}

/// Removes a calendar of the calling doctor. Its busy times are free at once.
///
/// # Errors
/// `not_found`; `access.sign_in_needed`; `access.forbidden` when the caller does not act as a doctor.
pub async fn remove_outside_calendar(domain: &Domain, access: &Access, id: OutsideCalendarId) -> Result<()> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin("scheduling.remove_outside_calendar", access).await?;
    let permit = tx.permit(Write, Timetable(doctor)).await?;
    if !rows::delete(&mut tx, &permit, id).await? {
        return Err(Code::NotFound.into());
    }
    tx.emit(Event::TimesChanged { doctor }).await?;
    let entry = Audit::of(AuditAction::SchedulingOutsideCalendarRemoved).on(ResourceKind::Schedule, doctor);
    tx.commit(entry.with_id("calendar", id)).await
}

/// Takes some calendars that are to be read now. Nobody else takes them for the next quarter of an hour. For the worker.
///
/// # Errors
/// `database.unavailable`.
pub async fn due_calendars(domain: &Domain) -> Result<Vec<DueCalendar>> {
    let now = domain.now();
    let taken = rows::take_due(domain.pool(), now, now + EVERY, TAKEN).await?;
    let mut due = Vec::new();
    for DueRow { id, doctor, address_cipher } in taken {
        match address_of(domain, id, &address_cipher).await {
            Ok(address) => due.push(DueCalendar { id, address, doctor }),
            // One that cannot be decrypted holds up no other.
            Err(error) => {
                tracing::error!(calendar.id = %id, error.cause = error.causes(), "the address of a calendar cannot be read")
            }
        }
    }
    Ok(due)
}

async fn address_of(domain: &Domain, id: OutsideCalendarId, cipher: &[u8]) -> Result<OutsideAddress> {
    if !domain.vault().knows(Purpose::OutsideCalendars, cipher) {
        domain.learn_keys().await?;
    }
    let plain = domain.vault().decrypt(Purpose::OutsideCalendars, id.uuid().as_bytes(), cipher)?;
    let address = std::str::from_utf8(&plain).ok().and_then(|text| OutsideAddress::parse(text).ok());
    address.ok_or_else(|| Error::internal("a kept address of a calendar is none"))
}

/// Keeps what was read: the busy times of the file, or why there is none. In the latter case the busy times stay as they are. For the worker.
///
/// # Errors
/// `database.unavailable`.
pub async fn keep_calendar(
    domain: &Domain,
    calendar: DueCalendar,
    fetched: std::result::Result<Vec<u8>, OutsideTrouble>,
) -> Result<()> {
    let now = domain.now();
    let parsed = match fetched {
        Ok(file) => {
            let zone = usual_zone(domain, calendar.doctor).await?;
            let within = window(now)?;
            // A large file takes a noticeable part of a second.
            tokio::task::spawn_blocking(move || ics::busy_times(&file, within, &zone)).await.map_err(Error::internal)?
        }
        Err(trouble) => Err(trouble),
    };
    let mut tx = domain.pool().begin().await?;
    let busy = match parsed {
        Ok(busy) => busy,
        Err(trouble) => {
            rows::note_trouble(&mut tx, calendar.id, trouble).await?;
            tx.commit().await?;
            return Ok(());
        }
    };
    // Before the busy times are replaced, so that a calendar that was removed in the meantime gets none.
    if rows::note_read(&mut tx, calendar.id, now, busy.broken).await? {
        let changed = rows::replace_busy(&mut tx, calendar.id, calendar.doctor, &busy.ranges).await?;
        if changed {
            outbox::store::insert(&mut tx, domain, now, &Event::TimesChanged { doctor: calendar.doctor }).await?;
        }
    }
    tx.commit().await?;
    domain.wake_dispatcher();
    Ok(())
}

/// From the day before on, because a visit may have begun.
fn window(now: Timestamp) -> Result<TimeRange> {
    let day = SignedDuration::from_hours(24);
    let until = now.checked_add(SignedDuration::from_hours(24 * DAYS_AHEAD)).map_err(Error::internal)?;
    TimeRange::new(now - day, until).ok_or_else(|| Error::internal("the calendar ends"))
}

/// The zone of times that name none: that of the doctor's first clinic.
async fn usual_zone(domain: &Domain, doctor: DoctorId) -> Result<TimeZone> {
    let mut connection = domain.pool().acquire().await?;
    let name = rows::zone_of_doctor(&mut connection, doctor).await?;
    name.map_or(Ok(TimeZone::UTC), |name| store::zone(&name))
}
