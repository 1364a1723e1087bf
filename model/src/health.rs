//! The state of the system: the readiness check uses it to decide, and the administrators' page shows it.

use crate::audit::SealView;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Sealing and dispatching take about a second. If they take longer than this, something hangs.
pub const LATE_SECS: i64 = 60;

/// The state of all parts of the system at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthReport {
    /// When the state was read.
    pub at: Timestamp,
    /// How long the database took to answer, in microseconds; none when it did not answer.
    pub database_micros: Option<u64>,
    /// Whether the schema is at least as new as this binary requires.
    pub schema_current: bool,
    /// The state of the other parts; none when the database did not answer.
    pub parts: Option<HealthParts>,
    /// The relay, when it runs in this process.
    pub relay: Option<RelayFigures>,
}

/// The state that is read from the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthParts {
    /// Events that the dispatcher has not processed yet.
    pub events_waiting: i64,
    /// The time of the oldest of these events.
    pub oldest_event_at: Option<Timestamp>,
    /// Jobs that wait in the queue.
    pub jobs_waiting: i64,
    /// Jobs that failed for good.
    pub jobs_failed: i64,
    /// Mails that wait to be sent or to be retried.
    pub mails_queued: i64,
    /// The time of the oldest of these mails.
    pub oldest_mail_at: Option<Timestamp>,
    /// Mails that failed for good.
    pub mails_dead: i64,
    /// The seals of the audit log.
    pub seals: SealView,
}

/// Counters of the relay since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayFigures {
    /// Allocations that exist now.
    pub allocations: u64,
    /// Allocations created.
    pub allocations_made: u64,
    /// Payload bytes relayed.
    pub bytes_relayed: u64,
    /// Requests refused because of their peer address, credentials or quota.
    pub refused: u64,
}

/// A fault of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthFault {
    /// The database does not answer.
    DatabaseUnreachable,
    /// The schema is older than this binary requires.
    SchemaOld,
    /// Events have been waiting too long: the dispatcher hangs.
    DispatcherStuck,
    /// Audit rows have been waiting too long for their seal.
    SealingLate,
}

impl HealthReport {
    /// All faults. A process that has one should receive no requests.
    #[must_use]
    pub fn faults(&self) -> Vec<HealthFault> {
        let Some(parts) = self.parts.filter(|_| self.database_micros.is_some()) else {
            return vec![HealthFault::DatabaseUnreachable];
        };
        let waits = parts.oldest_event_at.map_or(0, |at| self.at.duration_since(at).as_secs());
        [
            (!self.schema_current, HealthFault::SchemaOld),
            (waits > LATE_SECS, HealthFault::DispatcherStuck),
            (parts.seals.late_secs(self.at) > LATE_SECS, HealthFault::SealingLate),
        ]
        .into_iter()
        .filter_map(|(wrong, fault)| wrong.then_some(fault))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    fn report(oldest: Option<Timestamp>) -> HealthReport {
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
        let seals = SealView { seals: 1, last_sealed_at: Some(at), unsealed: 1, oldest_unsealed_at: oldest };
        let parts = HealthParts {
            events_waiting: 1,
            oldest_event_at: oldest,
            jobs_waiting: 0,
            jobs_failed: 0,
            mails_queued: 0,
            oldest_mail_at: None,
            mails_dead: 0,
            seals,
        };
        HealthReport { at, database_micros: Some(900), schema_current: true, parts: Some(parts), relay: None }
    }

    #[test]
    fn what_waits_for_more_than_a_minute_is_a_fault() {
        let fresh = report(None);
        assert_eq!(fresh.faults(), []);
        let minute = fresh.at - SignedDuration::from_secs(LATE_SECS);
        assert_eq!(report(Some(minute)).faults(), []);
        let later = minute - SignedDuration::from_secs(1);
        assert_eq!(report(Some(later)).faults(), [HealthFault::DispatcherStuck, HealthFault::SealingLate]);
        let gone = HealthReport { database_micros: None, parts: None, ..fresh };
        assert_eq!(gone.faults(), [HealthFault::DatabaseUnreachable]);
    }
}
