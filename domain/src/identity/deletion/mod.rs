//! Deleting one's own account, and bringing it back within 30 days.
//!
//! Invariants
//! - Nothing is removed: what the person wrote and signed keeps its author, and an account that comes back has its roles, its patients and its password.
//!   Its roles are still listed, so that they can be ended.
//! - Of two accounts with a right to the same own record, which a merge can make while one of them is deleted, the one that was in use keeps it.
//! - Until the deletion is final nobody can make another account with the address. After it, the address is free.
//! - A sign-in to a deleted account with a wrong password gets the same answer as for an unknown account.
//!
//! Boundary: what else the end of an account changes (coming visits) is decided in `scheduling`, whose use case calls [`delete`].

mod store;

use super::{
    devices, email_change, notices::Event, phone, second_factor, sessions, sign_in::by_password, store::remove_password,
};
use crate::{
    Domain, Result,
    access::{
        Access, Permit, ResourceKind,
        actions::{Suspend, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    error::retry,
};
use jiff::{SignedDuration, Timestamp};
use model::{
    errors::Code,
    identity::DeletedAccountRow,
    ids::{EventId, RequestId, UserId},
    page::{Page, page_size},
};
use std::fmt;

pub(super) use store::{final_at, recipient};

/// How long a deleted account can be brought back.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How many deletions one round of the worker finishes.
const MOST_AT_ONCE: i64 = 100;

/// An account that was deleted, and that is not final yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeletedAccount(pub UserId);

/// Brings the caller's deleted account back.
#[derive(Clone)]
pub struct BringBack {
    /// Email address.
    pub email: String,
    /// Password.
    pub password: String,
}

/// Keeps the password out of logs.
impl fmt::Debug for BringBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BringBack")
    }
}

/// Which deleted accounts to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListDeletedAccounts {
    /// The last one of the previous page.
    pub after: Option<EventId>,
    /// How many.
    pub limit: Option<u32>,
}

/// What deleting an account has done.
pub(crate) struct Deleted {
    /// When it becomes final.
    pub(crate) final_at: Timestamp,
    /// How many sessions it ended.
    pub(crate) sessions: i64,
}

/// Deletes the account of the permit and ends all its sessions; the person gets a mail. The caller has checked a proof, and commits.
///
/// # Errors
/// `identity.last_admin`.
pub(crate) async fn delete(tx: &mut Tx, permit: &Permit<Write, UserId>) -> Result<Deleted> {
    let user = permit.id();
    if store::administers(tx, user, true).await? && !store::has_other_administrator(tx, user).await? {
        return Err(Code::LastAdmin.into());
    }
    let id = tx.new_id::<EventId>().uuid();
    let final_at = tx.now() + KEPT;
    store::delete(tx, permit, id, final_at).await?;
    let sessions = sessions::revoke_all(tx, user, None).await?;
    tx.rights_change_after_commit(user);
    tx.emit(Event::AccountDeleted { user, deletion: id }).await?;
    Ok(Deleted { final_at, sessions })
}

/// Whether this user is the last administrator of the organisation.
pub(crate) async fn is_last_administrator(tx: &mut Tx, user: UserId) -> Result<bool> {
    Ok(store::administers(tx, user, false).await? && !store::has_other_administrator(tx, user).await?)
}

/// Brings the account with this address and password back. They sign in afterwards as before. An account that is not deleted stays as it is.
///
/// # Errors
/// `request.rate_limited` after too many failures; `identity.bad_credentials` if the address or the password is wrong, or the deletion is final;
/// `identity.suspended`, only when the password is right.
pub async fn bring_back(domain: &Domain, access: &Access, command: BringBack) -> Result<()> {
    retry(|| try_to_bring_back(domain, access, &command)).await
}

