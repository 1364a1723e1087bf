//! Deleting one's own account: what it changes in the calendar. `identity` has the account itself.

use super::{
    locks,
    notices::Event,
    rooms,
    store::{self, deletion::Own},
};
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    identity::{self, Deleted, Proof},
};
use jiff::Timestamp;
use model::{errors::Code, identity::DeletionView, ids::UserId};

/// What deleting the caller's account would mean.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn deletion(domain: &Domain, access: &Access) -> Result<DeletionView> {
    let user = access.acting()?.user;
    let mut tx = domain.begin_reading("scheduling.deletion", access).await?;
    let user = tx.permit(Read, user).await?.id();
    let own = store::deletion::own(&mut tx, user).await?;
    let view = DeletionView {
        appointments: store::deletion::coming(&mut tx, own).await?,
        visits: store::deletion::to_hold(&mut tx, own).await?,
        last_administrator: identity::is_last_administrator(&mut tx, user).await?,
    };
    tx.close().await?;
    Ok(view)
}

/// Deletes the caller's account; returns until when it can be brought back. All sessions end. The coming appointments of the caller's own record are
/// cancelled, and the doctors are told as when a patient cancels. What was written at visits stays. A mail says what has happened.
///
/// # Errors
/// `access.sign_in_needed`; `identity.password_wrong`; `request.rate_limited`; `scheduling.visits_ahead` for a doctor who still has visits to hold;
/// `identity.last_admin`.
pub async fn delete_account(domain: &Domain, access: &Access, proof: Proof) -> Result<Timestamp> {
    let user = access.acting()?.user;
    let proven = identity::prove(domain, access, &proof).await?;
    let mut tx = domain.begin("scheduling.delete_account", access).await?;
    let permit = tx.permit(Write, user).await?;
    proven.redeem(&mut tx).await?;
    let own = store::deletion::own(&mut tx, user).await?;
    // Nobody books or holds a time with or for this person until the commit.
    locks::lock_own(&mut tx, own.doctor, own.patient).await?;
    if let Some(refusal) = refusal(&mut tx, user, own).await? {
        tx.close().await?;
        return Err(refusal.into());
    }
    let (cancelled, given_back) = store::deletion::cancel(&mut tx, &permit, own).await?;
    let Deleted { final_at, sessions } = identity::delete(&mut tx, &permit).await?;
    // After the deletion, so that the person gets one mail about all of it.
    for appointment in &cancelled {
        tx.emit(Event::AppointmentCancelled { appointment: *appointment }).await?;
    }
    if let Some(doctor) = own.doctor {
        tx.emit(Event::TimesChanged { doctor }).await?;
    }
    rooms::given_back(&mut tx, given_back).await?;
    let entry = Audit::of(AuditAction::IdentityAccountDeleted).on(ResourceKind::Account, user).patients(own.patient);
    let count = i64::try_from(cancelled.len()).unwrap_or(i64::MAX);
    tx.commit(entry.with("final_at", final_at).with("sessions", sessions).with("appointments", count)).await?;
    Ok(final_at)
}

async fn refusal(tx: &mut Tx, user: UserId, own: Own) -> Result<Option<Code>> {
    if store::deletion::to_hold(tx, own).await? > 0 {
        return Ok(Some(Code::VisitsAhead));
    }
    Ok(identity::is_last_administrator(tx, user).await?.then_some(Code::LastAdmin))
}
