//! The way of a stranger from a chosen time to a booking: sign-up, the confirming mail, sign-in; and the time zone in which strangers see times.

use crate::house::{Answer, Client, House, ORIGIN, house};
use axum::{
    body::Body,
    http::{Request, header},
};
use domain::{
    identity::{MailContent, MailKind},
    notices,
};
use jiff::SignedDuration;
use serde_json::Value;
use testing::{PASSWORD, Person};

const EMAIL: &str = "wanda@people.example";
const SECRET: &str = "__Host-bedside-sign-up";
const SESSION: &str = "__Host-bedside";

/// A house with a doctor, and the doctor's first time tomorrow as a form sends it.
async fn scene() -> (House, Person, String) {
    let house = house().await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let time = format!("2026-11-25T09:00:00Z~{}", house.practice.clinic);
    (house, doctor, time)
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

async fn post(client: &Client, function: &str, cookies: &str, body: String) -> Answer {
    let request = Request::post(format!("/do/{function}"))
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, ORIGIN)
        .header(header::COOKIE, cookies)
        .body(Body::from(body));
    client.send(request.unwrap()).await
}

/// The page to go on to.
fn next(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["next"].as_str().unwrap().to_owned()
}

/// A parameter in the query of an address.
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

async fn page(client: &Client, path: &str, cookies: &str) -> String {
    let request = Request::get(path).header(header::ACCEPT, "text/html").header(header::COOKIE, cookies).body(Body::empty());
    let answer = client.send(request.unwrap()).await;
    assert_eq!(answer.status, 200, "{path}");
    String::from_utf8(answer.bytes).unwrap()
}

/// A stranger chooses a time. Returns the page to which signing in leads back.
async fn choose(house: &House, doctor: &Person, time: &str) -> String {
    let body = form(&[("doctor", &doctor.doctor().to_string()), ("time", time)]);
    let to_sign_in = next(&post(&house.stranger(), "hold-time", "", body).await);
    assert!(to_sign_in.starts_with("/sign-in?next="), "{to_sign_in}");
    parameter(&to_sign_in, "next").unwrap()
}

/// A sign-up that leads on to a page.
async fn sign_up(house: &House, email: &str, next: &str) -> Answer {
    let fields = [
        ("name", "Wanda Früh"),
        ("email", email),
        ("password", PASSWORD),
        ("date_of_birth_day", "1"),
        ("date_of_birth_month", "2"),
        ("date_of_birth_year", "1990"),
        ("phone", "+442079460123"),
        ("time_zone", "Europe/London"),
        ("next", next),
    ];
    post(&house.stranger(), "sign-up", "", form(&fields)).await
}

/// The token of the mail to this address.
async fn token(house: &House, email: &str) -> String {
    let mail = house.clinic.mails(MailKind::ConfirmEmail).await.into_iter().find(|mail| mail.recipient.to == email).unwrap();
    match mail.content {
        notices::MailContent::Identity(MailContent::ConfirmEmail { token, .. }) => token,
        other => panic!("{other:?}"),
    }
}

async fn sign_in(house: &House, email: &str, next: &str) -> Answer {
    let body = form(&[("email", email), ("password", PASSWORD), ("next", next)]);
    post(&house.stranger(), "sign-in", "", body).await
}

#[tokio::test]
async fn a_chosen_time_survives_sign_up_and_the_mail_and_is_held_then() {
    let (house, doctor, time) = scene().await;
    let client = house.stranger();
    let back = choose(&house, &doctor, &time).await;
    assert_eq!(back, format!("/doctors/{}?time={}", doctor.doctor(), time.replace(':', "%3A")));

    let made = sign_up(&house, EMAIL, &back).await;
    let sent = next(&made);
    let secret = cookie(&made, SECRET).expect("the secret of the sign-up");
    let token = token(&house, EMAIL).await;
    let link = format!("/confirm/{token}?next={}", encoded(&back));
    // Each page says what was chosen. Programs that open links in mails use nothing up.
    for path in
        [format!("/sign-in?next={}", encoded(&back)), format!("/sign-up?next={}", encoded(&back)), sent, link.clone(), link]
    {
        let html = page(&client, &path, &secret).await;
        assert!(html.contains("The time you chose") && html.contains("Dr Lena Hoffmann"), "{path}: {html}");
        assert!(html.contains("datetime=\"2026-11-25T09:00"), "{path}: {html}");
    }

    let body = form(&[("token", &token), ("next", &back)]);
    let confirmed = post(&client, "confirm-email", &secret, body.clone()).await;
    let reason = next(&confirmed);
    assert!(reason.starts_with("/book/") && reason.contains("time="), "{reason}");
    let session = cookie(&confirmed, SESSION).expect("a session");
    assert!(page(&client, &reason, &session).await.contains("This time is held for you until"));
    let again = post(&client, "confirm-email", &secret, body).await;
    assert!(again.status.is_client_error() && cookie(&again, SESSION).is_none(), "{}", again.body);
}

