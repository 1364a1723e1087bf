//! Changes of email addresses in the database.

use crate::{
    Error, Result,
    db::{ROWS_SWEPT, Tx, in_chunks},
    notifications::Recipient,
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    identity::EmailAddress,
    ids::{EventId, UserId},
};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// How long a code can be typed.
const CODE_LIFE: SignedDuration = SignedDuration::from_mins(30);

/// After this many wrong codes no code can be typed any more.
pub(super) const MOST_WRONG: i32 = 5;

/// A change that waits for its code.
pub(super) struct Waiting {
    pub(super) id: Uuid,
    pub(super) email: String,
    email_key: String,
    pub(super) expires_at: Timestamp,
}

/// The email address of an account.
pub(super) async fn email(connection: &mut PgConnection, user: UserId) -> Result<String> {
    Ok(sqlx::query_scalar!("select email from users where id = $1", user.uuid()).fetch_one(connection).await?)
}

/// How many changes a user has begun since a moment.
pub(super) async fn asked_since(tx: &mut Tx, user: UserId, since: Timestamp) -> Result<i64> {
    let asked = sqlx::query_scalar!(
        "select count(*) as \"asked!\" from email_changes where user_id = $1 and asked_at > $2",
        user.uuid(),
        since.to_sqlx()
    );
    Ok(asked.fetch_one(tx.connection()).await?)
}

/// Keeps another address, in place of one that waits for its code.
pub(super) async fn begin(tx: &mut Tx, user: UserId, email: &EmailAddress) -> Result<Uuid> {
    let (id, now) = (tx.new_id::<EventId>().uuid(), tx.now());
    sqlx::query!(
        "update email_changes set ended_at = $2 where user_id = $1 and changed_at is null and ended_at is null",
        user.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "insert into email_changes (id, user_id, email, email_key, previous_email, credential_epoch, asked_at, expires_at)
         select $1::uuid, u.id, $3::text, $4::text, u.email, u.credential_epoch, $5::timestamptz, $6::timestamptz from users u where u.id = $2",
        id,
        user.uuid(),
        email.as_str(),
        email.key(),
        now.to_sqlx(),
        (now + CODE_LIFE).to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// The change of a user for which a code can be typed now.
pub(super) async fn waiting(connection: &mut PgConnection, user: UserId, now: Timestamp) -> Result<Option<Waiting>> {
    let row = sqlx::query!(
        "select c.id, c.email, c.email_key, c.expires_at
         from email_changes c join users u on u.id = c.user_id and u.credential_epoch = c.credential_epoch
         where c.user_id = $1 and c.changed_at is null and c.ended_at is null and c.expires_at > $2 and c.wrong_codes < $3
         order by c.asked_at desc, c.id desc limit 1",
        user.uuid(),
        now.to_sqlx(),
        MOST_WRONG
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Waiting { id: row.id, email: row.email, email_key: row.email_key, expires_at: row.expires_at.to_jiff() }))
}

/// Whether the code of a change can be typed now.
pub(super) async fn waits(connection: &mut PgConnection, change: Uuid, now: Timestamp) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from email_changes c join users u on u.id = c.user_id and u.credential_epoch = c.credential_epoch
           where c.id = $1 and c.changed_at is null and c.ended_at is null and c.expires_at > $2 and c.wrong_codes < $3) as \"waits!\"",
        change,
        now.to_sqlx(),
        MOST_WRONG
    )
    .fetch_one(connection)
    .await?)
}

/// Counts a wrong code; returns how many there are now.
pub(super) async fn count_wrong(tx: &mut Tx, change: Uuid) -> Result<i32> {
    Ok(sqlx::query_scalar!("update email_changes set wrong_codes = wrong_codes + 1 where id = $1 returning wrong_codes", change)
        .fetch_one(tx.connection())
        .await?)
}

/// Gives the account the address. Links for a new password, which were sent to the address before, no longer work.
pub(super) async fn change(tx: &mut Tx, user: UserId, waiting: &Waiting) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update users set email = $2, email_key = $3, email_confirmed_at = $4, version = version + 1 where id = $1",
        user.uuid(),
        waiting.email.as_str(),
        waiting.email_key.as_str(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("users_email_key_key", Code::EmailTaken)]))?;
    sqlx::query!("update email_changes set changed_at = $2 where id = $1", waiting.id, now.to_sqlx())
        .execute(tx.connection())
        .await?;
    sqlx::query!(
        "update links set expires_at = $2 where user_id = $1 and used_at is null and expires_at > $2",
        user.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Who gets the code: the new address, without the name, because nobody has proved yet that the address is theirs.
pub(in crate::identity) async fn new_address(connection: &mut PgConnection, change: Uuid) -> Result<Option<Recipient>> {
    let row = sqlx::query!(
        "select c.email, u.language, u.time_zone from email_changes c join users u on u.id = c.user_id where c.id = $1",
        change
    )
    .fetch_optional(connection)
    .await?;
    let recipient = |to, language, time_zone| Recipient { to, name: String::new(), language, time_zone };
    Ok(row.map(|row| recipient(row.email, row.language, row.time_zone)))
}

/// Who hears that the address was changed: the address before.
pub(in crate::identity) async fn previous_address(connection: &mut PgConnection, change: Uuid) -> Result<Option<Recipient>> {
    let row = sqlx::query!(
        "select c.previous_email, u.display_name, u.language, u.time_zone from email_changes c join users u on u.id = c.user_id where c.id = $1",
        change
    )
    .fetch_optional(connection)
    .await?;
    let recipient = |to, name, language, time_zone| Recipient { to, name, language, time_zone };
    Ok(row.map(|row| recipient(row.previous_email, row.display_name, row.language, row.time_zone)))
}

/// Deletes all changes of a user whose account is gone.
pub(in crate::identity) async fn erase(tx: &mut Tx, user: UserId) -> Result<()> {
    sqlx::query!("delete from email_changes where user_id = $1", user.uuid()).execute(tx.connection()).await?;
    Ok(())
}

/// Ends all changes that wait for their code.
pub(in crate::identity) async fn expire_all(tx: &mut Tx) -> Result<()> {
    let now = tx.now();
    sqlx::query!("update email_changes set ended_at = $1 where changed_at is null and ended_at is null", now.to_sqlx())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Deletes changes that were not confirmed before `before`; returns how many.
pub(super) async fn sweep(pool: &PgPool, before: Timestamp) -> Result<u64> {
    let before = before.to_sqlx();
    in_chunks(|| async {
        let done = sqlx::query!(
            "delete from email_changes where id = any(array(
               select id from email_changes where changed_at is null and expires_at < $1 limit $2))",
            before,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(pool).await?.rows_affected())
    })
    .await
}
