//! The working hours of the doctor as whom the caller acts: the weekly ones at each clinic, and the days that differ.

use super::{
    Problem,
    appointments::AppointmentSummary,
    callers::{Id, IdempotencyKey, SignedIn},
    directory::Clinic,
    fields::{self, Fields, FromFields},
    payload::{Body, one_of},
    problem::ErrorBody,
    why::time,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain, Error,
    error::retry,
    scheduling::{self, AddException, ReplaceWeek},
};
use jiff::civil::{Date, Time, Weekday};
use model::{
    directory::WEEKDAYS,
    errors::{Code, FieldFault},
    ids::{ClinicId, ScheduleExceptionId},
    scheduling::{
        DayException, ExceptionKind, LocalHours,
        views::{ClinicHours, ExceptionView, HoursView, WeekHours},
    },
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

const DAY_OFF: &str = "day_off";
const HOURS_OFF: &str = "hours_off";
const EXTRA_HOURS: &str = "extra_hours";

fn kind() -> Object {
    one_of([DAY_OFF, HOURS_OFF, EXTRA_HOURS])
}

/// The working hours of a doctor.
#[derive(Serialize, ToSchema)]
pub(super) struct Schedules {
    /// The version. Send it with changed weekly hours.
    version: i32,
    /// The clinics at which the doctor works, by name.
    items: Vec<Schedule>,
    /// The coming appointments that no longer fit the hours. They stay until somebody moves or cancels them.
    outside: Vec<AppointmentSummary>,
}

/// The working hours at one clinic, in its local time.
#[derive(Serialize, ToSchema)]
struct Schedule {
    /// The clinic.
    clinic: Clinic,
    /// The weekly hours, in order: a weekday and hours. `00:00` as an end is the end of the day.
    #[schema(examples(json!(["monday 09:00-12:30", "monday 14:00-18:00"])))]
    week: Vec<String>,
    /// What differs from them, from today on and in order.
    exceptions: Vec<ScheduleException>,
}

/// What differs from the weekly hours on a date.
#[derive(Serialize, ToSchema)]
struct ScheduleException {
    /// The id. Blocked time and time off have one id on all their dates and at all clinics.
    id: Uuid,
    /// The date at the clinic.
    date: Date,
    /// What is different.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// The hours that are off, or that are worked in addition; null for a day off.
    #[schema(examples("09:00-12:30"))]
    hours: Option<String>,
    /// What the doctor has written for themselves; null if there is nothing.
    note: Option<String>,
}

impl From<HoursView> for Schedules {
    fn from(view: HoursView) -> Self {
        Self {
            version: view.version,
            items: view.clinics.into_iter().map(Into::into).collect(),
            outside: view.outside.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<ClinicHours> for Schedule {
    fn from(ClinicHours { clinic, week, exceptions }: ClinicHours) -> Self {
        let day = |weekday: Weekday| usize::try_from(weekday.to_monday_zero_offset()).ok().and_then(|day| WEEKDAYS.get(day));
        let line = |of: WeekHours| format!("{} {}", day(of.weekday).copied().unwrap_or_default(), written(of.hours));
        Self {
            clinic: clinic.into(),
            week: week.into_iter().map(line).collect(),
            exceptions: exceptions.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<ExceptionView> for ScheduleException {
    fn from(ExceptionView { id, exception, note }: ExceptionView) -> Self {
        let (kind, hours) = match exception.kind {
            ExceptionKind::DayOff => (DAY_OFF, None),
            ExceptionKind::Off { hours } => (HOURS_OFF, Some(hours)),
            ExceptionKind::Extra { hours } => (EXTRA_HOURS, Some(hours)),
        };
        Self { id: id.into(), date: exception.date, kind, hours: hours.map(written), note }
    }
}

/// Hours as they are sent: `09:00-12:30`.
fn written(hours: LocalHours) -> String {
    let clock = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
    format!("{}-{}", clock(hours.start()), clock(hours.end()))
}

/// Hours as they are sent.
fn hours(text: &str) -> Result<LocalHours, FieldFault> {
    let (from, until) = text.split_once('-').ok_or(FieldFault::Malformed)?;
    LocalHours::new(time(from)?, time(until)?)
}

/// Hours on a weekday: `monday 09:00-12:30`.
fn week_hours(text: &str) -> Result<WeekHours, FieldFault> {
    let (day, text) = text.split_once(' ').ok_or(FieldFault::Malformed)?;
    let place = WEEKDAYS.iter().position(|name| *name == day).and_then(|place| i8::try_from(place).ok());
    let weekday = place.and_then(|place| Weekday::from_monday_zero_offset(place).ok()).ok_or(FieldFault::Malformed)?;
    Ok(WeekHours { weekday, hours: hours(text)? })
}

/// The weekly hours at a clinic.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "week": ["monday 09:00-12:30", "monday 14:00-18:00", "thursday 09:00-17:00"], "version": 1 }))]
pub(super) struct ScheduleRequest {
    /// All hours of the week, each as a weekday and hours; empty for a clinic at which the doctor no longer works.
    #[schema(value_type = Vec<String>, max_items = 42)]
    week: Vec<WeekHours>,
    /// The version that the change is based on. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for ScheduleRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (week, version) = (fields.required_words("week", week_hours), fields.required_number("version"));
        Some(Self { week: week?, version: version? })
    }
}

/// What is to differ from the weekly hours on a date.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "date": "2026-12-24", "kind": "hours_off", "hours": "12:00-17:00" }))]
pub(super) struct ScheduleExceptionRequest {
    /// The date at the clinic.
    date: Date,
    /// What is different.
    #[schema(schema_with = kind)]
    kind: String,
    /// The hours that are off, or that are worked in addition; not for a day off.
    #[schema(value_type = Option<String>, pattern = "^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$")]
    hours: Option<LocalHours>,
}

impl FromFields for ScheduleExceptionRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (date, kind) = (fields.required("date", fields::day), fields.required("kind", fields::text));
        let hours = fields.optional("hours", hours);
        Some(Self { date: date?, kind: kind?, hours })
    }
}

impl ScheduleExceptionRequest {
    fn exception(&self) -> Result<DayException, Error> {
        let kind = match (self.kind.as_str(), self.hours) {
            (DAY_OFF, None) => ExceptionKind::DayOff,
            (DAY_OFF, Some(_)) => return Err(Error::field("hours", FieldFault::UnknownChoice)),
            (HOURS_OFF, Some(hours)) => ExceptionKind::Off { hours },
            (EXTRA_HOURS, Some(hours)) => ExceptionKind::Extra { hours },
            (HOURS_OFF | EXTRA_HOURS, None) => return Err(Error::field("hours", FieldFault::Missing)),
            (_, _) => return Err(Error::field("kind", FieldFault::UnknownChoice)),
        };
        Ok(DayException { date: self.date, kind })
    }
}

/// The use case has the clinic as a field of a form; here it is in the path.
fn clinic_of_path(error: Error) -> Error {
    if error.field_errors().iter().any(|wrong| wrong.field == "clinic") { Code::NotFound.into() } else { error }
}

/// Lists the working hours of the calling doctor: the weekly ones at each clinic, and the days that differ.
#[utoipa::path(
    get, path = "/schedules", tag = "doctors", operation_id = "list_schedules",
    responses(
        (status = 200, description = "The working hours.", body = Schedules),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
    )
)]
pub(super) async fn list(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<Schedules>, Problem> {
    Ok(Json(retry(|| scheduling::hours(&domain, &access)).await?.into()))
}

/// Replaces the weekly hours of the calling doctor at a clinic, from today on. Appointments stay, even those that no longer fit.
#[utoipa::path(
    put, path = "/schedules/{clinic_id}", tag = "doctors", operation_id = "replace_schedule", request_body = ScheduleRequest,
    params(
        ("clinic_id" = Uuid, Path, description = "The id of the clinic."),
        ("Idempotency-Key" = Option<String>, Header, max_length = 100,
            description = "A text that the caller chooses. A repeated request with the same key is carried out once."),
    ),
    responses(
        (status = 200, description = "The working hours.", body = Schedules),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
        (status = 409, description = "`request.stale`: something was changed since that version. `scheduling.hours_overlap`: two of the hours overlap, or one \
            overlaps hours at another clinic.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already used for a \
            different request.", body = ErrorBody),
    )
)]
pub(super) async fn replace(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(clinic): Id<ClinicId>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Body(ScheduleRequest { week, version }): Body<ScheduleRequest>,
) -> Result<Json<Schedules>, Problem> {
    let command = ReplaceWeek { clinic, week, version, idempotency_key };
    let view = retry(|| scheduling::replace_week(&domain, &access, command.clone())).await.map_err(clinic_of_path)?;
    Ok(Json(view.into()))
}

/// Adds a day off, hours off or extra hours of the calling doctor at a clinic. Appointments stay, even those that no longer fit.
#[utoipa::path(
    post, path = "/schedules/{clinic_id}/exceptions", tag = "doctors", operation_id = "add_schedule_exception", request_body = ScheduleExceptionRequest,
    params(
        ("clinic_id" = Uuid, Path, description = "The id of the clinic."),
        ("Idempotency-Key" = Option<String>, Header, max_length = 100,
            description = "A text that the caller chooses. A repeated request with the same key is carried out once."),
    ),
    responses(
        (status = 201, description = "The working hours.", body = Schedules),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already used for a \
            different request.", body = ErrorBody),
    )
)]
pub(super) async fn add(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(clinic): Id<ClinicId>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Body(request): Body<ScheduleExceptionRequest>,
) -> Result<(StatusCode, Json<Schedules>), Problem> {
    let command = AddException { clinic, exception: request.exception()?, idempotency_key };
    let view = retry(|| scheduling::add_exception(&domain, &access, command.clone())).await.map_err(clinic_of_path)?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// Removes what differs on a date: the weekly hours apply again.
#[utoipa::path(
    delete, path = "/schedule-exceptions/{exception_id}", tag = "doctors", operation_id = "remove_schedule_exception",
    params(("exception_id" = Uuid, Path, description = "The id of the exception.")),
    responses(
        (status = 204, description = "The exception is removed."),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
    )
)]
pub(super) async fn remove(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<ScheduleExceptionId>,
) -> Result<StatusCode, Problem> {
    retry(|| scheduling::remove_exception(&domain, &access, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
