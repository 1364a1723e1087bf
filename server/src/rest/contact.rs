//! The phone number and postal address of the patient on whose behalf the caller acts.

use super::{
    Problem,
    callers::SignedIn,
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    directory::{self, CorrectContact},
    error::retry,
};
use model::{directory::ContactView, identity::TypedAddress};
use serde::Serialize;
use utoipa::ToSchema;

/// The contact data of a patient.
#[derive(Serialize, ToSchema)]
pub(super) struct Contact {
    /// The phone number in E.164 format.
    #[schema(examples("+447700900123"))]
    phone: Option<String>,
    /// The postal address; null when none was given.
    address: Option<Address>,
    /// The version of the patient. Send it with a correction.
    version: i32,
}

/// A postal address.
#[derive(Serialize, ToSchema)]
pub(super) struct Address {
    /// House number and street.
    #[schema(examples("10 High Street"))]
    line_1: String,
    /// Flat, building or similar.
    line_2: Option<String>,
    /// Town or city.
    #[schema(examples("Reading"))]
    town: String,
    /// Postcode, as written in its country; null where there is none.
    #[schema(examples("RG1 1AA"))]
    postcode: Option<String>,
    /// The ISO 3166-1 alpha-2 code of the country.
    #[schema(examples("GB"))]
    country: String,
}

impl From<ContactView> for Contact {
    fn from(view: ContactView) -> Self {
        Self { phone: view.phone, address: view.address.map(Into::into), version: view.version }
    }
}

impl From<TypedAddress> for Address {
    fn from(address: TypedAddress) -> Self {
        let given = |text: String| Some(text).filter(|text| !text.is_empty());
        let TypedAddress { line_1, line_2, town, postcode, country } = address;
        Self { line_1, line_2: given(line_2), town, postcode: given(postcode), country }
    }
}

/// Gets the phone number and postal address of the patient on whose behalf the caller acts.
#[utoipa::path(
    get, path = "/me/contact", tag = "people", operation_id = "get_contact",
    responses(
        (status = 200, description = "The phone number and the address.", body = Contact),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
    )
)]
pub(super) async fn get(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<Contact>, Problem> {
    let contact = retry(|| directory::contact(&domain, &access)).await?;
    Ok(Json(contact.into()))
}

/// A corrected phone number and postal address. If no part of the address except the country is given, the address is removed.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "phone": "+44 7700 900123", "line_1": "10 High Street", "town": "Reading", "postcode": "RG1 1AA", "country": "GB", "version": 1 }))]
pub(super) struct ContactCorrection {
    /// The phone number with its country code.
    phone: String,
    /// House number and street.
    #[schema(max_length = 100)]
    line_1: Option<String>,
    /// Flat, building or similar.
    #[schema(max_length = 100)]
    line_2: Option<String>,
    /// Town or city.
    #[schema(max_length = 100)]
    town: Option<String>,
    /// Postcode, as written in its country.
    #[schema(max_length = 12)]
    postcode: Option<String>,
    /// The ISO 3166-1 alpha-2 code of the country.
    country: Option<String>,
    /// The version of the patient that the correction is based on. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for ContactCorrection {
    fn read(fields: &mut Fields) -> Option<Self> {
        let phone = fields.required("phone", fields::text);
        let [line_1, line_2, town, postcode, country] =
            ["line_1", "line_2", "town", "postcode", "country"].map(|name| fields.optional(name, fields::text));
        let version = fields.required_number("version");
        Some(Self { phone: phone?, line_1, line_2, town, postcode, country, version: version? })
    }
}

/// Corrects the phone number and postal address of the patient on whose behalf the caller acts.
#[utoipa::path(
    put, path = "/me/contact", tag = "people", operation_id = "correct_contact", request_body = ContactCorrection,
    responses(
        (status = 200, description = "The new phone number and address.", body = Contact),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the patient has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn correct(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(correction): Body<ContactCorrection>,
) -> Result<Json<Contact>, Problem> {
    let ContactCorrection { phone, line_1, line_2, town, postcode, country, version } = correction;
    let [line_1, line_2, town, postcode, country] = [line_1, line_2, town, postcode, country].map(Option::unwrap_or_default);
    let address = TypedAddress { line_1, line_2, town, postcode, country };
    let command = CorrectContact { phone, address, version };
    retry(|| directory::correct_contact(&domain, &access, command.clone())).await?;
    let contact = retry(|| directory::contact(&domain, &access)).await?;
    Ok(Json(contact.into()))
}
