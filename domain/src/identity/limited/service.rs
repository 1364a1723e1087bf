//! Service accounts: an administrator makes one for a clinic, renews its token, and ends it. Nobody can sign in with it; it has a role like a person, which its
//! role's rules bind, and limited tokens.

use super::{SERVICE, new_secret, service_store as store};
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{Create, Write},
    },
    audit::{Audit, AuditAction},
    error::Faults,
};
use jiff::{SignedDuration, Timestamp};
use model::{
    errors::FieldFault,
    identity::{ServiceAccountRow, parse_service_role, token_days, token_name},
    ids::{ClinicId, MembershipId},
    scopes::ApiScope,
};
use std::fmt;
use store::NewServiceAccount;

/// For how long an earlier token still works after a new one was made, so that the program can change over.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);

/// A new service account. Texts are unparsed form values.
#[derive(Debug, Clone)]
pub struct MakeServiceAccount {
    /// What administrators call it.
    pub name: String,
    /// The clinic's id.
    pub clinic: String,
    /// The word of the role.
    pub role: String,
    /// What its tokens may do.
    pub scopes: Vec<String>,
    /// For how many days the first token works.
    pub days: String,
}

/// A new token for a service account. Texts are unparsed form values.
#[derive(Debug, Clone)]
pub struct RenewServiceToken {
    /// The account's role, which names the account.
    pub id: MembershipId,
    /// For how many days the token works.
    pub days: String,
}

/// A token of a service account that was just made.
#[derive(Clone)]
pub struct ServiceToken {
    /// The account's role, which names the account.
    pub id: MembershipId,
    /// The secret. It cannot be shown again.
    pub token: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// Keeps the secret out of logs.
impl fmt::Debug for ServiceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceToken").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The service accounts at the clinics that the caller manages, by name.
///
/// # Errors
/// `access.forbidden` for callers who are not administrators; `access.sign_in_needed`.
pub async fn list_service_accounts(domain: &Domain, access: &Access) -> Result<Vec<ServiceAccountRow>> {
    let scope = access.scope(ResourceKind::Membership)?;
    let mut tx = domain.begin_reading("identity.list_service_accounts", access).await?;
    let now = tx.now();
    let rows = store::list(tx.connection(), scope.clinic, now).await?;
    let shown = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    tx.commit(Audit::of(AuditAction::IdentityServiceAccountsListed).with("shown", shown)).await?;
    Ok(rows)
}

/// Makes a service account with its first token.
///
/// # Errors
/// `request.fields_invalid` with the fields `name`, `clinic`, `role`, `scopes`, `days`; `access.forbidden` for callers who are not administrators.
pub async fn make_service_account(domain: &Domain, access: &Access, command: MakeServiceAccount) -> Result<ServiceToken> {
    let own_clinic = access.scope(ResourceKind::Membership)?.clinic;
    let mut faults = Faults::default();
    let name = faults.take("name", token_name(&command.name));
    let clinic = faults.take("clinic", parse_clinic(own_clinic, &command.clinic));
    let role = faults.take("role", parse_service_role(&command.role));
    let scopes = faults.take("scopes", ApiScope::parse_all(command.scopes.iter().map(String::as_str)));
    let days = faults.take("days", token_days(&command.days));
    faults.check()?;
    let (Some(name), Some(clinic), Some(role), Some(scopes), Some(days)) = (name, clinic, role, scopes, days) else {
        return Err(crate::Error::internal("a form passed its check although a field is missing"));
    };
    let mut tx = domain.begin("identity.make_service_account", access).await?;
    let new = NewServiceAccount { user: tx.new_id(), membership: tx.new_id(), clinic };
    let permit = tx.permit(Create, new).await?;
    if !store::clinic_exists(tx.connection(), clinic).await? {
        return Err(crate::Error::field("clinic", FieldFault::UnknownChoice));
    }
    store::insert(&mut tx, &permit, &name, role, &scopes).await?;
    let (token, expires_at) = (new_secret(domain, SERVICE), tx.now() + SignedDuration::from_hours(24 * i64::from(days)));
    let session = store::insert_token(&mut tx, new.membership, &token, expires_at).await?;
    let entry = Audit::of(AuditAction::IdentityServiceAccountMade).on(ResourceKind::Membership, new.membership);
    let entry = entry.with_id("user", new.user).with_id("clinic", clinic).with("role", role.as_str()).with_id("token", session);
    let entry = scopes.iter().fold(entry, |entry, scope| entry.with(scope.as_str(), "granted"));
    tx.commit(entry.with("expires_at", expires_at)).await?;
    Ok(ServiceToken { id: new.membership, token, expires_at })
}

/// An administrator of a clinic makes accounts for that clinic only.
fn parse_clinic(own_clinic: Option<ClinicId>, text: &str) -> Result<ClinicId, FieldFault> {
    let clinic = match text.trim() {
        "" => return Err(FieldFault::Missing),
        id => id.parse::<ClinicId>().map_err(|_| FieldFault::UnknownChoice)?,
    };
    if own_clinic.is_some_and(|own| own != clinic) { Err(FieldFault::UnknownChoice) } else { Ok(clinic) }
}

/// Makes a new token for a service account. The earlier ones work for another day at most.
///
/// # Errors
/// `request.fields_invalid` with the field `days`; `not_found` when it has ended, or is no service account; `directory.account_above`.
pub async fn renew_service_token(domain: &Domain, access: &Access, command: RenewServiceToken) -> Result<ServiceToken> {
    let days = token_days(&command.days).map_err(|fault| crate::Error::field("days", fault))?;
    let mut tx = domain.begin("identity.renew_service_token", access).await?;
    let permit = tx.permit(Write, command.id).await?;
    let now = tx.now();
    store::shorten(&mut tx, &permit, now + OVERLAP).await?;
    let (token, expires_at) = (new_secret(domain, SERVICE), now + SignedDuration::from_hours(24 * i64::from(days)));
    let session = store::insert_token(&mut tx, permit.id(), &token, expires_at).await?;
    let entry = Audit::of(AuditAction::IdentityServiceTokenRenewed).on(ResourceKind::Membership, command.id);
    tx.commit(entry.with_id("token", session).with("expires_at", expires_at)).await?;
    Ok(ServiceToken { id: command.id, token, expires_at })
}

/// Ends a service account: its role ends, and with it all its tokens at once.
///
/// # Errors
/// `not_found` when it has ended, or is no service account; `directory.account_above`.
pub async fn end_service_account(domain: &Domain, access: &Access, id: MembershipId) -> Result<()> {
    let mut tx = domain.begin("identity.end_service_account", access).await?;
    let permit = tx.permit(Write, id).await?;
    let user = store::end(&mut tx, &permit).await?;
    tx.commit(Audit::of(AuditAction::IdentityServiceAccountEnded).on(ResourceKind::Membership, id).with_id("user", user)).await
}
