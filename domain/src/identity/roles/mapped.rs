//! Roles that a foreign provider gives by a claim: given when the claim is there at a sign-in, and ended when it is gone.

use super::store;
use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    identity::{foreign::MappedRole, notices::Event},
};
use model::{
    access::Role,
    ids::{ForeignIdentityId, MembershipId, UserId},
};

/// Gives a user the roles that a provider's mapping wants and that they do not hold, and ends those that it gave and does not want any more. Each is a change of its own
/// with its audit entry. Roles that an administrator has given stay. Clinics that do not exist are left out.
///
/// # Errors
/// `database.unavailable`, `database.retry`.
pub(in crate::identity) async fn follow_mapping(
    domain: &Domain,
    access: &Access,
    user: UserId,
    identity: ForeignIdentityId,
    wanted: &[MappedRole],
) -> Result<()> {
    for role in wanted {
        give(domain, access, user, identity, *role).await?;
    }
    let mut connection = domain.pool().acquire().await?;
    let given = store::mapped(&mut connection, user, identity).await?;
    drop(connection);
    for (membership, role) in given {
        if !wanted.contains(&role) {
            end(domain, access, user, membership).await?;
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

async fn end(domain: &Domain, access: &Access, user: UserId, membership: MembershipId) -> Result<()> {
    let mut tx = domain.begin("identity.end_mapped_role", access).await?;
    let Some((role, clinic)) = store::end_mapped(&mut tx, membership).await? else { return tx.close().await };
    if role == Role::Admin && clinic.is_none() && !store::has_administrator(tx.connection()).await? {
        tracing::warn!(membership.id = %membership, "a provider no longer gives the role of the last administrator, who keeps it");
        return tx.close().await;
    }
    tx.rights_change_after_commit(user);
    tx.emit(Event::RoleEnded { user, membership }).await?;
    let entry = Audit::of(AuditAction::IdentityMappedRoleEnded).by(user).on(ResourceKind::Membership, membership);
    tx.commit(entry.with("role_before", role.as_str()).with_id("user", user)).await
}
