//! Items of a record that the patient's side shares by links.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, one_of},
    problem::ErrorBody,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use domain::{
    Domain,
    error::retry,
    records::{self, ShareItem},
};
use jiff::Timestamp;
use model::{
    errors::Code,
    ids::{PatientId, RecordShareId},
    records::{ShareLife, ShareRow, ShareState, TimelineKind},
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

fn kind() -> Object {
    one_of(TimelineKind::ALL.iter().filter(|kind| kind.is_shared()).map(|kind| kind.as_str()))
}

fn life() -> Object {
    one_of(ShareLife::ALL.iter().map(|life| life.as_str()))
}

fn state() -> Object {
    one_of(ShareState::ALL.iter().map(|state| state.as_str()))
}

/// An item that is shared by a link.
#[derive(Serialize, ToSchema)]
pub(super) struct SharedRecordItem {
    /// The id of the share.
    share_id: Uuid,
    /// What is shared.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// The id of the visit, the prescription, the entry, the file, the letter, the measurement or the allergy.
    item_id: Uuid,
    /// The path of the link below the address of this installation; null when it does not work any more.
    #[schema(examples("/shared/0123456789abcdef0123456789abcdef"))]
    path: Option<String>,
    /// Who shared it.
    shared_by: String,
    /// When.
    shared_at: Timestamp,
    /// Until when the link works, if nobody ends it before.
    expires_at: Timestamp,
    /// Whether it works.
    #[schema(schema_with = state)]
    state: &'static str,
    /// How often it was opened.
    openings: i64,
    /// When it was opened, the last times first; at most ten.
    opened_at: Vec<Timestamp>,
}

impl From<ShareRow> for SharedRecordItem {
    fn from(row: ShareRow) -> Self {
        Self {
            share_id: row.id.uuid(),
            kind: row.kind.as_str(),
            item_id: row.item,
            path: row.token.map(|token| format!("/shared/{token}")),
            shared_by: row.by,
            shared_at: row.shared_at,
            expires_at: row.expires_at,
            state: row.state.as_str(),
            openings: row.openings,
            opened_at: row.opened_at,
        }
    }
}

/// An item to share.
#[derive(Clone, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "entry", "item_id": "01930000-0000-7000-8000-000000000001", "life": "week" }))]
pub(super) struct ItemToShare {
    /// What it is.
    #[schema(schema_with = kind)]
    kind: String,
    /// The id of the visit, the prescription, the entry, the file, the letter, the measurement or the allergy.
    item_id: Uuid,
    /// How long the link works: a day, a week or thirty days.
    #[schema(schema_with = life)]
    life: String,
}

impl FromFields for ItemToShare {
    fn read(fields: &mut Fields) -> Option<Self> {
        let kind = fields.required("kind", fields::text);
        let item_id = fields.required("item_id", fields::id);
        let life = fields.required("life", fields::text);
        Some(Self { kind: kind?, item_id: item_id?, life: life? })
    }
}

/// The id of a new share.
#[derive(Serialize, ToSchema)]
pub(super) struct NewShare {
    /// The id.
    share_id: Uuid,
}

/// Lists what is shared of the record of a patient for whom the caller acts, the newest first, also what has expired or was ended.
#[utoipa::path(
    get, path = "/patients/{patient_id}/shares", tag = "records", operation_id = "list_shares",
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses((status = 200, description = "The shares that work, and the newest hundred, on one page.", body = List<SharedRecordItem>))
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
) -> Result<Json<List<SharedRecordItem>>, Problem> {
    Ok(Json(List::whole(retry(|| records::shares(&domain, &access, Some(patient))).await?)))
}

/// Shares an item of the record of a patient for whom the caller acts. Whoever has the link sees this item, without an account.
#[utoipa::path(
    post, path = "/patients/{patient_id}/shares", tag = "records", operation_id = "share_record_item", request_body = ItemToShare,
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses(
        (status = 201, description = "The link is in the list of shares.", body = NewShare),
        (status = 409, description = "`records.too_many_shares`: fifty links work, which is the maximum.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn share(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
    Body(request): Body<ItemToShare>,
) -> Result<(StatusCode, Json<NewShare>), Problem> {
    let ItemToShare { kind, item_id, life } = request;
    let command = ShareItem { patient: Some(patient), kind, item: item_id, life };
    let id = retry(|| records::share_item(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(NewShare { share_id: id.uuid() })))
}

/// Ends a link before its time. A repeat changes nothing.
#[utoipa::path(
    post, path = "/patients/{patient_id}/shares/{share_id}/end", tag = "records", operation_id = "end_share",
    params(
        ("patient_id" = Uuid, Path, description = "The id of the patient."),
        ("share_id" = Uuid, Path, description = "The id of the share."),
    ),
    responses((status = 204, description = "The link does not work any more."))
)]
pub(super) async fn end(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Path(ids): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let share: RecordShareId = ids.1.parse().map_err(|_| Code::NotFound)?;
    retry(|| records::end_share(&domain, &access, share)).await?;
    Ok(StatusCode::NO_CONTENT)
}
