//! The entries of a record, as programs add, change and read them.

use crate::house::house;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn an_entry_is_added_changed_and_marked_as_entered_in_error() {
    let house = house().await;
    let (patient, lena) =
        (house.clinic.patient("Amara Osei").await, house.clinic.doctor("Dr Lena Hoffmann", house.practice).await);
    house.clinic.encounter(&patient, &lena, house.practice).await;
    let path = format!("/patients/{}/record", patient.patient());
    let (doctor, patient) = (house.client(&lena).await, house.client(&patient).await);
    let key = [("idempotency-key", "k")];

    let wrong = json!({ "kind": "immunisation", "source": "hearsay", "dose_number": 21, "strength": "5 mg" });
    let wrong = doctor.ask(Method::POST, &path, &key, Some(wrong)).await;
    let expected = [
        ("source", "unknown_choice"),
        ("strength", "unknown_choice"),
        ("name", "missing"),
        ("since", "missing"),
        ("dose_number", "too_large"),
    ];
    assert_eq!(wrong.faults(), expected);

    let vaccine =
        json!({ "kind": "immunisation", "source": "elsewhere", "name": "Tetanus", "since": "2019-05", "dose_number": 2 });
    let added = doctor.ask(Method::POST, &path, &key, Some(vaccine.clone())).await.expect(201);
    let again = doctor.ask(Method::POST, &path, &key, Some(vaccine.clone())).await.expect(201);
    assert_eq!(added, again);
    let listed = patient.get(&path).await.expect(200);
    let content = &listed["items"][0]["content"];
    assert_eq!((&content["name"], &content["dose_number"], &content["strength"]), (&json!("Tetanus"), &json!(2), &json!(null)));
    assert_eq!(patient.get(&format!("{path}?kind=family")).await.expect(200)["items"], json!([]));
    assert_eq!(patient.ask(Method::POST, &path, &key, Some(vaccine.clone())).await.refusal(), (403, "access.forbidden"));

    let versions = format!("{path}/{}/versions", added["id"].as_str().unwrap());
    let mut changed = vaccine;
    changed["since"] = json!("2019-05-03");
    assert_eq!(doctor.post(&versions, changed.clone()).await.faults(), [("version", "missing")]);
    changed["version"] = json!(1);
    assert_eq!(doctor.post(&versions, changed.clone()).await.expect(200)["version"], json!(2));
    changed["lot"] = json!("AB12");
    assert_eq!(doctor.post(&versions, changed).await.refusal(), (409, "request.stale"));

    let withdraw = format!("{path}/{}/withdraw", added["id"].as_str().unwrap());
    let reason = json!({ "version": 2, "reason": "The card of another person" });
    assert_eq!(doctor.post(&withdraw, reason).await.status, 204);
    assert_eq!(doctor.get(&path).await.expect(200)["items"], json!([]));
    let all = patient.get(&versions).await.expect(200);
    assert_eq!((&all["items"][0]["error"], &all["items"][2]["version"]), (&json!("The card of another person"), &json!(1)));
}

#[tokio::test]
async fn the_timeline_has_pages() {
    let house = house().await;
    let (patient, lena) =
        (house.clinic.patient("Amara Osei").await, house.clinic.doctor("Dr Lena Hoffmann", house.practice).await);
    let visit = house.clinic.encounter(&patient, &lena, house.practice).await;
    let (patient_id, doctor) = (patient.patient(), house.client(&lena).await);
    let entry = json!({ "kind": "family", "source": "patient", "relative": "mother", "name": "Glaucoma", "age": 61 });
    let record = format!("/patients/{patient_id}/record");
    doctor.ask(Method::POST, &record, &[("idempotency-key", "k")], Some(entry)).await.expect(201);
    house.clinic.pass(jiff::SignedDuration::from_mins(1));
    house.clinic.end_encounter(visit).await;

    let path = format!("/patients/{patient_id}/timeline");
    let first = doctor.get(&format!("{path}?limit=1")).await.expect(200);
    assert_eq!((&first["items"][0]["kind"], &first["items"][0]["visit_id"]), (&json!("visit"), &json!(visit)));
    let next = first["next_cursor"].as_str().unwrap();
    let second = doctor.get(&format!("{path}?limit=1&cursor={next}")).await.expect(200);
    assert_eq!((&second["items"][0]["entry"]["content"]["age"], &second["next_cursor"]), (&json!(61), &json!(null)));
    let found = doctor.post(&format!("{record}/search"), json!({ "query": "glauc" })).await.expect(200);
    assert_eq!((&found["items"][0]["excerpt"], &found["notes_searched"]), (&json!("Glaucoma"), &json!(0)));
    let wrong = doctor.get(&format!("{path}?kind=rumour&from=yesterday")).await;
    assert_eq!(wrong.faults(), [("kind", "unknown_choice"), ("from", "malformed")]);
}

