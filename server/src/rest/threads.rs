//! Conversations of patients with those who care for them.

mod asked;
mod shapes;

use self::{
    asked::{
        AfterQuery, AwayRequest, HandOverRequest, MessageRequest, ReadRequest, SearchRequest, SeenThread, ThreadQuery,
        ThreadRequest,
    },
    shapes::{AwayText, FoundThreadMessages, NewThread, OpenThread, Thread, ThreadMessage, ThreadNews},
};
use super::{
    Problem,
    callers::{Id, SignedIn},
    payload::{Body, List, Query},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain, Error,
    chat::{self, HandOver, ListConversations, OpenConversation, ReadConversation, SetAwayNote, WriteMessage, WriteToGroup},
    error::retry,
};
use model::{errors::FieldFault, ids::ThreadId};

/// Lists the caller's conversations: those of the patient, of the doctor, of the clinic's desk, and of the care groups to which they belong. The one with the newest message is first.
#[utoipa::path(
    get, path = "/threads", tag = "messages", operation_id = "list_threads", params(ThreadQuery),
    responses(
        (status = 200, description = "A page of conversations.", body = List<Thread>),
        (status = 403, description = "`access.forbidden`: the caller's role has no conversations.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<ThreadQuery>,
) -> Result<Json<List<Thread>>, Problem> {
    let command = ListConversations { after: query.cursor, limit: query.limit };
    Ok(Json(List::of(retry(|| chat::list_conversations(&domain, &access, command)).await?)))
}

/// Begins a conversation with its first message: of a patient with a doctor who treats them, with the desk of a clinic or with a care group, or the other way round.
#[utoipa::path(
    post, path = "/threads", tag = "messages", operation_id = "open_thread", request_body = ThreadRequest,
    responses(
        (status = 201, description = "The conversation has begun.", body = NewThread),
        (status = 403, description = "`access.forbidden`: the caller's role has no conversations.", body = ErrorBody),
        (status = 404, description = "`not_found`: the patient does not exist for the caller.", body = ErrorBody),
        (status = 409, description = "`chat.not_in_care`: the doctor does not treat the patient, or the patient is none of the clinic. \
            `chat.nobody_answers`: nobody would read what the patient writes.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: `client_key` was used for \
            something else.", body = ErrorBody),
    )
)]
pub(super) async fn open(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<ThreadRequest>,
) -> Result<(StatusCode, Json<NewThread>), Problem> {
    let ThreadRequest { patient_id: patient, doctor_id: doctor, clinic_id: clinic, group_id, subject, text, client_key } =
        request;
    let id = match group_id {
        Some(_) if doctor.is_some() || clinic.is_some() => {
            return Err(Error::field("with", FieldFault::Malformed).into());
        }
        Some(group) => {
            let command = WriteToGroup { patient, group, subject, text, client_key };
            retry(|| chat::write_to_group(&domain, &access, command.clone())).await?
        }
        None => {
            let command = OpenConversation { patient, doctor, clinic, subject, text, client_key };
            retry(|| chat::open_conversation(&domain, &access, command.clone())).await?
        }
    };
    Ok((StatusCode::CREATED, Json(NewThread { id: id.uuid() })))
}

/// Searches in the caller's conversations. Case, accents and punctuation do not matter.
#[utoipa::path(
    post, path = "/threads/search", tag = "messages", operation_id = "search_threads", request_body = SearchRequest,
    responses(
        (status = 200, description = "The messages that contain the text.", body = FoundThreadMessages),
        (status = 403, description = "`access.forbidden`: the caller's role has no conversations.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn search(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(SearchRequest { text }): Body<SearchRequest>,
) -> Result<Json<FoundThreadMessages>, Problem> {
    Ok(Json(retry(|| chat::search_conversations(&domain, &access, &text)).await?.into()))
}

/// Gets what the caller, a doctor, or the desk at which they work tells patients while nobody answers.
#[utoipa::path(
    get, path = "/away-note", tag = "messages", operation_id = "get_away_note",
    responses(
        (status = 200, description = "The note.", body = AwayText),
        (status = 403, description = "`access.forbidden`: the caller answers for no one doctor or clinic.", body = ErrorBody),
    )
)]
pub(super) async fn away(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<AwayText>, Problem> {
    Ok(Json(retry(|| chat::away_note(&domain, &access)).await?.into()))
}

/// Sets what patients read while nobody answers, or ends it.
#[utoipa::path(
    put, path = "/away-note", tag = "messages", operation_id = "set_away_note", request_body = AwayRequest,
    responses(
        (status = 200, description = "The note.", body = AwayText),
        (status = 403, description = "`access.forbidden`: the caller answers for no one doctor or clinic.", body = ErrorBody),
        (status = 409, description = "`request.stale`: it was changed meanwhile.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn set_away(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(AwayRequest { text, until, version }): Body<AwayRequest>,
) -> Result<Json<AwayText>, Problem> {
    let command = SetAwayNote { text: text.unwrap_or_default(), until, version };
    Ok(Json(retry(|| chat::set_away_note(&domain, &access, command.clone())).await?.into()))
}

/// Gets a conversation with its newest messages.
#[utoipa::path(
    get, path = "/threads/{thread_id}", tag = "messages", operation_id = "get_thread",
    params(("thread_id" = Uuid, Path, description = "The id of the conversation.")),
    responses((status = 200, description = "The conversation.", body = OpenThread))
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(thread): Id<ThreadId>,
) -> Result<Json<OpenThread>, Problem> {
    let command = ReadConversation { thread, before: None };
    Ok(Json(retry(|| chat::conversation(&domain, &access, command)).await?.into()))
}

/// Reads the messages of a conversation after a number. They then count as delivered to the caller.
#[utoipa::path(
    get, path = "/threads/{thread_id}/messages", tag = "messages", operation_id = "list_messages",
    params(("thread_id" = Uuid, Path, description = "The id of the conversation."), AfterQuery),
    responses((status = 200, description = "The messages.", body = ThreadNews))
)]
pub(super) async fn messages(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(thread): Id<ThreadId>,
    Query(query): Query<AfterQuery>,
) -> Result<Json<ThreadNews>, Problem> {
    let after = query.after.unwrap_or(0);
    Ok(Json(retry(|| chat::conversation_news(&domain, &access, thread, after)).await?.into()))
}

