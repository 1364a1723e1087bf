//! The care groups of a clinic that the caller manages.

use super::super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List},
    problem::ErrorBody,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use domain::{
    Domain,
    chat::{self, AddCareGroup},
    error::retry,
};
use model::{
    chat::{conversation::Colleague, group::CareGroupView},
    errors::Code,
    ids::{CareGroupId, ClinicId, UserId},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// People of a clinic who answer patients together.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct CareGroup {
    /// The id of the group.
    id: Uuid,
    /// What patients read.
    #[schema(examples("Diabetes team"))]
    name: String,
    /// Who belongs to it, by name.
    members: Vec<CareGroupPerson>,
}

/// Somebody who belongs to a care group.
#[derive(Serialize, ToSchema)]
struct CareGroupPerson {
    /// The id of the user.
    user_id: Uuid,
    /// The name.
    name: String,
}

impl From<CareGroupView> for CareGroup {
    fn from(group: CareGroupView) -> Self {
        let person = |Colleague { user, name }: Colleague| CareGroupPerson { user_id: user.uuid(), name };
        Self { id: group.id.uuid(), name: group.name, members: group.members.into_iter().map(person).collect() }
    }
}

/// A care group to add.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Diabetes team" }))]
pub(in crate::rest) struct NewCareGroup {
    /// What patients read. The clinic has no other group of this name.
    #[schema(min_length = 1, max_length = 60, pattern = r"\S")]
    name: String,
}

impl FromFields for NewCareGroup {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { name: fields.required("name", fields::text)? })
    }
}

/// Lists the care groups of a clinic by name, with who belongs to them.
#[utoipa::path(
    get, path = "/clinics/{clinic_id}/care-groups", tag = "organisation", operation_id = "list_care_groups",
    params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses((status = 200, description = "The groups, on one page.", body = List<CareGroup>))
)]
pub(in crate::rest) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(clinic): Id<ClinicId>,
) -> Result<Json<List<CareGroup>>, Problem> {
    Ok(Json(List::whole(retry(|| chat::care_groups(&domain, &access, clinic)).await?.groups)))
}

/// Adds a care group to a clinic. Patients write to it when somebody belongs to it.
#[utoipa::path(
    post, path = "/clinics/{clinic_id}/care-groups", tag = "organisation", operation_id = "add_care_group", request_body = NewCareGroup,
    params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses(
        (status = 201, description = "The groups of the clinic.", body = List<CareGroup>),
        (status = 409, description = "`chat.group_exists`: the clinic has a care group of this name.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(in crate::rest) async fn add(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(clinic): Id<ClinicId>,
    Body(group): Body<NewCareGroup>,
) -> Result<(StatusCode, Json<List<CareGroup>>), Problem> {
    let command = AddCareGroup { clinic, name: group.name };
    retry(|| chat::add_care_group(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, list(State(domain), SignedIn(access), Id(clinic)).await?))
}

/// Ends a care group: patients no longer write to it. Its members still read and close its conversations.
#[utoipa::path(
    delete, path = "/care-groups/{group_id}", tag = "organisation", operation_id = "end_care_group",
    params(("group_id" = Uuid, Path, description = "The id of the group.")),
    responses((status = 204, description = "The group is ended."))
)]
pub(in crate::rest) async fn end(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(group): Id<CareGroupId>,
) -> Result<StatusCode, Problem> {
    retry(|| chat::end_care_group(&domain, &access, group)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds a doctor, a nurse or somebody of the reception of the clinic to a care group. A repeat changes nothing.
#[utoipa::path(
    put, path = "/care-groups/{group_id}/members/{user_id}", tag = "organisation", operation_id = "add_care_group_member",
    params(
        ("group_id" = Uuid, Path, description = "The id of the group."),
        ("user_id" = Uuid, Path, description = "The id of the user."),
    ),
    responses(
        (status = 204, description = "The user belongs to the group."),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`: the user does not work at the clinic.", body = ErrorBody),
    )
)]
pub(in crate::rest) async fn add_member(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Path(ids): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let member = member(&ids)?;
    retry(|| chat::add_care_group_member(&domain, &access, member)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes somebody out of a care group. A repeat changes nothing.
#[utoipa::path(
    delete, path = "/care-groups/{group_id}/members/{user_id}", tag = "organisation", operation_id = "remove_care_group_member",
    params(
        ("group_id" = Uuid, Path, description = "The id of the group."),
        ("user_id" = Uuid, Path, description = "The id of the user."),
    ),
    responses((status = 204, description = "The user does not belong to the group."))
)]
pub(in crate::rest) async fn remove_member(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Path(ids): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let member = member(&ids)?;
    retry(|| chat::remove_care_group_member(&domain, &access, member)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn member((group, user): &(String, String)) -> Result<chat::CareGroupMember, Code> {
    let group: CareGroupId = group.parse().map_err(|_| Code::NotFound)?;
    let user: UserId = user.parse().map_err(|_| Code::NotFound)?;
    Ok(chat::CareGroupMember { group, user })
}