#[tokio::test]
async fn a_patient_asks_about_an_access_and_an_administrator_answers() {
    let house = house().await;
    let (patient, lena) =
        (house.clinic.patient("Amara Osei").await, house.clinic.doctor("Dr Lena Hoffmann", house.practice).await);
    let admin = house.clinic.staff("Ida Admin", "admin", None).await;
    house.clinic.encounter(&patient, &lena, house.practice).await;
    let path = format!("/patients/{}/accesses", patient.patient());
    let (doctor, patient_id, patient) = (house.client(&lena).await, patient.patient(), house.client(&patient).await);
    let admin = house.client(&admin).await;
    doctor.get(&format!("/patients/{patient_id}/record")).await.expect(200);

    let listed = patient.get(&path).await.expect(200);
    let seen = &listed["items"][0];
    assert_eq!(
        (&seen["by"], &seen["part"], &seen["kind"], &seen["reason"], &seen["role"], &seen["question"]),
        (&json!("Dr Lena Hoffmann"), &json!("record"), &json!("read"), &json!("treats"), &json!("doctor"), &json!(null))
    );
    let ask = format!("{path}/{}/question", seen["access_id"].as_str().unwrap());
    assert_eq!(patient.post(&ask, json!({ "question": " " })).await.faults(), [("question", "missing")]);
    let asked = patient.post(&ask, json!({ "question": "Why was this needed?" })).await.expect(201);
    assert_eq!(patient.post(&ask, json!({ "question": "And why now?" })).await.refusal(), (409, "request.stale"));

    let waiting = admin.get("/access-questions").await.expect(200);
    let row = &waiting["items"][0];
    assert_eq!((&row["question_id"], &row["action"]), (&asked["question_id"], &json!("records.entries_read")));
    let answer = format!("/access-questions/{}/answer", asked["question_id"].as_str().unwrap());
    assert_eq!(admin.post(&answer, json!({ "answer": "She prepared your visit." })).await.status, 204);
    assert_eq!(admin.post(&answer, json!({ "answer": "Again" })).await.refusal(), (409, "request.stale"));
    let answered = &patient.get(&path).await.expect(200)["items"];
    let answered = answered.as_array().unwrap().iter().find(|one| one["access_id"] == seen["access_id"]).unwrap();
    assert_eq!(answered["question"]["answer"], json!("She prepared your visit."));
}

#[tokio::test]
async fn an_item_is_shared_by_a_link_that_ends() {
    let house = house().await;
    let (patient, lena) =
        (house.clinic.patient("Amara Osei").await, house.clinic.doctor("Dr Lena Hoffmann", house.practice).await);
    house.clinic.encounter(&patient, &lena, house.practice).await;
    let id = patient.patient();
    let (doctor, patient) = (house.client(&lena).await, house.client(&patient).await);
    let entry = json!({ "kind": "history", "source": "clinician", "name": "Measles" });
    let key = [("idempotency-key", "k")];
    let added = doctor.ask(Method::POST, &format!("/patients/{id}/record"), &key, Some(entry)).await.expect(201);
    let timeline = patient.get(&format!("/patients/{id}/timeline")).await.expect(200);
    assert_eq!((&timeline["items"][0]["is_new"], &timeline["items"][0]["kind"]), (&json!(true), &json!("entry")));

    let path = format!("/patients/{id}/shares");
    let wrong = json!({ "kind": "rumour", "item_id": added["id"], "life": "week" });
    assert_eq!(patient.post(&path, wrong).await.faults(), [("kind", "unknown_choice")]);
    let share = json!({ "kind": "entry", "item_id": added["id"], "life": "week" });
    let shared = patient.post(&path, share).await.expect(201);
    let listed = patient.get(&path).await.expect(200);
    let row = &listed["items"][0];
    assert_eq!((&row["share_id"], &row["state"], &row["openings"]), (&shared["share_id"], &json!("open"), &json!(0)));
    assert!(row["path"].as_str().unwrap().starts_with("/shared/"));
    let end = format!("{path}/{}/end", shared["share_id"].as_str().unwrap());
    for _ in 0..2 {
        assert_eq!(patient.ask(Method::POST, &end, &[], None).await.status, 204);
    }
    let ended = patient.get(&path).await.expect(200);
    assert_eq!((&ended["items"][0]["state"], &ended["items"][0]["path"]), (&json!("ended"), &json!(null)));
}
