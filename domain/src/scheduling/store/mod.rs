//! The database, as this area asks it.

pub(super) mod appointments;
pub(super) mod cards;
pub(super) mod claims;
pub(super) mod doctors;
pub(super) mod hours;
pub(super) mod times;

use crate::{Error, Result};
use jiff::tz::TimeZone;

/// The rules of a zone that stands in the database.
pub(super) fn zone(name: &str) -> Result<TimeZone> {
    jiff::tz::db().get(name).map_err(Error::internal)
}
