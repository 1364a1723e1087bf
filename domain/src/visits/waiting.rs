//! Who waits for the doctor.

use super::store;
use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
};
use jiff::SignedDuration;
use model::visits::views::WaitingView;

/// Everyone in the doctor's waiting room or in a visit that is in progress, by planned time.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for roles without visits.
pub async fn waiting(domain: &Domain, access: &Access) -> Result<Vec<WaitingView>> {
    let scope = access.scope(ResourceKind::Visit)?;
    let mut tx = domain.begin_reading("visits.waiting", access).await?;
    let since = tx.now() - SignedDuration::from_mins(domain.settings().waiting_room_closes_minutes);
    let waiting = store::waiting(&mut tx, &scope, since).await?;
    tx.commit(Audit::read(AuditAction::VisitsWaitingRead).patients(waiting.iter().map(|row| row.patient))).await?;
    Ok(waiting)
}
