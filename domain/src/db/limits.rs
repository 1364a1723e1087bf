//! How long a statement, a wait for a lock and an idle transaction may last, and the turns of work that one copy of the server does at a time.
//!
//! Without limits one forgotten transaction stops the dispatcher and the sealer of all copies, because both wait for every transaction that began earlier.
//! The limits hold for the connections of the server. Migrations, backups and dumps use the role that owns the schema, which has none.

use crate::{Domain, Result};
use sqlx::{PgConnection, Postgres, Transaction};

/// Sets the limits of a new connection. No use case comes near them: each ends after some milliseconds.
///
/// Postgres does not compile queries to machine code here: whether it does depends on an estimate, and the compiling takes a hundred times as long as any
/// of our queries.
pub(super) async fn set(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let limits =
        "set statement_timeout = '30s'; set lock_timeout = '10s'; set idle_in_transaction_session_timeout = '30s'; set jit = off";
    sqlx::raw_sql(limits).execute(connection).await.map(drop)
}

/// Lifts the limits until the end of the transaction, for work that takes long and is done rarely.
///
/// # Errors
/// `database.unavailable`.
pub(crate) async fn lift(connection: &mut PgConnection) -> Result<()> {
    let none = "set local statement_timeout = 0; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0";
    sqlx::raw_sql(none).execute(connection).await?;
    Ok(())
}

/// Work that one copy of the server does at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Deleting what has expired.
    Sweeping,
    /// Depositing seals outside of the database.
    Depositing,
}

impl Work {
    /// The advisory lock of the work.
    const fn lock(self) -> i64 {
        match self {
            Self::Sweeping => 0x6265_6473_7377_7031,
            Self::Depositing => 0x6265_6473_6465_7031,
        }
    }
}

/// The right to do some work until this value is dropped. It holds a connection, and a transaction that changes nothing.
#[derive(Debug)]
pub struct Turn {
    _transaction: Transaction<'static, Postgres>,
}

impl Domain {
    /// The right to do some work; `None` while another copy of the server does it.
    ///
    /// # Errors
    /// `database.unavailable`.
    pub async fn turn(&self, work: Work) -> Result<Option<Turn>> {
        let mut transaction = self.pool().begin().await?;
        // The work runs on other connections, so this transaction is idle.
        lift(&mut transaction).await?;
        let elected = sqlx::query_scalar!("select pg_try_advisory_xact_lock($1) as \"elected!\"", work.lock())
            .fetch_one(&mut *transaction)
            .await?;
        Ok(elected.then_some(Turn { _transaction: transaction }))
    }
}

/// How many rows a sweep deletes in one statement, and how many such statements it makes for one table in a round. A large backlog takes several rounds.
pub(crate) const ROWS_SWEPT: i64 = 5_000;
const CHUNKS_SWEPT: u32 = 20;

/// Deletes in chunks: calls `delete`, which deletes at most [`ROWS_SWEPT`] rows and returns how many, until there are no more; returns how many in all. Each
/// chunk is a short transaction, so that nothing waits for it.
///
/// # Errors
/// The error of `delete`.
pub(crate) async fn in_chunks<F>(mut delete: impl FnMut() -> F) -> Result<u64>
where
    F: Future<Output = Result<u64>>,
{
    let mut rows = 0;
    for _ in 0..CHUNKS_SWEPT {
        let deleted = delete().await?;
        rows += deleted;
        if deleted < ROWS_SWEPT.unsigned_abs() {
            break;
        }
    }
    Ok(rows)
}
