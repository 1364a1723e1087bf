//! The languages that doctors and patients can choose from, and their management by an administrator of the organisation.

use super::{
    Problem,
    callers::SignedIn,
    fields::{Fields, FromFields},
    payload::{Body, List},
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    access::Access,
    directory::{self, ChooseLanguages},
    error::retry,
};
use jiff::Timestamp;
use model::directory::{LanguageList as View, LanguageListVersion as Version, spoken_language_name};
use serde::Serialize;
use utoipa::ToSchema;

/// A language that doctors and patients can choose.
#[derive(Serialize, ToSchema)]
pub(super) struct Language {
    /// The language tag (BCP 47).
    #[schema(examples("cy"))]
    tag: String,
    /// The English name.
    #[schema(examples("Welsh"))]
    name: String,
}

impl From<String> for Language {
    fn from(tag: String) -> Self {
        Self { name: spoken_language_name(&tag).to_owned(), tag }
    }
}

/// The languages that doctors and patients can choose from, with what was offered before.
#[derive(Serialize, ToSchema)]
pub(super) struct LanguageList {
    /// The languages, in the order in which they are offered.
    languages: Vec<Language>,
    /// The version. Send it with a change. It is 0 while no administrator has chosen any, and all are offered.
    version: i32,
    /// The versions of the list, newest first; empty if it was never changed.
    history: Vec<LanguageListVersion>,
}

/// A version of the list of languages.
#[derive(Serialize, ToSchema)]
struct LanguageListVersion {
    /// The number of the version.
    version: i32,
    /// The language tags, in their order.
    languages: Vec<String>,
    /// The name of the administrator who made the version.
    by: Option<String>,
    /// When it was made.
    at: Timestamp,
}

impl From<View> for LanguageList {
    fn from(view: View) -> Self {
        let View { version, tags, history } = view;
        let languages = tags.into_iter().map(Into::into).collect();
        Self { languages, version, history: history.into_iter().map(Into::into).collect() }
    }
}

impl From<Version> for LanguageListVersion {
    fn from(row: Version) -> Self {
        let Version { version, tags, by, at } = row;
        Self { version, languages: tags, by, at }
    }
}

/// The languages to offer.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "languages": ["cy", "en", "pl"], "version": 0 }))]
pub(super) struct LanguageChoice {
    /// Language tags, in the order in which they are to be offered; at least one.
    languages: Vec<String>,
    /// The version that the change is based on.
    version: i32,
}

impl FromFields for LanguageChoice {
    fn read(fields: &mut Fields) -> Option<Self> {
        let languages = fields.required_texts("languages");
        let version = fields.required_number("version");
        Some(Self { languages: languages?, version: version? })
    }
}

async fn managed(domain: &Domain, access: &Access) -> Result<Json<LanguageList>, Problem> {
    Ok(Json(retry(|| directory::managed_languages(domain, access)).await?.into()))
}

/// Lists the languages that doctors and patients can choose from, in the order in which they are offered.
#[utoipa::path(
    get, path = "/languages", tag = "doctors", operation_id = "list_languages", security(()),
    responses((status = 200, description = "The languages, on one page.", body = List<Language>))
)]
pub(super) async fn offered(State(domain): State<Domain>) -> Result<Json<List<Language>>, Problem> {
    Ok(Json(List::whole(retry(|| directory::languages(&domain)).await?)))
}

/// Gets the languages that are offered, with what was offered before.
#[utoipa::path(
    get, path = "/organisation/languages", tag = "organisation", operation_id = "get_managed_languages",
    responses(
        (status = 200, description = "The languages.", body = LanguageList),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator of the whole organisation.", body = ErrorBody),
    )
)]
pub(super) async fn get(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<LanguageList>, Problem> {
    managed(&domain, &access).await
}

/// Chooses the languages that are offered, and their order. Doctors who have a language that is not offered any more keep it. The caller must be an administrator
/// of the whole organisation.
#[utoipa::path(
    put, path = "/organisation/languages", tag = "organisation", operation_id = "choose_languages", request_body = LanguageChoice,
    responses(
        (status = 200, description = "The languages.", body = LanguageList),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator of the whole organisation.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the list has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn choose(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(choice): Body<LanguageChoice>,
) -> Result<Json<LanguageList>, Problem> {
    let LanguageChoice { languages, version } = choice;
    let command = ChooseLanguages { languages, version };
    retry(|| directory::choose_languages(&domain, &access, command.clone())).await?;
    managed(&domain, &access).await
}
