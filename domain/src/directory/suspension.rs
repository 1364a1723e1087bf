//! Suspending an account, and restoring it.

use super::{notices::Event, rules};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Suspend},
    audit::{Audit, AuditAction},
    identity::{self, Changed},
};
use model::{directory::SuspensionKind, ids::UserId};

/// Which account to suspend or restore, and why.
#[derive(Debug, Clone)]
pub struct ChangeAccount {
    /// The account's user.
    pub user: UserId,
    /// The reason; the person receives it by mail.
    pub reason: String,
    /// The version of the account that was reviewed.
    pub version: i32,
}

/// Suspends an account: its sessions end at once, and the person gets a mail with the reason.
///
/// # Errors
/// `directory.suspend_self`, `directory.account_above`, `directory.account_elsewhere`; `request.fields_invalid` with the field `reason`; `request.stale`.
pub async fn suspend(domain: &Domain, access: &Access, command: ChangeAccount) -> Result<()> {
    change(domain, access, command, SuspensionKind::Suspended).await
}

/// Restores a suspended account; the person gets a mail with the reason. Who has a lower rank than whoever suspended it may not restore it.
///
/// # Errors
/// `directory.account_above`, `directory.account_elsewhere`; `request.fields_invalid` with the field `reason`; `request.stale`.
pub async fn restore(domain: &Domain, access: &Access, command: ChangeAccount) -> Result<()> {
    change(domain, access, command, SuspensionKind::Restored).await
}

async fn change(domain: &Domain, access: &Access, command: ChangeAccount, kind: SuspensionKind) -> Result<()> {
    let mut tx = domain.begin("directory.change_account", access).await?;
    let permit = tx.permit(Suspend, command.user).await?;
    let reason = rules::reason(&command.reason).map_err(|fault| Error::field("reason", fault))?;
    let user = permit.id();
    let Changed { suspension, sessions } = identity::change_account(&mut tx, &permit, kind, &reason, command.version).await?;
    let entry = match kind {
        SuspensionKind::Suspended => {
            tx.emit(Event::UserSuspended { user, suspension }).await?;
            Audit::of(AuditAction::DirectoryUserSuspended).with("sessions", sessions)
        }
        SuspensionKind::Restored => {
            tx.emit(Event::UserRestored { user, suspension }).await?;
            Audit::of(AuditAction::DirectoryUserRestored)
        }
    };
    tx.commit(entry.on(ResourceKind::Account, user)).await
}
