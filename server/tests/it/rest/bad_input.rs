//! The responses to invalid input.

use crate::house::{Client, house};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use serde_json::json;

/// Method, path, media type, body; the status and the error code of the refusal.
type Bad<'a> = (&'a str, &'a str, Option<&'a str>, &'a str, (u16, &'a str));

async fn raw(client: &Client, method: &str, path: &str, kind: Option<&str>, body: impl Into<Body>) -> crate::house::Answer {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(kind) = kind {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    client.send(request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn each_kind_of_bad_request_has_its_own_answer() {
    let house = house().await;
    let client = house.client(&house.clinic.patient("Amara Osei").await).await;
    let json = Some("application/json");
    let large = format!("{{\"email\": \"{}\"}}", "a".repeat(1_100_000));
    let table: &[Bad<'_>] = &[
        ("GET", "/api", None, "", (404, "route.unknown")),
        ("GET", "/api/", None, "", (404, "route.unknown")),
        ("GET", "/api/v1", None, "", (404, "route.unknown")),
        ("GET", "/api/v1/nothing", None, "", (404, "route.unknown")),
        ("POST", "/api/v1/doctors/", None, "", (404, "route.unknown")),
        ("GET", "/api/v2/doctors", None, "", (404, "route.unknown")),
        ("PUT", "/api/v1/doctors", None, "", (405, "route.method_not_allowed")),
        ("PATCH", "/api/v1/appointments", json, "{}", (405, "route.method_not_allowed")),
        ("TRACE", "/api/v1/me", None, "", (405, "route.method_not_allowed")),
        ("POST", "/api/v1/sessions", json, "{\"email\": ", (400, "request.malformed")),
        ("POST", "/api/v1/sessions", json, "[]", (400, "request.malformed")),
        ("POST", "/api/v1/sessions", json, "", (400, "request.malformed")),
        ("POST", "/api/v1/sessions", None, "{}", (415, "request.media_type")),
        ("POST", "/api/v1/sessions", Some("text/plain"), "{}", (415, "request.media_type")),
        ("POST", "/api/v1/sessions", Some("application/x-www-form-urlencoded"), "email=a", (415, "request.media_type")),
        ("POST", "/api/v1/sessions", json, &large, (413, "request.too_large")),
        ("POST", "/api/v1/sessions", json, "{}", (422, "request.fields_invalid")),
        ("POST", "/api/v1/appointments", Some("text/plain"), "{}", (415, "request.media_type")),
        ("GET", "/api/v1/doctors/7", None, "", (404, "not_found")),
        ("GET", "/api/v1/doctors/%ff", None, "", (404, "not_found")),
        ("GET", "/api/v1/doctors/00000000-0000-7000-8000-000000000000", None, "", (404, "not_found")),
        ("GET", "/api/v1/appointments/00000000-0000-7000-8000-000000000000", None, "", (404, "not_found")),
        ("GET", "/api/v1/doctors?limit=101", None, "", (422, "request.fields_invalid")),
    ];
    for (method, path, kind, body, expected) in table {
        let answer = raw(&client, method, path, *kind, (*body).to_owned()).await;
        assert_eq!(answer.refusal(), *expected, "{method} {path} {}", body.chars().take(40).collect::<String>());
    }
    let wrong = raw(&client, "PUT", "/api/v1/appointments", None, "").await;
    let mut allowed: Vec<&str> = wrong.header("allow").split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let house = house().await;
    let client = house.client(&house.clinic.patient("Amara Osei").await).await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await.doctor();
    let queries: &[(&str, &[(&str, &str)])] = &[
        ("/doctors?limit=0", &[("limit", "too_small")]),
        ("/doctors?limit=101", &[("limit", "too_large")]),
        ("/doctors?limit=99999999999999999999", &[("limit", "too_large")]),
        ("/doctors?limit=ten", &[("limit", "malformed")]),
        ("/doctors?day=tomorrow&cursor=7", &[("day", "malformed"), ("cursor", "malformed")]),
        ("/doctors?day=2000-01-01", &[("day", "too_small")]),
        ("/doctors?day=2999-01-01", &[("day", "too_large")]),
        (
            "/doctors?near=91,0&within_km=0&order=best",
            &[("near", "malformed"), ("within_km", "too_small"), ("order", "unknown_choice")],
        ),
        ("/doctors?near=ZZ99ZZ", &[("near", "unknown_choice")]),
        ("/doctors?within_km=5", &[("near", "missing")]),
        ("/doctors?zone=Mars/Olympus", &[("zone", "unknown_choice")]),
        ("/doctors?country=XX&clinic=7", &[("clinic", "malformed"), ("country", "unknown_choice")]),
        ("/doctors?country=gb", &[("country", "malformed")]),
        ("/doctors?name=%00", &[("name", "forbidden_character")]),
        (
            "/doctors?part=noon&fee_up_to=-1&rating=6&licensed_in=gb",
            &[("part", "unknown_choice"), ("fee_up_to", "malformed"), ("rating", "too_large"), ("licensed_in", "malformed")],
        ),
        ("/doctors?day=2026-11-25&until=2026-11-24", &[("until", "end_before_start")]),
        ("/doctors?speciality=x", &[("speciality", "unknown_choice")]),
        ("/appointments?period=soon&cursor=x", &[("period", "unknown_choice"), ("cursor", "malformed")]),
        (
            "/appointments?state=gone&mode=letter&doctor_id=x&from=today",
            &[("from", "malformed"), ("state", "unknown_choice"), ("mode", "unknown_choice"), ("doctor_id", "malformed")],
        ),
        ("/appointments?from=2026-11-25T10:00:00Z&until=2026-11-25T10:00:00Z", &[("until", "end_before_start")]),
        ("/prescriptions?limit=-1", &[("limit", "malformed")]),
    ];
    for (path, faults) in queries {
        let answer = client.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.faults()), (422, faults.to_vec()), "{path}");
    }
    let no_day = client.get(&format!("/doctors/{doctor}/slots")).await;
    assert_eq!(no_day.faults(), [("day", "missing")]);

    let nothing = client.book("k", json!({})).await;
    let missing = ["doctor_id", "clinic_id", "starts_at", "reason"].map(|field| (field, "missing"));
    assert_eq!((nothing.status.as_u16(), nothing.faults()), (422, missing.to_vec()));
    let wrong = json!({ "doctor_id": 7, "clinic_id": "x", "starts_at": "soon", "reason": "", "mode": "letter", "price": 0 });
    let expected = [
        ("doctor_id", "malformed"),
        ("clinic_id", "malformed"),
        ("starts_at", "malformed"),
        ("mode", "unknown_choice"),
        ("price", "unknown_choice"),
    ];
    assert_eq!(client.book("k", wrong).await.faults(), expected);

    let right = json!({
        "doctor_id": doctor, "clinic_id": house.practice.clinic, "starts_at": "2026-11-25T09:00:00Z", "reason": "Cough",
    });
    assert_eq!(client.post("/appointments", right.clone()).await.faults(), [("idempotency_key", "missing")]);
    assert_eq!(client.book(&"k".repeat(101), right.clone()).await.faults(), [("idempotency_key", "too_long")]);
    let mut silent = right;
    silent["reason"] = " ".into();
    assert_eq!(client.book("k", silent).await.faults(), [("reason", "missing")]);
    let cancel = "/appointments/00000000-0000-7000-8000-000000000000/cancel";
    assert_eq!(client.post(cancel, json!({ "version": "1" })).await.faults(), [("version", "malformed")]);
}

#[tokio::test]
async fn a_time_that_cannot_be_booked_says_why() {
    let house = house().await;
    let client = house.client(&house.clinic.patient("Amara Osei").await).await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await.doctor();
    let table = [
        ("2026-11-23T09:00:00Z", "scheduling.slot_past"),
        ("-009999-06-01T00:00:00Z", "scheduling.slot_past"),
        ("2026-11-25T09:07:00Z", "scheduling.slot_unknown"),
        ("2026-11-28T09:00:00Z", "scheduling.slot_unknown"),
        ("9999-12-30T22:00:00Z", "scheduling.slot_unknown"),
    ];
    for (starts_at, code) in table {
        let request =
            json!({ "doctor_id": doctor, "clinic_id": house.practice.clinic, "starts_at": starts_at, "reason": "Cough" });
        assert_eq!(client.book("k", request).await.refusal(), (409, code), "{starts_at}");
    }
    let nobody = json!({
        "doctor_id": house.practice.clinic, "clinic_id": house.practice.clinic, "starts_at": "2026-11-25T09:00:00Z", "reason": "Cough",
    });
    assert_eq!(client.book("k", nobody).await.refusal(), (404, "not_found"));
}

#[tokio::test]
async fn the_version_is_asked_for_by_name() {
    let house = house().await;
    let client = house.stranger();
    let get = async |path: &str, accept: &str| client.ask(Method::GET, path, &[("accept", accept)], None).await;
    let named = "application/vnd.bedside.v1+json";
    assert_eq!(get("/specialties", named).await.header("content-type"), named);
    assert_eq!(get("/doctors/7", named).await.header("content-type"), named);
    assert_eq!(get("/specialties", "*/*").await.header("content-type"), "application/json");
    assert_eq!(get("/specialties", "application/vnd.bedside.v2+json").await.refusal(), (406, "route.not_acceptable"));
    assert_eq!(get("/specialties", "text/html").await.refusal(), (406, "route.not_acceptable"));
}
