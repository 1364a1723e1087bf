//! Second factors in the database.

use super::{
    codes::{SEED_BYTES, recovery_codes, recovery_hash},
    totp::SECRET_BYTES,
};
use crate::{
    Error, Result,
    db::Tx,
    settings::Settings,
    vault::{Column, Purpose},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::ids::{SessionId, UserId};
use sqlx::PgConnection;
use uuid::Uuid;
use zeroize::Zeroizing;

/// How long a secret that was shown can be confirmed.
const SET_UP_LIFE: SignedDuration = SignedDuration::from_mins(30);

/// Locks an account, as does everything that begins a session of it or changes its second factor. So nobody gets a session with one factor while the second one is
/// set up, and two who set one up at the same moment come one after the other.
pub(super) async fn lock(tx: &mut Tx, user: UserId) -> Result<()> {
    sqlx::query_scalar!("select id from users where id = $1 for no key update", user.uuid())
        .fetch_optional(tx.connection())
        .await?;
    Ok(())
}

/// Whether the user has a role that needs a second factor.
pub(super) async fn is_required(connection: &mut PgConnection, settings: &Settings, user: UserId) -> Result<bool> {
    let roles = settings.second_factor_words();
    Ok(sqlx::query_scalar!(
        "select exists (select from memberships where user_id = $1 and ended_at is null and role = any($2::text[])) as \"required!\"",
        user.uuid(),
        &roles
    )
    .fetch_one(connection)
    .await?)
}

/// Whether the user has an authenticator app.
pub(super) async fn has_factor(connection: &mut PgConnection, user: UserId) -> Result<bool> {
    Ok(sqlx::query_scalar!("select exists (select from totp_factors where user_id = $1) as \"has!\"", user.uuid())
        .fetch_one(connection)
        .await?)
}

/// How many recovery codes have not been used.
pub(super) async fn codes_left(connection: &mut PgConnection, user: UserId) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "select count(*) as \"left!\" from recovery_codes where user_id = $1 and used_at is null",
        user.uuid()
    )
    .fetch_one(connection)
    .await?)
}

/// The secret of the user's factor, if there is one.
pub(super) async fn secret(tx: &mut Tx, user: UserId) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let cipher = sqlx::query_scalar!("select secret_cipher from totp_factors where user_id = $1", user.uuid())
        .fetch_optional(tx.connection())
        .await?;
    match cipher {
        Some(cipher) => opened(tx, Column::TotpSecret, user, &cipher).await.map(Some),
        None => Ok(None),
    }
}

