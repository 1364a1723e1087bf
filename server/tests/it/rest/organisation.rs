//! Clinics, invitations and roles, as an administrator manages them.

use crate::house::house;
use axum::http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_clinic_is_added_changed_and_closed_for_some_days() {
    let house = house().await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let new = json!({
        "name": "Hill Clinic", "country": "DE", "time_zone": "Europe/Berlin", "currency": "EUR", "address": "Lindenweg 3\n10115 Berlin",
        "monday": "09:00-17:00",
    });
    let key = [("idempotency-key", "k")];
    let created = admin.ask(Method::POST, "/clinics", &key, Some(new.clone())).await.expect(201);
    assert_eq!(admin.ask(Method::POST, "/clinics", &key, Some(new)).await.expect(201), created);
    let path = format!("/clinics/{}", created["id"].as_str().unwrap());
    assert_eq!(created["opening_hours"][0], "09:00–17:00");
    let names: Vec<Value> =
        admin.get("/clinics").await.expect(200)["items"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect();
    assert_eq!(names, ["Hill Clinic", "Riverside Clinic"]);

    let change = json!({
        "name": "Hill Clinic", "country": "DE", "time_zone": "Europe/Berlin", "address": "Lindenweg 4", "phone": "+49 30 901820",
        "letterhead": "Open daily\nhill.example", "postcode": "10115", "latitude": "52.5323", "longitude": "13.3847", "version": created["version"],
    });
    let changed = admin.ask(Method::PUT, &path, &[], Some(change.clone())).await.expect(200);
    assert_eq!((&changed["phone"], &changed["opening_hours"]), (&json!("+49 30 901820"), &json!([])));
    assert_eq!(changed["letterhead_lines"], json!(["Open daily", "hill.example"]));
    assert_eq!((&changed["postcode"], &changed["latitude"]), (&json!("10115"), &json!("52.5323")));
    assert_eq!((&created["latitude"], &changed["longitude"]), (&Value::Null, &json!("13.3847")));
    assert_eq!(admin.ask(Method::PUT, &path, &[], Some(change)).await.refusal(), (409, "request.stale"));

    let days = json!({ "first_day": "2026-12-24", "last_day": "2026-12-26", "reason": "Public holiday" });
    let closed = admin.post(&format!("{path}/closures"), days).await.expect(200);
    let closure = format!("/closures/{}", closed["closures"][0]["id"].as_str().unwrap());
    assert_eq!(admin.ask(Method::DELETE, &closure, &[], None).await.status, 204);
    assert_eq!(admin.get(&path).await.expect(200)["closures"], json!([]));
    let changes = admin.get(&format!("{path}/changes")).await.expect(200)["items"].clone();
    let closed = "2026-12-24\n2026-12-26\nPublic holiday";
    let removed = json!([{ "field": "closure", "before": closed, "after": "" }]);
    let changes = changes.as_array().unwrap();
    assert!(changes.len() == 3 && changes.iter().all(|change| change["by"] == "Ida Admin"), "{changes:?}");
    assert!(changes.iter().any(|change| change["fields"] == removed), "{changes:?}");
    let phone = json!({ "field": "phone", "before": "", "after": "+49 30 901820" });
    assert!(changes.iter().any(|change| change["fields"].as_array().unwrap().contains(&phone)), "{changes:?}");

    let refused = admin.post(&format!("{path}/closures"), json!({ "first_day": "2026-12-32" })).await.expect(422);
    let fields: Vec<_> = refused["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["first_day", "reason"], "{refused}");
}

#[tokio::test]
async fn somebody_is_invited_and_a_role_is_changed_and_ended() {
    let house = house().await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let nurse = house.client(&house.clinic.staff("Nina Nurse", "nurse", Some(house.practice)).await).await;
    let invitation = json!({ "email": "rosa@people.example", "role": "receptionist", "clinic_id": house.practice.clinic });
    let made = admin.post("/invitations", invitation.clone()).await.expect(201);
    assert_eq!(admin.post("/invitations", invitation).await.refusal(), (409, "identity.invitation_exists"));
    let listed = admin.get("/invitations").await.expect(200);
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["state"]), (&made["id"], &json!("open")));
    let path = format!("/invitations/{}", made["id"].as_str().unwrap());
    assert_eq!(admin.ask(Method::POST, &format!("{path}/send"), &[], None).await.status, 204);
    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(admin.delete(&path).await.refusal(), (409, "identity.invitation_settled"));

    let held = admin.get("/memberships").await.expect(200);
    let role = held["items"].as_array().unwrap().iter().find(|item| item["role"] == "nurse").unwrap().clone();
    let path = format!("/memberships/{}", role["id"].as_str().unwrap());
    let change = json!({ "role": "receptionist", "version": role["version"] });
    let changed = admin.ask(Method::PUT, &path, &[], Some(change.clone())).await.expect(200);
    assert_eq!((&changed["role"], &changed["given_by"]), (&json!("receptionist"), &json!("Ida Admin")));
    assert_eq!(admin.ask(Method::PUT, &path, &[], Some(change)).await.refusal(), (409, "request.stale"));
    assert_eq!(nurse.get("/me").await.refusal(), (401, "access.sign_in_needed"));

    let path = format!("/memberships/{}/end", changed["id"].as_str().unwrap());
    assert_eq!(admin.post(&path, json!({ "version": changed["version"] })).await.status, 204);
    let ended = admin.get("/memberships?show=ended").await.expect(200);
    assert_eq!(ended["items"].as_array().unwrap().len(), 2);
    let last = held["items"].as_array().unwrap().iter().find(|item| item["role"] == "admin").unwrap().clone();
    let path = format!("/memberships/{}/end", last["id"].as_str().unwrap());
    assert_eq!(admin.post(&path, json!({ "version": last["version"] })).await.refusal(), (409, "identity.last_admin"));
}

