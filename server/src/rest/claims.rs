//! The codes with which patients claim the records that a clinic has made for them.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    patients::parts,
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    directory::{self, ClaimRecord, Claimant},
    error::retry,
};
use jiff::{Timestamp, civil::Date};
use model::{directory::ClaimLetter, ids::PatientId};
use serde::Serialize;
use utoipa::ToSchema;

/// A code with which a patient claims their record.
#[derive(Serialize, ToSchema)]
pub(super) struct ClaimCode {
    /// The code. It is shown only this once.
    #[schema(examples("7K3X9-QF2XA"))]
    code: String,
    /// Until when it works.
    expires_at: Timestamp,
}

impl From<ClaimLetter> for ClaimCode {
    fn from(letter: ClaimLetter) -> Self {
        Self { code: letter.code, expires_at: letter.expires_at }
    }
}

/// Makes a code with which a patient who has no account claims their record. An earlier code that was not used stops working.
#[utoipa::path(
    post, path = "/patients/{patient_id}/claim-codes", tag = "patients", operation_id = "make_claim_code",
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses(
        (status = 201, description = "The code.", body = ClaimCode),
        (status = 403, description = "`access.forbidden`: the caller may see the patient but make no code.", body = ErrorBody),
        (status = 409, description = "`directory.patient_has_account`: the patient needs no code.", body = ErrorBody),
    )
)]
pub(super) async fn make_code(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
) -> Result<(StatusCode, Json<ClaimCode>), Problem> {
    let letter = retry(|| directory::make_claim_code(&domain, &access, patient)).await?;
    Ok((StatusCode::CREATED, Json(letter.into())))
}

/// A code from a clinic, and the date of birth of its patient.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "7K3X9-QF2XA", "date_of_birth": "1980-02-29" }))]
pub(super) struct ClaimRequest {
    /// The code.
    code: String,
    /// The date of birth of the patient.
    date_of_birth: Date,
}

impl FromFields for ClaimRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (code, date_of_birth) = (fields.required("code", fields::text), fields.required("date_of_birth", fields::day));
        Some(Self { code: code?, date_of_birth: date_of_birth? })
    }
}

/// What a claim has led to.
#[derive(Serialize, ToSchema)]
pub(super) struct Claim {
    /// Whether the record is the caller's own now. If not, the caller may act for its patient next to their own record.
    own: bool,
}

/// Claims the record of a code for the caller's account.
#[utoipa::path(
    post, path = "/me/claims", tag = "people", operation_id = "claim_record", request_body = ClaimRequest,
    responses(
        (status = 200, description = "The record is claimed.", body = Claim),
        (status = 403, description = "`access.forbidden`: the caller does not act as a patient.", body = ErrorBody),
        (status = 410, description = "`directory.claim_used`, `directory.claim_expired`.", body = ErrorBody),
    )
)]
pub(super) async fn claim(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<ClaimRequest>,
) -> Result<Json<Claim>, Problem> {
    let command = ClaimRecord { code: request.code, date_of_birth: parts(request.date_of_birth) };
    let claimant = retry(|| directory::claim_record(&domain, &access, command.clone())).await?;
    Ok(Json(Claim { own: claimant == Claimant::Own }))
}
