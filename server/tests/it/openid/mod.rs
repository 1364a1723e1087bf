//! Signing in at an OpenID Connect provider. The stand-in signs ID tokens as a provider does, and checks what the server sends it.

mod logout;
mod stand_in;

use crate::house::{Answer, House, ORIGIN, house_with};
use axum::{
    body::Body,
    http::{Request, header},
};
use domain::identity::{self, MailKind};
use jiff::SignedDuration;
use serde_json::{Value, json};
use stand_in::{CLIENT, StandIn};
use std::os::unix::fs::PermissionsExt;
use tempfile::TempDir;
use testing::{BEGIN, PASSWORD};

const FOREIGN: &str = "__Host-bedside-foreign";
const SESSION: &str = "__Host-bedside";

/// A house with the provider `clinic`, and what must be kept while it is used.
struct Scene {
    house: House,
    provider: StandIn,
    _folder: TempDir,
}

async fn scene(more: &str) -> Scene {
    let provider = StandIn::start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("providers.toml");
    let text = format!(
        "[[provider]]\nkey = \"clinic\"\nname = \"Riverside staff\"\nissuer = \"{}\"\nclient_id = \"{CLIENT}\"\nclient_secret = \"{}\"\n{more}",
        provider.issuer,
        stand_in::SECRET
    );
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let house = house_with(&[("sign_in.providers_file", path.to_str().unwrap())]).await;
    Scene { house, provider, _folder: folder }
}

/// A browser that was sent to the provider.
struct Sent {
    cookie: String,
    state: String,
    nonce: String,
    challenge: String,
}

impl Scene {
    async fn get(&self, path: &str, cookies: &str) -> Answer {
        let request = Request::get(path).header(header::ACCEPT, "text/html").header(header::COOKIE, cookies);
        self.house.stranger().send(request.body(Body::empty()).unwrap()).await
    }

    /// A browser goes to the provider.
    async fn go(&self) -> Sent {
        let answer = self.get("/sign-in/with/clinic?next=/account", "").await;
        let place = answer.header("location").to_owned();
        assert_eq!(answer.status, 303);
        assert!(place.starts_with(&format!("{}/authorize?", self.provider.issuer)), "{place}");
        let of = |name: &str| parameter(&place, name).unwrap();
        assert_eq!((of("response_type").as_str(), of("code_challenge_method").as_str()), ("code", "S256"));
        assert_eq!((of("scope").as_str(), of("redirect_uri")), ("openid email profile", format!("{ORIGIN}/sign-in/from/clinic")));
        let cookie = cookie(&answer, FOREIGN).unwrap();
        Sent { cookie, state: of("state"), nonce: of("nonce"), challenge: of("code_challenge") }
    }

    /// What a good ID token says about Ada.
    fn claims(&self, sent: &Sent, more: Value) -> Value {
        let now = BEGIN.as_second();
        let mut claims = json!({
            "iss": self.provider.issuer, "aud": CLIENT, "sub": "ada-7", "nonce": sent.nonce, "iat": now, "exp": now + 300,
            "name": "Ada Moreau", "email": "ada@clinic.example", "email_verified": true,
        });
        for (name, value) in more.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    }

    /// The browser comes back from the provider, which has signed these claims.
    async fn come_back(&self, sent: &Sent, cookies: &str, claims: Value) -> Answer {
        let code = self.provider.issue(claims, &sent.challenge);
        self.get(&format!("/sign-in/from/clinic?code={code}&state={}", sent.state), cookies).await
    }

