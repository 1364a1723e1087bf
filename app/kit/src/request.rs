//! What the server provides to the pages and server functions of one request. Server only.
//!
//! The server provides one `RequestContext` (with `provide_context`) before it renders a page or runs a server function. `App`
//! also runs once at start-up, to list the routes; then there is none, so it is optional.

use crate::failure::Failure;
use crate::forms::{FormReply, OpenedFor};
use crate::viewer::Viewer;
use leptos::prelude::use_context;
use model::errors::Code;
use model::ids::{EncounterId, SessionId, UserId};
use model::visits::views::IceServer;
use serde::Serialize;
use std::pin::Pin;
use std::sync::Arc;

/// The future that a `SessionCookie` method returns.
pub type CookieFuture<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;

/// The session cookie. The server implements it; pages only start and end the session.
pub trait SessionCookie: Send + Sync {
    /// Sets the cookie: from the next request on, the browser is in this session.
    fn begin(&self, session: SessionId) -> CookieFuture<'_>;

    /// Removes the cookie: from the next request on, the browser has no session.
    fn end(&self) -> CookieFuture<'_>;
}

/// The request as pages and server functions see it.
#[derive(Clone)]
pub struct RequestContext {
    /// The use cases.
    pub domain: domain::Domain,
    /// The access with which they are called: who acts, in which session.
    pub access: domain::access::Access,
    /// The session's cookie.
    pub cookie: Arc<dyn SessionCookie>,
    /// The viewer: who, in which language and time zone, and when.
    pub viewer: Viewer,
    /// Returns 128 fresh random bits from the injected source of randomness, for idempotency keys.
    pub random: Arc<dyn Fn() -> u128 + Send + Sync>,
    /// Returns the ICE servers that help two browsers connect, with credentials for this visit and user that are valid for minutes.
    pub ice: Arc<dyn Fn(EncounterId, UserId) -> Vec<IceServer> + Send + Sync>,
}

impl RequestContext {
    /// The context of the request that is being answered, if there is one.
    #[must_use]
    pub fn current() -> Option<Self> {
        use_context()
    }

    /// The context of the request that is being answered.
    ///
    /// # Errors
    /// `OpenedForAnother` when the request posts a form that was opened for another patient than the session acts for now; `Internal` outside of a request,
    /// which is a bug.
    pub fn require() -> Result<Self, Failure> {
        let request = Self::current().ok_or(Code::Internal)?;
        if use_context::<OpenedFor>().is_some_and(|opened_for| opened_for.is_another(&request.access)) {
            return Err(Code::OpenedForAnother.into());
        }
        Ok(request)
    }

    /// A fresh random token: 32 hexadecimal digits.
    #[must_use]
    pub fn token(&self) -> String {
        format!("{:032x}", (self.random)())
    }

    /// Keeps a value encrypted for half an hour, for a page whose address contains only the random id that is returned. `domain::drafts::load` reads it by the
    /// same name.
    ///
    /// # Errors
    /// A failure when the database cannot be reached.
    pub async fn keep<T: Serialize>(&self, name: &str, value: &T) -> Result<String, Failure> {
        let content = serde_json::to_string(value).map_err(|_| Code::Internal)?;
        Ok(domain::drafts::save(&self.domain, name, &content).await?)
    }

    /// Keeps a secret that was just made, and leads to the page that shows it once: with [`RequestContext::made`], by the `made` in its address.
    ///
    /// # Errors
    /// `SignInNeeded`; a failure when the database cannot be reached.
    pub async fn show_once(&self, what: &str, page: &str, secret: &str) -> Result<FormReply, Failure> {
        let id = domain::drafts::save(&self.domain, &self.only_mine(what)?, secret).await?;
        Ok(FormReply::fresh(format!("{page}?made={id}")))
    }

    /// Takes a secret that is shown once, if the address names one.
    ///
    /// # Errors
    /// `SignInNeeded`; a failure when the database cannot be reached.
    pub async fn made(&self, what: &str, id: Option<&str>) -> Result<Option<String>, Failure> {
        let name = self.only_mine(what)?;
        match id {
            Some(id) => call(|| domain::drafts::take(&self.domain, &name, id)).await,
            None => Ok(None),
        }
    }

    /// The name under which a secret is kept until it is shown, so that nobody else can be shown it.
    fn only_mine(&self, what: &str) -> Result<String, Failure> {
        Ok(format!("{what}.{}", self.access.acting()?.user))
    }
}

/// The value of a cookie of the request.
#[must_use]
pub fn cookie<'a>(headers: &'a http::HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(http::header::COOKIE).iter().filter_map(|header| header.to_str().ok());
    let mut pairs = cookies.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(found, value)| (found == name).then_some(value))
}

