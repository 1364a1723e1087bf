//! The accounts of the organisation's people, as administrators and support see them: list, search, read; suspend and restore.

mod shapes;

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, Query, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    access::Access,
    directory::{self, ChangeAccount, PeopleCursor, PeopleSearch},
    error::retry,
};
use model::{
    access::Role,
    directory::{AccountState, PeopleOrder},
    errors::FieldFault,
    ids::UserId,
};
use shapes::{User, UserSummary, any_role, any_state};
use utoipa::{IntoParams, ToSchema, openapi::Object};

fn any_order() -> Object {
    one_of(PeopleOrder::ALL.iter().copied().map(PeopleOrder::as_str))
}

fn role(text: &str) -> Result<Role, FieldFault> {
    Role::parse(text).ok_or(FieldFault::UnknownChoice)
}

/// Selects a page of accounts.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct UserQuery {
    /// Only people who hold this role.
    #[param(schema_with = any_role, required = false)]
    role: Option<Role>,
    /// Only accounts in this state.
    #[param(schema_with = any_state, required = false)]
    state: Option<AccountState>,
    /// The order: by `name` (the default), the `newest` accounts first, or those first who were `last_active`.
    #[param(schema_with = any_order, required = false)]
    order: PeopleOrder,
    /// The `next_cursor` of the previous page, in the same order.
    #[param(value_type = String, required = false)]
    cursor: Option<PeopleCursor>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for UserQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (role, state) = (fields.optional("role", role), fields.optional("state", AccountState::parse));
        let order = fields.optional("order", PeopleOrder::parse).unwrap_or(PeopleOrder::Name);
        let cursor = fields.optional("cursor", |text| of_order(text, order));
        Some(Self { role, state, order, cursor, limit: fields.optional("limit", fields::limit) })
    }
}

/// A cursor of a list in this order.
fn of_order(text: &str, order: PeopleOrder) -> Result<PeopleCursor, FieldFault> {
    let cursor: PeopleCursor = fields::id(text)?;
    if cursor.fits(order) { Ok(cursor) } else { Err(FieldFault::Malformed) }
}

/// Lists accounts, by name if no other order is asked for.
///
/// Administrators and support get the accounts of the organisation; those of one clinic get the people who work there. Everybody else gets only
/// their own account. Each page leaves an entry in the audit log.
#[utoipa::path(
    get, path = "/users", tag = "organisation", operation_id = "list_users", params(UserQuery),
    responses((status = 200, description = "A page of accounts.", body = List<UserSummary>))
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<UserQuery>,
) -> Result<Json<List<UserSummary>>, Problem> {
    let UserQuery { role, state, order, cursor, limit } = query;
    let search = PeopleSearch { text: String::new(), role, state, order, after: cursor, limit };
    found(&domain, &access, &search).await
}

async fn found(domain: &Domain, access: &Access, search: &PeopleSearch) -> Result<Json<List<UserSummary>>, Problem> {
    Ok(Json(List::of(retry(|| directory::search_people(domain, access, search)).await?.page)))
}

/// Whom to look for.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "Muller" }))]
pub(super) struct UserSearch {
    /// A part of a name (accents do not matter) or of an e-mail address, or a whole person number.
    #[schema(max_length = 120)]
    text: String,
    /// Only people who hold this role.
    #[schema(schema_with = any_role)]
    role: Option<Role>,
    /// Only accounts in this state.
    #[schema(schema_with = any_state)]
    state: Option<AccountState>,
    /// The `next_cursor` of the previous page.
    #[schema(value_type = Option<String>)]
    cursor: Option<PeopleCursor>,
}

impl FromFields for UserSearch {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (text, role) = (fields.required("text", fields::text), fields.optional("role", role));
        let state = fields.optional("state", AccountState::parse);
        let cursor = fields.optional("cursor", |text| of_order(text, PeopleOrder::Name));
        Some(Self { text: text?, role, state, cursor })
    }
}

/// Searches accounts, by name.
///
/// It is a POST, so that no name is in an address. The same accounts are found as `GET /users` lists.
#[utoipa::path(
    post, path = "/users/search", tag = "organisation", operation_id = "find_users", request_body = UserSearch,
    responses((status = 200, description = "A page of the accounts found.", body = List<UserSummary>))
)]
pub(super) async fn find(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(search): Body<UserSearch>,
) -> Result<Json<List<UserSummary>>, Problem> {
    let UserSearch { text, role, state, cursor } = search;
    let search = PeopleSearch { text, role, state, order: PeopleOrder::Name, after: cursor, limit: None };
    found(&domain, &access, &search).await
}

/// Gets an account.
#[utoipa::path(
    get, path = "/users/{user_id}", tag = "organisation", operation_id = "get_user",
    params(("user_id" = Uuid, Path, description = "The id of the account.")),
    responses((status = 200, description = "The account.", body = User))
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(user): Id<UserId>,
) -> Result<Json<User>, Problem> {
    Ok(Json(retry(|| directory::person(&domain, &access, user)).await?.into()))
}

/// Why an account is suspended or restored.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "Asked for by the clinic", "version": 1 }))]
pub(super) struct AccountReason {
    /// The reason. The person receives it by mail.
    reason: String,
    /// The version of the account that the decision is based on.
    version: i32,
}

impl FromFields for AccountReason {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (reason, version) = (fields.required("reason", fields::text), fields.required_number("version"));
        Some(Self { reason: reason?, version: version? })
    }
}

impl AccountReason {
    fn about(self, user: UserId) -> ChangeAccount {
        ChangeAccount { user, reason: self.reason, version: self.version }
    }
}

/// Suspends an account. Its sessions end at once, and the person gets a mail with the reason.
#[utoipa::path(
    post, path = "/users/{user_id}/suspend", tag = "organisation", operation_id = "suspend_user", request_body = AccountReason,
    params(("user_id" = Uuid, Path, description = "The id of the account.")),
    responses(
        (status = 204, description = "The account is suspended."),
        (status = 403, description = "`directory.account_above` or `directory.account_elsewhere`: the caller may not decide about this account.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the account was changed since that version. `directory.suspend_self`: it is the caller's own.", body = ErrorBody),
    )
)]
pub(super) async fn suspend(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(user): Id<UserId>,
    Body(reason): Body<AccountReason>,
) -> Result<StatusCode, Problem> {
    let command = reason.about(user);
    retry(|| directory::suspend(&domain, &access, command.clone())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Restores a suspended account. The person gets a mail with the reason.
#[utoipa::path(
    post, path = "/users/{user_id}/restore", tag = "organisation", operation_id = "restore_user", request_body = AccountReason,
    params(("user_id" = Uuid, Path, description = "The id of the account.")),
    responses(
        (status = 204, description = "The account can be used again."),
        (status = 403, description = "`directory.account_above` or `directory.account_elsewhere`: the caller may not decide about this account.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the account was changed since that version, or is not suspended.", body = ErrorBody),
    )
)]
pub(super) async fn restore(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(user): Id<UserId>,
    Body(reason): Body<AccountReason>,
) -> Result<StatusCode, Problem> {
    let command = reason.about(user);
    retry(|| directory::restore(&domain, &access, command.clone())).await?;
    Ok(StatusCode::NO_CONTENT)
}
