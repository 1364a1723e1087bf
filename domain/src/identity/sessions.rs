//! Sessions: what a cookie or a token refers to.

use super::notices::Event;
use crate::{
    Domain, Result,
    access::{
        Access, Acting, Actor, Permit, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{ClinicId, SessionId, UserId},
};
use sqlx::PgConnection;

/// The kind of client that a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// A browser with a cookie.
    Browser,
    /// A program with tokens.
    Api,
}

impl SessionKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Api => "api",
        }
    }
}

/// A session as its owner sees it.
#[derive(Debug, Clone)]
pub struct SessionView {
    /// Its id.
    pub id: SessionId,
    /// The user agent that the browser or program reports.
    pub user_agent: Option<String>,
    /// The address from which it was started.
    pub address: Option<String>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// Whether it is the caller's current session.
    pub current: bool,
}

pub(super) async fn insert(tx: &mut Tx, user: UserId, kind: SessionKind) -> Result<SessionId> {
    let (id, now) = (tx.new_id::<SessionId>(), tx.now());
    let life = SignedDuration::from_hours(match kind {
        SessionKind::Browser => tx.domain().settings().session_absolute_hours,
        SessionKind::Api => tx.domain().settings().refresh_token_days * 24,
    });
    let (agent, address) = (tx.access().user_agent.clone(), tx.access().address.map(|address| address.to_string()));
    // A user with a membership starts in its role; all others start as patients.
    sqlx::query!(
        "insert into sessions (id, user_id, kind, membership_id, user_agent, address, created_at, last_seen_at, expires_at)
         values ($1, $2, $3,
           (select m.id from memberships m where m.user_id = $2 and m.ended_at is null order by m.created_at, m.id limit 1),
           $4, $5, $6, $6, $7)",
        id.uuid(),
        user.uuid(),
        kind.as_str(),
        agent,
        address,
        now.to_sqlx(),
        (now + life).to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Whether a session is still valid. An open socket asks this; it does not count as a use of the session, so it does not extend it.
///
/// # Errors
/// `database.unavailable`.
pub async fn session_holds(domain: &Domain, id: SessionId) -> Result<bool> {
    holds(domain, &mut *domain.pool().acquire().await?, id).await
}

/// The same check, inside a transaction.
pub(super) async fn holds(domain: &Domain, connection: &mut PgConnection, id: SessionId) -> Result<bool> {
    let now = domain.now();
    let idle = SignedDuration::from_mins(domain.settings().session_idle_minutes);
    let row = sqlx::query!(
        "select exists (select from sessions s
           join users u on u.id = s.user_id and u.suspended_at is null and u.deleted_at is null
         where s.id = $1 and s.revoked_at is null and s.expires_at > $2 and (s.kind <> 'browser' or s.last_seen_at > $3)) as \"holds!\"",
        id.uuid(),
        now.to_sqlx(),
        (now - idle).to_sqlx()
    )
    .fetch_one(connection)
    .await?;
    Ok(row.holds)
}

/// The caller's active sessions, the most recently used first.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn list_sessions(domain: &Domain, access: &Access) -> Result<Vec<SessionView>> {
    let acting = access.acting()?.clone();
    let mut tx = domain.begin_reading("identity.list_sessions", access).await?;
    let permit = tx.permit(Read, acting.user).await?;
    let now = tx.now();
    let rows = sqlx::query!(
        "select id, user_agent, address, created_at, last_seen_at from sessions
         where user_id = $1 and revoked_at is null and expires_at > $2 order by last_seen_at desc, id desc",
        permit.id().uuid(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    tx.close().await?;
    Ok(rows
        .into_iter()
        .map(|row| SessionView {
            id: row.id.into(),
            user_agent: row.user_agent,
            address: row.address,
            created_at: row.created_at.to_jiff(),
            last_seen_at: row.last_seen_at.to_jiff(),
            current: acting.session.uuid() == row.id,
        })
        .collect())
}

/// Ends one of the caller's sessions; its sockets and its relay allocations close.
///
/// # Errors
/// `not_found` when it is not the caller's session or has ended.
pub async fn end_session(domain: &Domain, access: &Access, id: SessionId) -> Result<()> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("identity.end_session", access).await?;
    let permit = tx.permit(Write, user).await?;
    let now = tx.now();
    let done = sqlx::query!(
        "update sessions set revoked_at = $3 where id = $1 and user_id = $2 and revoked_at is null",
        id.uuid(),
        permit.id().uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Code::NotFound.into());
    }
    tx.emit(Event::SessionRevoked { user, session: id }).await?;
    tx.commit(Audit::of(AuditAction::IdentitySessionEnded).on(ResourceKind::Account, user).with_id("session", id)).await
}

