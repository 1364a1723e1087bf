//! Somebody who has signed in at a provider makes an account here, and tells what the provider does not.

use super::{
    ForeignPerson, ForeignReturn,
    begin::browser_hash,
    log_out::sid_hash,
    store::{self, Joining},
};
use crate::{
    Domain, Error, Result,
    access::Access,
    audit::{Audit, AuditAction},
    db::Tx,
    identity::{
        devices,
        sessions::{self, Assurance, SessionKind},
        sign_in::SignedIn,
        store::{NewUser, insert_consent, insert_user},
    },
    vault::{Key, sha256},
};
use model::{
    errors::Code,
    identity::{EmailAddress, WrittenName},
    ids::{EventId, ForeignIdentityId, UserId},
    locale::TimeZoneName,
};
use serde::{Deserialize, Serialize};

/// What a provider says about a person who may create an account in this browser.
#[derive(Clone, PartialEq, Eq)]
pub struct ForeignSignUp {
    /// The key of the provider in the configuration.
    pub provider: String,
    /// The address, which the provider has confirmed.
    pub email: String,
    /// The name; may be empty.
    pub name: String,
    /// The IANA time zone, if the provider tells one.
    pub zone: Option<String>,
}

/// The part of it that is stored encrypted.
#[derive(Serialize, Deserialize)]
struct Details {
    name: String,
    zone: Option<String>,
    sid: Option<String>,
}

/// An account that was just made. The caller makes the person and commits.
pub(crate) struct Joined {
    pub(crate) signed_in: SignedIn,
    pub(crate) identity: ForeignIdentityId,
    email_key: String,
}

impl Joined {
    /// Records, after the commit, that the owner has proved that the address is theirs.
    pub(crate) fn prove(&self, domain: &Domain, access: &Access) {
        domain.attempts().prove(&self.email_key, self.signed_in.user, access);
    }
}

/// Stores what a provider says about a person who may create an account, until the person has completed the form.
pub(super) async fn wait(
    domain: &Domain,
    access: &Access,
    returned: &ForeignReturn,
    person: &ForeignPerson,
    email: &EmailAddress,
) -> Result<()> {
    let details = Details { name: person.name.clone(), zone: person.zone.clone(), sid: person.sid.clone() };
    let plain = serde_json::to_vec(&details).map_err(Error::internal)?;
    let sealed = key(&returned.browser).encrypt(domain.randomness(), returned.sign_in.as_bytes(), &plain);
    let mut tx = domain.begin("identity.foreign_may_join", access).await?;
    store::wait_to_join(&mut tx, returned.sign_in, person, email.as_str(), &sealed).await?;
    let entry = Audit::of(AuditAction::IdentityForeignMayJoin);
    tx.commit(entry.with_id("sign_up", EventId::from(returned.sign_in))).await
}

/// What a provider says about the person who may create an account in the browser with this secret; `None` when there is no such person.
///
/// # Errors
/// `database.unavailable`.
pub async fn waiting_sign_up(domain: &Domain, browser: &str) -> Result<Option<ForeignSignUp>> {
    let mut connection = domain.pool().acquire().await?;
    let found = store::joining(&mut connection, &browser_hash(browser), domain.now()).await?;
    let Some(found) = found else { return Ok(None) };
    let Details { name, zone, .. } = details_of(&found, browser)?;
    Ok(Some(ForeignSignUp { provider: found.provider, email: found.email, name, zone }))
}

fn details_of(found: &Joining, browser: &str) -> Result<Details> {
    let plain = key(browser).decrypt(found.id.as_bytes(), &found.details)?;
    serde_json::from_slice(&plain).map_err(Error::internal)
}

/// Creates the account of the person who came from a provider in the browser with this secret, links the identity, records the consent to the terms of use,
/// and begins a session.
///
/// # Errors
/// `identity.sign_in_expired` when the sign-up in this browser is too old, or the address has got an account since.
pub(crate) async fn join(tx: &mut Tx, browser: &str, name: &WrittenName, zone: &TimeZoneName, language: &str) -> Result<Joined> {
    let now = tx.now();
    let found = store::joining(tx.connection(), &browser_hash(browser), now).await?.ok_or(Code::SignInExpired)?;
    if !store::take_joining(tx, found.id).await? {
        return Err(Code::SignInExpired.into());
    }
    let unreadable = |_| Error::internal("an address that was accepted cannot be read");
    let email = EmailAddress::parse(&found.email).map_err(unreadable)?;
    let user = tx.new_id::<UserId>();
    let new = NewUser { id: user, name, email: &email, time_zone: zone.as_str(), language };
    let epoch = insert_user(tx.connection(), &new, now).await?.ok_or(Code::SignInExpired)?;
    let told: [&str; 4] = [found.provider.as_str(), &found.issuer, &found.subject, &found.email];
    let identity = store::link(tx, user, told).await?.ok_or(Code::SignInExpired)?;
    let (consent, terms) = (tx.new_id::<EventId>().uuid(), tx.domain().settings().terms_version.clone());
    insert_consent(tx.connection(), consent, user, &terms, now).await?;
    let session = sessions::insert(tx, user, epoch, SessionKind::Browser, Assurance::OneFactor).await?;
    let session = session.ok_or(Code::SignInExpired)?;
    let sid_hash = details_of(&found, browser)?.sid.map(|sid| sid_hash(&found.issuer, &sid));
    sessions::keep_identity(tx, session, identity, sid_hash.as_ref().map(|hash| &hash[..])).await?;
    let device = tx.access().device;
    if let Some(device) = device {
        devices::signed_in(tx, user, session, device).await?;
    }
    Ok(Joined { signed_in: SignedIn { user, session }, identity, email_key: email.key().to_owned() })
}

/// The key of what a provider has told, for the browser with this secret.
fn key(browser: &str) -> Key {
    Key::new(sha256(&[b"foreign sign-up key ", browser.as_bytes()]))
}
