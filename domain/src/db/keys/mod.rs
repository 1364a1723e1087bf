//! The keys of the installation in the database: made once, compared with the master key at each start, replaced without a stop (ADR 24).
//!
//! Invariants
//! - A server connects only with a master key that opens every key of its database ([`Opening`], [`load`]).
//! - Keys are made under a lock of their table, so that two first starts cannot make two sets.
//! - A key is never changed or deleted here. A newer one retires it, and it stays for reading.
//! - Only the owner of the schema writes keys; the server's role reads them.

mod open;
mod rotate;
mod status;
mod store;

pub use open::{Opening, State, compare, load, state};
pub use rotate::{Rotated, change_master, rotate};
pub use status::{KeyStatus, status};

use crate::{
    Error, Result,
    vault::{Key, KeyNumber, MasterError, MasterKey, Purpose, Vault, equal_in_constant_time},
};
use sqlx::PgConnection;
use store::KeyRow;

/// Why the keys of a database cannot be used. Each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// Another master key has wrapped the keys.
    #[error(
        "the keys of this database belong to another master key: the database has `{database}`, the configuration `{given}`. Nothing was changed. \
         Configure the master key of the database: put its file back from the backup of the keys, or name its key of the KMS (docs/backup.md). \
         With another key nothing could be read. If this is the wrong database, correct database.url"
    )]
    OtherMaster {
        /// The name of the master key that has wrapped them.
        database: String,
        /// The name of the configured one.
        given: String,
    },
    /// Data from before schema 30 was written with another master key.
    #[error(
        "the data in this database was written with another master key than the configured `{given}`. Nothing was changed. Put the file of its master \
         key back from the backup of the keys (docs/backup.md)"
    )]
    OtherData {
        /// The name of the configured master key.
        given: String,
    },
    /// Data from before schema 30, and a master key that never leaves its KMS.
    #[error(
        "this database was written with keys that are derived from a master key file, and the configuration names `{given}`. Start once with the file, \
         then run `bedside keys rotate --master`"
    )]
    NeedsFile {
        /// The name of the configured master key.
        given: String,
    },
    /// A key is not the one that it was.
    #[error(
        "key {number} for {purpose} in this database is damaged. Restore the table installation_keys from the backup of the keys"
    )]
    Damaged {
        /// The purpose.
        purpose: &'static str,
        /// Its number.
        number: i16,
    },
    /// A key is so new that servers may not have learned it, and none can learn it under another master key.
    #[error(
        "key {number} for {purpose} is new, and servers that run may not know it yet; under another master key they could not learn it. Nothing was changed. \
         Repeat this in {seconds} seconds"
    )]
    TooSoon {
        /// The purpose.
        purpose: &'static str,
        /// Its number.
        number: KeyNumber,
        /// How long to wait.
        seconds: i64,
    },
    /// The database has no keys.
    #[error("this database has no keys yet. Run `bedside migrate` with this configuration")]
    NoKeys,
    /// The master key does not answer.
    #[error(transparent)]
    Master(MasterError),
    /// The database does not answer.
    #[error("the keys cannot be read from or written to the database")]
    Database(#[from] Error),
}

/// Unwraps the keys that another process has made since, and adds them to the vault; returns how many.
///
/// # Errors
/// `internal` with [`KeysError`] as its cause; `database.unavailable`.
pub(crate) async fn learn(connection: &mut PgConnection, vault: &Vault) -> Result<usize> {
    let mut learned = 0;
    for row in store::rows(connection).await? {
        if vault.numbers(row.purpose).contains(&row.number) {
            continue;
        }
        let key = unwrap(&**vault.master(), &row).await.map_err(Error::internal)?;
        vault.learn(row.purpose, row.number, key);
        learned += 1;
    }
    Ok(learned)
}

/// Unwraps a stored key and compares it with its check value.
async fn unwrap(master: &dyn MasterKey, row: &KeyRow) -> Result<Key, KeysError> {
    let key = match master.unwrap(&row.place(), &row.wrapped).await {
        Ok(key) => key,
        Err(MasterError::Refused) => {
            return Err(KeysError::OtherMaster { database: row.wrapped_by.clone(), given: master.name().to_owned() });
        }
        Err(error) => return Err(KeysError::Master(error)),
    };
    if equal_in_constant_time(&check_value(row.purpose, &key), &row.check_value) {
        Ok(key)
    } else {
        Err(KeysError::Damaged { purpose: row.purpose.as_str(), number: row.number.get() })
    }
}

/// What is stored beside a wrapped key, to recognise it.
fn check_value(purpose: Purpose, key: &Key) -> [u8; 32] {
    key.hmac(&[b"bedside/key-check/1", purpose.as_str().as_bytes()])
}
