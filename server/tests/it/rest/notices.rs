//! The caller's notices, and what they choose to be told.

use crate::house::house;
use axum::http::Method;
use domain::scheduling;
use jiff::SignedDuration;
use serde_json::json;
use testing::BEGIN;

#[tokio::test]
async fn notices_are_listed_counted_and_read() {
    let house = house().await;
    let clinic = &house.clinic;
    let patient = clinic.patient("Amara Osei").await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let command = testing::booking(&doctor, house.practice, BEGIN + SignedDuration::from_hours(25));
    let booked = scheduling::book(&clinic.domain, &patient.access(clinic), command).await.unwrap().card.id;
    clinic.dispatch().await;
    let client = house.client(&patient).await;
    assert_eq!(client.get("/me/notices/unread").await.expect(200), json!({ "unread": 1 }));
    let page = client.get("/me/notices?limit=1").await.expect(200);
    let notice = &page["items"][0];
    assert_eq!(
        (&notice["topic"], &notice["subject_id"], &notice["patient_id"], &notice["doctor"], &notice["read"]),
        (&json!("booked"), &json!(booked), &json!(patient.patient()), &json!("Dr Lena Hoffmann"), &json!(false))
    );
    assert_eq!(client.get("/me/notices?cursor=1").await.faults(), [("cursor", "malformed")]);
    let id = notice["notice_id"].as_str().unwrap();
    client.ask(Method::POST, &format!("/me/notices/{id}/read"), &[], None).await.expect(204);
    assert_eq!(client.get("/me/notices/unread").await.expect(200), json!({ "unread": 0 }));
    assert_eq!(client.get("/me/notices").await.expect(200)["items"][0]["read"], true);

    let doctor = house.client(&doctor).await;
    doctor.ask(Method::POST, "/me/notices/read", &[], None).await.expect(204);
    assert_eq!(doctor.get("/me/notices/unread").await.expect(200), json!({ "unread": 0 }));
}

#[tokio::test]
async fn choices_are_set_and_wrong_ones_are_named() {
    let house = house().await;
    let client = house.client(&house.clinic.patient("Amara Osei").await).await;
    let put = async |body| client.ask(Method::PUT, "/me/notice-choices", &[], Some(body)).await;
    let none = json!({ "off": [], "quiet_from": null, "quiet_until": null, "version": 0 });
    assert_eq!(client.get("/me/notice-choices").await.expect(200), none);
    let wrong = put(json!({ "off": ["sign_ins"], "quiet_from": "22:00", "version": 0 })).await;
    assert_eq!(wrong.faults(), [("off", "unknown_choice")]);
    let half = put(json!({ "off": [], "quiet_from": "22:00", "version": 0 })).await;
    assert_eq!(half.faults(), [("quiet_until", "missing")]);
    let chosen = json!({ "off": ["reminder_text"], "quiet_from": "22:00", "quiet_until": "07:00", "version": 0 });
    let after = put(chosen.clone()).await.expect(200);
    assert_eq!((&after["off"], &after["quiet_from"], &after["version"]), (&chosen["off"], &chosen["quiet_from"], &json!(1)));
    assert_eq!(put(chosen).await.refusal(), (409, "request.stale"));
    assert_eq!(client.get("/me/notice-choices").await.expect(200), after);
}
