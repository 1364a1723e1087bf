//! Rows of the audit log and the state of its seals.

use crate::ids::{AuditEventId, PatientId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntryView {
    /// Its id.
    pub id: AuditEventId,
    /// When.
    pub at: Timestamp,
    /// What: `area.action`.
    pub action: String,
    /// Whether it was refused.
    pub refused: bool,
    /// Who, by name; none for the system and for strangers.
    pub actor: Option<AuditSubject<UserId>>,
    /// In which role.
    pub role: Option<String>,
    /// About whom, by name.
    pub patients: Vec<AuditSubject<PatientId>>,
    /// The kind of thing that it was done to.
    pub resource: Option<String>,
    /// Whether a seal covers the row.
    pub sealed: bool,
}

/// Somebody in a row, to filter by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditSubject<I> {
    /// Who.
    pub id: I,
    /// By name.
    pub name: String,
}

/// A page of rows, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPageView {
    /// The rows.
    pub rows: Vec<AuditEntryView>,
    /// What to ask the next page with.
    pub next_cursor: Option<String>,
    /// The state of the seals.
    pub seals: SealView,
    /// The person whose doings are shown, when the list is narrowed to one.
    pub actor: Option<AuditSubject<UserId>>,
    /// The patient that the rows are about, when the list is narrowed to one.
    pub patient: Option<AuditSubject<PatientId>>,
}

/// How far the seals are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealView {
    /// How many there are.
    pub seals: i64,
    /// When the newest was made.
    pub last_sealed_at: Option<Timestamp>,
    /// Rows that no seal covers yet.
    pub unsealed: i64,
    /// The oldest of them.
    pub oldest_unsealed_at: Option<Timestamp>,
}

impl SealView {
    /// How long the oldest unsealed row waits, in seconds.
    #[must_use]
    pub fn late_secs(&self, now: Timestamp) -> i64 {
        self.oldest_unsealed_at.map_or(0, |at| now.duration_since(at).as_secs().max(0))
    }
}
