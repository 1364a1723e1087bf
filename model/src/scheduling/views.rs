//! What pages show of doctors, open times, appointments and hours. What tells of a patient has no `Debug`.

use super::{AppointmentState, DayException, LocalHours, TimeRange, VisitMode};
use crate::{
    ids::{AppointmentId, ClaimId, ClinicId, DoctorId, EncounterId, PatientId, ScheduleExceptionId},
    money::Money,
};
use jiff::{
    Timestamp,
    civil::{Date, Weekday},
};
use serde::{Deserialize, Serialize};

/// A field of medicine that one can search for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialtyView {
    /// The word in addresses: `general-practice`.
    pub slug: String,
    /// The name.
    pub name: String,
}

/// A doctor in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorBrief {
    /// Who it is.
    pub id: DoctorId,
    /// The name, with the title.
    pub name: String,
    /// The names of the specialties, in order.
    pub specialties: Vec<String>,
}

/// A clinic in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicBrief {
    /// Which it is.
    pub id: ClinicId,
    /// The name.
    pub name: String,
    /// The IANA zone in which its hours are meant.
    pub time_zone: String,
    /// The postal address, line by line.
    pub address_lines: Vec<String>,
    /// The phone of the desk.
    pub phone: Option<String>,
}

/// A time that can be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTime {
    /// At which clinic.
    pub clinic: ClinicId,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
}

/// A doctor in the list of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorCard {
    /// Who it is.
    pub doctor: DoctorBrief,
    /// The languages spoken, as language tags.
    pub languages: Vec<String>,
    /// The clinics with hours.
    pub clinics: Vec<ClinicBrief>,
    /// What a visit costs.
    pub fee: Money,
    /// The next free time: with a day asked for, the first on that day.
    pub next_free: Option<OpenTime>,
}

/// How many times are free on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCount {
    /// The day, in the reader's zone.
    pub date: Date,
    /// The number of free times.
    pub free: u32,
}

/// Where a doctor may practise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceBrief {
    /// Who gave it.
    pub authority: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// A doctor's page with some days of free times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorPage {
    /// Who it is.
    pub doctor: DoctorBrief,
    /// What the doctor says about the work.
    pub about: String,
    /// The languages spoken, as language tags.
    pub languages: Vec<String>,
    /// The clinics with hours.
    pub clinics: Vec<ClinicBrief>,
    /// Where the doctor may practise.
    pub licences: Vec<LicenceBrief>,
    /// What a visit costs.
    pub fee: Money,
    /// How long a visit lasts.
    pub visit_minutes: u16,
    /// Until when before the start a patient cancels freely.
    pub cancel_notice_hours: i64,
    /// The days shown, in the reader's zone, each with its number of free times.
    pub days: Vec<DayCount>,
    /// The first day of the page before; none when that would be the past.
    pub earlier: Option<Date>,
    /// The first day of the next page; none beyond what can be booked.
    pub later: Option<Date>,
    /// The next free time at all.
    pub next_free: Option<OpenTime>,
}

/// A time that is kept for somebody who fills in the form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldView {
    /// The hold.
    pub claim: ClaimId,
    /// With whom.
    pub doctor: DoctorBrief,
    /// Where.
    pub clinic: ClinicBrief,
    /// When the visit begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Until when the time is kept.
    pub expires_at: Timestamp,
    /// What the visit costs.
    pub fee: Money,
    /// Until when before the start a patient cancels freely.
    pub cancel_notice_hours: i64,
}

/// A patient in a line, for those who treat.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientBrief {
    /// Who it is.
    pub id: PatientId,
    /// The full name.
    pub name: String,
    /// The number for the desk: `7K3-9QF-2X`.
    pub number: String,
    /// The age in years on the day of the visit.
    pub age: i16,
}

/// An appointment in a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppointmentCard {
    /// Which it is.
    pub id: AppointmentId,
    /// The visit that belongs to it.
    pub encounter: EncounterId,
    /// The number for the desk: `7K3-9QF-2X`.
    pub number: String,
    /// Where it stands.
    pub state: AppointmentState,
    /// How people meet.
    pub mode: VisitMode,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// When the waiting room opens.
    pub room_opens_at: Timestamp,
    /// Until when it can be entered.
    pub room_closes_at: Timestamp,
    /// With whom.
    pub doctor: DoctorBrief,
    /// For whom.
    pub patient: PatientBrief,
    /// Where.
    pub clinic: ClinicBrief,
    /// What it costs.
    pub fee: Money,
}

impl AppointmentCard {
    /// From its start to its end.
    #[must_use]
    pub fn range(&self) -> Option<TimeRange> {
        TimeRange::new(self.starts_at, self.ends_at)
    }

    /// Whether the waiting room can be entered at a moment.
    #[must_use]
    pub fn room_is_open(&self, now: Timestamp) -> bool {
        !self.state.is_settled() && self.room_opens_at <= now && now < self.room_closes_at
    }
}

/// An appointment with all that its participants may know of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppointmentView {
    /// What stands in lists.
    pub card: AppointmentCard,
    /// Why the patient comes; none when the person's data was erased.
    pub reason: Option<String>,
    /// When it was booked.
    pub booked_at: Timestamp,
    /// When it was called off.
    pub cancelled_at: Option<Timestamp>,
    /// Whether it can be called off now.
    pub can_cancel: bool,
    /// Until when calling it off counts as in time.
    pub cancel_in_time_until: Timestamp,
    /// The version, for changes.
    pub version: i32,
}

/// An appointment in a doctor's day.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayEntry {
    /// The appointment.
    pub card: AppointmentCard,
    /// Why the patient comes; only in the view of one day.
    pub reason: Option<String>,
}

/// A doctor's day.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorDay {
    /// The day, in the reader's zone.
    pub date: Date,
    /// The appointments that begin on it, in order, without those called off.
    pub entries: Vec<DayEntry>,
}

/// Seven days of a doctor, from a Monday.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorWeek {
    /// The Monday.
    pub first: Date,
    /// The days, each with its appointments.
    pub days: Vec<DoctorDay>,
}

/// Hours of a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekHours {
    /// The weekday; on the wire 1 (Monday) to 7 (Sunday), as in ISO 8601.
    #[serde(with = "super::hours::iso_weekday")]
    pub weekday: Weekday,
    /// The hours, in the clinic's local time.
    pub hours: LocalHours,
}

/// A day that differs from the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionView {
    /// Which it is.
    pub id: ScheduleExceptionId,
    /// What differs, and when.
    pub exception: DayException,
}

/// A doctor's hours at one clinic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicHours {
    /// The clinic.
    pub clinic: ClinicBrief,
    /// The weekly hours, by weekday and start.
    pub week: Vec<WeekHours>,
    /// The days from today on that differ, in order.
    pub exceptions: Vec<ExceptionView>,
}

/// A doctor's hours, and what no longer fits them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursView {
    /// Whose they are.
    pub doctor: DoctorId,
    /// The version, for changes.
    pub version: i32,
    /// How long a visit lasts.
    pub visit_minutes: u16,
    /// The clinics at which the doctor works.
    pub clinics: Vec<ClinicHours>,
    /// Coming appointments that lie outside the hours. They stay until somebody calls them off.
    pub outside: Vec<AppointmentCard>,
}
