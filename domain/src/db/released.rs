//! A connection goes back to the pool without a transaction.
//!
//! When a request ends at the moment in which its transaction begins, because its browser has gone to another page, sqlx 0.9 does not know yet that there
//! is one, and does not roll it back. What the next use case writes on this connection without a transaction of its own would be lost, though the
//! database has accepted it.

use sqlx::{Connection, Error, PgConnection};

/// Rolls back a transaction of which sqlx does not know. For connections that go back to the pool: it takes a round trip, for which no request waits.
pub(super) async fn end_transaction(connection: &mut PgConnection) -> Result<bool, Error> {
    // After the statement with which a transaction begins, sqlx asks the connection whether it is in one. This statement begins none.
    match connection.begin_with("select 1").await {
        Ok(transaction) => transaction.rollback().await?,
        Err(Error::BeginFailed) => {}
        Err(error) => return Err(error),
    }
    Ok(true)
}
