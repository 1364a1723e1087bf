//! How long a clinic that the caller manages keeps closed conversations.

use super::super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    chat::{self, SetMessageRetention},
    error::retry,
};
use model::{chat::retention::MessageRetention, ids::ClinicId};
use serde::Serialize;
use utoipa::ToSchema;

/// How long a clinic keeps conversations after they were closed.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct KeptMessages {
    /// For how many days; null for ever.
    days: Option<u16>,
    /// The version. Send it with a change; 0 while nothing was ever set.
    version: i32,
}

impl From<MessageRetention> for KeptMessages {
    fn from(kept: MessageRetention) -> Self {
        Self { days: kept.days, version: kept.version }
    }
}

/// How long conversations are to be kept.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "days": 365, "version": 0 }))]
pub(in crate::rest) struct KeptMessagesChange {
    /// For how many days after a conversation was closed, from 90 to 10,950; for ever without it.
    days: Option<i32>,
    /// The version that the change is based on; 0 while nothing was ever set.
    version: i32,
}

impl FromFields for KeptMessagesChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (days, version) = (fields.optional_number("days"), fields.required_number("version"));
        Some(Self { days, version: version? })
    }
}

/// Gets how long a clinic keeps closed conversations.
#[utoipa::path(
    get, path = "/clinics/{clinic_id}/message-retention", tag = "organisation", operation_id = "get_message_retention",
    params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses((status = 200, description = "How long.", body = KeptMessages))
)]
pub(in crate::rest) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(clinic): Id<ClinicId>,
) -> Result<Json<KeptMessages>, Problem> {
    Ok(Json(retry(|| chat::message_retention(&domain, &access, clinic)).await?.into()))
}

/// Sets how long a clinic keeps closed conversations. Later they are deleted with their files, except of patients of whom a file is under a legal hold.
#[utoipa::path(
    put, path = "/clinics/{clinic_id}/message-retention", tag = "organisation", operation_id = "set_message_retention",
    request_body = KeptMessagesChange,
    params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses(
        (status = 200, description = "How long.", body = KeptMessages),
        (status = 409, description = "`request.stale`: it was changed meanwhile.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(in crate::rest) async fn set(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(clinic): Id<ClinicId>,
    Body(change): Body<KeptMessagesChange>,
) -> Result<Json<KeptMessages>, Problem> {
    let days = change.days.map(|days| days.to_string()).unwrap_or_default();
    let command = SetMessageRetention { clinic, days, version: change.version };
    Ok(Json(retry(|| chat::set_message_retention(&domain, &access, command.clone())).await?.into()))
}
