//! What the service reports about messages: it posts a form to the address that each message names, with its signature.

use super::{send::REPORTS, signature};
use crate::{config::Config, serve::AppState};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use domain::notifications::{self, TextReport};
use model::ids::TextId;
use url::form_urlencoded;

/// The longest report that is read, in bytes.
const LONGEST: usize = 16 * 1024;

/// The longest code of an error that is kept.
const LONGEST_CODE: usize = 10;

/// The route of reports; none where no service is configured.
pub fn routes(config: &Config) -> Router<AppState> {
    if config.sms.account_sid.is_none() {
        return Router::new();
    }
    Router::new().route(&format!("{REPORTS}{{id}}"), post(report)).layer(DefaultBodyLimit::max(LONGEST))
}

async fn report(State(state): State<AppState>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let form: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    if !is_signed(&state.config, &id, &headers, &form) {
        tracing::warn!("a report about a text message has not the signature of the service");
        return StatusCode::FORBIDDEN;
    }
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let (Ok(id), sid) = (id.parse::<TextId>(), field("MessageSid")) else { return StatusCode::NOT_FOUND };
    let code = field("ErrorCode");
    let code = if is_code(code) { code } else { "unknown" };
    let report = match field("MessageStatus") {
        "sent" => TextReport::Sent,
        "delivered" => TextReport::Delivered,
        "undelivered" | "failed" | "canceled" => TextReport::Failed(code),
        // It is on its way: accepted, queued, sending.
        _ => return StatusCode::NO_CONTENT,
    };
    match notifications::hear_of_text(&state.domain, id, sid, report).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(error) => {
            tracing::error!(error.code = %error, error.cause = error.causes(), "a report about a text message was not kept");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// Whether the service has signed a report. It signs the address that it was given, which a proxy may have changed on the way here.
fn is_signed(config: &Config, id: &str, headers: &HeaderMap, form: &[(String, String)]) -> bool {
    let Some(token) = &config.sms.auth_token else { return false };
    let Some(signature) = headers.get("x-twilio-signature").and_then(|value| value.to_str().ok()) else { return false };
    signature::fits(token.expose(), &config.public_url.link(&format!("{REPORTS}{id}")), form, signature)
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_CODE && text.bytes().all(|byte| byte.is_ascii_digit())
}
