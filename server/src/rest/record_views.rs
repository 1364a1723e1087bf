//! Records of one person, as programs see them.

use super::contact::Address;
use jiff::{Timestamp, civil::Date};
use model::{
    directory::{DifferentRow, Holdings, LikelyPair, MergedRow, MergingView, RecordName, RecordView},
    scheduling::TimeRange,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A record in a list.
#[derive(Serialize, ToSchema)]
struct NamedRecord {
    /// The id of the patient.
    patient_id: Uuid,
    /// The person number.
    number: String,
    /// The full name.
    name: String,
}

impl From<RecordName> for NamedRecord {
    fn from(record: RecordName) -> Self {
        let RecordName { id, number, name } = record;
        Self { patient_id: id.into(), number, name }
    }
}

/// Two records that are likely of one person.
#[derive(Serialize, ToSchema)]
pub(super) struct LikelyDuplicate {
    /// The newer record.
    newer: NamedRecord,
    /// The older record.
    older: NamedRecord,
    /// Whether both have the same date of birth.
    same_date_of_birth: bool,
    /// Whether both have the same phone number.
    same_phone: bool,
}

impl From<LikelyPair> for LikelyDuplicate {
    fn from(pair: LikelyPair) -> Self {
        let LikelyPair { newer, older, same_birth, same_phone } = pair;
        Self { newer: newer.into(), older: older.into(), same_date_of_birth: same_birth, same_phone }
    }
}

/// How many entries belong to a record.
#[derive(Serialize, ToSchema)]
struct RecordHoldings {
    /// Appointments, also cancelled ones.
    appointments: i64,
    /// Visits.
    visits: i64,
    /// Notes of visits.
    notes: i64,
    /// Prescriptions.
    prescriptions: i64,
    /// Allergies that count.
    allergies: i64,
    /// Answers about remote care.
    consents: i64,
    /// Documents that let somebody act for the patient.
    documents: i64,
    /// Others who act or acted for the patient.
    representatives: i64,
    /// Ratings.
    ratings: i64,
}

impl From<Holdings> for RecordHoldings {
    fn from(holdings: Holdings) -> Self {
        let Holdings { appointments, visits, notes, prescriptions, allergies, consents, documents, representatives, ratings } =
            holdings;
        Self { appointments, visits, notes, prescriptions, allergies, consents, documents, representatives, ratings }
    }
}

/// One of two records that are compared.
#[derive(Serialize, ToSchema)]
struct ComparedRecord {
    /// The id of the patient.
    patient_id: Uuid,
    /// The person number.
    number: String,
    /// The full name.
    name: String,
    /// The name in Latin letters, if one was given.
    latin_name: Option<String>,
    /// The date of birth.
    date_of_birth: Date,
    /// The phone number in E.164 form.
    phone: Option<String>,
    /// The postal address.
    address: Option<Address>,
    /// Whether the patient has an account of their own.
    has_account: bool,
    /// How many entries belong to the record.
    holdings: RecordHoldings,
    /// The version. Send it with the merge.
    version: i32,
}

impl From<RecordView> for ComparedRecord {
    fn from(record: RecordView) -> Self {
        let RecordView { id, number, name, latin_name, date_of_birth, phone, address, has_account, holdings, version } = record;
        let (address, holdings) = (address.map(Into::into), holdings.into());
        Self { patient_id: id.into(), number, name, latin_name, date_of_birth, phone, address, has_account, holdings, version }
    }
}

/// Two appointments at the same time.
#[derive(Serialize, ToSchema)]
struct Overlap {
    /// When the one of the first record begins.
    first_starts_at: Timestamp,
    /// When it ends.
    first_ends_at: Timestamp,
    /// When the one of the second record begins.
    second_starts_at: Timestamp,
    /// When it ends.
    second_ends_at: Timestamp,
}

impl From<(TimeRange, TimeRange)> for Overlap {
    fn from((first, second): (TimeRange, TimeRange)) -> Self {
        Self {
            first_starts_at: first.start(),
            first_ends_at: first.end(),
            second_starts_at: second.start(),
            second_ends_at: second.end(),
        }
    }
}

/// Two records next to each other.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordComparison {
    /// One record.
    first: ComparedRecord,
    /// The other one.
    second: ComparedRecord,
    /// Appointments of both at the same time. While there are any, the records cannot be merged.
    overlaps: Vec<Overlap>,
    /// Whether a visit, a draft of a prescription or a handover is under way. Until it is finished, the records cannot be merged.
    busy: bool,
}

impl From<MergingView> for RecordComparison {
    fn from(view: MergingView) -> Self {
        let MergingView { first, second, overlaps, is_busy } = view;
        let overlaps = overlaps.into_iter().map(Into::into).collect();
        Self { first: first.into(), second: second.into(), overlaps, busy: is_busy }
    }
}

/// Two records that were merged.
#[derive(Serialize, ToSchema)]
pub(super) struct MergedRecords {
    /// The id of the merge.
    id: Uuid,
    /// The record that stays.
    survivor: NamedRecord,
    /// The record that ended.
    merged: NamedRecord,
    /// Why.
    reason: String,
    /// The name of the administrator.
    by: String,
    /// When.
    merged_at: Timestamp,
    /// Until when they can be separated.
    final_at: Timestamp,
}

impl From<MergedRow> for MergedRecords {
    fn from(row: MergedRow) -> Self {
        let MergedRow { id, survivor, merged, reason, by, merged_at, final_at, days_left: _ } = row;
        Self { id: id.into(), survivor: survivor.into(), merged: merged.into(), reason, by, merged_at, final_at }
    }
}

/// Two records that are alike and of different people.
#[derive(Serialize, ToSchema)]
pub(super) struct DifferentPeople {
    /// The id of the pair.
    id: Uuid,
    /// The older record.
    first: NamedRecord,
    /// The newer record.
    second: NamedRecord,
    /// The name of the administrator who said so.
    by: String,
    /// When.
    said_at: Timestamp,
}

impl From<DifferentRow> for DifferentPeople {
    fn from(row: DifferentRow) -> Self {
        let DifferentRow { id, first, second, by, said_at } = row;
        Self { id: id.into(), first: first.into(), second: second.into(), by, said_at }
    }
}
