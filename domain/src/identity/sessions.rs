//! Sessions: what a cookie or a token refers to.

mod own;

pub use own::{SessionView, end_other_sessions, end_session, list_sessions, sign_out};

use super::{email_change, invitations, notices::Event, second_factor};
use crate::{
    Domain, Error, Result,
    access::{Access, Acting, Actor, Permit, ResourceKind, actions::Read},
    db::Tx,
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::ids::{ClinicId, ForeignIdentityId, SessionId, UserId};
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
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Api => "api",
        }
    }

    pub(super) fn parse(word: &str) -> Result<Self> {
        [Self::Browser, Self::Api]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| Error::internal("an unknown kind of session"))
    }
}

/// How surely a session knows its user, by what they proved when it began (NIST SP 800-63B, section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assurance {
    /// One thing: the password, or the mailbox in the browser in which the account was made (ADR 22).
    OneFactor,
    /// Two things of different kinds.
    TwoFactors,
}

impl Assurance {
    /// The word in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OneFactor => "one_factor",
            Self::TwoFactors => "two_factors",
        }
    }

    fn parse(word: &str) -> Result<Self> {
        [Self::OneFactor, Self::TwoFactors]
            .into_iter()
            .find(|assurance| assurance.as_str() == word)
            .ok_or_else(|| Error::internal("an unknown assurance of a session"))
    }
}

/// The most sessions of one kind that a user has; a further one ends the one that was used longest ago.
const MOST_SESSIONS: i64 = 50;

/// Begins a session of a user whose credentials were checked in this epoch; `None` if another epoch has begun since, or the account is closed.
///
/// The account stays locked until the commit. So a change of the password either comes before, and there is no session, or waits, and ends this session.
pub(super) async fn insert(
    tx: &mut Tx,
    user: UserId,
    epoch: i32,
    kind: SessionKind,
    assurance: Assurance,
) -> Result<Option<SessionId>> {
    let open = sqlx::query_scalar!(
        "select id from users
         where id = $1 and credential_epoch = $2 and suspended_at is null and deleted_at is null for no key update",
        user.uuid(),
        epoch
    )
    .fetch_optional(tx.connection())
    .await?;
    if open.is_none() {
        return Ok(None);
    }
    make_room(tx, user, kind).await?;
    let (id, now) = (tx.new_id::<SessionId>(), tx.now());
    let is_staff = is_staff(tx.connection(), user).await?;
    let life = SignedDuration::from_hours(match kind {
        SessionKind::Browser if is_staff => tx.domain().settings().staff_session_absolute_hours,
        SessionKind::Browser => tx.domain().settings().session_absolute_hours,
        SessionKind::Api => tx.domain().settings().refresh_token_days * 24,
    });
    let (agent, address) = (tx.access().user_agent.clone(), tx.access().address.map(|address| address.to_string()));
    let zone = tx.access().zone.clone();
    // A user with a membership starts in its role; all others start as patients.
    sqlx::query!(
        "insert into sessions
           (id, user_id, kind, membership_id, user_agent, address, created_at, last_seen_at, authenticated_at, expires_at,
            credential_epoch, assurance, time_zone)
         values ($1, $2, $3,
           (select m.id from memberships m where m.user_id = $2 and m.ended_at is null order by m.created_at, m.id limit 1),
           $4, $5, $6, $6, $6, $7, $8, $9, $10)",
        id.uuid(),
        user.uuid(),
        kind.as_str(),
        agent,
        address,
        now.to_sqlx(),
        (now + life).to_sqlx(),
        epoch,
        assurance.as_str(),
        zone
    )
    .execute(tx.connection())
    .await?;
    Ok(Some(id))
}

/// Keeps the identity at a provider with which a session has begun, and the provider's own session, hashed, if it names one.
pub(super) async fn keep_identity(
    tx: &mut Tx,
    session: SessionId,
    identity: ForeignIdentityId,
    sid_hash: Option<&[u8]>,
) -> Result<()> {
    sqlx::query!(
        "update sessions set foreign_identity_id = $2, foreign_sid_hash = $3 where id = $1",
        session.uuid(),
        identity.uuid(),
        sid_hash
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Whether a user has a role of the staff.
async fn is_staff(connection: &mut PgConnection, user: UserId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from memberships where user_id = $1 and ended_at is null) as \"staff!\"",
        user.uuid()
    )
    .fetch_one(connection)
    .await?)
}

/// Ends the sessions of this kind that were used longest ago, so that there is room for one more.
async fn make_room(tx: &mut Tx, user: UserId, kind: SessionKind) -> Result<()> {
    let now = tx.now();
    let rows = sqlx::query!(
        "update sessions set revoked_at = $3 where id in (
           select id from sessions where user_id = $1 and kind = $2 and revoked_at is null and expires_at > $3
           order by last_seen_at desc, id desc offset $4)
         returning id",
        user.uuid(),
        kind.as_str(),
        now.to_sqlx(),
        MOST_SESSIONS - 1
    )
    .fetch_all(tx.connection())
    .await?;
    for row in rows {
        announce_end(tx, user, row.id.into()).await?;
    }
    Ok(())
}

/// Tells of the end of a session: the pages that it has open, through its event, and its sockets at once.
pub(super) async fn announce_end(tx: &mut Tx, user: UserId, session: SessionId) -> Result<()> {
    tx.rights_change_after_commit(user);
    tx.emit(Event::SessionRevoked { user, session }).await
}