    /// Posts a form, as a browser without wasm does.
    async fn post(&self, path: &str, cookies: &str, pairs: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let request = Request::post(path)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, ORIGIN)
            .header(header::COOKIE, cookies);
        self.house.stranger().send(request.body(Body::from(body)).unwrap()).await
    }

    /// Signs a person in with the password; the cookie of the session.
    async fn sign_in(&self, email: &str) -> String {
        let answer = self.post("/do/sign-in", "", &[("email", email), ("password", PASSWORD), ("next", "/account")]).await;
        cookie(&answer, SESSION).unwrap()
    }

    /// A signed-in browser begins to connect another sign-in, and goes to the provider.
    async fn connect(&self, session: &str) -> Sent {
        let proof = [("provider", "clinic"), ("current", PASSWORD)];
        let proven = self.post("/do/connect-foreign", session, &proof).await;
        let said = String::from_utf8(proven.bytes.clone()).unwrap();
        let cookie = format!("{session}; {}", cookie(&proven, FOREIGN).unwrap_or_else(|| panic!("{said}")));
        let state = said.split("state=").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let page = self.get(&format!("/account/sign-ins?go=clinic&state={state}"), &cookie).await;
        assert!(String::from_utf8(page.bytes).unwrap().contains(&format!("/sign-in/with/clinic?state={state}")));
        let sent = self.get(&format!("/sign-in/with/clinic?state={state}"), &cookie).await;
        let of = |name: &str| parameter(sent.header("location"), name).unwrap();
        assert_eq!(of("state"), state);
        Sent { cookie, state: of("state"), nonce: of("nonce"), challenge: of("code_challenge") }
    }

    /// Goes to the provider and comes back.
    async fn visit(&self, more: Value) -> Answer {
        let sent = self.go().await;
        let claims = self.claims(&sent, more);
        self.come_back(&sent, &sent.cookie, claims).await
    }
}

fn parameter(address: &str, name: &str) -> Option<String> {
    let query = address.split_once('?')?.1;
    url::form_urlencoded::parse(query.as_bytes()).find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// The cookie of this name that an answer sets, as a browser sends it back.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let set = answer.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
    let pairs = set.filter_map(|text| text.split(';').next()).filter(|pair| !pair.ends_with('='));
    pairs.map(str::to_owned).find(|pair| pair.split('=').next() == Some(name))
}

/// The trouble that the sign-in page tells.
fn trouble(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{:?}", String::from_utf8_lossy(&answer.bytes));
    let place = answer.header("location");
    assert!(place.starts_with("/sign-in?"), "{place}");
    assert!(cookie(answer, SESSION).is_none());
    parameter(place, "trouble").unwrap_or_default()
}

#[tokio::test]
async fn an_account_is_linked_after_its_owner_has_signed_in_and_then_opens_with_the_provider() {
    let scene = scene("").await;
    let clinic = &scene.house.clinic;
    let amara = clinic.patient("Amara Osei").await;
    let page = scene.get("/sign-in?next=/account", "").await;
    assert!(String::from_utf8(page.bytes).unwrap().contains("/sign-in/with/clinic?next=/account"));

    // The address alone opens nothing.
    let sent = scene.go().await;
    let claims = scene.claims(&sent, json!({ "email": amara.email }));
    assert_eq!(trouble(&scene.come_back(&sent, &sent.cookie, claims).await), "link");
    assert_eq!(clinic.mails(MailKind::ForeignIdentityLinked).await.len(), 0);

    let typed = [("email", amara.email.as_str()), ("password", PASSWORD), ("next", "/account")];
    let signed_in = scene.post("/do/sign-in", &sent.cookie, &typed).await;
    assert!(cookie(&signed_in, SESSION).is_some());
    assert_eq!(clinic.mails(MailKind::ForeignIdentityLinked).await.len(), 1);
    assert!(clinic.audited().await.contains(&"identity.foreign_linked".to_owned()));

    // From now on the subject counts, and not the address.
    let opened = scene.visit(json!({ "email": "other@people.example" })).await;
    assert_eq!((opened.status.as_u16(), opened.header("location")), (303, "/account"));
    let session = cookie(&opened, SESSION).unwrap();
    let page = scene.get("/account/sign-ins", &session).await;
    let page = String::from_utf8(page.bytes).unwrap();
    assert!(page.contains("Riverside staff") && page.contains(&amara.email), "{page}");

    // Who signs out is offered to sign out there too.
    let request = Request::post("/do/sign-out")
        .header(header::ACCEPT, "text/html")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, ORIGIN)
        .header(header::COOKIE, &session);
    let out = scene.house.stranger().send(request.body(Body::empty()).unwrap()).await;
    assert_eq!((out.status.as_u16(), out.header("location")), (303, "/sign-in?left=clinic"));
    let page = scene.get("/sign-in?left=clinic", "").await;
    assert!(String::from_utf8(page.bytes).unwrap().contains("/sign-out/at/clinic"));
    let there = scene.get("/sign-out/at/clinic", "").await;
    assert!(there.header("location").starts_with(&format!("{}/end?client_id={CLIENT}&", scene.provider.issuer)));

    // A program sees it too, and it can be removed, because a password is left.
    let program = scene.house.client(&amara).await;
    let linked = program.get("/me/sign-ins").await.expect(200);
    assert_eq!((&linked["items"][0]["provider"], &linked["items"][0]["email"]), (&json!("clinic"), &json!(amara.email)));
    let path = format!("/me/sign-ins/{}", linked["items"][0]["sign_in_id"].as_str().unwrap());
    assert_eq!(program.delete(&path).await.status, 204);
    assert_eq!(program.delete(&path).await.refusal(), (404, "not_found"));
    assert_eq!(trouble(&scene.visit(json!({ "email": "other@people.example" })).await), "no-account");
}

