//! Rows of the audit log and the state of its seals.

use crate::ids::{AuditEventId, DoctorId, PatientId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One row of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntryView {
    /// The row's id.
    pub id: AuditEventId,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, as `area.action`.
    pub action: String,
    /// Whether the action was refused.
    pub refused: bool,
    /// The user who acted; none for the system and for unauthenticated callers.
    pub actor: Option<AuditSubject<UserId>>,
    /// The role in which the user acted.
    pub role: Option<String>,
    /// The patients that the row is about.
    pub patients: Vec<AuditSubject<PatientId>>,
    /// The account or application that was acted on, if it was one.
    pub resource: Option<AuditResource>,
    /// Whether a seal covers the row.
    pub sealed: bool,
}

/// A user or patient named in a row; the list can be filtered by them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditSubject<I> {
    /// The id of the user or patient.
    pub id: I,
    /// The name.
    pub name: String,
}

/// What was acted on, if administrators have a page about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuditResource {
    /// The account of this user.
    Account(AuditSubject<UserId>),
    /// The application of this doctor.
    Doctor(AuditSubject<DoctorId>),
}

/// A page of rows, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPageView {
    /// The rows.
    pub rows: Vec<AuditEntryView>,
    /// The cursor of the next page; none on the last page.
    pub next_cursor: Option<String>,
    /// The state of the seals.
    pub seals: SealView,
    /// The user whose actions are shown, when the list is filtered by user.
    pub actor: Option<AuditSubject<UserId>>,
    /// The patient that the rows are about, when the list is filtered by patient.
    pub patient: Option<AuditSubject<PatientId>>,
}

/// The state of the audit log's seals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealView {
    /// The number of seals.
    pub seals: i64,
    /// When the newest seal was made.
    pub last_sealed_at: Option<Timestamp>,
    /// The number of rows that no seal covers yet.
    pub unsealed: i64,
    /// The time of the oldest row that no seal covers yet.
    pub oldest_unsealed_at: Option<Timestamp>,
}

impl SealView {
    /// How long the oldest unsealed row has been waiting, in seconds.
    #[must_use]
    pub fn late_secs(&self, now: Timestamp) -> i64 {
        self.oldest_unsealed_at.map_or(0, |at| now.duration_since(at).as_secs().max(0))
    }
}
