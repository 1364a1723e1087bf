//! Items of a patient's record that are shared by a link.

use super::{AllergyView, EntryView, LetterView, PatientVisitSummary, SummaryPrescription, TimelineKind};
use crate::{
    ids::{FileId, RecordShareId},
    vitals::MeasurementView,
    wire::{redacted, words},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most shares of a patient that a list shows.
pub const SHARES_SHOWN: usize = 100;

/// The most openings of one share that a list shows; the count has no limit.
pub const OPENINGS_SHOWN: usize = 10;

words! {
    /// How long a link works.
    ShareLife {
        /// A day.
        Day = "day",
        /// A week.
        Week = "week",
        /// Thirty days.
        Month = "month",
    }
}

impl ShareLife {
    /// The time from now to the end.
    #[must_use]
    pub const fn duration(self) -> SignedDuration {
        match self {
            Self::Day => SignedDuration::from_hours(24),
            Self::Week => SignedDuration::from_hours(7 * 24),
            Self::Month => SignedDuration::from_hours(30 * 24),
        }
    }
}

words! {
    /// Whether a link works.
    ShareState {
        /// It works.
        Open = "open",
        /// Its time is over.
        Expired = "expired",
        /// The patient's side has ended it.
        Ended = "ended",
    }
}

/// A share, for the patient's side.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareRow {
    /// Its id.
    pub id: RecordShareId,
    /// What is shared.
    pub kind: TimelineKind,
    /// The visit, the prescription, the entry, the file, the letter, the measurement or the allergy.
    pub item: Uuid,
    /// The token of the link, while it works.
    pub token: Option<String>,
    /// Who shared it.
    pub by: String,
    /// When.
    pub shared_at: Timestamp,
    /// Until when the link works, if nobody ends it before.
    pub expires_at: Timestamp,
    /// Whether it works.
    pub state: ShareState,
    /// How often it was opened.
    pub openings: i64,
    /// When it was opened, the last times first; at most [`OPENINGS_SHOWN`].
    pub opened_at: Vec<Timestamp>,
}

/// What a link shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SharedContent {
    /// The summary of a visit.
    Visit {
        /// The summary.
        summary: Box<PatientVisitSummary>,
    },
    /// A prescription.
    Prescription {
        /// The prescription.
        prescription: SummaryPrescription,
    },
    /// An entry of the record.
    Entry {
        /// The newest version.
        view: Box<EntryView>,
    },
    /// A document, which is downloaded with the same token.
    Document {
        /// The file.
        file: FileId,
        /// Its name.
        name: String,
    },
    /// A letter.
    Letter {
        /// The letter.
        letter: Box<LetterView>,
    },
    /// What was measured at one time.
    Measurement {
        /// What was measured.
        view: Box<MeasurementView>,
    },
    /// An allergy.
    Allergy {
        /// The allergy.
        view: Box<AllergyView>,
    },
}

/// An item that was opened by its link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedItem {
    /// The name of the patient.
    pub patient_name: String,
    /// Until when the link works.
    pub expires_at: Timestamp,
    /// What it shows.
    pub content: SharedContent,
}

redacted!(ShareRow);
redacted!(SharedContent);
redacted!(SharedItem);
