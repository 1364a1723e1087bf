//! What waits for the doctor as whom the caller acts.

use super::{Problem, callers::SignedIn, problem::ErrorBody};
use axum::{Json, extract::State};
use domain::{Domain, chat, error::retry, prescriptions, records, scheduling};
use model::ids::{AppointmentId, EncounterId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What waits for a doctor besides the visits of the day.
#[derive(Serialize, ToSchema)]
pub(super) struct ToDo {
    /// How many appointments patients have requested, and nobody has confirmed.
    requests: i64,
    /// The requested appointment that must be answered first.
    first_request_id: Option<Uuid>,
    /// How many visits have ended in the last 30 days and have no note.
    without_note: i64,
    /// The one of them that ended first.
    first_without_note_id: Option<Uuid>,
    /// How many prescriptions are not signed yet.
    drafts: i64,
    /// In how many conversations there are messages that were not read.
    unread_threads: i64,
}

/// Gets what waits for the calling doctor.
#[utoipa::path(
    get, path = "/to-do", tag = "doctors", operation_id = "get_to_do",
    responses(
        (status = 200, description = "What waits.", body = ToDo),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
    )
)]
pub(super) async fn get(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<ToDo>, Problem> {
    let requests = retry(|| scheduling::requests_waiting(&domain, &access)).await?;
    let notes = retry(|| records::notes_missing(&domain, &access)).await?;
    let drafts = retry(|| prescriptions::drafts_waiting(&domain, &access)).await?;
    let unread_threads = retry(|| chat::unread_conversations(&domain, &access)).await?;
    Ok(Json(ToDo {
        requests: requests.count,
        first_request_id: requests.first.map(AppointmentId::uuid),
        without_note: notes.count,
        first_without_note_id: notes.first.map(EncounterId::uuid),
        drafts,
        unread_threads,
    }))
}
