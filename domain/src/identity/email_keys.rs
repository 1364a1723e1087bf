//! Renews the keys of email addresses that were stored before the form of the keys changed.

use crate::Result;
use model::{identity::EmailAddress, ids::UserId};
use sqlx::PgConnection;

/// Gives each account whose address is not ASCII the key under which it is looked up now, and the form that mail is sent to.
///
/// Two accounts of one mailbox, whose addresses spell its domain differently, cannot have the same key. The later account keeps the old key, and the
/// log names it, because only a person can decide which of the two to keep.
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
