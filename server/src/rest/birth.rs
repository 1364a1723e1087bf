//! The date of birth of the patient on whose behalf the caller acts.

use super::{
    Problem,
    callers::SignedIn,
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain, Error,
    directory::{self, CorrectBirthDate},
    error::retry,
};
use jiff::{civil::Date, tz::TimeZone};
use model::{directory::BirthView, identity::DateOfBirth};
use serde::Serialize;
use utoipa::ToSchema;

/// The date of birth of a patient.
#[derive(Serialize, ToSchema)]
pub(super) struct BirthDate {
    /// The date of birth.
    #[schema(examples("1980-02-29"))]
    date_of_birth: Date,
    /// The version of the patient. Send it with a correction.
    version: i32,
}

impl From<BirthView> for BirthDate {
    fn from(view: BirthView) -> Self {
        Self { date_of_birth: view.date_of_birth, version: view.version }
    }
}

/// Gets the date of birth of the patient on whose behalf the caller acts.
#[utoipa::path(
    get, path = "/me/birth-date", tag = "people", operation_id = "get_birth_date",
    responses(
        (status = 200, description = "The date of birth.", body = BirthDate),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
    )
)]
pub(super) async fn get(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<BirthDate>, Problem> {
    let birth = retry(|| directory::birth_date(&domain, &access)).await?;
    Ok(Json(birth.into()))
}

/// A corrected date of birth.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "date_of_birth": "1980-02-29", "version": 1 }))]
pub(super) struct BirthDateCorrection {
    /// The date of birth. It is in the past, and at most 130 years ago.
    date_of_birth: Date,
    /// The version of the patient that the correction is based on. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for BirthDateCorrection {
    fn read(fields: &mut Fields) -> Option<Self> {
        let date_of_birth = fields.required("date_of_birth", fields::day);
        let version = fields.required_number("version");
        Some(Self { date_of_birth: date_of_birth?, version: version? })
    }
}

/// Corrects the date of birth of the patient on whose behalf the caller acts. Signed documents keep the one with which they were signed.
#[utoipa::path(
    put, path = "/me/birth-date", tag = "people", operation_id = "correct_birth_date", request_body = BirthDateCorrection,
    responses(
        (status = 200, description = "The new date of birth.", body = BirthDate),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the patient has been changed since that version. `directory.birth_date_guarded`: \
            the caller is a guardian, and the child is nearly old enough to decide about the record; only the clinic corrects the date.", body = ErrorBody),
    )
)]
pub(super) async fn correct(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(correction): Body<BirthDateCorrection>,
) -> Result<Json<BirthDate>, Problem> {
    let BirthDateCorrection { date_of_birth: date, version } = correction;
    // The use case would name one of three fields, which a form has and this request has not.
    let today = domain.now().to_zoned(TimeZone::UTC).date();
    DateOfBirth::new(date, today).map_err(|fault| Error::field("date_of_birth", fault))?;
    let date_of_birth = [date.day().to_string(), date.month().to_string(), format!("{:04}", date.year())];
    let command = CorrectBirthDate { date_of_birth, version };
    retry(|| directory::correct_birth_date(&domain, &access, command.clone())).await?;
    let birth = retry(|| directory::birth_date(&domain, &access)).await?;
    Ok(Json(birth.into()))
}
