//! Apps that use the API in a person's name: the caller's own, and, for administrators of the organisation, all of them.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List},
    problem::ErrorBody,
    tokens::scopes,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    identity::{self, RegisterApp, RegisteredApp},
};
use jiff::Timestamp;
use model::{
    identity::{AppRow, ConnectedApp},
    ids::AppId,
    scopes::ApiScope,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An app that the caller has connected.
#[derive(Serialize, ToSchema)]
pub(super) struct Connected {
    /// The id of the app.
    app_id: Uuid,
    /// Its name.
    name: String,
    /// What it may do.
    #[schema(schema_with = scopes)]
    scopes: Vec<ApiScope>,
    /// Since when.
    since: Timestamp,
    /// When it was last used, to the minute.
    used_at: Option<Timestamp>,
}

impl From<ConnectedApp> for Connected {
    fn from(app: ConnectedApp) -> Self {
        let ConnectedApp { id, name, scopes, since, used_at } = app;
        Self { app_id: id.uuid(), name, scopes, since, used_at }
    }
}

/// An app of the organisation.
#[derive(Serialize, ToSchema)]
pub(super) struct App {
    /// The id of the app, which is its `client_id`.
    app_id: Uuid,
    /// The name that people see.
    name: String,
    /// Where people may be sent back to.
    redirect_uris: Vec<String>,
    /// Whether it has a secret.
    has_secret: bool,
    /// How many people have connected it.
    people: i64,
    /// The name of the administrator who registered it.
    made_by: String,
    /// When it was registered.
    created_at: Timestamp,
}

impl From<AppRow> for App {
    fn from(row: AppRow) -> Self {
        let AppRow { id, name, redirects, has_secret, people, made_by, created_at } = row;
        Self { app_id: id.uuid(), name, redirect_uris: redirects, has_secret, people, made_by, created_at }
    }
}

/// A newly registered app.
#[derive(Serialize, ToSchema)]
pub(super) struct NewApp {
    /// The id of the app, which is its `client_id`.
    app_id: Uuid,
    /// The secret, if it has one. The server stores only its hash, so keep it.
    client_secret: Option<String>,
}

/// An app to be registered.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Calendar", "redirect_uris": ["https://calendar.example/back"], "keeps_secret": true }))]
pub(super) struct AppRequest {
    /// The name that people see.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// Where people may be sent back to.
    redirect_uris: Vec<String>,
    /// Whether it runs on a server, where it can keep a secret; false when left out.
    keeps_secret: Option<bool>,
}

impl FromFields for AppRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", fields::text);
        let redirect_uris = fields.required_texts("redirect_uris");
        let keeps_secret = fields.optional_bool("keeps_secret");
        Some(Self { name: name?, redirect_uris: redirect_uris?, keeps_secret })
    }
}

/// Lists the apps that may act in the caller's name, by name.
#[utoipa::path(
    get, path = "/me/apps", tag = "sessions", operation_id = "list_connected_apps",
    responses((status = 200, description = "All apps that are connected.", body = List<Connected>))
)]
pub(super) async fn connected(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
) -> Result<Json<List<Connected>>, Problem> {
    Ok(Json(List::whole(retry(|| identity::connected_apps(&domain, &access)).await?)))
}

/// Disconnects an app from the caller's account.
#[utoipa::path(
    delete, path = "/me/apps/{app_id}", tag = "sessions", operation_id = "disconnect_app",
    params(("app_id" = Uuid, Path, description = "The id of the app.")),
    responses((status = 204, description = "The app may not act in the caller's name any more."))
)]
pub(super) async fn disconnect(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(app): Id<AppId>,
) -> Result<StatusCode, Problem> {
    retry(|| identity::disconnect_app(&domain, &access, app)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the apps of the organisation, by name.
#[utoipa::path(
    get, path = "/apps", tag = "organisation", operation_id = "list_apps",
    responses(
        (status = 200, description = "All apps that have not ended.", body = List<App>),
        (status = 403, description = "`access.forbidden`: the caller is no administrator of the organisation.", body = ErrorBody),
    )
)]
pub(super) async fn list(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<List<App>>, Problem> {
    Ok(Json(List::whole(retry(|| identity::list_apps(&domain, &access)).await?)))
}

/// Registers an app.
///
/// People are sent back only to the addresses given here, compared letter by letter.
#[utoipa::path(
    post, path = "/apps", tag = "organisation", operation_id = "register_app", request_body = AppRequest,
    responses(
        (status = 201, description = "The app, with its secret, which is not shown again.", body = NewApp),
        (status = 403, description = "`access.forbidden`: the caller is no administrator of the organisation.", body = ErrorBody),
    )
)]
pub(super) async fn register(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<AppRequest>,
) -> Result<(StatusCode, Json<NewApp>), Problem> {
    let AppRequest { name, redirect_uris, keeps_secret } = request;
    let command = RegisterApp { name, redirects: redirect_uris.join("\n"), keeps_secret: keeps_secret.unwrap_or_default() };
    let RegisteredApp { id, secret } =
        retry(|| identity::register_app(&domain, &access, command.clone())).await.map_err(renamed)?;
    Ok((StatusCode::CREATED, Json(NewApp { app_id: id.uuid(), client_secret: secret })))
}

/// The body has another name for the addresses.
fn renamed(refused: domain::Error) -> domain::Error {
    if refused.field_errors().is_empty() {
        return refused;
    }
    let mut faults = refused.field_errors().to_vec();
    for fault in faults.iter_mut().filter(|fault| fault.field == "redirects") {
        fault.field = "redirect_uris".to_owned();
    }
    domain::Error::fields(faults)
}

/// Ends an app. Everybody's connections with it end at once.
#[utoipa::path(
    delete, path = "/apps/{app_id}", tag = "organisation", operation_id = "end_app",
    params(("app_id" = Uuid, Path, description = "The id of the app.")),
    responses((status = 204, description = "The app has ended."))
)]
pub(super) async fn end(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(app): Id<AppId>,
) -> Result<StatusCode, Problem> {
    retry(|| identity::end_app(&domain, &access, app)).await?;
    Ok(StatusCode::NO_CONTENT)
}
