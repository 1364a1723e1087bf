//! The second factor of the caller's account: an authenticator app with recovery codes.

use super::{
    Problem,
    callers::SignedIn,
    fields::{self, Fields, FromFields},
    passkeys::Passkey,
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    access::Access,
    error::retry,
    identity::{self, FactorView, Proof},
};
use jiff::Timestamp;
use model::{errors::Code, identity::TypedPassword};
use serde::Serialize;
use utoipa::ToSchema;

/// The second factor of an account.
#[derive(Serialize, ToSchema)]
pub(super) struct Factors {
    /// Whether signing in needs a code of an authenticator app.
    totp: bool,
    /// Whether a role of the user needs one.
    required: bool,
    /// How many recovery codes have not been used.
    recovery_codes_left: i64,
    /// In how many browsers no code is asked for.
    remembered_browsers: i64,
    /// When it will be turned off, as an administrator has asked after an identity check; null if nobody has.
    reset_at: Option<Timestamp>,
    /// The passkeys of the account, oldest first. Each signs in without a password, and in place of a code after it.
    passkeys: Vec<Passkey>,
}

impl From<FactorView> for Factors {
    fn from(view: FactorView) -> Self {
        Self {
            totp: view.is_on,
            required: view.is_required,
            recovery_codes_left: view.recovery_codes_left,
            remembered_browsers: view.remembered_browsers,
            reset_at: view.reset_at,
            passkeys: view.passkeys.into_iter().map(Passkey::from).collect(),
        }
    }
}

/// What an authenticator app needs, and the recovery codes. They are sent once.
#[derive(Serialize, ToSchema)]
pub(super) struct SetUp {
    /// The secret in base32.
    secret: String,
    /// The same as an `otpauth` address, for a QR code.
    uri: String,
    /// The recovery codes. Each works once, from the moment at which the app is confirmed.
    recovery_codes: Vec<String>,
}

/// The caller's password, typed again.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Retyped {
    /// The password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 128)]
    password: TypedPassword,
}

impl FromFields for Retyped {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { password: fields.required("password", TypedPassword::parse)? })
    }
}

impl Retyped {
    /// What it proves.
    pub(super) fn proof(&self) -> Proof {
        Proof::Password(self.password.as_str().to_owned())
    }
}

/// The caller's password, typed again, and a code of the second factor that they have.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "password": "correct horse battery staple", "code": "123456" }))]
pub(super) struct RetypedWithCode {
    /// The password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 128)]
    password: TypedPassword,
    /// The code of the present authenticator app, or a recovery code. Not needed while there is no app.
    code: Option<String>,
}

impl FromFields for RetypedWithCode {
    fn read(fields: &mut Fields) -> Option<Self> {
        let password = fields.required("password", TypedPassword::parse);
        let code = fields.optional("code", fields::text);
        Some(Self { password: password?, code })
    }
}

impl RetypedWithCode {
    /// What the password proves.
    pub(super) fn proof(&self) -> Proof {
        Proof::Password(self.password.as_str().to_owned())
    }

    /// The code as it was typed.
    pub(super) fn code(&self) -> &str {
        self.code.as_deref().unwrap_or_default()
    }
}

/// The first code of an authenticator app.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "123456" }))]
pub(super) struct FirstCode {
    /// The six digits that the app shows now.
    code: String,
}

impl FromFields for FirstCode {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { code: fields.required("code", fields::text)? })
    }
}

/// The second factors of the caller's account, as they are now.
pub(super) async fn factors(domain: &Domain, access: &Access) -> domain::Result<Json<Factors>> {
    let factor = retry(|| identity::second_factor(domain, access)).await?;
    Ok(Json(factor.into()))
}

