//! Links that grant something once. The token is derived from the row's id with a key that the database does not have, and only its hash is stored.

use crate::{
    Domain, Result,
    db::Tx,
    vault::{Purpose, sha256},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{errors::Code, ids::UserId, text::machine_form};
use uuid::Uuid;

/// What a link grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkPurpose {
    ConfirmEmail,
    ResetPassword,
}

impl LinkPurpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmEmail => "confirm_email",
            Self::ResetPassword => "reset_password",
        }
    }

    /// How long the link is valid.
    const fn life(self) -> SignedDuration {
        match self {
            Self::ConfirmEmail => SignedDuration::from_hours(48),
            Self::ResetPassword => SignedDuration::from_hours(1),
        }
    }
}

/// The token of a link: 128 bits, hexadecimal.
pub(crate) fn token(domain: &Domain, link: Uuid) -> String {
    let mac = domain.vault().mac(Purpose::Links, &[link.as_bytes()]);
    Uuid::from_slice(&mac[..16]).expect("16 bytes make a UUID").simple().to_string()
}

/// How long after it was made a link that confirms an address also signs in.
const SIGNS_IN: SignedDuration = SignedDuration::from_hours(1);

/// The hash of the secret that the browser of a sign-up holds.
fn browser_hash(secret: &str) -> Vec<u8> {
    sha256(&[b"browser", secret.as_bytes()]).to_vec()
}

/// A link that was redeemed.
pub(super) struct Redeemed {
    pub(super) user: UserId,
    created_at: Timestamp,
    browser_hash: Option<Vec<u8>>,
}

impl Redeemed {
    /// Whether the link signs in the browser that holds this secret: it is the one in which the account was made, and the link is not old.
    pub(super) fn signs_in(&self, browser: Option<&str>, now: Timestamp) -> bool {
        let is_same = browser.is_some_and(|secret| self.browser_hash == Some(browser_hash(secret)));
        is_same && now.duration_since(self.created_at) < SIGNS_IN
    }
}

/// Creates a link. Older links of the same purpose stay valid until one is used: anyone can request a link to an address, and this must not
/// invalidate the link that the owner is about to follow. `browser` is the secret of the browser that the link signs in; without it, a
/// further link signs in the browser of the user's first one, which was made with the account.
pub(super) async fn create(tx: &mut Tx, purpose: LinkPurpose, user: UserId, browser: Option<&str>) -> Result<Uuid> {
    let now = tx.now();
    let id = tx.new_id::<model::ids::EventId>().uuid();
    let hash = sha256(&[token(tx.domain(), id).as_bytes()]);
    sqlx::query!(
        "insert into links (id, token_hash, purpose, user_id, created_at, expires_at, browser_hash)
         values ($1, $2, $3, $4, $5, $6,
           coalesce($7, (select l.browser_hash from links l where l.user_id = $4 and l.purpose = $3 order by l.created_at, l.id limit 1)))",
        id,
        &hash[..],
        purpose.as_str(),
        user.uuid(),
        now.to_sqlx(),
        (now + purpose.life()).to_sqlx(),
        browser.map(browser_hash)
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Redeems a link and invalidates all others of the same purpose.
///
/// # Errors
/// `identity.link_unknown`, `identity.link_expired`, `identity.link_used`.
pub(super) async fn redeem(tx: &mut Tx, purpose: LinkPurpose, token: &str) -> Result<Redeemed> {
    let hash = sha256(&[machine_form(token).as_bytes()]);
    let now: Timestamp = tx.now();
    let row = sqlx::query!(
        "select id, user_id, created_at, expires_at, used_at, browser_hash from links where token_hash = $1 and purpose = $2 for update",
        &hash[..],
        purpose.as_str()
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Code::LinkUnknown)?;
    if row.used_at.is_some() {
        return Err(Code::LinkUsed.into());
    }
    if row.expires_at.to_jiff() <= now {
        return Err(Code::LinkExpired.into());
    }
    sqlx::query!("update links set used_at = $2 where id = $1", row.id, now.to_sqlx()).execute(tx.connection()).await?;
    sqlx::query!(
        "update links set expires_at = $3 where user_id = $1 and purpose = $2 and used_at is null and expires_at > $3",
        row.user_id,
        purpose.as_str(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(Redeemed { user: row.user_id.into(), created_at: row.created_at.to_jiff(), browser_hash: row.browser_hash })
}

/// The email address of the account for which a link can be redeemed now; the link stays unused.
pub(super) async fn address(domain: &Domain, purpose: LinkPurpose, token: &str) -> Result<Option<String>> {
    let hash = sha256(&[token.trim().as_bytes()]);
    let email = sqlx::query_scalar!(
        "select u.email from links l join users u on u.id = l.user_id and u.deleted_at is null
         where l.token_hash = $1 and l.purpose = $2 and l.used_at is null and l.expires_at > $3",
        &hash[..],
        purpose.as_str(),
        domain.now().to_sqlx()
    )
    .fetch_optional(domain.pool())
    .await?;
    Ok(email)
}