#[tokio::test]
async fn another_browser_confirms_and_keeps_the_way_but_is_not_signed_in() {
    let (house, doctor, time) = scene().await;
    let back = choose(&house, &doctor, &time).await;
    sign_up(&house, EMAIL, &back).await;
    let token = token(&house, EMAIL).await;
    let theirs = format!("{SECRET}={}", "0".repeat(32));
    let confirmed = post(&house.stranger(), "confirm-email", &theirs, form(&[("token", &token), ("next", &back)])).await;
    assert_eq!(next(&confirmed), format!("/confirm/done{}", kit::address::query(&[("next", Some(&back))])));
    assert_eq!(cookie(&confirmed, SESSION), None);
    let signed_in = sign_in(&house, EMAIL, &back).await;
    assert!(next(&signed_in).starts_with("/book/"), "{}", signed_in.body);
}

#[tokio::test]
async fn a_chosen_time_survives_a_forgotten_password() {
    let (house, doctor, time) = scene().await;
    let patient = house.clinic.patient("Amara Osei").await;
    let back = choose(&house, &doctor, &time).await;
    let client = house.stranger();
    let asked = post(&client, "request-reset", "", form(&[("email", &patient.email), ("next", &back)])).await;
    let sent = next(&asked);
    assert!(
        sent.starts_with("/reset-password/sent?address=") && sent.contains(&kit::address::query(&[("next", Some(&back))])[1..]),
        "{sent}"
    );
    let mail = house.clinic.mails(MailKind::ResetPassword).await.remove(0);
    let notices::MailContent::Identity(MailContent::ResetPassword { token, chosen }) = mail.content else { panic!() };
    assert_eq!(kit::chosen::doctor_page(&chosen.unwrap(), None), back);
    let html = page(&client, &format!("/reset-password/{token}?next={}", encoded(&back)), "").await;
    assert!(html.contains("The time you chose") && html.contains("Dr Lena Hoffmann"), "{html}");
    let changed =
        post(&client, "reset-password", "", form(&[("token", &token), ("password", "a walk by the sea"), ("next", &back)])).await;
    assert!(next(&changed).starts_with("/reset-password/done?next="), "{}", changed.body);
}

#[tokio::test]
async fn a_time_that_is_gone_leads_to_the_nearest_ones() {
    let (house, doctor, time) = scene().await;
    let patient = house.clinic.patient("Amara Osei").await;
    let back = choose(&house, &doctor, &time).await;
    let rival = house.client(&house.clinic.patient("Quick Malik").await).await;
    let held = post(&rival, "hold-time", "", form(&[("doctor", &doctor.doctor().to_string()), ("time", &time)])).await;
    assert!(next(&held).starts_with("/book/"));
    let html = page(&house.stranger(), &format!("/sign-in?next={}", encoded(&back)), "").await;
    assert!(html.contains("The time you chose is no longer free"), "{html}");

    let signed_in = sign_in(&house, &patient.email, &back).await;
    let others = next(&signed_in);
    assert!(others.starts_with("/book/other?"), "{others}");
    assert_eq!(parameter(&others, "why").as_deref(), Some("taken"));
    let html = page(&house.stranger(), &others, &cookie(&signed_in, SESSION).unwrap()).await;
    assert!(html.contains("This time is no longer free") && html.contains("Choose one of the nearest free times."), "{html}");
    assert!(!html.contains("We have kept what you wrote"), "nothing was written yet: {html}");
}

#[tokio::test]
async fn nobody_is_led_to_another_site_or_told_of_an_account() {
    let (house, doctor, time) = scene().await;
    let patient = house.clinic.patient("Amara Osei").await;
    let page = format!("/doctors/{}?time={time}", doctor.doctor());
    for foreign in ["https://evil.example/", "//evil.example/", "/\\evil.example", &format!("//evil.example{page}")] {
        assert_eq!(next(&sign_in(&house, &patient.email, foreign).await), "/patient", "{foreign}");
        assert_eq!(next(&sign_up(&house, EMAIL, foreign).await), "/sign-up/sent", "{foreign}");
    }
    // A known address gets the same answer, and a cookie too.
    let (known, unknown) = (sign_up(&house, &patient.email, "").await, sign_up(&house, "new@people.example", "").await);
    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
    assert!(cookie(&known, SECRET).is_some() && cookie(&unknown, SECRET).is_some());
    let set = known
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .find_map(|value| value.to_str().ok().filter(|text| text.starts_with(SECRET)));
    for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=3600"] {
        assert!(set.unwrap().contains(attribute), "{set:?}");
    }
}

