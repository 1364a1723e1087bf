//! The specialties of a verified doctor, which administrators change.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    directory::{self, ChangeSpecialties},
    error::retry,
};
use model::{directory::DoctorSpecialties, ids::DoctorId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The specialties of a doctor.
#[derive(Serialize, ToSchema)]
pub(super) struct SpecialtiesOfDoctor {
    /// The id of the doctor.
    doctor_id: Uuid,
    /// The name, with the title.
    name: String,
    /// The slugs of the specialties.
    specialties: Vec<String>,
    /// The version of the doctor. Send it with a change.
    version: i32,
}

impl From<DoctorSpecialties> for SpecialtiesOfDoctor {
    fn from(view: DoctorSpecialties) -> Self {
        Self { doctor_id: view.doctor.into(), name: view.name, specialties: view.chosen, version: view.version }
    }
}

/// The changed specialties of a doctor.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "specialties": ["general-practice"], "version": 1 }))]
pub(super) struct SpecialtiesOfDoctorChange {
    /// The slugs of the specialties; one to five.
    #[schema(min_items = 1, max_items = 5)]
    specialties: Vec<String>,
    /// The version of the doctor that the change is based on. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for SpecialtiesOfDoctorChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (specialties, version) = (fields.required_texts("specialties"), fields.required_number("version"));
        Some(Self { specialties: specialties?, version: version? })
    }
}

/// Gets the specialties of a verified doctor.
#[utoipa::path(
    get, path = "/doctors/{doctor_id}/specialties", tag = "organisation", operation_id = "get_doctor_specialties",
    params(("doctor_id" = Uuid, Path, description = "The id of the doctor.")),
    responses(
        (status = 200, description = "The specialties.", body = SpecialtiesOfDoctor),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
    )
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(doctor): Id<DoctorId>,
) -> Result<Json<SpecialtiesOfDoctor>, Problem> {
    Ok(Json(retry(|| directory::specialties_of(&domain, &access, doctor)).await?.into()))
}

/// Changes the specialties of a verified doctor, who gets a mail.
#[utoipa::path(
    put, path = "/doctors/{doctor_id}/specialties", tag = "organisation", operation_id = "change_doctor_specialties",
    request_body = SpecialtiesOfDoctorChange,
    params(("doctor_id" = Uuid, Path, description = "The id of the doctor.")),
    responses(
        (status = 200, description = "The changed specialties.", body = SpecialtiesOfDoctor),
        (status = 403, description = "`directory.account_elsewhere`: the doctor works at another clinic, so an administrator of the whole organisation decides.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the doctor has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn change(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(doctor): Id<DoctorId>,
    Body(change): Body<SpecialtiesOfDoctorChange>,
) -> Result<Json<SpecialtiesOfDoctor>, Problem> {
    let command = ChangeSpecialties { doctor, specialties: change.specialties, version: change.version };
    retry(|| directory::change_specialties(&domain, &access, command.clone())).await?;
    Ok(Json(retry(|| directory::specialties_of(&domain, &access, doctor)).await?.into()))
}