/// The cookie with the secret of a sign-up (docs/adr/0022).
const SIGN_UP: &str = "__Host-bedside-sign-up";

/// The secret that this browser got when an account was made in it less than an hour ago.
#[must_use]
pub fn sign_up_secret() -> Option<String> {
    secret_in(SIGN_UP)
}

/// Gives this browser the secret of a sign-up, for an hour.
pub fn keep_sign_up_secret(secret: &str) {
    set_cookie(&format!("{SIGN_UP}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600"));
}

/// Takes the secret of a sign-up away, because it has signed in.
pub fn drop_sign_up_secret() {
    set_cookie(&format!("{SIGN_UP}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"));
}

/// The cookie with the secret by which the server recognises a browser in which its owner has signed in before (docs/adr/0008). It grants nothing.
const DEVICE: &str = "__Host-bedside-device";

/// The secret by which this browser is recognised, if it has one.
#[must_use]
pub fn device_secret() -> Option<String> {
    secret_in(DEVICE)
}

/// The same, from the headers of a request.
#[must_use]
pub fn device_secret_in(headers: &http::HeaderMap) -> Option<String> {
    secret_of(headers, DEVICE)
}

/// The cookie with the secret by which a browser is recognised, for 400 days, the longest that browsers keep.
#[must_use]
pub fn device_cookie(secret: &str) -> String {
    format!("{DEVICE}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=34560000")
}

/// Gives this browser the secret by which it is recognised.
pub fn keep_device_secret(secret: &str) {
    set_cookie(&device_cookie(secret));
}

/// The cookie with the secret of a sign-in that waits for its second step. It opens no session.
const HALF_SIGN_IN: &str = "__Host-bedside-half";

/// The secret of the sign-in that waits for its second step in this browser.
#[must_use]
pub fn half_sign_in() -> Option<String> {
    secret_in(HALF_SIGN_IN)
}

/// The cookie with the secret of a sign-in that waits for its second step, for 15 minutes.
#[must_use]
pub fn half_sign_in_cookie(secret: &str) -> String {
    format!("{HALF_SIGN_IN}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=900")
}

/// Gives this browser the secret of a sign-in that waits for its second step.
pub fn keep_half_sign_in(secret: &str) {
    set_cookie(&half_sign_in_cookie(secret));
}

/// Takes that secret away, because the second step is done.
pub fn drop_half_sign_in() {
    set_cookie(&format!("{HALF_SIGN_IN}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"));
}

/// The cookie with the secret of a browser in which a user is not asked for a second factor.
const REMEMBERED: &str = "__Host-bedside-remembered";

/// The secret of this browser, if a user has chosen not to be asked for a second factor in it.
#[must_use]
pub fn remembered_browser() -> Option<String> {
    secret_in(REMEMBERED)
}

/// The same, from the headers of a request.
#[must_use]
pub fn remembered_browser_in(headers: &http::HeaderMap) -> Option<String> {
    secret_of(headers, REMEMBERED)
}

/// Gives this browser the secret with which a user is not asked for a second factor, for 30 days.
pub fn keep_remembered_browser(secret: &str) {
    set_cookie(&format!("{REMEMBERED}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000"));
}

/// The cookie with the secret of a browser that was sent to another provider (docs/adr/0039). It opens no session.
const FOREIGN: &str = "__Host-bedside-foreign";

/// The secret of this browser, if it was sent to another provider less than half an hour ago.
#[must_use]
pub fn foreign_secret() -> Option<String> {
    secret_in(FOREIGN)
}

/// The same, from the headers of a request.
#[must_use]
pub fn foreign_secret_in(headers: &http::HeaderMap) -> Option<String> {
    secret_of(headers, FOREIGN)
}

/// The cookie with the secret of a browser that is sent to another provider, for half an hour.
#[must_use]
pub fn foreign_cookie(secret: &str) -> String {
    format!("{FOREIGN}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=1800")
}

/// Gives this browser the secret with which it goes to another provider.
pub fn keep_foreign_secret(secret: &str) {
    set_cookie(&foreign_cookie(secret));
}

/// A secret of 128 bits, hexadecimal, in a cookie of the request.
fn secret_in(cookie_name: &str) -> Option<String> {
    secret_of(&use_context::<http::request::Parts>()?.headers, cookie_name)
}

fn secret_of(headers: &http::HeaderMap, cookie_name: &str) -> Option<String> {
    let secret = cookie(headers, cookie_name)?;
    (secret.len() == 32 && secret.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| secret.to_owned())
}

