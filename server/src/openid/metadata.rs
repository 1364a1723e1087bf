//! What a provider says about itself: its description (OpenID Connect Discovery) and its keys, kept for an hour.

use super::file::Settings;
use crate::{config::address::ServiceUrl, endpoint::Endpoint};
use http::{HeaderName, Method, StatusCode};
use hyper::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::sync::{Arc, Mutex, PoisonError};

/// The longest answer that is read.
const LONGEST: usize = 256 * 1024;
const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// An older description serves while the provider does not answer.
const KEPT_IN_NEED: SignedDuration = SignedDuration::from_hours(24);
/// A token with an unknown key makes the server ask for the keys, but not more often than this.
const KEYS_AGAIN: SignedDuration = SignedDuration::from_secs(30);

/// What a provider says about itself.
#[derive(Debug)]
pub(super) struct Metadata {
    pub(super) authorization: ServiceUrl,
    pub(super) token: ServiceUrl,
    pub(super) user_info: Option<ServiceUrl>,
    /// Where a person signs out (OpenID Connect RP-Initiated Logout, section 2).
    pub(super) end_session: Option<ServiceUrl>,
    /// Whether the secret of the client is sent in a header, and not in the form.
    pub(super) takes_basic: bool,
    /// The JSON Web Key Set.
    pub(super) keys: Bytes,
    read_at: Timestamp,
}

#[derive(Deserialize)]
struct Description {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    jwks_uri: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// The newest description of a provider.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<Option<Arc<Metadata>>>);

impl Cache {
    /// The description, not older than an hour if the provider answers.
    pub(super) async fn get(&self, settings: &Settings, now: Timestamp) -> Result<Arc<Metadata>, String> {
        let kept = self.kept();
        if let Some(kept) = kept.as_ref().filter(|kept| now.duration_since(kept.read_at) < KEPT) {
            return Ok(kept.clone());
        }
        match self.read(settings, now).await {
            Ok(read) => Ok(read),
            Err(why) => kept.filter(|kept| now.duration_since(kept.read_at) < KEPT_IN_NEED).ok_or(why),
        }
    }

    /// The description with newer keys than those of `known`; `None` when these were just read.
    pub(super) async fn newer(&self, settings: &Settings, known: &Metadata, now: Timestamp) -> Option<Arc<Metadata>> {
        if now.duration_since(known.read_at) < KEYS_AGAIN {
            return None;
        }
        self.read(settings, now).await.ok()
    }

    fn kept(&self) -> Option<Arc<Metadata>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn read(&self, settings: &Settings, now: Timestamp) -> Result<Arc<Metadata>, String> {
        let read = Arc::new(read(settings, now).await?);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(read.clone());
        Ok(read)
    }
}

async fn read(settings: &Settings, now: Timestamp) -> Result<Metadata, String> {
    let place = address(settings, &format!("{}/.well-known/openid-configuration", settings.issuer.trim_end_matches('/')))?;
    let text = get(settings, &place).await?;
    let description: Description = serde_json::from_slice(&text).map_err(|_| "its description cannot be read".to_owned())?;
    if description.issuer != settings.issuer {
        return Err(format!("it calls itself {}. Write that as `issuer`", description.issuer));
    }
    let keys = get(settings, &address(settings, &description.jwks_uri)?).await?;
    let methods = description.token_endpoint_auth_methods_supported;
    Ok(Metadata {
        authorization: address(settings, &description.authorization_endpoint)?,
        token: address(settings, &description.token_endpoint)?,
        user_info: description.userinfo_endpoint.map(|place| address(settings, &place)).transpose()?,
        end_session: description.end_session_endpoint.map(|place| address(settings, &place)).transpose()?,
        // Without a list, providers take the header (OpenID Connect Discovery, section 3).
        takes_basic: methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic")),
        keys,
        read_at: now,
    })
}

/// An address of the provider, which is not on this machine unless the provider is.
fn address(settings: &Settings, text: &str) -> Result<ServiceUrl, String> {
    let place: ServiceUrl = text.parse().map_err(|_| format!("`{text}` is not an address"))?;
    let issuer_is_here = settings.issuer.parse::<ServiceUrl>().is_ok_and(|issuer| issuer.origin().is_loopback());
    if place.origin().is_https() || (issuer_is_here && place.origin().is_loopback()) {
        Ok(place)
    } else {
        Err(format!("`{text}` has no TLS"))
    }
}

async fn get(settings: &Settings, place: &ServiceUrl) -> Result<Bytes, String> {
    let (status, body) = send(settings, Method::GET, place, Vec::new(), Vec::new()).await?;
    if status == StatusCode::OK { Ok(body) } else { Err(format!("{place} answers with the status {status}")) }
}

/// Sends one request to the provider.
pub(super) async fn send(
    settings: &Settings,
    method: Method,
    place: &ServiceUrl,
    mut headers: Vec<(HeaderName, String)>,
    body: Vec<u8>,
) -> Result<(StatusCode, Bytes), String> {
    headers.push((http::header::ACCEPT, "application/json".to_owned()));
    let endpoint =
        Endpoint::new(place.origin().clone(), settings.authority.as_deref(), LONGEST).map_err(|error| error.to_string())?;
    endpoint.send(method, place.path(), headers, body).await
}
