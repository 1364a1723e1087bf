//! The database queries of scheduling.

pub(super) mod appointments;
pub(super) mod booking_rules;
pub(super) mod calendar_feeds;
pub(super) mod cancelled;
pub(super) mod cards;
pub(super) mod deletion;
pub(super) mod doctors;
pub(super) mod first_steps;
pub(super) mod first_times;
pub(super) mod follow_ups;
pub(super) mod hours;
pub(super) mod late;
pub(super) mod limits;
pub(super) mod meetings;
pub(super) mod moves;
pub(super) mod offers;
pub(super) mod outside;
pub(super) mod reminders;
pub(super) mod requests;
pub(super) mod reservations;
pub(super) mod rooms;
pub(super) mod series;
pub(super) mod times;
pub(super) mod visit_type_versions;
pub(super) mod visit_types;
pub(super) mod visits;
pub(super) mod waiting;
pub(super) mod why;

use crate::{Error, Result};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The date in UTC, which decides whether a licence is still valid.
pub(super) fn today(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// The time zone with a name from the database.
pub(super) fn zone(name: &str) -> Result<TimeZone> {
    jiff::tz::db().get(name).map_err(Error::internal)
}
