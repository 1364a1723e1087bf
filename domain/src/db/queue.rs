//! Adding jobs to the queue, in the transaction of the caller.

use super::{Domain, QUEUE_SCHEMA};
use crate::{Error, Result};
use graphile_worker::{JobSpecBuilder, WorkerUtils};
use serde::Serialize;
use sqlx::PgConnection;

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
