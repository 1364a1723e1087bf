//! What the patient on whose behalf the caller acts tells about themselves.

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
    directory::{self, ChangePatientProfile},
    error::retry,
};
use model::directory::{BloodType, PatientProfile, PatientProfileView, Sex};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};

/// The profile of a patient. What was not told is null.
#[derive(Serialize, ToSchema)]
pub(super) struct Told {
    /// The name by which the patient wants to be called.
    preferred_name: Option<String>,
    /// The sex that matters for medicine.
    #[schema(examples("female"))]
    sex: Option<String>,
    /// The gender, in the patient's words.
    gender: Option<String>,
    /// Whom to call in an emergency.
    emergency_name: Option<String>,
    /// Who that is to the patient.
    emergency_relation: Option<String>,
    /// The phone number of that person in E.164 format.
    #[schema(examples("+447700900123"))]
    emergency_phone: Option<String>,
    /// The insurer.
    insurance_payer: Option<String>,
    /// The patient's number as a member.
    insurance_number: Option<String>,
    /// The blood type.
    #[schema(examples("A+"))]
    blood_type: Option<String>,
    /// The pharmacy, with its address.
    pharmacy: Option<String>,
    /// The version of the patient. Send it with a change.
    version: i32,
}

impl From<PatientProfileView> for Told {
    fn from(PatientProfileView { profile, version }: PatientProfileView) -> Self {
        let told = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            preferred_name: told(profile.preferred_name),
            sex: told(profile.sex),
            gender: told(profile.gender),
            emergency_name: told(profile.emergency_name),
            emergency_relation: told(profile.emergency_relation),
            emergency_phone: told(profile.emergency_phone),
            insurance_payer: told(profile.insurance_payer),
            insurance_number: told(profile.insurance_number),
            blood_type: told(profile.blood_type),
            pharmacy: told(profile.pharmacy),
            version,
        }
    }
}

fn sexes() -> Object {
    one_of(Sex::ALL.iter().map(|sex| sex.as_str()))
}

fn blood_types() -> Object {
    one_of(BloodType::ALL.iter().map(|found| found.as_str()))
}

/// Gets the profile of the patient on whose behalf the caller acts.
#[utoipa::path(
    get, path = "/me/patient-profile", tag = "people", operation_id = "get_patient_profile",
    responses(
        (status = 200, description = "The profile.", body = Told),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
    )
)]
pub(super) async fn get(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<Told>, Problem> {
    Ok(Json(retry(|| directory::patient_profile(&domain, &access)).await?.into()))
}

/// A changed profile. What is not given is removed.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "preferred_name": "Ottilie", "sex": "female", "emergency_name": "Amara Osei", "emergency_phone": "+44 7700 900123", "version": 1
}))]
pub(super) struct ProfileOfPatient {
    /// The name by which the patient wants to be called.
    #[schema(max_length = 120)]
    preferred_name: Option<String>,
    /// The sex that matters for medicine.
    #[schema(schema_with = sexes, required = false)]
    sex: Option<String>,
    /// The gender, in the patient's words.
    #[schema(max_length = 120)]
    gender: Option<String>,
    /// Whom to call in an emergency. Needed when another part of the contact is given.
    #[schema(max_length = 120)]
    emergency_name: Option<String>,
    /// Who that is to the patient.
    #[schema(max_length = 120)]
    emergency_relation: Option<String>,
    /// The phone number of that person, with its country code. Needed when another part of the contact is given.
    emergency_phone: Option<String>,
    /// The insurer. Needed when the member number is given.
    #[schema(max_length = 120)]
    insurance_payer: Option<String>,
    /// The patient's number as a member. Needed when the insurer is given.
    #[schema(max_length = 120)]
    insurance_number: Option<String>,
    /// The blood type.
    #[schema(schema_with = blood_types, required = false)]
    blood_type: Option<String>,
    /// The pharmacy, with its address.
    #[schema(max_length = 300)]
    pharmacy: Option<String>,
    /// The version of the patient that the change is based on. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for ProfileOfPatient {
    fn read(fields: &mut Fields) -> Option<Self> {
        let [preferred_name, sex, gender, emergency_name, emergency_relation] =
            ["preferred_name", "sex", "gender", "emergency_name", "emergency_relation"]
                .map(|name| fields.optional(name, fields::text));
        let [emergency_phone, insurance_payer, insurance_number, blood_type, pharmacy] =
            ["emergency_phone", "insurance_payer", "insurance_number", "blood_type", "pharmacy"]
                .map(|name| fields.optional(name, fields::text));
        let version = fields.required_number("version");
        Some(Self {
            preferred_name,
            sex,
            gender,
            emergency_name,
            emergency_relation,
            emergency_phone,
            insurance_payer,
            insurance_number,
            blood_type,
            pharmacy,
            version: version?,
        })
    }
}

/// Changes the profile of the patient on whose behalf the caller acts.
#[utoipa::path(
    put, path = "/me/patient-profile", tag = "people", operation_id = "change_patient_profile", request_body = ProfileOfPatient,
    responses(
        (status = 200, description = "The changed profile.", body = Told),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the patient has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn change(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(change): Body<ProfileOfPatient>,
) -> Result<Json<Told>, Problem> {
    let profile = PatientProfile {
        preferred_name: change.preferred_name.unwrap_or_default(),
        sex: change.sex.unwrap_or_default(),
        gender: change.gender.unwrap_or_default(),
        emergency_name: change.emergency_name.unwrap_or_default(),
        emergency_relation: change.emergency_relation.unwrap_or_default(),
        emergency_phone: change.emergency_phone.unwrap_or_default(),
        insurance_payer: change.insurance_payer.unwrap_or_default(),
        insurance_number: change.insurance_number.unwrap_or_default(),
        blood_type: change.blood_type.unwrap_or_default(),
        pharmacy: change.pharmacy.unwrap_or_default(),
    };
    let command = ChangePatientProfile { profile, version: change.version };
    retry(|| directory::change_patient_profile(&domain, &access, command.clone())).await?;
    Ok(Json(retry(|| directory::patient_profile(&domain, &access)).await?.into()))
}
