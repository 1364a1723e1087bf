//! A doctor's visit types, and a booking of one.

use crate::house::house;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_doctor_offers_a_visit_type_and_a_patient_books_it() {
    let house = house().await;
    let person = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let (stranger, page) = (house.stranger(), format!("/doctors/{}", person.doctor()));
    let doctor = house.client(&person).await;
    let before = doctor.get("/visit-types").await.expect(200);
    assert_eq!((&before["usual_minutes"], &before["visit_types"][0]["mode"]), (&json!(30), &json!("video")));

    let wrong = json!({ "name": "", "mode": "letter", "active": "yes" });
    let refused = doctor.post("/visit-types", wrong).await.expect(422);
    let fields: Vec<_> = refused["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["mode", "active", "version"], "{refused}");
    let call = json!({ "name": "Phone call", "mode": "phone", "minutes": 15, "fee_minor": 3000, "version": before["version"] });
    let added = doctor.post("/visit-types", call.clone()).await.expect(201);
    assert_eq!(doctor.post("/visit-types", call).await.refusal(), (409, "request.stale"));
    let id = added["visit_types"][1]["id"].as_str().unwrap().to_owned();

    let changed = json!({ "name": "Short call", "mode": "phone", "minutes": 20, "fee_minor": 3000, "version": added["version"] });
    let after = doctor.ask(Method::PUT, &format!("/visit-types/{id}"), &[], Some(changed)).await.expect(200);
    assert_eq!((&after["visit_types"][1]["name"], &after["visit_types"][1]["minutes"]), (&json!("Short call"), &json!(20)));
    let public = stranger.get(&page).await.expect(200);
    assert_eq!(public["visit_types"][1]["name"], "Short call");
    assert_eq!(stranger.get("/doctors?mode=phone").await.expect(200)["items"][0]["modes"], json!(["video", "phone"]));
    assert_eq!(stranger.get("/doctors?mode=in_person").await.expect(200)["items"], json!([]));

    let slots = stranger.get(&format!("{page}/slots?day=2026-11-25&visit_type={id}")).await.expect(200);
    assert_eq!(slots["items"][1]["starts_at"], "2026-11-25T09:20:00Z");
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let booking = json!({
        "doctor_id": person.doctor(), "clinic_id": house.practice.clinic, "starts_at": "2026-11-25T09:20:00Z", "reason": "Cough",
        "visit_type_id": id, "phone": "+44 7700 900123", "fee_minor": 3000,
    });
    let booked = patient.book("k", booking).await.expect(201);
    assert_eq!((&booked["mode"], &booked["phone"]), (&json!("phone"), &json!("+447700900123")));
    assert_eq!((&booked["ends_at"], &booked["fee"]["amount_minor"]), (&json!("2026-11-25T09:40:00Z"), &json!(3000)));
}

#[tokio::test]
async fn an_administrator_changes_the_visit_types_of_a_doctor() {
    let house = house().await;
    let person = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let doctors = admin.get("/managed-doctors").await.expect(200);
    assert_eq!(doctors["items"], json!([{ "id": person.doctor(), "name": "Dr Lena Hoffmann" }]));
    let path = format!("/doctors/{}/visit-types", person.doctor());
    let before = admin.get(&path).await.expect(200);
    let call = json!({ "name": "Phone call", "mode": "phone", "minutes": 15, "fee_minor": 3000, "version": before["version"] });
    let added = admin.post(&path, call.clone()).await.expect(201);
    assert_eq!(admin.post(&path, call).await.refusal(), (409, "request.stale"));
    let id = added["visit_types"][1]["id"].as_str().unwrap();
    let changed = json!({ "name": "Short call", "mode": "phone", "minutes": 10, "version": added["version"] });
    let after = admin.ask(Method::PUT, &format!("{path}/{id}"), &[], Some(changed.clone())).await.expect(200);
    assert_eq!((&after["visit_types"][1]["name"], &after["visit_types"][1]["minutes"]), (&json!("Short call"), &json!(10)));
    let unknown = admin.ask(Method::PUT, &format!("{path}/none"), &[], Some(changed)).await;
    assert_eq!(unknown.refusal(), (404, "not_found"));
    assert_eq!(
        house.stranger().get(&format!("/doctors/{}", person.doctor())).await.expect(200)["visit_types"][1]["name"],
        "Short call"
    );
}
