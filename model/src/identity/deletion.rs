//! Accounts that their owners have deleted, or want to delete.

use crate::ids::{EventId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An account that its owner has deleted, and that can be brought back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedAccountRow {
    /// The deletion; the cursor of lists.
    pub id: EventId,
    /// The person.
    pub user: UserId,
    /// The person's name.
    pub name: String,
    /// The email address.
    pub email: String,
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// Until when it can be brought back.
    pub final_at: Timestamp,
}

/// What deleting the user's own account would mean.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionView {
    /// How many coming appointments as a patient would be cancelled.
    pub appointments: i64,
    /// How many visits the user still has to hold as a doctor. While there are any, the account cannot be deleted.
    pub visits: i64,
    /// Whether the user is the last administrator of the organisation, who cannot delete the account.
    pub last_administrator: bool,
}
