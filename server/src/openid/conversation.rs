//! The conversation with a provider: where a browser is sent, the ID token for its code, and what the token says.

use super::{
    claims::{Claims, person},
    file::Settings,
    metadata::{Cache, Metadata, send},
};
use crate::config::address::{PublicUrl, ServiceUrl};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::DateTime;
use domain::identity::{ForeignPerson, ForeignReturn, ForeignStart};
use http::{HeaderName, Method, StatusCode, header};
use hyper::body::Bytes;
use jiff::Timestamp;
use openidconnect::{
    ClaimsVerificationError, ClientId, IssuerUrl, Nonce, SignatureVerificationError,
    core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{str::FromStr, sync::Arc};
use url::form_urlencoded::{Serializer, byte_serialize};

/// Signatures that are accepted. None of them is made with a secret that two sides share.
pub(super) const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why there is no person whom a provider names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The provider does not answer, or not as it should.
    Down(String),
    /// The ID token is too old.
    Expired,
    /// The answer is not for this client, not for this browser, or not by this provider.
    Untrusted(String),
}

/// A provider.
#[derive(Debug)]
pub(super) struct Provider {
    settings: Settings,
    /// The address to which browsers come back.
    redirect: String,
    /// The first page of the site, to which somebody comes back who has signed out.
    home: String,
    cache: Cache,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

impl Provider {
    pub(super) fn new(settings: Settings, site: &PublicUrl) -> Self {
        let redirect = site.link(&format!("/sign-in/from/{}", settings.key));
        Self { settings, redirect, home: site.link("/"), cache: Cache::default() }
    }

    pub(super) const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What the provider says about itself.
    pub(super) async fn metadata(&self, now: Timestamp) -> Result<Arc<Metadata>, String> {
        self.cache.get(&self.settings, now).await
    }

    /// What it says now, with newer keys than `known` has; `None` when these were just read.
    pub(super) async fn newer(&self, known: &Metadata, now: Timestamp) -> Option<Arc<Metadata>> {
        self.cache.newer(&self.settings, known, now).await
    }

    /// The address at the provider to which a browser is sent (OpenID Connect Core, section 3.1.2.1; RFC 7636).
    pub(super) fn entrance(&self, metadata: &Metadata, start: &ForeignStart) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(start.verifier.as_bytes()));
        let scope = ["openid"].into_iter().chain(self.settings.scopes.iter().map(String::as_str)).collect::<Vec<_>>().join(" ");
        let query = Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.redirect)
            .append_pair("scope", &scope)
            .append_pair("state", &start.state)
            .append_pair("nonce", &start.nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .finish();
        with_query(&metadata.authorization, &query)
    }

    /// The address at the provider where a person signs out, if it has one (OpenID Connect RP-Initiated Logout, section 2).
    pub(super) fn exit(&self, metadata: &Metadata) -> Option<String> {
        let query = Serializer::new(String::new())
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("post_logout_redirect_uri", &self.home)
            .finish();
        metadata.end_session.as_ref().map(|place| with_query(place, &query))
    }

    /// Who has signed in, for the code with which a browser came back.
    pub(super) async fn person(&self, code: &str, returned: &ForeignReturn, now: Timestamp) -> Result<ForeignPerson, Refusal> {
        let metadata = self.metadata(now).await.map_err(Refusal::Down)?;
        let tokens = self.tokens(&metadata, code, &returned.verifier).await?;
        let mut claims = self.checked(&metadata, &tokens.id_token, &returned.nonce, now).await?;
        let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default().to_owned();
        if subject.is_empty() {
            return Err(Refusal::Untrusted("the token names nobody".to_owned()));
        }
        if let (Some(token), Some(_)) = (&tokens.access_token, &metadata.user_info) {
            let more = self.user_info(&metadata, token).await?;
            // It must be about the same person (OpenID Connect Core, section 5.3.2), and what is signed counts more.
            if more.get("sub").and_then(Value::as_str) != Some(subject.as_str()) {
                return Err(Refusal::Untrusted("the provider tells about somebody else".to_owned()));
            }
            add(&mut claims, more);
        }
        Ok(person(&self.settings, subject, &claims))
    }

    async fn tokens(&self, metadata: &Metadata, code: &str, verifier: &str) -> Result<Tokens, Refusal> {
        let (headers, form) = self.token_request(metadata, code, verifier);
        let answer = send(&self.settings, Method::POST, &metadata.token, headers, form.into_bytes()).await;
        let (status, body) = answer.map_err(Refusal::Down)?;
        read(status, &body, "the request for the token")
    }

    /// The headers and the form of the request for the token (OpenID Connect Core, section 3.1.3.1).
    fn token_request(&self, metadata: &Metadata, code: &str, verifier: &str) -> (Vec<(HeaderName, String)>, String) {
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.redirect)
            .append_pair("code_verifier", verifier);
        let mut headers = vec![(header::CONTENT_TYPE, "application/x-www-form-urlencoded".to_owned())];
        let id = &self.settings.client_id;
        match &self.settings.client_secret {
            // Both are encoded as in a form first (RFC 6749, section 2.3.1).
            Some(secret) if metadata.takes_basic => {
                let coded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
                let pair = format!("{}:{}", coded(id), coded(secret.expose()));
                headers.push((header::AUTHORIZATION, format!("Basic {}", STANDARD.encode(pair))));
            }
            Some(secret) => {
                form.append_pair("client_id", id).append_pair("client_secret", secret.expose());
            }
            None => {
                form.append_pair("client_id", id);
            }
        }
        (headers, form.finish())
    }

    async fn user_info(&self, metadata: &Metadata, token: &str) -> Result<Claims, Refusal> {
        let Some(place) = &metadata.user_info else { return Ok(Claims::new()) };
        let headers = vec![(header::AUTHORIZATION, format!("Bearer {token}"))];
        let (status, body) = send(&self.settings, Method::GET, place, headers, Vec::new()).await.map_err(Refusal::Down)?;
        read(status, &body, "the request for the person")
    }

    /// The claims of an ID token, if it is one for this client and this nonce. A key that is not known makes the server ask for the keys again, because providers change
    /// them.
    async fn checked(&self, metadata: &Metadata, token: &str, nonce: &str, now: Timestamp) -> Result<Claims, Refusal> {
        let outcome = match self.verify(&metadata.keys, token, nonce, now) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                match self.newer(metadata, now).await {
                    Some(newer) => self.verify(&newer.keys, token, nonce, now),
                    None => Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)),
                }
            }
            outcome => outcome,
        };
        match outcome {
            Ok(()) => payload(token).ok_or_else(|| Refusal::Untrusted("the token cannot be read".to_owned())),
            Err(ClaimsVerificationError::Expired(_)) => Err(Refusal::Expired),
            Err(ClaimsVerificationError::InvalidAudience(_)) => {
                Err(Refusal::Untrusted("the token is for another client".to_owned()))
            }
            Err(ClaimsVerificationError::InvalidIssuer(_)) => {
                Err(Refusal::Untrusted("the token is by another issuer".to_owned()))
            }
            Err(ClaimsVerificationError::InvalidNonce(_)) => Err(Refusal::Untrusted("the token has another nonce".to_owned())),
            Err(ClaimsVerificationError::SignatureVerification(why)) => {
                Err(Refusal::Untrusted(format!("the token's signature: {why}")))
            }
            Err(_) => Err(Refusal::Untrusted("the token is not one that is understood".to_owned())),
        }
    }

    fn verify(&self, keys: &Bytes, token: &str, nonce: &str, now: Timestamp) -> Result<(), ClaimsVerificationError> {
        let other = |what: &str| ClaimsVerificationError::Other(what.to_owned());
        let keys: CoreJsonWebKeySet = serde_json::from_slice(keys).map_err(|_| other("the keys cannot be read"))?;
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|_| other("the issuer is not an address"))?;
        let now = DateTime::from_timestamp(now.as_second(), 0).ok_or_else(|| other("the clock is wrong"))?;
        let token = CoreIdToken::from_str(token).map_err(|_| other("the token cannot be read"))?;
        let verifier = CoreIdTokenVerifier::new_public_client(ClientId::new(self.settings.client_id.clone()), issuer, keys)
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || now);
        token.claims(&verifier, &Nonce::new(nonce.to_owned())).map(|_| ())
    }
}

