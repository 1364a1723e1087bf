//! Appointments at an online meeting: the clinic enters the link, and the patient gets it shortly before the visit.

use crate::house::house;
use axum::http::Method;
use jiff::SignedDuration;
use serde_json::json;

#[tokio::test]
async fn the_link_to_a_meeting_is_entered_by_the_doctor_and_read_shortly_before_the_visit() {
    let house = house().await;
    let (person, patient) =
        (house.clinic.doctor("Dr Lena Hoffmann", house.practice).await, house.clinic.patient("Amara Osei").await);
    let doctor = house.client(&person).await;
    let before = doctor.get("/visit-types").await.expect(200);
    let meeting =
        json!({ "name": "Online meeting", "mode": "external", "meeting_link": "ftp://x", "version": before["version"] });
    let refused = doctor.post("/visit-types", meeting).await.expect(422);
    assert_eq!(refused["details"]["fields"][0]["field"], "meeting_link");
    let meeting = json!({ "name": "Online meeting", "mode": "external", "version": before["version"] });
    let added = doctor.post("/visit-types", meeting).await.expect(201);
    let id = added["visit_types"][1]["id"].clone();
    assert_eq!(added["visit_types"][1]["meeting_link"], json!(null));
    assert_eq!(
        house.stranger().get("/doctors?mode=external").await.expect(200)["items"][0]["modes"],
        json!(["video", "external"])
    );

    let booking = json!({
        "doctor_id": person.doctor(), "clinic_id": house.practice.clinic, "starts_at": "2026-11-25T09:30:00Z", "reason": "Cough",
        "visit_type_id": id,
    });
    let booked = house.client(&patient).await.book("k", booking).await.expect(201);
    let expected = json!({ "link_entered": false, "link_from": "2026-11-25T09:15:00Z", "link": null });
    assert_eq!((&booked["mode"], &booked["meeting"]), (&json!("external"), &expected));

    let page = format!("/appointments/{}", booked["id"].as_str().unwrap());
    let link = json!({ "link": "https://meet.example/j/1", "version": booked["version"] });
    let entered = doctor.ask(Method::PUT, &format!("{page}/meeting-link"), &[], Some(link.clone())).await.expect(200);
    assert_eq!((&entered["meeting"]["link_entered"], &entered["meeting"]["link"]), (&json!(true), &json!(null)));
    let stale = doctor.ask(Method::PUT, &format!("{page}/meeting-link"), &[], Some(link)).await;
    assert_eq!(stale.refusal(), (409, "request.stale"));

    house.clinic.pass(SignedDuration::from_mins(24 * 60 + 15));
    let read = house.client(&patient).await.get(&page).await.expect(200);
    assert_eq!(read["meeting"]["link"], "https://meet.example/j/1");
}
