//! Roles that a foreign provider gives by a claim: given when the claim is there at a sign-in, ended when it is gone, or when nobody has signed in there for too long.

use super::store;
use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    identity::{foreign::MappedRole, notices::Event},
};
use jiff::Timestamp;
use model::{
    access::Role,
    ids::{ForeignIdentityId, MembershipId, RequestId, UserId},
};

/// Why a role that a provider gave ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// The provider does not give it any more.
    NotGiven,
    /// The person has not signed in at the provider for too long.
    NotConfirmed,
}

/// Gives a user the roles that a provider's mapping wants and that they do not hold, and ends those that it gave and does not want any more. Each is a change of its own
/// with its audit entry. Roles that an administrator has given stay. Clinics that do not exist are left out.
/// Those that the identity gives hold until `until`.
///
/// # Errors
/// `database.unavailable`, `database.retry`.
pub(in crate::identity) async fn follow_mapping(
    domain: &Domain,
    access: &Access,
    (user, identity): (UserId, ForeignIdentityId),
    wanted: &[MappedRole],
    until: Timestamp,
) -> Result<()> {
    let mut connection = domain.pool().acquire().await?;
    store::confirm_mapped(&mut connection, identity, until).await?;
    drop(connection);
    for role in wanted {
        give(domain, access, user, identity, *role).await?;
    }
    let mut connection = domain.pool().acquire().await?;
    let given = store::mapped(&mut connection, user, identity).await?;
    drop(connection);
    for (membership, role) in given {
        if !wanted.contains(&role) {
            end(domain, access, (user, membership), Reason::NotGiven).await?;
        }
    }
    Ok(())
}

async fn give(domain: &Domain, access: &Access, user: UserId, identity: ForeignIdentityId, role: MappedRole) -> Result<()> {
    let mut tx = domain.begin("identity.give_mapped_role", access).await?;
    let Some(membership) = store::begin_mapped(&mut tx, user, identity, role).await? else {
        return tx.close().await;
    };
    tx.rights_change_after_commit(user);
    let entry = Audit::of(AuditAction::IdentityMappedRoleGiven).by(user).on(ResourceKind::Membership, membership);
    let entry = entry.with("role", role.0.as_str()).with_id("user", user).with_id("identity", identity);
    tx.commit(entry).await
}

/// Ends the roles that providers gave to people who have not signed in there for too long. Returns how many. For a worker.
///
/// # Errors
/// `database.unavailable`.
pub async fn end_unconfirmed_roles(domain: &Domain) -> Result<u64> {
    let mut connection = domain.pool().acquire().await?;
    let due = store::unconfirmed(&mut connection, domain.now()).await?;
    drop(connection);
    let mut ended = 0;
    for (user, membership) in due {
        let access = Access::system(domain.new_id::<RequestId>());
        if end(domain, &access, (user, membership), Reason::NotConfirmed).await? {
            ended += 1;
        }
    }
    Ok(ended)
}

/// Ends a role; `false` when it stays.
async fn end(domain: &Domain, access: &Access, (user, membership): (UserId, MembershipId), reason: Reason) -> Result<bool> {
    let mut tx = domain.begin("identity.end_mapped_role", access).await?;
    let unconfirmed = reason == Reason::NotConfirmed;
    let Some((role, clinic)) = store::end_mapped(&mut tx, membership, unconfirmed).await? else {
        tx.close().await?;
        return Ok(false);
    };
    if role == Role::Admin && clinic.is_none() && !store::has_administrator(tx.connection()).await? {
        // A round comes back to this role each minute.
        if unconfirmed {
            tracing::debug!(membership.id = %membership, "nobody has confirmed the role of the last administrator, who keeps it");
        } else {
            tracing::warn!(membership.id = %membership, "a provider no longer gives the role of the last administrator, who keeps it");
        }
        tx.close().await?;
        return Ok(false);
    }
    tx.rights_change_after_commit(user);
    tx.emit(Event::RoleEnded { user, membership }).await?;
    let entry = Audit::of(AuditAction::IdentityMappedRoleEnded).on(ResourceKind::Membership, membership);
    // At a sign-in, it is the person who has come without the claim.
    let entry = if unconfirmed { entry.with("cause", "not_confirmed") } else { entry.by(user) };
    tx.commit(entry.with("role_before", role.as_str()).with_id("user", user)).await?;
    Ok(true)
}
