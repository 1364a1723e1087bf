//! The calendar of the doctor as whom the caller acts, and the day of a clinic with its doctors, for its staff.

use super::{
    Problem,
    appointments::AppointmentSummary,
    callers::SignedIn,
    directory::UTC,
    fields::{self, Fields, FromFields},
    payload::Query,
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{Domain, error::retry, scheduling};
use jiff::{Timestamp, civil::Date};
use model::{
    ids::AppointmentId,
    scheduling::{
        TimeRange,
        views::{BlockView, ClinicColumns, DoctorColumn, DoctorDay, DoctorMonth, DoctorWeek, MonthDay},
    },
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Selects a day.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DayQuery {
    /// The day, in the time zone `zone`; by default today.
    #[param(value_type = Date, required = false)]
    day: Option<Date>,
    /// The IANA time zone of the days; `UTC` by default.
    #[param(value_type = String, required = false, pattern = "^[A-Za-z0-9_+/-]+$", example = "Europe/London")]
    zone: Option<String>,
}

impl FromFields for DayQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (day, zone) = (fields.optional("day", fields::day), fields.optional("zone", fields::line));
        Some(Self { day, zone })
    }
}

impl DayQuery {
    fn zone(&self) -> &str {
        self.zone.as_deref().unwrap_or(UTC)
    }
}

/// A part of a day in which a doctor works, without time off. Visits do not change it.
#[derive(Serialize, ToSchema)]
struct WorkingHours {
    /// When it begins.
    starts_at: Timestamp,
    /// When it ends.
    ends_at: Timestamp,
}

impl From<TimeRange> for WorkingHours {
    fn from(range: TimeRange) -> Self {
        Self { starts_at: range.start(), ends_at: range.end() }
    }
}

/// Time off in a calendar.
#[derive(Serialize, ToSchema)]
struct BlockedTime {
    /// The id of the exception, with which it is removed: `DELETE /schedule-exceptions/{exception_id}`.
    exception_id: Uuid,
    /// When it begins.
    starts_at: Timestamp,
    /// When it ends.
    ends_at: Timestamp,
    /// Whether the whole day is off.
    day_off: bool,
    /// What the doctor has written for themselves; null if there is nothing.
    note: Option<String>,
}

impl From<BlockView> for BlockedTime {
    fn from(BlockView { id, range, is_day_off, note }: BlockView) -> Self {
        Self { exception_id: id.into(), starts_at: range.start(), ends_at: range.end(), day_off: is_day_off, note }
    }
}

/// A visit in a calendar.
#[derive(Serialize, ToSchema)]
struct CalendarVisit {
    #[serde(flatten)]
    appointment: AppointmentSummary,
    /// The reason for the visit, in the patient's words; null in a week, and if the patient's data was erased.
    reason: Option<String>,
}

/// A day in the calendar of a doctor.
#[derive(Serialize, ToSchema)]
pub(super) struct CalendarDay {
    /// The day.
    day: Date,
    /// The appointments that begin on it, in order, without cancelled ones.
    visits: Vec<CalendarVisit>,
    /// When the doctor works, at all clinics and in order.
    hours: Vec<WorkingHours>,
    /// The time off, in order.
    blocked: Vec<BlockedTime>,
    /// By how many minutes the doctor has said to run late; null when the doctor is on time, on another day than today, and in a week.
    late_minutes: Option<u16>,
}

impl From<DoctorDay> for CalendarDay {
    fn from(DoctorDay { date, entries, open, blocks, late }: DoctorDay) -> Self {
        let visits = entries.into_iter().map(|entry| CalendarVisit { appointment: entry.card.into(), reason: entry.reason });
        Self {
            day: date,
            visits: visits.collect(),
            hours: open.into_iter().map(Into::into).collect(),
            blocked: blocks.into_iter().map(Into::into).collect(),
            late_minutes: late.map(|late| late.by.minutes()),
        }
    }
}

/// A week in the calendar of a doctor.
#[derive(Serialize, ToSchema)]
pub(super) struct CalendarWeek {
    /// The Monday.
    first_day: Date,
    /// The seven days.
    days: Vec<CalendarDay>,
}

impl From<DoctorWeek> for CalendarWeek {
    fn from(DoctorWeek { first, days }: DoctorWeek) -> Self {
        Self { first_day: first, days: days.into_iter().map(Into::into).collect() }
    }
}

/// A day in a month, without what its visits are.
#[derive(Serialize, ToSchema)]
struct CalendarMonthDay {
    /// The day.
    day: Date,
    /// How many appointments begin on it, without cancelled ones.
    visits: u32,
    /// Whether the doctor works on it.
    works: bool,
    /// Whether time on it is off.
    blocked: bool,
}

impl From<MonthDay> for CalendarMonthDay {
    fn from(MonthDay { date, visits, works, is_blocked }: MonthDay) -> Self {
        Self { day: date, visits, works, blocked: is_blocked }
    }
}

