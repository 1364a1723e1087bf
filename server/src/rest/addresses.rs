//! The addresses of a patient other than the home address.

use super::{
    Problem,
    callers::SignedIn,
    contact::Address,
    fields::{self, Fields, FromFields},
    payload::{Body, List, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    access::Access,
    directory::{self, ChangeAddress},
    error::retry,
};
use jiff::civil::Date;
use model::{
    directory::{AddressKind, AddressView},
    identity::TypedAddress,
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};

fn kind() -> Object {
    one_of(AddressKind::ALL.iter().map(|kind| kind.as_str()))
}

/// A further address, given or not.
#[derive(Serialize, ToSchema)]
pub(super) struct FurtherAddress {
    /// `postal`: where letters go. `temporary`: where the patient is for some time.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// The address; null when none is given.
    address: Option<Address>,
    /// The first day of a temporary address.
    from: Option<Date>,
    /// Its last day.
    until: Option<Date>,
    /// The version, 0 while none was ever given. Send it with a change.
    version: i32,
}

impl From<AddressView> for FurtherAddress {
    fn from(view: AddressView) -> Self {
        let AddressView { kind, kept, version } = view;
        let (address, days) = kept.map(|kept| (kept.address.into(), kept.days)).unzip();
        let (from, until) = days.flatten().unzip();
        Self { kind: kind.as_str(), address, from, until, version }
    }
}

/// A changed further address. If no part of the address except the country is given, and no day, the address is removed.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "postal", "line_1": "10 High Street", "town": "Reading", "postcode": "RG1 1AA", "country": "GB", "version": 0 }))]
pub(super) struct AddressChange {
    /// What it is for.
    #[schema(schema_with = kind)]
    kind: AddressKind,
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
    /// The first day; needed for a temporary address.
    from: Option<Date>,
    /// The last day; needed for a temporary address.
    until: Option<Date>,
    /// The version that the change is based on. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for AddressChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let kind = fields.required("kind", AddressKind::parse);
        let [line_1, line_2, town, postcode, country] =
            ["line_1", "line_2", "town", "postcode", "country"].map(|name| fields.optional(name, fields::text));
        let from = fields.optional("from", fields::day);
        let until = fields.optional("until", fields::day);
        let version = fields.required_number("version");
        Some(Self { kind: kind?, line_1, line_2, town, postcode, country, from, until, version: version? })
    }
}

/// Lists the further addresses of the patient on whose behalf the caller acts, one for each kind.
#[utoipa::path(
    get, path = "/me/addresses", tag = "people", operation_id = "list_addresses",
    responses(
        (status = 200, description = "The addresses.", body = List<FurtherAddress>),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
) -> Result<Json<List<FurtherAddress>>, Problem> {
    all(&domain, &access).await
}

/// Changes or removes a further address of the patient on whose behalf the caller acts. Earlier versions are kept.
#[utoipa::path(
    put, path = "/me/addresses", tag = "people", operation_id = "change_address", request_body = AddressChange,
    responses(
        (status = 200, description = "The addresses.", body = List<FurtherAddress>),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the address has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn change(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(change): Body<AddressChange>,
) -> Result<Json<List<FurtherAddress>>, Problem> {
    let AddressChange { kind, line_1, line_2, town, postcode, country, from, until, version } = change;
    let [line_1, line_2, town, postcode, country] = [line_1, line_2, town, postcode, country].map(Option::unwrap_or_default);
    let address = TypedAddress { line_1, line_2, town, postcode, country };
    let command = ChangeAddress { kind, address, from: parts(from), until: parts(until), version };
    retry(|| directory::change_address(&domain, &access, command.clone())).await?;
    all(&domain, &access).await
}

async fn all(domain: &Domain, access: &Access) -> Result<Json<List<FurtherAddress>>, Problem> {
    Ok(Json(List::whole(retry(|| directory::addresses(domain, access)).await?)))
}

/// Day, month and year, as the use case takes them; empty for no date.
fn parts(date: Option<Date>) -> [String; 3] {
    let parts = |date: Date| [date.day().to_string(), date.month().to_string(), format!("{:04}", date.year())];
    date.map(parts).unwrap_or_default()
}
