//! Apps, their codes, and the sessions of their connections, in the database.

use crate::{
    Domain, Error, Result,
    access::{
        Facts, Permit, ResourceKind, Subject,
        actions::{Create, Read, Write},
    },
    db::{ROWS_SWEPT, Tx, in_chunks},
    identity::{api_tokens, sessions},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    identity::{AppRow, ConnectedApp},
    ids::{AppId, EventId, SessionId, UserId},
    scopes::ApiScope,
};
use sqlx::PgConnection;
use uuid::Uuid;

/// An app that does not exist yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewApp(pub(super) AppId);

impl Subject for NewApp {
    const KIND: ResourceKind = ResourceKind::Clinic;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, _: &mut Tx, _: bool) -> Result<Option<Facts>> {
        Ok(Some(Facts::default()))
    }
}

/// Apps belong to no clinic, so only administrators of the organisation manage them.
impl Subject for AppId {
    const KIND: ResourceKind = ResourceKind::Clinic;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, _: bool) -> Result<Option<Facts>> {
        let found = sqlx::query_scalar!("select id from oauth_apps where id = $1 for update", self.uuid())
            .fetch_optional(tx.connection())
            .await?;
        Ok(found.map(|_| Facts::default()))
    }
}

/// The apps that have not ended, by name, and how many people have connected each.
pub(super) async fn list(connection: &mut PgConnection, now: Timestamp) -> Result<Vec<AppRow>> {
    let rows = sqlx::query!(
        "select a.id as \"id!\", a.name as \"name!\", a.redirects as \"redirects!: Vec<String>\", (a.secret_hash is not null) as \"has_secret!\",
           (select count(distinct s.user_id) from sessions s join users u on u.id = s.user_id and u.credential_epoch = s.credential_epoch
            where s.app_id = a.id and s.revoked_at is null and s.expires_at > $1) as \"people!\",
           b.display_name as \"made_by!\", a.created_at as \"created_at!\"
         from oauth_apps a join users b on b.id = a.made_by where a.ended_at is null order by a.name, a.id",
        now.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    let apps = rows.into_iter().map(|row| AppRow {
        id: row.id.into(),
        name: row.name,
        redirects: row.redirects,
        has_secret: row.has_secret,
        people: row.people,
        made_by: row.made_by,
        created_at: row.created_at.to_jiff(),
    });
    Ok(apps.collect())
}

pub(super) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Create, NewApp>,
    name: &str,
    redirects: &[String],
    secret_hash: Option<[u8; 32]>,
) -> Result<()> {
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    sqlx::query!(
        "insert into oauth_apps (id, name, redirects, secret_hash, made_by, created_at) values ($1, $2, $3, $4, $5, $6)",
        permit.id().0.uuid(),
        name,
        redirects,
        secret_hash.map(|hash| hash.to_vec()),
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

pub(super) async fn end(tx: &mut Tx, permit: &Permit<Write, AppId>) -> Result<()> {
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    let done = sqlx::query!(
        "update oauth_apps set ended_at = $2, ended_by = $3 where id = $1 and ended_at is null",
        permit.id().uuid(),
        now.to_sqlx(),
        by.uuid()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 { Err(Code::NotFound.into()) } else { Ok(()) }
}

/// An app, as its requests are checked.
pub(super) struct App {
    pub(super) id: AppId,
    pub(super) name: String,
    pub(super) redirects: Vec<String>,
    pub(super) secret_hash: Option<Vec<u8>>,
}

/// An app that has not ended.
pub(super) async fn app(connection: &mut PgConnection, id: AppId) -> Result<Option<App>> {
    let row = sqlx::query!(
        "select name, redirects as \"redirects!: Vec<String>\", secret_hash from oauth_apps where id = $1 and ended_at is null",
        id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| App { id, name: row.name, redirects: row.redirects, secret_hash: row.secret_hash }))
}

/// A code that does not exist yet.
pub(super) struct NewCode<'a> {
    pub(super) app: AppId,
    pub(super) allowed_in: SessionId,
    pub(super) redirect: &'a str,
    pub(super) scopes: &'a [ApiScope],
    pub(super) challenge: &'a str,
    pub(super) expires_at: Timestamp,
}

pub(super) async fn insert_code(tx: &mut Tx, permit: &Permit<Write, UserId>, new: &NewCode<'_>, code: &str) -> Result<()> {
    let (id, now) = (tx.new_id::<EventId>(), tx.now());
    let scopes: Vec<String> = new.scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    sqlx::query!(
        "insert into oauth_codes (id, code_hash, app_id, user_id, allowed_in, redirect, scopes, challenge, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id.uuid(),
        &api_tokens::hash(code)[..],
        new.app.uuid(),
        permit.id().uuid(),
        new.allowed_in.uuid(),
        new.redirect,
        &scopes,
        new.challenge,
        now.to_sqlx(),
        new.expires_at.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A code, locked until the commit.
pub(super) struct KeptCode {
    id: Uuid,
    pub(super) app: AppId,
    pub(super) user: UserId,
    allowed_in: SessionId,
    pub(super) redirect: String,
    pub(super) scopes: Vec<ApiScope>,
    pub(super) challenge: String,
    pub(super) expires_at: Timestamp,
    pub(super) is_used: bool,
    /// The session that its exchange has begun.
    pub(super) session: Option<SessionId>,
}

pub(super) async fn code(connection: &mut PgConnection, hash: &[u8; 32]) -> Result<Option<KeptCode>> {
    let row = sqlx::query!(
        "select id, app_id, user_id, allowed_in, redirect, scopes as \"scopes!: Vec<String>\", challenge, expires_at,
           (used_at is not null) as \"is_used!\", session_id
         from oauth_codes where code_hash = $1 for update",
        &hash[..]
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| KeptCode {
        id: row.id,
        app: row.app_id.into(),
        user: row.user_id.into(),
        allowed_in: row.allowed_in.into(),
        redirect: row.redirect,
        scopes: ApiScope::stored(&row.scopes),
        challenge: row.challenge,
        expires_at: row.expires_at.to_jiff(),
        is_used: row.is_used,
        session: row.session_id.map(Into::into),
    }))
}

/// Begins the session of a connection, and uses the code up. It acts in the role of the session in which the person allowed it. `None` when that session is
/// not valid any more, or the app has ended.
pub(super) async fn begin_session(tx: &mut Tx, code: &KeptCode, expires_at: Timestamp) -> Result<Option<SessionId>> {
    // Whoever ends the app waits for this connection and ends it too, or comes first, and there is none.
    let open = sqlx::query_scalar!("select id from oauth_apps where id = $1 and ended_at is null for share", code.app.uuid())
        .fetch_optional(tx.connection())
        .await?;
    if open.is_none() {
        return Ok(None);
    }
    let (id, now) = (tx.new_id::<SessionId>(), tx.now());
    let scopes: Vec<String> = code.scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    let done = sqlx::query!(
        "insert into sessions
           (id, user_id, kind, app_id, membership_id, created_at, last_seen_at, authenticated_at, expires_at, credential_epoch, assurance, scopes)
         select $1::uuid, s.user_id, 'app', $2::uuid, s.membership_id, $4::timestamptz, $4::timestamptz, $4::timestamptz, $5::timestamptz,
           s.credential_epoch, s.assurance, $6::text[]
         from sessions s join users u on u.id = s.user_id and u.credential_epoch = s.credential_epoch
           and u.suspended_at is null and u.deleted_at is null
         where s.id = $3 and s.revoked_at is null and s.expires_at > $4",
        id.uuid(),
        code.app.uuid(),
        code.allowed_in.uuid(),
        now.to_sqlx(),
        expires_at.to_sqlx(),
        &scopes
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(None);
    }
    sqlx::query!("update oauth_codes set used_at = $2, session_id = $3 where id = $1", code.id, now.to_sqlx(), id.uuid())
        .execute(tx.connection())
        .await?;
    Ok(Some(id))
}

/// Ends the session of a connection, if it has not ended.
pub(super) async fn end_session(tx: &mut Tx, user: UserId, session: SessionId) -> Result<()> {
    let now = tx.now();
    sqlx::query!("update sessions set revoked_at = $2 where id = $1 and revoked_at is null", session.uuid(), now.to_sqlx())
        .execute(tx.connection())
        .await?;
    sessions::announce_end(tx, user, session).await
}

/// Ends all connections with an app, of one user or of everybody; returns how many.
pub(super) async fn end_sessions(tx: &mut Tx, app: AppId, user: Option<UserId>) -> Result<i64> {
    let now = tx.now();
    let rows = sqlx::query!(
        "update sessions set revoked_at = $2
         where app_id = $1 and revoked_at is null and expires_at > $2 and ($3::uuid is null or user_id = $3)
         returning id, user_id",
        app.uuid(),
        now.to_sqlx(),
        user.map(UserId::uuid)
    )
    .fetch_all(tx.connection())
    .await?;
    for row in &rows {
        sessions::announce_end(tx, row.user_id.into(), row.id.into()).await?;
    }
    Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX))
}

