//! New passwords that became public, as a stand-in for Have I Been Pwned knows them.

use crate::house::{house, loopback};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};
use domain::{
    directory::{self, SignUp},
    identity::{self, ChangePassword, Origin, Proof},
};
use model::errors::{FieldError, FieldFault};
use server::{
    config::{Config, Sources},
    leaked::LeakedService,
};
use sha1::{Digest, Sha1};
use std::{
    fmt::Write as _,
    sync::{Arc, Mutex},
};
use testing::PASSWORD;

const LEAKED: &str = "another walk by the sea";

/// What was asked, and whether the stand-in works.
#[derive(Clone, Default)]
struct StandIn {
    asked: Arc<Mutex<Vec<String>>>,
    is_down: Arc<Mutex<bool>>,
}

fn digits(password: &str) -> String {
    Sha1::digest(password.as_bytes()).iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02X}");
        digits
    })
}

async fn range(State(stand_in): State<StandIn>, Path(prefix): Path<String>, headers: HeaderMap) -> (StatusCode, String) {
    assert_eq!(headers["add-padding"], "true");
    stand_in.asked.lock().unwrap().push(prefix.clone());
    if *stand_in.is_down.lock().unwrap() {
        return (StatusCode::SERVICE_UNAVAILABLE, String::new());
    }
    let leaked = digits(LEAKED);
    let padding = "0018A45C4D1DEF81644B54AB7F969B88D65:0\r\n";
    let line = leaked.strip_prefix(&prefix).map(|rest| format!("{rest}:17\r\n")).unwrap_or_default();
    (StatusCode::OK, format!("{padding}{line}"))
}

#[tokio::test]
async fn a_password_that_became_public_is_refused_and_its_hash_never_leaves() {
    let stand_in = StandIn::default();
    let url = loopback(Router::new().route("/range/{prefix}", get(range)).with_state(stand_in.clone())).await;
    let config = Config::load(&Sources::default().with("passwords.leaked_url", url)).unwrap();
    let service = LeakedService::of(&config.passwords).unwrap().unwrap();

    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let domain = house.clinic.domain_with_leaks(Arc::new(service)).await;
    let access = person.access(&house.clinic);
    let change = async |password: &str| {
        let proof = Proof::Password(PASSWORD.to_owned());
        identity::change_password(&domain, &access, ChangePassword { proof, password: password.to_owned() }).await
    };
    let leaked = [FieldError::new("password", FieldFault::Leaked)];
    assert_eq!(change(LEAKED).await.unwrap_err().field_errors(), leaked);
    let sign_up = SignUp {
        name: "Eve Stranger".to_owned(),
        latin_name: String::new(),
        email: "eve@people.example".to_owned(),
        password: LEAKED.to_owned(),
        date_of_birth: ["12", "4", "1990"].map(str::to_owned),
        phone: "+44 20 7946 0123".to_owned(),
        time_zone: "Europe/London".to_owned(),
        language: "en".to_owned(),
        origin: Origin::default(),
    };
    let refused = directory::sign_up(&domain, &house.clinic.stranger(), sign_up).await;
    assert_eq!(refused.unwrap_err().field_errors(), leaked);
    assert_eq!(*stand_in.asked.lock().unwrap(), [&digits(LEAKED)[..5], &digits(LEAKED)[..5]]);

    // A service that is down does not keep anybody from choosing a password.
    *stand_in.is_down.lock().unwrap() = true;
    change(LEAKED).await.unwrap();
    assert_eq!(stand_in.asked.lock().unwrap().len(), 3);
}