#[tokio::test]
async fn a_reason_that_took_longer_than_the_hold_is_not_lost() {
    let (house, doctor, time) = scene().await;
    let person = house.clinic.patient("Amara Osei").await;
    let rival = house.clinic.patient("Quick Malik").await;
    let hold_minutes = house.clinic.domain.settings().hold_minutes;
    let doctor = doctor.doctor().to_string();
    let id_of = |address: &str| address.split('?').next().unwrap().split('/').nth(2).unwrap().to_owned();
    let hold = async |client: &Client| next(&post(client, "hold-time", "", form(&[("doctor", &doctor), ("time", &time)])).await);
    let write = async |client: &Client, hold: &str| {
        let fields = [("hold", hold), ("doctor", doctor.as_str()), ("time", time.as_str()), ("reason", "A slow description")];
        next(&post(client, "save-reason", "", form(&fields)).await)
    };

    let first = id_of(&hold(&house.client(&person).await).await);
    house.clinic.pass(SignedDuration::from_mins(hold_minutes + 1));
    let client = house.client(&person).await;
    let check = write(&client, &first).await;
    let second = id_of(&check);
    assert!(check.contains("/check?booking=") && second != first, "{check}");
    let html = page(&client, &check, "").await;
    assert!(html.contains("A slow description") && html.contains("This time is held for you until"), "{html}");
    // "Change" keeps the time, its day and the reason.
    assert!(html.contains(&format!("/doctors/{doctor}?time=")) && html.contains("booking="), "{html}");

    house.clinic.pass(SignedDuration::from_mins(hold_minutes + 1));
    hold(&house.client(&rival).await).await;
    let client = house.client(&person).await;
    let others = write(&client, &second).await;
    assert!(others.starts_with("/book/other?") && parameter(&others, "why").as_deref() == Some("taken"), "{others}");
    assert!(page(&client, &others, "").await.contains("We have kept what you wrote"));
    // Another time is for the same reason.
    let booking = parameter(&others, "booking").unwrap();
    let later = format!("2026-11-25T11:00:00Z~{}", house.practice.clinic);
    let chosen = post(&client, "hold-time", "", form(&[("doctor", &doctor), ("time", &later), ("booking", &booking)])).await;
    assert!(page(&client, &next(&chosen), "").await.contains("A slow description"));
}

#[tokio::test]
async fn without_scripts_the_way_back_finds_the_reason() {
    let (house, doctor, time) = scene().await;
    let client = house.client(&house.clinic.patient("Amara Osei").await).await;
    let doctor = doctor.doctor().to_string();
    let reason_page = next(&post(&client, "hold-time", "", form(&[("doctor", &doctor), ("time", &time)])).await);
    let hold = reason_page.split('?').next().unwrap().trim_start_matches("/book/").to_owned();
    let fields = [
        ("hold", hold.as_str()),
        ("doctor", doctor.as_str()),
        ("time", time.as_str()),
        ("reason", "Worse in the evening"),
        ("idempotency_key", "k"),
    ];
    let request = Request::post("/do/save-reason")
        .header(header::ACCEPT, "text/html")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, ORIGIN)
        .body(Body::from(form(&fields)));
    assert!(client.send(request.unwrap()).await.header("location").contains("/check?booking="));
    assert!(page(&client, &reason_page, "").await.contains("Worse in the evening"));
}

#[tokio::test]
async fn a_strangers_zone_comes_from_the_browser_and_else_the_clinics_is_named() {
    let (house, doctor, _) = scene().await;
    let client = house.stranger();
    let told = "zone=America%2FNew_York";
    for path in ["/doctors".to_owned(), format!("/doctors/{}", doctor.doctor())] {
        let unknown = page(&client, &path, "").await;
        assert!(
            unknown.contains("Times are shown in the time zone of") && !unknown.contains("your time zone"),
            "{path}: {unknown}"
        );
        assert!(unknown.contains("(Europe/London)"), "{path}: {unknown}");
        let known = page(&client, &path, told).await;
        assert!(known.contains("Times are shown in your time zone (New York)."), "{path}: {known}");
        let odd = page(&client, &path, "zone=Europe%2FAtlantis").await;
        assert!(!odd.contains("your time zone"), "{path}: {odd}");
    }
    for path in ["/sign-up", "/apply"] {
        let unknown = page(&client, path, "").await;
        assert!(unknown.contains("Choose one") && !unknown.contains("value=\"UTC\" selected"), "{path}: {unknown}");
        assert!(page(&client, path, told).await.contains("value=\"America/New_York\" selected"), "{path}");
    }
    assert!(page(&client, "/", "").await.contains("document.cookie"), "a stranger's browser tells its zone");
    let answer: Value = post(&client, "find-doctors", told, String::new()).await.body;
    assert_eq!(answer["list"]["page"]["items"].as_array().unwrap().len(), 1);
}