/// Uses up a time step, so that no code of it or of an earlier one works again; `false` when that has happened before.
pub(super) async fn use_step(tx: &mut Tx, user: UserId, step: i64) -> Result<bool> {
    let done = sqlx::query!("update totp_factors set last_step = $2 where user_id = $1 and last_step < $2", user.uuid(), step)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Uses up a recovery code; `false` when there is no such code, or it was used before.
pub(super) async fn use_recovery_code(tx: &mut Tx, user: UserId, code: &str) -> Result<bool> {
    let (hash, now) = (recovery_hash(code), tx.now());
    let done = sqlx::query!(
        "update recovery_codes set used_at = $3 where user_id = $1 and code_hash = $2 and used_at is null",
        user.uuid(),
        &hash[..],
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What a user is shown once, and confirms with a code.
pub(super) struct Offer {
    secret_and_seed: Zeroizing<Vec<u8>>,
}

impl Offer {
    pub(super) fn secret(&self) -> &[u8] {
        &self.secret_and_seed[..SECRET_BYTES]
    }

    pub(super) fn recovery_codes(&self) -> Vec<String> {
        recovery_codes(&self.secret_and_seed[SECRET_BYTES..])
    }
}

/// Keeps a new secret for a user, in place of one that the same holder (a session or a half sign-in) was shown and has not confirmed.
pub(super) async fn offer(tx: &mut Tx, user: UserId, holder: Uuid) -> Result<()> {
    let mut plain = Zeroizing::new(vec![0; SECRET_BYTES + SEED_BYTES]);
    tx.domain().randomness().fill(plain.as_mut_slice());
    let (cipher, now) = (sealed(tx, Column::TotpSetUp, user, &plain), tx.now());
    sqlx::query!(
        "insert into totp_set_ups (holder_id, user_id, secret_cipher, created_at, expires_at) values ($1, $2, $3, $4, $5)
         on conflict (holder_id) do update
           set secret_cipher = excluded.secret_cipher, created_at = excluded.created_at, expires_at = excluded.expires_at",
        holder,
        user.uuid(),
        cipher,
        now.to_sqlx(),
        (now + SET_UP_LIFE).to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The secret that this holder was shown and has not confirmed, if there is one.
pub(super) async fn offered(tx: &mut Tx, user: UserId, holder: Uuid) -> Result<Option<Offer>> {
    let now = tx.now();
    let cipher = sqlx::query_scalar!(
        "select secret_cipher from totp_set_ups where holder_id = $1 and user_id = $2 and expires_at > $3",
        holder,
        user.uuid(),
        now.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(cipher) = cipher else { return Ok(None) };
    let plain = opened(tx, Column::TotpSetUp, user, &cipher).await?;
    if plain.len() != SECRET_BYTES + SEED_BYTES {
        return Err(Error::internal("a secret that was offered has another length"));
    }
    Ok(Some(Offer { secret_and_seed: plain }))
}

/// Makes what was offered the user's second factor, in place of an earlier one: an admin who was asked to turn that one off leaves the new one alone. `step` is the
/// step of the code that has confirmed it. The caller has locked the account.
pub(super) async fn confirm(tx: &mut Tx, user: UserId, offer: &Offer, step: i64) -> Result<()> {
    let (cipher, now) = (sealed(tx, Column::TotpSecret, user, offer.secret()), tx.now());
    end(tx, user).await?;
    sqlx::query!(
        "insert into totp_factors (user_id, secret_cipher, confirmed_at, last_step) values ($1, $2, $3, $4)",
        user.uuid(),
        cipher,
        now.to_sqlx(),
        step
    )
    .execute(tx.connection())
    .await?;
    for code in offer.recovery_codes() {
        let hash = recovery_hash(&code);
        sqlx::query!("insert into recovery_codes (user_id, code_hash) values ($1, $2)", user.uuid(), &hash[..])
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

/// Deletes the user's second factor, with its recovery codes, what was offered, and the browsers that are not asked for it, and stops turning it off; `false` when
/// there was none.
pub(in crate::identity) async fn end(tx: &mut Tx, user: UserId) -> Result<bool> {
    let done = sqlx::query!("delete from totp_factors where user_id = $1", user.uuid()).execute(tx.connection()).await?;
    sqlx::query!("delete from recovery_codes where user_id = $1", user.uuid()).execute(tx.connection()).await?;
    sqlx::query!("delete from totp_set_ups where user_id = $1", user.uuid()).execute(tx.connection()).await?;
    sqlx::query!("delete from remembered_browsers where user_id = $1", user.uuid()).execute(tx.connection()).await?;
    stop_reset(tx, user).await?;
    Ok(done.rows_affected() == 1)
}

/// Stops turning off the user's second factor; `false` when nobody has asked for it, or it was done.
pub(super) async fn stop_reset(tx: &mut Tx, user: UserId) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        "update second_factor_resets set stopped_at = $2 where user_id = $1 and stopped_at is null and applied_at is null",
        user.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that the user of a session has shown a second factor in it.
pub(super) async fn raise_assurance(tx: &mut Tx, session: SessionId) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update sessions set assurance = 'two_factors', authenticated_at = $2 where id = $1",
        session.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The email address of an account.
pub(super) async fn email(connection: &mut PgConnection, user: UserId) -> Result<String> {
    Ok(sqlx::query_scalar!("select email from users where id = $1", user.uuid()).fetch_one(connection).await?)
}

/// Deletes secrets that nobody has confirmed in time; returns how many.
pub(super) async fn sweep_offers(connection: &mut PgConnection, now: Timestamp) -> Result<u64> {
    Ok(sqlx::query!("delete from totp_set_ups where expires_at < $1", now.to_sqlx()).execute(connection).await?.rows_affected())
}

/// Encrypts what belongs to a second factor of a user.
pub(super) fn sealed(tx: &Tx, column: Column, user: UserId, plain: &[u8]) -> Vec<u8> {
    let domain = tx.domain();
    domain.vault().encrypt(Purpose::SecondFactor, domain.randomness(), &bound_to(column, user), plain)
}

/// Decrypts it.
pub(super) async fn opened(tx: &mut Tx, column: Column, user: UserId, cipher: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    tx.learn_key_of(Purpose::SecondFactor, cipher).await?;
    tx.domain().vault().decrypt(Purpose::SecondFactor, &bound_to(column, user), cipher)
}

fn bound_to(column: Column, user: UserId) -> Vec<u8> {
    [column.label().as_bytes(), user.uuid().as_bytes()].concat()
}
