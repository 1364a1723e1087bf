//! Two records of one person, as administrators compare and merge them. No clinical content: only how many entries belong to a record.

use crate::{
    identity::TypedAddress,
    ids::{DifferentPeopleId, MergeId, PatientId},
    scheduling::TimeRange,
    wire::redacted,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// A patient in the list of likely duplicates, and in the list of merged records.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordName {
    /// The patient.
    pub id: PatientId,
    /// The person number.
    pub number: String,
    /// The name.
    pub name: String,
}

redacted!(RecordName);

/// Two records that are likely of one person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LikelyPair {
    /// The newer one.
    pub newer: RecordName,
    /// The older one.
    pub older: RecordName,
    /// Whether both have the same date of birth.
    pub same_birth: bool,
    /// Whether both have the same phone number.
    pub same_phone: bool,
}

redacted!(LikelyPair);

/// How many entries belong to a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holdings {
    /// Appointments, also cancelled ones.
    pub appointments: i64,
    /// Visits.
    pub visits: i64,
    /// Notes of visits.
    pub notes: i64,
    /// Prescriptions.
    pub prescriptions: i64,
    /// Allergies that count.
    pub allergies: i64,
    /// Answers to the document about remote care.
    pub consents: i64,
    /// Documents that let somebody act for the patient.
    pub documents: i64,
    /// Others who act or acted for the patient.
    pub representatives: i64,
    /// Ratings.
    pub ratings: i64,
}

/// One of two records that are compared.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordView {
    /// The patient.
    pub id: PatientId,
    /// The person number.
    pub number: String,
    /// The name.
    pub name: String,
    /// The name in Latin letters, if one was given.
    pub latin_name: Option<String>,
    /// The date of birth.
    pub date_of_birth: Date,
    /// The phone number in E.164 form.
    pub phone: Option<String>,
    /// The postal address.
    pub address: Option<TypedAddress>,
    /// Whether the patient has an account of their own.
    pub has_account: bool,
    /// How many entries belong to it.
    pub holdings: Holdings,
    /// The version, needed for the merge.
    pub version: i32,
}

redacted!(RecordView);

impl RecordView {
    /// Whether both have the same name.
    #[must_use]
    pub fn same_name(&self, other: &Self) -> bool {
        self.name == other.name && self.latin_name == other.latin_name
    }
}

/// Two records that may be merged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergingView {
    /// One record.
    pub first: RecordView,
    /// The other one.
    pub second: RecordView,
    /// Appointments of both at the same time, each with the one of the first record; while there are any, the records cannot be merged.
    pub overlaps: Vec<(TimeRange, TimeRange)>,
    /// Whether a visit, a draft of a prescription or a handover is under way.
    pub is_busy: bool,
}

redacted!(MergingView);

/// Two records that were merged and can be separated.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedRow {
    /// The merge; the cursor of lists.
    pub id: MergeId,
    /// The record that stays.
    pub survivor: RecordName,
    /// The record that ended.
    pub merged: RecordName,
    /// Why.
    pub reason: String,
    /// Who merged them.
    pub by: String,
    /// When.
    pub merged_at: Timestamp,
    /// Until when they can be separated.
    pub final_at: Timestamp,
    /// How many whole days are left.
    pub days_left: i64,
}

redacted!(MergedRow);

/// Two records of which somebody has said that they are of different people.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferentRow {
    /// The pair; the cursor of lists.
    pub id: DifferentPeopleId,
    /// The older record.
    pub first: RecordName,
    /// The newer record.
    pub second: RecordName,
    /// Who said it.
    pub by: String,
    /// When.
    pub said_at: Timestamp,
}

redacted!(DifferentRow);
