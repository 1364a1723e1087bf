//! Series of appointments: looked at, booked, read and cancelled.

use super::{
    super::{
        Problem,
        callers::{Id, IdempotencyKey, SignedIn},
        fields::{self, Fields, FromFields},
        payload::{Body, OptionalBody, one_of},
        problem::ErrorBody,
    },
    shapes::AppointmentSummary,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use domain::{
    Domain,
    error::retry,
    scheduling::{self, BookSeries, CancelSeries, PreviewSeries, SeriesDates, SeriesOutcome},
};
use jiff::{Timestamp, civil::Date};
use model::{
    ids::{AppointmentId, ClinicId, DoctorId, SeriesId, VisitTypeId},
    scheduling::{SeriesView, SlotReason},
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

fn reason() -> Object {
    one_of(SlotReason::ALL.iter().map(|reason| reason.as_str()))
}

/// How a series repeats.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "doctor_id": "019ac2f0-5c1e-7000-8000-000000000001",
    "clinic_id": "019ac2f0-5c1e-7000-8000-000000000002",
    "starts_at": "2026-11-24T10:30:00Z",
    "every_weeks": 1,
    "times": 4
}))]
pub(in crate::rest) struct SeriesRuleRequest {
    /// The id of the doctor.
    #[schema(value_type = Uuid)]
    doctor_id: DoctorId,
    /// The id of the clinic.
    #[schema(value_type = Uuid)]
    clinic_id: ClinicId,
    /// The visit type: an `id` of the doctor's `visit_types`. By default the first one.
    #[schema(value_type = Option<Uuid>)]
    visit_type_id: Option<VisitTypeId>,
    /// When the first visit begins. The others are at the same time of the clinic's clock.
    starts_at: Timestamp,
    /// By how many weeks the visits are apart, 1 to 12.
    every_weeks: i32,
    /// How many visits there are, at least 2. The last one is within a year. Either this or `until` is given.
    times: Option<i32>,
    /// The last possible date, at the clinic.
    until: Option<Date>,
}

impl FromFields for SeriesRuleRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (doctor_id, clinic_id) = (fields.required("doctor_id", fields::id), fields.required("clinic_id", fields::id));
        let visit_type_id = fields.optional("visit_type_id", fields::id);
        let (starts_at, every_weeks) = (fields.required("starts_at", fields::instant), fields.required_number("every_weeks"));
        let (times, until) = (fields.optional_number("times"), fields.optional("until", fields::day));
        Some(Self {
            doctor_id: doctor_id?,
            clinic_id: clinic_id?,
            visit_type_id,
            starts_at: starts_at?,
            every_weeks: every_weeks?,
            times,
            until,
        })
    }
}

/// A date of a series.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct SeriesDate {
    /// The time of the clinic's clock.
    #[schema(examples("2026-11-24T10:30:00"))]
    local_time: String,
    /// When the visit would begin; null if the clock goes forward over this time.
    starts_at: Option<Timestamp>,
    /// Whether it can be booked.
    free: bool,
    /// The one reason why not; null if it can be booked.
    #[schema(schema_with = reason, required = false)]
    reason: Option<&'static str>,
    /// Free times near it, in order; none if it can be booked.
    nearest: Vec<Timestamp>,
}

impl From<model::scheduling::SeriesDate> for SeriesDate {
    fn from(date: model::scheduling::SeriesDate) -> Self {
        Self {
            local_time: date.local.to_string(),
            starts_at: date.start,
            free: date.reason.is_none(),
            reason: date.reason.map(SlotReason::as_str),
            nearest: date.nearest,
        }
    }
}

/// The dates of a series before it is booked.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct SeriesPreview {
    /// Whether all dates can be booked.
    free: bool,
    /// The time zone of the clinic.
    #[schema(examples("Europe/London"))]
    time_zone: String,
    /// The dates, in order.
    dates: Vec<SeriesDate>,
}

