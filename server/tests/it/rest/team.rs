//! Tasks and handover notes for programs.

use crate::house::house;
use axum::http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_team_gives_tasks_and_hands_over() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    house.clinic.encounter(&person, &doctor, house.practice).await;
    let nurse = house.client(&house.clinic.staff("Nina Nurse", "nurse", Some(house.practice)).await).await;
    let doctor = house.client(&doctor).await;

    let wrong = json!({ "text": " ", "assignee": "somebody", "due": "2026-11-23" });
    let refused = nurse.ask(Method::POST, "/tasks", &[("idempotency-key", "a")], Some(wrong)).await;
    assert_eq!(refused.faults(), [("text", "missing"), ("assignee", "unknown_choice")]);
    let task = json!({ "text": "Take blood", "patient_id": person.patient(), "due": "2026-11-24", "assignee": "nurse" });
    let given = doctor.ask(Method::POST, "/tasks", &[("idempotency-key", "b")], Some(task)).await.expect(201);
    let listed = nurse.get("/tasks?state=open&own=true").await.expect(200);
    let item = &listed["items"][0];
    assert_eq!((&item["id"], &item["text"], &item["patient_name"]), (&given["id"], &json!("Take blood"), &json!("Amara Osei")));
    assert_eq!((&item["overdue"], &item["given_by"]), (&json!(false), &json!("Dr Lena Hoffmann")));
    let finish = format!("/tasks/{}/finish", given["id"].as_str().unwrap());
    let answer = nurse.post(&finish, json!({ "version": 1 })).await;
    assert_eq!(answer.status.as_u16(), 204);
    assert_eq!(nurse.get("/tasks").await.expect(200)["items"], json!([]));
    assert_eq!(doctor.get("/tasks?state=done").await.expect(200)["items"][0]["done_by"], "Nina Nurse");

    let line = |text: &str| json!({ "patient_id": person.patient(), "text": text });
    let note = |lines: Value| json!({ "day": "2026-11-24", "shift": "early", "lines": lines });
    let refused =
        nurse.ask(Method::POST, "/shift-notes", &[("idempotency-key", "c")], Some(note(json!([line("Fell"), line(" ")])))).await;
    assert_eq!(refused.faults(), [("lines.1.text", "missing")]);
    let refused =
        nurse.ask(Method::POST, "/shift-notes", &[("idempotency-key", "d")], Some(note(json!([{ "text": 7 }, 8])))).await;
    assert_eq!(refused.faults(), [("lines.0.patient_id", "missing"), ("lines.0.text", "malformed"), ("lines.1", "malformed")]);
    let written =
        nurse.ask(Method::POST, "/shift-notes", &[("idempotency-key", "e")], Some(note(json!([line("Fell")])))).await.expect(201);
    let read = format!("/shift-notes/{}/read", written["id"].as_str().unwrap());
    assert_eq!(doctor.ask(Method::POST, &read, &[], None).await.status.as_u16(), 204);
    let listed = nurse.get("/shift-notes?day=2026-11-24").await.expect(200);
    let item = &listed["items"][0];
    assert_eq!((&item["lines"][0]["text"], &item["readers"][0]["name"]), (&json!("Fell"), &json!("Dr Lena Hoffmann")));
}
