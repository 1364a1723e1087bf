//! The passkeys of the caller's account. Whoever signs in with one does so on the site.

use super::{
    Problem,
    callers::{Id, SignedIn},
    factors::{Factors, RetypedWithCode, factors},
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    identity::{self, AddPasskey, PasskeyAnswer, PasskeyQuestion, PasskeyView, Proof, RemovePasskey, RenamePasskey},
};
use jiff::Timestamp;
use model::{
    identity::{PasskeyName, TypedPassword},
    ids::PasskeyId,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A passkey of the caller.
#[derive(Serialize, ToSchema)]
pub(super) struct Passkey {
    /// The id of the passkey.
    passkey_id: Uuid,
    /// What its user calls it.
    name: String,
    /// The version. Send it with another name.
    version: i32,
    /// When it was added.
    created_at: Timestamp,
    /// When it answered last; null if it never has.
    last_used_at: Option<Timestamp>,
}

impl From<PasskeyView> for Passkey {
    fn from(view: PasskeyView) -> Self {
        Self {
            passkey_id: view.id.uuid(),
            name: view.name,
            version: view.version,
            created_at: view.created_at,
            last_used_at: view.last_used_at,
        }
    }
}

/// A question with which a device makes a passkey.
#[derive(Serialize, ToSchema)]
pub(super) struct NewPasskeyQuestion {
    /// What comes back with the answer. It can be answered for five minutes, once.
    question: String,
    /// The options for the device, as JSON text: `publicKey` is a `PublicKeyCredentialCreationOptionsJSON` of WebAuthn Level 3.
    options: String,
}

impl From<PasskeyQuestion> for NewPasskeyQuestion {
    fn from(question: PasskeyQuestion) -> Self {
        let PasskeyQuestion { question, options } = question;
        Self { question, options }
    }
}

/// A passkey that a device has made.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPasskey {
    /// What its user calls it.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// The caller's password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 128)]
    password: TypedPassword,
    /// The code of the authenticator app, or a recovery code. Not needed while there is no app.
    code: Option<String>,
    /// The question.
    question: String,
    /// The answer of the device, as JSON text: a `RegistrationResponseJSON` of WebAuthn Level 3.
    answer: String,
}

impl FromFields for NewPasskey {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", |text| PasskeyName::parse(text).map(|name| name.as_str().to_owned()));
        let password = fields.required("password", TypedPassword::parse);
        let code = fields.optional("code", fields::text);
        let question = fields.required("question", fields::text);
        let answer = fields.required("answer", fields::text);
        Some(Self { name: name?, password: password?, code, question: question?, answer: answer? })
    }
}

/// Another name of a passkey.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Old phone", "version": 1 }))]
pub(super) struct PasskeyRenaming {
    /// The name.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// The version of the passkey that was seen. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for PasskeyRenaming {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", |text| PasskeyName::parse(text).map(|name| name.as_str().to_owned()));
        let version = fields.required_number("version");
        Some(Self { name: name?, version: version? })
    }
}

/// Asks the question with which a device makes a passkey.
///
/// The answer is added at `/me/factors/passkeys`, with the tokens of the same session.
#[utoipa::path(
    post, path = "/me/factors/passkeys/begin", tag = "sessions", operation_id = "begin_passkey",
    responses(
        (status = 200, description = "The question.", body = NewPasskeyQuestion),
        (status = 409, description = "`identity.passkeys_too_many`. `identity.passkeys_unavailable`: the public address of this installation has no name.",
            body = ErrorBody),
    )
)]
pub(super) async fn begin(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<NewPasskeyQuestion>, Problem> {
    let question = retry(|| identity::begin_passkey(&domain, &access)).await?;
    Ok(Json(question.into()))
}

/// Adds a passkey that a device has made.
///
/// The user hears of it by mail. Whoever has an authenticator app also needs a code of it, or a recovery code.
#[utoipa::path(
    post, path = "/me/factors/passkeys", tag = "sessions", operation_id = "add_passkey", request_body = NewPasskey,
    responses(
        (status = 201, description = "The second factors, with the passkey.", body = Factors),
        (status = 403, description = "`identity.password_wrong`, `identity.code_wrong`. `identity.passkey_elsewhere`: it was made for another site. \
            `identity.passkey_unverified`: the device has not checked who uses it. `identity.passkey_refused`: it is no answer to this question.", body = ErrorBody),
        (status = 409, description = "`identity.passkey_exists`, `identity.passkeys_too_many`, `identity.passkeys_unavailable`.", body = ErrorBody),
        (status = 410, description = "`identity.passkey_expired`: the question is too old, or was asked in another session. \
            `identity.passkey_answered`: it was answered already.", body = ErrorBody),
    )
)]
pub(super) async fn add(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(new): Body<NewPasskey>,
) -> Result<(StatusCode, Json<Factors>), Problem> {
    let NewPasskey { name, password, code, question, answer } = new;
    let command = AddPasskey {
        name,
        proof: Proof::Password(password.as_str().to_owned()),
        code: code.unwrap_or_default(),
        answer: PasskeyAnswer { question, answer },
    };
    retry(|| identity::add_passkey(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, factors(&domain, &access).await?))
}

/// Gives a passkey another name.
#[utoipa::path(
    put, path = "/me/factors/passkeys/{passkey_id}", tag = "sessions", operation_id = "rename_passkey", request_body = PasskeyRenaming,
    params(("passkey_id" = Uuid, Path, description = "The id of the passkey.")),
    responses(
        (status = 200, description = "The second factors, with the passkey.", body = Factors),
        (status = 409, description = "`request.stale`: the passkey has been renamed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn rename(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(passkey): Id<PasskeyId>,
    Body(renaming): Body<PasskeyRenaming>,
) -> Result<Json<Factors>, Problem> {
    let PasskeyRenaming { name, version } = renaming;
    let command = RenamePasskey { passkey, name, version };
    retry(|| identity::rename_passkey(&domain, &access, command.clone())).await?;
    Ok(factors(&domain, &access).await?)
}

/// Removes a passkey.
///
/// Whoever has an authenticator app also needs a code of it, or a recovery code.
#[utoipa::path(
    post, path = "/me/factors/passkeys/{passkey_id}/remove", tag = "sessions", operation_id = "remove_passkey", request_body = RetypedWithCode,
    params(("passkey_id" = Uuid, Path, description = "The id of the passkey.")),
    responses(
        (status = 204, description = "Nobody can sign in with the passkey any more."),
        (status = 403, description = "`identity.password_wrong`, `identity.code_wrong`.", body = ErrorBody),
        (status = 409, description = "`identity.passkey_last`: a role of the user needs a second factor, and this is the only one.", body = ErrorBody),
    )
)]
pub(super) async fn remove(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(passkey): Id<PasskeyId>,
    Body(request): Body<RetypedWithCode>,
) -> Result<StatusCode, Problem> {
    let command = RemovePasskey { passkey, proof: request.proof(), code: request.code().to_owned() };
    retry(|| identity::remove_passkey(&domain, &access, command.clone())).await?;
    Ok(StatusCode::NO_CONTENT)
}
