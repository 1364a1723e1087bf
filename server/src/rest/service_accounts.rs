//! Accounts of programs that work for a clinic, as an administrator manages them.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, one_of},
    problem::ErrorBody,
    tokens::scopes,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    identity::{self, MakeServiceAccount, RenewServiceToken, ServiceToken},
};
use jiff::Timestamp;
use model::{
    access::Role,
    identity::{SERVICE_ROLES, ServiceAccountRow},
    ids::{ClinicId, MembershipId},
    scopes::ApiScope,
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

fn role() -> Object {
    one_of(SERVICE_ROLES.into_iter().map(Role::as_str))
}

/// A service account.
#[derive(Serialize, ToSchema)]
pub(super) struct ServiceAccount {
    /// The id of the account's role, which names the account.
    membership_id: Uuid,
    /// What administrators call it.
    name: String,
    /// Its role.
    #[schema(schema_with = role)]
    role: &'static str,
    /// The name of the clinic.
    clinic: Option<String>,
    /// What its tokens may do.
    #[schema(schema_with = scopes)]
    scopes: Vec<ApiScope>,
    /// The name of the administrator who made it.
    made_by: String,
    /// Until when its newest token works; null when none works.
    expires_at: Option<Timestamp>,
    /// When a token of it was last used, to the minute.
    used_at: Option<Timestamp>,
    /// From which network address.
    used_from: Option<String>,
}

impl From<ServiceAccountRow> for ServiceAccount {
    fn from(row: ServiceAccountRow) -> Self {
        let ServiceAccountRow { id, name, role, clinic, scopes, made_by, expires_at, used_at, used_from } = row;
        let (membership_id, role) = (id.uuid(), role.as_str());
        Self { membership_id, name, role, clinic, scopes, made_by, expires_at, used_at, used_from }
    }
}

/// A new token of a service account.
#[derive(Serialize, ToSchema)]
pub(super) struct NewServiceToken {
    /// The id of the account's role, which names the account.
    membership_id: Uuid,
    /// The secret, to send as `Authorization: Bearer …`. The server stores only its hash, so keep it.
    #[schema(examples("bedside_service_5b1f0c…"))]
    token: String,
    /// Until when it works.
    expires_at: Timestamp,
}

impl From<ServiceToken> for NewServiceToken {
    fn from(made: ServiceToken) -> Self {
        let ServiceToken { id, token, expires_at } = made;
        Self { membership_id: id.uuid(), token, expires_at }
    }
}

/// A service account to be made.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Phone system", "clinic_id": "01929a3e-0000-7000-8000-000000000000", "role": "receptionist",
    "scopes": ["patients:read"], "days": 90
}))]
pub(super) struct ServiceAccountRequest {
    /// What administrators call it.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// The clinic.
    #[schema(value_type = Uuid)]
    clinic_id: ClinicId,
    /// Its role.
    #[schema(schema_with = role)]
    role: String,
    /// What its tokens may do.
    #[schema(schema_with = scopes)]
    scopes: Vec<String>,
    /// For how many days the first token works.
    #[schema(minimum = 1, maximum = 365)]
    days: i32,
}

impl FromFields for ServiceAccountRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", fields::text);
        let clinic_id = fields.required("clinic_id", fields::id);
        let role = fields.required("role", fields::text);
        let scopes = fields.required_texts("scopes");
        let days = fields.required_number("days");
        Some(Self { name: name?, clinic_id: clinic_id?, role: role?, scopes: scopes?, days: days? })
    }
}

/// For how long a token is to work.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "days": 90 }))]
pub(super) struct Renewal {
    /// For how many days it works.
    #[schema(minimum = 1, maximum = 365)]
    days: i32,
}

impl FromFields for Renewal {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { days: fields.required_number("days")? })
    }
}

/// Lists the service accounts at the clinics that the caller manages, by name.
#[utoipa::path(
    get, path = "/service-accounts", tag = "organisation", operation_id = "list_service_accounts",
    responses(
        (status = 200, description = "All service accounts that have not ended.", body = List<ServiceAccount>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
) -> Result<Json<List<ServiceAccount>>, Problem> {
    Ok(Json(List::whole(retry(|| identity::list_service_accounts(&domain, &access)).await?)))
}

/// Makes a service account with its first token.
///
/// Nobody can sign in with it. It does what its role and its scopes allow.
#[utoipa::path(
    post, path = "/service-accounts", tag = "organisation", operation_id = "make_service_account", request_body = ServiceAccountRequest,
    responses(
        (status = 201, description = "The token with its secret, which is not shown again.", body = NewServiceToken),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
    )
)]
pub(super) async fn make(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<ServiceAccountRequest>,
) -> Result<(StatusCode, Json<NewServiceToken>), Problem> {
    let ServiceAccountRequest { name, clinic_id, role, scopes, days } = request;
    let command = MakeServiceAccount { name, clinic: clinic_id.to_string(), role, scopes, days: days.to_string() };
    let made = retry(|| identity::make_service_account(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Makes a new token for a service account. The earlier ones work for another day at most.
#[utoipa::path(
    post, path = "/service-accounts/{membership_id}/token", tag = "organisation", operation_id = "renew_service_token",
    params(("membership_id" = Uuid, Path, description = "The id of the account's role.")), request_body = Renewal,
    responses((status = 201, description = "The token with its secret, which is not shown again.", body = NewServiceToken))
)]
pub(super) async fn renew(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<MembershipId>,
    Body(request): Body<Renewal>,
) -> Result<(StatusCode, Json<NewServiceToken>), Problem> {
    let command = RenewServiceToken { id, days: request.days.to_string() };
    let made = retry(|| identity::renew_service_token(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Ends a service account. Its tokens stop working at once.
#[utoipa::path(
    delete, path = "/service-accounts/{membership_id}", tag = "organisation", operation_id = "end_service_account",
    params(("membership_id" = Uuid, Path, description = "The id of the account's role.")),
    responses((status = 204, description = "The account has ended."))
)]
pub(super) async fn end(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<MembershipId>,
) -> Result<StatusCode, Problem> {
    retry(|| identity::end_service_account(&domain, &access, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
