//! The phone number of the caller's account, to which text messages are sent.

use super::{
    Problem,
    callers::SignedIn,
    factors::Retyped,
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    identity::{self, PhoneView, Proof, SendPhoneCode},
};
use jiff::Timestamp;
use model::identity::TypedPassword;
use serde::Serialize;
use utoipa::ToSchema;

/// The phone number of an account.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnPhone {
    /// The verified number, as it is written abroad; null while there is none.
    #[schema(example = "+44 7400 123456")]
    verified: Option<String>,
    /// The number to which a code was sent; null if no code can be confirmed.
    waiting: Option<String>,
    /// Until when that code can be confirmed.
    waiting_until: Option<Timestamp>,
}

impl From<PhoneView> for OwnPhone {
    fn from(view: PhoneView) -> Self {
        let (waiting, waiting_until) = view.waiting.unzip();
        Self { verified: view.verified, waiting, waiting_until }
    }
}

/// A number that is to be verified.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "phone": "+44 7400 123456", "password": "correct horse battery staple" }))]
pub(super) struct PhoneToVerify {
    /// The number with its country code.
    phone: String,
    /// The caller's password, typed again.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 128)]
    password: TypedPassword,
}

impl FromFields for PhoneToVerify {
    fn read(fields: &mut Fields) -> Option<Self> {
        let phone = fields.required("phone", fields::text);
        let password = fields.required("password", TypedPassword::parse);
        Some(Self { phone: phone?, password: password? })
    }
}

/// The code that was sent to a number.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "123456" }))]
pub(super) struct PhoneCode {
    /// The six digits.
    code: String,
}

impl FromFields for PhoneCode {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { code: fields.required("code", fields::text)? })
    }
}

/// Gets the phone number of the caller's account.
#[utoipa::path(
    get, path = "/me/phone", tag = "sessions", operation_id = "get_phone",
    responses((status = 200, description = "The number.", body = OwnPhone))
)]
pub(super) async fn get(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<OwnPhone>, Problem> {
    let phone = retry(|| identity::own_phone(&domain, &access)).await?;
    Ok(Json(phone.into()))
}

/// Sends a code to a number.
///
/// Confirm it within 10 minutes at `/me/phone/confirm`. Until then an earlier number stays.
#[utoipa::path(
    post, path = "/me/phone/send-code", tag = "sessions", operation_id = "send_phone_code", request_body = PhoneToVerify,
    responses(
        (status = 200, description = "The code is being sent.", body = OwnPhone),
        (status = 403, description = "`identity.password_wrong`.", body = ErrorBody),
        (status = 409, description = "`identity.phone_unreachable`: no text messages are sent to this country.", body = ErrorBody),
    )
)]
pub(super) async fn send_code(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<PhoneToVerify>,
) -> Result<Json<OwnPhone>, Problem> {
    let PhoneToVerify { phone, password } = request;
    let command = SendPhoneCode { phone, proof: Proof::Password(password.as_str().to_owned()) };
    retry(|| identity::send_phone_code(&domain, &access, command.clone())).await?;
    let phone = retry(|| identity::own_phone(&domain, &access)).await?;
    Ok(Json(phone.into()))
}

/// Confirms a number with the code that was sent to it. It takes the place of an earlier one.
#[utoipa::path(
    post, path = "/me/phone/confirm", tag = "sessions", operation_id = "confirm_phone", request_body = PhoneCode,
    responses(
        (status = 200, description = "The number is verified.", body = OwnPhone),
        (status = 403, description = "`identity.phone_code_wrong`.", body = ErrorBody),
        (status = 410, description = "`identity.phone_code_expired`: no code waits, or it was wrong too often.", body = ErrorBody),
    )
)]
pub(super) async fn confirm(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<PhoneCode>,
) -> Result<Json<OwnPhone>, Problem> {
    retry(|| identity::confirm_phone(&domain, &access, &request.code)).await?;
    let phone = retry(|| identity::own_phone(&domain, &access)).await?;
    Ok(Json(phone.into()))
}

/// Removes the verified number.
#[utoipa::path(
    post, path = "/me/phone/remove", tag = "sessions", operation_id = "remove_phone", request_body = Retyped,
    responses(
        (status = 204, description = "No text messages are sent to it any more."),
        (status = 403, description = "`identity.password_wrong`.", body = ErrorBody),
        (status = 404, description = "`not_found`: there is none.", body = ErrorBody),
    )
)]
pub(super) async fn remove(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<Retyped>,
) -> Result<StatusCode, Problem> {
    retry(|| identity::remove_phone(&domain, &access, request.proof())).await?;
    Ok(StatusCode::NO_CONTENT)
}
