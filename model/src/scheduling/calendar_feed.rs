//! The private address at which a calendar program reads somebody's visits.

use crate::wire::words;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

words! {
    /// What the entries of a calendar feed are called.
    FeedNames {
        /// Every entry is called "Visit". It has no place either.
        Hidden = "hidden",
        /// An entry is called as in the mail about the visit, with its place.
        Shown = "shown",
    }
}

/// The calendar feed of the caller: of the doctor as whom they act, or of the patient on whose behalf they act.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarFeedView {
    /// The secret part of the address.
    pub token: String,
    /// What its entries are called.
    pub names: FeedNames,
    /// When this address was made.
    pub made_at: Timestamp,
    /// The first time on the last day on which a program read it; none when none has.
    pub read_at: Option<Timestamp>,
}

impl CalendarFeedView {
    /// The path of the address.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/calendar/{}.ics", self.token)
    }
}

/// Leaves out the secret.
impl std::fmt::Debug for CalendarFeedView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CalendarFeedView").field("names", &self.names).field("made_at", &self.made_at).finish_non_exhaustive()
    }
}
