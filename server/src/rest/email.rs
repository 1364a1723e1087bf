//! The email address of the caller's account.

use super::{
    Problem,
    callers::SignedIn,
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    error::retry,
    identity::{self, AskEmailChange, EmailView, Proof},
};
use jiff::Timestamp;
use model::identity::TypedPassword;
use serde::Serialize;
use utoipa::ToSchema;

/// The email address of an account.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnEmail {
    /// The address.
    #[schema(example = "ada@people.example")]
    email: String,
    /// The address to which a code was sent; null if no code can be confirmed.
    waiting: Option<String>,
    /// Until when that code can be confirmed.
    waiting_until: Option<Timestamp>,
}

impl From<EmailView> for OwnEmail {
    fn from(view: EmailView) -> Self {
        let (waiting, waiting_until) = view.waiting.unzip();
        Self { email: view.email, waiting, waiting_until }
    }
}

/// An email address that the account is to have.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "ada@people.example", "password": "correct horse battery staple" }))]
pub(super) struct EmailToConfirm {
    /// The address.
    email: String,
    /// The caller's password, typed again.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 128)]
    password: TypedPassword,
}

impl FromFields for EmailToConfirm {
    fn read(fields: &mut Fields) -> Option<Self> {
        let email = fields.required("email", fields::text);
        let password = fields.required("password", TypedPassword::parse);
        Some(Self { email: email?, password: password? })
    }
}

/// The code that was sent to an email address.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "123456" }))]
pub(super) struct EmailCode {
    /// The six digits.
    code: String,
}

impl FromFields for EmailCode {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { code: fields.required("code", fields::text)? })
    }
}

/// Gets the email address of the caller's account.
#[utoipa::path(
    get, path = "/me/email", tag = "sessions", operation_id = "get_email",
    responses((status = 200, description = "The address.", body = OwnEmail))
)]
pub(super) async fn get(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<OwnEmail>, Problem> {
    let email = retry(|| identity::own_email(&domain, &access)).await?;
    Ok(Json(email.into()))
}

/// Sends a code to another email address.
///
/// Confirm it within 30 minutes at `/me/email/confirm`. Until then the account keeps its address.
#[utoipa::path(
    post, path = "/me/email/send-code", tag = "sessions", operation_id = "send_email_code", request_body = EmailToConfirm,
    responses(
        (status = 200, description = "The code is being sent.", body = OwnEmail),
        (status = 403, description = "`identity.password_wrong`.", body = ErrorBody),
    )
)]
pub(super) async fn send_code(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<EmailToConfirm>,
) -> Result<Json<OwnEmail>, Problem> {
    let EmailToConfirm { email, password } = request;
    let command = AskEmailChange { email, proof: Proof::Password(password.as_str().to_owned()) };
    retry(|| identity::ask_email_change(&domain, &access, command.clone())).await?;
    let email = retry(|| identity::own_email(&domain, &access)).await?;
    Ok(Json(email.into()))
}

/// Gives the account the email address to which a code was sent. All other sessions of the account end.
#[utoipa::path(
    post, path = "/me/email/confirm", tag = "sessions", operation_id = "confirm_email_change", request_body = EmailCode,
    responses(
        (status = 200, description = "The account has the address.", body = OwnEmail),
        (status = 403, description = "`identity.email_code_wrong`.", body = ErrorBody),
        (status = 409, description = "`identity.email_taken`: another account has the address.", body = ErrorBody),
        (status = 410, description = "`identity.email_code_expired`: no code waits, or it was wrong too often.", body = ErrorBody),
    )
)]
pub(super) async fn confirm(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<EmailCode>,
) -> Result<Json<OwnEmail>, Problem> {
    retry(|| identity::confirm_email_change(&domain, &access, &request.code)).await?;
    let email = retry(|| identity::own_email(&domain, &access)).await?;
    Ok(Json(email.into()))
}
