//! The waiting list for programs.

use crate::house::house;
use axum::http::Method;
use jiff::SignedDuration;
use serde_json::json;

#[tokio::test]
async fn a_freed_time_is_offered_and_accepted_through_the_api() {
    let house = house().await;
    let person = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let first = house.client(&house.clinic.patient("Amara Osei").await).await;
    let ben = house.clinic.patient("Ben Ito").await;
    let second = house.client(&ben).await;
    let booking = |start: &str| json!({ "doctor_id": person.doctor(), "clinic_id": house.practice.clinic, "starts_at": start, "reason": "Cough" });
    let early = first.book("early", booking("2026-11-25T10:00:00Z")).await.expect(201);
    let late = second.book("late", booking("2026-12-02T10:00:00Z")).await.expect(201);

    let wrong = json!({ "until": "2026-12-24", "days": ["Moonday"], "from": "09:00" });
    let refused = second.post("/waitlist", wrong).await.expect(422);
    let mut fields: Vec<_> = refused["details"]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["field"].as_str().unwrap_or_default())
        .collect();
    fields.sort_unstable();
    assert_eq!(fields, ["days", "doctor", "reason", "to"], "{refused}");

    let join =
        json!({ "appointment_id": late["id"], "until": "2026-12-02", "days": ["wednesday"], "from": "09:00", "to": "12:00" });
    let entry = second.post("/waitlist", join.clone()).await.expect(201);
    assert_eq!(second.post("/waitlist", join).await.refusal(), (409, "scheduling.already_waiting"));
    let listed = second.get("/waitlist").await.expect(200);
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["offer_id"]), (&entry["id"], &json!(null)));

    first.post(&format!("/appointments/{}/cancel", early["id"].as_str().unwrap()), json!({})).await.expect(200);
    domain::scheduling::offer_freed_times(&house.clinic.domain).await.unwrap();
    let listed = second.get("/waitlist").await.expect(200);
    let offer = format!("/waitlist/offers/{}", listed["items"][0]["offer_id"].as_str().unwrap());
    let offered = second.get(&offer).await.expect(200);
    assert_eq!((&offered["state"], &offered["starts_at"]), (&json!("open"), &json!("2026-11-25T10:00:00Z")));
    assert_eq!(first.get(&offer).await.refusal(), (404, "not_found"));
    let taken = booking("2026-11-25T10:00:00Z");
    assert_eq!(first.book("again", taken).await.refusal(), (409, "scheduling.slot_taken"));

    let moved = second.ask(Method::POST, &format!("{offer}/accept"), &[], None).await.expect(200);
    assert_eq!((&moved["id"], &moved["starts_at"]), (&late["id"], &json!("2026-11-25T10:00:00Z")));
    house.clinic.pass(SignedDuration::from_hours(1));
    let second = house.client(&ben).await;
    assert_eq!(second.ask(Method::POST, &format!("{offer}/accept"), &[], None).await.expect(200)["id"], late["id"]);
    assert_eq!(second.get("/waitlist").await.expect(200)["items"], json!([]));
}
