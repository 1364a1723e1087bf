//! What an operator can know about the keys.

use super::{KeysError, store, unwrap};
use crate::{
    Error,
    vault::{KeyNumber, MasterKey, Purpose},
};
use jiff::Timestamp;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

/// One key of the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyStatus {
    /// What it is for.
    pub purpose: Purpose,
    /// Its number.
    pub number: KeyNumber,
    /// The name of the master key that has wrapped it.
    pub wrapped_by: String,
    /// When it was made, or taken over from a version that derived it.
    pub created_at: Timestamp,
    /// When a newer one took its place.
    pub retired_at: Option<Timestamp>,
    /// Whether the configured master key opens it.
    pub opens: bool,
    /// For [`Purpose::Wrap`]: how many patients' keys it has wrapped.
    pub patients: Option<i64>,
}

/// All keys, by purpose and number, compared with a master key. It changes nothing and uses the server's role.
///
/// # Errors
/// [`KeysError::NoKeys`]; [`KeysError::Master`] when the master key does not answer; [`KeysError::Database`].
pub async fn status(app: &PgConnectOptions, master: &dyn MasterKey) -> Result<Vec<KeyStatus>, KeysError> {
    let mut connection = PgConnection::connect_with(app).await.map_err(Error::from)?;
    let rows = store::rows(&mut connection).await?;
    let patients = store::patients_by_key(&mut connection).await?;
    connection.close().await.map_err(Error::from)?;
    let mut keys = Vec::with_capacity(rows.len());
    for row in rows {
        let opens = match unwrap(master, &row).await {
            Ok(_) => true,
            Err(KeysError::OtherMaster { .. } | KeysError::Damaged { .. }) => false,
            Err(error) => return Err(error),
        };
        let wrapped = || patients.iter().find(|(number, _)| *number == row.number).map_or(0, |(_, count)| *count);
        keys.push(KeyStatus {
            purpose: row.purpose,
            number: row.number,
            opens,
            patients: (row.purpose == Purpose::Wrap).then(wrapped),
            wrapped_by: row.wrapped_by,
            created_at: row.created_at,
            retired_at: row.retired_at,
        });
    }
    if keys.is_empty() { Err(KeysError::NoKeys) } else { Ok(keys) }
}
