//! Inviting staff by e-mail. The link of the mail works once, until it expires or is withdrawn, and only while its sender is an administrator there.

mod accept;
mod import;
mod store;

pub use accept::{AcceptAsNew, accept_as_new, accept_invitation, invitation_offer};
pub use import::{ImportStaff, MOST_STAFF, import_staff};

pub(crate) use accept::make_administrator;
pub(super) use store::{Letter, expire_all, letter, recipient};

use super::notices::Event;
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Create, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    error::Faults,
};
use model::{
    access::Role,
    errors::{Code, FieldFault},
    identity::{ALL_CLINICS, EmailAddress, InvitationRow, parse_given_role},
    ids::{ClinicId, InvitationId},
    page::{Page, page_size},
};
use store::{NewInvitation, Parsed};

/// An invitation. Texts are unparsed form values.
#[derive(Debug, Clone)]
pub struct InviteStaff {
    /// The e-mail address.
    pub email: String,
    /// The word of the role.
    pub role: String,
    /// The clinic's id, or [`ALL_CLINICS`].
    pub clinic: String,
}

/// Invites somebody, and mails the link.
///
/// # Errors
/// `request.fields_invalid` with the fields `email`, `role`, `clinic`; `identity.role_own` for the caller's own address; `identity.invitation_exists`,
/// `identity.role_held`; `access.forbidden` for callers who are not administrators.
pub async fn invite_staff(domain: &Domain, access: &Access, command: InviteStaff) -> Result<InvitationId> {
    let own_clinic = access.scope(ResourceKind::Membership)?.clinic;
    let mut faults = Faults::default();
    let parsed = parse(&mut faults, own_clinic, &command);
    faults.check()?;
    let parsed = parsed.ok_or_else(|| Error::internal("a form passed its check although a field is missing"))?;
    let mut tx = domain.begin("identity.invite_staff", access).await?;
    let id = invite(&mut tx, &parsed).await?;
    let entry =
        Audit::of(AuditAction::IdentityInvitationSent).on(ResourceKind::Membership, id).with("role", parsed.role.as_str());
    tx.commit(parsed.clinic.into_iter().fold(entry, |entry, clinic| entry.with_id("clinic", clinic))).await?;
    Ok(id)
}

/// Parses an invitation, and records its faults. An administrator of a clinic invites to that clinic only.
fn parse(faults: &mut Faults, own_clinic: Option<ClinicId>, typed: &InviteStaff) -> Option<Parsed> {
    let email = faults.take("email", EmailAddress::parse(&typed.email));
    let role = faults.take("role", parse_given_role(&typed.role));
    let clinic = faults.take("clinic", parse_clinic(own_clinic, &typed.clinic));
    Some(Parsed { email: email?, name: None, role: role?, clinic: clinic? })
}

fn parse_clinic(own_clinic: Option<ClinicId>, text: &str) -> Result<Option<ClinicId>, FieldFault> {
    let text = text.trim();
    let clinic = match text {
        "" => return Err(FieldFault::Missing),
        ALL_CLINICS => None,
        id => Some(id.parse::<ClinicId>().map_err(|_| FieldFault::UnknownChoice)?),
    };
    if own_clinic.is_some() && clinic != own_clinic { Err(FieldFault::UnknownChoice) } else { Ok(clinic) }
}

/// Stores an invitation and mails its link.
async fn invite(tx: &mut Tx, parsed: &Parsed) -> Result<InvitationId> {
    let id = tx.new_id::<InvitationId>();
    let permit = tx.permit(Create, NewInvitation { id, clinic: parsed.clinic }).await?;
    if let Some(clinic) = parsed.clinic
        && !store::clinic_exists(tx.connection(), clinic).await?
    {
        return Err(Error::field("clinic", FieldFault::UnknownChoice));
    }
    let by = tx.access().acting()?.user;
    if store::is_of(tx.connection(), parsed, by).await? {
        return Err(Code::RoleOwn.into());
    }
    if store::holds(tx.connection(), parsed).await? {
        return Err(Code::RoleHeld.into());
    }
    store::insert(tx, &permit, parsed).await?;
    tx.emit(Event::StaffInvited { invitation: id }).await?;
    Ok(id)
}

/// Which invitations to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListInvitations {
    /// The last invitation of the previous page.
    pub after: Option<InvitationId>,
    /// How many.
    pub limit: Option<u32>,
}

/// The invitations to the clinics that the caller manages, newest first.
///
/// # Errors
/// `access.forbidden` for callers who are not administrators; `access.sign_in_needed`.
pub async fn list_invitations(domain: &Domain, access: &Access, command: ListInvitations) -> Result<Page<InvitationRow>> {
    let scope = access.scope(ResourceKind::Membership)?;
    let size = page_size(command.limit);
    let mut tx = domain.begin_reading("identity.list_invitations", access).await?;
    let now = tx.now();
    let rows = store::list(tx.connection(), scope.clinic, command.after, i64::from(size) + 1, now).await?;
    let page = Page::cut(rows, size, |row| row.id.to_string());
    let shown = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    tx.commit(Audit::of(AuditAction::IdentityInvitationsListed).with("shown", shown)).await?;
    Ok(page)
}

/// Withdraws an invitation: its link no longer works.
///
/// # Errors
/// `not_found`; `identity.invitation_settled` when it was accepted or withdrawn.
pub async fn withdraw_invitation(domain: &Domain, access: &Access, id: InvitationId) -> Result<()> {
    let mut tx = domain.begin("identity.withdraw_invitation", access).await?;
    let permit = tx.permit(Write, id).await?;
    store::withdraw(&mut tx, &permit).await?;
    tx.commit(Audit::of(AuditAction::IdentityInvitationWithdrawn).on(ResourceKind::Membership, id)).await
}

/// Mails the link of an invitation again. It then lasts as long as a new one, and the caller counts as its sender.
///
/// # Errors
/// `not_found`; `identity.invitation_settled` when it was accepted or withdrawn; `request.rate_limited` after five mails in a day.
pub async fn send_invitation_again(domain: &Domain, access: &Access, id: InvitationId) -> Result<()> {
    let mut tx = domain.begin("identity.send_invitation_again", access).await?;
    let permit = tx.permit(Write, id).await?;
    store::renew(&mut tx, &permit).await?;
    tx.emit(Event::StaffInvited { invitation: id }).await?;
    tx.commit(Audit::of(AuditAction::IdentityInvitationSentAgain).on(ResourceKind::Membership, id)).await
}

/// The word of a role that is stored in the database.
fn stored_role(word: &str) -> Result<Role> {
    Role::parse(word).ok_or_else(|| Error::internal("an unknown role"))
}
