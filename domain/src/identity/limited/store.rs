//! The sessions of personal tokens.

use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Read, Write},
    },
    db::Tx,
    identity::api_tokens,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    identity::TokenView,
    ids::{SessionId, TokenId, UserId},
    scopes::ApiScope,
};
use sqlx::PgConnection;

/// How many personal tokens of the user work.
pub(super) async fn count(tx: &mut Tx, permit: &Permit<Write, UserId>) -> Result<i64> {
    let now = tx.now();
    Ok(sqlx::query_scalar!(
        "select count(*) as \"count!\" from sessions s join users u on u.id = s.user_id and u.credential_epoch = s.credential_epoch
         where s.user_id = $1 and s.kind = 'token' and s.revoked_at is null and s.expires_at > $2",
        permit.id().uuid(),
        now.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Inserts the token's session, which acts in the role of the session in which it is made and is as sure of its user as that one, and the hash of its secret.
pub(super) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Write, UserId>,
    made_in: SessionId,
    token: &TokenView,
    secret: &str,
) -> Result<()> {
    let scopes: Vec<String> = token.scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    let done = sqlx::query!(
        "insert into sessions
           (id, user_id, kind, membership_id, created_at, last_seen_at, authenticated_at, expires_at, credential_epoch, assurance, scopes, name)
         select $1::uuid, s.user_id, 'token', s.membership_id, $4::timestamptz, $4::timestamptz, $4::timestamptz, $5::timestamptz,
           s.credential_epoch, s.assurance, $6::text[], $7::text
         from sessions s where s.id = $2 and s.user_id = $3",
        token.id.uuid(),
        made_in.uuid(),
        permit.id().uuid(),
        token.created_at.to_sqlx(),
        token.expires_at.to_sqlx(),
        &scopes,
        token.name
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() != 1 {
        return Err(Error::internal("a token without the session in which it is made"));
    }
    insert_secret(tx, token.id, secret, token.expires_at).await
}

/// Inserts the hash of the secret that opens a session.
pub(super) async fn insert_secret(tx: &mut Tx, session: SessionId, secret: &str, expires_at: Timestamp) -> Result<()> {
    let (id, now) = (tx.new_id::<TokenId>(), tx.now());
    sqlx::query!(
        "insert into api_tokens (id, session_id, kind, token_hash, created_at, expires_at) values ($1, $2, 'access', $3, $4, $5)",
        id.uuid(),
        session.uuid(),
        &api_tokens::hash(secret)[..],
        now.to_sqlx(),
        expires_at.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The user's personal tokens that work, newest first.
pub(super) async fn list(tx: &mut Tx, permit: &Permit<Read, UserId>) -> Result<Vec<TokenView>> {
    let now = tx.now();
    let rows = sqlx::query!(
        "select s.id, s.name as \"name!\", s.scopes as \"scopes!: Vec<String>\", s.created_at, s.expires_at, s.used_at, s.used_from
         from sessions s join users u on u.id = s.user_id and u.credential_epoch = s.credential_epoch
         where s.user_id = $1 and s.kind = 'token' and s.revoked_at is null and s.expires_at > $2
         order by s.created_at desc, s.id desc",
        permit.id().uuid(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    let tokens = rows.into_iter().map(|row| TokenView {
        id: row.id.into(),
        name: row.name,
        scopes: ApiScope::stored(&row.scopes),
        created_at: row.created_at.to_jiff(),
        expires_at: row.expires_at.to_jiff(),
        used_at: row.used_at.map(jiff_sqlx::Timestamp::to_jiff),
        used_from: row.used_from,
    });
    Ok(tokens.collect())
}

/// Ends one of the user's personal tokens.
pub(super) async fn end(tx: &mut Tx, permit: &Permit<Write, UserId>, id: SessionId) -> Result<()> {
    let now = tx.now();
    let done = sqlx::query!(
        "update sessions set revoked_at = $3
         where id = $1 and user_id = $2 and kind = 'token' and revoked_at is null and expires_at > $3",
        id.uuid(),
        permit.id().uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Code::NotFound.into());
    }
    Ok(())
}

/// What the mail about a new token says: its name, and until when it works; `None` when it was swept.
pub(in crate::identity) async fn for_mail(connection: &mut PgConnection, id: SessionId) -> Result<Option<(String, Timestamp)>> {
    let row = sqlx::query!("select name as \"name!\", expires_at from sessions where id = $1 and kind = 'token'", id.uuid())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| (row.name, row.expires_at.to_jiff())))
}
