//! Canned answers: texts that a doctor or the desk of a clinic writes often in conversations.

use super::{
    Problem,
    callers::SignedIn,
    payload::{Body, List},
    phrases::{NotePhrase, PhraseChange, PhraseRemoval},
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    access::Access,
    chat::{self, RemoveCannedAnswer, SaveCannedAnswer},
    error::retry,
};

async fn listed(domain: &Domain, access: &Access) -> Result<Json<List<NotePhrase>>, Problem> {
    Ok(Json(List::whole(retry(|| chat::canned_answers(domain, access)).await?)))
}

/// Lists the canned answers of the caller, a doctor, or of the desk at which they work.
#[utoipa::path(
    get, path = "/canned-answers", tag = "messages", operation_id = "list_canned_answers",
    responses(
        (status = 200, description = "The answers, on one page.", body = List<NotePhrase>),
        (status = 403, description = "`access.forbidden`: the caller answers for no one doctor or clinic.", body = ErrorBody),
    )
)]
pub(super) async fn list(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<List<NotePhrase>>, Problem> {
    listed(&domain, &access).await
}

/// Adds a canned answer, or changes its text.
#[utoipa::path(
    put, path = "/canned-answers", tag = "messages", operation_id = "save_canned_answer", request_body = PhraseChange,
    responses(
        (status = 200, description = "All answers.", body = List<NotePhrase>),
        (status = 403, description = "`access.forbidden`: the caller answers for no one doctor or clinic.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the answer has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn save(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(change): Body<PhraseChange>,
) -> Result<Json<List<NotePhrase>>, Problem> {
    let PhraseChange { abbreviation, text, version } = change;
    let command = SaveCannedAnswer { abbreviation, text, version };
    retry(|| chat::save_canned_answer(&domain, &access, command.clone())).await?;
    listed(&domain, &access).await
}

/// Removes a canned answer. Messages in which it was written keep its text.
#[utoipa::path(
    post, path = "/canned-answers/remove", tag = "messages", operation_id = "remove_canned_answer", request_body = PhraseRemoval,
    responses(
        (status = 200, description = "The answers that are left.", body = List<NotePhrase>),
        (status = 403, description = "`access.forbidden`: the caller answers for no one doctor or clinic.", body = ErrorBody),
        (status = 404, description = "`not_found`: there is no such answer.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the answer has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn remove(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(removal): Body<PhraseRemoval>,
) -> Result<Json<List<NotePhrase>>, Problem> {
    let PhraseRemoval { abbreviation, version } = removal;
    let command = RemoveCannedAnswer { abbreviation, version };
    retry(|| chat::remove_canned_answer(&domain, &access, command.clone())).await?;
    listed(&domain, &access).await
}
