//! What the mail of an invitation needs.

use crate::{
    Domain, Result,
    identity::{invitations::stored_role, links},
    notifications::Recipient,
};
use jiff::Timestamp;
use model::{access::Role, ids::InvitationId};
use sqlx::PgConnection;

/// Who gets the mail of an invitation; `None` when it is gone or settled. The mail is in the language of whoever invited, and in the time zone of the clinic.
pub(in crate::identity) async fn recipient(connection: &mut PgConnection, id: InvitationId) -> Result<Option<Recipient>> {
    let row = sqlx::query!(
        "select i.email as \"email!\", u.language as \"language!\", coalesce(c.time_zone, u.time_zone) as \"time_zone!\"
         from invitations i join users u on u.id = i.invited_by left join clinic_address c on c.clinic_id = i.clinic_id
         where i.id = $1 and i.accepted_at is null and i.withdrawn_at is null",
        id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Recipient { to: row.email, name: String::new(), language: row.language, time_zone: row.time_zone }))
}

/// What the mail of an invitation says.
pub(in crate::identity) struct Letter {
    pub(in crate::identity) token: String,
    pub(in crate::identity) role: Role,
    pub(in crate::identity) clinic: Option<String>,
    pub(in crate::identity) expires_at: Timestamp,
}

/// The content of the mail of an invitation; `None` when it is gone or settled.
pub(in crate::identity) async fn letter(
    domain: &Domain,
    connection: &mut PgConnection,
    id: InvitationId,
) -> Result<Option<Letter>> {
    let row = sqlx::query!(
        "select i.token_hash as \"token_hash!\", i.role as \"role!\", i.expires_at as \"expires_at!\", c.name as \"clinic?\"
         from invitations i left join clinic_address c on c.clinic_id = i.clinic_id
         where i.id = $1 and i.accepted_at is null and i.withdrawn_at is null",
        id.uuid()
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let token = links::token_again(domain, connection, id.uuid(), &row.token_hash).await?;
    let (role, expires_at) = (stored_role(&row.role)?, row.expires_at.to_jiff());
    Ok(Some(Letter { token, role, clinic: row.clinic, expires_at }))
}
