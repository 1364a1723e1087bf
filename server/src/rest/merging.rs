//! Records of one person: the list of likely ones, comparing two, merging them, and separating them again.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, Query},
    problem::ErrorBody,
    record_views::{LikelyDuplicate, MergedRecords, RecordComparison},
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    directory::{self, KeptDetails, ListMerged, MergeRecords},
    error::retry,
};
use model::ids::{MergeId, PatientId};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Selects a page of likely duplicates.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DuplicateQuery {
    /// The `next_cursor` of the previous page.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<PatientId>,
}

impl FromFields for DuplicateQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { cursor: fields.optional("cursor", fields::id) })
    }
}

/// Names two records.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ComparisonQuery {
    /// The id of one patient.
    #[param(value_type = Uuid)]
    first_id: PatientId,
    /// The id of the other one.
    #[param(value_type = Uuid)]
    second_id: PatientId,
}

impl FromFields for ComparisonQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let first = fields.required("first_id", fields::id);
        let second = fields.required("second_id", fields::id);
        Some(Self { first_id: first?, second_id: second? })
    }
}

/// Selects a page of merged records.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MergedQuery {
    /// The `next_cursor` of the previous page.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<MergeId>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for MergedQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { cursor: fields.optional("cursor", fields::id), limit: fields.optional("limit", fields::limit) })
    }
}

/// The decision to merge two records. Where a detail differs, say whose value is kept: the id of one of the two patients.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "survivor_id": "0198c0de-0000-7000-8000-000000000001", "survivor_version": 1,
    "merged_id": "0198c0de-0000-7000-8000-000000000002", "merged_version": 2,
    "name": "0198c0de-0000-7000-8000-000000000001", "reason": "Seen with a passport", "confirmation": "4F7K-2M9Q"
}))]
pub(super) struct NewMerge {
    /// The record that stays.
    survivor_id: Uuid,
    /// The version of it that was seen.
    survivor_version: i32,
    /// The record that ends.
    merged_id: Uuid,
    /// The version of it that was seen.
    merged_version: i32,
    /// Whose name is kept.
    name: Option<Uuid>,
    /// Whose date of birth is kept.
    date_of_birth: Option<Uuid>,
    /// Whose phone number is kept.
    phone: Option<Uuid>,
    /// Whose address is kept.
    address: Option<Uuid>,
    /// Why they are of one person.
    #[schema(max_length = 1000)]
    reason: String,
    /// The number of the record that ends.
    confirmation: String,
}

impl FromFields for NewMerge {
    fn read(fields: &mut Fields) -> Option<Self> {
        let survivor_id = fields.required("survivor_id", fields::id);
        let survivor_version = fields.required_number("survivor_version");
        let merged_id = fields.required("merged_id", fields::id);
        let merged_version = fields.required_number("merged_version");
        let name = fields.optional("name", fields::id);
        let date_of_birth = fields.optional("date_of_birth", fields::id);
        let phone = fields.optional("phone", fields::id);
        let address = fields.optional("address", fields::id);
        let reason = fields.required("reason", fields::text);
        let confirmation = fields.required("confirmation", fields::text);
        Some(Self {
            survivor_id: survivor_id?,
            survivor_version: survivor_version?,
            merged_id: merged_id?,
            merged_version: merged_version?,
            name,
            date_of_birth,
            phone,
            address,
            reason: reason?,
            confirmation: confirmation?,
        })
    }
}

impl From<NewMerge> for MergeRecords {
    fn from(merge: NewMerge) -> Self {
        let chosen = |id: Option<Uuid>| id.map(PatientId::from);
        Self {
            survivor: (merge.survivor_id.into(), merge.survivor_version),
            merged: (merge.merged_id.into(), merge.merged_version),
            kept: KeptDetails {
                name: chosen(merge.name),
                date_of_birth: chosen(merge.date_of_birth),
                phone: chosen(merge.phone),
                address: chosen(merge.address),
            },
            reason: merge.reason,
            confirmation: merge.confirmation,
        }
    }
}

/// A merge that was made.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeMerge {
    /// The id of the merge, with which the records are separated again.
    id: Uuid,
}

