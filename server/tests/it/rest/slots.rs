//! How patients book a doctor, and why a time is not offered.

use crate::house::house;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_doctor_changes_the_booking_rules_and_asks_why_a_time_is_not_offered() {
    let house = house().await;
    let person = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let doctor = house.client(&person).await;
    let before = doctor.get("/booking-rules").await.expect(200);
    assert_eq!((&before["notice"], &before["most_per_day"]), (&json!(60), &json!(null)));
    let wrong = json!({ "notice": -1, "horizon": 400, "version": before["version"] });
    let refused = doctor.ask(Method::PUT, "/booking-rules", &[], Some(wrong)).await.expect(422);
    let fields: Vec<_> = refused["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["notice", "horizon"], "{refused}");
    let rules = json!({ "buffer_after": 15, "notice": 120, "horizon": 30, "most_per_day": 3, "version": before["version"] });
    let after = doctor.ask(Method::PUT, "/booking-rules", &[], Some(rules.clone())).await.expect(200);
    assert_eq!((&after["buffer_after"], &after["most_per_day"]), (&json!(15), &json!(3)));
    let stale = doctor.ask(Method::PUT, "/booking-rules", &[], Some(rules)).await;
    assert_eq!(stale.refusal(), (409, "request.stale"));

    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let booking = json!({
        "doctor_id": person.doctor(), "clinic_id": house.practice.clinic, "starts_at": "2026-11-25T09:45:00Z", "reason": "Cough",
    });
    let booked = patient.book("k", booking).await.expect(201);
    let why = |day: &str, time: &str| format!("/slots/why?doctor_id={}&day={day}&time={time}", person.doctor());
    let taken = doctor.get(&why("2026-11-25", "09:45")).await.expect(200);
    let item = &taken["items"][0];
    assert_eq!((&item["offered"], &item["reason"], &item["detail"]), (&json!(false), &json!("conflict"), &json!("busy")));
    assert_eq!(item["taken_by"]["appointment_id"], booked["id"]);
    assert!(!taken.to_string().contains("Amara"));
    let soon = doctor.get(&why("2026-11-24", "10:30")).await.expect(200);
    assert_eq!(
        (&soon["items"][0]["reason"], &soon["items"][0]["offered_from"]),
        (&json!("notice"), &json!("2026-11-24T11:00:00Z"))
    );
    let free = doctor.get(&why("2026-11-25", "12:00")).await.expect(200);
    assert_eq!((&free["items"][0]["offered"], &free["items"][0]["reason"]), (&json!(true), &json!(null)));

    let other = house.client(&house.clinic.doctor("Dr Tomas Reyes", house.practice).await).await;
    assert_eq!(other.get(&why("2026-11-25", "12:00")).await.refusal(), (404, "not_found"));
    assert_eq!(patient.get(&why("2026-11-25", "12:00")).await.refusal(), (403, "access.forbidden"));
    assert_eq!(doctor.get(&why("2026-11-25", "noon")).await.refusal(), (422, "request.fields_invalid"));
}

#[tokio::test]
async fn a_doctor_takes_time_off_and_cancels_a_visit_in_it() {
    let house = house().await;
    let person = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let doctor = house.client(&person).await;
    let booking = json!({
        "doctor_id": person.doctor(), "clinic_id": house.practice.clinic, "starts_at": "2026-11-25T10:00:00Z", "reason": "Cough",
    });
    let booked = patient.book("k", booking).await.expect(201);
    let found = doctor.get("/time-off?first=2026-11-25&from=09:00&until=12:00&zone=Europe/London").await.expect(200);
    let visit = &found["visits"][0];
    assert_eq!((&visit["appointment"]["id"], &visit["next_free"]), (&booked["id"], &json!("2026-11-25T12:00:00Z")));

    let fate = format!("{} {} cancel", booked["id"].as_str().unwrap(), visit["version"]);
    let off = |visits: &[&str]| json!({ "first": "2026-11-25", "from": "09:00", "until": "12:00", "zone": "Europe/London", "message": "Ill", "visits": visits });
    let take = async |body| doctor.ask(Method::POST, "/time-off", &[], Some(body)).await;
    assert_eq!(take(off(&["nothing"])).await.refusal(), (422, "request.fields_invalid"));
    assert_eq!(take(off(&[])).await.refusal(), (409, "request.stale"));
    assert_eq!(take(off(&[&fate])).await.expect(200)["visits"], json!([]));
    let cancelled = patient.get(&format!("/appointments/{}", booked["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(cancelled["state"], json!("cancelled"));
}

#[tokio::test]
async fn a_doctor_replaces_the_weekly_hours_and_adds_what_differs_on_a_day() {
    let house = house().await;
    let doctor = house.client(&house.clinic.doctor("Dr Lena Hoffmann", house.practice).await).await;
    let before = doctor.get("/schedules").await.expect(200);
    assert_eq!(before["items"][0]["clinic"]["id"], json!(house.practice.clinic));
    let path = format!("/schedules/{}", house.practice.clinic);
    let replace = async |week: serde_json::Value| {
        let body = json!({ "week": week, "version": before["version"] });
        doctor.ask(Method::PUT, &path, &[], Some(body)).await
    };
    for (wrong, fault) in
        [("monday 9-12", "malformed"), ("someday 09:00-12:00", "malformed"), ("monday 12:00-09:00", "end_before_start")]
    {
        assert_eq!(replace(json!([wrong])).await.faults(), [("week", fault)], "{wrong}");
    }
    let overlap = replace(json!(["monday 09:00-12:30", "monday 12:00-18:00"])).await;
    assert_eq!(overlap.refusal(), (409, "scheduling.hours_overlap"));
    let week = json!(["monday 09:00-12:30", "monday 14:00-00:00"]);
    let after = replace(week.clone()).await.expect(200);
    assert_eq!((&after["items"][0]["week"], &after["outside"]), (&week, &json!([])));
    assert_eq!(replace(week).await.refusal(), (409, "request.stale"));

    let add = async |body| doctor.post(&format!("{path}/exceptions"), body).await;
    let without_hours = add(json!({ "date": "2026-12-24", "kind": "hours_off" })).await;
    assert_eq!(without_hours.faults(), [("hours", "missing")]);
    let added = add(json!({ "date": "2026-12-24", "kind": "hours_off", "hours": "12:00-17:00" })).await.expect(201);
    let off = &added["items"][0]["exceptions"][0];
    assert_eq!((&off["date"], &off["kind"], &off["hours"]), (&json!("2026-12-24"), &json!("hours_off"), &json!("12:00-17:00")));
    let gone = format!("/schedule-exceptions/{}", off["id"].as_str().unwrap());
    assert_eq!(doctor.ask(Method::DELETE, &gone, &[], None).await.status, 204);
    assert_eq!(doctor.get("/schedules").await.expect(200)["items"][0]["exceptions"], json!([]));

    let elsewhere = format!("/schedules/{}", house.clinic.practice().await.clinic);
    let body = json!({ "week": [], "version": after["version"] });
    assert_eq!(doctor.ask(Method::PUT, &elsewhere, &[], Some(body)).await.refusal(), (404, "not_found"));
}

#[tokio::test]
async fn a_patient_moves_an_appointment_to_a_free_time() {
    let house = house().await;
    let person = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let booking = json!({
        "doctor_id": person.doctor(), "clinic_id": house.practice.clinic, "starts_at": "2026-11-26T10:00:00Z", "reason": "Cough",
    });
    let booked = patient.book("k", booking).await.expect(201);
    let path = format!("/appointments/{}/move", booked["id"].as_str().unwrap());
    let call = json!({ "starts_at": "2026-11-26T11:00:00Z", "version": booked["version"] });
    let moved = patient.post(&path, call.clone()).await.expect(200);
    assert_eq!((&moved["starts_at"], &moved["ends_at"]), (&json!("2026-11-26T11:00:00Z"), &json!("2026-11-26T11:30:00Z")));
    assert_eq!((&moved["number"], &moved["fee"]), (&booked["number"], &booked["fee"]));
    assert_eq!(patient.post(&path, call).await.refusal(), (409, "request.stale"));
    let nowhere = json!({ "starts_at": "2026-11-26T11:10:00Z" });
    assert_eq!(patient.post(&path, nowhere).await.refusal(), (409, "scheduling.slot_unknown"));
    let doctor = house.client(&person).await;
    let silent = json!({ "starts_at": "2026-11-26T12:00:00Z" });
    assert_eq!(doctor.post(&path, silent).await.refusal(), (422, "request.fields_invalid"));
    let told = json!({ "starts_at": "2026-11-26T12:00:00Z", "message": "I am late from the ward." });
    let moved = doctor.post(&path, told).await.expect(200);
    assert_eq!(moved["move_message"], "I am late from the ward.");
}
