//! Booking for a patient of the clinic, for reception, and for a doctor's own patient. Both may also overbook.

use super::{
    super::{
        Problem,
        callers::{Id, IdempotencyKey, SignedIn},
        fields::{self, Fields, FromFields},
        payload::Body,
        problem::ErrorBody,
    },
    shapes::Appointment,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use domain::{
    Domain,
    error::retry,
    scheduling::{self, BookForPatient},
};
use jiff::Timestamp;
use model::{
    ids::{ClinicId, DoctorId, PatientId, VisitTypeId},
    scheduling::ChosenTime,
};
use utoipa::ToSchema;

/// An appointment to book for a patient of the clinic.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "doctor_id": "019ac2f0-5c1e-7000-8000-000000000001",
    "clinic_id": "019ac2f0-5c1e-7000-8000-000000000002",
    "starts_at": "2026-11-24T10:30:00Z",
    "reason": "Sore throat since Thursday",
    "overbooking": "Sent by the ward"
}))]
pub(in crate::rest) struct DeskBookingRequest {
    /// The id of the doctor.
    #[schema(value_type = Uuid)]
    doctor_id: DoctorId,
    /// The id of the clinic, which is that of the caller.
    #[schema(value_type = Uuid)]
    clinic_id: ClinicId,
    /// When the appointment begins.
    starts_at: Timestamp,
    /// The visit type: an `id` of the doctor's `visit_types`; by default the first one.
    #[schema(value_type = Option<Uuid>)]
    visit_type_id: Option<VisitTypeId>,
    /// The reason for the visit, in the patient's words.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    reason: String,
    /// The number that the doctor calls at a visit by phone, with the country code; by default that of the patient.
    phone: Option<String>,
    /// Why a time that is taken is overbooked, at most 200 characters. Without it, only a free time is booked. It does not matter for a free time.
    overbooking: Option<String>,
}

impl FromFields for DeskBookingRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let doctor_id = fields.required("doctor_id", fields::id);
        let clinic_id = fields.required("clinic_id", fields::id);
        let starts_at = fields.required("starts_at", fields::instant);
        let visit_type_id = fields.optional("visit_type_id", fields::id);
        let reason = fields.required("reason", fields::text);
        let (phone, overbooking) = (fields.optional("phone", fields::text), fields.optional("overbooking", fields::text));
        Some(Self {
            doctor_id: doctor_id?,
            clinic_id: clinic_id?,
            starts_at: starts_at?,
            visit_type_id,
            reason: reason?,
            phone,
            overbooking,
        })
    }
}

/// Books for a patient of the clinic.
///
/// For reception; and for a doctor who treats the patient, with that doctor. The notice that the doctor needs does not matter. With a reason, a time that is taken is overbooked: it may overlap other visits of the doctor, and the largest number
/// of visits on a day does not matter. Doctors who are off, and clinics that are closed, are not booked.
#[utoipa::path(
    post, path = "/patients/{patient_id}/appointments", tag = "appointments", operation_id = "book_for_patient", request_body = DeskBookingRequest,
    params(
        ("patient_id" = Uuid, Path, description = "The id of the patient."),
        ("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
            description = "A text that the caller chooses, different for each booking."),
    ),
    responses(
        (status = 201, description = "The appointment, booked by this request or by an earlier one with the same key.", body = Appointment,
            headers(("Location" = String, description = "The path of the appointment."))),
        (status = 403, description = "`access.forbidden`: the caller does not book for patients.", body = ErrorBody),
        (status = 404, description = "`not_found`: the patient, the doctor or the clinic does not exist, or is not of the caller's clinic.", body = ErrorBody),
        (status = 409, description = "`scheduling.slot_taken` (without a reason to overbook), `scheduling.slot_past`, `scheduling.slot_unknown` (the doctor does not work at this \
            time), `scheduling.patient_busy`, `scheduling.doctor_unavailable`, `scheduling.doctor_unlicensed`, `scheduling.doctor_without_fee`, `scheduling.visit_type_gone`, \
            `scheduling.too_many_appointments`, `scheduling.too_many_with_doctor`, `scheduling.patient_needs_remote_care` (a visit on video or by phone, and the patient does not \
            agree to remote care) or `directory.doctor_unverified`.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(in crate::rest) async fn create(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
    key: IdempotencyKey,
    Body(request): Body<DeskBookingRequest>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Appointment>), Problem> {
    let DeskBookingRequest { doctor_id: doctor, clinic_id: clinic, starts_at: start, visit_type_id: visit_type, .. } = request;
    let command = BookForPatient {
        patient,
        time: ChosenTime { doctor, clinic, start, visit_type },
        reason: request.reason,
        phone: request.phone.unwrap_or_default(),
        overbooking: request.overbooking.unwrap_or_default(),
        idempotency_key: Some(key.required()?),
    };
    let booked: Appointment = retry(|| scheduling::book_for_patient(&domain, &access, command.clone())).await?.into();
    let location = (header::LOCATION, format!("/api/v1/appointments/{}", booked.id()));
    Ok((StatusCode::CREATED, [location], Json(booked)))
}
