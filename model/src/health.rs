//! How the system is: what readiness decides by, and what the administrators' page shows.

use crate::audit::SealView;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Sealing and dispatching take about a second; later than this, something hangs.
pub const LATE_SECS: i64 = 60;

/// A reading of all parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthReport {
    /// When it was read.
    pub at: Timestamp,
    /// How long the database took to answer; none when it did not.
    pub database_micros: Option<u64>,
    /// Whether the schema is at least as new as this binary needs.
    pub schema_current: bool,
    /// The rest, which needs the database.
    pub parts: Option<HealthParts>,
    /// The relay, when it runs in this process.
    pub relay: Option<RelayFigures>,
}

/// What stands in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthParts {
    /// Events that wait to be passed on.
    pub events_waiting: i64,
    /// The oldest of them.
    pub oldest_event_at: Option<Timestamp>,
    /// Jobs that wait in the queue.
    pub jobs_waiting: i64,
    /// Jobs that were given up.
    pub jobs_failed: i64,
    /// Mails that wait or are tried again.
    pub mails_queued: i64,
    /// The oldest of them.
    pub oldest_mail_at: Option<Timestamp>,
    /// Mails that were given up.
    pub mails_dead: i64,
    /// The audit's seals.
    pub seals: SealView,
}

/// What the relay has done since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayFigures {
    /// Allocations alive now.
    pub allocations: u64,
    /// Allocations made.
    pub allocations_made: u64,
    /// Payload bytes relayed.
    pub bytes_relayed: u64,
    /// Requests refused: peers, credentials, quotas.
    pub refused: u64,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthFault {
    /// The database does not answer.
    DatabaseUnreachable,
    /// The schema is older than this binary needs.
    SchemaOld,
    /// Events wait too long: the dispatcher hangs.
    DispatcherStuck,
    /// Audit rows wait too long for their seal.
    SealingLate,
}

impl HealthReport {
    /// Everything for which this process should get no requests.
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
