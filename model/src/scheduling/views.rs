//! What pages show of doctors, free times, appointments and hours. Types with data about a patient have no `Debug`.

use super::{AppointmentState, DayException, LocalHours, TimeRange, VisitMode};
use crate::{
    ids::{AppointmentId, ClinicId, DoctorId, EncounterId, PatientId, ReservationId, ScheduleExceptionId},
    money::Money,
};
use jiff::{
    Timestamp,
    civil::{Date, Weekday},
};
use serde::{Deserialize, Serialize};

/// A field of medicine that patients can search for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialtyView {
    /// The identifier used in URLs: `general-practice`.
    pub slug: String,
    /// The name.
    pub name: String,
}

/// A short description of a doctor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorBrief {
    /// The doctor's id.
    pub id: DoctorId,
    /// The name, with the title.
    pub name: String,
    /// The names of the specialties, in order.
    pub specialties: Vec<String>,
}

/// A short description of a clinic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicBrief {
    /// The clinic's id.
    pub id: ClinicId,
    /// The name.
    pub name: String,
    /// The IANA time zone in which its hours are local times.
    pub time_zone: String,
    /// The postal address, line by line.
    pub address_lines: Vec<String>,
    /// The telephone number of the reception desk.
    pub phone: Option<String>,
}

/// A time that can be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTime {
    /// The clinic.
    pub clinic: ClinicId,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
}

/// A doctor in the search results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorCard {
    /// The doctor.
    pub doctor: DoctorBrief,
    /// The languages spoken, as language tags.
    pub languages: Vec<String>,
    /// The clinics at which the doctor has hours.
    pub clinics: Vec<ClinicBrief>,
    /// What a visit costs.
    pub fee: Money,
    /// The next free time; if the search names a day, the first free time on that day.
    pub next_free: Option<OpenTime>,
}

/// The number of free times on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCount {
    /// The day, in the reader's time zone.
    pub date: Date,
    /// The number of free times.
    pub free: u32,
}

/// A licence of a doctor, as patients see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceBrief {
    /// The authority that issued it.
    pub authority: String,
    /// The country, as an ISO 3166-1 alpha-2 code.
    pub country: String,
}

/// A doctor's page, with the free times of some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorPage {
    /// The doctor.
    pub doctor: DoctorBrief,
    /// The doctor's description of their work.
    pub about: String,
    /// The languages spoken, as language tags.
    pub languages: Vec<String>,
    /// The clinics at which the doctor has hours.
    pub clinics: Vec<ClinicBrief>,
    /// The doctor's licences.
    pub licences: Vec<LicenceBrief>,
    /// What a visit costs.
    pub fee: Money,
    /// How long a visit lasts.
    pub visit_minutes: u16,
    /// Up to how many hours before the start a patient can cancel in time.
    pub cancel_notice_hours: i64,
    /// The days shown, in the reader's time zone, each with its number of free times.
    pub days: Vec<DayCount>,
    /// The first day of the previous page; none when no time before this page is free.
    pub earlier: Option<Date>,
    /// The first day of the next page; none beyond the booking horizon.
    pub later: Option<Date>,
    /// The doctor's next free time, on any day.
    pub next_free: Option<OpenTime>,
}

/// A time that somebody has chosen before they signed in, as pages name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenTimeView {
    /// The doctor.
    pub doctor: DoctorBrief,
    /// The clinic.
    pub clinic: ClinicBrief,
    /// When the visit would begin.
    pub start: Timestamp,
    /// Whether the caller can still book it.
    pub is_free: bool,
}

/// A time that is held while a patient fills in the booking form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldView {
    /// The id of the hold's reservation.
    pub reservation: ReservationId,
    /// The doctor.
    pub doctor: DoctorBrief,
    /// The clinic.
    pub clinic: ClinicBrief,
    /// When the visit begins.
    pub starts_at: Timestamp,
    /// When the visit ends.
    pub ends_at: Timestamp,
    /// When the hold expires.
    pub expires_at: Timestamp,
    /// What the visit costs.
    pub fee: Money,
    /// Up to how many hours before the start a patient can cancel in time.
    pub cancel_notice_hours: i64,
}

