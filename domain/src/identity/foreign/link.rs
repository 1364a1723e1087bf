//! Linking an identity to an account whose owner has proved that it is theirs.

use super::{begin::browser_hash, store};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
    identity::notices::Event,
};

/// Links the identity that waits in the browser with this secret to the account of the caller, who has just signed in there in another way, and mails them. Whether
/// something was linked: nothing is when the identity waits for somebody else.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn link_waiting(domain: &Domain, access: &Access, browser: &str) -> Result<bool> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("identity.link_foreign", access).await?;
    let permit = tx.permit(Write, user).await?;
    let identity = match store::take_waiting(&mut tx, &permit, &browser_hash(browser)).await? {
        Some(waiting) => {
            store::link(&mut tx, user, [waiting.provider.as_str(), &waiting.issuer, &waiting.subject, &waiting.email]).await?
        }
        None => None,
    };
    let Some(identity) = identity else {
        tx.close().await?;
        return Ok(false);
    };
    tx.emit(Event::ForeignIdentityLinked { user, identity: identity.uuid() }).await?;
    let entry = Audit::of(AuditAction::IdentityForeignLinked).on(ResourceKind::Account, user);
    tx.commit(entry.with_id("identity", identity)).await?;
    Ok(true)
}
