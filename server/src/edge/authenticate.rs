//! Turns a session cookie or a bearer token into [`Access`], and prepares the request context of pages.

use super::{
    consents, cookie,
    cost::cost_of,
    headers::is_asset,
    intake::{ClientAddress, Reader},
    limits::Limits,
    origin, scopes,
};
use crate::{rest::Problem, serve::AppState};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{
    Domain,
    access::{Access, Actor},
    identity::{self, Caller, Credential},
};
use jiff::Timestamp;
use kit::{
    request::RequestContext,
    viewer::{HeldPatient, HeldRole, SignedIn, Viewer},
};
use model::{access::Role, errors::Code, ids::RequestId, locale::TimeZoneName};
use percent_encoding::percent_decode_str;
use std::{sync::Arc, time::Instant};
use tower_sessions::Session;
use tracing::{Instrument, Span};

const LONGEST_AGENT: usize = 300;

/// Gives the request its id, its [`Access`] and its [`RequestContext`], and logs the response.
pub async fn authenticate(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if is_asset(request.uri().path()) {
        return next.run(request).await;
    }
    let request_id = state.domain.new_id::<RequestId>();
    let span = span_of(&request, request_id);
    async move {
        let began = Instant::now();
        let answer = match prepare(&state, &mut request, request_id).await {
            Ok(()) => next.run(request).await,
            Err(response) => response,
        };
        note(&answer, began);
        answer
    }
    .instrument(span)
    .await
}

/// The state of the middleware in front of the REST API.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Resolves bearer tokens.
    pub domain: Domain,
    /// The rate limits.
    pub limits: Limits,
}

/// The same for the REST API. Only a bearer token identifies the caller. Cookies are ignored, so other sites cannot use them and `Origin`
/// needs no check.
pub async fn authenticate_api(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let request_id = gate.domain.new_id::<RequestId>();
    let span = span_of(&request, request_id);
    async move {
        let began = Instant::now();
        let answer = match prepare_api(&gate, &mut request, request_id).await {
            Ok(()) => next.run(request).await,
            Err(problem) => problem.into_response(),
        };
        note(&answer, began);
        answer
    }
    .instrument(span)
    .await
}

/// The same for requests of apps that name themselves in the body: nobody is signed in.
pub async fn identify_client(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let request_id = gate.domain.new_id::<RequestId>();
    let span = span_of(&request, request_id);
    async move {
        let began = Instant::now();
        let access = stranger(&request, request_id);
        request.extensions_mut().insert(access);
        let answer = next.run(request).await;
        note(&answer, began);
        answer
    }
    .instrument(span)
    .await
}

/// Contains the method but never the path, because paths contain ids of people.
fn span_of(request: &Request, id: RequestId) -> Span {
    tracing::info_span!("request", request.id = %id, http.method = %request.method())
}

fn note(answer: &Response, began: Instant) {
    let elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = answer.status().as_u16();
    metrics::counter!("bedside_http_requests_total", "status" => format!("{}xx", status / 100)).increment(1);
    metrics::histogram!("bedside_http_request_seconds").record(began.elapsed().as_secs_f64());
    if answer.status() == StatusCode::INTERNAL_SERVER_ERROR {
        // The cause is logged where the failure was handled; this line ensures that no internal error goes unnoticed.
        tracing::error!(http.status = status, elapsed_ms, "answered with a defect of ours");
    } else {
        tracing::debug!(http.status = status, elapsed_ms, "answered");
    }
}

async fn prepare(state: &AppState, request: &mut Request, id: RequestId) -> Result<(), Response> {
    if !origin::allowed(request.method(), request.headers(), &state.public_origin) {
        tracing::warn!("a request with our cookie came from another site");
        return Err(refuse(Code::ForeignOrigin));
    }
    let mut access = stranger(request, id);
    access.zone = browser_zone(request.headers());
    let mut caller = None;
    if let Some(token) = bearer(request.headers()) {
        caller = identity::caller(&state.domain, Credential::AccessToken(token)).await.map_err(|error| fail(&error))?;
        match &caller {
            None => return Err(refuse(Code::SignInNeeded)),
            // The pages have no scopes.
            Some(Caller { scopes: Some(_), .. }) => return Err(refuse(Code::TokenLimited)),
            Some(Caller { scopes: None, .. }) => {}
        }
    }
    let session = request.extensions().get::<Session>().cloned();
    if let (None, Some(session)) = (&caller, &session)
        && let Some(record) = session.id()
    {
        let found = identity::caller(&state.domain, Credential::Cookie(&record.to_string())).await;
        caller = found.map_err(|error| fail(&error))?;
        if caller.is_none() {
            cookie::look_up(session).await;
        }
    }
    if let Some(Caller { acting, .. }) = &caller {
        let cost = cost_of(request.method(), request.uri().path());
        state.limits.account(acting.user, cost).await.map_err(|error| Reader::of(request).refuse(&error))?;
    }
    let is_portal_page = consents::is_portal_page(request.method(), request.headers(), request.uri().path());
    if let Some(Caller { acting, viewer, .. }) = caller.as_ref().filter(|caller| is_portal_page && caller.documents_may_wait) {
        let waiting = identity::waiting_documents(&state.domain, acting, &viewer.language).await;
        if !waiting.map_err(|error| fail(&error))?.is_empty() {
            return Err(consents::to_the_question(request.uri()));
        }
    }
    let viewer = caller.map(|Caller { acting, viewer, .. }| {
        access.actor = Actor::User(acting);
        viewer
    });
    if let Some(session) = session {
        let context = context(state, &access, viewer, browser_zone(request.headers()), session);
        request.extensions_mut().insert(context);
    }
    request.extensions_mut().insert(access);
    Ok(())
}