/// Sends a message. The answer is the acknowledgement: the message is stored, and `id` and `number` are its own for ever.
#[utoipa::path(
    post, path = "/threads/{thread_id}/messages", tag = "messages", operation_id = "send_message", request_body = MessageRequest,
    params(("thread_id" = Uuid, Path, description = "The id of the conversation.")),
    responses(
        (status = 201, description = "The message as it is stored.", body = ThreadMessage),
        (status = 403, description = "`chat.access_ended`: the caller's access ended a moment ago.", body = ErrorBody),
        (status = 409, description = "`chat.conversation_closed`: nobody writes in it until it is reopened. `chat.nobody_answers`: the doctor \
            with whom a patient writes does not work here any more, or nobody works at the desk.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: `client_key` was used for \
            something else.", body = ErrorBody),
    )
)]
pub(super) async fn send(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(thread): Id<ThreadId>,
    Body(request): Body<MessageRequest>,
) -> Result<(StatusCode, Json<ThreadMessage>), Problem> {
    let MessageRequest { text, client_key, quotes, file_ids: files } = request;
    let command = WriteMessage { thread, client_key, text, quotes: quotes.map(i64::from), files };
    let message = retry(|| chat::write_message(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(message.into())))
}

/// Notes how far the caller has read a conversation. An earlier number than before changes nothing.
#[utoipa::path(
    put, path = "/threads/{thread_id}/read", tag = "messages", operation_id = "mark_thread_read", request_body = ReadRequest,
    params(("thread_id" = Uuid, Path, description = "The id of the conversation.")),
    responses(
        (status = 204, description = "It is noted."),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn mark_read(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(thread): Id<ThreadId>,
    Body(request): Body<ReadRequest>,
) -> Result<StatusCode, Problem> {
    let number = i64::from(request.number);
    retry(|| chat::mark_conversation_read(&domain, &access, thread, number)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Closes a conversation: nobody writes in it until it is reopened. For the doctor, the desk of the clinic and the members of the care group.
#[utoipa::path(
    post, path = "/threads/{thread_id}/close", tag = "messages", operation_id = "close_thread", request_body = SeenThread,
    params(("thread_id" = Uuid, Path, description = "The id of the conversation.")),
    responses(
        (status = 204, description = "It is closed."),
        (status = 403, description = "`access.forbidden`: the caller is the patient.", body = ErrorBody),
        (status = 409, description = "`request.stale`: it was changed meanwhile.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn close(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(thread): Id<ThreadId>,
    Body(SeenThread { version }): Body<SeenThread>,
) -> Result<StatusCode, Problem> {
    retry(|| chat::close_conversation(&domain, &access, thread, version)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reopens a conversation that was closed.
#[utoipa::path(
    post, path = "/threads/{thread_id}/reopen", tag = "messages", operation_id = "reopen_thread", request_body = SeenThread,
    params(("thread_id" = Uuid, Path, description = "The id of the conversation.")),
    responses(
        (status = 204, description = "It is open."),
        (status = 403, description = "`access.forbidden`: the caller is the patient.", body = ErrorBody),
        (status = 409, description = "`request.stale`: it was changed meanwhile.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn reopen(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(thread): Id<ThreadId>,
    Body(SeenThread { version }): Body<SeenThread>,
) -> Result<StatusCode, Problem> {
    retry(|| chat::reopen_conversation(&domain, &access, thread, version)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Hands a conversation over to a colleague: one of the desk or a care group to somebody who belongs there, one with a doctor to another doctor who treats the patient.
#[utoipa::path(
    post, path = "/threads/{thread_id}/hand-over", tag = "messages", operation_id = "hand_over_thread", request_body = HandOverRequest,
    params(("thread_id" = Uuid, Path, description = "The id of the conversation.")),
    responses(
        (status = 204, description = "It is handed over."),
        (status = 403, description = "`access.forbidden`: the caller is the patient.", body = ErrorBody),
        (status = 409, description = "`request.stale`: it was changed meanwhile.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn hand_over(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(thread): Id<ThreadId>,
    Body(HandOverRequest { to, version }): Body<HandOverRequest>,
) -> Result<StatusCode, Problem> {
    let command = HandOver { thread, to, version };
    retry(|| chat::hand_over_conversation(&domain, &access, command)).await?;
    Ok(StatusCode::NO_CONTENT)
}
