//! Accounts that are created when a person signs in at a provider for the first time.

use super::{
    ForeignPerson,
    store::{self, Linked},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    identity::{
        names::parse_name,
        new_account::known_zone,
        store::{NewUser, insert_user},
    },
};
use model::{
    errors::Code,
    identity::{EmailAddress, WrittenName},
    ids::UserId,
};

/// The zone of an account about which neither the provider nor the browser tells one.
const ZONE: &str = "UTC";

pub(super) enum Made {
    /// The account, with its identity.
    Account(Linked),
    /// None, because the configuration makes none for this person.
    Nothing,
}

/// Creates an account without a password for a person with a role by the provider's mapping. Its address is the one that the provider has confirmed.
pub(super) async fn make(domain: &Domain, access: &Access, person: &ForeignPerson, email: &EmailAddress) -> Result<Made> {
    let has_role = person.roles.as_ref().is_some_and(|roles| !roles.is_empty());
    if !person.may_make_account || !has_role {
        return Ok(Made::Nothing);
    }
    let name = name_of(&person.name, email)?;
    let zone = [person.zone.as_deref(), access.zone.as_deref()]
        .into_iter()
        .flatten()
        .find_map(|zone| known_zone(zone).ok())
        .map_or_else(|| ZONE.to_owned(), |zone| zone.as_str().to_owned());
    let mut tx = domain.begin("identity.make_foreign_account", access).await?;
    let (user, now) = (tx.new_id::<UserId>(), tx.now());
    let new = NewUser { id: user, name: &name, email, time_zone: &zone, language: "en" };
    let identity = match insert_user(tx.connection(), &new, now).await? {
        Some(_) => {
            store::link(&mut tx, user, [person.provider.as_str(), &person.issuer, &person.subject, email.as_str()]).await?
        }
        None => None,
    };
    // Without one, somebody has made the account, or linked the identity, at the same moment.
    let Some(identity) = identity else {
        tx.close().await?;
        return Err(Code::DatabaseRetry.into());
    };
    let entry = Audit::of(AuditAction::IdentityForeignAccountMade).by(user).on(ResourceKind::Account, user);
    tx.commit(entry.with_id("identity", identity)).await?;
    Ok(Made::Account(Linked { identity, user, is_suspended: false, is_deleted: false }))
}

/// The name as the provider writes it. If documents cannot show it, the address gives its Latin form, and the person can correct it; if the provider tells none,
/// it is the address.
fn name_of(name: &str, email: &EmailAddress) -> Result<WrittenName> {
    let local: String = email.as_str().split('@').next().unwrap_or_default().replace(['.', '_', '+'], " ");
    let tries = [(name, ""), (name, local.as_str()), (local.as_str(), ""), ("New user", "")];
    tries
        .into_iter()
        .find_map(|(name, latin)| parse_name(name, latin).ok())
        .ok_or_else(|| Error::internal("no name can be written"))
}
