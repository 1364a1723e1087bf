//! Who holds which role at which clinic: looking, changing and ending. A change ends the old role and begins a new one, so that the history stays.
//!
//! The organisation always keeps an administrator: each change of a role locks the memberships of its administrators first, in the order of their ids.

mod mapped;
mod store;

use crate::{
    Domain, Error, Result,
    access::{
        Access, Permit, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    identity::{limited::is_service_account, notices::Event},
};
use model::{
    access::Role,
    errors::{Code, FieldFault},
    identity::{MembershipRow, MembershipView, SERVICE_ROLES, parse_given_role},
    ids::MembershipId,
    page::{Page, page_size},
};
use store::Ended;

pub use mapped::end_unconfirmed_roles;
pub(super) use mapped::follow_mapping;
pub(super) use store::for_mail;

/// Which roles to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListMemberships {
    /// Whether those that have ended are wanted, and not those that are held.
    pub ended: bool,
    /// The last role of the previous page.
    pub after: Option<MembershipId>,
    /// How many.
    pub limit: Option<u32>,
}

/// Another role in place of one that is held.
#[derive(Debug, Clone)]
pub struct ChangeMembership {
    /// The role that is held.
    pub membership: MembershipId,
    /// The word of the new role.
    pub role: String,
    /// The version that the change is based on.
    pub version: i32,
}

/// The end of a role.
#[derive(Debug, Clone, Copy)]
pub struct EndMembership {
    /// The role that is held.
    pub membership: MembershipId,
    /// The version that was seen.
    pub version: i32,
}

/// The roles at the clinics that the caller manages, newest first.
///
/// # Errors
/// `access.forbidden` for callers who are not administrators; `access.sign_in_needed`.
pub async fn list_memberships(domain: &Domain, access: &Access, command: ListMemberships) -> Result<Page<MembershipRow>> {
    let scope = access.scope(ResourceKind::Membership)?;
    let size = page_size(command.limit);
    let mut tx = domain.begin_reading("identity.list_memberships", access).await?;
    let rows = store::list(tx.connection(), scope.clinic, command, i64::from(size) + 1).await?;
    let page = Page::cut(rows, size, |row| row.id.to_string());
    let shown = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    tx.commit(Audit::of(AuditAction::IdentityMembershipsListed).with("shown", shown)).await?;
    Ok(page)
}

/// One role, with all roles of the same person at the clinics that the caller manages.
///
/// # Errors
/// `not_found`; `access.sign_in_needed`.
pub async fn membership(domain: &Domain, access: &Access, id: MembershipId) -> Result<MembershipView> {
    let mut tx = domain.begin_reading("identity.membership", access).await?;
    let permit = tx.permit(Read, id).await?;
    let scope = access.scope(ResourceKind::Membership)?;
    let view = store::read(&mut tx, &permit, scope.clinic).await?;
    let entry = Audit::of(AuditAction::IdentityMembershipViewed).on(ResourceKind::Membership, id);
    tx.commit(entry.with_id("user", view.held.user)).await?;
    Ok(view)
}

/// Gives somebody another role at the same clinic, and mails them. Returns the new membership. The person has to sign in again.
///
/// # Errors
/// `request.fields_invalid` with the field `role`, also for a role that no service account may have; `request.stale` when the role has been changed or ended;
/// `identity.role_own` for the caller's own role;
/// `identity.role_held`, `identity.last_admin`; `directory.account_above` for a role of somebody who ranks above the caller; `not_found`.
pub async fn change_membership(domain: &Domain, access: &Access, command: ChangeMembership) -> Result<MembershipId> {
    let mut tx = domain.begin("identity.change_membership", access).await?;
    let permit = tx.permit(Write, command.membership).await?;
    let role = parse_given_role(&command.role).map_err(|fault| Error::field("role", fault))?;
    // Administrators see no clinical content, so they do not give themselves a role that does.
    if permit.facts().user == Some(access.acting()?.user) {
        return Err(Code::RoleOwn.into());
    }
    let ended = end(&mut tx, &permit, command.version).await?;
    if !SERVICE_ROLES.contains(&role) && is_service_account(tx.connection(), ended.user).await? {
        return Err(Error::field("role", FieldFault::UnknownChoice));
    }
    if ended.role == role {
        return Err(Code::RoleHeld.into());
    }
    let new = store::begin(&mut tx, &permit, &ended, role).await?;
    tx.emit(Event::RoleChanged { user: ended.user, membership: new, before: ended.role }).await?;
    let entry = Audit::of(AuditAction::IdentityMembershipChanged).on(ResourceKind::Membership, command.membership);
    let entry = entry.with("role_before", ended.role.as_str()).with("role", role.as_str());
    tx.commit(entry.with_id("user", ended.user).with_id("new", new)).await?;
    Ok(new)
}

/// Ends a role, and mails the person. Their sessions end with it.
///
/// # Errors
/// `request.stale` when the role has been changed or ended; `identity.last_admin`; `directory.account_above` for a role of somebody who ranks above the caller;
/// `not_found`.
pub async fn end_membership(domain: &Domain, access: &Access, command: EndMembership) -> Result<()> {
    let mut tx = domain.begin("identity.end_membership", access).await?;
    let permit = tx.permit(Write, command.membership).await?;
    let ended = end(&mut tx, &permit, command.version).await?;
    tx.emit(Event::RoleEnded { user: ended.user, membership: command.membership }).await?;
    let entry = Audit::of(AuditAction::IdentityMembershipEnded).on(ResourceKind::Membership, command.membership);
    tx.commit(entry.with("role_before", ended.role.as_str()).with_id("user", ended.user)).await
}

/// Ends a role, unless it is that of the last administrator of the organisation.
async fn end(tx: &mut Tx, permit: &Permit<Write, MembershipId>, version: i32) -> Result<Ended> {
    let ended = store::end(tx, permit, version).await?;
    if ended.role == Role::Admin && ended.clinic.is_none() && !store::has_administrator(tx.connection()).await? {
        return Err(Code::LastAdmin.into());
    }
    tx.rights_change_after_commit(ended.user);
    Ok(ended)
}
