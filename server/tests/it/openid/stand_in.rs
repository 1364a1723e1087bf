//! A stand-in for an OpenID Connect provider on loopback: its description, its keys, and ID tokens for codes, signed with ES256.

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

pub(super) const CLIENT: &str = "bedside";
pub(super) const SECRET: &str = "a secret of the tests";

/// A provider that runs until it is dropped.
pub(super) struct StandIn {
    pub(super) issuer: String,
    shared: Arc<Shared>,
    stop: CancellationToken,
    served: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    issuer: String,
    key: EcdsaKeyPair,
    /// The claims and the challenge of PKCE of each code that was not used.
    codes: Mutex<HashMap<String, (Value, String)>>,
}

impl StandIn {
    pub(super) async fn start() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared { issuer: issuer.clone(), key, codes: Mutex::default() });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(description))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(shared.clone());
        let stop = CancellationToken::new();
        let served = tokio::spawn({
            let stop = stop.clone();
            async move {
                tokio::select! {
                    _ = axum::serve(listener, router) => {}
                    () = stop.cancelled() => {}
                }
            }
        });
        Self { issuer, shared, stop, served: Mutex::new(Some(served)) }
    }

    /// Stops answering: the port is closed when this returns.
    pub(super) async fn stop(&self) {
        self.stop.cancel();
        let served = self.served.lock().unwrap().take();
        if let Some(served) = served {
            served.await.unwrap();
        }
    }

    /// A code for which the provider gives an ID token with these claims, to whoever knows the verifier of the challenge.
    pub(super) fn issue(&self, claims: Value, challenge: &str) -> String {
        let mut codes = self.shared.codes.lock().unwrap();
        let code = format!("code-{}-{}", codes.len(), challenge);
        codes.insert(code.clone(), (claims, challenge.to_owned()));
        code
    }
}

impl StandIn {
    /// A token of this type with these claims that the provider has signed.
    pub(super) fn signed(&self, kind: &str, claims: &Value) -> String {
        signed(&self.shared, &json!({ "alg": "ES256", "kid": "1", "typ": kind }), claims)
    }
}

fn signed(shared: &Shared, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = shared.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn description(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", shared.issuer);
    Json(json!({
        "issuer": shared.issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"), "jwks_uri": at("/keys"),
        "end_session_endpoint": at("/end"),
    }))
}

async fn keys(State(shared): State<Arc<Shared>>) -> Json<Value> {
    // An uncompressed point: 4, then both coordinates (SEC 1, section 2.3.3).
    let point = shared.key.public_key().as_ref();
    let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
    Json(json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "kid": "1", "x": x, "y": y }] }))
}

async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let refused = |why: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": why })));
    let coded: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    let known = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{coded}")));
    if headers.get("authorization").and_then(|value| value.to_str().ok()) != Some(known.as_str()) {
        return refused("invalid_client");
    }
    let Some((claims, challenge)) = shared.codes.lock().unwrap().remove(&form["code"]) else { return refused("invalid_grant") };
    if URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes())) != challenge {
        return refused("invalid_grant");
    }
    let id_token = signed(&shared, &json!({ "alg": "ES256", "kid": "1" }), &claims);
    (StatusCode::OK, Json(json!({ "token_type": "Bearer", "access_token": "opaque", "id_token": id_token })))
}