/// Adds what a provider tells besides the token. That an address is confirmed is told of the address beside it, so it is not taken for the address in the token.
fn add(claims: &mut Claims, mut more: Claims) {
    if claims.contains_key("email") && claims.get("email") != more.get("email") {
        more.remove("email_verified");
    }
    for (name, value) in more {
        claims.entry(name).or_insert(value);
    }
}

fn with_query(place: &ServiceUrl, query: &str) -> String {
    let place = place.to_string();
    let joint = if place.contains('?') { '&' } else { '?' };
    format!("{place}{joint}{query}")
}

/// The claims of a token that was checked.
pub(super) fn payload(token: &str) -> Option<Claims> {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Reads an answer. An answer with the fault of a client means that the code or the token does not count.
fn read<T: DeserializeOwned>(status: StatusCode, body: &Bytes, what: &str) -> Result<T, Refusal> {
    if status.is_client_error() {
        return Err(Refusal::Untrusted(format!("{what} was refused with the status {status}")));
    }
    if status != StatusCode::OK {
        return Err(Refusal::Down(format!("{what} was answered with the status {status}")));
    }
    serde_json::from_slice(body).map_err(|_| Refusal::Down(format!("the answer to {what} cannot be read")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_address_in_the_token_is_not_confirmed_by_what_is_told_of_another_one() {
        let of = |value: Value| value.as_object().unwrap().clone();
        for (token, more, confirmed) in [
            (json!({ "email": "a@x.example" }), json!({ "email": "b@x.example", "email_verified": true }), None),
            (json!({ "email": "a@x.example" }), json!({ "email_verified": true }), None),
            (json!({ "email": "a@x.example" }), json!({ "email": "a@x.example", "email_verified": true }), Some("a@x.example")),
            (json!({}), json!({ "email": "b@x.example", "email_verified": true }), Some("b@x.example")),
        ] {
            let mut claims = of(token);
            add(&mut claims, of(more));
            let email = claims.get("email").and_then(Value::as_str).filter(|_| claims.contains_key("email_verified"));
            assert_eq!(email, confirmed);
        }
    }
}
