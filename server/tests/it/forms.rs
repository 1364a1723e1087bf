//! Forms over HTTP, as a browser without wasm and our wasm submit them.

use crate::house::{Answer, House, ORIGIN, house};
use axum::{
    body::Body,
    http::{Request, header},
};

const FORM: &str = "application/x-www-form-urlencoded";
const TYPED: &str =
    "email=amara%40example.test&password=&next=%2Fpatient&back=%2Fsign-in%3Fnext%3D%252Fpatient&idempotency_key=1";

async fn post(house: &House, path: &str, accept: &str, body: &str) -> Answer {
    let request = Request::post(path)
        .header(header::ACCEPT, accept)
        .header(header::CONTENT_TYPE, FORM)
        .header(header::CONTENT_LENGTH, body.len())
        .header(header::ORIGIN, ORIGIN)
        .header(header::REFERER, "http://localhost:3000/somewhere")
        .body(Body::from(body.to_owned()));
    house.stranger().send(request.unwrap()).await
}

async fn page(house: &House, path: &str) -> (u16, String) {
    let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let answer = house.stranger().send(request).await;
    (answer.status.as_u16(), text(&answer).to_owned())
}

fn text(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.bytes).unwrap()
}

#[tokio::test]
async fn a_plain_form_that_fails_comes_back_with_what_was_typed() {
    let house = house().await;
    let answer = post(&house, "/do/sign-in", "text/html,application/xhtml+xml", TYPED).await;
    assert_eq!(answer.status, 303);
    let back = answer.header("location");
    assert!(back.starts_with("/sign-in?next=%2Fpatient&draft="), "{back}");
    assert!(!back.contains("amara") && !back.contains("__err"), "the URL must contain neither typed text nor errors: {back}");

    let (status, html) = page(&house, back).await;
    assert_eq!(status, 200);
    assert!(html.contains("amara@example.test"), "{html}");
    assert!(html.contains("href=\"#password\""), "the error summary must link to the field");
    assert!(html.contains("aria-invalid=\"true\""));
    // A draft can be loaded only by its own form.
    let draft = back.rsplit('=').next().unwrap();
    assert!(!page(&house, &format!("/sign-up?draft={draft}")).await.1.contains("amara@example.test"));
}

#[tokio::test]
async fn wasm_gets_the_failure_as_a_value_with_its_status() {
    let house = house().await;
    let answer = post(&house, "/do/sign-in", "application/json", TYPED).await;
    assert_eq!(answer.status, 422);
    let body = text(&answer);
    assert!(body.contains("request.fields_invalid") && body.contains("missing"), "{body}");
    assert!(!body.contains("amara"), "{body}");
}

#[tokio::test]
async fn a_draft_that_is_gone_is_said_so() {
    let (status, html) = page(&house().await, "/sign-in?draft=00").await;
    assert_eq!(status, 200);
    assert!(html.contains("The form was open for too long"), "{html}");
}

#[tokio::test]
async fn a_foreign_page_to_come_back_to_is_refused() {
    let answer = post(&house().await, "/do/sign-in", "text/html", "back=https%3A%2F%2Fevil.test%2F").await;
    assert!(answer.header("location").starts_with("/?draft="), "{}", answer.header("location"));
}

#[tokio::test]
async fn what_cannot_be_read_is_no_server_error() {
    let house = house().await;
    let answer = post(&house, "/do/sign-in", "application/json", "email=a&email=b").await;
    assert_eq!(answer.status, 400);
    assert!(text(&answer).contains("request.malformed"), "{}", text(&answer));
    let large = format!("email={}", "a".repeat(3_000_000));
    assert_eq!(post(&house, "/do/sign-in", "application/json", &large).await.status, 413);
    assert_eq!(post(&house, "/do/nothing-of-this-name", "application/json", "a=b").await.status, 404);
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let house = house().await;
    let request = Request::post("/do/sign-in")
        .header(header::CONTENT_TYPE, FORM)
        .header(header::ORIGIN, "https://evil.example")
        .header(header::COOKIE, "__Host-bedside=anything")
        .body(Body::from(TYPED));
    assert_eq!(house.stranger().send(request.unwrap()).await.status, 403);
}

#[tokio::test]
async fn strangers_are_sent_to_sign_in_and_back() {
    let house = house().await;
    let request = Request::get("/patient?day=2").header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let answer = house.stranger().send(request).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/sign-in?next=/patient%3Fday%3D2"));
}

#[tokio::test]
async fn pages_carry_their_headers_and_what_is_missing_says_so() {
    let house = house().await;
    for (path, status) in [("/", 200), ("/doctors", 200), ("/no/such/page", 404), ("/verify/AAAA", 200)] {
        let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
        let answer = house.stranger().send(request).await;
        assert_eq!(answer.status, status, "{path}");
        let nonce = text(&answer).split("nonce=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(answer.header("content-security-policy").contains(&format!("'nonce-{nonce}'")), "{path}");
        let asks = if path == "/doctors" { "geolocation=(self)" } else { "geolocation=()" };
        assert!(answer.header("permissions-policy").contains(asks), "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("x-frame-options", "DENY"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
    }
}
