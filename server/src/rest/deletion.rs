//! Deleting the caller's account, and bringing deleted accounts back.

use super::{
    Problem,
    callers::{Anybody, Id, SignedIn},
    factors::Retyped,
    fields::{self, Fields, FromFields},
    payload::{Body, List, Query},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    identity::{self, BringBack, ListDeletedAccounts},
    scheduling,
};
use jiff::Timestamp;
use model::{
    identity::{DeletedAccountRow, EmailAddress, TypedPassword},
    ids::{EventId, UserId},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A deletion of an account.
#[derive(Serialize, ToSchema)]
pub(super) struct Deletion {
    /// Until when the account can be brought back.
    final_at: Timestamp,
}

/// Deletes the caller's account.
///
/// All sessions end, also this one. The caller's coming appointments as a patient are cancelled. For 30 days the account can be brought back at
/// `/accounts/bring-back`. Nothing that was written at visits is deleted.
#[utoipa::path(
    post, path = "/me/delete", tag = "sessions", operation_id = "delete_account", request_body = Retyped,
    responses(
        (status = 200, description = "The account is deleted.", body = Deletion),
        (status = 403, description = "`identity.password_wrong`.", body = ErrorBody),
        (status = 409, description = "`scheduling.visits_ahead`: the caller still has visits to hold as a doctor. `identity.last_admin`: the caller is the last \
            administrator of the organisation.", body = ErrorBody),
    )
)]
pub(super) async fn delete(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<Retyped>,
) -> Result<Json<Deletion>, Problem> {
    let final_at = retry(|| scheduling::delete_account(&domain, &access, request.proof())).await?;
    Ok(Json(Deletion { final_at }))
}

/// The credentials of a deleted account.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "amara.osei@people.example", "password": "a long walk by the river" }))]
pub(super) struct DeletedCredentials {
    /// The account's e-mail address.
    #[schema(value_type = String, format = "email", max_length = 254)]
    email: EmailAddress,
    /// The account's password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 128)]
    password: TypedPassword,
}

impl FromFields for DeletedCredentials {
    fn read(fields: &mut Fields) -> Option<Self> {
        let email = fields.required("email", EmailAddress::parse);
        let password = fields.required("password", TypedPassword::parse);
        Some(Self { email: email?, password: password? })
    }
}

/// Brings a deleted account back, within 30 days. Sign in afterwards. An account that is not deleted stays as it is.
#[utoipa::path(
    post, path = "/accounts/bring-back", tag = "sessions", operation_id = "bring_back", security(()), request_body = DeletedCredentials,
    responses(
        (status = 204, description = "The account is back."),
        (status = 401, description = "`identity.bad_credentials`: the address or the password is wrong, or the 30 days are over.", body = ErrorBody),
        (status = 403, description = "`identity.suspended`. Sent only when the password is right.", body = ErrorBody),
    )
)]
pub(super) async fn bring_back(
    State(domain): State<Domain>,
    Anybody(access): Anybody,
    Body(request): Body<DeletedCredentials>,
) -> Result<StatusCode, Problem> {
    let DeletedCredentials { email, password } = request;
    let command = BringBack { email: email.as_str().to_owned(), password: password.as_str().to_owned() };
    identity::bring_back(&domain, &access, command).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A deleted account that can be brought back.
#[derive(Serialize, ToSchema)]
pub(super) struct DeletedAccount {
    /// The id of the person.
    user_id: Uuid,
    /// The person's name.
    name: String,
    /// The e-mail address of the account.
    email: String,
    /// When it was deleted.
    deleted_at: Timestamp,
    /// Until when it can be brought back.
    final_at: Timestamp,
}

impl From<DeletedAccountRow> for DeletedAccount {
    fn from(row: DeletedAccountRow) -> Self {
        let DeletedAccountRow { id: _, user, name, email, deleted_at, final_at } = row;
        Self { user_id: user.into(), name, email, deleted_at, final_at }
    }
}

/// Selects a page of deleted accounts.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeletedAccountQuery {
    /// The `next_cursor` of the previous page.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<EventId>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for DeletedAccountQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { cursor: fields.optional("cursor", fields::id), limit: fields.optional("limit", fields::limit) })
    }
}

/// Lists the deleted accounts that can be brought back, the newest first.
#[utoipa::path(
    get, path = "/deleted-accounts", tag = "organisation", operation_id = "list_deleted_accounts", params(DeletedAccountQuery),
    responses(
        (status = 200, description = "A page of deleted accounts.", body = List<DeletedAccount>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator of the whole organisation.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<DeletedAccountQuery>,
) -> Result<Json<List<DeletedAccount>>, Problem> {
    let command = ListDeletedAccounts { after: query.cursor, limit: query.limit };
    Ok(Json(List::of(retry(|| identity::list_deleted_accounts(&domain, &access, command)).await?)))
}

/// Brings the deleted account of somebody back. They get a mail.
#[utoipa::path(
    post, path = "/deleted-accounts/{user_id}/bring-back", tag = "organisation", operation_id = "bring_back_account",
    params(("user_id" = Uuid, Path, description = "The id of the person.")),
    responses(
        (status = 204, description = "The account is back."),
        (status = 403, description = "`directory.account_above` or `directory.account_elsewhere`: the caller may not decide about this account.", body = ErrorBody),
        (status = 404, description = "`not_found`: there is no such deleted account, or the 30 days are over.", body = ErrorBody),
    )
)]
pub(super) async fn bring_back_account(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(user): Id<UserId>,
) -> Result<StatusCode, Problem> {
    retry(|| identity::bring_back_account(&domain, &access, user)).await?;
    Ok(StatusCode::NO_CONTENT)
}
