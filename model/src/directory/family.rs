//! Who acts for whom, as both sides see it on a page of their account.

use super::HandoverRow;
use crate::{
    files::DocumentView,
    ids::{ActingPaperId, PatientId, UserId},
    wire::{redacted, words},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

words! {
    /// As what a user acts for another person.
    ActingRelation {
        /// A parent or a legal guardian.
        Guardian = "guardian",
        /// Somebody who helps: a carer.
        Helper = "helper",
    }
}

/// Everybody for whom a user acts, and everybody who acts for the user. Relations that have ended are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FamilyView {
    /// The people for whom the user acts, by name.
    pub acts_for: Vec<ActsForView>,
    /// The people who act for the user, by name.
    pub acted_by: Vec<ActedByView>,
    /// The age from which a young person's record is their own: a child who is added is younger.
    pub of_age_years: i16,
}

/// A person for whom the user acts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActsForView {
    /// The person.
    pub patient: PatientId,
    /// The person's name.
    pub name: String,
    /// The person's date of birth.
    pub date_of_birth: Date,
    /// As what the user acts.
    pub relation: ActingRelation,
    /// Since when; it may lie ahead.
    pub since: Timestamp,
    /// Until when, if the end is known.
    pub until: Option<Timestamp>,
    /// Whether the user may end it: not if nobody else would be left to act for a person who has visits here.
    pub may_end: bool,
    /// Whether the user may hand the record over: as a guardian of a young person without an account, from some weeks before they come of age.
    pub may_hand_over: bool,
    /// The handover that waits for the young person, if there is one. Only a guardian sees it.
    pub handover: Option<HandoverRow>,
}

/// A person who acts for the user.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActedByView {
    /// The user's own record, which the other person reads.
    pub patient: PatientId,
    /// The account of the other person.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// As what they act.
    pub relation: ActingRelation,
    /// Since when; it may lie ahead.
    pub since: Timestamp,
    /// Until when, if the end is known.
    pub until: Option<Timestamp>,
    /// Whether the user may end it: from the age on at which their record is their own.
    pub may_end: bool,
}

/// Leaves out the name and the date of birth.
impl std::fmt::Debug for ActsForView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ActsForView").field("patient", &self.patient).field("relation", &self.relation).finish_non_exhaustive()
    }
}

/// Leaves out the name.
impl std::fmt::Debug for ActedByView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ActedByView").field("user", &self.user).field("relation", &self.relation).finish_non_exhaustive()
    }
}

/// A patient and everybody who acts for them, for the staff of a clinic.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActingForView {
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub name: String,
    /// The patient's person number.
    pub number: String,
    /// Who acts for the patient, by name; the patient is left out.
    pub acting: Vec<ActingRow>,
    /// Files that belong to no document yet, the newest first: the one that allows a new right can be chosen from those that are ready.
    pub waiting: Vec<DocumentView>,
}

/// Somebody who acts for a patient, for the staff of a clinic.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActingRow {
    /// The account.
    pub user: UserId,
    /// The person's name.
    pub name: String,
    /// The address of the account.
    pub email: String,
    /// As what the person acts.
    pub relation: ActingRelation,
    /// Since when.
    pub since: Timestamp,
    /// Until when, if the end is known.
    pub until: Option<Timestamp>,
    /// The document that a clinic has seen; none for a parent who added the child.
    pub document: Option<String>,
    /// The day of the document.
    pub document_date: Option<Date>,
    /// Why no copy of the document is kept, if somebody has said so.
    pub no_copy: Option<String>,
    /// The id of the document, to add files to it.
    pub paper: Option<ActingPaperId>,
    /// The document itself as files, the newest first.
    pub files: Vec<DocumentView>,
}

redacted!(ActingForView);
redacted!(ActingRow);