/// Uses up the user's codes that an app has not exchanged; returns whether it could still have exchanged one.
pub(super) async fn end_codes(tx: &mut Tx, permit: &Permit<Write, UserId>, app: AppId) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        "update oauth_codes set used_at = $3 where user_id = $1 and app_id = $2 and used_at is null and expires_at > $3",
        permit.id().uuid(),
        app.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The session of an app to which a token belongs, and its user.
pub(super) async fn session_of(
    connection: &mut PgConnection,
    app: AppId,
    hash: &[u8; 32],
) -> Result<Option<(UserId, SessionId)>> {
    let row = sqlx::query!(
        "select s.id, s.user_id from api_tokens t join sessions s on s.id = t.session_id
         where t.token_hash = $1 and s.app_id = $2 and s.revoked_at is null",
        &hash[..],
        app.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.user_id.into(), row.id.into())))
}

/// The apps that may act in the user's name, by name.
pub(super) async fn connected(tx: &mut Tx, permit: &Permit<Read, UserId>) -> Result<Vec<ConnectedApp>> {
    let now = tx.now();
    let rows = sqlx::query!(
        "select a.id as \"id!\", a.name as \"name!\", min(s.created_at) as \"since!\", max(s.used_at) as \"used_at?\",
           array(select distinct x from sessions o join users w on w.id = o.user_id and w.credential_epoch = o.credential_epoch
             cross join unnest(o.scopes) x
             where o.user_id = $1 and o.app_id = a.id and o.revoked_at is null and o.expires_at > $2 order by x) as \"scopes!: Vec<String>\"
         from sessions s join users u on u.id = s.user_id and u.credential_epoch = s.credential_epoch
           join oauth_apps a on a.id = s.app_id
         where s.user_id = $1 and s.revoked_at is null and s.expires_at > $2
         group by a.id, a.name order by a.name, a.id",
        permit.id().uuid(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    let apps = rows.into_iter().map(|row| ConnectedApp {
        id: row.id.into(),
        name: row.name,
        scopes: ApiScope::stored(&row.scopes),
        since: row.since.to_jiff(),
        used_at: row.used_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(apps.collect())
}

/// How many connections with apps a user has.
pub(super) async fn count_connections(tx: &mut Tx, permit: &Permit<Write, UserId>) -> Result<i64> {
    let now = tx.now();
    Ok(sqlx::query_scalar!(
        "select count(*) as \"connections!\" from sessions s join users u on u.id = s.user_id and u.credential_epoch = s.credential_epoch
         where s.user_id = $1 and s.app_id is not null and s.revoked_at is null and s.expires_at > $2",
        permit.id().uuid(),
        now.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// The name of the app of a connection, for a mail about it; `None` when it was swept.
pub(in crate::identity) async fn for_mail(connection: &mut PgConnection, session: SessionId) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select a.name as \"name!\" from sessions s join oauth_apps a on a.id = s.app_id where s.id = $1",
        session.uuid()
    )
    .fetch_optional(connection)
    .await?)
}

/// Deletes codes that expired before this time; returns how many.
pub(in crate::identity) async fn sweep_codes(domain: &Domain, before: Timestamp) -> Result<u64> {
    in_chunks(|| async {
        let done = sqlx::query!(
            "delete from oauth_codes where id = any(array(select id from oauth_codes where expires_at < $1 limit $2))",
            before.to_sqlx(),
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    })
    .await
}