/// Lists pairs of records that are likely of one person. Each page covers some hundred patients, the newest first, so a page may be empty and still have a next one.
#[utoipa::path(
    get, path = "/likely-duplicates", tag = "patients", operation_id = "list_likely_duplicates", params(DuplicateQuery),
    responses(
        (status = 200, description = "A page of pairs.", body = List<LikelyDuplicate>),
        (status = 403, description = "`access.forbidden`: the caller is no administrator of the whole organisation.", body = ErrorBody),
    )
)]
pub(super) async fn likely(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<DuplicateQuery>,
) -> Result<Json<List<LikelyDuplicate>>, Problem> {
    Ok(Json(List::of(retry(|| directory::likely_pairs(&domain, &access, query.cursor)).await?)))
}

/// Compares two records: their details, and how many entries belong to each.
#[utoipa::path(
    get, path = "/record-comparison", tag = "patients", operation_id = "compare_records", params(ComparisonQuery),
    responses(
        (status = 200, description = "The two records.", body = RecordComparison),
        (status = 403, description = "`access.forbidden`: the caller is no administrator of the whole organisation.", body = ErrorBody),
        (status = 404, description = "`not_found`: one of the patients does not exist, or both are the same.", body = ErrorBody),
    )
)]
pub(super) async fn compare(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<ComparisonQuery>,
) -> Result<Json<RecordComparison>, Problem> {
    let view = retry(|| directory::compare_records(&domain, &access, query.first_id, query.second_id)).await?;
    Ok(Json(view.into()))
}

/// Merges two records of one person. Everything that belongs to one of them moves to the other one. For 30 days they can be separated again.
#[utoipa::path(
    post, path = "/record-merges", tag = "patients", operation_id = "merge_records", request_body = NewMerge,
    responses(
        (status = 201, description = "The records are merged.", body = MadeMerge),
        (status = 403, description = "`access.forbidden`: the caller is no administrator of the whole organisation. `directory.account_above`, \
            `directory.suspend_self`: both records have an account, and the caller may not suspend the one of the record that ends.", body = ErrorBody),
        (status = 404, description = "`not_found`: one of the patients does not exist, or both are the same.", body = ErrorBody),
        (status = 409, description = "`request.stale`; `directory.merge_overlap`: both have appointments at the same time; `directory.merge_busy`: a visit, a draft \
            of a prescription or a handover is under way; `directory.merge_staff`: both have an account, and the one that would be suspended is of staff, or of \
            somebody who acts for another patient.", body = ErrorBody),
    )
)]
pub(super) async fn merge(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<NewMerge>,
) -> Result<(StatusCode, Json<MadeMerge>), Problem> {
    let command = MergeRecords::from(request);
    let merge = retry(|| directory::merge_records(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(MadeMerge { id: merge.into() })))
}

/// Lists merged records that can be separated, the newest first.
#[utoipa::path(
    get, path = "/record-merges", tag = "patients", operation_id = "list_merged_records", params(MergedQuery),
    responses(
        (status = 200, description = "A page of merges.", body = List<MergedRecords>),
        (status = 403, description = "`access.forbidden`: the caller is no administrator of the whole organisation.", body = ErrorBody),
    )
)]
pub(super) async fn merged(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<MergedQuery>,
) -> Result<Json<List<MergedRecords>>, Problem> {
    let command = ListMerged { after: query.cursor, limit: query.limit };
    Ok(Json(List::of(retry(|| directory::merged_records(&domain, &access, command)).await?)))
}

/// Separates two records that were merged. What the merge has moved goes back, and what is new stays.
#[utoipa::path(
    post, path = "/record-merges/{merge_id}/separate", tag = "patients", operation_id = "separate_records",
    params(("merge_id" = Uuid, Path, description = "The id of the merge.")),
    responses(
        (status = 204, description = "The records are separate."),
        (status = 403, description = "`access.forbidden`: the caller is no administrator of the whole organisation.", body = ErrorBody),
        (status = 404, description = "`not_found`: there is no such merge, or the records were separated before.", body = ErrorBody),
        (status = 409, description = "`directory.merged_since`: the record that stays was itself merged later; `directory.merge_busy`: something is under way; \
            `request.stale`.", body = ErrorBody),
        (status = 410, description = "`directory.merge_final`: the 30 days are over.", body = ErrorBody),
    )
)]
pub(super) async fn separate(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(merge): Id<MergeId>,
) -> Result<StatusCode, Problem> {
    retry(|| directory::separate_records(&domain, &access, merge)).await?;
    Ok(StatusCode::NO_CONTENT)
}