#[tokio::test]
async fn another_sign_in_is_connected_in_the_account_after_a_proof_and_belongs_to_one_account() {
    let scene = scene("").await;
    let clinic = &scene.house.clinic;
    let (amara, jonas) = (clinic.patient("Amara Osei").await, clinic.patient("Jonas Weber").await);
    let (amara, jonas) = (scene.sign_in(&amara.email).await, scene.sign_in(&jonas.email).await);
    let page = scene.get("/account/sign-ins?connect=clinic", &amara).await;
    assert!(String::from_utf8(page.bytes).unwrap().contains("name=\"current\""));
    let wrong = scene.post("/do/connect-foreign", &amara, &[("provider", "clinic"), ("current", "wrong")]).await;
    assert!(cookie(&wrong, FOREIGN).is_none() && wrong.status.is_client_error());

    // Another browser, and another session in the same browser, connect nothing.
    let sent = scene.connect(&amara).await;
    let claims = scene.claims(&sent, json!({ "email": "work@clinic.example", "email_verified": false }));
    let elsewhere = scene.come_back(&sent, &jonas, claims.clone()).await;
    assert_eq!(elsewhere.header("location"), "/account/sign-ins?trouble=other-browser");
    let foreign = sent.cookie.split("; ").nth(1).unwrap();
    let other = scene.come_back(&sent, &format!("{jonas}; {foreign}"), claims).await;
    assert!(other.header("location").starts_with("/sign-in"), "{}", other.header("location"));
    assert_eq!(clinic.mails(MailKind::ForeignIdentityLinked).await.len(), 0);

    // It is linked whatever its address is.
    let sent = scene.connect(&amara).await;
    let claims = scene.claims(&sent, json!({ "email": "work@clinic.example", "email_verified": false }));
    let connected = scene.come_back(&sent, &sent.cookie, claims).await;
    assert_eq!(connected.header("location"), "/account/sign-ins");
    assert_eq!(clinic.mails(MailKind::ForeignIdentityLinked).await.len(), 1);
    let opened = scene.visit(json!({})).await;
    assert_eq!((opened.status.as_u16(), opened.header("location")), (303, "/account"));

    // To one account only; whoever connects it again to their own has it still.
    for (session, place) in [(&jonas, "/account/sign-ins?trouble=taken"), (&amara, "/account/sign-ins")] {
        let sent = scene.connect(session).await;
        let claims = scene.claims(&sent, json!({}));
        assert_eq!(scene.come_back(&sent, &sent.cookie, claims).await.header("location"), place);
    }
    let page = scene.get("/account/sign-ins?trouble=taken", &jonas).await;
    assert!(String::from_utf8(page.bytes).unwrap().contains("connected to another account"));
    assert_eq!(clinic.mails(MailKind::ForeignIdentityLinked).await.len(), 1);
    let audited = clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|found| *found == action).count();
    assert_eq!((count("identity.foreign_begun"), count("identity.foreign_linked")), (4, 1));
}