#[tokio::test]
async fn staff_are_invited_from_a_file_when_all_of_it_is_right() {
    let house = house().await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let import =
        async |mode: &str, csv: &str| admin.post("/invitations/import", json!({ "mode": mode, "csv": csv })).await.expect(200);
    let wrong = "email,role,clinic\nrosa@people.example,nurse,Riverside Clinic\nnone,nurse,Nowhere\n";
    let report = import("invite", wrong).await;
    let faults = json!([
        { "line": 3, "field": "email", "fault": report["faults"][0]["fault"] },
        { "line": 3, "field": "clinic", "fault": "unknown_choice" },
    ]);
    assert_eq!(report, json!({ "rows": 2, "faults": faults, "invited": false }));
    let right = "email;name;role;clinic\nrosa@people.example;Rosa Almeida;nurse;Riverside Clinic\n";
    assert_eq!(import("check", right).await["invited"], false);
    assert_eq!(admin.get("/invitations").await.expect(200)["items"], json!([]));
    assert_eq!(import("invite", right).await, json!({ "rows": 1, "faults": [], "invited": true }));
    assert_eq!(admin.get("/invitations").await.expect(200)["items"][0]["name"], "Rosa Almeida");
    assert_eq!(import("invite", right).await["faults"][0]["fault"], "invitation_exists");
    let refused = admin.post("/invitations/import", json!({ "mode": "send", "csv": "" })).await.expect(422);
    let fields: Vec<_> = refused["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["mode"], "{refused}");
}

#[tokio::test]
async fn a_specialty_is_added_renamed_and_retired() {
    let house = house().await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let added = admin.post("/organisation/specialties", json!({ "name": "Sleep medicine" })).await.expect(201);
    let again = admin.post("/organisation/specialties", json!({ "name": "Sleep medicine" })).await;
    assert_eq!(again.refusal(), (409, "directory.specialty_exists"));
    let path = format!("/organisation/specialties/{}", added["specialty"]["id"].as_str().unwrap());
    let change = json!({ "name": "Sleep", "state": "retired", "version": added["specialty"]["version"] });
    let changed = admin.ask(Method::PUT, &path, &[], Some(change.clone())).await.expect(200);
    assert_eq!((&changed["specialty"]["state"], &changed["history"][1]["name"]), (&json!("retired"), &json!("Sleep medicine")));
    assert_eq!(admin.ask(Method::PUT, &path, &[], Some(change)).await.refusal(), (409, "request.stale"));
    assert_eq!(admin.get(&path).await.expect(200), changed);
    let listed = admin.get("/organisation/specialties").await.expect(200);
    let names: Vec<Value> = listed["items"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect();
    assert_eq!(names, ["General practice", "Sleep"]);
    let offered = house.stranger().get("/specialties").await.expect(200);
    assert_eq!(offered["items"].as_array().unwrap().len(), 1);
    let refused = admin.ask(Method::PUT, &path, &[], Some(json!({ "state": "gone" }))).await.expect(422);
    let fields: Vec<_> = refused["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["name", "state", "version"], "{refused}");
}

#[tokio::test]
async fn the_languages_to_choose_from_are_chosen_in_order() {
    let house = house().await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let before = admin.get("/organisation/languages").await.expect(200);
    assert_eq!((&before["version"], &before["languages"][0]), (&json!(0), &json!({ "tag": "af", "name": "Afrikaans" })));
    let choice = json!({ "languages": ["cy", "en"], "version": 0 });
    let chosen = admin.ask(Method::PUT, "/organisation/languages", &[], Some(choice.clone())).await.expect(200);
    assert_eq!((&chosen["version"], &chosen["history"][0]["languages"]), (&json!(1), &json!(["cy", "en"])));
    assert_eq!(admin.get("/organisation/languages").await.expect(200), chosen);
    assert_eq!(admin.ask(Method::PUT, "/organisation/languages", &[], Some(choice)).await.refusal(), (409, "request.stale"));
    let offered = house.stranger().get("/languages").await.expect(200);
    assert_eq!(offered["items"], chosen["languages"]);
    let wrong = json!({ "languages": ["tlh"], "version": 1 });
    let refused = admin.ask(Method::PUT, "/organisation/languages", &[], Some(wrong)).await;
    assert_eq!(refused.faults(), [("languages", "unknown_choice")]);
}

#[tokio::test]
async fn a_doctor_joins_another_clinic() {
    let house = house().await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let wanted = json!({ "clinic_id": house.clinic.practice().await.clinic });
    let path = format!("/doctors/{}/clinics", doctor.doctor());
    assert_eq!(admin.post(&path, json!({})).await.faults(), [("clinic_id", "missing")]);
    assert_eq!(admin.post(&path, wanted.clone()).await.status, 204);
    assert_eq!(admin.post(&path, wanted).await.refusal(), (409, "identity.role_held"));
    let held = admin.get("/memberships").await.expect(200);
    let roles = held["items"].as_array().unwrap().iter().filter(|item| item["role"] == "doctor");
    assert_eq!(roles.count(), 2);
}

#[tokio::test]
async fn a_template_and_a_phrase_for_notes_are_kept() {
    let house = house().await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let sent = json!({ "name": "Back pain", "subjective": "Since when:" });
    let key = [("idempotency-key", "back pain")];
    let added = admin.ask(Method::POST, "/organisation/note-templates", &key, Some(sent)).await.expect(201);
    let path = format!("/organisation/note-templates/{}", added["id"].as_str().unwrap());
    assert_eq!(added["versions"][0]["subjective"], "Since when:", "{added}");
    let change = json!({ "name": "Back pain", "plan": "Move:", "state": "retired", "version": 1 });
    let changed = admin.ask(Method::PUT, &path, &[], Some(change.clone())).await.expect(200);
    assert_eq!((&changed["versions"][0]["state"], &changed["versions"][1]["version"]), (&json!("retired"), &json!(1)));
    assert_eq!(admin.ask(Method::PUT, &path, &[], Some(change)).await.refusal(), (409, "request.stale"));
    assert_eq!(admin.get(&path).await.expect(200), changed);
    let listed = admin.get("/organisation/note-templates").await.expect(200);
    let named: Vec<_> = listed["items"].as_array().unwrap().iter().filter(|row| row["name"] == "Back pain").collect();
    assert_eq!(named.len(), 1, "{listed}");
    let wrong = json!({ "name": "Nothing", "specialty": "no-such" });
    let refused = admin.ask(Method::POST, "/organisation/note-templates", &[("idempotency-key", "nothing")], Some(wrong)).await;
    assert_eq!(refused.faults(), [("specialty", "unknown_choice"), ("subjective", "missing")]);

    let phrase = json!({ "abbreviation": ".Cough", "text": "Dry cough.", "version": 0 });
    let saved = admin.ask(Method::PUT, "/organisation/phrases", &[], Some(phrase)).await.expect(200);
    assert_eq!(saved["items"], json!([{ "abbreviation": "cough", "text": "Dry cough.", "version": 1 }]));
    let removal = json!({ "abbreviation": "cough", "version": 1 });
    let left = admin.ask(Method::POST, "/organisation/phrases/remove", &[], Some(removal)).await.expect(200);
    assert_eq!(left["items"], json!([]));
}
