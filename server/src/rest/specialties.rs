//! Specialties as an administrator of the organisation manages them. The public list of those that are offered is in `directory`.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    access::Access,
    directory::{self, AddSpecialty, EditSpecialty},
    error::retry,
};
use jiff::Timestamp;
use model::{
    directory::{ManagedSpecialty as View, SpecialtyRow, SpecialtyVersion as Version},
    errors::FieldFault,
    ids::SpecialtyId,
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

fn state() -> Object {
    one_of(["offered", "retired"])
}

const fn state_word(retired: bool) -> &'static str {
    if retired { "retired" } else { "offered" }
}

/// A specialty in the list of all specialties.
#[derive(Serialize, ToSchema)]
pub(super) struct ManagedSpecialtySummary {
    /// The id of the specialty.
    id: Uuid,
    /// The identifier to use in a search. It stays when the name changes.
    #[schema(examples("general-practice"))]
    slug: String,
    /// The name.
    #[schema(examples("General practice"))]
    name: String,
    /// Whether doctors and patients can choose it.
    #[schema(schema_with = state)]
    state: &'static str,
    /// How many doctors and applicants have it.
    doctors: i64,
    /// The version. Send it with a change.
    version: i32,
}

impl From<SpecialtyRow> for ManagedSpecialtySummary {
    fn from(row: SpecialtyRow) -> Self {
        let SpecialtyRow { id, slug, name, retired, doctors, version } = row;
        Self { id: id.into(), slug, name, state: state_word(retired), doctors, version }
    }
}

/// A specialty, with what it was before.
#[derive(Serialize, ToSchema)]
pub(super) struct ManagedSpecialty {
    /// What it is now.
    specialty: ManagedSpecialtySummary,
    /// Its versions, newest first; empty if it was never changed by an administrator.
    history: Vec<SpecialtyVersion>,
}

/// A version of a specialty.
#[derive(Serialize, ToSchema)]
struct SpecialtyVersion {
    /// The number of the version.
    version: i32,
    /// The name.
    name: String,
    /// Whether doctors and patients could choose it.
    #[schema(schema_with = state)]
    state: &'static str,
    /// The name of the administrator who made the version, if one did.
    by: Option<String>,
    /// When it was made, if that is known.
    at: Option<Timestamp>,
}

impl From<View> for ManagedSpecialty {
    fn from(view: View) -> Self {
        let View { specialty, history } = view;
        Self { specialty: specialty.into(), history: history.into_iter().map(Into::into).collect() }
    }
}

impl From<Version> for SpecialtyVersion {
    fn from(row: Version) -> Self {
        let Version { version, name, retired, by, at } = row;
        Self { version, name, state: state_word(retired), by, at }
    }
}

/// A new specialty.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Sleep medicine" }))]
pub(super) struct NewSpecialty {
    /// The name.
    #[schema(max_length = 120)]
    name: String,
}

impl FromFields for NewSpecialty {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { name: fields.required("name", fields::text)? })
    }
}

/// A changed specialty.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Sleep medicine", "state": "retired", "version": 1 }))]
pub(super) struct SpecialtyChange {
    /// The name.
    #[schema(max_length = 120)]
    name: String,
    /// Whether doctors and patients can choose it. Doctors who have it keep it.
    #[schema(schema_with = state)]
    state: bool,
    /// The version that the change is based on.
    version: i32,
}

impl FromFields for SpecialtyChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", fields::text);
        let state = fields.required("state", |state| match state {
            "offered" => Ok(false),
            "retired" => Ok(true),
            _ => Err(FieldFault::UnknownChoice),
        });
        let version = fields.required_number("version");
        Some(Self { name: name?, state: state?, version: version? })
    }
}

async fn one(domain: &Domain, access: &Access, id: SpecialtyId) -> Result<Json<ManagedSpecialty>, Problem> {
    Ok(Json(retry(|| directory::specialty(domain, access, id)).await?.into()))
}

/// Lists all specialties: those that are offered first, then the retired ones, each sorted by name.
#[utoipa::path(
    get, path = "/organisation/specialties", tag = "organisation", operation_id = "list_managed_specialties",
    responses(
        (status = 200, description = "All specialties, on one page.", body = List<ManagedSpecialtySummary>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator of the whole organisation.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
) -> Result<Json<List<ManagedSpecialtySummary>>, Problem> {
    Ok(Json(List::whole(retry(|| directory::list_specialties(&domain, &access)).await?)))
}

/// Adds a specialty. The caller must be an administrator of the whole organisation.
#[utoipa::path(
    post, path = "/organisation/specialties", tag = "organisation", operation_id = "add_specialty", request_body = NewSpecialty,
    responses(
        (status = 201, description = "The specialty.", body = ManagedSpecialty),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator of the whole organisation.", body = ErrorBody),
        (status = 409, description = "`directory.specialty_exists`: there is a specialty with this name, which may be retired.", body = ErrorBody),
    )
)]
pub(super) async fn add(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(specialty): Body<NewSpecialty>,
) -> Result<(StatusCode, Json<ManagedSpecialty>), Problem> {
    let command = AddSpecialty { name: specialty.name };
    let id = retry(|| directory::add_specialty(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, one(&domain, &access, id).await?))
}

/// Gets a specialty with what it was before.
#[utoipa::path(
    get, path = "/organisation/specialties/{specialty_id}", tag = "organisation", operation_id = "get_specialty",
    params(("specialty_id" = Uuid, Path, description = "The id of the specialty.")),
    responses((status = 200, description = "The specialty.", body = ManagedSpecialty))
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<SpecialtyId>,
) -> Result<Json<ManagedSpecialty>, Problem> {
    one(&domain, &access, id).await
}

/// Renames a specialty, retires it or offers it again. Doctors who have a retired specialty keep it.
#[utoipa::path(
    put, path = "/organisation/specialties/{specialty_id}", tag = "organisation", operation_id = "edit_specialty",
    request_body = SpecialtyChange,
    params(("specialty_id" = Uuid, Path, description = "The id of the specialty.")),
    responses(
        (status = 200, description = "The changed specialty.", body = ManagedSpecialty),
        (status = 409, description = "`request.stale`: the specialty has been changed since that version. `directory.specialty_exists`: another \
            specialty has this name.", body = ErrorBody),
    )
)]
pub(super) async fn edit(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<SpecialtyId>,
    Body(change): Body<SpecialtyChange>,
) -> Result<Json<ManagedSpecialty>, Problem> {
    let SpecialtyChange { name, state: retired, version } = change;
    let command = EditSpecialty { id, name, retired, version };
    retry(|| directory::edit_specialty(&domain, &access, command.clone())).await?;
    one(&domain, &access, id).await
}
