//! Turning off the second factor of a person who has lost it: an admin asks for it after an identity check, and it takes effect after a delay in which the person
//! can stop it.
//!
//! A thief who stole the mailbox or talked an admin into it has to wait that long, while the person is told by mail and in their account.

use super::{passkeys, store};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Suspend, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    identity::{
        links::{new_hash, token_again, typed_hash, usable},
        notices::Event,
        sessions,
    },
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{EventId, RequestId, UserId},
    text::many_lines,
};
use sqlx::PgConnection;
use uuid::Uuid;

const REASON_CHARS: usize = 1_000;
/// How many resets take effect in one round of the worker.
const MOST_AT_ONCE: i64 = 100;

/// Whose second factor to turn off, and how the admin has checked who they are.
#[derive(Debug, Clone)]
pub struct AskReset {
    /// The person.
    pub user: UserId,
    /// How the identity was checked.
    pub reason: String,
}

/// The second factor of a person, for an admin who may decide about the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetView {
    /// The person's name.
    pub name: String,
    /// Whether there is a second factor.
    pub is_on: bool,
    /// When it will be turned off, if that was asked for.
    pub takes_effect_at: Option<Timestamp>,
    /// After how many hours it would be turned off if that was asked for now.
    pub delay_hours: i64,
}

/// The second factor of a person, and whether it will be turned off.
///
/// # Errors
/// `not_found`; `access.forbidden` and the errors of suspending the account for callers who may not decide about it.
pub async fn second_factor_of(domain: &Domain, access: &Access, user: UserId) -> Result<ResetView> {
    let mut tx = domain.begin("identity.second_factor_of", access).await?;
    let user = tx.permit(Suspend, user).await?.id();
    let name =
        sqlx::query_scalar!("select display_name from users where id = $1", user.uuid()).fetch_one(tx.connection()).await?;
    let view = ResetView {
        name,
        is_on: has_any(tx.connection(), user).await?,
        takes_effect_at: takes_effect_at(tx.connection(), user).await?,
        delay_hours: domain.settings().second_factor_reset_hours,
    };
    tx.commit(Audit::of(AuditAction::IdentitySecondFactorViewed).on(ResourceKind::Account, user)).await?;
    Ok(view)
}

/// Whether there is an authenticator app or a passkey to turn off.
async fn has_any(connection: &mut PgConnection, user: UserId) -> Result<bool> {
    Ok(store::has_factor(connection, user).await? || passkeys::count(connection, user).await? > 0)
}

/// When the second factor of this user will be turned off, if that was asked for.
pub(super) async fn takes_effect_at(connection: &mut PgConnection, user: UserId) -> Result<Option<Timestamp>> {
    let at = sqlx::query_scalar!(
        "select takes_effect_at from second_factor_resets where user_id = $1 and stopped_at is null and applied_at is null",
        user.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(at.map(jiff_sqlx::Timestamp::to_jiff))
}

/// Asks for the second factor of a person to be turned off after the delay. The person is told at once.
///
/// # Errors
/// Those of suspending the account: `not_found`, `access.forbidden`, `directory.suspend_self`, `directory.account_above`, `directory.account_elsewhere`;
/// `request.fields_invalid` with the field `reason`; `identity.second_factor_absent` when there is none; `identity.reset_asked` when it was asked for already.
pub async fn ask_reset(domain: &Domain, access: &Access, command: AskReset) -> Result<()> {
    let by = access.acting()?.user;
    let mut tx = domain.begin("identity.ask_reset", access).await?;
    let user = tx.permit(Suspend, command.user).await?.id();
    let reason = many_lines(&command.reason, REASON_CHARS).map_err(|fault| Error::field("reason", fault))?;
    if !has_any(tx.connection(), user).await? {
        return Err(Code::SecondFactorAbsent.into());
    }
    let (id, now) = (tx.new_id::<EventId>().uuid(), tx.now());
    let at = now + SignedDuration::from_hours(domain.settings().second_factor_reset_hours);
    let hash = new_hash(domain, id);
    sqlx::query!(
        "insert into second_factor_resets (id, user_id, asked_by, reason, token_hash, asked_at, takes_effect_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        id,
        user.uuid(),
        by.uuid(),
        reason,
        &hash[..],
        now.to_sqlx(),
        at.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("second_factor_resets_open", Code::ResetAsked)]))?;
    tx.emit(Event::SecondFactorResetAsked { user, reset: id }).await?;
    tx.commit(Audit::of(AuditAction::IdentitySecondFactorResetAsked).on(ResourceKind::Account, user).with("takes_effect", at))
        .await
}

/// Stops turning off the caller's own second factor.
///
/// # Errors
/// `access.sign_in_needed`; `not_found` when nothing was asked for, or it was done.
pub async fn stop_reset(domain: &Domain, access: &Access) -> Result<()> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("identity.stop_reset", access).await?;
    let user = tx.permit(Write, user).await?.id();
    if !store::stop_reset(&mut tx, user).await? {
        return Err(Code::NotFound.into());
    }
    tx.commit(Audit::of(AuditAction::IdentitySecondFactorResetStopped).on(ResourceKind::Account, user)).await
}

