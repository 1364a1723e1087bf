//! The identities that are linked to the user's own account: looking, and unlinking.

use super::store;
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
};
use jiff::Timestamp;
use model::{errors::Code, ids::ForeignIdentityId};

/// An identity that is linked to the user's own account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignIdentityView {
    /// Its id.
    pub id: ForeignIdentityId,
    /// The key of the provider in the configuration.
    pub provider: String,
    /// The address that the provider had confirmed when it was linked.
    pub email: String,
    /// When it was linked.
    pub linked_at: Timestamp,
    /// When the user last signed in with it.
    pub last_used_at: Option<Timestamp>,
}

/// The identities that are linked to the caller's account, the oldest link first.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn own_foreign_identities(domain: &Domain, access: &Access) -> Result<Vec<ForeignIdentityView>> {
    let user = access.acting()?.user;
    let mut tx = domain.begin_reading("identity.own_foreign_identities", access).await?;
    let permit = tx.permit(Read, user).await?;
    let rows = store::own(&mut tx, &permit).await?;
    tx.close().await?;
    let views = rows.into_iter().map(|row| ForeignIdentityView {
        id: row.id.into(),
        provider: row.provider,
        email: row.email,
        linked_at: row.linked_at.to_jiff(),
        last_used_at: row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(views.collect())
}

/// Unlinks an identity from the caller's account. Nobody signs in with it any more; sessions go on.
///
/// # Errors
/// `not_found` when it is not the caller's; `identity.sign_in_gives_roles` while the caller holds roles that it has given, because the provider decides about
/// these; `identity.last_way_in` when the caller could not sign in any more; `access.sign_in_needed`.
pub async fn unlink(domain: &Domain, access: &Access, identity: ForeignIdentityId) -> Result<()> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("identity.unlink_foreign", access).await?;
    let permit = tx.permit(Write, user).await?;
    if !store::unlink(&mut tx, &permit, identity).await? {
        return Err(Code::NotFound.into());
    }
    if store::gives_roles(&mut tx, identity).await? {
        return Err(Code::SignInGivesRoles.into());
    }
    if !store::has_way_in(&mut tx, user).await? {
        return Err(Code::LastWayIn.into());
    }
    let entry = Audit::of(AuditAction::IdentityForeignUnlinked).on(ResourceKind::Account, user);
    tx.commit(entry.with_id("identity", identity)).await
}

/// The key of the provider at which the caller's session has begun; `None` when it has begun with a password.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn provider_of_session(domain: &Domain, access: &Access) -> Result<Option<String>> {
    let acting = access.acting()?.clone();
    let mut tx = domain.begin_reading("identity.provider_of_session", access).await?;
    let permit = tx.permit(Read, acting.user).await?;
    let provider = store::provider_of(&mut tx, &permit, acting.session).await?;
    tx.close().await?;
    Ok(provider)
}
