//! The question whether an app may act in a person's name, and the person's answer.

use super::store::{self, App};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
    identity::{
        limited,
        proof::{Proof, prove, signed_in_lately},
    },
};
use jiff::SignedDuration;
use model::{
    errors::Code,
    identity::{ConsentView, form_source},
    ids::AppId,
    scopes::ApiScope,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// The beginning of codes.
const CODE: &str = "bedside_code_";

/// For how long a code works.
const CODE_LIFE: SignedDuration = SignedDuration::from_secs(60);

/// The digits of a challenge: a SHA-256 in base64url.
const CHALLENGE_DIGITS: usize = 43;

/// How many connections with apps a person has at most.
const MOST_CONNECTIONS: i64 = 20;

/// The longest `state` that is given back.
const LONGEST_STATE: usize = 500;

/// All but the unreserved characters (RFC 3986 §2.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The parameters of the address to which an app sends a person (RFC 6749 §4.1.1, RFC 7636 §4.3), as they came.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AuthorizationRequest {
    /// The app.
    pub client_id: String,
    /// Where the answer is to go.
    pub redirect_uri: String,
    /// `code`.
    pub response_type: String,
    /// The scopes, separated by spaces.
    pub scope: String,
    /// What the app wants back.
    pub state: String,
    /// The SHA-256 of the app's verifier.
    pub code_challenge: String,
    /// `S256`.
    pub code_challenge_method: String,
}

impl AuthorizationRequest {
    /// Reads a request that was kept while its person signed in.
    ///
    /// # Errors
    /// `identity.app_unknown` when the request is not valid.
    pub fn of_kept(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|_| Code::AppUnknown.into())
    }
}

/// What to do with a request of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Ask the person.
    Consent(ConsentView),
    /// Send the person back: the app has asked wrongly, and the address says how.
    Back(String),
}

/// What the person says to an app.
#[derive(Debug, Clone)]
pub enum AppAnswer {
    /// No.
    Refused,
    /// Yes. The proof counts when the person has signed in more than ten minutes ago: an open session must not be enough to let an app act in somebody's name.
    Allowed(Proof),
}

/// A request that can be asked.
struct Question {
    app: App,
    scopes: Vec<ApiScope>,
}

/// Reads what an app asks for.
///
/// # Errors
/// `identity.app_unknown` when there is no such app, or the address is not registered for it: nobody is sent there.
pub async fn read_authorization(domain: &Domain, request: &AuthorizationRequest) -> Result<Asked> {
    Ok(match question(domain, request).await? {
        Ok(Question { app, scopes }) => {
            let place = form_source(&request.redirect_uri).ok_or(Code::AppUnknown)?;
            Asked::Consent(ConsentView { app: app.name, scopes, place })
        }
        Err(error) => Asked::Back(back(request, &[("error", error)])),
    })
}

/// The app and the scopes, or the error of RFC 6749 §4.1.2.1.
async fn question(domain: &Domain, request: &AuthorizationRequest) -> Result<std::result::Result<Question, &'static str>> {
    let id: AppId = request.client_id.parse().map_err(|_| Code::AppUnknown)?;
    let mut connection = domain.pool().acquire().await?;
    let app = store::app(&mut connection, id).await?.ok_or(Code::AppUnknown)?;
    if !app.redirects.contains(&request.redirect_uri) {
        return Err(Code::AppUnknown.into());
    }
    let is_challenge = request.code_challenge.len() == CHALLENGE_DIGITS
        && request.code_challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    Ok(if request.response_type != "code" {
        Err("unsupported_response_type")
    } else if request.code_challenge_method != "S256" || !is_challenge || request.state.len() > LONGEST_STATE {
        Err("invalid_request")
    } else {
        match ApiScope::parse_all(request.scope.split(' ').filter(|word| !word.is_empty())) {
            Ok(scopes) => Ok(Question { app, scopes }),
            Err(_) => Err("invalid_scope"),
        }
    })
}

/// The app's address with an answer, and with the state of its request.
fn back(request: &AuthorizationRequest, answer: &[(&str, &str)]) -> String {
    let state = (!request.state.is_empty()).then_some(("state", request.state.as_str()));
    let mut address = request.redirect_uri.clone();
    for (name, value) in answer.iter().copied().chain(state) {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(name);
        address.push('=');
        address.extend(utf8_percent_encode(value, ESCAPED));
    }
    address
}

/// Keeps the person's answer, and returns the address of the app to which they go on: with a code if they allowed it.
///
/// # Errors
/// `identity.app_unknown`; `access.sign_in_needed`; those of [`prove`]; `identity.too_many_apps`.
pub async fn answer_authorization(
    domain: &Domain,
    access: &Access,
    request: &AuthorizationRequest,
    answer: AppAnswer,
) -> Result<String> {
    let acting = access.acting()?.clone();
    let Question { app, scopes } = match question(domain, request).await? {
        Ok(question) => question,
        Err(error) => return Ok(back(request, &[("error", error)])),
    };
    let AppAnswer::Allowed(proof) = answer else { return Ok(back(request, &[("error", "access_denied")])) };
    let proven = if signed_in_lately(domain, access).await? { None } else { Some(prove(domain, access, &proof).await?) };
    let mut tx = domain.begin("identity.answer_authorization", access).await?;
    let permit = tx.permit(Write, acting.user).await?;
    if let Some(proven) = proven {
        proven.redeem(&mut tx).await?;
    }
    if store::count_connections(&mut tx, &permit).await? >= MOST_CONNECTIONS {
        tx.close().await?;
        return Err(Code::TooManyApps.into());
    }
    let code = limited::new_secret(domain, CODE);
    let expires_at = tx.now() + CODE_LIFE;
    let new = store::NewCode {
        app: app.id,
        allowed_in: acting.session,
        redirect: &request.redirect_uri,
        scopes: &scopes,
        challenge: &request.code_challenge,
        expires_at,
    };
    store::insert_code(&mut tx, &permit, &new, &code).await?;
    let entry = Audit::of(AuditAction::IdentityAppAllowed).on(ResourceKind::Account, acting.user).with_id("app", app.id);
    tx.commit(scopes.iter().fold(entry, |entry, scope| entry.with(scope.as_str(), "granted"))).await?;
    Ok(back(request, &[("code", code.as_str())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_keeps_the_query_of_the_address_and_escapes_the_state() {
        let redirect_uri = "https://app.example/back?from=bedside".to_owned();
        let request = AuthorizationRequest { redirect_uri, state: "a&b=c".to_owned(), ..AuthorizationRequest::default() };
        assert_eq!(back(&request, &[("code", "x")]), "https://app.example/back?from=bedside&code=x&state=a%26b%3Dc");
    }
}
