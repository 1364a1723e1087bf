//! The caller's account, and corrections of the caller's name, time zone and language.

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
    directory::{self, CorrectLocale, CorrectName},
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

/// The account of the caller, and the role in which the session acts.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    /// The id of the account.
    user_id: Uuid,
    /// The full name.
    #[schema(examples("Amara Osei"))]
    name: String,
    /// The name in Latin letters, for documents that cannot show the full name; null if none was given.
    latin_name: Option<String>,
    /// The version of the account. Send it with a correction of the name, or of time zone and language.
    version: i32,
    /// The e-mail address that mail is sent to. Its domain is in ASCII form.
    email: String,
    /// The user's IANA time zone.
    #[schema(examples("Europe/London"))]
    time_zone: String,
    /// The tag of the user's language (BCP 47).
    #[schema(examples("en"))]
    language: String,
    /// The role in which this session acts.
    #[schema(schema_with = role)]
    role: &'static str,
    /// The clinic that the role is limited to; null for a role in all clinics and for patients.
    clinic_id: Option<Uuid>,
    /// The patient on whose behalf the session acts, if its role is patient.
    patient_id: Option<Uuid>,
    /// The id of the doctor, if the session acts as a doctor.
    doctor_id: Option<Uuid>,
    /// All roles in which the user may act.
    roles: Vec<HeldRole>,
}

/// A role in which the user may act.
#[derive(Serialize, ToSchema)]
struct HeldRole {
    /// The role.
    #[schema(schema_with = role)]
    role: &'static str,
    /// The name of the clinic; null for a role in all clinics and for patients.
    clinic_name: Option<String>,
    /// Whether this session acts in this role.
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
            language: account.language,
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

/// Gets the caller's account and role.
#[utoipa::path(get, path = "/me", tag = "people", operation_id = "get_me", responses((status = 200, description = "The account that the token belongs to.", body = Me)))]
pub(super) async fn me(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<Me>, Problem> {
    let account = retry(|| identity::account(&domain, &access)).await?;
    Ok(Json(Me::new(access.acting()?, account)))
}

/// A corrected name.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "山田 太郎", "latin_name": "Taro Yamada", "version": 1 }))]
pub(super) struct NameCorrection {
    /// The full name, as the user writes it.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// The name in Latin letters. Required when documents cannot show the full name.
    latin_name: Option<String>,
    /// The version of the account that the correction is based on. If the current version differs, nothing is changed.
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

/// Corrects the caller's name.
///
/// The name changes in the account, in the patient's data and in the doctor's profile. Signed documents keep the name with which they were signed.
#[utoipa::path(
    put, path = "/me/name", tag = "people", operation_id = "correct_name", request_body = NameCorrection,
    responses(
        (status = 200, description = "The account with the new name.", body = Me),
        (status = 409, description = "`request.stale`: the account has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn correct_name(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(correction): Body<NameCorrection>,
) -> Result<Json<Me>, Problem> {
    let NameCorrection { name, latin_name, version } = correction;
    let command = CorrectName { name, latin_name: latin_name.unwrap_or_default(), version };
    retry(|| directory::correct_name(&domain, &access, command.clone())).await?;
    let account = retry(|| identity::account(&domain, &access)).await?;
    Ok(Json(Me::new(access.acting()?, account)))
}

/// A corrected time zone and language.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "time_zone": "Europe/Berlin", "language": "en", "version": 1 }))]
pub(super) struct LocaleCorrection {
    /// The IANA time zone.
    time_zone: String,
    /// The tag of the language (BCP 47). Pages and mails are in English when they do not speak it.
    language: String,
    /// The version of the account that the correction is based on. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for LocaleCorrection {
    fn read(fields: &mut Fields) -> Option<Self> {
        let time_zone = fields.required("time_zone", fields::line);
        let language = fields.required("language", fields::line);
        let version = fields.required_number("version");
        Some(Self { time_zone: time_zone?, language: language?, version: version? })
    }
}

/// Corrects the caller's time zone and language.
#[utoipa::path(
    put, path = "/me/locale", tag = "people", operation_id = "correct_locale", request_body = LocaleCorrection,
    responses(
        (status = 200, description = "The account with the new time zone and language.", body = Me),
        (status = 409, description = "`request.stale`: the account has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn correct_locale(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(correction): Body<LocaleCorrection>,
) -> Result<Json<Me>, Problem> {
    let LocaleCorrection { time_zone, language, version } = correction;
    let command = CorrectLocale { time_zone, language, version };
    retry(|| directory::correct_locale(&domain, &access, command.clone())).await?;
    let account = retry(|| identity::account(&domain, &access)).await?;
    Ok(Json(Me::new(access.acting()?, account)))
}
