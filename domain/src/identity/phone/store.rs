//! Phone numbers of accounts in the database.

use crate::{
    Domain, Error, Result,
    db::{Tx, keys},
    vault::{Column, Purpose},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{
    identity::PhoneNumber,
    ids::{PhoneId, UserId},
};
use sqlx::PgConnection;

/// How long a code can be typed.
pub(super) const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// After this many wrong codes no code can be typed any more.
pub(super) const MOST_WRONG: i32 = 5;

/// A number that waits for its code.
pub(super) struct Waiting {
    pub(super) id: PhoneId,
    pub(super) number: PhoneNumber,
    pub(super) code: String,
    pub(super) expires_at: Timestamp,
}

/// Locks an account, so that two requests about its number come one after the other.
pub(super) async fn lock(tx: &mut Tx, user: UserId) -> Result<()> {
    sqlx::query_scalar!("select id from users where id = $1 for no key update", user.uuid())
        .fetch_optional(tx.connection())
        .await?;
    Ok(())
}

/// The email address of an account.
pub(super) async fn email(connection: &mut PgConnection, user: UserId) -> Result<String> {
    Ok(sqlx::query_scalar!("select email from users where id = $1", user.uuid()).fetch_one(connection).await?)
}

/// Keeps a new number and its code, in place of one that waits for its code.
pub(super) async fn begin(tx: &mut Tx, user: UserId, number: &PhoneNumber, code: &str) -> Result<PhoneId> {
    let (id, now) = (tx.new_id::<PhoneId>(), tx.now());
    let number_cipher = sealed(tx, Column::AccountPhone, id, number.as_str());
    let code_cipher = sealed(tx, Column::PhoneCode, id, code);
    end_waiting(tx, user).await?;
    sqlx::query!(
        "insert into phones (id, user_id, number_cipher, code_cipher, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
        id.uuid(),
        user.uuid(),
        number_cipher,
        code_cipher,
        now.to_sqlx(),
        (now + CODE_LIFE).to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// The number of a user for which a code can be typed now.
pub(super) async fn waiting(domain: &Domain, connection: &mut PgConnection, user: UserId) -> Result<Option<Waiting>> {
    let row = sqlx::query!(
        "select id, number_cipher, code_cipher, expires_at from phones
         where user_id = $1 and verified_at is null and ended_at is null and expires_at > $2 and wrong_codes < $3
         order by created_at desc, id desc limit 1",
        user.uuid(),
        domain.now().to_sqlx(),
        MOST_WRONG
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let id = PhoneId::from(row.id);
    Ok(Some(Waiting {
        id,
        number: number(&opened(domain, connection, Column::AccountPhone, id, &row.number_cipher).await?)?,
        code: opened(domain, connection, Column::PhoneCode, id, &row.code_cipher).await?,
        expires_at: row.expires_at.to_jiff(),
    }))
}

/// The user's verified number.
pub(super) async fn verified(domain: &Domain, connection: &mut PgConnection, user: UserId) -> Result<Option<PhoneNumber>> {
    let row = sqlx::query!(
        "select id, number_cipher from phones where user_id = $1 and verified_at is not null and ended_at is null",
        user.uuid()
    )
    .fetch_optional(&mut *connection)
    .await?;
    match row {
        Some(row) => {
            let text = opened(domain, connection, Column::AccountPhone, row.id.into(), &row.number_cipher).await?;
            Ok(Some(number(&text)?))
        }
        None => Ok(None),
    }
}

/// Counts a wrong code; returns how many there are now.
pub(super) async fn count_wrong(tx: &mut Tx, phone: PhoneId) -> Result<i32> {
    Ok(sqlx::query_scalar!("update phones set wrong_codes = wrong_codes + 1 where id = $1 returning wrong_codes", phone.uuid())
        .fetch_one(tx.connection())
        .await?)
}

/// Makes a number the user's verified one, in place of another.
pub(super) async fn verify(tx: &mut Tx, user: UserId, phone: PhoneId) -> Result<()> {
    let now = tx.now();
    end_verified(tx, user).await?;
    sqlx::query!("update phones set verified_at = $2 where id = $1", phone.uuid(), now.to_sqlx())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Ends the verification of the user's number; `false` when none was verified.
pub(super) async fn end_verified(tx: &mut Tx, user: UserId) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        "update phones set ended_at = $2 where user_id = $1 and verified_at is not null and ended_at is null",
        user.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn end_waiting(tx: &mut Tx, user: UserId) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update phones set ended_at = $2 where user_id = $1 and verified_at is null and ended_at is null",
        user.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Deletes all numbers of a user whose account is gone.
pub(in crate::identity) async fn erase(tx: &mut Tx, user: UserId) -> Result<()> {
    sqlx::query!("delete from phones where user_id = $1", user.uuid()).execute(tx.connection()).await?;
    Ok(())
}

/// Deletes numbers that were ended, or not verified in time, before `before`; returns how many.
pub(super) async fn sweep(connection: &mut PgConnection, before: Timestamp) -> Result<u64> {
    let done =
        sqlx::query!("delete from phones where (verified_at is null and expires_at < $1) or ended_at < $1", before.to_sqlx())
            .execute(connection)
            .await?;
    Ok(done.rows_affected())
}

fn number(text: &str) -> Result<PhoneNumber> {
    PhoneNumber::parse(text).map_err(|_| Error::internal("a stored phone number is not one"))
}

fn sealed(tx: &Tx, column: Column, phone: PhoneId, plain: &str) -> Vec<u8> {
    let domain = tx.domain();
    domain.vault().encrypt(Purpose::SecondFactor, domain.randomness(), &bound_to(column, phone), plain.as_bytes())
}

async fn opened(domain: &Domain, connection: &mut PgConnection, column: Column, phone: PhoneId, cipher: &[u8]) -> Result<String> {
    if !domain.vault().knows(Purpose::SecondFactor, cipher) {
        keys::learn(connection, domain.vault()).await?;
    }
    let plain = domain.vault().decrypt(Purpose::SecondFactor, &bound_to(column, phone), cipher)?;
    std::str::from_utf8(&plain).map(str::to_owned).map_err(Error::internal)
}

fn bound_to(column: Column, phone: PhoneId) -> Vec<u8> {
    [column.label().as_bytes(), phone.uuid().as_bytes()].concat()
}
