//! Who asks for something about a patient.

use jiff_sqlx::Timestamp;
use uuid::Uuid;

/// Who asks, when, and which visits count: the parameters of the SQL functions `treats`, `cared_for_at` and `broken_glass`, which decide how the caller is related
/// to a patient. Made by [`Tx::asker`](crate::db::Tx::asker), so that no area asks in words of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asker {
    /// The doctor as whom the caller acts.
    pub(crate) doctor: Option<Uuid>,
    /// The caller.
    pub(crate) user: Option<Uuid>,
    /// Visits on the day of this instant or earlier count.
    pub(crate) prepared: Timestamp,
    /// Visits that end after this instant count.
    pub(crate) kept: Timestamp,
    /// The moment of the question.
    pub(crate) now: Timestamp,
}
