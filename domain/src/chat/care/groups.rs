//! Care groups of a clinic: people who answer patients together. Administrators of the clinic make them and say who belongs to them.
//!
//! Whoever belongs to a group and works at its clinic, as doctor, as nurse or at the desk, reads and writes its conversations. One of them answers, as at a desk.

use super::store::groups as store;
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
};
use model::{
    chat::group::{CareGroupList, CareGroupName},
    errors::{Code, FieldFault},
    ids::{CareGroupId, ClinicId, UserId},
};

/// Adds a care group to a clinic. The name is an unparsed form value.
#[derive(Debug, Clone)]
pub struct AddCareGroup {
    /// The clinic.
    pub clinic: ClinicId,
    /// What patients read: 1 to 60 characters. The clinic has no other group of this name.
    pub name: String,
}

/// Somebody who becomes or was a member of a care group.
#[derive(Debug, Clone, Copy)]
pub struct CareGroupMember {
    /// The group.
    pub group: CareGroupId,
    /// The person.
    pub user: UserId,
}

/// The care groups of a clinic, for those who manage it.
///
/// # Errors
/// `not_found`; `access.sign_in_needed`.
pub async fn care_groups(domain: &Domain, access: &Access, clinic: ClinicId) -> Result<CareGroupList> {
    let mut tx = domain.begin_reading("chat.care_groups", access).await?;
    let permit = tx.permit(Read, clinic).await?;
    let list = store::list(&mut tx, &permit).await?;
    tx.close().await?;
    list.ok_or_else(|| Code::NotFound.into())
}

/// Adds a care group.
///
/// # Errors
/// `request.fields_invalid` with the field `name`; `chat.group_exists`; `not_found`, `access.sign_in_needed`.
pub async fn add_care_group(domain: &Domain, access: &Access, command: AddCareGroup) -> Result<CareGroupId> {
    let name = CareGroupName::parse(&command.name);
    let mut tx = domain.begin("chat.add_care_group", access).await?;
    let permit = tx.permit(Write, command.clinic).await?;
    let name = match name {
        Ok(name) => name,
        Err(fault) => {
            tx.close().await?;
            return Err(Error::field("name", fault));
        }
    };
    let group = match store::insert(&mut tx, &permit, &name).await {
        Ok(group) => group,
        Err(error) => {
            tx.abandon().await?;
            return Err(error);
        }
    };
    let entry = Audit::of(AuditAction::ChatGroupAdded).on(ResourceKind::Clinic, command.clinic);
    tx.commit(entry.with_id("group", group)).await?;
    Ok(group)
}

/// Ends a care group: no conversation is begun with it any more, and patients no longer write to it. Its members still read and close its conversations.
///
/// # Errors
/// `not_found`, also for a group that was ended; `access.sign_in_needed`.
pub async fn end_care_group(domain: &Domain, access: &Access, group: CareGroupId) -> Result<()> {
    let mut tx = domain.begin("chat.end_care_group", access).await?;
    let permit = tx.permit(Write, group).await?;
    let clinic = store::clinic_in(&permit).ok_or(Code::NotFound)?;
    store::end(&mut tx, &permit).await?;
    tx.commit(Audit::of(AuditAction::ChatGroupEnded).on(ResourceKind::Clinic, clinic).with_id("group", group)).await
}

/// Adds somebody who works at the clinic of a group to it. Adding a member changes nothing.
///
/// # Errors
/// `request.fields_invalid` with the field `user` for somebody who is neither doctor nor nurse nor at the desk there; `not_found`, `access.sign_in_needed`.
pub async fn add_care_group_member(domain: &Domain, access: &Access, command: CareGroupMember) -> Result<()> {
    let CareGroupMember { group, user } = command;
    let mut tx = domain.begin("chat.add_care_group_member", access).await?;
    let permit = tx.permit(Write, group).await?;
    let clinic = store::clinic_in(&permit).ok_or(Code::NotFound)?;
    if !store::can_belong(&mut tx, &permit, user).await? {
        tx.close().await?;
        return Err(Error::field("user", FieldFault::UnknownChoice));
    }
    if !store::add_member(&mut tx, &permit, user).await? {
        return tx.close().await;
    }
    let entry = Audit::of(AuditAction::ChatGroupMemberAdded).on(ResourceKind::Clinic, clinic);
    tx.commit(entry.with_id("group", group).with_id("user", user)).await
}

/// Takes somebody out of a group, who then no longer sees its conversations. Taking out somebody who is no member changes nothing.
///
/// # Errors
/// `not_found`, `access.sign_in_needed`.
pub async fn remove_care_group_member(domain: &Domain, access: &Access, command: CareGroupMember) -> Result<()> {
    let CareGroupMember { group, user } = command;
    let mut tx = domain.begin("chat.remove_care_group_member", access).await?;
    let permit = tx.permit(Write, group).await?;
    let clinic = store::clinic_in(&permit).ok_or(Code::NotFound)?;
    if !store::remove_member(&mut tx, &permit, user).await? {
        return tx.close().await;
    }
    let entry = Audit::of(AuditAction::ChatGroupMemberRemoved).on(ResourceKind::Clinic, clinic);
    tx.commit(entry.with_id("group", group).with_id("user", user)).await
}