/// Says which dates of a series can be booked, and offers the nearest free times for the others. Nothing is held.
#[utoipa::path(
    post, path = "/series/preview", tag = "appointments", operation_id = "preview_series", request_body = SeriesRuleRequest,
    responses(
        (status = 200, description = "The dates.", body = SeriesPreview),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
        (status = 404, description = "`not_found`: the doctor does not exist.", body = ErrorBody),
        (status = 409, description = "`scheduling.visit_type_gone`, `scheduling.slot_unknown` (the doctor has no hours at the clinic), `scheduling.doctor_unavailable`, \
            `scheduling.doctor_unlicensed`, `scheduling.doctor_without_fee` or `directory.doctor_unverified`.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(in crate::rest) async fn preview(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<SeriesRuleRequest>,
) -> Result<Json<SeriesPreview>, Problem> {
    let command = request.command();
    Ok(Json(retry(|| scheduling::preview_series(&domain, &access, command.clone())).await?.into()))
}

impl SeriesRuleRequest {
    pub(super) fn command(self) -> PreviewSeries {
        let Self { doctor_id: doctor, clinic_id: clinic, visit_type_id: visit_type, .. } = self;
        let dates = SeriesDates::Rule {
            first: self.starts_at,
            every_weeks: i64::from(self.every_weeks),
            times: self.times.map(i64::from),
            until: self.until,
        };
        PreviewSeries { hold: None, doctor, clinic, visit_type, dates }
    }
}

impl From<model::scheduling::SeriesPreview> for SeriesPreview {
    fn from(preview: model::scheduling::SeriesPreview) -> Self {
        let free = preview.is_free();
        let dates = preview.dates.into_iter().map(SeriesDate::from).collect();
        Self { free, time_zone: preview.time_zone, dates }
    }
}

/// A series to book, for the patient on whose behalf the caller acts.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "doctor_id": "019ac2f0-5c1e-7000-8000-000000000001",
    "clinic_id": "019ac2f0-5c1e-7000-8000-000000000002",
    "starts_at": ["2026-11-24T10:30:00Z", "2026-12-01T10:30:00Z"],
    "reason": "Physiotherapy after the operation"
}))]
pub(in crate::rest) struct SeriesRequest {
    /// The id of the doctor.
    #[schema(value_type = Uuid)]
    doctor_id: DoctorId,
    /// The id of the clinic.
    #[schema(value_type = Uuid)]
    clinic_id: ClinicId,
    /// The visit type: an `id` of the doctor's `visit_types`. By default the first one.
    #[schema(value_type = Option<Uuid>)]
    visit_type_id: Option<VisitTypeId>,
    /// When the visits begin: the `starts_at` of a preview, or the times that replace them.
    #[schema(min_items = 2, max_items = 52)]
    starts_at: Vec<Timestamp>,
    /// The reason for the visits, in the patient's words.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    reason: String,
    /// The number that the doctor calls at visits by phone, with the country code; by default that of the account.
    phone: Option<String>,
    /// The fee for each visit that the patient has agreed to. If it is another one now, nothing is booked.
    fee_minor: Option<i32>,
}

impl FromFields for SeriesRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (doctor_id, clinic_id) = (fields.required("doctor_id", fields::id), fields.required("clinic_id", fields::id));
        let visit_type_id = fields.optional("visit_type_id", fields::id);
        let starts_at = fields.required_words("starts_at", fields::instant);
        let (reason, phone) = (fields.required("reason", fields::text), fields.optional("phone", fields::text));
        let fee_minor = fields.optional_number("fee_minor");
        Some(Self {
            doctor_id: doctor_id?,
            clinic_id: clinic_id?,
            visit_type_id,
            starts_at: starts_at?,
            reason: reason?,
            phone,
            fee_minor,
        })
    }
}

/// A booked series.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Series {
    /// The id of the series.
    id: Uuid,
    /// Whether the caller can cancel at least one of its appointments now.
    can_cancel: bool,
    /// Its appointments in the order in which they were booked, cancelled ones included.
    appointments: Vec<AppointmentSummary>,
}

impl From<SeriesView> for Series {
    fn from(view: SeriesView) -> Self {
        let appointments = view.appointments.into_iter().map(AppointmentSummary::from).collect();
        Self { id: view.id.uuid(), can_cancel: view.can_cancel, appointments }
    }
}

