//! Records that are alike and of different people: saying so of a pair, the list of these pairs, and taking it back.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, Query},
    problem::ErrorBody,
    record_views::DifferentPeople,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    directory::{self, ListDifferent},
    error::retry,
};
use model::ids::{DifferentPeopleId, PatientId};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Selects a page of pairs.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DifferentQuery {
    /// The `next_cursor` of the previous page.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<DifferentPeopleId>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for DifferentQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { cursor: fields.optional("cursor", fields::id), limit: fields.optional("limit", fields::limit) })
    }
}

/// Two records that are of different people.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "first_id": "0198c0de-0000-7000-8000-000000000001", "second_id": "0198c0de-0000-7000-8000-000000000002"
}))]
pub(super) struct NewDifferent {
    /// The id of one patient.
    first_id: Uuid,
    /// The id of the other one.
    second_id: Uuid,
}

impl FromFields for NewDifferent {
    fn read(fields: &mut Fields) -> Option<Self> {
        let first_id = fields.required("first_id", fields::id);
        let second_id = fields.required("second_id", fields::id);
        Some(Self { first_id: first_id?, second_id: second_id? })
    }
}

/// A pair that is kept.
#[derive(Serialize, ToSchema)]
pub(super) struct KeptDifferent {
    /// The id of the pair, with which it is taken back.
    id: Uuid,
}

/// Says that two records are of different people: they are not listed as likely duplicates any more. A repeat changes nothing.
#[utoipa::path(
    post, path = "/different-people", tag = "patients", operation_id = "say_different", request_body = NewDifferent,
    responses(
        (status = 201, description = "The pair is kept.", body = KeptDifferent),
        (status = 403, description = "`access.forbidden`: the caller is no administrator of the whole organisation.", body = ErrorBody),
        (status = 404, description = "`not_found`: one of the patients does not exist, or both are the same.", body = ErrorBody),
    )
)]
pub(super) async fn say(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<NewDifferent>,
) -> Result<(StatusCode, Json<KeptDifferent>), Problem> {
    let (first, second) = (PatientId::from(request.first_id), PatientId::from(request.second_id));
    let id = retry(|| directory::say_different(&domain, &access, first, second)).await?;
    Ok((StatusCode::CREATED, Json(KeptDifferent { id: id.into() })))
}

/// Lists the pairs of which somebody has said that they are different people, the newest first.
#[utoipa::path(
    get, path = "/different-people", tag = "patients", operation_id = "list_different", params(DifferentQuery),
    responses(
        (status = 200, description = "A page of pairs.", body = List<DifferentPeople>),
        (status = 403, description = "`access.forbidden`: the caller is no administrator of the whole organisation.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<DifferentQuery>,
) -> Result<Json<List<DifferentPeople>>, Problem> {
    let command = ListDifferent { after: query.cursor, limit: query.limit };
    Ok(Json(List::of(retry(|| directory::different_people(&domain, &access, command)).await?)))
}

/// Takes back that two records are of different people.
#[utoipa::path(
    delete, path = "/different-people/{pair_id}", tag = "patients", operation_id = "take_back_different",
    params(("pair_id" = Uuid, Path, description = "The id of the pair.")),
    responses(
        (status = 204, description = "The pair may be listed again."),
        (status = 403, description = "`access.forbidden`: the caller is no administrator of the whole organisation.", body = ErrorBody),
        (status = 404, description = "`not_found`: there is no such pair, it was taken back before, or one of the records has ended.", body = ErrorBody),
    )
)]
pub(super) async fn take_back(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(pair): Id<DifferentPeopleId>,
) -> Result<StatusCode, Problem> {
    retry(|| directory::take_back_different(&domain, &access, pair)).await?;
    Ok(StatusCode::NO_CONTENT)
}
