//! Connecting another sign-in from the account: a signed-in user goes to a provider, and the identity that comes back is linked to their account, whatever its address.

use super::{
    ForeignPerson,
    begin::{self, ForeignStart},
    store,
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
    identity::{
        notices::Event,
        proof::{Proof, prove},
        second_factor::{check_beside, end_refused},
    },
};
use model::{
    errors::{Code, FieldFault},
    identity::EmailAddress,
    ids::SessionId,
};

/// Another sign-in for the caller's account.
#[derive(Clone)]
pub struct ConnectForeign {
    /// The key of the provider in the configuration.
    pub provider: String,
    /// What proves that it is the user.
    pub proof: Proof,
    /// The code of the user's authenticator app, or a recovery code. A user without an app needs none, and neither does one who proves with a passkey.
    pub code: String,
    /// The secret in the browser's cookie, if it was at a provider before.
    pub browser: Option<String>,
}

/// What has become of an identity that was to be connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connected {
    /// It is linked to the caller's account, now or before.
    Linked,
    /// It is linked to another account.
    Taken,
}

/// Begins to connect another sign-in to the caller's account, in this session and this browser. An open session must not be enough for another way in, so it takes what adding
/// a passkey takes.
///
/// # Errors
/// `access.sign_in_needed`; those of [`prove`]; `request.fields_invalid` with the fields `current` and `code`; `identity.code_wrong`; `request.rate_limited`.
pub async fn begin_connecting(domain: &Domain, access: &Access, command: ConnectForeign) -> Result<ForeignStart> {
    let acting = access.acting()?.clone();
    if command.proof.is_empty() {
        return Err(Error::field("current", FieldFault::Missing));
    }
    let proven = prove(domain, access, &command.proof).await?;
    let mut tx = domain.begin("identity.connect_foreign", access).await?;
    let user = tx.permit(Write, acting.user).await?.id();
    if let Err(refused) = check_beside(&mut tx, user, &command.proof, &command.code).await {
        return Err(end_refused(tx, user, refused).await?);
    }
    proven.redeem(&mut tx).await?;
    let session = Some(acting.session);
    let start = begin::keep(domain, tx.connection(), &command.provider, command.browser, None, session).await?;
    tx.commit(Audit::of(AuditAction::IdentityForeignBegun).on(ResourceKind::Account, user)).await?;
    Ok(start)
}

/// Links the identity of whoever has signed in at a provider to the caller's account, and mails them. `session` is the one in which they have begun
/// ([`begin_connecting`]).
///
/// # Errors
/// `access.sign_in_needed`, also when the caller's session is another one.
pub async fn finish_connecting(
    domain: &Domain,
    access: &Access,
    session: SessionId,
    person: &ForeignPerson,
) -> Result<Connected> {
    let acting = access.acting()?.clone();
    if acting.session != session {
        return Err(Code::SignInNeeded.into());
    }
    let mut tx = domain.begin("identity.link_foreign", access).await?;
    let user = tx.permit(Write, acting.user).await?.id();
    let shown = [person.email.as_ref().map(EmailAddress::as_str), Some(person.name.as_str()), Some(person.subject.as_str())];
    let shown = shown.into_iter().flatten().find(|text| !text.is_empty()).unwrap_or_default();
    let linked = store::link(&mut tx, user, [person.provider.as_str(), &person.issuer, &person.subject, shown]).await?;
    let Some(identity) = linked else {
        let owner = store::linked(tx.connection(), person).await?.map(|linked| linked.user);
        tx.close().await?;
        return match owner {
            Some(owner) if owner == user => Ok(Connected::Linked),
            Some(_) => Ok(Connected::Taken),
            // It was unlinked at the same moment.
            None => Err(Code::DatabaseRetry.into()),
        };
    };
    tx.emit(Event::ForeignIdentityLinked { user, identity: identity.uuid() }).await?;
    let entry = Audit::of(AuditAction::IdentityForeignLinked).on(ResourceKind::Account, user);
    tx.commit(entry.with_id("identity", identity)).await?;
    Ok(Connected::Linked)
}
