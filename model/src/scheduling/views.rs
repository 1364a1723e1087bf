//! What pages show of doctors, free times, appointments and hours. Types with data about a patient have no `Debug`.

use super::{
    AppointmentSeries, AppointmentState, Availability, CancelledBy, ChosenTime, DayException, LateBy, LocalHours, MeetingLink,
    MeetingView, SearchFilter, TimeRange, VisitMode, VisitTypeView,
};
use crate::{
    ids::{AppointmentId, ClinicId, DoctorId, EncounterId, FileId, PatientId, ReservationId, ScheduleExceptionId, VisitTypeId},
    money::Money,
    page::Page,
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
    /// The photo, if there is one. Everybody may see it.
    pub photo: Option<FileId>,
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

/// How many free times a doctor in the search results has.
pub const TIMES_OFFERED: usize = 3;

/// How patients have rated a doctor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AverageRating {
    /// The average in tenths of a star.
    pub tenths: i64,
    /// How many ratings there are.
    pub count: i64,
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
    /// In which ways patients can meet the doctor, in the order of the doctor's visit types.
    pub modes: Vec<VisitMode>,
    /// The visit type of the fee and of the free times; none for the doctor's first one.
    pub visit_type: Option<VisitTypeId>,
    /// How the doctor is rated; none while there are too few ratings to show.
    pub rating: Option<AverageRating>,
    /// The next free times, in order; if the search names days or a time of day, the first ones of these. At most [`TIMES_OFFERED`].
    pub next_free: Vec<OpenTime>,
    /// How far the nearest of the doctor's clinics is from the place of the search, in metres; none if the search has no place, or the position of the clinics is not known.
    pub metres: Option<u32>,
}

/// The result of a search for doctors.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorList {
    /// A page of the doctors: those who are free soonest first, and those without a free time last.
    pub page: Page<DoctorCard>,
    /// How many doctors there are on all pages.
    pub total: u32,
    /// How many doctors fit the search, but cannot be met in the reader's country. They are counted in `total` only if the search is for doctors anywhere.
    pub abroad: u32,
    /// How many doctors fit the search, but are farther away than it wants, and can be met on video. They are not counted in `total`.
    pub farther_by_video: u32,
    /// The specialties that the words of the search were taken for, the most fitting first; empty when they were taken for a name.
    pub meant: Vec<SpecialtyView>,
    /// If nobody was found: each of these leads to somebody when it alone is left out.
    pub loosen: Vec<SearchFilter>,
}

/// What a search for doctors can be narrowed by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchChoices {
    /// All specialties, by name.
    pub specialties: Vec<SpecialtyView>,
    /// The languages that the doctors speak and that are offered, as language tags.
    pub languages: Vec<String>,
    /// Whether an administrator has chosen the order of the languages; otherwise they are sorted by tag.
    pub languages_are_in_order: bool,
    /// The clinics at which the doctors have hours, by name.
    pub clinics: Vec<ClinicBrief>,
    /// The ways in which the doctors can be met, each with the number of doctors.
    pub modes: Vec<ModeCount>,
}

/// How many doctors can be met in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModeCount {
    /// The way.
    pub mode: VisitMode,
    /// The number of doctors whom patients may find.
    pub doctors: u32,
}

/// The number of free times on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCount {
    /// The day, in the reader's time zone.
    pub date: Date,
    /// The number of free times.
    pub free: u32,
}

/// A month of a doctor, for whoever wants a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeMonth {
    /// The doctor.
    pub doctor: DoctorBrief,
    /// The visit type for which times are counted; none for the doctor's first one.
    pub visit_type: Option<VisitTypeId>,
    /// The first day of the month.
    pub first: Date,
    /// The last day that can be booked, in this month or another one.
    pub last: Date,
    /// Whole weeks, from the Monday on or before the first day to the Sunday on or after the last one, in the zone.
    pub days: Vec<DayCount>,
    /// The IANA time zone of the days.
    pub zone: String,
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
    /// What the doctor has learned and where.
    pub qualifications: Vec<String>,
    /// The clinics at which the doctor has hours.
    pub clinics: Vec<ClinicBrief>,
    /// The doctor's licences.
    pub licences: Vec<LicenceBrief>,
    /// The visit types that can be booked, in order.
    pub visit_types: Vec<VisitTypeView>,
    /// The one for which the times, the fee and the length are.
    pub visit_type: VisitTypeId,
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