/// The same with the link from the mail.
///
/// # Errors
/// `identity.link_unknown`; `identity.link_used` when it was stopped before; `identity.link_expired` when the second factor is turned off already.
pub async fn stop_reset_by_link(domain: &Domain, access: &Access, token: &str) -> Result<()> {
    let hash = typed_hash(token);
    let mut tx = domain.begin("identity.stop_reset_by_link", access).await?;
    let now = tx.now();
    let row = sqlx::query!(
        "select id, user_id, stopped_at, applied_at from second_factor_resets where token_hash = $1 for update",
        &hash[..]
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Code::LinkUnknown)?;
    // A reset that has taken effect can no longer be stopped.
    usable(row.stopped_at.is_some(), row.applied_at.map_or(Timestamp::MAX, jiff_sqlx::Timestamp::to_jiff), now)?;
    sqlx::query!("update second_factor_resets set stopped_at = $2 where id = $1", row.id, now.to_sqlx())
        .execute(tx.connection())
        .await?;
    let user = UserId::from(row.user_id);
    tx.commit(Audit::of(AuditAction::IdentitySecondFactorResetStopped).by(user).on(ResourceKind::Account, user)).await
}

/// Stops everything that an admin was asked to turn off, for a database that was restored: the person may have stopped it after the backup.
pub(in crate::identity) async fn stop_all(tx: &mut Tx) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update second_factor_resets set stopped_at = $1 where stopped_at is null and applied_at is null",
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Turns off the second factors whose delay is over, removes the passkeys, and ends all sessions of their users: somebody else may have the lost device. A reset whose
/// administrator no longer has the role is stopped. Returns how many it turned off. For a worker.
///
/// # Errors
/// `database.unavailable`.
pub async fn apply_resets(domain: &Domain) -> Result<u64> {
    let now = domain.now();
    let due = sqlx::query_scalar!(
        "select id from second_factor_resets where takes_effect_at <= $1 and stopped_at is null and applied_at is null
         order by takes_effect_at limit $2",
        now.to_sqlx(),
        MOST_AT_ONCE
    )
    .fetch_all(domain.pool())
    .await?;
    let mut applied = 0;
    for reset in due {
        let access = Access::system(domain.new_id::<RequestId>());
        let mut tx = domain.begin("identity.apply_reset", &access).await?;
        match apply(&mut tx, reset).await? {
            Some(Done::TurnedOff(user)) => {
                let ended = sessions::revoke_all(&mut tx, user, None).await?;
                tx.emit(Event::SecondFactorReset { user }).await?;
                let entry = Audit::of(AuditAction::IdentitySecondFactorReset).on(ResourceKind::Account, user);
                tx.commit(entry.with("sessions", ended)).await?;
                applied += 1;
            }
            Some(Done::Stopped(user)) => {
                tx.commit(Audit::of(AuditAction::IdentitySecondFactorResetStopped).on(ResourceKind::Account, user)).await?;
            }
            // It was stopped in the meantime.
            None => tx.close().await?,
        }
    }
    Ok(applied)
}

/// What has become of a reset whose delay is over.
enum Done {
    TurnedOff(UserId),
    /// The user who asked for it is no longer an administrator.
    Stopped(UserId),
}

async fn apply(tx: &mut Tx, reset: Uuid) -> Result<Option<Done>> {
    let now = tx.now();
    let row = sqlx::query!(
        "select r.user_id, exists (
           select from memberships m join users a on a.id = m.user_id and a.suspended_at is null and a.deleted_at is null
           where m.user_id = r.asked_by and m.role = 'admin' and m.ended_at is null) as \"vouched!\"
         from second_factor_resets r where r.id = $1",
        reset
    )
    .fetch_one(tx.connection())
    .await?;
    let user = UserId::from(row.user_id);
    // The account is locked first, in the same order as when the reset is stopped.
    store::lock(tx, user).await?;
    let settled = sqlx::query!(
        "update second_factor_resets set applied_at = case when $3 then $2::timestamptz end,
           stopped_at = case when $3 then null else $2::timestamptz end
         where id = $1 and stopped_at is null and applied_at is null",
        reset,
        now.to_sqlx(),
        row.vouched
    )
    .execute(tx.connection())
    .await?;
    if settled.rows_affected() == 0 {
        return Ok(None);
    }
    if !row.vouched {
        return Ok(Some(Done::Stopped(user)));
    }
    store::end(tx, user).await?;
    passkeys::remove_all(tx, user).await?;
    Ok(Some(Done::TurnedOff(user)))
}

/// The token of the link that stops a reset, and when it takes effect, for its mail; `None` when it is over.
pub(in crate::identity) async fn for_mail(
    domain: &Domain,
    connection: &mut PgConnection,
    reset: Uuid,
) -> Result<Option<(String, Timestamp)>> {
    let row = sqlx::query!(
        "select token_hash, takes_effect_at from second_factor_resets where id = $1 and stopped_at is null and applied_at is null",
        reset
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let token = token_again(domain, connection, reset, &row.token_hash).await?;
    Ok(Some((token, row.takes_effect_at.to_jiff())))
}
