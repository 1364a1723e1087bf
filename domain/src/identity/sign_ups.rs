//! Sign-ups that wait for the confirmation of their address. Until then there is no account and no person: somebody who does not own an address changes
//! nothing about it.
//!
//! Each sign-up has its own link, and the link makes the account of its own sign-up. So it does not matter who else has signed up with the same address,
//! before or after: the owner of the mailbox decides by the mail that they follow. All links stay valid until one of them is used (ADR 8).
//!
//! What was typed is encrypted with a key that is derived from the link's token, so the table alone decrypts nothing.

use super::{
    links::{self, usable},
    names::parse_name,
    new_account::{NewAccount, Origin, known_zone},
    notices::Event,
    sessions::{self, Assurance, SessionKind},
    sign_in::SignedIn,
    store::{self, Deletion, NewUser},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    db::{ROWS_SWEPT, Tx, in_chunks},
    vault::{Key, sha256},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    identity::{EmailAddress, WrittenName},
    ids::{EventId, SessionId, UserId},
    locale::TimeZoneName,
    scheduling::ChosenTime,
    text::machine_form,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sqlx::PgConnection;
use uuid::Uuid;

/// How long a sign-up waits.
const LIFE: SignedDuration = SignedDuration::from_hours(48);
/// How long after it was made a link also signs in.
const SIGNS_IN: SignedDuration = SignedDuration::from_hours(1);
/// How long a link is remembered after its end, without what was typed, so that whoever follows it is told that it is too old.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What was typed, as it is stored. `person` is known to the area that makes the person of the account.
#[derive(Serialize, Deserialize)]
struct Details<P> {
    name: String,
    latin_name: String,
    terms_version: String,
    person: P,
}

/// An account that was just made from a confirmed sign-up.
pub(crate) struct Confirmed<P> {
    pub(crate) user: UserId,
    pub(crate) name: WrittenName,
    pub(crate) time_zone: TimeZoneName,
    /// What the sign-up says about the person.
    pub(crate) person: P,
    /// The session that the link has begun, if it was followed in the browser of the sign-up, and soon.
    pub(crate) session: Option<SessionId>,
    email_key: String,
}

impl<P> Confirmed<P> {
    /// The session, for the cookie.
    pub(crate) fn signed_in(&self) -> Option<SignedIn> {
        self.session.map(|session| SignedIn { user: self.user, session })
    }

    /// Records, after the commit, that the owner has proved that the address is theirs.
    pub(crate) fn prove(&self, domain: &Domain, access: &Access) {
        domain.attempts().prove(&self.email_key, self.user, access);
    }
}

/// Keeps a sign-up and mails its link, and commits. If the address has an account, its owner gets a mail instead.
pub(crate) async fn keep_sign_up<P: Serialize>(
    mut tx: Tx,
    account: &NewAccount,
    hash: &str,
    origin: &Origin,
    person: P,
) -> Result<()> {
    if let Some(existing) = store::credentials(tx.connection(), &account.email).await? {
        match existing.deletion {
            // The address is not free yet. The mail says until when, and how the account comes back.
            Some(Deletion { id, .. }) => tx.emit(Event::AccountDeleted { user: existing.user, deletion: id }).await?,
            None => tx.emit(Event::SignUpRepeated { user: existing.user, chosen: origin.chosen }).await?,
        }
        let entry = Audit::of(AuditAction::IdentitySignUpRepeated).on(ResourceKind::Account, existing.user);
        return tx.commit(entry).await;
    }
    let details = Details {
        name: account.name.name().as_str().to_owned(),
        latin_name: account.name.latin().map(|latin| latin.as_str().to_owned()).unwrap_or_default(),
        terms_version: tx.domain().settings().terms_version.clone(),
        person,
    };
    let new = NewSignUp {
        email: account.email.as_str(),
        email_key: account.email.key(),
        password_hash: hash,
        time_zone: account.time_zone.as_str(),
        language: &account.language,
        browser_hash: origin.browser.as_deref().map(browser_hash),
        details: &serde_json::to_vec(&details).map_err(Error::internal)?,
    };
    let id = insert(&mut tx, &new).await?;
    tx.emit(Event::SignedUp { sign_up: id, chosen: origin.chosen }).await?;
    tx.commit(Audit::of(AuditAction::IdentitySignedUp).with_id("sign_up", EventId::from(id))).await
}

/// Mails the newest waiting sign-up with this address again, with another link; one that was made in this browser comes first. `None` when none waits.
pub(super) async fn send_again(
    tx: &mut Tx,
    email: &EmailAddress,
    browser: Option<&str>,
    chosen: Option<ChosenTime>,
) -> Result<Option<Uuid>> {
    let now = tx.now();
    let Some(row) = sqlx::query!(
        "select id, token_hash, email, email_key, password_hash as \"password_hash!\", time_zone, language, browser_hash, details as \"details!\"
         from sign_ups where email_key = $1 and used_at is null and expires_at > $2 and details is not null
         order by coalesce(browser_hash = $3, false) desc, created_at desc, id desc limit 1",
        email.key(),
        now.to_sqlx(),
        browser.map(browser_hash)
    )
    .fetch_optional(tx.connection())
    .await?
    else {
        return Ok(None);
    };
    let domain = tx.domain().clone();
    let token = links::token_again(&domain, tx.connection(), row.id, &row.token_hash).await?;
    let details = key(&token).decrypt(row.id.as_bytes(), &row.details)?;
    let new = NewSignUp {
        email: &row.email,
        email_key: &row.email_key,
        password_hash: &row.password_hash,
        time_zone: &row.time_zone,
        language: &row.language,
        browser_hash: row.browser_hash,
        details: &details,
    };
    let id = insert(tx, &new).await?;
    tx.emit(Event::SignedUp { sign_up: id, chosen }).await?;
    Ok(Some(id))
}

/// Makes the account of a sign-up whose link was followed. All other sign-ups with the address end. The caller makes the person and commits.
///
/// # Errors
/// `identity.link_unknown`, `identity.link_expired`, `identity.link_used`.
pub(crate) async fn confirm_sign_up<P: DeserializeOwned>(
    tx: &mut Tx,
    token: &str,
    browser: Option<&str>,
) -> Result<Confirmed<P>> {
    let token = machine_form(token);
    let hash = links::hash(&token);
    let now = tx.now();
    let row = sqlx::query!(
        "select id, email, email_key, password_hash, time_zone, language, browser_hash, details, created_at, expires_at, used_at
         from sign_ups where token_hash = $1 for update",
        &hash[..]
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Code::LinkUnknown)?;
    usable(row.used_at.is_some(), row.expires_at.to_jiff(), now)?;
    let (Some(password_hash), Some(details)) = (row.password_hash, row.details) else { return Err(Code::LinkExpired.into()) };
    let details = key(&token).decrypt(row.id.as_bytes(), &details)?;
    let details: Details<P> = serde_json::from_slice(&details).map_err(Error::internal)?;
    let unreadable = || Error::internal("a sign-up that was accepted cannot be read");
    let name = parse_name(&details.name, &details.latin_name).map_err(|_| unreadable())?;
    let email = EmailAddress::parse(&row.email).map_err(|_| unreadable())?;
    let time_zone = known_zone(&row.time_zone).map_err(|_| unreadable())?;

    let user = tx.new_id::<UserId>();
    let new = NewUser { id: user, name: &name, email: &email, time_zone: time_zone.as_str(), language: &row.language };
    // Without one, another link of this address was followed at the same moment.
    let epoch = store::insert_user(tx.connection(), &new, now).await?.ok_or(Code::LinkUsed)?;
    store::set_password(tx.connection(), user, &password_hash, now).await?;
    let consent = tx.new_id::<EventId>().uuid();
    let created_at: Timestamp = row.created_at.to_jiff();
    store::insert_consent(tx.connection(), consent, user, &details.terms_version, created_at).await?;
    sqlx::query!(
        "update sign_ups set details = null, password_hash = null, used_at = case when id = $2 then $3::timestamptz end,
           expires_at = least(expires_at, $3)
         where email_key = $1 and used_at is null",
        row.email_key,
        row.id,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    let is_same = browser.is_some_and(|secret| row.browser_hash == Some(browser_hash(secret)));
    let session = if is_same && now.duration_since(created_at) < SIGNS_IN {
        sessions::insert(tx, user, epoch, SessionKind::Browser, Assurance::OneFactor).await?
    } else {
        None
    };
    Ok(Confirmed { user, name, time_zone, person: details.person, session, email_key: row.email_key })
}

/// The recipient of the mail with the link: nobody has proved yet that the address is theirs, so the mail must not contain what was typed.
pub(super) struct Addressee {
    pub(super) email: String,
    pub(super) time_zone: String,
    pub(super) language: String,
}

/// The addressee of a sign-up that waits; `None` when it was swept.
pub(super) async fn addressee(connection: &mut PgConnection, id: Uuid) -> Result<Option<Addressee>> {
    Ok(sqlx::query_as!(Addressee, "select email, time_zone, language from sign_ups where id = $1", id)
        .fetch_optional(connection)
        .await?)
}

/// The token of a sign-up, for its mail; `None` when it was swept.
pub(super) async fn token(domain: &Domain, connection: &mut PgConnection, id: Uuid) -> Result<Option<String>> {
    let stored =
        sqlx::query_scalar!("select token_hash from sign_ups where id = $1", id).fetch_optional(&mut *connection).await?;
    match stored {
        Some(stored) => links::token_again(domain, connection, id, &stored).await.map(Some),
        None => Ok(None),
    }
}

/// Erases what was typed in sign-ups that were not confirmed in time, and forgets their links a month later; returns how many rows it changed.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_sign_ups(domain: &Domain) -> Result<u64> {
    let now = domain.now();
    let erased = in_chunks(|| async {
        let done = sqlx::query!(
            "update sign_ups set details = null, password_hash = null
             where id = any(array(select id from sign_ups where expires_at <= $1 and details is not null limit $2))",
            now.to_sqlx(),
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    });
    let forgotten = in_chunks(|| async {
        let done = sqlx::query!(
            "delete from sign_ups where id = any(array(select id from sign_ups where expires_at < $1 limit $2))",
            (now - REMEMBERED).to_sqlx(),
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    });
    Ok(erased.await? + forgotten.await?)
}

struct NewSignUp<'a> {
    email: &'a str,
    email_key: &'a str,
    password_hash: &'a str,
    time_zone: &'a str,
    language: &'a str,
    browser_hash: Option<Vec<u8>>,
    /// [`Details`] as JSON, in the clear.
    details: &'a [u8],
}

async fn insert(tx: &mut Tx, new: &NewSignUp<'_>) -> Result<Uuid> {
    let (id, now) = (tx.new_id::<EventId>().uuid(), tx.now());
    let token = links::new_token(tx.domain(), id);
    let hash = links::hash(&token);
    let details = key(&token).encrypt(tx.domain().randomness(), id.as_bytes(), new.details);
    sqlx::query!(
        "insert into sign_ups (id, token_hash, email, email_key, password_hash, time_zone, language, browser_hash, details, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        id,
        &hash[..],
        new.email,
        new.email_key,
        new.password_hash,
        new.time_zone,
        new.language,
        new.browser_hash.as_deref(),
        details,
        now.to_sqlx(),
        (now + LIFE).to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// The key of what was typed in the sign-up with this token.
fn key(token: &str) -> Key {
    Key::new(sha256(&[b"sign-up key", token.as_bytes()]))
}

/// The hash of the secret that the browser of a sign-up holds.
fn browser_hash(secret: &str) -> Vec<u8> {
    sha256(&[b"browser", secret.as_bytes()]).to_vec()
}