impl DoctorPage {
    /// The visit type of the page as a chosen time names it: none for the doctor's first one.
    #[must_use]
    pub fn other_type(&self) -> Option<VisitTypeId> {
        let is_first = self.visit_types.first().is_none_or(|first| first.id == self.visit_type);
        (!is_first).then_some(self.visit_type)
    }

    /// How patient and doctor meet at a visit of the page's type.
    #[must_use]
    pub fn mode(&self) -> VisitMode {
        self.visit_types.iter().find(|known| known.id == self.visit_type).map_or(VisitMode::Video, |known| known.mode)
    }
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
    /// The visit type; its length is that of the held time.
    pub visit_type: VisitTypeView,
    /// The visit type as a chosen time names it: none for the doctor's first one.
    pub other_type: Option<VisitTypeId>,
    /// The phone number of the patient's account; only for a visit by phone.
    pub phone: Option<String>,
    /// What the visit costs.
    pub fee: Money,
    /// Up to how many hours before the start a patient can cancel in time.
    pub cancel_notice_hours: i64,
}

impl HoldView {
    /// The held time, as it was chosen.
    #[must_use]
    pub const fn chosen(&self) -> ChosenTime {
        ChosenTime { doctor: self.doctor.id, clinic: self.clinic.id, start: self.starts_at, visit_type: self.other_type }
    }
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

/// What a doctor has said about running late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateView {
    /// By how much, roughly.
    pub by: LateBy,
    /// When it ends by itself: at the end of the doctor's day.
    pub until: Timestamp,
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
    /// Since when the patient waits: in the waiting room, or in the clinic; none before and after.
    pub arrived_at: Option<Timestamp>,
    /// The doctor.
    pub doctor: DoctorBrief,
    /// The patient.
    pub patient: PatientBrief,
    /// The clinic.
    pub clinic: ClinicBrief,
    /// The room of a visit in person: "Room 3"; none if it has none, or is over.
    pub room: Option<String>,
    /// What it costs.
    pub fee: Money,
    /// By how much the doctor runs late; none when the doctor is on time, and when the visit has begun or is not today.
    pub late: Option<LateView>,
}

impl AppointmentCard {
    /// The range from its start to its end.
    #[must_use]
    pub fn range(&self) -> Option<TimeRange> {
        TimeRange::new(self.starts_at, self.ends_at)
    }

    /// Whether the visit is in progress.
    #[must_use]
    pub fn is_in_visit(&self) -> bool {
        self.state == AppointmentState::InVisit
    }

    /// Whether the waiting room can be entered at the given time.
    #[must_use]
    pub fn room_is_open(&self, now: Timestamp) -> bool {
        !self.state.is_settled() && self.room_opens_at <= now && now < self.room_closes_at
    }

    /// From when on patient and doctor see the link to their meeting.
    #[must_use]
    pub fn meeting_opens_at(&self) -> Timestamp {
        self.starts_at - MeetingLink::SHOWN_BEFORE
    }

    /// Whether patient and doctor see the link to their meeting at the given time: from shortly before the start until the end. A visit that lasts longer than
    /// planned ends when its room closes.
    #[must_use]
    pub fn meeting_is_open(&self, now: Timestamp) -> bool {
        let goes_on = match self.state {
            AppointmentState::Confirmed => now < self.ends_at,
            AppointmentState::InVisit => now < self.room_closes_at,
            AppointmentState::Requested
            | AppointmentState::Completed
            | AppointmentState::Cancelled
            | AppointmentState::NoShow => false,
        };
        goes_on && self.meeting_opens_at() <= now
    }
}

