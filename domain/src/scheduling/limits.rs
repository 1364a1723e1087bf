//! How much of the doctors' time one patient may take: appointments that lie ahead, and times that are held.
//!
//! Without these limits, one account could book or hold all times of a doctor. All counts are made under the patient's lock ([`super::locks`]), so requests
//! at the same moment do not exceed them.

use super::{
    store::limits::{self, Taken},
    subjects::Booking,
};
use crate::{
    Error, Result,
    access::{Permit, actions::Create},
    db::Tx,
    settings::Settings,
};
use jiff::{SignedDuration, Timestamp};
use model::{errors::Code, ids::DoctorId};

/// For how long it counts that a time was held.
const DAY: SignedDuration = SignedDuration::from_hours(24);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Checks that the patient may hold this time, and notes that it is held. The locks must be held.
///
/// # Errors
/// `scheduling.too_many_appointments`, `scheduling.too_many_with_doctor`; `scheduling.held_too_often`; `request.rate_limited` with the time to wait.
pub(super) async fn check_hold(tx: &mut Tx, permit: &Permit<Create, Booking>, doctor: DoctorId, start: Timestamp) -> Result<()> {
    check_live(tx, permit, doctor).await?;
    let taken = taken(tx, permit, doctor, start).await?;
    check_pace(tx.domain().settings(), taken, tx.now())?;
    if taken.this_one >= i64::from(tx.domain().settings().holds_of_one_time_per_day) {
        return Err(Code::HeldTooOften.into());
    }
    limits::note(tx, permit, doctor, start).await
}

/// Checks that the patient may book this time. A time that is booked without a hold counts like a hold.
///
/// # Errors
/// `scheduling.too_many_appointments`, `scheduling.too_many_with_doctor`; `request.rate_limited` with the time to wait.
pub(super) async fn check_booking(
    tx: &mut Tx,
    permit: &Permit<Create, Booking>,
    doctor: DoctorId,
    start: Timestamp,
    is_held: bool,
) -> Result<()> {
    check_live(tx, permit, doctor).await?;
    if is_held {
        return Ok(());
    }
    let taken = taken(tx, permit, doctor, start).await?;
    check_pace(tx.domain().settings(), taken, tx.now())?;
    limits::note(tx, permit, doctor, start).await
}

async fn check_live(tx: &mut Tx, permit: &Permit<Create, Booking>, doctor: DoctorId) -> Result<()> {
    let live = limits::live(tx, permit, doctor).await?;
    let settings = tx.domain().settings();
    if live.with_doctor >= i64::from(settings.live_appointments_with_one_doctor) {
        return Err(Code::TooManyWithDoctor.into());
    }
    if live.in_all >= i64::from(settings.live_appointments_per_patient) {
        return Err(Code::TooManyAppointments.into());
    }
    Ok(())
}

async fn taken(tx: &mut Tx, permit: &Permit<Create, Booking>, doctor: DoctorId, start: Timestamp) -> Result<Taken> {
    let now = tx.now();
    limits::taken(tx, permit, doctor, start, now - HOUR, now - DAY).await
}

fn check_pace(settings: &Settings, taken: Taken, now: Timestamp) -> Result<()> {
    if taken.lately < i64::from(settings.times_taken_per_hour) {
        return Ok(());
    }
    let free_at = taken.first_lately.unwrap_or(now) + HOUR;
    let secs = u64::try_from(free_at.duration_since(now).as_secs()).unwrap_or(0) + 1;
    Err(Error::new(Code::RateLimited).retry_after(secs))
}

/// Forgets what no longer counts; returns how many times. For the sweeper.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_times_taken(domain: &crate::Domain) -> Result<u64> {
    limits::sweep(domain.pool(), domain.now() - DAY).await
}
