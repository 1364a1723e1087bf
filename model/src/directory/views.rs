//! What the pages of applicants and administrators show. It contains no clinical content.

use super::Country;
use crate::{
    access::Role,
    errors::Code,
    identity::TypedAddress,
    ids::{ClinicId, DoctorId, PatientId, UserId},
    money::{Currency, Money},
    page::Page,
    wire::words,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

words! {
    /// The state of a doctor's application.
    ApplicationStatus {
        /// No administrator has decided yet.
        Applied = "applied",
        /// The application was accepted: patients can book this doctor.
        Verified = "verified",
        /// The application was refused; the doctor can correct it and send it again.
        Refused = "refused",
        /// An administrator has asked for something more. The application waits again once the doctor has added or corrected it.
        MoreAsked = "more_asked",
    }
}

words! {
    /// What an administrator decides about an application.
    ApplicationDecision {
        /// The licence is valid.
        Verified = "verified",
        /// The licence is not valid, or something is missing.
        Refused = "refused",
        /// Nothing is decided yet: something more is needed first.
        MoreAsked = "more_asked",
    }
}

words! {
    /// What was done to an account.
    SuspensionKind {
        /// The account was suspended.
        Suspended = "suspended",
        /// The suspension was lifted.
        Restored = "restored",
    }
}

words! {
    /// Whether an account can be used.
    AccountState {
        /// The address is confirmed and the account is open.
        Active = "active",
        /// The address is not confirmed yet.
        Unconfirmed = "unconfirmed",
        /// An administrator has closed the account.
        Closed = "closed",
    }
}

words! {
    /// The order of a list of accounts.
    PeopleOrder {
        /// By name.
        Name = "name",
        /// Those who used the platform last come first.
        LastActive = "last_active",
        /// The newest accounts come first.
        Newest = "newest",
    }
}

/// A clinic in a list of choices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicChoice {
    /// The clinic.
    pub id: ClinicId,
    /// Its name.
    pub name: String,
    /// Its country.
    pub country: Country,
    /// The currency in which its doctors are paid.
    pub currency: Currency,
}

/// How a patient can be reached.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactView {
    /// The phone number in E.164 form.
    pub phone: Option<String>,
    /// The postal address, if one was given.
    pub address: Option<TypedAddress>,
    /// The version of the patient, needed to correct this.
    pub version: i32,
}

impl std::fmt::Debug for ContactView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ContactView").field("version", &self.version).finish_non_exhaustive()
    }
}

/// A patient's date of birth.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BirthView {
    /// The date of birth.
    pub date_of_birth: Date,
    /// The version of the patient, needed to correct it.
    pub version: i32,
}

impl std::fmt::Debug for BirthView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BirthView").field("version", &self.version).finish_non_exhaustive()
    }
}

/// A specialty in a list of choices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialtyChoice {
    /// The identifier used in URLs and forms: `general-practice`.
    pub slug: String,
    /// The name.
    pub name: String,
}

/// A licence to practise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceView {
    /// The licence number.
    pub number: String,
    /// The authority that issued it.
    pub authority: String,
    /// The country of the authority.
    pub country: Country,
    /// The last day on which it is valid.
    pub expires_on: Date,
    /// Whether the licence has expired.
    pub expired: bool,
}

/// One application in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationRow {
    /// The doctor.
    pub doctor: DoctorId,
    /// The name.
    pub name: String,
    /// The state of the application.
    pub status: ApplicationStatus,
    /// When it was last sent.
    pub applied_at: Timestamp,
    /// The specialties, by name.
    pub specialties: Vec<String>,
    /// The country that issued the licence.
    pub country: Option<Country>,
}

/// One application, on the page where an administrator decides about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationView {
    /// The doctor.
    pub doctor: DoctorId,
    /// The doctor's account.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// The e-mail address as the doctor typed it.
    pub email: String,
    /// Whether the e-mail address was confirmed.
    pub email_confirmed: bool,
    /// The state of the application.
    pub status: ApplicationStatus,
    /// When it was last sent.
    pub applied_at: Timestamp,
    /// The version that was shown. A decision must name it, so that an administrator cannot decide about a version they have not seen.
    pub version: i32,
    /// The specialties, by name.
    pub specialties: Vec<String>,
    /// The language tags.
    pub languages: Vec<String>,
    /// The text that patients will read.
    pub about: String,
    /// The licence.
    pub licence: Option<LicenceView>,
    /// Other doctors who gave the same licence.
    pub same_licence: Vec<SameLicence>,
    /// The names of the clinics that the doctor joined.
    pub clinics: Vec<String>,
    /// Earlier decisions, newest first.
    pub decisions: Vec<DecisionView>,
}

/// Another doctor who gave the same licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SameLicence {
    /// The doctor.
    pub doctor: DoctorId,
    /// The name.
    pub name: String,
    /// The state of that doctor's application.
    pub status: ApplicationStatus,
}

