//! Rooms for appointments in the clinic: an administrator adds them, a booking gets one, and the doctor gives another.

use crate::house::house;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn an_appointment_in_the_clinic_gets_a_room_which_the_doctor_changes() {
    let house = house().await;
    let (person, patient) =
        (house.clinic.doctor("Dr Lena Hoffmann", house.practice).await, house.clinic.patient("Amara Osei").await);
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let doctor = house.client(&person).await;
    let path = format!("/clinics/{}/rooms", house.practice.clinic);
    let refused = admin.post(&path, json!({ "name": " " })).await.expect(422);
    assert_eq!(refused["details"]["fields"][0]["field"], "name");
    admin.post(&path, json!({ "name": "Room 1" })).await.expect(201);
    let rooms = admin.post(&path, json!({ "name": "Room 2" })).await.expect(201);
    assert_eq!(admin.post(&path, json!({ "name": "Room 2" })).await.refusal(), (409, "scheduling.room_exists"));
    let (first, second) = (&rooms["items"][0], &rooms["items"][1]);
    assert_eq!((&first["name"], &second["ended"]), (&json!("Room 1"), &json!(false)));

    let before = doctor.get("/visit-types").await.expect(200);
    let visit = json!({ "name": "In the clinic", "mode": "in_person", "version": before["version"] });
    let added = doctor.post("/visit-types", visit).await.expect(201);
    let booking = json!({
        "doctor_id": person.doctor(), "clinic_id": house.practice.clinic, "starts_at": "2026-11-25T09:30:00Z", "reason": "Cough",
        "visit_type_id": added["visit_types"][1]["id"],
    });
    let booked = house.client(&patient).await.book("k", booking).await.expect(201);
    assert_eq!(booked["room"], "Room 1");

    let page = format!("/appointments/{}", booked["id"].as_str().unwrap());
    let possible = doctor.get(&format!("{page}/rooms")).await.expect(200);
    assert_eq!((&possible["items"][0]["own"], &possible["items"][1]["free"]), (&json!(true), &json!(true)));
    let change = json!({ "room_id": second["id"], "version": booked["version"] });
    let changed = doctor.ask(Method::PUT, &format!("{page}/room"), &[], Some(change.clone())).await.expect(200);
    assert_eq!(changed["room"], "Room 2");
    let stale = doctor.ask(Method::PUT, &format!("{page}/room"), &[], Some(change)).await;
    assert_eq!(stale.refusal(), (409, "request.stale"));

    let room = format!("/rooms/{}", second["id"].as_str().unwrap());
    assert_eq!(admin.ask(Method::DELETE, &room, &[], None).await.status, 204);
    let left = admin.get(&path).await.expect(200);
    assert_eq!((&left["items"][1]["ended"], &left["items"][1]["visits"]), (&json!(true), &json!(1)));
}
