//! The middleware in front of the routes: rate limits, and that cookies are ignored.

use crate::house::{Answer, Client, ORIGIN, house, house_with};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use domain::{
    identity::{MailContent, MailKind},
    notices,
};
use jiff::SignedDuration;
use serde_json::json;
use testing::PASSWORD;

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    let house = house_with(&[("limits.requests_per_address_per_minute", "5")]).await;
    let client = house.stranger();
    for _ in 0..5 {
        client.get("/specialties").await.expect(200);
    }
    let refused = client.get("/specialties").await;
    assert_eq!(refused.refusal(), (429, "request.rate_limited"));
    let elsewhere = Client { address: "2001:db8::1".parse().unwrap(), ..house.stranger() };
    elsewhere.get("/specialties").await.expect(200);
    // A guessed token counts too, before it is looked up.
    let guessing = Client { token: Some("bedside_access_0".to_owned()), ..house.stranger() };
    assert_eq!(guessing.get("/me").await.status, 429);

    let wait: i64 = refused.header("retry-after").parse().unwrap();
    assert_eq!(wait, 12);
    house.clinic.pass(SignedDuration::from_secs(wait));
    client.get("/specialties").await.expect(200);
    assert_eq!(client.get("/specialties").await.status, 429);
}

#[tokio::test]
async fn an_account_that_asks_too_often_is_refused_from_wherever() {
    let house = house_with(&[("limits.requests_per_account_per_minute", "3")]).await;
    let amara = house.client(&house.clinic.patient("Amara Osei").await).await;
    let jonas = house.client(&house.clinic.patient("Jonas Weber").await).await;
    for last in 1..=3 {
        Client { address: [198, 51, 100, last].into(), ..amara.clone() }.get("/me").await.expect(200);
    }
    let refused = Client { address: [198, 51, 100, 9].into(), ..amara }.get("/me").await;
    assert_eq!((refused.refusal(), refused.header("retry-after")), ((429, "request.rate_limited"), "20"));
    jonas.get("/me").await.expect(200);
}

#[tokio::test]
async fn pages_and_server_functions_are_counted_like_the_api() {
    let house = house_with(&[("limits.requests_per_account_per_minute", "3")]).await;
    let amara = house.client(&house.clinic.patient("Amara Osei").await).await;
    let page = || Request::get("/account").header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let function = || {
        Request::post("/do/load-account")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, ORIGIN)
            .body(Body::empty())
            .unwrap()
    };
    assert_ne!(amara.send(page()).await.status, 429);
    assert_ne!(amara.send(function()).await.status, 429);
    // Three units are used up: one by the page, two by the function.
    let refused = amara.send(page()).await;
    assert_eq!((refused.refusal(), refused.header("retry-after")), ((429, "request.rate_limited"), "20"));
    assert_eq!(amara.send(function()).await.status, 429);
    assert_eq!(amara.get("/me").await.status, 429);

    let few = house_with(&[("limits.requests_per_address_per_minute", "1")]).await;
    let stranger = few.stranger();
    assert_ne!(stranger.send(page()).await.status, 429);
    assert_eq!(stranger.send(page()).await.status, 429);
    // Sockets and the health checks come through the same door, and static files do not.
    for path in [model::live::PATH, "/health/live"] {
        let request = Request::get(path).header(header::ORIGIN, ORIGIN).body(Body::empty()).unwrap();
        assert_eq!(stranger.send(request).await.status, 429, "{path}");
    }
    assert_ne!(stranger.send(Request::get("/favicon.svg").body(Body::empty()).unwrap()).await.status, 429);
}

#[tokio::test]
async fn a_clock_that_is_set_back_refuses_nobody() {
    let house = house_with(&[("limits.requests_per_address_per_minute", "1")]).await;
    let client = house.stranger();
    client.get("/specialties").await.expect(200);
    house.clinic.clock.set(testing::BEGIN - SignedDuration::from_hours(1));
    let refused = client.get("/specialties").await;
    assert_eq!((refused.refusal(), refused.header("retry-after")), ((429, "request.rate_limited"), "60"));
    house.clinic.pass(SignedDuration::from_secs(60));
    client.get("/specialties").await.expect(200);
}

async fn sign_in(client: &Client, email: &str, password: &str) -> Answer {
    client.post("/sessions", json!({ "email": email, "password": password })).await
}

/// Signs in with a wrong password as often as an address may.
async fn guess_ten_times(client: &Client, email: &str) {
    for _ in 0..10 {
        assert_eq!(sign_in(client, email, "wrong").await.status, 401);
    }
}

#[tokio::test]
async fn too_many_failed_sign_ins_close_the_account_for_a_while() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let client = house.stranger();
    guess_ten_times(&client, &person.email).await;
    assert_eq!(sign_in(&client, &person.email, PASSWORD).await.refusal(), (429, "request.rate_limited"));
    house.clinic.pass(SignedDuration::from_mins(15));
    assert_eq!(sign_in(&client, &person.email, PASSWORD).await.status, 201);
}

