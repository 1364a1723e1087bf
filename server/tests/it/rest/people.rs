//! The caller's own account.

use crate::house::house;
use axum::http::Method;
use domain::{
    directory::{self, MailKind},
    notices::MailContent,
};
use serde_json::json;

#[tokio::test]
async fn a_name_is_corrected_and_a_stale_or_wrong_one_is_not() {
    let house = house().await;
    let patient = house.client(&house.clinic.patient("Taro Yamda").await).await;
    let before = patient.get("/me").await.expect(200);
    let put = async |body| patient.ask(Method::PUT, "/me/name", &[], Some(body)).await;

    let refused = put(json!({ "name": "山田 太郎", "version": before["version"] })).await.expect(422);
    assert_eq!(refused["details"]["fields"][0]["field"], "latin_name", "{refused}");
    let missing = put(json!({ "latin_name": 5 })).await.expect(422);
    let fields: Vec<_> = missing["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["name", "latin_name", "version"], "{missing}");

    let corrected = json!({ "name": "山田 太郎", "latin_name": "Taro Yamada", "version": before["version"] });
    let after = put(corrected.clone()).await.expect(200);
    assert_eq!((&after["name"], &after["latin_name"]), (&corrected["name"], &corrected["latin_name"]));
    assert_eq!(patient.get("/me").await.expect(200), after);
    assert_eq!(put(corrected).await.refusal(), (409, "request.stale"));
}

#[tokio::test]
async fn a_phone_number_and_an_address_are_corrected_and_removed() {
    let house = house().await;
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let put = async |body| patient.ask(Method::PUT, "/me/contact", &[], Some(body)).await;
    let before = patient.get("/me/contact").await.expect(200);
    assert_eq!(before["address"], json!(null));

    let refused =
        put(json!({ "phone": "12", "line_2": "Flat 2", "country": "XX", "version": before["version"] })).await.expect(422);
    let fields: Vec<_> = refused["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["phone", "line_1", "town", "country"], "{refused}");
    // The length is right, and no plan has it: no exchange of North America begins with a zero.
    let unknown = put(json!({ "phone": "+1 212 055 1234", "country": "US", "version": before["version"] })).await;
    assert_eq!(unknown.faults(), [("phone", "no_such_number")]);

    let address = json!({ "line_1": "千代田1-1", "line_2": null, "town": "東京", "postcode": "100-8111", "country": "JP" });
    let mut corrected = address.clone();
    corrected["phone"] = json!("+44 (0)7700 900123");
    corrected["version"] = before["version"].clone();
    let after = put(corrected.clone()).await.expect(200);
    assert_eq!((&after["phone"], &after["address"]), (&json!("+447700900123"), &address));
    assert_eq!(patient.get("/me/contact").await.expect(200), after);
    assert_eq!(put(corrected).await.refusal(), (409, "request.stale"));

    let removed = put(json!({ "phone": "+81 3 1234 5678", "country": "JP", "version": after["version"] })).await.expect(200);
    assert_eq!((&removed["phone"], &removed["address"]), (&json!("+81312345678"), &json!(null)));
}

#[tokio::test]
async fn a_doctor_changes_the_profile_and_the_fee() {
    let house = house().await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let (stranger, page) = (house.stranger(), format!("/doctors/{}", doctor.doctor()));
    let doctor = house.client(&doctor).await;
    let put = async |body| doctor.ask(Method::PUT, "/me/profile", &[], Some(body)).await;
    let before = doctor.get("/me/profile").await.expect(200);
    let sixty = json!({ "amount_minor": 6000, "currency": "GBP", "payment": "to_clinic_after_visit" });
    assert_eq!((&before["fee"], &before["currency"], &before["about"]), (&sixty, &json!("GBP"), &json!("")));

    let nothing = put(json!({})).await.expect(422);
    let fields: Vec<_> = nothing["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["languages", "fee_minor", "version"], "{nothing}");
    for wrong in [json!("en"), json!([5]), json!(["tlh"]), json!([])] {
        let refused = put(json!({ "languages": wrong, "fee_minor": 6000, "version": before["version"] })).await.expect(422);
        assert_eq!(refused["details"]["fields"][0]["field"], "languages", "{refused}");
    }
    let refused = put(json!({ "languages": ["en"], "fee_minor": -1, "version": before["version"] })).await.expect(422);
    assert_eq!(refused["details"]["fields"][0]["field"], "fee_minor", "{refused}");

    let changed = json!({ "about": "I listen.", "languages": ["en", "de"], "fee_minor": 0, "version": before["version"] });
    let after = put(changed.clone()).await.expect(200);
    let free = json!({ "amount_minor": 0, "currency": "GBP", "payment": "free_of_charge" });
    assert_eq!((&after["about"], &after["languages"], &after["fee"]), (&changed["about"], &changed["languages"], &free));
    assert_eq!(doctor.get("/me/profile").await.expect(200), after);
    assert_eq!(put(changed).await.refusal(), (409, "request.stale"));
    let public = stranger.get(&page).await.expect(200);
    assert_eq!((&public["about"], &public["fee"]), (&after["about"], &after["fee"]));
}

#[tokio::test]
async fn time_zone_and_language_are_corrected() {
    let house = house().await;
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let put = async |body| patient.ask(Method::PUT, "/me/locale", &[], Some(body)).await;
    let before = patient.get("/me").await.expect(200);
    assert_eq!((&before["time_zone"], &before["language"]), (&json!("Europe/London"), &json!("en")));

    let wrong = json!({ "time_zone": "Europe/Atlantis", "language": "*", "version": before["version"] });
    let refused = put(wrong).await.expect(422);
    let fields: Vec<_> = refused["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["time_zone", "language"], "{refused}");

    let corrected = json!({ "time_zone": "Europe/Berlin", "language": "en-gb", "version": before["version"] });
    let after = put(corrected.clone()).await.expect(200);
    assert_eq!((&after["time_zone"], &after["language"]), (&json!("Europe/Berlin"), &json!("en-GB")));
    assert_eq!(patient.get("/me").await.expect(200), after);
    assert_eq!(put(corrected).await.refusal(), (409, "request.stale"));
}

#[tokio::test]
async fn a_date_of_birth_is_corrected() {
    let house = house().await;
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let put = async |body| patient.ask(Method::PUT, "/me/birth-date", &[], Some(body)).await;
    let before = patient.get("/me/birth-date").await.expect(200);
    assert_eq!(before["date_of_birth"], "1990-04-12");
    for wrong in ["2190-04-12", "1790-04-12", "12.4.1990"] {
        let refused = put(json!({ "date_of_birth": wrong, "version": before["version"] })).await.expect(422);
        assert_eq!(refused["details"]["fields"][0]["field"], "date_of_birth", "{refused}");
    }
    let corrected = json!({ "date_of_birth": "1990-12-04", "version": before["version"] });
    let after = put(corrected.clone()).await.expect(200);
    assert_eq!(after["date_of_birth"], "1990-12-04");
    assert_eq!(patient.get("/me/birth-date").await.expect(200), after);
    assert_eq!(put(corrected).await.refusal(), (409, "request.stale"));
}

#[tokio::test]
async fn a_child_is_added_once_and_the_guardian_can_leave() {
    let house = house().await;
    let parent = house.clinic.patient("Amara Osei").await;
    let client = house.client(&parent).await;
    let add = async |key: &str, body| client.ask(Method::POST, "/me/children", &[("idempotency-key", key)], Some(body)).await;
    let nothing = add("k", json!({})).await.expect(422);
    let fields: Vec<_> = nothing["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["name", "date_of_birth"], "{nothing}");
    let grown = add("k", json!({ "name": "Kofi Osei", "date_of_birth": "2001-02-03" })).await.expect(422);
    assert_eq!(grown["details"]["fields"][0]["field"], "date_of_birth", "{grown}");

    let mia = json!({ "name": "Mia Osei", "date_of_birth": "2019-05-30" });
    let added = add("k", mia.clone()).await.expect(201);
    assert_eq!(add("k", mia.clone()).await.expect(201), added);
    assert_eq!(add("l", mia).await.refusal(), (409, "directory.child_known"));
    let held = &added["acts_for"][0];
    assert_eq!((&held["name"], &held["relation"], &held["may_end"]), (&json!("Mia Osei"), &json!("guardian"), &json!(true)));
    assert_eq!(client.get("/me/family").await.expect(200), added);

    let ending = json!({ "patient_id": held["patient_id"], "user_id": parent.user, "relation": "guardian" });
    let left = client.post("/me/family/ending", ending.clone()).await.expect(200);
    assert_eq!(left["acts_for"], json!([]));
    assert_eq!(client.post("/me/family/ending", ending).await.refusal(), (404, "not_found"));
}

#[tokio::test]
async fn a_record_is_handed_over_to_the_young_person() {
    let house = house().await;
    let clinic = &house.clinic;
    let (parent, young) = (clinic.patient("Amara Osei").await, clinic.patient("Kofi Young").await);
    clinic.as_owner("update patients set date_of_birth = '2010-12-24' where full_name = 'Kofi Young'").await;
    let client = house.client(&parent).await;
    let child = json!({ "name": "Kofi Osei", "date_of_birth": "2010-12-24" });
    let added = client.ask(Method::POST, "/me/children", &[("idempotency-key", "k")], Some(child)).await.expect(201);
    let held = &added["acts_for"][0];
    assert_eq!((&held["may_hand_over"], &held["handover"]), (&json!(true), &json!(null)));

    let nothing = client.post("/me/family/handovers", json!({})).await;
    assert_eq!(nothing.faults(), [("patient_id", "missing"), ("email", "missing")]);
    let offer = json!({ "patient_id": held["patient_id"], "email": young.email });
    let offered = client.post("/me/family/handovers", offer.clone()).await.expect(201);
    let path = format!("/me/family/handovers/{}", offered["acts_for"][0]["handover"]["id"].as_str().unwrap());
    assert_eq!(client.post("/me/family/handovers", offer.clone()).await.refusal(), (409, "directory.handover_open"));
    assert_eq!(client.ask(Method::POST, &format!("{path}/sending"), &[], None).await.status, 204);
    assert_eq!(client.ask(Method::DELETE, &path, &[], None).await.status, 204);
    assert_eq!(client.ask(Method::DELETE, &path, &[], None).await.refusal(), (404, "not_found"));

    client.post("/me/family/handovers", offer).await.expect(201);
    let mails = clinic.mails(MailKind::Handover).await;
    let Some(MailContent::Directory(directory::MailContent::Handover { token, .. })) = mails.last().map(|mail| &mail.content)
    else {
        panic!("a mail with a link")
    };
    let young = house.client(&young).await;
    let early = young.post("/me/handover", json!({ "token": token, "guardians": "stays", "until": "2026-01-01" })).await;
    assert_eq!(early.faults(), [("until", "too_small")]);
    let taken =
        young.post("/me/handover", json!({ "token": token, "guardians": "stays", "until": "2027-01-31" })).await.expect(200);
    assert_eq!(taken["acted_by"][0]["until"], "2027-02-01T00:00:00Z");
    let again = young.post("/me/handover", json!({ "token": token, "guardians": "ends" })).await;
    assert_eq!(again.refusal(), (410, "directory.handover_over"));
}

#[tokio::test]
async fn the_desk_lets_a_carer_act_and_ends_it() {
    let house = house().await;
    let clinic = &house.clinic;
    let (patient, carer) = (clinic.patient("Amara Osei").await, clinic.patient("Ada Carer").await);
    let doctor = clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    clinic.encounter(&patient, &doctor, house.practice).await;
    let desk = house.client(&clinic.staff("Rita Desk", "receptionist", Some(house.practice)).await).await;
    let path = format!("/patients/{}/representatives", patient.patient());
    let add = async |body| desk.ask(Method::POST, &path, &[("idempotency-key", "k")], Some(body)).await;
    let nothing = add(json!({ "relation": "cousin" })).await.expect(422);
    let fields: Vec<_> = nothing["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["email", "relation", "document", "document_date", "until"], "{nothing}");

    let letter = json!({
        "email": carer.email, "relation": "helper", "document": "Power of attorney", "document_date": "2026-10-01", "until": "2027-10-01",
        "no_copy": "The patient keeps the only copy",
    });
    let added = add(letter.clone()).await.expect(201);
    assert_eq!(add(letter).await.expect(201), added);
    let item = &added["items"][0];
    let expected = (&json!(carer.user), &json!("helper"), &json!("Power of attorney"), &json!("2026-10-01"));
    assert_eq!((&item["user_id"], &item["relation"], &item["document"], &item["document_date"]), expected);
    assert_eq!(desk.get(&path).await.expect(200), added);

    let ending = json!({ "user_id": carer.user, "relation": "helper" });
    let ended = desk.post(&format!("{path}/ending"), ending.clone()).await.expect(200);
    assert_eq!(ended["items"], json!([]));
    assert_eq!(desk.post(&format!("{path}/ending"), ending).await.refusal(), (404, "not_found"));
}

#[tokio::test]
async fn a_licence_is_stated_reviewed_and_counts() {
    let house = house().await;
    let doctor = house.client(&house.clinic.doctor("Dr Lena Hoffmann", house.practice).await).await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let before = doctor.get("/me/licences").await.expect(200);
    assert_eq!(
        (&before["may_practise"], &before["cover"], &before["licences"][0]["state"]),
        (&json!(true), &json!(null), &json!("approved"))
    );

    let nothing = doctor.post("/me/licences", json!({})).await;
    assert_eq!(nothing.status, 422);
    let fields: Vec<_> = nothing.faults().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["licence_number", "licence_authority", "licence_country", "licence_expires"]);
    let new = json!({
        "licence_number": "7012345", "licence_authority": "General Medical Council", "licence_country": "GB",
        "licence_issued": "2024-04-01", "licence_expires": "2031-03-31", "version": before["licences"][0]["version"],
    });
    let path = format!("/me/licences/{}", before["licences"][0]["id"].as_str().unwrap());
    let renewed = doctor.ask(Method::PUT, &path, &[], Some(new.clone())).await.expect(200);
    assert_eq!((renewed["licences"].as_array().unwrap().len(), &renewed["licences"][0]["state"]), (2, &json!("waiting")));
    assert_eq!(doctor.post("/me/licences", new).await.refusal(), (409, "directory.licence_waiting"));

    let waiting = admin.get("/licences").await.expect(200);
    let id = waiting["items"][0]["id"].as_str().unwrap();
    let decision = json!({ "decision": "verified", "version": 1 });
    assert_eq!(admin.post(&format!("/licences/{id}/review"), decision).await.status, 204);
    let after = doctor.get("/me/licences").await.expect(200);
    assert_eq!((after["licences"].as_array().unwrap().len(), &after["licences"][0]["number"]), (1, &json!("7012345")));

    let cover = json!({ "cover_insurer": "Medical Protection", "cover_number": "MP-1", "cover_until": "2027-12-31", "version": after["version"] });
    let covered = doctor.ask(Method::PUT, "/me/cover", &[], Some(cover)).await.expect(200);
    assert_eq!(covered["cover"], json!({ "insurer": "Medical Protection", "number": "MP-1", "until": "2027-12-31" }));
}

#[tokio::test]
async fn a_patient_tells_about_themselves() {
    let house = house().await;
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let put = async |body| patient.ask(Method::PUT, "/me/patient-profile", &[], Some(body)).await;
    let before = patient.get("/me/patient-profile").await.expect(200);
    assert_eq!((&before["preferred_name"], &before["sex"]), (&json!(null), &json!(null)));

    let wrong = json!({ "sex": "x", "emergency_relation": "Sister", "insurance_payer": "AOK", "version": before["version"] });
    let refused = put(wrong).await.expect(422);
    let fields: Vec<_> = refused["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["sex", "emergency_name", "emergency_phone", "insurance_number"], "{refused}");

    let told = json!({
        "preferred_name": "Ama", "sex": "female", "blood_type": "0-", "emergency_name": "Kofi Osei", "emergency_phone": "+44 7700 900124",
        "version": before["version"],
    });
    let after = put(told.clone()).await.expect(200);
    assert_eq!((&after["preferred_name"], &after["blood_type"]), (&json!("Ama"), &json!("0-")));
    assert_eq!((&after["emergency_phone"], &after["pharmacy"]), (&json!("+447700900124"), &json!(null)));
    assert_eq!(patient.get("/me/patient-profile").await.expect(200), after);
    assert_eq!(put(told).await.refusal(), (409, "request.stale"));
}

#[tokio::test]
async fn changes_are_listed_with_what_was_before() {
    let house = house().await;
    let patient = house.client(&house.clinic.patient("Taro Yamda").await).await;
    let version = patient.get("/me").await.expect(200)["version"].clone();
    let corrected = json!({ "name": "Taro Yamada", "version": version });
    patient.ask(Method::PUT, "/me/name", &[], Some(corrected)).await.expect(200);
    let change = patient.get("/me/changes").await.expect(200)["items"][0].clone();
    let details = json!([{ "field": "name", "before": ["Taro Yamda"], "after": ["Taro Yamada"] }]);
    assert_eq!((&change["by"], &change["details"]), (&json!("Taro Yamada"), &details));
    let doctor = house.client(&house.clinic.doctor("Dr Lena Hoffmann", house.practice).await).await;
    assert_eq!(doctor.get("/me/profile/changes").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn changes_of_an_account_are_listed_for_its_owner_and_for_administrators() {
    let house = house().await;
    let person = house.clinic.staff("Nina Nurs", "nurse", Some(house.practice)).await;
    let nurse = house.client(&person).await;
    let version = nurse.get("/me").await.expect(200)["version"].clone();
    let corrected = json!({ "name": "Nina Nurse", "version": version });
    nurse.ask(Method::PUT, "/me/name", &[], Some(corrected)).await.expect(200);
    let own = nurse.get("/me/account-changes").await.expect(200)["items"].clone();
    let details = json!([{ "field": "name", "before": ["Nina Nurs"], "after": ["Nina Nurse"] }]);
    assert_eq!((&own[0]["by"], &own[0]["of"], &own[0]["details"]), (&json!("Nina Nurse"), &json!(null), &details));
    let admin = house.client(&house.clinic.staff("Ada Admin", "admin", None).await).await;
    assert_eq!(admin.get(&format!("/users/{}/changes", person.user)).await.expect(200)["items"], own);
}
