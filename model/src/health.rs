//! The state of the system. The administrators' page shows all of it. Only what is wrong with one process decides whether that process gets requests
//! ([`HealthFault::is_of_one_process`]): a fault that all processes share would take the whole site down.

use crate::audit::SealView;
use crate::ids::EventId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Sealing and dispatching take about a second. If they take longer than this, something hangs.
pub const LATE_SECS: i64 = 60;

/// Waiting rows are counted up to this number, so that reading the state costs the same however many wait. A count of this number means "at least".
pub const MOST_COUNTED: i64 = 10_000;

/// The state of all parts of the system at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthReport {
    /// When the state was read.
    pub at: Timestamp,
    /// How long the database took to answer, in microseconds; none when it did not answer.
    pub database_micros: Option<u64>,
    /// Whether the schema is at least as new as this binary requires.
    pub schema_current: bool,
    /// The state of the other parts; none when it could not be read.
    pub parts: Option<HealthParts>,
    /// The newest events that were given up, at most twenty.
    pub dead_events: Vec<DeadEvent>,
    /// The relay, when it runs in this process.
    pub relay: Option<RelayFigures>,
}

/// An event that could not be passed on and was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadEvent {
    /// Its id.
    pub id: EventId,
    /// Its kind: `appointment_booked`.
    pub kind: String,
    /// When it happened.
    pub at: Timestamp,
    /// Why it could not be passed on: a code, and what the database said. Without personal data.
    pub cause: String,
    /// How often it was tried.
    pub tries: i16,
}

/// The state that is read from the database, and that all processes share. Counts end at [`MOST_COUNTED`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthParts {
    /// Events that the dispatcher has not processed yet.
    pub events_waiting: i64,
    /// The time of the oldest of these events that was not tried yet.
    pub oldest_event_at: Option<Timestamp>,
    /// Events that were given up.
    pub events_dead: i64,
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
    /// The database does not answer this process.
    DatabaseUnreachable,
    /// The schema is older than this binary requires.
    SchemaOld,
    /// This process does not hear live events.
    ListenerLost,
    /// Events have been waiting too long: no dispatcher works, or a transaction in the database cluster does not end.
    DispatcherStuck,
    /// Audit rows have been waiting too long for their seal.
    SealingLate,
    /// Events could not be passed on and were set aside.
    EventsSetAside,
    /// The state of queues and seals could not be read.
    StateUnknown,
}

impl HealthFault {
    /// Whether only the process that reports it is affected. Such a process should get no requests; other faults need a person.
    #[must_use]
    pub const fn is_of_one_process(self) -> bool {
        match self {
            Self::DatabaseUnreachable | Self::SchemaOld | Self::ListenerLost => true,
            Self::DispatcherStuck | Self::SealingLate | Self::EventsSetAside | Self::StateUnknown => false,
        }
    }
}

impl HealthReport {
    /// All faults of the report.
    #[must_use]
    pub fn faults(&self) -> Vec<HealthFault> {
        if self.database_micros.is_none() {
            return vec![HealthFault::DatabaseUnreachable];
        }
        let old = (!self.schema_current).then_some(HealthFault::SchemaOld);
        let shared = self.parts.map_or_else(|| vec![HealthFault::StateUnknown], |parts| parts.faults(self.at));
        old.into_iter().chain(shared).collect()
    }
}

impl HealthParts {
    /// The faults that all processes share.
    #[must_use]
    pub fn faults(&self, now: Timestamp) -> Vec<HealthFault> {
        [
            (self.event_waits_secs(now) > LATE_SECS, HealthFault::DispatcherStuck),
            (self.seals.late_secs(now) > LATE_SECS, HealthFault::SealingLate),
            (self.events_dead > 0, HealthFault::EventsSetAside),
        ]
        .into_iter()
        .filter_map(|(wrong, fault)| wrong.then_some(fault))
        .collect()
    }

    /// How long the oldest event has been waiting, in seconds.
    #[must_use]
    pub fn event_waits_secs(&self, now: Timestamp) -> i64 {
        self.oldest_event_at.map_or(0, |at| now.duration_since(at).as_secs().max(0))
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
            events_dead: 0,
            jobs_waiting: 0,
            jobs_failed: 0,
            mails_queued: 0,
            oldest_mail_at: None,
            mails_dead: 0,
            seals,
        };
        HealthReport {
            at,
            database_micros: Some(900),
            schema_current: true,
            parts: Some(parts),
            dead_events: Vec::new(),
            relay: None,
        }
    }

    #[test]
    fn what_waits_for_more_than_a_minute_is_a_fault() {
        let fresh = report(None);
        assert_eq!(fresh.faults(), []);
        let minute = fresh.at - SignedDuration::from_secs(LATE_SECS);
        assert_eq!(report(Some(minute)).faults(), []);
        let later = minute - SignedDuration::from_secs(1);
        assert_eq!(report(Some(later)).faults(), [HealthFault::DispatcherStuck, HealthFault::SealingLate]);
        let unread = HealthReport { parts: None, ..fresh.clone() };
        assert_eq!(unread.faults(), [HealthFault::StateUnknown]);
        let gone = HealthReport { database_micros: None, parts: None, ..fresh };
        assert_eq!(gone.faults(), [HealthFault::DatabaseUnreachable]);
    }

    #[test]
    fn what_all_processes_share_does_not_stop_one() {
        let fresh = report(None);
        let dead = HealthParts { events_dead: 1, ..fresh.parts.expect("parts") };
        assert_eq!(dead.faults(fresh.at), [HealthFault::EventsSetAside]);
        let late = report(Some(fresh.at - SignedDuration::from_hours(1)));
        assert!(late.faults().into_iter().all(|fault| !fault.is_of_one_process()));
        let old = HealthReport { schema_current: false, ..fresh };
        assert!(old.faults().into_iter().all(HealthFault::is_of_one_process));
    }
}
