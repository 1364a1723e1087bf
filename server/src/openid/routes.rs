//! `/sign-in/with/{provider}` sends a browser to a provider, `/sign-in/from/{provider}` takes it back, and `/sign-out/at/{provider}` signs out there. All answer with
//! another page: what went wrong is told on the sign-in page, where all other ways in are.

use super::conversation::{Provider, Refusal};
use crate::serve::AppState;
use axum::{
    Extension, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use domain::{
    access::Device,
    identity::{self, Entry, ForeignEntry, ForeignReturn, Returned},
};
use kit::{
    address::{local_path, query, with_next},
    foreign_ways::Trouble,
    request::{
        RequestContext, device_cookie, device_secret_in, foreign_cookie, foreign_secret_in, half_sign_in_cookie,
        remembered_browser_in,
    },
};
use model::errors::Code;
use serde::Deserialize;

/// The routes.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/sign-in/with/{provider}", get(go))
        .route("/sign-in/from/{provider}", get(come_back))
        .route("/sign-out/at/{provider}", get(leave))
}

#[derive(Deserialize)]
struct Going {
    next: Option<String>,
}

/// What a provider sends back (OpenID Connect Core, sections 3.1.2.5 and 3.1.2.6; RFC 9207).
#[derive(Deserialize)]
struct Coming {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

async fn go(
    State(state): State<AppState>,
    Path(key): Path<String>,
    Query(Going { next }): Query<Going>,
    headers: HeaderMap,
) -> Response {
    let next = next.as_deref().and_then(local_path);
    let Some(provider) = state.providers.find(&key) else { return told(Trouble::Unknown, next) };
    let metadata = match provider.metadata(state.domain.now()).await {
        Ok(metadata) => metadata,
        Err(why) => return is_down(provider, &why, next),
    };
    let started = identity::begin_foreign_sign_in(&state.domain, &key, foreign_secret_in(&headers), next).await;
    match started {
        Ok(start) => {
            let answer = Redirect::to(&provider.entrance(&metadata, &start)).into_response();
            with_cookies(answer, &[foreign_cookie(&start.browser)])
        }
        Err(error) => failed(&error, next),
    }
}

async fn come_back(
    State(state): State<AppState>,
    Extension(request): Extension<RequestContext>,
    Path(key): Path<String>,
    Query(coming): Query<Coming>,
    headers: HeaderMap,
) -> Response {
    let Some(provider) = state.providers.find(&key) else { return told(Trouble::Unknown, None) };
    let browser = foreign_secret_in(&headers);
    let typed = coming.state.unwrap_or_default();
    let returned = match identity::return_from_provider(&state.domain, &key, &typed, browser.as_deref()).await {
        Ok(Returned::Expected(returned)) => returned,
        Ok(Returned::TooLate) => return told(Trouble::TooLate, None),
        Ok(Returned::Used) => return told(Trouble::Used, None),
        Ok(Returned::OtherBrowser) => return told(Trouble::OtherBrowser, None),
        Err(error) => return failed(&error, None),
    };
    let next = returned.next.as_deref();
    if coming.iss.is_some_and(|issuer| issuer != provider.settings().issuer) {
        return is_untrusted(provider, "the answer is by another issuer", next);
    }
    match (coming.code, coming.error.as_deref()) {
        (Some(code), None) => Box::pin(enter(&state, &request, provider, &code, &returned, &headers)).await,
        (_, Some("access_denied")) => told(Trouble::Denied, next),
        (_, Some("temporarily_unavailable" | "server_error")) => is_down(provider, "it says that it has an error", next),
        _ => is_untrusted(provider, "it answers with another error", next),
    }
}

/// Leads somebody who has signed out here to where they sign out at the provider. Not in the answer to the form that signs out: a form may lead to this site only.
async fn leave(State(state): State<AppState>, Path(key): Path<String>) -> Response {
    let Some(provider) = state.providers.find(&key) else { return told(Trouble::Unknown, None) };
    match provider.metadata(state.domain.now()).await {
        Ok(metadata) => {
            provider.exit(&metadata).map_or_else(|| told(Trouble::Stays, None), |place| Redirect::to(&place).into_response())
        }
        Err(why) => is_down(provider, &why, None),
    }
}

/// Asks the provider for the person, and signs them in.
async fn enter(
    state: &AppState,
    request: &RequestContext,
    provider: &Provider,
    code: &str,
    returned: &ForeignReturn,
    headers: &HeaderMap,
) -> Response {
    let next = returned.next.as_deref();
    let person = match provider.person(code, returned, state.domain.now()).await {
        Ok(person) => person,
        Err(Refusal::Down(why)) => return is_down(provider, &why, next),
        Err(Refusal::Untrusted(why)) => return is_untrusted(provider, &why, next),
        Err(Refusal::Expired) => return told(Trouble::TooLate, next),
    };
    let secret = device_secret_in(headers).unwrap_or_else(|| request.token());
    let mut access = request.access.clone();
    access.device = Some(Device::of_secret(&secret));
    let remembered = remembered_browser_in(headers);
    let entry = identity::finish_foreign_sign_in(&state.domain, &access, returned.sign_in, &person, remembered.as_deref()).await;
    match entry {
        Ok(ForeignEntry::Entered(Entry::SignedIn(signed_in))) => {
            match ::identity::after_sign_in(request, signed_in.session, next.unwrap_or_default()).await {
                Ok(page) => with_cookies(Redirect::to(&page).into_response(), &[device_cookie(&secret)]),
                Err(_) => Redirect::to("/trouble").into_response(),
            }
        }
        Ok(ForeignEntry::Entered(Entry::Half(half))) => {
            let answer = Redirect::to(&with_next("/sign-in/second", next)).into_response();
            with_cookies(answer, &[half_sign_in_cookie(&half.token)])
        }
        Ok(ForeignEntry::Waits) => told(Trouble::Link, next),
        Ok(ForeignEntry::NoAddress) => told(Trouble::NoAddress, next),
        Ok(ForeignEntry::NoAccount) => told(Trouble::NoAccount, next),
        Err(error) if error.code() == Code::Suspended => told(Trouble::Suspended, next),
        Err(error) if error.code() == Code::AccountDeleted => Redirect::to("/bring-back").into_response(),
        Err(error) => failed(&error, next),
    }
}

/// Leads to the sign-in page, which tells what went wrong.
fn told(trouble: Trouble, next: Option<&str>) -> Response {
    Redirect::to(&format!("/sign-in{}", query(&[("trouble", Some(trouble.as_str())), ("next", next)]))).into_response()
}

fn is_down(provider: &Provider, why: &str, next: Option<&str>) -> Response {
    tracing::warn!(provider = %provider.settings().key, why, "nobody can sign in at a provider");
    told(Trouble::Down, next)
}

fn is_untrusted(provider: &Provider, why: &str, next: Option<&str>) -> Response {
    tracing::warn!(provider = %provider.settings().key, why, "the answer of a provider does not count");
    told(Trouble::Untrusted, next)
}

fn failed(error: &domain::Error, next: Option<&str>) -> Response {
    error.log("a sign-in at a provider could not be finished", None);
    told(Trouble::Failed, next)
}

fn with_cookies(mut answer: Response, cookies: &[String]) -> Response {
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            answer.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    answer
}
