//! Twilio's interface for messages: one posted form for each, with the account as user and password
//! (<https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource>).

use super::send::{Error, Message, Provider, Refusal};
use crate::{
    config::{Secret, keys},
    endpoint::Endpoint,
};
use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use http::{HeaderName, Method, StatusCode, header};
use serde_json::Value;
use std::fmt;
use url::form_urlencoded;

/// Several times what an answer has.
const LONGEST_ANSWER: usize = 64 * 1024;

/// What a message comes from: the name of the form's field, and its value.
type Sender = (&'static str, String);

/// An account at the service.
pub(super) struct Twilio {
    endpoint: Endpoint,
    account: String,
    token: Secret<String>,
    sender: Sender,
}

impl fmt::Debug for Twilio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Twilio").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl Twilio {
    /// The account of a configuration, whose rules have checked that nothing is missing; none if it names none.
    pub(super) fn of(keys: &keys::Sms) -> Result<Option<Self>, Error> {
        let (Some(account), Some(token)) = (keys.account_sid.clone(), keys.auth_token.clone()) else { return Ok(None) };
        let sender = match (&keys.messaging_service_sid, &keys.from) {
            (Some(service), _) => ("MessagingServiceSid", service.clone()),
            (None, from) => ("From", from.clone().unwrap_or_default()),
        };
        let endpoint = Endpoint::new(keys.url.clone(), keys.authority.as_deref(), LONGEST_ANSWER)?;
        Ok(Some(Self { endpoint, account, token, sender }))
    }
}

/// What the service says about the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reached {
    /// It accepts the credentials, and the account is in use.
    Fine,
    /// It refuses the credentials.
    Refused,
    /// The account is in this state, in which nothing is sent.
    Stopped(String),
    /// It answers with this status, which says nothing about the account.
    Other(StatusCode),
    /// It does not answer, for this reason.
    Silent(String),
}

impl Twilio {
    fn credentials(&self) -> (HeaderName, String) {
        let credentials = BASE64.encode(format!("{}:{}", self.account, self.token.expose()));
        (header::AUTHORIZATION, format!("Basic {credentials}"))
    }

    /// Asks about the account, and sends nothing (<https://www.twilio.com/docs/iam/api/account#fetch-an-account-resource>).
    pub(super) async fn reach(&self) -> Reached {
        let path = format!("/2010-04-01/Accounts/{}.json", self.account);
        let (status, body) = match self.endpoint.send(Method::GET, &path, vec![self.credentials()], Vec::new()).await {
            Ok(answer) => answer,
            Err(why) => return Reached::Silent(why),
        };
        match status {
            StatusCode::OK => {
                let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
                match answer["status"].as_str() {
                    Some(state) if state != "active" => Reached::Stopped(state.to_owned()),
                    _ => Reached::Fine,
                }
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Reached::Refused,
            other => Reached::Other(other),
        }
    }
}

#[async_trait]
impl Provider for Twilio {
    async fn take(&self, message: &Message) -> Result<Option<String>, Refusal> {
        let (sender, from) = &self.sender;
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("To", &message.to)
            .append_pair(sender, from)
            .append_pair("Body", &message.body)
            .append_pair("StatusCallback", &message.report_to)
            .finish();
        let headers = vec![self.credentials(), (header::CONTENT_TYPE, "application/x-www-form-urlencoded".to_owned())];
        let path = format!("/2010-04-01/Accounts/{}/Messages.json", self.account);
        let sent = self.endpoint.send(Method::POST, &path, headers, form.into_bytes()).await;
        let (status, body) = sent.map_err(|_| Refusal::ForNow("no answer".to_owned()))?;
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        if status.is_success() {
            return Ok(answer["sid"].as_str().map(str::to_owned));
        }
        // Errors have a code of Twilio's own: 21211 is a number that cannot be reached.
        let code = answer["code"].as_i64().map_or_else(|| format!("http {}", status.as_u16()), |code| code.to_string());
        Err(if may_pass(status) { Refusal::ForNow(code) } else { Refusal::Final(code) })
    }
}

/// Whether another try may succeed: the service is busy or down, or its credentials are about to be corrected.
fn may_pass(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
        )
}
