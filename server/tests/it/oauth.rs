//! OAuth 2 over HTTP: an app sends a person, the person allows it, the app gets its tokens, and what is refused.

use crate::house::{Answer, Client, House, ORIGIN, house};
use axum::{
    body::Body,
    http::{Request, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

const BACK: &str = "https://app.example/back";
/// The example of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Registers an app; its id and its secret.
async fn app(house: &House) -> (String, String) {
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let body = json!({ "name": "Calendar", "redirect_uris": [BACK], "keeps_secret": true });
    let made = admin.post("/apps", body).await.expect(201);
    let wrong = json!({ "name": "", "redirect_uris": ["http://app.example"] });
    assert_eq!(admin.post("/apps", wrong).await.faults(), [("name", "missing"), ("redirect_uris", "malformed")]);
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("app_id"), text("client_secret"))
}

fn asking(app: &str, redirect: &str) -> String {
    let query = Serializer::new(String::new())
        .extend_pairs([
            ("client_id", app),
            ("redirect_uri", redirect),
            ("response_type", "code"),
            ("scope", "account:read"),
            ("state", "a state"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ])
        .finish();
    format!("/oauth/authorize?{query}")
}

async fn open(client: &Client, path: &str) -> String {
    let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let answer = client.send(request).await;
    assert_eq!(answer.status, 303, "{path}");
    answer.header("location").to_owned()
}

async fn post(client: &Client, path: &str, basic: Option<&str>, members: &[(&str, &str)]) -> Answer {
    let body = Serializer::new(String::new()).extend_pairs(members).finish();
    let mut request = Request::post(path)
        .header(header::ACCEPT, "application/json")
        .header(header::ORIGIN, ORIGIN)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(basic) = basic {
        request = request.header(header::AUTHORIZATION, format!("Basic {}", STANDARD.encode(basic)));
    }
    client.send(request.body(Body::from(body)).unwrap()).await
}

/// The person allows the app; the code in the address to which they go on.
async fn code(person: &Client, app: &str) -> String {
    let question = open(person, &asking(app, BACK)).await;
    let id = question.strip_prefix("/connect?request=").unwrap().to_owned();
    let answer = post(person, "/do/answer-app", None, &[("request", id.as_str()), ("decision", "allow")]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let next = answer.body["next"].as_str().unwrap();
    let query = next.strip_prefix(&format!("{BACK}?")).unwrap();
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    assert_eq!(pairs[1], ("state".to_owned(), "a state".to_owned()));
    pairs[0].1.clone()
}

fn with(house: &House, tokens: &Value) -> Client {
    Client { token: tokens["access_token"].as_str().map(str::to_owned), ..house.stranger() }
}

#[tokio::test]
async fn an_app_that_a_person_allows_gets_tokens_and_loses_them_when_its_code_comes_back() {
    let house = house().await;
    let (app, secret) = app(&house).await;
    let person = house.client(&house.clinic.patient("Amara Osei").await).await;
    let stranger = house.stranger();
    assert!(open(&stranger, &asking(&app, BACK)).await.starts_with("/sign-in?next=/oauth/authorize"));
    let code = code(&person, &app).await;
    let exchange =
        [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", BACK), ("code_verifier", VERIFIER)];
    let unproven = post(&stranger, "/oauth/token", Some(&format!("{app}:wrong")), &exchange).await;
    assert_eq!((unproven.status.as_u16(), &unproven.body["error"]), (401, &json!("invalid_client")));
    let named = format!("{app}:{secret}");
    let answer = post(&stranger, "/oauth/token", Some(&named), &exchange).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let tokens = answer.expect(200);
    assert_eq!((&tokens["token_type"], &tokens["scope"]), (&json!("Bearer"), &json!("account:read")));
    with(&house, &tokens).get("/me").await.expect(200);
    assert_eq!(with(&house, &tokens).get("/appointments").await.refusal(), (403, "access.scope_missing"));
    assert_eq!(person.get("/me/apps").await.expect(200)["items"][0]["name"], "Calendar");

    let refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    let second = post(&stranger, "/oauth/token", Some(&named), &refresh).await.expect(200);
    with(&house, &second).get("/me").await.expect(200);
    let again = post(&stranger, "/oauth/token", Some(&named), &exchange).await;
    assert_eq!((again.status.as_u16(), &again.body["error"]), (400, &json!("invalid_grant")));
    assert_eq!(with(&house, &second).get("/me").await.refusal(), (401, "access.sign_in_needed"));
}

#[tokio::test]
async fn a_wrong_request_leads_nowhere_else_and_a_token_is_given_back() {
    let house = house().await;
    let (app, secret) = app(&house).await;
    let person = house.client(&house.clinic.patient("Amara Osei").await).await;
    assert_eq!(open(&person, &asking(&app, "https://evil.example/")).await, "/connect");
    assert_eq!(open(&person, &asking("none", BACK)).await, "/connect");
    let plain = asking(&app, BACK).replace("S256", "plain");
    assert_eq!(open(&person, &plain).await, format!("{BACK}?error=invalid_request&state=a%20state"));

    let (stranger, code) = (house.stranger(), code(&person, &app).await);
    let proof = [("client_id", app.as_str()), ("client_secret", secret.as_str())];
    for (members, error) in [
        (vec![("grant_type", "password")], "unsupported_grant_type"),
        (vec![("grant_type", "authorization_code"), ("code", code.as_str())], "invalid_request"),
        (vec![("grant_type", "refresh_token"), ("refresh_token", "none")], "invalid_grant"),
    ] {
        let answer = post(&stranger, "/oauth/token", None, &[&proof[..], &members[..]].concat()).await;
        assert_eq!((answer.status.as_u16(), &answer.body["error"]), (400, &json!(error)));
    }
    let members =
        [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", BACK), ("code_verifier", VERIFIER)];
    let tokens = post(&stranger, "/oauth/token", None, &[&proof[..], &members[..]].concat()).await.expect(200);
    let token = ("token", tokens["access_token"].as_str().unwrap());
    assert_eq!(post(&stranger, "/oauth/revoke", None, &[proof[0], proof[1], token]).await.status, 200);
    assert_eq!(with(&house, &tokens).get("/me").await.refusal(), (401, "access.sign_in_needed"));
    // A token that is none is no error (RFC 7009 §2.2).
    assert_eq!(post(&stranger, "/oauth/revoke", None, &[proof[0], proof[1], ("token", "none")]).await.status, 200);
}

#[tokio::test]
async fn only_the_form_of_the_question_may_lead_to_the_app() {
    let house = house().await;
    let (app, _) = app(&house).await;
    let person = house.client(&house.clinic.patient("Amara Osei").await).await;
    let question = open(&person, &asking(&app, BACK)).await;
    for (path, places) in [(question.as_str(), "'self' https://app.example"), ("/connect", "'self'"), ("/account", "'self'")] {
        let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
        let answer = person.send(request).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains(&format!("form-action {places};")), "{path}: {policy}");
    }
}

#[tokio::test]
async fn the_description_names_the_addresses() {
    let house = house().await;
    let request = Request::get("/.well-known/oauth-authorization-server").body(Body::empty()).unwrap();
    let described = house.stranger().send(request).await.expect(200);
    assert_eq!(described["issuer"], ORIGIN);
    assert_eq!(described["token_endpoint"], format!("{ORIGIN}/oauth/token"));
    assert_eq!(described["code_challenge_methods_supported"], json!(["S256"]));
}