/// A short description of a patient, for those who treat them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientBrief {
    /// The patient's id.
    pub id: PatientId,
    /// The full name.
    pub name: String,
    /// The short person number: `7K3-9QF-2X`.
    pub number: String,
    /// The age in years on the day of the visit.
    pub age: i16,
}

/// An appointment as a row of a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppointmentCard {
    /// The appointment's id.
    pub id: AppointmentId,
    /// The visit that belongs to it.
    pub encounter: EncounterId,
    /// The number that the reception desk uses: `7K3-9QF-2X`.
    pub number: String,
    /// The state.
    pub state: AppointmentState,
    /// How patient and doctor meet.
    pub mode: VisitMode,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// When the waiting room opens.
    pub room_opens_at: Timestamp,
    /// Until when the waiting room can be entered.
    pub room_closes_at: Timestamp,
    /// The doctor.
    pub doctor: DoctorBrief,
    /// The patient.
    pub patient: PatientBrief,
    /// The clinic.
    pub clinic: ClinicBrief,
    /// What it costs.
    pub fee: Money,
}

impl AppointmentCard {
    /// The range from its start to its end.
    #[must_use]
    pub fn range(&self) -> Option<TimeRange> {
        TimeRange::new(self.starts_at, self.ends_at)
    }

    /// Whether the waiting room can be entered at the given time.
    #[must_use]
    pub fn room_is_open(&self, now: Timestamp) -> bool {
        !self.state.is_settled() && self.room_opens_at <= now && now < self.room_closes_at
    }
}

/// An appointment with everything that its participants may know about it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppointmentView {
    /// The data that lists show too.
    pub card: AppointmentCard,
    /// The reason for the visit; none when the patient's data was erased.
    pub reason: Option<String>,
    /// When it was booked.
    pub booked_at: Timestamp,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// What the person who cancelled it told the other side.
    pub cancel_message: Option<String>,
    /// Whether the caller can cancel it now.
    pub can_cancel: bool,
    /// Until when a cancellation counts as in time.
    pub cancel_in_time_until: Timestamp,
    /// The version that a change must name.
    pub version: i32,
}

/// An appointment in a doctor's calendar.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayEntry {
    /// The appointment.
    pub card: AppointmentCard,
    /// The reason for the visit; only in the view of one day.
    pub reason: Option<String>,
}

/// One day in a doctor's calendar.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorDay {
    /// The day, in the reader's time zone.
    pub date: Date,
    /// The appointments that begin on this day, in order, without cancelled ones.
    pub entries: Vec<DayEntry>,
}

/// Seven days of a doctor's calendar, starting on a Monday.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorWeek {
    /// The Monday.
    pub first: Date,
    /// The days, each with its appointments.
    pub days: Vec<DoctorDay>,
}

/// Working hours on a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekHours {
    /// The weekday; on the wire 1 (Monday) to 7 (Sunday), as in ISO 8601.
    #[serde(with = "super::hours::iso_weekday")]
    pub weekday: Weekday,
    /// The hours, in the clinic's local time.
    pub hours: LocalHours,
}

/// An exception to the weekly hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionView {
    /// The exception's id.
    pub id: ScheduleExceptionId,
    /// The date and the kind of exception.
    pub exception: DayException,
}

/// A doctor's hours at one clinic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicHours {
    /// The clinic.
    pub clinic: ClinicBrief,
    /// The weekly hours, sorted by weekday and start.
    pub week: Vec<WeekHours>,
    /// The exceptions from today on, in order.
    pub exceptions: Vec<ExceptionView>,
}

/// A doctor's working hours, and the appointments that no longer fit them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursView {
    /// The doctor.
    pub doctor: DoctorId,
    /// The version that a change must name.
    pub version: i32,
    /// How long a visit lasts.
    pub visit_minutes: u16,
    /// The clinics at which the doctor works.
    pub clinics: Vec<ClinicHours>,
    /// Future appointments outside the working hours. They remain until a person cancels them.
    pub outside: Vec<AppointmentCard>,
}