#[tokio::test]
async fn guesses_from_elsewhere_do_not_lock_the_owner_out() {
    let house = house().await;
    let person = house.clinic.patient("Jonas Weber").await;
    let stranger = Client { address: [198, 51, 100, 7].into(), ..house.stranger() };
    guess_ten_times(&stranger, &person.email).await;
    assert_eq!(sign_in(&stranger, &person.email, PASSWORD).await.refusal(), (429, "request.rate_limited"));
    sign_in(&house.stranger(), &person.email, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn a_browser_that_was_signed_in_before_stays_open_when_many_guess() {
    let house = house().await;
    let person = house.clinic.patient("Jonas Weber").await;
    let browser = async |from: &str, cookie: &str, password: &str| {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("email", person.email.as_str()), ("password", password), ("next", ""), ("back", "/sign-in")])
            .finish();
        let request = Request::post("/do/sign-in")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, ORIGIN)
            .header(header::COOKIE, cookie)
            .body(Body::from(form));
        Client { address: from.parse().unwrap(), ..house.stranger() }.send(request.unwrap()).await
    };
    let first = browser("203.0.113.1", "a=b", PASSWORD).await;
    let device = first.cookies().split("; ").find(|cookie| cookie.starts_with("__Host-bedside-device=")).unwrap().to_owned();
    // Fifty guesses, from several lines and from the owner's too, close the account for all others.
    for n in 0..50 {
        assert_eq!(browser(&format!("203.0.113.{}", n % 8), "a=b", "wrong").await.status, 401, "{n}");
    }
    assert_eq!(browser("192.0.2.1", "a=b", PASSWORD).await.status, 429);
    assert_eq!(browser("192.0.2.1", "__Host-bedside-device=00000000000000000000000000000000", PASSWORD).await.status, 429);
    let again = browser("192.0.2.1", &device, PASSWORD).await;
    assert!(again.cookies().contains("__Host-bedside="), "{again:?}");
    // The cookie is no way to guess on: it has a count of its own.
    for n in 0..10 {
        assert_eq!(browser("192.0.2.1", &device, "wrong").await.status, 401, "{n}");
    }
    assert_eq!(browser("192.0.2.1", &device, PASSWORD).await.status, 429);
}

#[tokio::test]
async fn a_reset_by_mail_opens_the_token_endpoint_again() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let client = house.stranger();
    guess_ten_times(&client, &person.email).await;
    assert_eq!(sign_in(&client, &person.email, PASSWORD).await.status, 429);
    let link = |path: &str, body: String| {
        Request::post(path.to_owned())
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, ORIGIN)
            .body(Body::from(body))
            .unwrap()
    };
    let email = person.email.replace('@', "%40");
    assert_eq!(house.stranger().send(link("/do/request-reset", format!("email={email}"))).await.status, 303);
    let mail = house.clinic.mails(MailKind::ResetPassword).await.remove(0);
    let notices::MailContent::Identity(MailContent::ResetPassword { token, .. }) = mail.content else { panic!() };
    let body = format!("token={token}&password=another%20walk%20by%20the%20sea");
    assert_eq!(house.stranger().send(link("/do/reset-password", body)).await.header("location"), "/reset-password/done");
    sign_in(&client, &person.email, "another walk by the sea").await.expect(201);
}

#[tokio::test]
async fn a_browsers_cookie_opens_pages_and_nothing_here() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("email", person.email.as_str()), ("password", PASSWORD), ("next", "")])
        .finish();
    let request = Request::post("/do/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, ORIGIN)
        .body(Body::from(form));
    let signed_in = house.stranger().send(request.unwrap()).await;
    let cookie = signed_in.cookies();
    assert!(cookie.contains("__Host-bedside="), "{signed_in:?}");

    let stranger = house.stranger();
    let with = async |method: Method, path: &str, origin: &str| {
        let headers = [("cookie", cookie.as_str()), ("origin", origin)];
        stranger.ask(method, path, &headers, Some(json!({}))).await
    };
    assert_eq!(with(Method::GET, "/me", ORIGIN).await.refusal(), (401, "access.sign_in_needed"));
    assert_eq!(with(Method::POST, "/appointments", ORIGIN).await.refusal(), (401, "access.sign_in_needed"));
    assert_eq!(with(Method::POST, "/appointments", "https://evil.example").await.refusal(), (401, "access.sign_in_needed"));
}

#[tokio::test]
async fn a_credential_that_is_none_is_refused_even_where_none_is_needed() {
    let house = house().await;
    for credential in ["Bearer nonsense", "Basic YTpi", "Bearer", ""] {
        let answer = house.stranger().ask(Method::GET, "/specialties", &[("authorization", credential)], None).await;
        assert_eq!(answer.refusal(), (401, "access.sign_in_needed"), "{credential}");
    }
}

#[tokio::test]
async fn a_stranger_who_posts_too_often_is_told_when_to_come_back() {
    let house = house_with(&[("limits.requests_per_address_per_minute", "6")]).await;
    let ask = async |address: &str, accepts: &str| {
        let request = Request::post("/do/verify-code")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, ORIGIN)
            .header(header::ACCEPT, accepts)
            .body(Body::from("code=AAAA"));
        Client { address: address.parse().unwrap(), ..house.stranger() }.send(request.unwrap()).await
    };
    for _ in 0..3 {
        assert_ne!(ask("2001:db8::1", "application/json").await.status, 429);
    }
    let refused = ask("2001:db8::2", "application/json").await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "20"));
    // In the form that the page's script reads, and in the form for everybody else.
    assert_eq!(refused.body["cause"]["code"], "request.rate_limited");
    assert_eq!(ask("2001:db8::2", "text/html").await.refusal(), (429, "request.rate_limited"));
    assert_ne!(ask("2001:db8:0:1::1", "application/json").await.status, 429);
}
