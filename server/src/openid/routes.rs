//! `/sign-in/with/{provider}` sends a browser to a provider, `/sign-in/from/{provider}` takes it back, and `/sign-out/at/{provider}` signs out there. All answer with
//! another page: what went wrong is told on the sign-in page, where all other ways in are, or in the account to which somebody connects another sign-in.

use super::{
    conversation::{Provider, Refusal},
    logout,
};
use crate::serve::AppState;
use axum::{
    Extension, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::{
    access::Device,
    error::retry,
    identity::{self, Connected, Entry, ForeignEntry, ForeignPerson, ForeignReturn, Returned},
};
use kit::{
    address::{local_path, query, sign_in_path, with_next},
    foreign_ways::Trouble,
    request::{
        RequestContext, device_cookie, device_secret_in, foreign_cookie, foreign_secret_in, half_sign_in_cookie,
        remembered_browser_in,
    },
};
use model::{errors::Code, ids::SessionId};
use serde::Deserialize;

/// The page of the account with the sign-ins that are connected.
const SIGN_INS: &str = "/account/sign-ins";

/// The routes.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/sign-in/with/{provider}", get(go))
        .route("/sign-in/from/{provider}", get(come_back))
        .route("/sign-in/from/{provider}/logout", post(logout::log_out))
        .route("/sign-out/at/{provider}", get(leave))
}

#[derive(Deserialize)]
struct Going {
    next: Option<String>,
    /// The state of a sign-in that is connected to an account, and has begun there.
    state: Option<String>,
}

/// The page that tells what went wrong.
#[derive(Clone, Copy)]
enum Teller<'a> {
    /// The sign-in page, with the page to go on to.
    SignIn(Option<&'a str>),
    /// The page of the account with the sign-ins that are connected.
    Account,
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
    Query(Going { next, state: begun }): Query<Going>,
    headers: HeaderMap,
) -> Response {
    // Bringing an account back begins with a form, and not with an address.
    let next = next.as_deref().and_then(local_path).filter(|next| *next != identity::BRING_BACK);
    let teller = if begun.is_some() { Teller::Account } else { Teller::SignIn(next) };
    let Some(provider) = state.providers.find(&key) else { return told(Trouble::Unknown, teller) };
    let metadata = match provider.metadata(state.domain.now()).await {
        Ok(metadata) => metadata,
        Err(why) => return is_down(provider, &why, teller),
    };
    if let Some(begun) = begun {
        let Some(browser) = foreign_secret_in(&headers) else { return told(Trouble::OtherBrowser, teller) };
        let start = identity::foreign_start_again(browser, begun);
        return Redirect::to(&provider.entrance(&metadata, &start)).into_response();
    }
    let started = identity::begin_foreign_sign_in(&state.domain, &key, foreign_secret_in(&headers), next).await;
    match started {
        Ok(start) => {
            let answer = Redirect::to(&provider.entrance(&metadata, &start)).into_response();
            with_cookies(answer, &[foreign_cookie(&start.browser)])
        }
        Err(error) => failed(&error, teller),
    }
}

async fn come_back(
    State(state): State<AppState>,
    Extension(request): Extension<RequestContext>,
    Path(key): Path<String>,
    Query(coming): Query<Coming>,
    headers: HeaderMap,
) -> Response {
    let Some(provider) = state.providers.find(&key) else { return told(Trouble::Unknown, Teller::SignIn(None)) };
    // Whoever is signed in here was sent from the account.
    let unknown = if request.access.acting().is_ok() { Teller::Account } else { Teller::SignIn(None) };
    let browser = foreign_secret_in(&headers);
    let typed = coming.state.unwrap_or_default();
    let returned = match identity::return_from_provider(&state.domain, &key, &typed, browser.as_deref()).await {
        Ok(Returned::Expected(returned)) => returned,
        Ok(Returned::TooLate) => return told(Trouble::TooLate, unknown),
        Ok(Returned::Used) => return told(Trouble::Used, unknown),
        Ok(Returned::OtherBrowser) => return told(Trouble::OtherBrowser, unknown),
        Err(error) => return failed(&error, unknown),
    };
    let teller = teller(&returned);
    if coming.iss.is_some_and(|issuer| issuer != provider.settings().issuer) {
        return is_untrusted(provider, "the answer is by another issuer", teller);
    }
    match (coming.code, coming.error.as_deref()) {
        (Some(code), None) => Box::pin(enter(&state, &request, provider, &code, &returned, &headers)).await,
        (_, Some("access_denied")) => told(Trouble::Denied, teller),
        (_, Some("temporarily_unavailable" | "server_error")) => is_down(provider, "it says that it has an error", teller),
        _ => is_untrusted(provider, "it answers with another error", teller),
    }
}

