//! What the pages of applicants and administrators show. No clinical content stands here.

use super::Country;
use crate::{
    access::Role,
    ids::{ClinicId, DoctorId, PatientId, UserId},
    wire::words,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

words! {
    /// How a doctor's application stands.
    ApplicationStatus {
        /// Nobody has decided yet.
        Applied = "applied",
        /// Patients can book this doctor.
        Verified = "verified",
        /// It can be corrected and sent again.
        Refused = "refused",
    }
}

words! {
    /// What an administrator decides about an application.
    ApplicationDecision {
        /// The licence is right.
        Verified = "verified",
        /// It is not, or something is missing.
        Refused = "refused",
    }
}

words! {
    /// What was done to an account.
    SuspensionKind {
        /// It was closed.
        Suspended = "suspended",
        /// It was opened again.
        Restored = "restored",
    }
}

/// A clinic to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicChoice {
    /// The clinic.
    pub id: ClinicId,
    /// Its name.
    pub name: String,
    /// Its country.
    pub country: Country,
}

/// A specialty to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialtyChoice {
    /// The word for addresses and forms: `general-practice`.
    pub slug: String,
    /// The name.
    pub name: String,
}

/// A licence to practise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceView {
    /// Its number.
    pub number: String,
    /// Who gave it.
    pub authority: String,
    /// Where.
    pub country: Country,
    /// The last day on which it is good.
    pub expires_on: Date,
    /// Whether that day is over.
    pub expired: bool,
}

/// One application in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationRow {
    /// The doctor.
    pub doctor: DoctorId,
    /// The name.
    pub name: String,
    /// How it stands.
    pub status: ApplicationStatus,
    /// When it was sent, the last time.
    pub applied_at: Timestamp,
    /// The specialties, by name.
    pub specialties: Vec<String>,
    /// Where the licence was given.
    pub country: Option<Country>,
}

/// One application, to be decided on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationView {
    /// The doctor.
    pub doctor: DoctorId,
    /// The account.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// The address as it was typed.
    pub email: String,
    /// Whether the address was confirmed.
    pub email_confirmed: bool,
    /// How it stands.
    pub status: ApplicationStatus,
    /// When it was sent, the last time.
    pub applied_at: Timestamp,
    /// What a decision names, so that nobody decides on what they have not seen.
    pub version: i32,
    /// The specialties, by name.
    pub specialties: Vec<String>,
    /// The tags of the languages.
    pub languages: Vec<String>,
    /// What patients will read.
    pub about: String,
    /// The licence.
    pub licence: Option<LicenceView>,
    /// Others who gave the same licence.
    pub same_licence: Vec<SameLicence>,
    /// The clinics joined, by name.
    pub clinics: Vec<String>,
    /// What was decided before, newest first.
    pub decisions: Vec<DecisionView>,
}

/// Somebody else with the same licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SameLicence {
    /// The doctor.
    pub doctor: DoctorId,
    /// The name.
    pub name: String,
    /// How that application stands.
    pub status: ApplicationStatus,
}

/// A decision on an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionView {
    /// What was decided.
    pub decision: ApplicationDecision,
    /// The words that the doctor received.
    pub reason: String,
    /// Who decided, by name.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// The caller's own application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnApplication {
    /// The doctor.
    pub doctor: DoctorId,
    /// How it stands.
    pub status: ApplicationStatus,
    /// When it was sent, the last time.
    pub applied_at: Timestamp,
    /// What a correction names.
    pub version: i32,
    /// The slugs of the specialties, the first one first.
    pub specialties: Vec<String>,
    /// The tags of the languages.
    pub languages: Vec<String>,
    /// What patients will read.
    pub about: String,
    /// The licence.
    pub licence: Option<LicenceView>,
    /// Why it was refused, when it was.
    pub refusal: Option<String>,
}

/// A role that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRole {
    /// The role.
    pub role: Role,
    /// The clinic by name; none for all and for patients.
    pub clinic: Option<String>,
}

/// One person in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// The account.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// The address as it was typed.
    pub email: String,
    /// The short number, for patients.
    pub number: Option<String>,
    /// The roles.
    pub roles: Vec<PersonRole>,
    /// Whether the account is closed.
    pub suspended: bool,
}

/// One person's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// The account.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// The address as it was typed.
    pub email: String,
    /// When the address was confirmed.
    pub email_confirmed_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// The person's zone.
    pub time_zone: String,
    /// Since when it is closed.
    pub suspended_at: Option<Timestamp>,
    /// What a change names.
    pub version: i32,
    /// The roles.
    pub roles: Vec<PersonRole>,
    /// The short number, for patients.
    pub number: Option<String>,
    /// The patient, to look for in the audit log.
    pub patient: Option<PatientId>,
    /// The doctor and how the application stands.
    pub doctor: Option<(DoctorId, ApplicationStatus)>,
    /// How many sessions run.
    pub sessions: i64,
    /// When one of them was last used.
    pub last_seen_at: Option<Timestamp>,
    /// What was done to the account, newest first.
    pub history: Vec<SuspensionView>,
    /// Whether it is the caller's own.
    pub own: bool,
}

/// That an account was closed or opened again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspensionView {
    /// What was done.
    pub kind: SuspensionKind,
    /// The words that the person received.
    pub reason: String,
    /// Who decided, by name.
    pub by: String,
    /// When.
    pub at: Timestamp,
}