/// Takes a session along into the epoch that its own user has begun in it.
pub(super) async fn keep(tx: &mut Tx, id: SessionId) -> Result<()> {
    sqlx::query!(
        "update sessions s set credential_epoch = u.credential_epoch from users u where s.id = $1 and u.id = s.user_id",
        id.uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Whether a session is still valid.
pub(super) async fn holds(domain: &Domain, connection: &mut PgConnection, id: SessionId) -> Result<bool> {
    let now = domain.now();
    let (staff_since, since) = domain.settings().used_since(now);
    let with_two_factors = domain.settings().second_factor_words();
    let row = sqlx::query!(
        "select exists (select from sessions s
           join users u on u.id = s.user_id and u.credential_epoch = s.credential_epoch
             and u.suspended_at is null and u.deleted_at is null
         where s.id = $1 and s.revoked_at is null and s.expires_at > $2 and (s.kind <> 'browser' or s.last_seen_at > case when exists (
             select from memberships k where k.user_id = s.user_id and k.ended_at is null) then $5::timestamptz else $3::timestamptz end)
           and (s.assurance = 'two_factors' or not exists (
             select from memberships m where m.user_id = s.user_id and m.ended_at is null and m.role = any($4::text[])))) as \"holds!\"",
        id.uuid(),
        now.to_sqlx(),
        since.to_sqlx(),
        &with_two_factors,
        staff_since.to_sqlx()
    )
    .fetch_one(connection)
    .await?;
    Ok(row.holds)
}

/// When a session was started, and from which address; `None` when it was swept.
pub(super) async fn began(connection: &mut PgConnection, id: SessionId) -> Result<Option<(Timestamp, Option<String>)>> {
    let row =
        sqlx::query!("select created_at, address from sessions where id = $1", id.uuid()).fetch_optional(connection).await?;
    Ok(row.map(|row| (row.created_at.to_jiff(), row.address)))
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
        announce_end(tx, user, row.id.into()).await?;
    }
    Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX))
}

/// What [`end_all`] has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// How many sessions of browsers and programs that nobody had ended.
    pub sessions: u64,
    /// How many tokens of programs.
    pub tokens: u64,
    /// How many links that nobody had used, also those of sign-ups and invitations.
    pub links: u64,
}

/// Ends all sessions, tokens and links of everybody, for a database that was restored: those that were ended or used after the backup look valid in it. No
/// matter when they expire, because the clocks of the backup and of this machine may differ.
pub(crate) async fn end_all(tx: &mut Tx) -> Result<Ended> {
    let now = tx.now();
    let sessions = sqlx::query!("update sessions set revoked_at = $1 where revoked_at is null", now.to_sqlx())
        .execute(tx.connection())
        .await?;
    let tokens = sqlx::query!("delete from api_tokens").execute(tx.connection()).await?;
    let links = sqlx::query!("update links set expires_at = created_at where used_at is null and expires_at > created_at")
        .execute(tx.connection())
        .await?;
    // What was typed goes with the link of a sign-up.
    let sign_ups = sqlx::query!(
        "update sign_ups set details = null, password_hash = null, expires_at = least(expires_at, created_at)
         where used_at is null and details is not null"
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!("delete from http_sessions").execute(tx.connection()).await?;
    sqlx::query!("delete from half_sign_ins").execute(tx.connection()).await?;
    sqlx::query!("delete from remembered_browsers").execute(tx.connection()).await?;
    second_factor::stop_all_resets(tx).await?;
    email_change::expire_all(tx).await?;
    let links = links.rows_affected() + sign_ups.rows_affected() + invitations::expire_all(tx).await?;
    Ok(Ended { sessions: sessions.rows_affected(), tokens: tokens.rows_affected(), links })
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
    let (now, with_two_factors) = (tx.now(), tx.domain().settings().second_factor_words());
    let row = sqlx::query!(
        "select count(*) filter (where s.revoked_at is null and s.expires_at > $2 and s.credential_epoch = u.credential_epoch
           and (s.assurance = 'two_factors' or not exists (
             select from memberships n where n.user_id = s.user_id and n.ended_at is null and n.role = any($3::text[])))) as \"active!\",
           max(s.last_seen_at) as last_seen_at
         from sessions s join users u on u.id = s.user_id where s.user_id = $1",
        permit.id().uuid(),
        now.to_sqlx(),
        &with_two_factors
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
    let (staff_since, since) = domain.settings().used_since(now);
    let with_two_factors = domain.settings().second_factor_words();
    Ok(sqlx::query_scalar!(
        "select count(*) as \"active!\" from sessions s
           join users u on u.id = s.user_id and u.credential_epoch = s.credential_epoch
             and u.suspended_at is null and u.deleted_at is null
         where s.revoked_at is null and s.expires_at > $1 and (s.kind <> 'browser' or s.last_seen_at > case when exists (
             select from memberships k where k.user_id = s.user_id and k.ended_at is null) then $5::timestamptz else $2::timestamptz end)
           and (s.assurance = 'two_factors' or not exists (
             select from memberships n where n.user_id = s.user_id and n.ended_at is null and n.role = any($6::text[])))
           and ($3::uuid is null or s.user_id = $3)
           and ($4::uuid is null or exists (
             select from memberships m where m.user_id = s.user_id and m.clinic_id = $4 and m.ended_at is null))",
        now.to_sqlx(),
        since.to_sqlx(),
        scope.user.map(UserId::uuid),
        scope.clinic.map(ClinicId::uuid),
        staff_since.to_sqlx(),
        &with_two_factors
    )
    .fetch_one(domain.pool())
    .await?)
}

impl From<Acting> for Actor {
    fn from(acting: Acting) -> Self {
        Self::User(acting)
    }
}