async fn prepare_api(gate: &Gate, request: &mut Request, id: RequestId) -> Result<(), Problem> {
    let mut access = stranger(request, id);
    if request.headers().contains_key(header::AUTHORIZATION) {
        let token = bearer(request.headers()).ok_or(Code::SignInNeeded)?;
        let found = identity::caller_from(&gate.domain, Credential::AccessToken(token), access.address).await?;
        let caller = found.ok_or(Code::SignInNeeded)?;
        gate.limits.account(caller.acting.user, cost_of(request.method(), request.uri().path())).await?;
        if let Some(scopes) = &caller.scopes {
            scopes::check(scopes, request.method(), request.uri().path())?;
        }
        if caller.documents_may_wait && consents::is_held_back(request.method(), request.uri().path()) {
            let waiting = identity::waiting_documents(&gate.domain, &caller.acting, &caller.viewer.language).await?;
            if !waiting.is_empty() {
                return Err(Code::ConsentNeeded.into());
            }
        }
        access.actor = Actor::User(caller.acting);
    }
    request.extensions_mut().insert(access);
    Ok(())
}

/// The access of an unauthenticated caller, with its address.
fn stranger(request: &Request, id: RequestId) -> Access {
    let mut access = Access::new(Actor::Stranger, id);
    access.address = request.extensions().get::<ClientAddress>().map(|ClientAddress(address)| *address);
    access.user_agent = user_agent(request.headers());
    access
}

fn context(
    state: &AppState,
    access: &Access,
    seen: Option<identity::Viewer>,
    zone: Option<String>,
    session: Session,
) -> RequestContext {
    let viewer = viewer(seen, state.domain.now(), zone);
    let domain = state.domain.clone();
    let random = {
        let domain = domain.clone();
        Arc::new(move || {
            let mut bytes = [0; 16];
            domain.randomness().fill(&mut bytes);
            u128::from_be_bytes(bytes)
        })
    };
    let ice = {
        let ice = state.ice.clone();
        Arc::new(move |visit, user| ice.servers(visit, user))
    };
    RequestContext { domain, access: access.clone(), cookie: Arc::new(cookie::Cookie(session)), viewer, random, ice }
}

/// The time zone that the browser tells in a cookie (`app/src/zone.js`), if it exists.
fn browser_zone(headers: &HeaderMap) -> Option<String> {
    let text = percent_decode_str(kit::request::cookie(headers, "zone")?).decode_utf8().ok()?;
    let zone = TimeZoneName::parse_known(&text, |name| jiff::tz::db().get(name).is_ok()).ok()?;
    Some(zone.as_str().to_owned())
}

/// The viewer of a page. For a stranger, the zone is the browser's.
fn viewer(seen: Option<identity::Viewer>, now: Timestamp, zone: Option<String>) -> Viewer {
    let Some(seen) = seen else { return Viewer { zone, ..Viewer::stranger(now) } };
    let held = seen.roles.into_iter();
    let roles = held.map(|held| HeldRole {
        membership: held.membership,
        role: held.role,
        clinic_name: held.clinic,
        current: held.current,
    });
    let unverified = seen.role == Role::Doctor && seen.doctor_status.as_deref() != Some("verified");
    let patients = seen
        .patients
        .into_iter()
        .map(|held| HeldPatient {
            patient: held.patient,
            name: held.name,
            own: held.own,
            current: held.current,
            appointments_only: held.appointments_only,
        })
        .collect();
    let who = SignedIn {
        display_name: seen.name,
        role: seen.role,
        clinic_name: seen.clinic,
        roles: roles.collect(),
        patients,
        unverified,
    };
    debug_assert!(Role::ALL.contains(&who.role));
    Viewer { who: Some(who), locale: seen.language, zone: Some(seen.time_zone), now }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::USER_AGENT)?.to_str().ok()?;
    Some(text.chars().take(LONGEST_AGENT).collect())
}

fn fail(error: &domain::Error) -> Response {
    error.log("a request could not be prepared", None);
    refuse(error.code())
}

fn refuse(code: Code) -> Response {
    crate::serve::error_answer(
        code,
        StatusCode::from_u16(kit::failure::status(code.kind())).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_a_zone_that_exists_is_taken_from_a_browser() {
        let told =
            |cookie: &'static str| browser_zone(&HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(cookie))]));
        assert_eq!(told("zone=America%2FNew_York").as_deref(), Some("America/New_York"));
        assert_eq!(told("a=b; zone=Europe/Berlin").as_deref(), Some("Europe/Berlin"));
        for cookie in ["zone=", "zone=Europe%2FAtlantis", "zone=%FF", "zone=..%2F..%2Fetc%2Fpasswd", "zones=Europe%2FBerlin"] {
            assert_eq!(told(cookie), None, "{cookie}");
        }
    }
}
