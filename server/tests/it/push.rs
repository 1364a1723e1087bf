//! Push messages go to a push service on this machine. It checks their signature and reads them as a browser does, with another implementation of the standards (`ring`).

use crate::house::{House, house};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    notifications::{self, AddPush, ListNotices, SendPush},
    scheduling,
    settings::Settings,
};
use jiff::SignedDuration;
use ring::{aead, agreement, hmac, rand::SystemRandom, signature};
use serde_json::Value;
use server::{
    push::{self, Outcome},
    serve::AppState,
};
use std::sync::{Arc, Mutex};
use testing::{BEGIN, Person};
use tokio::net::TcpListener;

const AUTH: [u8; 16] = *b"sixteen bytes ok";

/// What the service answers to the next messages, and what it was asked.
#[derive(Clone, Default)]
struct Service {
    answers: Arc<Mutex<Vec<u16>>>,
    asked: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
}

async fn take(State(service): State<Service>, headers: HeaderMap, body: Bytes) -> StatusCode {
    service.asked.lock().unwrap().push((headers, body));
    StatusCode::from_u16(service.answers.lock().unwrap().pop().unwrap_or(201)).unwrap()
}

struct Scene {
    house: House,
    service: Service,
    origin: String,
    state: AppState,
    patient: Person,
}

/// A patient who is told of a booking.
async fn scene() -> Scene {
    let (house, service) = (house().await, Service::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/send/one", post(take)).with_state(service.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let settings = Settings { push_services: vec!["127.0.0.1".to_owned()], ..Settings::default() };
    let domain = house.clinic.domain_with(settings).await;
    let state = AppState { domain, ..house.state.clone() };
    let (doctor, patient) =
        (house.clinic.doctor("Dr Lena Hoffmann", house.practice).await, house.clinic.patient("Amara Osei").await);
    let command = testing::booking(&doctor, house.practice, BEGIN + SignedDuration::from_hours(25));
    scheduling::book(&state.domain, &patient.access(&house.clinic), command).await.unwrap();
    house.clinic.dispatch().await;
    Scene { house, service, origin, state, patient }
}

impl Scene {
    /// The browser with this public key takes messages; the job that tells it about the booking.
    async fn job(&self, public: &[u8]) -> SendPush {
        let (domain, access) = (&self.state.domain, self.patient.access(&self.house.clinic));
        let command = AddPush {
            endpoint: format!("{}/send/one", self.origin),
            p256dh: URL_SAFE_NO_PAD.encode(public),
            auth: URL_SAFE_NO_PAD.encode(AUTH),
        };
        let push = notifications::add_push(domain, &access, command).await.unwrap();
        let notice = notifications::list_notices(domain, &access, ListNotices::default()).await.unwrap().items.remove(0).id;
        SendPush { push, notice, tries: 0, reminds: false }
    }

    async fn send(&self, job: SendPush) -> Outcome {
        let message = notifications::push_to_send(&self.state.domain, job).await.unwrap().expect("a message");
        push::send(&self.state, job, &message).await
    }

    async fn browsers(&self) -> usize {
        let access = self.patient.access(&self.house.clinic);
        notifications::own_push(&self.state.domain, &access).await.unwrap().browsers.len()
    }
}

/// HKDF with SHA-256 for up to 32 bytes (RFC 5869).
fn hkdf(salt: &[u8], material: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    let sign = |key: &[u8], text: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec();
    let mut bytes = sign(&sign(salt, material), &[info, &[1_u8][..]].concat());
    bytes.truncate(length);
    bytes
}

/// Reads a message as a browser does (RFC 8291, section 3.4; RFC 8188, section 2).
fn opened(private: agreement::EphemeralPrivateKey, public: &[u8], body: &[u8]) -> Vec<u8> {
    let (salt, rest) = body.split_at(16);
    assert_eq!((&rest[..4], rest[4]), (&4096_u32.to_be_bytes()[..], 65));
    let (sender, sealed) = rest[5..].split_at(65);
    let theirs = agreement::UnparsedPublicKey::new(&agreement::ECDH_P256, sender);
    let info = [&b"WebPush: info\0"[..], public, sender].concat();
    let material = agreement::agree_ephemeral(private, &theirs, |shared| hkdf(&AUTH, shared, &info, 32)).unwrap();
    let key = hkdf(salt, &material, b"Content-Encoding: aes128gcm\0", 16);
    let nonce = hkdf(salt, &material, b"Content-Encoding: nonce\0", 12);
    let key = aead::LessSafeKey::new(aead::UnboundKey::new(&aead::AES_128_GCM, &key).unwrap());
    let nonce = aead::Nonce::try_assume_unique_for_key(&nonce).unwrap();
    let mut sealed = sealed.to_vec();
    let plain = key.open_in_place(nonce, aead::Aad::empty(), &mut sealed).unwrap();
    assert_eq!(plain.last(), Some(&2), "the delimiter of the last record");
    plain[..plain.len() - 1].to_vec()
}

/// Checks the signature of a request (RFC 8292, sections 2 and 3); returns the claims and the public key.
fn verified(headers: &HeaderMap) -> (Value, String) {
    let value = headers["authorization"].to_str().unwrap().strip_prefix("vapid t=").unwrap();
    let (token, key) = value.split_once(", k=").unwrap();
    let (signed, by) = token.rsplit_once('.').unwrap();
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let public = signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, decoded(key));
    public.verify(signed.as_bytes(), &decoded(by)).unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decoded(header)).unwrap();
    assert_eq!((&header["typ"], &header["alg"]), (&Value::from("JWT"), &Value::from("ES256")));
    (serde_json::from_slice(&decoded(claims)).unwrap(), key.to_owned())
}