async fn try_to_bring_back(domain: &Domain, access: &Access, command: &BringBack) -> Result<()> {
    let found = by_password(domain, access, &command.email, &command.password).await?;
    if found.suspended {
        return Err(Code::Suspended.into());
    }
    if found.deletion.is_none() {
        return Ok(());
    }
    let user = found.user;
    let mut tx = domain.begin("identity.bring_back", access).await?;
    let Some(entry) = come_back(&mut tx, user).await? else {
        // Somebody has brought it back at the same moment, or it has become final.
        tx.close().await?;
        return Err(Code::DatabaseRetry.into());
    };
    tx.commit(entry).await?;
    domain.attempts().prove(&found.email_key, user, access);
    Ok(())
}

/// Brings the account of somebody back who has proved that it is theirs, and returns the audit entry; `None` when it is not deleted any more, or the deletion is final.
pub(super) async fn come_back(tx: &mut Tx, user: UserId) -> Result<Option<Audit>> {
    store::lock_account(tx, user).await?;
    let Some(deleted_at) = store::bring_back(tx, user, user).await? else { return Ok(None) };
    let yielded = store::yield_own_record(tx, user).await?;
    tx.emit(Event::AccountBroughtBack { user }).await?;
    let entry = Audit::of(AuditAction::IdentityAccountBroughtBack).by(user).on(ResourceKind::Account, user);
    Ok(Some(entry.with("deleted_at", deleted_at).with("own_record_yielded", yielded)))
}

/// The deleted accounts that can be brought back, the newest first.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for callers who are not an administrator of the whole organisation.
pub async fn list_deleted_accounts(
    domain: &Domain,
    access: &Access,
    command: ListDeletedAccounts,
) -> Result<Page<DeletedAccountRow>> {
    access.scope(ResourceKind::System)?;
    let size = page_size(command.limit);
    let mut tx = domain.begin_reading("identity.list_deleted_accounts", access).await?;
    let now = tx.now();
    let rows = store::list(tx.connection(), command, now, i64::from(size) + 1).await?;
    let page = Page::cut(rows, size, |row| row.id.to_string());
    let shown = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    tx.commit(Audit::of(AuditAction::IdentityDeletedAccountsListed).with("shown", shown)).await?;
    Ok(page)
}

/// Brings another user's account back, for an administrator; the person gets a mail.
///
/// # Errors
/// `not_found` when it is not deleted, or the deletion is final; `access.forbidden` and the errors of suspending the account for callers who may not decide
/// about it.
pub async fn bring_back_account(domain: &Domain, access: &Access, user: UserId) -> Result<()> {
    let by = access.acting()?.user;
    let mut tx = domain.begin("identity.bring_back_account", access).await?;
    let DeletedAccount(user) = tx.permit(Suspend, DeletedAccount(user)).await?.id();
    let deleted_at = store::bring_back(&mut tx, user, by).await?.ok_or(Code::NotFound)?;
    let yielded = store::yield_own_record(&mut tx, user).await?;
    tx.emit(Event::AccountBroughtBack { user }).await?;
    let entry = Audit::of(AuditAction::IdentityAccountBroughtBack).on(ResourceKind::Account, user);
    tx.commit(entry.with("deleted_at", deleted_at).with("own_record_yielded", yielded)).await
}

/// Frees the addresses of accounts whose deletion is final, and removes everything with which somebody could sign in; returns how many. For a worker.
///
/// # Errors
/// `database.unavailable`.
pub async fn finish_deletions(domain: &Domain) -> Result<u64> {
    let mut finished = 0;
    for user in store::due(domain.pool(), domain.now(), MOST_AT_ONCE).await? {
        let access = Access::system(domain.new_id::<RequestId>());
        let mut tx = domain.begin("identity.finish_deletion", &access).await?;
        if store::finish(&mut tx, user).await? {
            devices::forget(&mut tx, user).await?;
            phone::erase(&mut tx, user).await?;
            email_change::erase(&mut tx, user).await?;
            second_factor::remove_passkeys(&mut tx, user).await?;
            second_factor::remove_factor(&mut tx, user).await?;
            remove_password(tx.connection(), user).await?;
            tx.commit(Audit::of(AuditAction::IdentityAccountDeletionFinished).on(ResourceKind::Account, user)).await?;
            finished += 1;
        } else {
            tx.close().await?;
        }
    }
    Ok(finished)
}
