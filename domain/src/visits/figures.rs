//! Counts of visits, for those who run the organisation.

use super::store;
use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
};
use jiff::SignedDuration;
use model::{scheduling::TimeRange, visits::views::VisitFigures};

/// How many patients wait now, and how many visits ended on this day; no names. An admin of one clinic counts those of the clinic, a doctor their own.
///
/// # Errors
/// `access.forbidden` for callers who may not see schedules.
pub async fn visit_figures(domain: &Domain, access: &Access, day: TimeRange) -> Result<VisitFigures> {
    let scope = access.scope(ResourceKind::Schedule)?;
    let since = domain.now() - SignedDuration::from_mins(domain.settings().waiting_room_closes_minutes);
    let mut connection = domain.pool().acquire().await?;
    store::figures(&mut connection, &scope, day, since).await
}
