//! Messages of an administrator to all patients of a clinic who have agreed to such messages.

use crate::{
    ids::{ClinicId, MassMessageId},
    wire::words,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

words! {
    /// What a patient answers when asked about messages to many.
    MassAnswer {
        /// They want them.
        Agree = "agree",
        /// They do not want them, or no longer.
        Withdraw = "withdraw",
    }
}

/// Whether a patient gets the messages of one of their clinics to many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassConsent {
    /// The clinic.
    pub clinic: ClinicId,
    /// Its name.
    pub clinic_name: String,
    /// Whether they have agreed. Who was never asked has not.
    pub agreed: bool,
    /// When they answered last.
    pub since: Option<Timestamp>,
    /// Grows with each answer; 0 while there was none.
    pub version: i32,
}

/// A message to many that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassMessage {
    /// Its id.
    pub id: MassMessageId,
    /// What it is about.
    pub subject: String,
    /// Who sent it.
    pub sent_by: String,
    /// When.
    pub sent_at: Timestamp,
    /// To how many patients it was to go.
    pub recipients: i64,
    /// How many of them have it. Who has withdrawn the consent before it reached them has it not.
    pub delivered: i64,
}

/// The messages of a clinic to many, as its administrators see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MassBoard {
    /// The clinic.
    pub clinic: ClinicId,
    /// Its name.
    pub clinic_name: String,
    /// How many patients of the clinic have agreed: to so many a message would go now.
    pub agreed: i64,
    /// The newest ones that were sent, 50 at most.
    pub sent: Vec<MassMessage>,
}
