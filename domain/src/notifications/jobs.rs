//! The state of the job queue.

use crate::{Domain, Error, Result, db::QUEUE_SCHEMA};
use chrono::{DateTime, Utc};
use jiff::Timestamp;
use model::health::MOST_COUNTED;
use sqlx::AssertSqlSafe;

/// How many jobs are not done. Both counts together end at [`MOST_COUNTED`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobQueue {
    /// Waiting, running or to be retried.
    pub waiting: i64,
    /// Given up after the last attempt.
    pub failed: i64,
}

/// The state of the job queue; for health.
///
/// # Errors
/// `database.unavailable`.
pub async fn job_queue(domain: &Domain) -> Result<JobQueue> {
    // The queue's library creates its view at start, so the query cannot be checked at compile time.
    let query = format!(
        "select count(*) filter (where attempts < max_attempts), count(*) filter (where attempts >= max_attempts)
         from (select attempts, max_attempts from {QUEUE_SCHEMA}.jobs limit {MOST_COUNTED}) jobs"
    );
    let (waiting, failed) = sqlx::query_as(AssertSqlSafe(query)).fetch_one(domain.pool()).await?;
    Ok(JobQueue { waiting, failed })
}

/// A moment as the queue's library takes it.
pub(super) fn run_at(moment: Timestamp) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp(moment.as_second(), 0).ok_or_else(|| Error::internal("a moment that the job queue does not know"))
}
