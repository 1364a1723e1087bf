//! Private calendar feeds as calendar programs read them: without a session, again and again.

use crate::house::{Answer, Client, House, ORIGIN, house};
use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::json;

/// Reads an address with some headers, without a session.
pub(crate) async fn read(house: &House, address: &str, headers: &[(&str, &str)]) -> Answer {
    let path = address.strip_prefix(ORIGIN).unwrap();
    let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    house.stranger().send(request.body(Body::empty()).unwrap()).await
}

pub(crate) async fn save(client: &Client, names: &str) -> String {
    let saved = client.ask(Method::PUT, "/me/calendar", &[], Some(json!({ "names": names }))).await.expect(200);
    assert_eq!(saved["names"], names);
    saved["address"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_feed_is_read_without_a_session_and_not_sent_again_while_it_is_the_same() {
    let house = house().await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let client = house.client(&house.clinic.patient("Amara Osei").await).await;
    assert_eq!(client.get("/me/calendar").await.expect(200)["address"], json!(null));
    let address = save(&client, "hidden").await;
    assert_eq!(client.get("/me/calendar").await.expect(200)["address"], address.as_str());
    let body = json!({
        "doctor_id": doctor.doctor(), "clinic_id": house.practice.clinic, "starts_at": "2026-11-25T10:00:00Z", "reason": "Sore throat",
    });
    let id = client.book("key", body).await.expect(201)["id"].as_str().unwrap().to_owned();

    let first = read(&house, &address, &[]).await;
    assert_eq!((first.status.as_u16(), first.header("content-type")), (200, "text/calendar; charset=utf-8"));
    assert_eq!(first.header("cache-control"), "private, no-cache");
    let file = String::from_utf8(first.bytes.clone()).unwrap().replace("\r\n ", "");
    for line in
        ["SUMMARY:Visit", "TZID:Europe/London", "DTSTART;TZID=Europe/London:20261125T100000", "SEQUENCE:1", "STATUS:CONFIRMED"]
    {
        assert!(file.lines().any(|written| written == line), "{line} in {file}");
    }
    assert!(file.contains(&format!("UID:{id}@localhost")), "{file}");
    for secret in ["Sore", "Hoffmann", "Osei", "LOCATION", "METHOD"] {
        assert!(!file.contains(secret), "{secret} in {file}");
    }

    let (tag, date) = (first.header("etag").to_owned(), first.header("last-modified").to_owned());
    let same = read(&house, &address, &[("if-none-match", &tag)]).await;
    assert_eq!((same.status.as_u16(), same.header("etag"), same.bytes.len()), (304, tag.as_str(), 0));
    assert_eq!(read(&house, &address, &[("if-modified-since", &date)]).await.status, 304);

    house.clinic.pass(jiff::SignedDuration::from_mins(1));
    client.post(&format!("/appointments/{id}/cancel"), json!({})).await.expect(200);
    for header in [("if-none-match", tag.as_str()), ("if-modified-since", date.as_str())] {
        let changed = read(&house, &address, &[header]).await;
        assert_eq!(changed.status, 200, "{}", header.0);
        assert!(String::from_utf8(changed.bytes).unwrap().contains("STATUS:CANCELLED"));
    }
    assert_eq!(save(&client, "shown").await, address);
    let named = String::from_utf8(read(&house, &address, &[]).await.bytes).unwrap().replace("\r\n ", "");
    assert!(named.contains("SUMMARY:Video visit with Dr Lena Hoffmann") && !named.contains("Osei"), "{named}");
}

#[tokio::test]
async fn a_revoked_address_is_unknown_and_one_address_is_not_read_without_end() {
    let house = house().await;
    let client = house.client(&house.clinic.patient("Amara Osei").await).await;
    let address = save(&client, "hidden").await;
    let renewed = client.post("/me/calendar/renew", json!({})).await.expect(200)["address"].as_str().unwrap().to_owned();
    assert_ne!(renewed, address);
    assert_eq!(read(&house, &address, &[]).await.refusal(), (404, "not_found"));
    for _ in 0..10 {
        assert_eq!(read(&house, &renewed, &[]).await.status, 200);
    }
    let refused = read(&house, &renewed, &[]).await;
    assert_eq!(refused.refusal(), (429, "request.rate_limited"));
    assert!(!refused.header("retry-after").is_empty());
    client.delete("/me/calendar").await.expect(204);
    for unknown in [renewed.as_str(), renewed.trim_end_matches(".ics"), "http://localhost:3000/calendar/none.ics"] {
        assert_eq!(read(&house, unknown, &[]).await.refusal(), (404, "not_found"), "{unknown}");
    }
}
