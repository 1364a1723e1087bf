//! Series for a patient of the clinic, for reception; and for a doctor's own patient.

use super::{
    super::{
        Problem,
        callers::{Id, IdempotencyKey, SignedIn},
        payload::Body,
        problem::ErrorBody,
    },
    series::{Series, SeriesPreview, SeriesRequest, SeriesRuleRequest, answer},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode},
};
use domain::{Domain, error::retry, scheduling};
use model::ids::PatientId;

/// Says which dates of a series can be booked for a patient, and offers the nearest free times for the others.
///
/// For reception; and for a doctor who treats the patient, with that doctor. Nothing is held.
#[utoipa::path(
    post, path = "/patients/{patient_id}/series/preview", tag = "appointments", operation_id = "preview_series_for_patient",
    request_body = SeriesRuleRequest,
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses(
        (status = 200, description = "The dates.", body = SeriesPreview),
        (status = 403, description = "`access.forbidden`: the caller does not book for patients.", body = ErrorBody),
        (status = 404, description = "`not_found`: the patient, the doctor or the clinic does not exist, or is not of the caller's clinic.", body = ErrorBody),
        (status = 409, description = "A reason why the doctor cannot be booked, as in `POST /series/preview`.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(in crate::rest) async fn preview(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
    Body(request): Body<SeriesRuleRequest>,
) -> Result<Json<SeriesPreview>, Problem> {
    let command = request.command();
    Ok(Json(retry(|| scheduling::preview_series_for_patient(&domain, &access, patient, command.clone())).await?.into()))
}

/// Books a series for a patient: all appointments, or none.
///
/// For reception; and for a doctor who treats the patient, with that doctor. The notice that the doctor needs does not matter, and no time is overbooked.
#[utoipa::path(
    post, path = "/patients/{patient_id}/series", tag = "appointments", operation_id = "book_series_for_patient", request_body = SeriesRequest,
    params(
        ("patient_id" = Uuid, Path, description = "The id of the patient."),
        ("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
            description = "A text that the caller chooses, different for each series."),
    ),
    responses(
        (status = 201, description = "The series, booked by this request or by an earlier one with the same key.", body = Series,
            headers(("Location" = String, description = "The path of the series."))),
        (status = 403, description = "`access.forbidden`: the caller does not book for patients.", body = ErrorBody),
        (status = 404, description = "`not_found`: the patient, the doctor or the clinic does not exist, or is not of the caller's clinic.", body = ErrorBody),
        (status = 409, description = "`scheduling.series_collides`: some times are not free, and nothing was booked; `details.dates` says which, and what is free near them. \
            Or a reason for which one appointment could not be booked, as in `POST /patients/{patient_id}/appointments`.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(in crate::rest) async fn create(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
    key: IdempotencyKey,
    Body(request): Body<SeriesRequest>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Series>), Problem> {
    let command = request.command(key.required()?);
    answer(retry(|| scheduling::book_series_for_patient(&domain, &access, patient, command.clone())).await?)
}
