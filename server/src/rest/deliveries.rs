//! What became of mails and text messages.

use super::{
    Problem,
    callers::SignedIn,
    fields::{self, Fields, FromFields},
    payload::{Body, List, Query},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    notifications::{self, ListDeliveries},
};
use jiff::Timestamp;
use model::{
    deliveries::{DeliveryCursor, DeliveryRow, DeliveryState, DeliveryWay},
    ids::UserId,
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A mail or a text message. Its text is not shown.
#[derive(Serialize, ToSchema)]
pub(super) struct Delivery {
    /// Its id.
    id: Uuid,
    /// How it is delivered: `mail` or `text`.
    #[schema(value_type = String, example = "mail")]
    way: DeliveryWay,
    /// What it is about.
    #[schema(example = "reset_password")]
    kind: String,
    /// The id of the person; null when it went to an address without an account.
    user_id: Option<Uuid>,
    /// The person's name.
    name: Option<String>,
    /// The last digits of the number; null for mails.
    number: Option<String>,
    /// What became of it: `queued`, `sent`, `delivered`, `failed`, or `out_of_date` when it was not sent because what it is about was over. That something has arrived is known of text messages only.
    #[schema(value_type = String, example = "sent")]
    state: DeliveryState,
    /// How many attempts there were.
    attempts: i32,
    /// Why the newest try failed.
    error: Option<String>,
    /// When it was written.
    written_at: Timestamp,
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        let DeliveryRow { id, way, kind, user, name, masked, state, attempts, error, at } = row;
        Self { id, way, kind, user_id: user.map(Uuid::from), name, number: masked, state, attempts, error, written_at: at }
    }
}

/// Selects a page of deliveries.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeliveryQuery {
    /// Only mails (`mail`), or only text messages (`text`).
    #[param(value_type = String, required = false)]
    way: Option<DeliveryWay>,
    /// Only those in this state: `queued`, `sent`, `delivered`, `failed`, `out_of_date`.
    #[param(value_type = String, required = false)]
    state: Option<DeliveryState>,
    /// Only those to this person.
    #[param(value_type = Uuid, required = false)]
    user_id: Option<UserId>,
    /// The `next_cursor` of the previous page.
    #[param(value_type = String, required = false)]
    cursor: Option<DeliveryCursor>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for DeliveryQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            way: fields.optional("way", DeliveryWay::parse),
            state: fields.optional("state", DeliveryState::parse),
            user_id: fields.optional("user_id", fields::id),
            cursor: fields.optional("cursor", fields::id),
            limit: fields.optional("limit", fields::limit),
        })
    }
}

/// A delivery that is to be tried again.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "way": "mail", "id": "019a7c3e-5a00-7000-8000-000000000001" }))]
pub(super) struct DeliveryToRepeat {
    /// How it is delivered: `mail` or `text`.
    #[schema(value_type = String)]
    way: DeliveryWay,
    /// Its id.
    id: Uuid,
}

impl FromFields for DeliveryToRepeat {
    fn read(fields: &mut Fields) -> Option<Self> {
        let way = fields.required("way", DeliveryWay::parse);
        let id = fields.required("id", fields::id);
        Some(Self { way: way?, id: id? })
    }
}

/// Lists the mails and text messages of the last 90 days, the newest first.
#[utoipa::path(
    get, path = "/deliveries", tag = "organisation", operation_id = "list_deliveries", params(DeliveryQuery),
    responses(
        (status = 200, description = "A page of deliveries.", body = List<Delivery>),
        (status = 403, description = "`access.forbidden`: the caller is neither an administrator of the whole organisation nor its support.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<DeliveryQuery>,
) -> Result<Json<List<Delivery>>, Problem> {
    let DeliveryQuery { way, state, user_id: user, cursor: after, limit } = query;
    let command = ListDeliveries { way, state, user, after, limit };
    Ok(Json(List::of(retry(|| notifications::list_deliveries(&domain, &access, command)).await?)))
}

/// Sends a mail or a text message again that has failed.
#[utoipa::path(
    post, path = "/deliveries/repeat", tag = "organisation", operation_id = "repeat_delivery", request_body = DeliveryToRepeat,
    responses(
        (status = 204, description = "The message is being sent again."),
        (status = 403, description = "`access.forbidden`: the caller is neither an administrator of the whole organisation nor its support.", body = ErrorBody),
        (status = 404, description = "`not_found`: there is no such delivery, or it has not failed.", body = ErrorBody),
    )
)]
pub(super) async fn repeat(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<DeliveryToRepeat>,
) -> Result<StatusCode, Problem> {
    retry(|| notifications::repeat_delivery(&domain, &access, request.way, request.id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
