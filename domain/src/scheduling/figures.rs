//! Counts of appointments, for those who run the organisation.

use super::store;
use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
};
use jiff::SignedDuration;
use model::scheduling::{TimeRange, views::BookingFigures};

/// How many appointments were booked, cancelled and missed on this day. An appointment is missed when its waiting room has closed and nobody was admitted.
/// An admin of one clinic counts those of the clinic, a doctor their own.
///
/// # Errors
/// `access.forbidden` for callers who may not see schedules.
pub async fn booking_figures(domain: &Domain, access: &Access, day: TimeRange) -> Result<BookingFigures> {
    let scope = access.scope(ResourceKind::Schedule)?;
    let closed = domain.now() - SignedDuration::from_mins(domain.settings().waiting_room_closes_minutes);
    let mut connection = domain.pool().acquire().await?;
    store::appointments::figures(&mut connection, &scope, day, closed).await
}
