//! Who the caller is.

use super::{Problem, callers::SignedIn, payload::one_of};
use axum::{Json, extract::State};
use domain::{
    Domain,
    access::Acting,
    error::retry,
    identity::{self, AccountView, RoleView},
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