/// Leads somebody who has signed out here to where they sign out at the provider. Not in the answer to the form that signs out: a form may lead to this site only.
async fn leave(State(state): State<AppState>, Path(key): Path<String>) -> Response {
    let Some(provider) = state.providers.find(&key) else { return told(Trouble::Unknown, Teller::SignIn(None)) };
    match provider.metadata(state.domain.now()).await {
        Ok(metadata) => provider
            .exit(&metadata)
            .map_or_else(|| told(Trouble::Stays, Teller::SignIn(None)), |place| Redirect::to(&place).into_response()),
        Err(why) => is_down(provider, &why, Teller::SignIn(None)),
    }
}

fn teller(returned: &ForeignReturn) -> Teller<'_> {
    if returned.connects.is_some() { Teller::Account } else { Teller::SignIn(returned.next.as_deref()) }
}

/// Asks the provider for the person, and signs them in or connects their sign-in.
async fn enter(
    state: &AppState,
    request: &RequestContext,
    provider: &Provider,
    code: &str,
    returned: &ForeignReturn,
    headers: &HeaderMap,
) -> Response {
    let (next, teller) = (returned.next.as_deref().filter(|next| *next != identity::BRING_BACK), teller(returned));
    let person = match provider.person(code, returned, state.domain.now()).await {
        Ok(person) => person,
        Err(Refusal::Down(why)) => return is_down(provider, &why, teller),
        Err(Refusal::Untrusted(why)) => return is_untrusted(provider, &why, teller),
        Err(Refusal::Expired) => return told(Trouble::TooLate, teller),
    };
    if let Some(session) = returned.connects {
        return connect(request, session, &person).await;
    }
    let secret = device_secret_in(headers).unwrap_or_else(|| request.token());
    let mut access = request.access.clone();
    access.device = Some(Device::of_secret(&secret));
    let remembered = remembered_browser_in(headers);
    let entry = identity::finish_foreign_sign_in(&state.domain, &access, returned, &person, remembered.as_deref()).await;
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
        Ok(ForeignEntry::Waits) => told(Trouble::Link, teller),
        Ok(ForeignEntry::MayJoin) => Redirect::to(&with_next("/sign-up/from-provider", next)).into_response(),
        Ok(ForeignEntry::NoAddress) => told(Trouble::NoAddress, teller),
        Ok(ForeignEntry::NoAccount) => told(Trouble::NoAccount, teller),
        Err(error) if error.code() == Code::Suspended => told(Trouble::Suspended, teller),
        Err(error) if error.code() == Code::AccountDeleted => Redirect::to("/bring-back").into_response(),
        Err(error) => failed(&error, teller),
    }
}

/// Connects the sign-in of a person to the account in whose session that has begun.
async fn connect(request: &RequestContext, session: SessionId, person: &ForeignPerson) -> Response {
    let connected = retry(|| identity::finish_connecting(&request.domain, &request.access, session, person)).await;
    match connected {
        Ok(Connected::Linked) => Redirect::to(SIGN_INS).into_response(),
        Ok(Connected::Taken) => told(Trouble::Taken, Teller::Account),
        Err(error) if error.code() == Code::SignInNeeded => Redirect::to(&sign_in_path(SIGN_INS)).into_response(),
        Err(error) => failed(&error, Teller::Account),
    }
}

/// Leads to the page that tells what went wrong.
fn told(trouble: Trouble, teller: Teller<'_>) -> Response {
    let (page, next) = match teller {
        Teller::SignIn(next) => ("/sign-in", next),
        Teller::Account => (SIGN_INS, None),
    };
    Redirect::to(&format!("{page}{}", query(&[("trouble", Some(trouble.as_str())), ("next", next)]))).into_response()
}

fn is_down(provider: &Provider, why: &str, teller: Teller<'_>) -> Response {
    tracing::warn!(provider = %provider.settings().key, why, "nobody can sign in at a provider");
    told(Trouble::Down, teller)
}

fn is_untrusted(provider: &Provider, why: &str, teller: Teller<'_>) -> Response {
    tracing::warn!(provider = %provider.settings().key, why, "the answer of a provider does not count");
    told(Trouble::Untrusted, teller)
}

fn failed(error: &domain::Error, teller: Teller<'_>) -> Response {
    error.log("a sign-in at a provider could not be finished", None);
    told(Trouble::Failed, teller)
}

fn with_cookies(mut answer: Response, cookies: &[String]) -> Response {
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            answer.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    answer
}
