//! Keeping a time for some minutes, while a program asks the patient for the rest.

use super::{
    Problem,
    callers::{Id, SignedIn},
    directory::{Clinic, DoctorName, OfferedVisit},
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use domain::{
    Domain,
    error::retry,
    scheduling::{self, Hold},
};
use jiff::Timestamp;
use model::{
    ids::{ClinicId, DoctorId, ReservationId, VisitTypeId},
    scheduling::views::HoldView,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A time to keep, for the patient on whose behalf the caller acts.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "doctor_id": "019ac2f0-5c1e-7000-8000-000000000001",
    "clinic_id": "019ac2f0-5c1e-7000-8000-000000000002",
    "starts_at": "2026-11-24T10:30:00Z"
}))]
pub(super) struct TimeHoldRequest {
    /// The id of the doctor.
    #[schema(value_type = Uuid)]
    doctor_id: DoctorId,
    /// The id of the clinic: `clinic_id` of the slot.
    #[schema(value_type = Uuid)]
    clinic_id: ClinicId,
    /// When the visit would begin: `starts_at` of the slot.
    starts_at: Timestamp,
    /// The visit type: an `id` of the doctor's `visit_types`. By default the first one.
    #[schema(value_type = Option<Uuid>)]
    visit_type_id: Option<VisitTypeId>,
}

impl FromFields for TimeHoldRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (doctor_id, clinic_id) = (fields.required("doctor_id", fields::id), fields.required("clinic_id", fields::id));
        let starts_at = fields.required("starts_at", fields::instant);
        let visit_type_id = fields.optional("visit_type_id", fields::id);
        Some(Self { doctor_id: doctor_id?, clinic_id: clinic_id?, starts_at: starts_at?, visit_type_id })
    }
}

/// A time that is kept for a patient.
#[derive(Serialize, ToSchema)]
pub(super) struct HeldTime {
    /// The id. Send it as `hold_id` with the booking.
    id: Uuid,
    /// The doctor.
    doctor: DoctorName,
    /// The clinic.
    clinic: Clinic,
    /// When the visit would begin.
    starts_at: Timestamp,
    /// When the visit would end.
    ends_at: Timestamp,
    /// Until when the time is kept.
    expires_at: Timestamp,
    /// The visit type, with its fee.
    visit_type: OfferedVisit,
    /// The phone number of the patient's account, which the doctor calls if the booking names no other one; null if it is no visit by phone, and if the account has none.
    phone: Option<String>,
    /// How many hours before the start a patient must cancel at the latest to cancel in time.
    cancel_notice_hours: i64,
}

impl From<HoldView> for HeldTime {
    fn from(view: HoldView) -> Self {
        Self {
            id: view.reservation.into(),
            doctor: view.doctor.into(),
            clinic: view.clinic.into(),
            starts_at: view.starts_at,
            ends_at: view.ends_at,
            expires_at: view.expires_at,
            visit_type: view.visit_type.into(),
            phone: view.phone,
            cancel_notice_hours: view.cancel_notice_hours,
        }
    }
}

/// Keeps a free time for the patient for some minutes. A patient has one such time: the one before is free again.
#[utoipa::path(
    post, path = "/holds", tag = "appointments", operation_id = "hold_time", request_body = TimeHoldRequest,
    responses(
        (status = 201, description = "The time is kept.", body = HeldTime,
            headers(("Location" = String, description = "The path of the kept time."))),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
        (status = 404, description = "`not_found`: the doctor or the clinic does not exist.", body = ErrorBody),
        (status = 409, description = "`scheduling.slot_taken`, `scheduling.slot_past`, `scheduling.slot_unknown` (the doctor does not offer this time), \
            `scheduling.patient_busy`, `scheduling.doctor_unavailable`, `scheduling.doctor_unlicensed` (the doctor has no valid licence), \
            `scheduling.doctor_without_fee`, `scheduling.doctor_licensed_elsewhere` (no licence of the doctor is valid in the country of the patient's address), \
            `scheduling.visit_type_gone` (the doctor does not offer this type), `scheduling.too_many_appointments`, \
            `scheduling.too_many_with_doctor`, `scheduling.held_too_often` (the patient has kept this time too often today) or \
            `directory.doctor_unverified`.", body = ErrorBody),
    )
)]
pub(super) async fn hold(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<TimeHoldRequest>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<HeldTime>), Problem> {
    let TimeHoldRequest { doctor_id: doctor, clinic_id: clinic, starts_at: start, visit_type_id: visit_type } = request;
    let command = Hold { doctor, clinic, start, visit_type };
    let held: HeldTime = retry(|| scheduling::hold(&domain, &access, command)).await?.into();
    let location = (header::LOCATION, format!("/api/v1/holds/{}", held.id));
    Ok((StatusCode::CREATED, [location], Json(held)))
}

/// Gets a time that is kept for the patient.
#[utoipa::path(
    get, path = "/holds/{hold_id}", tag = "appointments", operation_id = "get_hold",
    params(("hold_id" = Uuid, Path, description = "The id of the kept time.")),
    responses(
        (status = 200, description = "The kept time.", body = HeldTime),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
        (status = 409, description = "`scheduling.doctor_without_fee` or `scheduling.visit_type_gone`: the doctor does not offer this any more.", body = ErrorBody),
        (status = 410, description = "`scheduling.hold_expired`: it is not kept any more, was booked, or was never kept for this patient.", body = ErrorBody),
    )
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<ReservationId>,
) -> Result<Json<HeldTime>, Problem> {
    Ok(Json(retry(|| scheduling::hold_view(&domain, &access, id)).await?.into()))
}

/// Gives back a time that is kept for the patient. One that is not kept any more stays as it is.
#[utoipa::path(
    delete, path = "/holds/{hold_id}", tag = "appointments", operation_id = "release_hold",
    params(("hold_id" = Uuid, Path, description = "The id of the kept time.")),
    responses(
        (status = 204, description = "Others can book the time."),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
    )
)]
pub(super) async fn release(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<ReservationId>,
) -> Result<StatusCode, Problem> {
    retry(|| scheduling::release(&domain, &access, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
