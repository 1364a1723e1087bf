//! Opening the keys at a start.

use super::{
    KeysError,
    store::{self, KeyRow},
    unwrap,
};
use crate::{
    Error, Result,
    randomness::Randomness,
    vault::{Key, KeyNumber, MasterKey, PatientKey, Purpose, Rings, Vault, equal_in_constant_time},
};
use jiff::Timestamp;
use sqlx::{
    Connection, PgConnection, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{collections::BTreeMap, fmt, sync::Arc};

/// What a database has when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No keys, and nothing that was written with one: keys may be made, and a master key too.
    New,
    /// Data of a version before schema 30, whose keys were derived from the master key.
    Derived,
    /// Keys.
    Kept,
}

/// What a database has, which may have an older schema or none.
///
/// # Errors
/// `database.unavailable`.
pub async fn state(owner: &PgConnectOptions) -> Result<State> {
    let mut connection = PgConnection::connect_with(owner).await?;
    let state = state_in(&mut connection).await?;
    connection.close().await?;
    Ok(state)
}

/// Compares a master key with a database that is not migrated yet, and changes nothing: a start with the wrong key must not even migrate.
///
/// # Errors
/// [`KeysError`].
pub async fn compare(owner: &PgConnectOptions, state: State, master: &dyn MasterKey) -> Result<(), KeysError> {
    let mut connection = PgConnection::connect_with(owner).await.map_err(Error::from)?;
    match state {
        State::New => {}
        State::Derived => drop(derived(&mut connection, master).await?),
        State::Kept => drop(unwrap_all(&mut connection, master).await?),
    }
    Ok(connection.close().await.map_err(Error::from)?)
}

async fn state_in(connection: &mut PgConnection) -> Result<State> {
    let tables = store::tables(connection).await?;
    if tables.keys && !store::rows(connection).await?.is_empty() {
        return Ok(State::Kept);
    }
    if !tables.data {
        return Ok(State::New);
    }
    let sample = store::sample(connection).await?;
    Ok(if sample.patient.is_some() || sample.audited.is_some() { State::Derived } else { State::New })
}

/// The keys of a database while they are opened: nobody else can make keys meanwhile.
pub struct Opening {
    pool: PgPool,
    transaction: Transaction<'static, Postgres>,
    state: State,
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Opening {
    /// Locks the table of the keys of a migrated database, as the owner of the schema.
    ///
    /// # Errors
    /// `database.unavailable`.
    pub async fn begin(owner: &PgConnectOptions) -> Result<Self> {
        let pool = PgPoolOptions::new().max_connections(1).connect_with(owner.clone()).await?;
        let mut transaction = pool.begin().await?;
        store::lock(&mut transaction).await?;
        let state = state_in(&mut transaction).await?;
        Ok(Self { pool, transaction, state })
    }

    /// What the database has.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// Unwraps the keys, and makes those that are missing: all of them in a new database, and those of purposes that this version has added. In a
    /// database from before schema 30 the derived keys become key 1 of each purpose, if they fit its data.
    ///
    /// # Errors
    /// [`KeysError`]; nothing was changed then.
    pub async fn finish(self, master: Arc<dyn MasterKey>, source: &dyn Randomness, now: Timestamp) -> Result<Vault, KeysError> {
        let Self { pool, mut transaction, state } = self;
        let opened = match open(&mut transaction, state, &*master, source, now).await {
            Ok(rings) => transaction.commit().await.map(|()| rings).map_err(|error| KeysError::from(Error::from(error))),
            Err(error) => transaction.rollback().await.map_err(Error::from).map_err(KeysError::from).and(Err(error)),
        };
        pool.close().await;
        Ok(Vault::new(master, opened?)?)
    }
}

/// Unwraps the keys that there are, and makes and stores the missing ones.
async fn open(
    connection: &mut PgConnection,
    state: State,
    master: &dyn MasterKey,
    source: &dyn Randomness,
    now: Timestamp,
) -> Result<Rings, KeysError> {
    let mut rings = match state {
        State::New => Rings::new(),
        State::Kept => unwrap_all(connection, master).await?,
        State::Derived => derived(connection, master).await?,
    };
    for purpose in Purpose::ALL {
        rings.entry(purpose).or_insert_with(|| first(Key::random(source)));
    }
    let stored = store::rows(connection).await?;
    for (purpose, ring) in &rings {
        for (number, key) in ring {
            if !stored.iter().any(|row| (row.purpose, row.number) == (*purpose, *number)) {
                let row = KeyRow::wrap((*purpose, *number), key, master, source, now).await.map_err(KeysError::Master)?;
                store::insert(connection, &row).await?;
            }
        }
    }
    Ok(rings)
}

/// The keys that an earlier version derived, after a comparison with what it wrote.
async fn derived(connection: &mut PgConnection, master: &dyn MasterKey) -> Result<Rings, KeysError> {
    let given = || master.name().to_owned();
    let derived = |purpose| master.derived(purpose).ok_or_else(|| KeysError::NeedsFile { given: given() });
    let mut rings = Rings::new();
    for purpose in Purpose::ALL {
        rings.insert(purpose, first(derived(purpose)?));
    }
    let sample = store::sample(connection).await?;
    let fits = match (sample.patient, sample.audited) {
        (Some((patient, wrapped)), _) => PatientKey::opens(patient, &derived(Purpose::Wrap)?, &wrapped),
        (None, Some((body, mac))) => equal_in_constant_time(&derived(Purpose::Audit)?.hmac(&[&body]), &mac),
        (None, None) => true,
    };
    if fits { Ok(rings) } else { Err(KeysError::OtherData { given: given() }) }
}

/// Unwraps the keys of a database without changing anything, as the server's role.
///
/// # Errors
/// [`KeysError`].
pub async fn load(app: &PgConnectOptions, master: Arc<dyn MasterKey>) -> Result<Vault, KeysError> {
    let mut connection = PgConnection::connect_with(app).await.map_err(Error::from)?;
    let rings = unwrap_all(&mut connection, &*master).await?;
    connection.close().await.map_err(Error::from)?;
    if rings.is_empty() { Err(KeysError::NoKeys) } else { Ok(Vault::new(master, rings)?) }
}

async fn unwrap_all(connection: &mut PgConnection, master: &dyn MasterKey) -> Result<Rings, KeysError> {
    let mut rings = Rings::new();
    for row in store::rows(connection).await? {
        let key = unwrap(master, &row).await?;
        rings.entry(row.purpose).or_default().insert(row.number, key);
    }
    Ok(rings)
}

fn first(key: Key) -> BTreeMap<KeyNumber, Key> {
    BTreeMap::from([(KeyNumber::FIRST, key)])
}
