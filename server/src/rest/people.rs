//! Who the caller is, and the caller's name.

use super::{
    Problem,
    callers::SignedIn,
    fields::{self, Fields, FromFields},
    payload::{Body, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    access::Acting,
    error::retry,
    identity::{self, AccountView, CorrectName, RoleView},
};
use model::access::Role;
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

fn role() -> Object {
    one_of(Role::ALL.map(Role::as_str))
}

/// The caller's account.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    /// The account.
    user_id: Uuid,
    /// The name as it is shown.
    #[schema(examples("Amara Osei"))]
    name: String,
    /// The same in Latin letters, where documents cannot show the name.
    latin_name: Option<String>,
    /// The version of the account, to correct the name.
    version: i32,
    /// The address that mail is sent to, with its domain in ASCII.
    email: String,
    /// The person's IANA zone.
    #[schema(examples("Europe/London"))]
    time_zone: String,
    /// The role that this session acts in.
    #[schema(schema_with = role)]
    role: &'static str,
    /// The clinic that the role is limited to; null for all, and for patients.
    clinic_id: Option<Uuid>,
    /// The own record, when the session acts as a patient.
    patient_id: Option<Uuid>,
    /// The practitioner, when the session acts as a doctor.
    doctor_id: Option<Uuid>,
    /// Everything that the person may act as.
    roles: Vec<HeldRole>,
}

/// A role that the person may act in.
#[derive(Serialize, ToSchema)]
struct HeldRole {
    /// The role.
    #[schema(schema_with = role)]
    role: &'static str,
    /// The clinic by name; null for all, and for patients.
    clinic_name: Option<String>,
    /// Whether this session acts in it.
    current: bool,
}

impl Me {
    fn new(acting: &Acting, account: AccountView) -> Self {
        Self {
            user_id: acting.user.uuid(),
            name: account.name,
            latin_name: account.latin_name,
            version: account.version,
            email: account.email,
            time_zone: account.time_zone,
            role: acting.role.as_str(),
            clinic_id: acting.clinic.map(Into::into),
            patient_id: acting.patient.map(Into::into),
            doctor_id: acting.doctor.map(Into::into),
            roles: account.roles.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<RoleView> for HeldRole {
    fn from(held: RoleView) -> Self {
        Self { role: held.role.as_str(), clinic_name: held.clinic, current: held.current }
    }
}

/// The caller's account and role.
#[utoipa::path(get, path = "/me", tag = "people", operation_id = "get_me", responses((status = 200, description = "Who the token stands for.", body = Me)))]
pub(super) async fn me(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<Me>, Problem> {
    let account = retry(|| identity::account(&domain, &access)).await?;
    Ok(Json(Me::new(access.acting()?, account)))
}

/// A corrected name.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "山田 太郎", "latin_name": "Taro Yamada", "version": 1 }))]
pub(super) struct NameCorrection {
    /// The full name, as the person writes it.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// The same in Latin letters; needed where documents cannot show the name.
    latin_name: Option<String>,
    /// The version of the account that was read; with another one now, nothing is done.
    version: i32,
}

impl FromFields for NameCorrection {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", fields::text);
        let latin_name = fields.optional("latin_name", fields::text);
        let version = fields.required_number("version");
        Some(Self { name: name?, latin_name, version: version? })
    }
}

/// Correct the caller's name.
///
/// It changes wherever the name stands: the account, the patient's record, the doctor's profile. What was signed keeps the name that it was
/// signed with.
#[utoipa::path(
    put, path = "/me/name", tag = "people", operation_id = "correct_name", request_body = NameCorrection,
    responses(
        (status = 200, description = "The account with its new name.", body = Me),
        (status = 409, description = "`request.stale`: the account was changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn correct_name(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(correction): Body<NameCorrection>,
) -> Result<Json<Me>, Problem> {
    let NameCorrection { name, latin_name, version } = correction;
    let command = CorrectName { name, latin_name: latin_name.unwrap_or_default(), version };
    retry(|| identity::correct_name(&domain, &access, command.clone())).await?;
    let account = retry(|| identity::account(&domain, &access)).await?;
    Ok(Json(Me::new(access.acting()?, account)))
}
