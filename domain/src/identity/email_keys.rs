//! Keys of addresses that were stored before their form changed.

use crate::Result;
use model::{identity::EmailAddress, ids::UserId};
use sqlx::PgConnection;

/// Gives every account whose address is not ASCII the key by which it is looked for now, and the form that mail is sent to.
///
/// Two accounts of one mailbox, made by two spellings of its domain, cannot have the same key: the later one keeps the old key, and the log
/// names it, because only a person can say which of the two to keep.
pub(crate) async fn renew_email_keys(connection: &mut PgConnection) -> Result<()> {
    let rows = sqlx::query!(
        "select id, email, email_key from users where email_key ~ '[^\\x01-\\x7f]' order by created_at, id for update"
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let user = UserId::from(row.id);
        let Ok(address) = EmailAddress::parse(&row.email) else {
            tracing::warn!(user.id = %user, "an account's e-mail address is none any more: nobody can sign in to it");
            continue;
        };
        if address.key() == row.email_key {
            continue;
        }
        let done = sqlx::query!(
            "update users set email = $2, email_key = $3 where id = $1 and not exists (select from users where email_key = $3)",
            row.id,
            address.as_str(),
            address.key()
        )
        .execute(&mut *connection)
        .await?;
        if done.rows_affected() == 0 {
            tracing::warn!(user.id = %user, "two accounts belong to one mailbox: close this one");
        }
    }
    Ok(())
}
