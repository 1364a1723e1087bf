//! How the job queue stands.

use crate::{Domain, Result, db::QUEUE_SCHEMA};
use sqlx::AssertSqlSafe;

/// Jobs that are not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobQueue {
    /// Waiting, running or to be tried again.
    pub waiting: i64,
    /// Given up.
    pub failed: i64,
}

/// How the job queue stands; for health.
///
/// # Errors
/// `database.unavailable`.
pub async fn job_queue(domain: &Domain) -> Result<JobQueue> {
    // The queue's library makes its view at start, so the query cannot be checked when this is compiled.
    let query = format!(
        "select count(*) filter (where attempts < max_attempts), count(*) filter (where attempts >= max_attempts) from {QUEUE_SCHEMA}.jobs"
    );
    let (waiting, failed) = sqlx::query_as(AssertSqlSafe(query)).fetch_one(domain.pool()).await?;
    Ok(JobQueue { waiting, failed })
}
