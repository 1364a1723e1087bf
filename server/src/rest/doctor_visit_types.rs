//! The visit types of a clinic's doctors, as administrators manage them.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, Query},
    problem::ErrorBody,
    visit_types::{VisitTypeRequest, VisitTypes},
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use domain::{Domain, Error, access::Access, error::retry, scheduling};
use model::{
    errors::Code,
    ids::{DoctorId, VisitTypeId},
    scheduling::{ManagedDoctor, OwnVisitTypes},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A doctor whose visit types the caller manages.
#[derive(Serialize, ToSchema)]
pub(super) struct ManagedDoctorSummary {
    /// The id of the doctor.
    id: Uuid,
    /// The name.
    name: String,
}

impl From<ManagedDoctor> for ManagedDoctorSummary {
    fn from(ManagedDoctor { doctor, name }: ManagedDoctor) -> Self {
        Self { id: doctor.into(), name }
    }
}

/// Selects a page of doctors.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ManagedDoctorQuery {
    /// The `next_cursor` of the previous page.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<DoctorId>,
}

impl FromFields for ManagedDoctorQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { cursor: fields.optional("cursor", fields::id) })
    }
}

/// Lists the verified doctors of the clinics that the caller manages, by name.
#[utoipa::path(
    get, path = "/managed-doctors", tag = "organisation", operation_id = "list_managed_doctors", params(ManagedDoctorQuery),
    responses(
        (status = 200, description = "A page of doctors.", body = List<ManagedDoctorSummary>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
    )
)]
pub(super) async fn doctors(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<ManagedDoctorQuery>,
) -> Result<Json<List<ManagedDoctorSummary>>, Problem> {
    Ok(Json(List::of(retry(|| scheduling::managed_doctors(&domain, &access, query.cursor)).await?)))
}

/// Lists the visit types of a doctor, for an administrator. The links to meetings are left out.
#[utoipa::path(
    get, path = "/doctors/{doctor_id}/visit-types", tag = "organisation", operation_id = "list_doctor_visit_types",
    params(("doctor_id" = Uuid, Path, description = "The id of the doctor.")),
    responses(
        (status = 200, description = "The visit types.", body = VisitTypes),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(doctor): Id<DoctorId>,
) -> Result<Json<VisitTypes>, Problem> {
    Ok(Json(current(&domain, &access, doctor).await?.into()))
}

/// Adds a visit type of a doctor after the others. A link to meetings is not taken: the doctor enters it.
#[utoipa::path(
    post, path = "/doctors/{doctor_id}/visit-types", tag = "organisation", operation_id = "add_doctor_visit_type",
    request_body = VisitTypeRequest, params(("doctor_id" = Uuid, Path, description = "The id of the doctor.")),
    responses(
        (status = 201, description = "The visit types, with the new one.", body = VisitTypes),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator. `directory.account_elsewhere`: the doctor works at \
            another clinic too.", body = ErrorBody),
        (status = 409, description = "`request.stale`: something was changed since that version. `scheduling.too_many_visit_types`: there are 10 \
            already.", body = ErrorBody),
    )
)]
pub(super) async fn add(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(doctor): Id<DoctorId>,
    Body(request): Body<VisitTypeRequest>,
) -> Result<(StatusCode, Json<VisitTypes>), Problem> {
    let typed = request.typed(current(&domain, &access, doctor).await?.currency)?;
    retry(|| scheduling::add_visit_type_of(&domain, &access, doctor, typed.clone(), request.version)).await?;
    Ok((StatusCode::CREATED, Json(current(&domain, &access, doctor).await?.into())))
}

/// Changes a visit type of a doctor. Appointments that are already booked stay as they are, and so does the link to meetings.
#[utoipa::path(
    put, path = "/doctors/{doctor_id}/visit-types/{visit_type_id}", tag = "organisation", operation_id = "edit_doctor_visit_type",
    request_body = VisitTypeRequest,
    params(
        ("doctor_id" = Uuid, Path, description = "The id of the doctor."),
        ("visit_type_id" = Uuid, Path, description = "The id of the visit type."),
    ),
    responses(
        (status = 200, description = "The visit types, with the changed one.", body = VisitTypes),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator. `directory.account_elsewhere`: the doctor works at \
            another clinic too.", body = ErrorBody),
        (status = 409, description = "`request.stale`: something was changed since that version. `scheduling.last_visit_type`: patients could book \
            no other type.", body = ErrorBody),
    )
)]
pub(super) async fn edit(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Path((doctor, id)): Path<(String, String)>,
    Body(request): Body<VisitTypeRequest>,
) -> Result<Json<VisitTypes>, Problem> {
    let doctor: DoctorId = doctor.parse().map_err(|_| Code::NotFound)?;
    let id: VisitTypeId = id.parse().map_err(|_| Code::NotFound)?;
    let typed = request.typed(current(&domain, &access, doctor).await?.currency)?;
    retry(|| scheduling::edit_visit_type_of(&domain, &access, doctor, id, typed.clone(), request.version)).await?;
    Ok(Json(current(&domain, &access, doctor).await?.into()))
}

async fn current(domain: &Domain, access: &Access, doctor: DoctorId) -> Result<OwnVisitTypes, Error> {
    Ok(retry(|| scheduling::visit_types_of(domain, access, doctor)).await?.types)
}
