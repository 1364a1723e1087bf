//! A handover note from one shift to the next.

use super::NamedPatient;
use crate::{
    ids::ShiftNoteId,
    wire::{redacted, words},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

words! {
    /// A part of the day in which a team works.
    Shift {
        /// The morning.
        Early = "early",
        /// The afternoon and evening.
        Late = "late",
        /// The night; it belongs to the day on which it begins.
        Night = "night",
    }
}

/// What a note says about one patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftLine {
    /// The patient.
    pub patient: NamedPatient,
    /// What the next shift must know.
    pub text: String,
}

/// Somebody who has read a note.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftNoteReader {
    /// The name.
    pub name: String,
    /// When they said so.
    pub at: Timestamp,
}

/// A handover note.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftNoteView {
    /// Its id.
    pub id: ShiftNoteId,
    /// The day of the shift.
    pub day: Date,
    /// The shift.
    pub shift: Shift,
    /// What is about no patient; may be empty.
    pub text: String,
    /// What is about patients whom the caller may know of.
    pub lines: Vec<ShiftLine>,
    /// The name of who wrote it.
    pub author: String,
    /// Whether the caller wrote it.
    pub is_own: bool,
    /// When it was written.
    pub written_at: Timestamp,
    /// The earlier note that it corrects.
    pub corrects: Option<ShiftNoteId>,
    /// The later note that corrects it.
    pub corrected_by: Option<ShiftNoteId>,
    /// Who has read it, in the order in which they did.
    pub readers: Vec<ShiftNoteReader>,
    /// Whether the caller has read it, or wrote it.
    pub is_read: bool,
}

/// The handover notes of a clinic, and what the form for a new one offers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftNotes {
    /// The notes, the newest first.
    pub items: Vec<ShiftNoteView>,
    /// Today, where the clinic is; none for a caller who belongs to no one clinic and so writes no notes.
    pub today: Option<Date>,
    /// The patients about whom a line can be written: those who have a visit today, and the one from whose page the caller comes.
    pub patients: Vec<NamedPatient>,
}

redacted!(ShiftLine);
redacted!(ShiftNoteView);
redacted!(ShiftNotes);