#[tokio::test]
async fn a_browser_reads_what_was_sent_and_the_service_knows_who_sent_it() {
    let scene = scene().await;
    let private = agreement::EphemeralPrivateKey::generate(&agreement::ECDH_P256, &SystemRandom::new()).unwrap();
    let public = private.compute_public_key().unwrap().as_ref().to_vec();
    let job = scene.job(&public).await;
    assert_eq!(scene.send(job).await, Outcome::Taken);
    let (headers, body) = scene.service.asked.lock().unwrap().remove(0);
    let header = |name: &str| headers[name].to_str().unwrap();
    assert_eq!([header("content-encoding"), header("urgency"), header("ttl")], ["aes128gcm", "normal", "86400"]);
    let (claims, key) = verified(&headers);
    let expires = (BEGIN + SignedDuration::from_hours(12)).as_second();
    assert_eq!((&claims["aud"], &claims["exp"]), (&Value::from(scene.origin.as_str()), &Value::from(expires)));
    let access = scene.patient.access(&scene.house.clinic);
    assert_eq!(notifications::own_push(&scene.state.domain, &access).await.unwrap().key, key);

    let told: Value = serde_json::from_slice(&opened(private, &public, &body)).unwrap();
    assert_eq!((&told["title"], &told["open"]), (&Value::from("A visit was booked"), &Value::from("/account/notices")));
    assert!(!told.to_string().contains("Hoffmann") && !told.to_string().contains("Osei"), "{told}");
}

#[tokio::test]
async fn answers_of_a_service_are_told_apart_and_a_browser_that_is_gone_is_forgotten() {
    let scene = scene().await;
    let private = agreement::EphemeralPrivateKey::generate(&agreement::ECDH_P256, &SystemRandom::new()).unwrap();
    let job = scene.job(private.compute_public_key().unwrap().as_ref()).await;
    for (status, outcome) in [
        (429, Outcome::ForNow("http 429".to_owned())),
        (503, Outcome::ForNow("http 503".to_owned())),
        (403, Outcome::Refused("http 403".to_owned())),
        (302, Outcome::Refused("http 302".to_owned())),
    ] {
        scene.service.answers.lock().unwrap().push(status);
        assert_eq!(scene.send(job).await, outcome);
        push::settle(&scene.state, job, outcome).await.unwrap();
        assert_eq!(scene.browsers().await, 1);
    }
    for status in [404, 410] {
        let job = scene.job(private.compute_public_key().unwrap().as_ref()).await;
        scene.service.answers.lock().unwrap().push(status);
        let outcome = scene.send(job).await;
        assert_eq!(outcome, Outcome::Gone);
        push::settle(&scene.state, job, outcome).await.unwrap();
        assert_eq!(scene.browsers().await, 0);
        assert!(notifications::push_to_send(&scene.state.domain, job).await.unwrap().is_none());
    }
}
