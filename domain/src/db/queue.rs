//! Adding jobs to the queue, in the transaction of the caller.

use super::{Domain, QUEUE_SCHEMA};
use crate::{Error, Result};
use graphile_worker::{JobSpecBuilder, WorkerUtils};
use serde::Serialize;
use sqlx::PgConnection;

/// How soon a job runs: of the jobs that are due, the queue takes the most urgent first, and among these the one that is due for longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// Somebody sits and waits for it: a code, or a link with which they go on.
    Code,
    /// It tells what has just happened.
    Notice,
    /// It says what was known before, and thousands may be due at once.
    Reminder,
}

impl Urgency {
    /// The priority in the queue: the lowest runs first, and 0 is what the queue takes when none is said.
    pub(crate) const fn priority(self) -> i16 {
        match self {
            Self::Code => -10,
            Self::Notice => 0,
            Self::Reminder => 10,
        }
    }
}

/// Adds a job. It runs after the commit.
pub(crate) async fn add_job<P: Serialize + Send + 'static>(
    domain: &Domain,
    connection: &mut PgConnection,
    (task, payload): (&'static str, P),
    spec: JobSpecBuilder,
) -> Result<()> {
    let queue = WorkerUtils::new(domain.pool().clone(), QUEUE_SCHEMA);
    queue.with_executor(connection).add_raw_job(task, payload, spec.build()).await.map_err(Error::internal)?;
    Ok(())
}