fn set_cookie(text: &str) {
    if let (Some(response), Ok(value)) = (use_context::<leptos_axum::ResponseOptions>(), http::HeaderValue::from_str(text)) {
        response.append_header(http::header::SET_COOKIE, value);
    }
}

/// Calls a use case for a page: again when the database asks for it, and with the status of a failure set on the response.
///
/// # Errors
/// The failure of the last call.
pub async fn call<T, F>(use_case: impl FnMut() -> F) -> Result<T, Failure>
where
    F: Future<Output = domain::Result<T>>,
{
    crate::failure::answered(domain::error::retry(use_case).await)
}

/// Parses an id from the address. A malformed id is answered like an unknown one, with `NotFound`.
///
/// # Errors
/// `NotFound`; the status of the response is then 404.
pub fn id<I: std::str::FromStr>(text: &str) -> Result<I, Failure> {
    crate::failure::answered(text.parse().map_err(|_| Code::NotFound.into()))
}

/// Parses an id that a form posted in a hidden input. A malformed id is answered like an unknown one.
///
/// # Errors
/// `NotFound`.
pub fn posted_id<I: std::str::FromStr>(text: &str) -> Result<I, Code> {
    text.parse().map_err(|_| Code::NotFound)
}

/// The public origin of the server, `https://clinic.example`, for addresses that are used outside of the browser.
#[derive(Debug, Clone)]
pub struct PublicOrigin(pub Arc<str>);

/// The public origin, as the server has provided it; empty outside of a request.
#[must_use]
pub fn public_origin() -> String {
    use_context::<PublicOrigin>().map(|origin| origin.0.to_string()).unwrap_or_default()
}

/// Whether a browser posted a plain form (and expects a page) rather than our wasm (which expects JSON).
#[must_use]
pub fn wants_html() -> bool {
    use_context::<http::request::Parts>().is_some_and(|parts| asks_for_html(&parts.headers))
}

/// Whether the `Accept` header asks for HTML.
#[must_use]
pub fn asks_for_html(headers: &http::HeaderMap) -> bool {
    headers.get(http::header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// Sets the HTTP status of the response.
pub fn set_status(status: http::StatusCode) {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(status);
    }
}

/// Sets the HTTP status of a failure, and `Retry-After` if it has one. A response that already redirects stays a redirect, whatever else of the
/// page fails.
pub fn fail(failure: &Failure) {
    let Some(response) = use_context::<leptos_axum::ResponseOptions>() else { return };
    if response.0.read().is_ok_and(|parts| parts.status.is_some_and(|status| status.is_redirection())) {
        return;
    }
    response.set_status(http::StatusCode::from_u16(failure.status()).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR));
    if let Some(secs) = failure.retry_after_secs {
        response.insert_header(http::header::RETRY_AFTER, http::HeaderValue::from(secs));
    }
}

/// Lets the forms of this page lead to another site: a browser follows the redirect of a form only to where the content security policy says (CSP 3 §6.4.2).
/// `place` is a source of such a policy.
pub fn allow_form_to(place: &str) {
    let Some(response) = use_context::<leptos_axum::ResponseOptions>() else { return };
    let policy = response.0.read().ok().and_then(|parts| {
        let policy = parts.headers.get(http::header::CONTENT_SECURITY_POLICY)?.to_str().ok()?;
        Some(policy.replace("form-action 'self'", &format!("form-action 'self' {place}")))
    });
    if let Some(policy) = policy.and_then(|policy| http::HeaderValue::from_str(&policy).ok()) {
        response.insert_header(http::header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Redirects the browser to another page, which it requests with GET (303, RFC 9110 §15.4.4).
pub fn see_other(path: &str) {
    leptos_axum::redirect(path);
    set_status(http::StatusCode::SEE_OTHER);
}

/// Leads a form that is only a button back to its page. It cannot show errors, so what was to be ended may have ended before, and every other failure leads to
/// a page of its own.
#[must_use]
pub fn back_to(page: &str, outcome: domain::Result<()>) -> FormReply {
    let next = match outcome.map_err(|error| error.code()) {
        Ok(()) | Err(Code::NotFound) => page.to_owned(),
        Err(Code::SignInNeeded) => crate::address::sign_in_path(page),
        Err(_) => "/trouble".to_owned(),
    };
    see_other(&next);
    FormReply::fresh(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderValue, header};

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("timezone=a; zone=Europe%2FLondon"));
        headers.append(header::COOKIE, HeaderValue::from_static("other=1"));
        assert_eq!(cookie(&headers, "zone"), Some("Europe%2FLondon"));
        assert_eq!(cookie(&headers, "other"), Some("1"));
        assert_eq!(cookie(&headers, "one"), None);
    }
}
