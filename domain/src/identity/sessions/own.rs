//! What users do with their own sessions: see them, and end them.

use super::{Assurance, announce_end, revoke_all};
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{errors::Code, ids::SessionId};

/// A session as its owner sees it.
#[derive(Debug, Clone)]
pub struct SessionView {
    /// Its id.
    pub id: SessionId,
    /// The user agent that the browser or program reports.
    pub user_agent: Option<String>,
    /// The address from which it was started.
    pub address: Option<String>,
    /// The time zone that the browser had told when it was started.
    pub time_zone: Option<String>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// When the user last proved in it that it is them: at its beginning, or before a sensitive act.
    pub authenticated_at: Timestamp,
    /// How surely it knows its user.
    pub assurance: Assurance,
    /// Whether it is the caller's current session.
    pub current: bool,
}

/// The caller's active sessions, the most recently used first. One with too few factors for the caller's role is not valid, so it is left out.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn list_sessions(domain: &Domain, access: &Access) -> Result<Vec<SessionView>> {
    let acting = access.acting()?.clone();
    let mut tx = domain.begin_reading("identity.list_sessions", access).await?;
    let permit = tx.permit(Read, acting.user).await?;
    let now = tx.now();
    let (staff_since, since) = domain.settings().used_since(now);
    let with_two_factors = domain.settings().second_factor_words();
    let rows = sqlx::query!(
        "select s.id, s.user_agent, s.address, s.time_zone, s.created_at, s.last_seen_at, s.authenticated_at, s.assurance
         from sessions s join users u on u.id = s.user_id and u.credential_epoch = s.credential_epoch
         where s.user_id = $1 and s.scopes is null and s.revoked_at is null and s.expires_at > $2 and (s.kind <> 'browser' or s.last_seen_at > case when exists (
             select from memberships k where k.user_id = s.user_id and k.ended_at is null) then $4::timestamptz else $3::timestamptz end)
           and (s.assurance = 'two_factors' or not exists (
             select from memberships n where n.user_id = s.user_id and n.ended_at is null and n.role = any($5::text[])))
         order by s.last_seen_at desc, s.id desc",
        permit.id().uuid(),
        now.to_sqlx(),
        since.to_sqlx(),
        staff_since.to_sqlx(),
        &with_two_factors
    )
    .fetch_all(tx.connection())
    .await?;
    tx.close().await?;
    rows.into_iter()
        .map(|row| {
            Ok(SessionView {
                id: row.id.into(),
                user_agent: row.user_agent,
                address: row.address,
                time_zone: row.time_zone,
                created_at: row.created_at.to_jiff(),
                last_seen_at: row.last_seen_at.to_jiff(),
                authenticated_at: row.authenticated_at.to_jiff(),
                assurance: Assurance::parse(&row.assurance)?,
                current: acting.session.uuid() == row.id,
            })
        })
        .collect()
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
    announce_end(&mut tx, user, id).await?;
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
