//! Conversations for programs.

use crate::house::house;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn patient_and_doctor_write_and_find_everything_by_its_number() {
    let house = house().await;
    let (amara, lena) = (house.clinic.patient("Amara Osei").await, house.clinic.doctor("Dr Lena Hoffmann", house.practice).await);
    house.clinic.encounter(&amara, &lena, house.practice).await;
    let (patient, doctor) = (house.client(&amara).await, house.client(&lena).await);

    let refused = patient.post("/threads", json!({ "doctor_id": lena.doctor(), "subject": "", "text": "Hello" })).await;
    assert_eq!(refused.faults(), [("client_key", "missing")]);
    let key = "00000000-0000-0000-0000-000000000001";
    let refused = patient.post("/threads", json!({ "subject": " ", "text": " ", "client_key": key })).await.expect(422);
    let fields: Vec<_> = refused["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].as_str()).collect();
    assert_eq!(fields, [Some("subject"), Some("text"), Some("with")]);

    let begin = json!({ "doctor_id": lena.doctor(), "subject": "My cough", "text": "It is worse.", "client_key": key });
    let begun = patient.post("/threads", begin.clone()).await.expect(201);
    assert_eq!(patient.post("/threads", begin).await.expect(201), begun, "a repeat is the same conversation");
    let thread = format!("/threads/{}", begun["id"].as_str().unwrap());

    let row = doctor.get("/threads").await.expect(200)["items"][0].clone();
    assert_eq!((&row["subject"], &row["unread"], &row["closed"]), (&json!("My cough"), &json!(1), &json!(false)));
    let waits = json!({
        "requests": 0, "first_request_id": null, "without_note": 0, "first_without_note_id": null, "drafts": 0, "unread_threads": 1,
    });
    assert_eq!(doctor.get("/to-do").await.expect(200), waits);
    let news = doctor.get(&format!("{thread}/messages")).await.expect(200);
    assert_eq!((&news["items"][0]["number"], &news["items"][0]["text"]), (&json!(1), &json!("It is worse.")));
    assert_eq!(patient.get(&thread).await.expect(200)["marks"], json!({ "delivered": 1, "read": 0 }));

    let read = doctor.ask(Method::PUT, &format!("{thread}/read"), &[], Some(json!({ "number": 1 }))).await;
    assert_eq!(read.status.as_u16(), 204);
    let answer = json!({ "text": "Since when?", "client_key": key, "quotes": 1 });
    let sent = doctor.post(&format!("{thread}/messages"), answer.clone()).await.expect(201);
    assert_eq!((&sent["number"], &sent["quotes"], &sent["side"]), (&json!(2), &json!(1), &json!("care")));
    assert_eq!(doctor.post(&format!("{thread}/messages"), answer).await.expect(201), sent, "a repeat is the same message");
    assert_eq!(
        patient.get(&thread).await.expect(200)["marks"],
        json!({ "delivered": 2, "read": 2 }),
        "who answers has read their own message too"
    );
    let news = patient.get(&format!("{thread}/messages?after=1")).await.expect(200);
    assert_eq!((news["items"].as_array().unwrap().len(), &news["items"][0]["id"]), (1, &sent["id"]));
    let read = patient.ask(Method::PUT, &format!("{thread}/read"), &[], Some(json!({ "number": 99 }))).await;
    assert_eq!(read.status.as_u16(), 204);
    assert_eq!(doctor.get(&thread).await.expect(200)["marks"], json!({ "delivered": 2, "read": 2 }));

    let found = patient.post("/threads/search", json!({ "text": "SINCE when" })).await.expect(200);
    assert_eq!((&found["items"][0]["number"], &found["whole"]), (&json!(2), &json!(true)), "{found}");
    let missing = doctor.ask(Method::PUT, "/away-note", &[], Some(json!({ "text": "I am away.", "version": 0 }))).await;
    assert_eq!(missing.faults(), [("until", "missing")]);
    let away = json!({ "text": "I am away.", "until": "2026-12-01", "version": 0 });
    let set = doctor.ask(Method::PUT, "/away-note", &[], Some(away.clone())).await.expect(200);
    assert_eq!(doctor.get("/away-note").await.expect(200), set);
    assert_eq!(doctor.ask(Method::PUT, "/away-note", &[], Some(away)).await.refusal(), (409, "request.stale"));
    assert_eq!(patient.get(&thread).await.expect(200)["away"]["text"], "I am away.");
    let seen = json!({ "version": doctor.get(&thread).await.expect(200)["version"] });
    assert_eq!(patient.post(&format!("{thread}/close"), seen.clone()).await.refusal(), (403, "access.forbidden"));
    assert_eq!(doctor.post(&format!("{thread}/close"), seen.clone()).await.status.as_u16(), 204);
    let late = json!({ "text": "Hello?", "client_key": "00000000-0000-0000-0000-000000000002" });
    let refused = patient.post(&format!("{thread}/messages"), late).await;
    assert_eq!(refused.refusal(), (409, "chat.conversation_closed"));
    assert_eq!(doctor.post(&format!("{thread}/reopen"), seen).await.refusal(), (409, "request.stale"));
    let seen = json!({ "version": 2 });
    assert_eq!(doctor.post(&format!("{thread}/hand-over"), seen.clone()).await.faults(), [("to", "unknown_choice")]);
    assert_eq!(doctor.post(&format!("{thread}/reopen"), seen).await.status.as_u16(), 204);
}

#[tokio::test]
async fn a_doctor_keeps_canned_answers_and_a_clinic_writes_to_those_who_agree_and_says_how_long_it_keeps_messages() {
    let house = house().await;
    let (amara, lena) = (house.clinic.patient("Amara Osei").await, house.clinic.doctor("Dr Lena Hoffmann", house.practice).await);
    house.clinic.encounter(&amara, &lena, house.practice).await;
    let ida = house.clinic.staff("Ida Admin", "admin", Some(house.practice)).await;
    let (patient, doctor, admin) = (house.client(&amara).await, house.client(&lena).await, house.client(&ida).await);

    let answer = json!({ "abbreviation": "rest", "text": "Rest for a week.", "version": 0 });
    let saved = doctor.ask(Method::PUT, "/canned-answers", &[], Some(answer)).await.expect(200);
    assert_eq!(saved["items"], json!([{ "abbreviation": "rest", "text": "Rest for a week.", "version": 1 }]));
    let wrong =
        doctor.ask(Method::PUT, "/canned-answers", &[], Some(json!({ "abbreviation": "2", "text": " ", "version": 0 }))).await;
    assert_eq!(wrong.faults(), [("abbreviation", "malformed"), ("text", "missing")]);
    let left = doctor.post("/canned-answers/remove", json!({ "abbreviation": "rest", "version": 1 })).await.expect(200);
    assert_eq!(left["items"], json!([]));

    let clinic = house.practice.clinic;
    let consent = format!("/mass-message-consents/{clinic}");
    let agreed = patient.ask(Method::PUT, &consent, &[], Some(json!({ "answer": "agree", "version": 0 }))).await.expect(200);
    assert_eq!((&agreed["items"][0]["agreed"], &agreed["items"][0]["version"]), (&json!(true), &json!(1)));
    let wrong = patient.ask(Method::PUT, &consent, &[], Some(json!({ "answer": "perhaps" }))).await;
    assert_eq!(wrong.faults(), [("answer", "unknown_choice"), ("version", "missing")]);
    let many = format!("/clinics/{clinic}/mass-messages");
    assert_eq!(admin.get(&many).await.expect(200)["agreed"], 1);
    let key = "00000000-0000-0000-0000-000000000003";
    let message = json!({ "subject": "Hours", "text": "We open at nine.", "counted": 1, "client_key": key });
    let sent = admin.post(&many, message).await.expect(201);
    assert_eq!((&sent["items"][0]["subject"], &sent["items"][0]["recipients"]), (&json!("Hours"), &json!(1)));

    let kept = format!("/clinics/{clinic}/message-retention");
    let set = admin.ask(Method::PUT, &kept, &[], Some(json!({ "days": 365, "version": 0 }))).await.expect(200);
    assert_eq!((set.clone(), admin.get(&kept).await.expect(200)), (json!({ "days": 365, "version": 1 }), set));
    let short = admin.ask(Method::PUT, &kept, &[], Some(json!({ "days": 3, "version": 1 }))).await;
    assert_eq!(short.faults(), [("days", "too_small")]);
}

#[tokio::test]
async fn a_patient_writes_to_a_care_group_and_its_nurse_answers() {
    let house = house().await;
    let (amara, lena) = (house.clinic.patient("Amara Osei").await, house.clinic.doctor("Dr Lena Hoffmann", house.practice).await);
    house.clinic.encounter(&amara, &lena, house.practice).await;
    let (ada, nina) = (
        house.clinic.staff("Ada Admin", "admin", Some(house.practice)).await,
        house.clinic.staff("Nina Nurse", "nurse", Some(house.practice)).await,
    );
    let user = nina.user;
    let (patient, admin, nurse) = (house.client(&amara).await, house.client(&ada).await, house.client(&nina).await);
    let path = format!("/clinics/{}/care-groups", house.practice.clinic);
    assert_eq!(admin.post(&path, json!({ "name": " " })).await.faults(), [("name", "missing")]);
    let groups = admin.post(&path, json!({ "name": "Diabetes team" })).await.expect(201);
    let group = groups["items"][0]["id"].as_str().unwrap();
    assert_eq!(admin.post(&path, json!({ "name": "Diabetes team" })).await.refusal(), (409, "chat.group_exists"));
    let member = format!("/care-groups/{group}/members/{user}");
    let strange = format!("/care-groups/{group}/members/{}", amara.user);
    assert_eq!(admin.ask(Method::PUT, &strange, &[], None).await.faults(), [("user", "unknown_choice")]);
    for _ in 0..2 {
        assert_eq!(admin.ask(Method::PUT, &member, &[], None).await.status.as_u16(), 204);
    }
    let listed = admin.get(&path).await.expect(200);
    assert_eq!(listed["items"][0]["members"], json!([{ "user_id": user, "name": "Nina Nurse" }]));

    let key = "00000000-0000-0000-0000-000000000001";
    let both = json!({ "group_id": group, "doctor_id": lena.doctor(), "subject": "Sugar", "text": "High.", "client_key": key });
    assert_eq!(patient.post("/threads", both).await.faults(), [("with", "malformed")]);
    let begin = json!({ "group_id": group, "subject": "Sugar", "text": "High.", "client_key": key });
    let begun = patient.post("/threads", begin).await.expect(201);
    let thread = format!("/threads/{}", begun["id"].as_str().unwrap());
    let row = nurse.get("/threads").await.expect(200)["items"][0].clone();
    assert_eq!((&row["group_id"], &row["with_name"], &row["unread"]), (&json!(group), &json!("Diabetes team"), &json!(1)));
    let answer = json!({ "text": "Since when?", "client_key": key });
    assert_eq!(nurse.post(&format!("{thread}/messages"), answer).await.expect(201)["side"], "care");
    assert_eq!(patient.get(&thread).await.expect(200)["answered_by"]["name"], "Nina Nurse");

    assert_eq!(admin.ask(Method::DELETE, &member, &[], None).await.status.as_u16(), 204);
    assert_eq!(nurse.get(&thread).await.refusal(), (404, "not_found"));
    assert_eq!(admin.ask(Method::DELETE, &format!("/care-groups/{group}"), &[], None).await.status.as_u16(), 204);
    assert_eq!(admin.get(&path).await.expect(200)["items"], json!([]));
}
