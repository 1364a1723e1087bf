//! How many conversations have something new for the caller.

use super::store;
use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
};

/// In how many of the caller's conversations there are messages of the other side that were not read. It names no patient, so reading it is not audited.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for roles without conversations, and for guardians who see appointments only.
pub async fn unread_conversations(domain: &Domain, access: &Access) -> Result<i64> {
    let scope = access.scope(ResourceKind::Conversation)?;
    let acting = access.acting()?;
    let mut tx = domain.begin_reading("chat.unread_conversations", access).await?;
    let unread = store::unread(&mut tx, &scope, acting).await?;
    tx.close().await?;
    Ok(unread)
}