/// Books a series: all appointments, or none.
///
/// If the same request is sent again with the same key, nothing more is booked: the answer is the same series. A key is kept for a day.
#[utoipa::path(
    post, path = "/series", tag = "appointments", operation_id = "book_series", request_body = SeriesRequest,
    params(("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
        description = "A text that the caller chooses, different for each series.")),
    responses(
        (status = 201, description = "The series, booked by this request or by an earlier one with the same key.", body = Series,
            headers(("Location" = String, description = "The path of the series."))),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
        (status = 404, description = "`not_found`: the doctor or the clinic does not exist.", body = ErrorBody),
        (status = 409, description = "`scheduling.series_collides`: some times are not free, and nothing was booked; `details.dates` says which, and what is free near them. \
            Or a reason for which one appointment could not be booked, as in `POST /appointments`.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(in crate::rest) async fn create(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    key: IdempotencyKey,
    Body(request): Body<SeriesRequest>,
) -> Result<Booked, Problem> {
    let command = request.command(key.required()?);
    answer(retry(|| scheduling::book_series(&domain, &access, command.clone())).await?)
}

impl SeriesRequest {
    pub(super) fn command(self, key: String) -> BookSeries {
        BookSeries {
            hold: None,
            doctor: self.doctor_id,
            clinic: self.clinic_id,
            starts: self.starts_at,
            reason: self.reason,
            visit_type: self.visit_type_id,
            phone: self.phone.unwrap_or_default(),
            fee_minor: self.fee_minor.map(i64::from),
            idempotency_key: Some(key),
        }
    }
}

/// The answer when a series was booked.
pub(super) type Booked = (StatusCode, [(HeaderName, String); 1], Json<Series>);

/// The answer to a series that was booked, or that collides.
pub(super) fn answer(outcome: SeriesOutcome) -> Result<Booked, Problem> {
    match outcome {
        SeriesOutcome::Booked(view) => {
            let location = (header::LOCATION, format!("/api/v1/series/{}", view.id));
            Ok((StatusCode::CREATED, [location], Json(view.into())))
        }
        SeriesOutcome::Collides(preview) => Err(Problem::of_series(preview.dates.into_iter().map(SeriesDate::from).collect())),
    }
}

/// Gets a series with its appointments.
#[utoipa::path(
    get, path = "/series/{series_id}", tag = "appointments", operation_id = "get_series",
    params(("series_id" = Uuid, Path, description = "The id of the series.")),
    responses((status = 200, description = "The series.", body = Series))
)]
pub(in crate::rest) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<SeriesId>,
) -> Result<Json<Series>, Problem> {
    Ok(Json(retry(|| scheduling::series(&domain, &access, id)).await?.into()))
}

/// Which appointments of a series are cancelled, and what is said about it.
#[derive(Default, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rest) struct CancelSeriesRequest {
    /// The id of the first appointment to cancel: this one and all that begin later. By default all that are still to come.
    #[schema(value_type = Option<Uuid>)]
    from_appointment_id: Option<AppointmentId>,
    /// What the other side is told. Only a patient need not say anything.
    message: Option<String>,
}

impl FromFields for CancelSeriesRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let from_appointment_id = fields.optional("from_appointment_id", fields::id);
        Some(Self { from_appointment_id, message: fields.optional("message", fields::text) })
    }
}

/// Cancels the appointments of a series that are still to come, or one of them and all later ones.
#[utoipa::path(
    post, path = "/series/{series_id}/cancel", tag = "appointments", operation_id = "cancel_series", request_body = Option<CancelSeriesRequest>,
    params(
        ("series_id" = Uuid, Path, description = "The id of the series."),
        ("Idempotency-Key" = Option<String>, Header, max_length = 100,
            description = "A text that the caller chooses. A repeated request with the same key is carried out once."),
    ),
    responses(
        (status = 200, description = "The series.", body = Series),
        (status = 403, description = "`access.forbidden`: the caller may see the series but not cancel it.", body = ErrorBody),
        (status = 409, description = "`scheduling.appointment_settled`: none of the appointments can be cancelled any more.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(in crate::rest) async fn cancel(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(series): Id<SeriesId>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    OptionalBody(request): OptionalBody<CancelSeriesRequest>,
) -> Result<Json<Series>, Problem> {
    let CancelSeriesRequest { from_appointment_id: from, message } = request.unwrap_or_default();
    let command = CancelSeries { series, from, message, idempotency_key };
    Ok(Json(retry(|| scheduling::cancel_series(&domain, &access, command.clone())).await?.into()))
}
