//! Foreign identities and the sign-ins under way, in the database.

use super::ForeignPerson;
use crate::{
    Result,
    access::{Permit, actions::Read, actions::Write},
    db::Tx,
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::ids::{ForeignIdentityId, SessionId, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

/// How long an identity waits for its account's owner to sign in in another way.
const WAITS: SignedDuration = SignedDuration::from_mins(30);

/// A browser that is sent to a provider.
pub(super) struct NewSignIn<'a> {
    pub(super) id: Uuid,
    pub(super) state_hash: [u8; 32],
    pub(super) browser_hash: [u8; 32],
    pub(super) provider: &'a str,
    pub(super) next: Option<&'a str>,
    pub(super) connects: Option<SessionId>,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

pub(super) async fn begin(connection: &mut PgConnection, new: &NewSignIn<'_>) -> Result<()> {
    sqlx::query!(
        "insert into foreign_sign_ins (id, state_hash, browser_hash, provider, next_page, created_at, expires_at, session_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.id,
        &new.state_hash[..],
        &new.browser_hash[..],
        new.provider,
        new.next,
        new.created_at.to_sqlx(),
        new.expires_at.to_sqlx(),
        new.connects.map(SessionId::uuid)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A browser that was sent to a provider.
pub(super) struct SignInUnderWay {
    pub(super) id: Uuid,
    pub(super) browser_hash: Vec<u8>,
    pub(super) provider: String,
    pub(super) next: Option<String>,
    pub(super) connects: Option<SessionId>,
    pub(super) expires_at: Timestamp,
    pub(super) is_used: bool,
}

pub(super) async fn find(connection: &mut PgConnection, state_hash: &[u8; 32]) -> Result<Option<SignInUnderWay>> {
    let row = sqlx::query!(
        "select id, browser_hash, provider, next_page, session_id, expires_at, used_at is not null as \"is_used!\"
         from foreign_sign_ins where state_hash = $1",
        &state_hash[..]
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| SignInUnderWay {
        id: row.id,
        browser_hash: row.browser_hash,
        provider: row.provider,
        next: row.next_page,
        connects: row.session_id.map(SessionId::from),
        expires_at: row.expires_at.to_jiff(),
        is_used: row.is_used,
    }))
}

/// Uses a state up; `false` when it was used at the same moment.
pub(super) async fn use_up(connection: &mut PgConnection, sign_in: Uuid, now: Timestamp) -> Result<bool> {
    let done = sqlx::query!("update foreign_sign_ins set used_at = $2 where id = $1 and used_at is null", sign_in, now.to_sqlx())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets an identity wait for the owner of an account to sign in in the same browser.
pub(super) async fn wait(tx: &mut Tx, sign_in: Uuid, user: UserId, person: &ForeignPerson, email: &str) -> Result<()> {
    let until = (tx.now() + WAITS).to_sqlx();
    sqlx::query!(
        "update foreign_sign_ins set user_id = $2, issuer = $3, subject = $4, email = $5, expires_at = $6 where id = $1",
        sign_in,
        user.uuid(),
        person.issuer,
        person.subject,
        email,
        until
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Lets an identity wait for its owner to make an account in the same browser. `details` are encrypted.
pub(super) async fn wait_to_join(tx: &mut Tx, sign_in: Uuid, person: &ForeignPerson, email: &str, details: &[u8]) -> Result<()> {
    let until = (tx.now() + WAITS).to_sqlx();
    sqlx::query!(
        "update foreign_sign_ins set issuer = $2, subject = $3, email = $4, details = $5, expires_at = $6 where id = $1",
        sign_in,
        person.issuer,
        person.subject,
        email,
        details,
        until
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// An identity whose owner may make an account.
pub(super) struct Joining {
    pub(super) id: Uuid,
    pub(super) provider: String,
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) email: String,
    pub(super) details: Vec<u8>,
}

/// The identity that has come last in this browser and whose owner may make an account. It stays until it is used up.
pub(super) async fn joining(connection: &mut PgConnection, browser_hash: &[u8; 32], now: Timestamp) -> Result<Option<Joining>> {
    Ok(sqlx::query_as!(
        Joining,
        "select id, provider, issuer as \"issuer!\", subject as \"subject!\", email as \"email!\", details as \"details!\"
         from foreign_sign_ins where browser_hash = $1 and details is not null and expires_at > $2
         order by created_at desc, id desc limit 1",
        &browser_hash[..],
        now.to_sqlx()
    )
    .fetch_optional(connection)
    .await?)
}

/// Uses a waiting identity up; `false` when that was done at the same moment.
pub(super) async fn take_joining(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let done = sqlx::query!("delete from foreign_sign_ins where id = $1", id).execute(tx.connection()).await?;
    Ok(done.rows_affected() == 1)
}

/// An identity that waits to be linked.
pub(super) struct Waiting {
    pub(super) provider: String,
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) email: String,
}

/// Takes the identity that has come last in this browser and waits for this user.
pub(super) async fn take_waiting(
    tx: &mut Tx,
    permit: &Permit<Write, UserId>,
    browser_hash: &[u8; 32],
) -> Result<Option<Waiting>> {
    let now = tx.now();
    let row = sqlx::query!(
        "delete from foreign_sign_ins where id = (
           select id from foreign_sign_ins where browser_hash = $1 and user_id = $2 and expires_at > $3 order by created_at desc, id desc limit 1)
         returning provider, issuer as \"issuer!\", subject as \"subject!\", email as \"email!\"",
        &browser_hash[..],
        permit.id().uuid(),
        now.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| Waiting { provider: row.provider, issuer: row.issuer, subject: row.subject, email: row.email }))
}

/// Links an identity to an account; `None` when it is linked already.
pub(super) async fn link(
    tx: &mut Tx,
    user: UserId,
    [provider, issuer, subject, email]: [&str; 4],
) -> Result<Option<ForeignIdentityId>> {
    let (id, now) = (tx.new_id::<ForeignIdentityId>(), tx.now());
    let done = sqlx::query!(
        "insert into foreign_identities (id, user_id, provider, issuer, subject, email, linked_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict do nothing",
        id.uuid(),
        user.uuid(),
        provider,
        issuer,
        subject,
        email,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok((done.rows_affected() == 1).then_some(id))
}

/// The account of an identity.
pub(super) struct Linked {
    pub(super) identity: ForeignIdentityId,
    pub(super) user: UserId,
    pub(super) is_suspended: bool,
    pub(super) is_deleted: bool,
}

pub(super) async fn linked(connection: &mut PgConnection, person: &ForeignPerson) -> Result<Option<Linked>> {
    let row = sqlx::query!(
        "select f.id as \"id!\", u.id as \"user_id!\", u.suspended_at is not null as \"suspended!\", u.deleted_at is not null as \"deleted!\"
         from foreign_identities f join users u on u.id = f.user_id
         where f.issuer = $1 and f.subject = $2 and f.unlinked_at is null",
        person.issuer,
        person.subject
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Linked {
        identity: row.id.into(),
        user: row.user_id.into(),
        is_suspended: row.suspended,
        is_deleted: row.deleted,
    }))
}

/// Remembers that an identity has signed in; `false` when it was unlinked meanwhile.
pub(super) async fn note_use(tx: &mut Tx, identity: ForeignIdentityId) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        "update foreign_identities set last_used_at = $2 where id = $1 and unlinked_at is null",
        identity.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Remembers a logout token; `false` when it is known already.
pub(super) async fn take_logout(tx: &mut Tx, token_hash: &[u8; 32], until: Timestamp) -> Result<bool> {
    let done = sqlx::query!(
        "insert into foreign_logouts (token_hash, expires_at) values ($1, $2) on conflict do nothing",
        &token_hash[..],
        until.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the sessions that have begun with an identity, and forgets the sign-ins that wait for their second step.
pub(super) async fn end_sessions(
    tx: &mut Tx,
    issuer: &str,
    subject: Option<&str>,
    sid_hash: Option<&[u8; 32]>,
) -> Result<Vec<(UserId, SessionId)>> {
    let (now, sid_hash) = (tx.now(), sid_hash.map(|hash| &hash[..]));
    sqlx::query!(
        "delete from half_sign_ins h using foreign_identities f
         where f.id = h.foreign_identity_id and f.issuer = $1 and ($2::text is null or f.subject = $2)
           and ($3::bytea is null or h.foreign_sid_hash = $3 or (h.foreign_sid_hash is null and $2::text is not null))",
        issuer,
        subject,
        sid_hash
    )
    .execute(tx.connection())
    .await?;
    let rows = sqlx::query!(
        "update sessions s set revoked_at = $4 from foreign_identities f
         where f.id = s.foreign_identity_id and f.issuer = $1 and ($2::text is null or f.subject = $2) and s.revoked_at is null
           and ($3::bytea is null or s.foreign_sid_hash = $3 or (s.foreign_sid_hash is null and $2::text is not null))
         returning s.id as \"id!\", s.user_id as \"user_id!\"",
        issuer,
        subject,
        sid_hash,
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (row.user_id.into(), row.id.into())).collect())
}

/// An identity of the user's own account.
pub(super) struct OwnRow {
    pub(super) id: Uuid,
    pub(super) provider: String,
    pub(super) email: String,
    pub(super) linked_at: jiff_sqlx::Timestamp,
    pub(super) last_used_at: Option<jiff_sqlx::Timestamp>,
}

pub(super) async fn own(tx: &mut Tx, permit: &Permit<Read, UserId>) -> Result<Vec<OwnRow>> {
    Ok(sqlx::query_as!(
        OwnRow,
        "select id as \"id!\", provider as \"provider!\", email as \"email!\", linked_at as \"linked_at!\",
           last_used_at as \"last_used_at?\"
         from foreign_identities where user_id = $1 and unlinked_at is null order by linked_at, id",
        permit.id().uuid()
    )
    .fetch_all(tx.connection())
    .await?)
}

pub(super) async fn provider_of(tx: &mut Tx, permit: &Permit<Read, UserId>, session: SessionId) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select f.provider as \"provider!\" from sessions s join foreign_identities f on f.id = s.foreign_identity_id
         where s.id = $1 and s.user_id = $2",
        session.uuid(),
        permit.id().uuid()
    )
    .fetch_optional(tx.connection())
    .await?)
}

/// Unlinks an identity of a user; `false` when it is not theirs.
pub(super) async fn unlink(tx: &mut Tx, permit: &Permit<Write, UserId>, identity: ForeignIdentityId) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        "update foreign_identities set unlinked_at = $3 where id = $1 and user_id = $2 and unlinked_at is null",
        identity.uuid(),
        permit.id().uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a user can sign in: with a password, with a passkey, or with an identity that is linked.
pub(super) async fn has_way_in(tx: &mut Tx, user: UserId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from password_credentials where user_id = $1)
           or exists (select from passkeys where user_id = $1)
           or exists (select from foreign_identities where user_id = $1 and unlinked_at is null) as \"has!\"",
        user.uuid()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Whether roles are held that an identity has given.
pub(super) async fn gives_roles(tx: &mut Tx, identity: ForeignIdentityId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from memberships where mapped_by = $1 and ended_at is null) as \"gives!\"",
        identity.uuid()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// The address of an identity at its provider, for a mail about it; `None` when there is no such identity.
pub(in crate::identity) async fn for_mail(connection: &mut PgConnection, identity: Uuid) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("select email from foreign_identities where id = $1", identity).fetch_optional(connection).await?)
}