#[tokio::test]
async fn a_patient_makes_an_account_where_the_provider_may_make_patients() {
    let scene = scene("make_patients = true\n").await;
    let clinic = &scene.house.clinic;
    assert_eq!(trouble(&scene.visit(json!({ "email_verified": false })).await), "no-address");
    let sent = scene.go().await;
    let claims = scene.claims(&sent, json!({ "zoneinfo": "Europe/Paris" }));
    let asked = scene.come_back(&sent, &sent.cookie, claims).await;
    assert_eq!(asked.header("location"), "/sign-up/from-provider?next=/account");
    assert!(cookie(&asked, SESSION).is_none());
    let page = scene.get("/sign-up/from-provider", &sent.cookie).await;
    let page = String::from_utf8(page.bytes).unwrap();
    assert!(page.contains("Ada Moreau") && page.contains("ada@clinic.example"), "{page}");
    let elsewhere = scene.go().await;
    let page = scene.get("/sign-up/from-provider", &elsewhere.cookie).await;
    assert!(!String::from_utf8(page.bytes).unwrap().contains("ada@clinic.example"));

    let typed = [
        ("name", "Ada Moreau"),
        ("date_of_birth_day", "29"),
        ("date_of_birth_month", "2"),
        ("date_of_birth_year", "1980"),
        ("phone", "+44 20 7946 0123"),
        ("time_zone", "Europe/Paris"),
        ("next", "/account"),
    ];
    assert_eq!(scene.post("/do/join", &sent.cookie, &typed[..1]).await.status, 422);
    assert!(cookie(&scene.post("/do/join", &elsewhere.cookie, &typed).await, SESSION).is_none());
    let made = scene.post("/do/join", &sent.cookie, &typed).await;
    let session = cookie(&made, SESSION).unwrap();
    assert_eq!(scene.get("/patient", &session).await.status, 200);
    assert!(cookie(&scene.post("/do/join", &sent.cookie, &typed).await, SESSION).is_none());
    let opened = scene.visit(json!({})).await;
    assert_eq!((opened.status.as_u16(), opened.header("location")), (303, "/account"));

    // Too late.
    let sent = scene.go().await;
    let claims = scene.claims(&sent, json!({ "sub": "grace-8", "email": "grace@clinic.example" }));
    scene.come_back(&sent, &sent.cookie, claims).await;
    clinic.pass(SignedDuration::from_mins(31));
    assert!(cookie(&scene.post("/do/join", &sent.cookie, &typed).await, SESSION).is_none());
    let audited = clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|found| *found == action).count();
    assert_eq!((count("identity.foreign_may_join"), count("identity.foreign_account_made")), (2, 1));
}

