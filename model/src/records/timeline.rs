//! The timeline of a record: everything that is kept about a patient, by time.

use super::{AllergyView, EntryView, LetterLine, SummaryPrescription};
use crate::{
    directory::OpenBreakGlass,
    ids::{EncounterId, FileId, PatientId},
    page::Page,
    vitals::MeasurementView,
    wire::{redacted, words},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

words! {
    /// What an item of a timeline is.
    TimelineKind {
        /// A visit that has ended.
        Visit = "visit",
        /// The note of a visit.
        Note = "note",
        /// A signed prescription.
        Prescription = "prescription",
        /// An entry of the record.
        Entry = "entry",
        /// A document.
        Document = "document",
        /// A letter that was issued.
        Letter = "letter",
        /// What was measured at one time.
        Measurement = "measurement",
        /// An allergy.
        Allergy = "allergy",
    }
}

impl TimelineKind {
    /// Whether the patient's side shares items of this kind by a link; the table `record_shares` knows the same kinds. Patients read no notes.
    #[must_use]
    pub const fn is_shared(self) -> bool {
        match self {
            Self::Note => false,
            Self::Visit
            | Self::Prescription
            | Self::Entry
            | Self::Document
            | Self::Letter
            | Self::Measurement
            | Self::Allergy => true,
        }
    }
}

/// What an item of a timeline shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TimelineContent {
    /// A visit that has ended.
    Visit {
        /// The visit.
        encounter: EncounterId,
        /// The name of the doctor.
        doctor_name: String,
        /// The name of the clinic.
        clinic_name: String,
    },
    /// The newest version of the note of a visit.
    Note {
        /// The visit.
        encounter: EncounterId,
        /// Who wrote it.
        author_name: String,
    },
    /// A signed prescription.
    Prescription {
        /// The prescription.
        prescription: SummaryPrescription,
    },
    /// An entry of the record.
    Entry {
        /// The newest version.
        view: Box<EntryView>,
    },
    /// A document.
    Document {
        /// The file.
        file: FileId,
        /// Its name; none for one of the oldest of very many.
        name: Option<String>,
    },
    /// A letter that was issued, also one that was withdrawn later.
    Letter {
        /// The letter, as lists show it.
        letter: Box<LetterLine>,
    },
    /// What was measured at one time.
    Measurement {
        /// What was measured.
        view: Box<MeasurementView>,
    },
    /// An allergy that has not ended.
    Allergy {
        /// The allergy.
        view: Box<AllergyView>,
    },
}

impl TimelineContent {
    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> TimelineKind {
        match self {
            Self::Visit { .. } => TimelineKind::Visit,
            Self::Note { .. } => TimelineKind::Note,
            Self::Prescription { .. } => TimelineKind::Prescription,
            Self::Entry { .. } => TimelineKind::Entry,
            Self::Document { .. } => TimelineKind::Document,
            Self::Letter { .. } => TimelineKind::Letter,
            Self::Measurement { .. } => TimelineKind::Measurement,
            Self::Allergy { .. } => TimelineKind::Allergy,
        }
    }
}

/// An item of a timeline.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineItem {
    /// When the visit ended, the note was written, the prescription was signed, the entry was recorded, the document was added, the letter was issued, the values were
    /// measured, the allergy was recorded.
    pub at: Timestamp,
    /// What it shows.
    pub content: TimelineContent,
}

impl TimelineItem {
    /// When it was last changed.
    #[must_use]
    pub fn changed_at(&self) -> Timestamp {
        match &self.content {
            TimelineContent::Entry { view } => view.written_at,
            TimelineContent::Visit { .. }
            | TimelineContent::Note { .. }
            | TimelineContent::Prescription { .. }
            | TimelineContent::Document { .. }
            | TimelineContent::Letter { .. }
            | TimelineContent::Measurement { .. }
            | TimelineContent::Allergy { .. } => self.at,
        }
    }
}

/// One page of the timeline of a patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineView {
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// The kinds that the caller may see.
    pub kinds: Vec<TimelineKind>,
    /// The items, the newest first.
    pub page: Page<TimelineItem>,
    /// The access outside of the usual rules, if the caller reads it because of one.
    pub break_glass: Option<OpenBreakGlass>,
    /// For the patient's side: what is newer than this is new to the caller, who last looked then.
    pub new_since: Option<Timestamp>,
}

impl TimelineView {
    /// Whether an item is new to the caller.
    #[must_use]
    pub fn is_new(&self, item: &TimelineItem) -> bool {
        self.new_since.is_some_and(|since| item.changed_at() > since)
    }
}

redacted!(TimelineContent);
redacted!(TimelineItem);
redacted!(TimelineView);