/// Gets the second factor of the caller's account.
#[utoipa::path(
    get, path = "/me/factors", tag = "sessions", operation_id = "get_factors",
    responses((status = 200, description = "The second factor.", body = Factors))
)]
pub(super) async fn get(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<Factors>, Problem> {
    let factor = retry(|| identity::second_factor(&domain, &access)).await?;
    Ok(Json(factor.into()))
}

/// Begins to set up an authenticator app.
///
/// Whoever has an app already also needs a code of it, or a recovery code. The answer has the secret for the new app. Confirm it within 30 minutes with a code at `/me/factors/confirm`; until then an earlier app stays.
#[utoipa::path(
    post, path = "/me/factors/set-up", tag = "sessions", operation_id = "begin_set_up", request_body = RetypedWithCode,
    responses(
        (status = 201, description = "The secret and the recovery codes.", body = SetUp),
        (status = 403, description = "`identity.password_wrong`, `identity.code_wrong`.", body = ErrorBody),
        (status = 410, description = "`identity.set_up_expired`: another request has confirmed it at the same moment.", body = ErrorBody),
    )
)]
pub(super) async fn begin(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<RetypedWithCode>,
) -> Result<(StatusCode, Json<SetUp>), Problem> {
    retry(|| identity::begin_set_up(&domain, &access, request.proof(), request.code())).await?;
    let factor = retry(|| identity::second_factor(&domain, &access)).await?;
    // Another request has confirmed it meanwhile.
    let set_up = factor.set_up.ok_or(Code::SetUpExpired)?;
    let answer = SetUp { secret: set_up.secret.replace(' ', ""), uri: set_up.uri, recovery_codes: set_up.recovery_codes };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Confirms an authenticator app with its first code. It takes the place of an earlier one.
#[utoipa::path(
    post, path = "/me/factors/confirm", tag = "sessions", operation_id = "confirm_set_up", request_body = FirstCode,
    responses(
        (status = 200, description = "The second factor.", body = Factors),
        (status = 403, description = "`identity.code_wrong`.", body = ErrorBody),
        (status = 410, description = "`identity.set_up_expired`: nothing waits to be confirmed.", body = ErrorBody),
    )
)]
pub(super) async fn confirm(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<FirstCode>,
) -> Result<Json<Factors>, Problem> {
    retry(|| identity::confirm_set_up(&domain, &access, &request.code)).await?;
    let factor = retry(|| identity::second_factor(&domain, &access)).await?;
    Ok(Json(factor.into()))
}

/// Gives the second factor up, with a code of it, or a recovery code.
#[utoipa::path(
    post, path = "/me/factors/end", tag = "sessions", operation_id = "end_second_factor", request_body = RetypedWithCode,
    responses(
        (status = 204, description = "The password alone signs in now."),
        (status = 403, description = "`identity.password_wrong`, `identity.code_wrong`.", body = ErrorBody),
        (status = 404, description = "`not_found`: there is none.", body = ErrorBody),
        (status = 409, description = "`identity.second_factor_required`: a role of the user needs one.", body = ErrorBody),
    )
)]
pub(super) async fn end(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<RetypedWithCode>,
) -> Result<StatusCode, Problem> {
    retry(|| identity::end_second_factor(&domain, &access, request.proof(), request.code())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets the browsers in which no code is asked for.
#[utoipa::path(
    delete, path = "/me/factors/remembered-browsers", tag = "sessions", operation_id = "forget_browsers",
    responses((status = 204, description = "Every browser is asked for a code."))
)]
pub(super) async fn forget(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<StatusCode, Problem> {
    retry(|| identity::forget_browsers(&domain, &access)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Stops turning off the second factor that an administrator has asked to turn off.
#[utoipa::path(
    delete, path = "/me/factors/reset", tag = "sessions", operation_id = "stop_reset",
    responses(
        (status = 204, description = "The second factor stays."),
        (status = 404, description = "`not_found`: nobody has asked for it, or it is done.", body = ErrorBody),
    )
)]
pub(super) async fn stop_reset(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<StatusCode, Problem> {
    retry(|| identity::stop_reset(&domain, &access)).await?;
    Ok(StatusCode::NO_CONTENT)
}
