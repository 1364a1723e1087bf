//! Keeps the first free time of each doctor, by which the search is ordered.
//!
//! A time is computed anew when something has changed (triggers on hours, days that differ, reservations, visit types, licences and roles note the doctor), when
//! it has become too soon, and when a hold of another time has expired. All are found by an index, so a search that finds nothing outdated pays one statement.
//! By themselves, times move back only when a hold expires; so while some are outdated, a doctor may stand too high in a list, and nobody is missing from it.

use super::store::{self, first_times::FirstTime};
use crate::{Domain, Result};
use jiff::{SignedDuration, Timestamp};

/// How many times that have passed are computed at a time.
const BATCH: i64 = 500;

/// How many batches one call computes. Everybody's first time passes at the same minutes, at nine, at half past nine; the worker then computes what a search
/// leaves.
const BATCHES: u32 = 4;

/// How long "no time is free" holds: the booking horizon moves on at midnight, wherever the clinic is.
const NONE_FREE_FOR: SignedDuration = SignedDuration::from_hours(1);

/// Computes first free times anew that are outdated; returns how many. It is called before each search and by a worker. While another copy does it, this one
/// does nothing.
///
/// # Errors
/// `database.unavailable`.
pub async fn renew_first_times(domain: &Domain) -> Result<u64> {
    let mut renewed = 0;
    for _ in 0..BATCHES {
        let some = renew_some(domain).await?;
        if some == 0 {
            break;
        }
        renewed += some;
    }
    Ok(renewed)
}

/// Computes the first free times of all doctors again; returns how many. Leaves out those that another copy of the server computes at the same time.
///
/// # Errors
/// `database.unavailable`.
pub async fn rebuild_first_times(domain: &Domain) -> Result<u64> {
    let mut connection = domain.pool().acquire().await?;
    let doctors = store::first_times::note_all(&mut connection).await?;
    drop(connection);
    while renew_some(domain).await? > 0 {}
    Ok(doctors)
}

async fn renew_some(domain: &Domain) -> Result<u64> {
    let now = domain.now();
    let mut connection = domain.pool().acquire().await?;
    if !store::first_times::any_outdated(&mut connection, now).await? {
        return Ok(0);
    }
    drop(connection);
    let mut tx = domain.pool().begin().await?;
    if !store::first_times::lock(&mut tx).await? {
        return Ok(0);
    }
    let doctors = store::first_times::take_outdated(&mut tx, now, BATCH).await?;
    let times = store::times::load(&mut tx, &doctors, now, None).await?;
    let held_until = store::first_times::held_until(&mut tx, &doctors, now).await?;
    let renewed: Vec<FirstTime> = times
        .iter()
        .map(|(doctor, times)| {
            let starts_at = times.next_open(now).map(|time| time.start);
            let renew_at = renew_at(starts_at, times.policy.notice_mins, now);
            // An earlier time may be free again when a hold expires, which it does at this very moment.
            let expiry = held_until.get(doctor).and_then(|until| until.checked_sub(SignedDuration::from_micros(1)).ok());
            let renew_at = expiry.map_or(renew_at, |expiry| renew_at.min(expiry));
            FirstTime { doctor: *doctor, starts_at, renew_at }
        })
        .collect();
    store::first_times::write(&mut tx, &renewed).await?;
    tx.commit().await?;
    Ok(u64::try_from(doctors.len()).unwrap_or(u64::MAX))
}

/// The last moment at which a time can be booked; it is outdated after that.
fn renew_at(starts_at: Option<Timestamp>, notice_mins: u32, now: Timestamp) -> Timestamp {
    let until = match starts_at {
        Some(start) => start.checked_sub(SignedDuration::from_mins(i64::from(notice_mins))),
        None => now.checked_add(NONE_FREE_FOR),
    };
    until.unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_time_is_outdated_when_it_is_too_soon_to_book_it() {
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        let now = at("2026-11-24T09:00:00Z");
        assert_eq!(renew_at(Some(at("2026-11-24T10:30:00Z")), 60, now), at("2026-11-24T09:30:00Z"));
        assert_eq!(renew_at(None, 60, now), at("2026-11-24T10:00:00Z"));
    }
}
