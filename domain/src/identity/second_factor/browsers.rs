//! Browsers in which a user is not asked for the second factor for 30 days. What proves it is a secret in a cookie, of which the database has the hash.
//!
//! It holds in the epoch of the credentials in which the user has chosen it: another password, a closed account and a role that has ended end it.

use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
    db::Tx,
    randomness::secret_text,
    vault::sha256,
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::ids::UserId;
use sqlx::PgConnection;

/// For how long a browser is not asked for the second factor.
pub(super) const LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);

fn hash(secret: &str) -> [u8; 32] {
    sha256(&[b"remembered browser ", secret.as_bytes()])
}

/// Whether this secret is that of a browser which the user has chosen to remember.
pub(super) async fn is_remembered(tx: &mut Tx, user: UserId, secret: &str) -> Result<bool> {
    let (hash, now) = (hash(secret), tx.now());
    Ok(sqlx::query_scalar!(
        "select exists (select from remembered_browsers b join users u on u.id = b.user_id and u.credential_epoch = b.credential_epoch
         where b.token_hash = $1 and b.user_id = $2 and b.expires_at > $3) as \"remembered!\"",
        &hash[..],
        user.uuid(),
        now.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Remembers the browser of this request; returns its secret.
pub(super) async fn remember(tx: &mut Tx, user: UserId) -> Result<String> {
    let secret = secret_text(tx.domain().randomness());
    let (hash, now, agent) = (hash(&secret), tx.now(), tx.access().user_agent.clone());
    sqlx::query!(
        "insert into remembered_browsers (token_hash, user_id, credential_epoch, user_agent, created_at, expires_at)
         select $1::bytea, id, credential_epoch, $3::text, $4::timestamptz, $5::timestamptz from users where id = $2",
        &hash[..],
        user.uuid(),
        agent,
        now.to_sqlx(),
        (now + LIFE).to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(secret)
}

/// How many browsers of a user are remembered.
pub(super) async fn count(connection: &mut PgConnection, user: UserId, now: Timestamp) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "select count(*) as \"count!\" from remembered_browsers b join users u on u.id = b.user_id and u.credential_epoch = b.credential_epoch
         where b.user_id = $1 and b.expires_at > $2",
        user.uuid(),
        now.to_sqlx()
    )
    .fetch_one(connection)
    .await?)
}

/// Forgets all browsers in which the caller is not asked for the second factor.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn forget_browsers(domain: &Domain, access: &Access) -> Result<()> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("identity.forget_browsers", access).await?;
    let user = tx.permit(Write, user).await?.id();
    let done = sqlx::query!("delete from remembered_browsers where user_id = $1", user.uuid()).execute(tx.connection()).await?;
    let forgotten = i64::try_from(done.rows_affected()).unwrap_or(i64::MAX);
    tx.commit(Audit::of(AuditAction::IdentityBrowsersForgotten).on(ResourceKind::Account, user).with("browsers", forgotten)).await
}
