//! What the doctor as whom the caller acts says about their time at short notice: blocked hours, and running late.

use super::{
    Problem,
    callers::{IdempotencyKey, SignedIn},
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
    schedules::Schedules,
    why::time,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain, Error,
    error::retry,
    scheduling::{self, BlockTime, TellLate},
};
use jiff::civil::{Date, Time};
use model::{
    errors::FieldFault,
    scheduling::{LateBy, LocalHours},
};
use utoipa::ToSchema;

/// Hours to block on a day.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "date": "2026-12-22", "from": "12:00", "until": "13:30", "zone": "Europe/London", "note": "Dentist" }))]
pub(super) struct BlockRequest {
    /// The day.
    date: Date,
    /// From when: `14:30`.
    #[schema(value_type = String, pattern = "^[0-9]{2}:[0-9]{2}$")]
    from: Time,
    /// Until when; `00:00` is the end of the day.
    #[schema(value_type = String, pattern = "^[0-9]{2}:[0-9]{2}$")]
    until: Time,
    /// The IANA time zone of the day and the hours.
    zone: String,
    /// What the doctor writes for themselves.
    note: Option<String>,
}

impl FromFields for BlockRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (date, zone) = (fields.required("date", fields::day), fields.required("zone", fields::line));
        let (from, until) = (fields.required("from", time), fields.required("until", time));
        let note = fields.optional("note", fields::text);
        Some(Self { date: date?, from: from?, until: until?, zone: zone?, note })
    }
}

/// Blocks hours of the calling doctor on a day, at all clinics, so that nobody can book them. Appointments stay.
///
/// They are free again when their exception is removed: `DELETE /schedule-exceptions/{exception_id}`.
#[utoipa::path(
    post, path = "/blocked-times", tag = "doctors", operation_id = "block_time", request_body = BlockRequest,
    params(("Idempotency-Key" = Option<String>, Header, max_length = 100,
        description = "A text that the caller chooses. A repeated request with the same key is carried out once.")),
    responses(
        (status = 201, description = "The working hours, with what differs from them.", body = Schedules),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`: also for hours that do not exist because the clock goes forward over them. \
            `request.idempotency_mismatch`: the key was already used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn block(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Body(request): Body<BlockRequest>,
) -> Result<(StatusCode, Json<Schedules>), Problem> {
    let BlockRequest { date, from, until, zone, note } = request;
    let hours = LocalHours::new(from, until).map_err(|fault| Error::field("until", fault))?;
    let command = BlockTime { date, hours, zone, note: note.unwrap_or_default(), idempotency_key };
    let view = retry(|| scheduling::block(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// By how much a doctor runs late.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "minutes": 20, "zone": "Europe/London" }))]
pub(super) struct RunningLateRequest {
    /// 10, 20, 30 or 45 minutes; null or missing when the doctor is on time again.
    minutes: Option<i32>,
    /// The IANA time zone in which the doctor's day ends; then it ends by itself.
    zone: String,
}

impl FromFields for RunningLateRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (minutes, zone) = (fields.optional_number("minutes"), fields.required("zone", fields::line));
        Some(Self { minutes, zone: zone? })
    }
}

/// Tells the patients of the day by how much the calling doctor runs late, or that the doctor is on time again.
#[utoipa::path(
    put, path = "/running-late", tag = "doctors", operation_id = "tell_late", request_body = RunningLateRequest,
    responses(
        (status = 204, description = "The patients whose visits have not begun see it."),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
    )
)]
pub(super) async fn tell_late(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(RunningLateRequest { minutes, zone }): Body<RunningLateRequest>,
) -> Result<StatusCode, Problem> {
    let by = |minutes: i32| u16::try_from(minutes).map_err(|_| FieldFault::UnknownChoice).and_then(LateBy::new);
    let by = minutes.map(by).transpose().map_err(|fault| Error::field("minutes", fault))?;
    let command = TellLate { by, zone };
    retry(|| scheduling::tell_late(&domain, &access, command.clone())).await?;
    Ok(StatusCode::NO_CONTENT)
}