/// An appointment with everything that its participants may know about it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppointmentView {
    /// The data that lists show too.
    pub card: AppointmentCard,
    /// The reason for the visit; none when the patient's data was erased.
    pub reason: Option<String>,
    /// The number that the doctor calls at a visit by phone; none when the patient's data was erased.
    pub phone: Option<String>,
    /// The meeting elsewhere on the web; none for a visit that takes place in another way.
    pub meeting: Option<MeetingView>,
    /// When it was booked.
    pub booked_at: Timestamp,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// Who cancelled it.
    pub cancelled_by: Option<CancelledBy>,
    /// What the person who cancelled it told the other side.
    pub cancel_message: Option<String>,
    /// What the doctor or the clinic told the patient when they moved it last.
    pub move_message: Option<String>,
    /// Why staff overbooked the time, for doctor and staff; none for a visit that has its time for itself.
    pub overbooking: Option<String>,
    /// Whether the caller can cancel it now.
    pub can_cancel: bool,
    /// Whether the caller can move it now.
    pub can_move: bool,
    /// Whether the caller is a doctor who may read the patient's record now.
    pub may_read_record: bool,
    /// The day at the clinic on which the patient is to be seen again; none if nobody has said so.
    pub follow_up: Option<Date>,
    /// Whether the caller can say when the patient is to be seen again.
    pub can_plan_follow_up: bool,
    /// The series with which it was booked; none if it was booked alone.
    pub series: Option<AppointmentSeries>,
    /// Until when a cancellation counts as in time.
    pub cancel_in_time_until: Timestamp,
    /// The version that a change must name.
    pub version: i32,
}

/// An appointment, and the free times to which it can move on one day.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveView {
    /// The appointment.
    pub appointment: AppointmentView,
    /// The day, at the clinic.
    pub day: Date,
    /// When the visit can begin on this day, in order.
    pub starts: Vec<Timestamp>,
    /// Whether the caller acts for the patient; others say why they move it.
    pub by_patient: bool,
}

/// Whether an appointment could move to one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveTrial {
    /// Whether it could begin then, and if not, why.
    pub availability: Availability,
    /// Minutes from one time that the doctor offers for such a visit to the next.
    pub step_mins: u16,
}

/// Time off that a doctor thinks of taking, and the visits in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeOffView {
    /// From when until when.
    pub range: TimeRange,
    /// The coming visits that it touches, in order.
    pub visits: Vec<TouchedVisit>,
}

/// A visit in time off.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TouchedVisit {
    /// The appointment.
    pub card: AppointmentCard,
    /// Its version, which a change must name.
    pub version: i32,
    /// The next free time to which it could move; none if there is none. No two visits are offered the same one.
    pub next_free: Option<Timestamp>,
}

/// An appointment in a doctor's calendar.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayEntry {
    /// The appointment.
    pub card: AppointmentCard,
    /// The reason for the visit; only in the view of one day.
    pub reason: Option<String>,
}

/// Time off in a doctor's calendar. Nobody can book it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockView {
    /// The exception that it comes from.
    pub id: ScheduleExceptionId,
    /// From when until when. Of a whole day off these are its weekly hours.
    pub range: TimeRange,
    /// Whether the whole day is off.
    pub is_day_off: bool,
    /// What the doctor wrote for themselves.
    pub note: Option<String>,
}

/// A clinic's day, for its staff.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicDay {
    /// The day, in the reader's time zone.
    pub date: Date,
    /// The appointments that begin on this day, in order, also those that were cancelled.
    pub cards: Vec<AppointmentCard>,
    /// Whether the caller notes who has come.
    pub may_note: bool,
    /// The visits among them that staff has overbooked.
    pub overbooked: Vec<OverbookedVisit>,
    /// Whether one of the visits is in a clinic that has rooms.
    pub has_rooms: bool,
}

/// A visit at a time that was taken already.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverbookedVisit {
    /// The appointment.
    pub appointment: AppointmentId,
    /// Why staff overbooked the time.
    pub reason: String,
}

/// When a visit can begin, as reception sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskTime {
    /// When the visit would begin.
    pub start: Timestamp,
    /// Whether the time is free; one that is taken can be overbooked.
    pub is_free: bool,
}

/// A doctor's times on a day of a clinic, for reception, which books for a patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskBookingView {
    /// The doctor.
    pub doctor: DoctorBrief,
    /// The clinic.
    pub clinic: ClinicBrief,
    /// The day, at the clinic.
    pub day: Date,
    /// The visit types that can be booked, in order.
    pub visit_types: Vec<VisitTypeView>,
    /// The one for which the times are.
    pub visit_type: VisitTypeId,
    /// When a visit of this type can begin on this day, in order.
    pub times: Vec<DeskTime>,
}