/// Ends the caller's current session.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn sign_out(domain: &Domain, access: &Access) -> Result<()> {
    let session = access.acting()?.session;
    end_session(domain, access, session).await
}

/// Ends all of the caller's sessions except the current one.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn end_other_sessions(domain: &Domain, access: &Access) -> Result<()> {
    let acting = access.acting()?.clone();
    let mut tx = domain.begin("identity.end_other_sessions", access).await?;
    let permit = tx.permit(Write, acting.user).await?;
    let user = permit.id();
    let ended = revoke_all(&mut tx, user, Some(acting.session)).await?;
    tx.commit(Audit::of(AuditAction::IdentityOtherSessionsEnded).on(ResourceKind::Account, user).with("sessions", ended)).await
}

/// Ends all sessions of a user except `but`; returns how many.
pub(super) async fn revoke_all(tx: &mut Tx, user: UserId, but: Option<SessionId>) -> Result<i64> {
    let now = tx.now();
    let rows = sqlx::query!(
        "update sessions set revoked_at = $2 where user_id = $1 and revoked_at is null and id is distinct from $3 returning id",
        user.uuid(),
        now.to_sqlx(),
        but.map(SessionId::uuid)
    )
    .fetch_all(tx.connection())
    .await?;
    for row in &rows {
        tx.emit(Event::SessionRevoked { user, session: row.id.into() }).await?;
    }
    Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX))
}

/// How a user's sessions are used.
pub(crate) struct SessionActivity {
    /// How many are active.
    pub(crate) active: i64,
    /// When any of them was last used.
    pub(crate) last_seen_at: Option<Timestamp>,
}

/// How an account's sessions are used, for those who run the organisation.
pub(crate) async fn activity(tx: &mut Tx, permit: &Permit<Read, UserId>) -> Result<SessionActivity> {
    let now = tx.now();
    let row = sqlx::query!(
        "select count(*) filter (where revoked_at is null and expires_at > $2) as \"active!\", max(last_seen_at) as last_seen_at
         from sessions where user_id = $1",
        permit.id().uuid(),
        now.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(SessionActivity { active: row.active, last_seen_at: row.last_seen_at.map(jiff_sqlx::Timestamp::to_jiff) })
}

/// How many sessions are in use. An admin of one clinic counts those of the clinic's staff; callers who do not run the organisation count their own.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn active_sessions(domain: &Domain, access: &Access) -> Result<i64> {
    let scope = access.scope(ResourceKind::Account)?;
    let now = domain.now();
    let idle = SignedDuration::from_mins(domain.settings().session_idle_minutes);
    Ok(sqlx::query_scalar!(
        "select count(*) as \"active!\" from sessions s
           join users u on u.id = s.user_id and u.suspended_at is null and u.deleted_at is null
         where s.revoked_at is null and s.expires_at > $1 and (s.kind <> 'browser' or s.last_seen_at > $2)
           and ($3::uuid is null or s.user_id = $3)
           and ($4::uuid is null or exists (
             select from memberships m where m.user_id = s.user_id and m.clinic_id = $4 and m.ended_at is null))",
        now.to_sqlx(),
        (now - idle).to_sqlx(),
        scope.user.map(UserId::uuid),
        scope.clinic.map(ClinicId::uuid)
    )
    .fetch_one(domain.pool())
    .await?)
}

/// Deletes sessions, tokens and links that ended a month ago, and expired records of cookies; returns how many rows.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_sessions(domain: &Domain) -> Result<u64> {
    let now = domain.now();
    let month_ago = (now - SignedDuration::from_hours(24 * 30)).to_sqlx();
    let tokens = sqlx::query!("delete from api_tokens where expires_at < $1", month_ago).execute(domain.pool()).await?;
    let sessions =
        sqlx::query!("delete from sessions where expires_at < $1 or revoked_at < $1", month_ago).execute(domain.pool()).await?;
    let links = sqlx::query!("delete from links where expires_at < $1", month_ago).execute(domain.pool()).await?;
    let records = sqlx::query!("delete from http_sessions where expires_at < $1", now.to_sqlx()).execute(domain.pool()).await?;
    Ok(tokens.rows_affected() + sessions.rows_affected() + links.rows_affected() + records.rows_affected())
}

impl From<Acting> for Actor {
    fn from(acting: Acting) -> Self {
        Self::User(acting)
    }
}