/// A decision on an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionView {
    /// What was decided.
    pub decision: ApplicationDecision,
    /// The reason that was sent to the doctor.
    pub reason: String,
    /// The name of the administrator who decided.
    pub by: String,
    /// When it was decided.
    pub at: Timestamp,
}

/// The caller's own application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnApplication {
    /// The doctor.
    pub doctor: DoctorId,
    /// The state of the application.
    pub status: ApplicationStatus,
    /// When it was last sent.
    pub applied_at: Timestamp,
    /// The version that was shown. A correction must name it.
    pub version: i32,
    /// The slugs of the specialties; the first is the main one.
    pub specialties: Vec<String>,
    /// The language tags.
    pub languages: Vec<String>,
    /// The text that patients will read.
    pub about: String,
    /// The licence.
    pub licence: Option<LicenceView>,
    /// What the administrator wrote, if the application was refused or more was asked.
    pub refusal: Option<String>,
}

/// A verified doctor's own profile: what they tell patients, and what an administrator has checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileView {
    /// The doctor.
    pub doctor: DoctorId,
    /// The name.
    pub name: String,
    /// The specialties, by name.
    pub specialties: Vec<String>,
    /// The licence.
    pub licence: Option<LicenceView>,
    /// The names of the clinics that the doctor joined.
    pub clinics: Vec<String>,
    /// The language tags.
    pub languages: Vec<String>,
    /// What the doctor has learned and where.
    pub qualifications: Vec<String>,
    /// The text that patients read.
    pub about: String,
    /// What a visit costs; none when nobody has set it, and then patients are not offered this doctor.
    pub fee: Option<Money>,
    /// The currency of the fee, which is that of the clinic.
    pub currency: Currency,
    /// The version that was shown. A change must name it.
    pub version: i32,
}

/// A role that a user holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRole {
    /// The role.
    pub role: Role,
    /// The name of the clinic; none for a role in all clinics, and for patients.
    pub clinic: Option<String>,
}

/// One person in the list of accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// The account.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// The e-mail address as the person typed it.
    pub email: String,
    /// The short person number; only patients have one.
    pub number: Option<String>,
    /// The roles.
    pub roles: Vec<PersonRole>,
    /// Whether the account can be used.
    pub state: AccountState,
    /// When the account was created.
    pub created_at: Timestamp,
    /// When one of the person's sessions was last used; none when there is no session of the last month.
    pub last_seen_at: Option<Timestamp>,
    /// The patient's id, for filtering the audit log.
    pub patient: Option<PatientId>,
}

/// Accounts that match a search are counted up to this number, so that a search costs the same however many there are.
pub const MOST_COUNTED: i64 = 10_000;

/// Some of the accounts that match a search.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleFound {
    /// The accounts on this page of the list.
    pub page: Page<PersonRow>,
    /// How many accounts match, on all pages; [`MOST_COUNTED`] means at least so many.
    pub count: i64,
}

/// One person's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// The account.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// The e-mail address as the person typed it.
    pub email: String,
    /// When the e-mail address was confirmed.
    pub email_confirmed_at: Option<Timestamp>,
    /// When the account was created.
    pub created_at: Timestamp,
    /// The person's time zone.
    pub time_zone: String,
    /// When the account was suspended, if it is.
    pub suspended_at: Option<Timestamp>,
    /// The version that was shown. A change must name it.
    pub version: i32,
    /// The roles.
    pub roles: Vec<PersonRole>,
    /// The short person number; only patients have one.
    pub number: Option<String>,
    /// The patient's id, for filtering the audit log.
    pub patient: Option<PatientId>,
    /// The doctor's id and the state of the application.
    pub doctor: Option<(DoctorId, ApplicationStatus)>,
    /// The number of active sessions.
    pub sessions: i64,
    /// When one of the sessions was last used.
    pub last_seen_at: Option<Timestamp>,
    /// Suspensions and restorations, newest first.
    pub history: Vec<SuspensionView>,
    /// Why the caller may not suspend and restore the account; none if they may.
    pub suspend_refused: Option<Code>,
    /// Whether the caller may read the audit log.
    pub may_read_log: bool,
    /// Whether the caller may read applications.
    pub may_read_applications: bool,
}

impl PersonView {
    /// Whether the account can be used.
    #[must_use]
    pub const fn state(&self) -> AccountState {
        match (self.suspended_at, self.email_confirmed_at) {
            (Some(_), _) => AccountState::Closed,
            (None, None) => AccountState::Unconfirmed,
            (None, Some(_)) => AccountState::Active,
        }
    }
}

/// One suspension or restoration of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspensionView {
    /// What was done.
    pub kind: SuspensionKind,
    /// The reason that was sent to the person.
    pub reason: String,
    /// The name of the administrator who decided.
    pub by: String,
    /// When it was decided.
    pub at: Timestamp,
}
