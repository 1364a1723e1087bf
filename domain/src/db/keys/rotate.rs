//! Replacing keys while servers run.
//!
//! A server that does not know a new key learns it from the database when it meets something that was made with it, and once a minute otherwise. Until
//! then it writes with the old key, which stays for reading; so nobody has to stop.

use super::{
    KeysError,
    store::{self, KeyRow},
    unwrap,
};
use crate::{
    Domain, Error,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    vault::{Key, KeyNumber, MasterKey, Purpose},
};
use jiff::{SignedDuration, Timestamp};
use model::ids::EventId;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

/// After this time every server has learned a new key: each looks once a minute.
const LEARNED_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// What [`rotate`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The new key of each purpose.
    pub keys: Vec<(Purpose, KeyNumber)>,
    /// How many patients' keys were wrapped with the new key.
    pub patients: u64,
    /// How many patients' keys do not open, and were left as they are.
    pub closed: u64,
}

/// Makes a new key for each of these purposes, and wraps the patients' keys with theirs. What was encrypted and signed with the old keys stays as it is.
///
/// # Errors
/// [`KeysError`]; the new keys may then exist already. They are good, and a repeat makes further ones.
pub async fn rotate(
    domain: &Domain,
    access: &Access,
    owner: &PgConnectOptions,
    purposes: &[Purpose],
) -> Result<Rotated, KeysError> {
    let mut connection = PgConnection::connect_with(owner).await.map_err(Error::from)?;
    let (master, source, now) = (domain.vault().master(), domain.randomness(), domain.now());
    let mut made = Vec::with_capacity(purposes.len());
    let mut transaction = connection.begin().await.map_err(Error::from)?;
    store::lock(&mut transaction).await?;
    let stored = store::rows(&mut transaction).await?;
    for purpose in purposes.iter().copied() {
        let newest = stored.iter().filter(|row| row.purpose == purpose).max_by_key(|row| row.number).ok_or(KeysError::NoKeys)?;
        // The new key must not be wrapped by another master key than the rest.
        unwrap(&**master, newest).await?;
        let (number, key) = (newest.number.next()?, Key::random(source));
        let row = KeyRow::wrap((purpose, number), &key, &**master, source, now).await.map_err(KeysError::Master)?;
        store::retire(&mut transaction, purpose, now).await?;
        store::insert(&mut transaction, &row).await?;
        made.push((purpose, number, key));
    }
    transaction.commit().await.map_err(Error::from)?;
    for (purpose, number, key) in &made {
        domain.vault().learn(*purpose, *number, key.clone());
    }
    let (patients, closed) = if purposes.contains(&Purpose::Wrap) {
        store::rewrap_patients(&mut connection, domain.vault(), source).await?
    } else {
        (0, 0)
    };
    connection.close().await.map_err(Error::from)?;
    let entry = Audit::of(AuditAction::KeysRotated).with("keys", i64::try_from(made.len()).unwrap_or(i64::MAX));
    note(domain, access, entry.with("patients", i64::try_from(patients).unwrap_or(i64::MAX))).await?;
    Ok(Rotated { keys: made.into_iter().map(|(purpose, number, _)| (purpose, number)).collect(), patients, closed })
}

/// Wraps all keys with another master key; the keys stay the same. Servers that run keep working, because they have the keys unwrapped; each needs the
/// new master key in its configuration before its next start, and before keys are rotated again. Returns how many keys were wrapped.
///
/// # Errors
/// [`KeysError`], [`KeysError::TooSoon`] up to two minutes after a rotation; nothing was changed then.
pub async fn change_master(
    domain: &Domain,
    access: &Access,
    owner: &PgConnectOptions,
    new: &dyn MasterKey,
) -> Result<usize, KeysError> {
    let mut connection = PgConnection::connect_with(owner).await.map_err(Error::from)?;
    let (old, source) = (domain.vault().master(), domain.randomness());
    let mut transaction = connection.begin().await.map_err(Error::from)?;
    store::lock(&mut transaction).await?;
    let stored = store::rows(&mut transaction).await?;
    stored.iter().try_for_each(|row| learned_everywhere(row, domain.now()))?;
    for row in &stored {
        let key = unwrap(&**old, row).await?;
        let place = (row.purpose, row.number);
        let wrapped = KeyRow::wrap(place, &key, new, source, row.created_at).await.map_err(KeysError::Master)?;
        // Whatever the new master key answers: it must open what it has wrapped.
        unwrap(new, &wrapped).await?;
        store::rewrap(&mut transaction, &wrapped).await?;
    }
    transaction.commit().await.map_err(Error::from)?;
    connection.close().await.map_err(Error::from)?;
    let count = i64::try_from(stored.len()).unwrap_or(i64::MAX);
    note(domain, access, Audit::of(AuditAction::KeysMasterChanged).with("keys", count)).await?;
    Ok(stored.len())
}

/// Refuses a key that servers may not have learned. The first key of a purpose is known to every server that uses it: it was there when they started.
fn learned_everywhere(row: &KeyRow, now: Timestamp) -> Result<(), KeysError> {
    let age = now.duration_since(row.created_at).abs();
    if row.number == KeyNumber::FIRST || age >= LEARNED_AFTER {
        return Ok(());
    }
    let seconds = (LEARNED_AFTER - age).as_secs().max(1);
    Err(KeysError::TooSoon { purpose: row.purpose.as_str(), number: row.number, seconds })
}

/// Writes the audit entry in a transaction of its own: keys are written as the owner of the schema, audit rows as the server's role.
async fn note(domain: &Domain, access: &Access, entry: Audit) -> crate::Result<()> {
    let tx = domain.begin("keys.changed", access).await?;
    tx.commit(entry.on(ResourceKind::System, domain.new_id::<EventId>())).await
}