/// A clinic's day with its doctors side by side.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicColumns {
    /// The day.
    pub day: ClinicDay,
    /// The doctors who have hours at the clinic or visits on this day, by name.
    pub doctors: Vec<DoctorColumn>,
    /// The clinic at which reception books for patients; none for staff without a clinic of their own, and for those who do not book.
    pub books_at: Option<ClinicId>,
}

/// A doctor on a clinic's day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorColumn {
    /// The doctor.
    pub doctor: DoctorId,
    /// The name, with the title.
    pub name: String,
    /// The working hours at the clinic, without time off, in order; none for a day that is over.
    pub open: Vec<TimeRange>,
}

/// One day in a doctor's calendar.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorDay {
    /// The day, in the reader's time zone.
    pub date: Date,
    /// The appointments that begin on this day, in order, without cancelled ones.
    pub entries: Vec<DayEntry>,
    /// The working hours on this day at all clinics, without time off, in order. Visits do not change them.
    pub open: Vec<TimeRange>,
    /// The time off on this day, in order.
    pub blocks: Vec<BlockView>,
    /// What the doctor has said about running late; only in the view of one day, if it is today.
    pub late: Option<LateView>,
}

impl DoctorDay {
    /// The appointments that overlap blocked time, although nobody could book them now.
    pub fn in_blocked_time(&self) -> impl Iterator<Item = &AppointmentCard> {
        self.entries.iter().map(|entry| &entry.card).filter(|card| self.is_blocked(card))
    }

    /// Whether an appointment that is not over overlaps blocked time.
    #[must_use]
    pub fn is_blocked(&self, card: &AppointmentCard) -> bool {
        let range = card.range().filter(|_| !card.state.is_settled());
        range.is_some_and(|range| self.blocks.iter().any(|block| block.range.overlaps(range)))
    }
}

/// Seven days of a doctor's calendar, starting on a Monday.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorWeek {
    /// The Monday.
    pub first: Date,
    /// The days, each with its appointments.
    pub days: Vec<DoctorDay>,
}

/// A month of a doctor's calendar, without what the visits are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorMonth {
    /// The first day of the month.
    pub first: Date,
    /// Whole weeks, from the Monday on or before the first day to the Sunday on or after the last one.
    pub days: Vec<MonthDay>,
}

/// A day in a month of a doctor's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthDay {
    /// The day, in the reader's time zone.
    pub date: Date,
    /// How many visits begin on it, without cancelled ones.
    pub visits: u32,
    /// Whether the doctor has working hours on it.
    pub works: bool,
    /// Whether time on it is blocked or off.
    pub is_blocked: bool,
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

/// What a verified doctor has done so that patients can choose and book them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstSteps {
    /// Whether there are working hours now or later.
    pub has_hours: bool,
    /// What a visit costs; none when nobody has set it.
    pub fee: Option<Money>,
    /// Whether the doctor has confirmed the fee by saving their profile.
    pub is_fee_checked: bool,
    /// Whether the doctor has written about themselves.
    pub has_about: bool,
}

impl FirstSteps {
    /// Whether nothing is left to do.
    #[must_use]
    pub const fn are_done(self) -> bool {
        self.has_hours && self.fee.is_some() && self.is_fee_checked && self.has_about
    }
}

/// An exception to the weekly hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionView {
    /// The exception's id. Blocked time has one id at all clinics and on all its dates.
    pub id: ScheduleExceptionId,
    /// The date and the kind of exception.
    pub exception: DayException,
    /// What the doctor wrote for themselves.
    pub note: Option<String>,
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

/// What happened to appointments on one day, for those who run the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingFigures {
    /// Appointments that were booked on this day, for whenever.
    pub booked: i64,
    /// Appointments that were cancelled on this day.
    pub cancelled: i64,
    /// Appointments of this day whose time is over and at which nobody met.
    pub missed: i64,
    /// Appointments of this day that were not cancelled, whatever has come of them.
    pub planned: i64,
}

/// The visits that wait for a doctor's answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestsWaiting {
    /// How many there are.
    pub count: i64,
    /// The one that must be answered first.
    pub first: Option<AppointmentId>,
}