#[tokio::test]
async fn what_is_not_an_answer_for_this_browser_signs_nobody_in() {
    let scene = scene("").await;
    let past = BEGIN.as_second() - 1;
    for (more, told) in [
        (json!({ "nonce": "another" }), "untrusted"),
        (json!({ "aud": "another" }), "untrusted"),
        (json!({ "aud": [CLIENT, "another"] }), "untrusted"),
        (json!({ "iss": "http://127.0.0.1:1" }), "untrusted"),
        (json!({ "exp": past }), "late"),
        (json!({ "email_verified": false }), "no-address"),
        (json!({}), "no-account"),
    ] {
        assert_eq!(trouble(&scene.visit(more.clone()).await), told, "{more}");
    }

    // A state counts once, and in one browser.
    let sent = scene.go().await;
    let claims = scene.claims(&sent, json!({}));
    assert_eq!(trouble(&scene.come_back(&sent, "", claims.clone()).await), "other-browser");
    let other = scene.go().await;
    assert_eq!(trouble(&scene.come_back(&sent, &other.cookie, claims.clone()).await), "other-browser");
    assert_eq!(trouble(&scene.come_back(&sent, &sent.cookie, claims.clone()).await), "no-account");
    assert_eq!(trouble(&scene.come_back(&sent, &sent.cookie, claims).await), "used");

    // The person has refused; the code is made up; the state is; it took too long; there is no such provider.
    let refused = format!("/sign-in/from/clinic?error=access_denied&state={}", other.state);
    assert_eq!(trouble(&scene.get(&refused, &other.cookie).await), "denied");
    let sent = scene.go().await;
    let made_up = format!("/sign-in/from/clinic?code=made-up&state={}", sent.state);
    assert_eq!(trouble(&scene.get(&made_up, &sent.cookie).await), "untrusted");
    assert_eq!(trouble(&scene.get("/sign-in/from/clinic?code=a&state=b", &sent.cookie).await), "late");
    assert_eq!(trouble(&scene.get("/sign-in/from/clinic", &sent.cookie).await), "late");
    assert_eq!(trouble(&scene.get("/sign-in/with/elsewhere", "").await), "unknown");
    let slow = scene.go().await;
    scene.house.clinic.pass(SignedDuration::from_mins(11));
    let claims = scene.claims(&slow, json!({ "exp": BEGIN.as_second() + 3_600 }));
    assert_eq!(trouble(&scene.come_back(&slow, &slow.cookie, claims).await), "late");

    // Each of them is told in words, and so is a word that nobody knows.
    for word in ["late", "link", "down", "elsewhere"] {
        assert_eq!(scene.get(&format!("/sign-in?trouble={word}"), "").await.status, 200, "{word}");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_leaves_the_other_ways_in() {
    let scene = scene("").await;
    scene.provider.stop().await;
    assert_eq!(trouble(&scene.get("/sign-in/with/clinic", "").await), "down");
    let page = scene.get("/sign-in?trouble=down", "").await;
    let page = String::from_utf8(page.bytes).unwrap();
    assert!(page.contains("The provider does not answer") && page.contains("name=\"password\""), "{page}");
}

#[tokio::test]
async fn an_account_is_made_with_the_roles_of_the_claim_and_loses_them_with_it() {
    let mapping = "roles_claim = \"groups\"\nroles = [{ value = \"nurses\", role = \"nurse\" }, { value = \"chiefs\", role = \"admin\" }]\n\
                   make_accounts = true\nemail_domains = [\"clinic.example\"]\ntwo_factors = [\"mfa\"]\n";
    let scene = scene(mapping).await;
    let clinic = &scene.house.clinic;
    assert_eq!(trouble(&scene.visit(json!({ "groups": ["others"] })).await), "no-account");
    assert_eq!(trouble(&scene.visit(json!({ "groups": ["nurses"], "email": "ada@else.example" })).await), "no-account");

    let made = scene.visit(json!({ "groups": ["nurses", "chiefs"], "amr": ["mfa"] })).await;
    assert_eq!((made.status.as_u16(), made.header("location")), (303, "/account"));
    let ada = clinic.signed_in("ada@clinic.example").await;
    let roles = identity::account(&clinic.domain, &ada.access(clinic)).await.unwrap().roles;
    assert_eq!(roles.len(), 2);

    // The roles are the provider's to take, and without it there is no way in.
    let access = ada.access(clinic);
    let linked = identity::own_foreign_identities(&clinic.domain, &access).await.unwrap();
    let refused = identity::unlink(&clinic.domain, &access, linked[0].id).await.unwrap_err();
    assert_eq!(refused.code().as_str(), "identity.sign_in_gives_roles");

    // She is the only administrator, and stays one.
    scene.visit(json!({ "groups": [] })).await;
    let ada = clinic.signed_in("ada@clinic.example").await;
    let roles = identity::account(&clinic.domain, &ada.access(clinic)).await.unwrap().roles;
    assert_eq!(roles.iter().map(|held| held.role.as_str()).collect::<Vec<_>>(), ["admin"]);
    assert_eq!(clinic.mails(MailKind::RoleEnded).await.len(), 1);
    let audited = clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|found| *found == action).count();
    assert_eq!((count("identity.foreign_account_made"), count("identity.mapped_role_given")), (1, 2));
    assert_eq!(count("identity.mapped_role_ended"), 1);
}
