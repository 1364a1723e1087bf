//! A doctor joins one more clinic.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{extract::State, http::StatusCode};
use domain::{
    Domain,
    directory::{self, JoinClinic},
    error::retry,
};
use model::ids::{ClinicId, DoctorId};
use utoipa::ToSchema;

/// The clinic that a doctor joins.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClinicToJoin {
    /// The id of the clinic. It pays in the currency of the doctor's fee.
    #[schema(value_type = Uuid)]
    clinic_id: ClinicId,
}

impl FromFields for ClinicToJoin {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { clinic_id: fields.required("clinic_id", fields::id)? })
    }
}

/// Lets a verified doctor work at one more clinic. `POST /memberships/{membership_id}/end` ends it.
#[utoipa::path(
    post, path = "/doctors/{doctor_id}/clinics", tag = "organisation", operation_id = "join_clinic", request_body = ClinicToJoin,
    params(("doctor_id" = Uuid, Path, description = "The id of the doctor.")),
    responses(
        (status = 204, description = "The doctor works there from now on."),
        (status = 403, description = "`directory.account_elsewhere`: the doctor works at another clinic, so an administrator of the whole organisation decides.", body = ErrorBody),
        (status = 409, description = "`identity.role_held`: the doctor works there already.", body = ErrorBody),
    )
)]
pub(super) async fn join(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(doctor): Id<DoctorId>,
    Body(wanted): Body<ClinicToJoin>,
) -> Result<StatusCode, Problem> {
    let command = JoinClinic { doctor, clinic: wanted.clinic_id.to_string() };
    retry(|| directory::join_clinic(&domain, &access, command.clone())).await?;
    Ok(StatusCode::NO_CONTENT)
}
