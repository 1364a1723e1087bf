//! The clinics that the caller manages.

pub(super) mod care_groups;
pub(super) mod history;
pub(super) mod message_retention;
pub(super) mod rooms;
mod shapes;

use super::{
    Problem,
    callers::{Id, IdempotencyKey, SignedIn},
    payload::{Body, List},
    problem::ErrorBody,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use domain::{
    Domain,
    access::Access,
    directory::{self, AddClosure, CreateClinic, EditClinic},
    error::retry,
};
use jiff::civil::Date;
use model::ids::{ClinicClosureId, ClinicId};
use shapes::{ClinicChange, ManagedClinic, ManagedClinicSummary, NewClinic, NewClosure};

/// Lists the clinics that the caller manages, sorted by name.
#[utoipa::path(
    get, path = "/clinics", tag = "organisation", operation_id = "list_clinics",
    responses(
        (status = 200, description = "The clinics, on one page.", body = List<ManagedClinicSummary>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
) -> Result<Json<List<ManagedClinicSummary>>, Problem> {
    Ok(Json(List::whole(retry(|| directory::list_clinics(&domain, &access)).await?.clinics)))
}

/// Gets a clinic that the caller manages.
#[utoipa::path(
    get, path = "/clinics/{clinic_id}", tag = "organisation", operation_id = "get_clinic",
    params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses((status = 200, description = "The clinic.", body = ManagedClinic))
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<ClinicId>,
) -> Result<Json<ManagedClinic>, Problem> {
    one(&domain, &access, id).await
}

async fn one(domain: &Domain, access: &Access, id: ClinicId) -> Result<Json<ManagedClinic>, Problem> {
    Ok(Json(retry(|| directory::clinic(domain, access, id)).await?.into()))
}

/// Adds a clinic. The caller must be an administrator of the whole organisation.
#[utoipa::path(
    post, path = "/clinics", tag = "organisation", operation_id = "create_clinic", request_body = NewClinic,
    params(("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
        description = "A text that the caller chooses, different for each clinic.")),
    responses(
        (status = 201, description = "The clinic, added by this request or by an earlier one with the same key.", body = ManagedClinic,
            headers(("Location" = String, description = "The path of the clinic."))),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator of the whole organisation.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn create(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    key: IdempotencyKey,
    Body(clinic): Body<NewClinic>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<ManagedClinic>), Problem> {
    let command = CreateClinic { clinic: clinic.into(), idempotency_key: Some(key.required()?) };
    let id = retry(|| directory::create_clinic(&domain, &access, command.clone())).await?;
    let location = (header::LOCATION, format!("/api/v1/clinics/{id}"));
    Ok((StatusCode::CREATED, [location], one(&domain, &access, id).await?))
}

/// Changes a clinic.
#[utoipa::path(
    put, path = "/clinics/{clinic_id}", tag = "organisation", operation_id = "edit_clinic", request_body = ClinicChange,
    params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses(
        (status = 200, description = "The changed clinic.", body = ManagedClinic),
        (status = 409, description = "`request.stale`: the clinic has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn edit(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<ClinicId>,
    Body(change): Body<ClinicChange>,
) -> Result<Json<ManagedClinic>, Problem> {
    let version = change.version;
    let command = EditClinic { id, clinic: change.into(), version };
    retry(|| directory::edit_clinic(&domain, &access, command.clone())).await?;
    one(&domain, &access, id).await
}

/// Says that a clinic is closed on some days. Appointments on these days stay as they are. Adding the same days again changes nothing.
#[utoipa::path(
    post, path = "/clinics/{clinic_id}/closures", tag = "organisation", operation_id = "add_closure", request_body = NewClosure,
    params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses((status = 200, description = "The clinic.", body = ManagedClinic))
)]
pub(super) async fn add_closure(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(clinic): Id<ClinicId>,
    Body(closure): Body<NewClosure>,
) -> Result<Json<ManagedClinic>, Problem> {
    let parts = |day: Date| [day.day().to_string(), day.month().to_string(), format!("{:04}", day.year())];
    let NewClosure { first_day, last_day, reason } = closure;
    let command = AddClosure { clinic, first: parts(first_day), last: parts(last_day.unwrap_or(first_day)), reason };
    retry(|| directory::add_closure(&domain, &access, command.clone())).await?;
    one(&domain, &access, clinic).await
}

/// Removes days on which a clinic is closed.
#[utoipa::path(
    delete, path = "/closures/{closure_id}", tag = "organisation", operation_id = "remove_closure",
    params(("closure_id" = Uuid, Path, description = "The id of the closure.")),
    responses((status = 204, description = "The closure is removed."))
)]
pub(super) async fn remove_closure(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(closure): Id<ClinicClosureId>,
) -> Result<StatusCode, Problem> {
    retry(|| directory::remove_closure(&domain, &access, closure)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes the logo of a clinic, with all earlier ones. What was signed keeps the logo that it was signed with. A repeat changes nothing.
///
/// A logo is added by an upload with the purpose `clinic_logo`.
#[utoipa::path(
    delete, path = "/clinics/{clinic_id}/logo", tag = "organisation", operation_id = "remove_clinic_logo",
    params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses((status = 204, description = "The clinic has no logo."))
)]
pub(super) async fn remove_logo(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(clinic): Id<ClinicId>,
) -> Result<StatusCode, Problem> {
    retry(|| directory::remove_clinic_logo(&domain, &access, clinic)).await?;
    Ok(StatusCode::NO_CONTENT)
}