/// A month in the calendar of a doctor.
#[derive(Serialize, ToSchema)]
pub(super) struct CalendarMonth {
    /// The first day of the month.
    first_day: Date,
    /// Whole weeks, from the Monday on or before the first day to the Sunday on or after the last one.
    days: Vec<CalendarMonthDay>,
}

impl From<DoctorMonth> for CalendarMonth {
    fn from(DoctorMonth { first, days }: DoctorMonth) -> Self {
        Self { first_day: first, days: days.into_iter().map(Into::into).collect() }
    }
}

/// Gets a day of the calling doctor: visits with their reasons, working hours and time off.
#[utoipa::path(
    get, path = "/schedules/day", tag = "doctors", operation_id = "get_calendar_day", params(DayQuery),
    responses(
        (status = 200, description = "The day.", body = CalendarDay),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
    )
)]
pub(super) async fn day(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<DayQuery>,
) -> Result<Json<CalendarDay>, Problem> {
    Ok(Json(retry(|| scheduling::day_of_doctor(&domain, &access, query.day, query.zone())).await?.into()))
}

/// Gets the week of the calling doctor around a day, from Monday, without the reasons for the visits.
#[utoipa::path(
    get, path = "/schedules/week", tag = "doctors", operation_id = "get_calendar_week", params(DayQuery),
    responses(
        (status = 200, description = "The week.", body = CalendarWeek),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
    )
)]
pub(super) async fn week(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<DayQuery>,
) -> Result<Json<CalendarWeek>, Problem> {
    Ok(Json(retry(|| scheduling::week_of_doctor(&domain, &access, query.day, query.zone())).await?.into()))
}

/// Gets the month of the calling doctor around a day: how many visits each day has, and nothing about them.
#[utoipa::path(
    get, path = "/schedules/month", tag = "doctors", operation_id = "get_calendar_month", params(DayQuery),
    responses(
        (status = 200, description = "The month.", body = CalendarMonth),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
    )
)]
pub(super) async fn month(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<DayQuery>,
) -> Result<Json<CalendarMonth>, Problem> {
    Ok(Json(retry(|| scheduling::month_of_doctor(&domain, &access, query.day, query.zone())).await?.into()))
}

/// A doctor on the day of a clinic.
#[derive(Serialize, ToSchema)]
struct ClinicDayDoctor {
    /// The id of the doctor.
    doctor_id: Uuid,
    /// The name, with the title.
    name: String,
    /// When the doctor works at the clinic, in order; empty for a day that is over, and for callers without a clinic of their own.
    hours: Vec<WorkingHours>,
}

impl From<DoctorColumn> for ClinicDayDoctor {
    fn from(DoctorColumn { doctor, name, open }: DoctorColumn) -> Self {
        Self { doctor_id: doctor.into(), name, hours: open.into_iter().map(Into::into).collect() }
    }
}

/// A visit on the day of a clinic.
#[derive(Serialize, ToSchema)]
struct ClinicDayVisit {
    #[serde(flatten)]
    appointment: AppointmentSummary,
    /// Why staff overbooked the time; null for a visit that has its time for itself.
    overbooking: Option<String>,
}

/// The day of a clinic.
#[derive(Serialize, ToSchema)]
pub(super) struct ClinicDay {
    /// The day.
    day: Date,
    /// The doctors who have hours or visits on it, by name.
    doctors: Vec<ClinicDayDoctor>,
    /// The appointments that begin on it, in order, also those that were cancelled.
    visits: Vec<ClinicDayVisit>,
}

impl From<ClinicColumns> for ClinicDay {
    fn from(ClinicColumns { day, doctors, .. }: ClinicColumns) -> Self {
        let mut overbooked = day.overbooked;
        let mut why = |id: AppointmentId| {
            let place = overbooked.iter().position(|visit| visit.appointment == id)?;
            Some(overbooked.swap_remove(place).reason)
        };
        let visits = day.cards.into_iter().map(|card| {
            let overbooking = why(card.id);
            ClinicDayVisit { appointment: card.into(), overbooking }
        });
        Self { day: day.date, visits: visits.collect(), doctors: doctors.into_iter().map(Into::into).collect() }
    }
}

/// Gets the day of the caller's clinic, with its doctors. Doctors get their own visits.
#[utoipa::path(
    get, path = "/clinic-day", tag = "appointments", operation_id = "get_clinic_day", params(DayQuery),
    responses(
        (status = 200, description = "The day.", body = ClinicDay),
        (status = 403, description = "`access.forbidden`: the caller is a patient, or their role has no appointments.", body = ErrorBody),
    )
)]
pub(super) async fn of_clinic(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<DayQuery>,
) -> Result<Json<ClinicDay>, Problem> {
    Ok(Json(retry(|| scheduling::clinic_columns(&domain, &access, query.day, query.zone())).await?.into()))
}
