//! Handing the record of a young person over to them.

use crate::{
    ids::HandoverId,
    wire::{redacted, words},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

words! {
    /// What becomes of the access of the guardians when the young person has the record.
    GuardiansAccess {
        /// It ends at once.
        Ends = "ends",
        /// It stays until a day.
        Stays = "stays",
    }
}

words! {
    /// What a user who has opened the link of a handover can do.
    HandoverWay {
        /// Take the record over: it is the account that was meant.
        Accept = "accept",
        /// Sign in: the address has an account.
        SignIn = "sign_in",
        /// Sign up: the address has no account.
        SignUp = "sign_up",
        /// Nothing: the account that is signed in has another address.
        Foreign = "foreign",
    }
}

/// A handover that was neither accepted nor withdrawn, as the guardian sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverRow {
    /// The handover.
    pub id: HandoverId,
    /// The young person's address.
    pub email: String,
    /// When the link was mailed last.
    pub sent_at: Timestamp,
    /// Until when the link works; it may be over.
    pub expires_at: Timestamp,
}

/// What the link of a handover offers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverOffer {
    /// The address that it was sent to.
    pub email: String,
    /// Whose record it is; only for the account that was meant.
    pub name: Option<String>,
    /// What can be done.
    pub way: HandoverWay,
    /// The last day until which the access of the guardians can stay.
    pub last_day: Date,
}

redacted!(HandoverRow);
redacted!(HandoverOffer);
