//! Entering the call.

use super::{rules::side_of, store};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Join},
    audit::{Audit, AuditAction},
};
use model::{
    ids::{EncounterId, UserId},
    visits::views::{JoinView, Side, VisitState},
};

/// A participant's place in a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Which side.
    pub side: Side,
    /// The participant.
    pub user: UserId,
    /// The state of the visit.
    pub state: VisitState,
    /// The current epoch of its room.
    pub epoch: u32,
}

/// The result of joining.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    /// Which side joined.
    pub side: Side,
    /// The epoch that began with it.
    pub epoch: u32,
}

/// Whether the caller takes part in the visit, and on which side. No data of the patient is read.
///
/// # Errors
/// `not_found` for callers who do not take part.
pub async fn seat(domain: &Domain, access: &Access, id: EncounterId) -> Result<Seat> {
    let acting = access.acting()?;
    let mut tx = domain.begin_reading("visits.seat", access).await?;
    let permit = tx.permit(Join, id).await?;
    let row = store::load(&mut tx, &permit).await?;
    let side = side_of(acting, permit.facts())?;
    let state = row.course.state(tx.now(), domain.settings());
    tx.close().await?;
    Ok(Seat { side, user: acting.user, state, epoch: row.epoch })
}

/// What the caller's browser needs for the call. The server adds the ICE servers; the join itself happens over the socket.
///
/// # Errors
/// `not_found`; `visits.closed` before the admission and long after the planned end; `visits.ended`.
pub async fn call(domain: &Domain, access: &Access, id: EncounterId) -> Result<JoinView> {
    let acting = access.acting()?;
    let mut tx = domain.begin_reading("visits.call", access).await?;
    let permit = tx.permit(Join, id).await?;
    let row = store::load(&mut tx, &permit).await?;
    row.course.check_call(tx.now(), domain.settings())?;
    let side = side_of(acting, permit.facts())?;
    tx.commit(Audit::read(AuditAction::VisitsRead).on(ResourceKind::Visit, id).patient(row.patient)).await?;
    Ok(JoinView {
        epoch: row.epoch,
        politeness: side.politeness(),
        peer_name: row.peer_name(side).to_owned(),
        ice_servers: Vec::new(),
    })
}

/// Joins the call: begins a new epoch of its room.
///
/// # Errors
/// `not_found`; `visits.closed`, `visits.ended`.
pub async fn join(domain: &Domain, access: &Access, id: EncounterId) -> Result<Joined> {
    let acting = access.acting()?;
    let mut tx = domain.begin("visits.join", access).await?;
    let permit = tx.permit(Join, id).await?;
    let row = store::load(&mut tx, &permit).await?;
    row.course.check_call(tx.now(), domain.settings())?;
    let side = side_of(acting, permit.facts())?;
    let epoch = store::next_epoch(&mut tx, &permit).await?;
    let audit =
        Audit::of(AuditAction::VisitsJoined).on(ResourceKind::Visit, id).patient(row.patient).with("epoch", i64::from(epoch));
    tx.commit(audit).await?;
    Ok(Joined { side, epoch })
}
