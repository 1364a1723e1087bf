//! Patients for the staff of a clinic, and the claim of a record.

use crate::house::house;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_patient_is_registered_found_corrected_and_claimed() {
    let house = house().await;
    let desk = house.clinic.staff("Rosa Almeida", "receptionist", Some(house.practice)).await;
    let desk = house.client(&desk).await;
    let register = async |key: &str, body| desk.ask(Method::POST, "/patients", &[("idempotency-key", key)], Some(body)).await;
    let person = json!({ "name": "Amara Osei", "date_of_birth": "1990-04-12", "phone": "+44 7700 900456" });
    assert_eq!(desk.post("/patients/similar", person.clone()).await.expect(200)["items"], json!([]));
    let registered = register("a", person.clone()).await.expect(201);
    assert_eq!(register("a", person.clone()).await.expect(201), registered);
    assert_eq!((&registered["phone"], &registered["has_account"]), (&json!("+447700900456"), &json!(false)));
    let id = registered["id"].as_str().unwrap();

    assert_eq!(register("b", person.clone()).await.refusal(), (409, "directory.patient_likely_known"));
    let similar = desk.post("/patients/similar", person.clone()).await.expect(200);
    assert_eq!((&similar["items"][0]["id"], &similar["items"][0]["same_phone"]), (&json!(id), &json!(true)));
    let same = json!({ "name": "Amara Osei", "date_of_birth": "1990-04-12", "same_as": id });
    assert_eq!(register("c", same).await.expect(201)["id"], id);
    let silent = json!({ "name": "Amara Osei", "date_of_birth": "1990-04-12", "different_because": " " });
    assert_eq!(register("d", silent).await.faults(), [("different_because", "missing")]);
    let wrong = register("e", json!({ "name": "A", "date_of_birth": "2990-04-12" })).await;
    assert_eq!(wrong.faults(), [("date_of_birth", "not_past")]);

    let found = desk.post("/patients/search", json!({ "text": "amara ossei" })).await.expect(200);
    assert_eq!(found["items"][0]["number"], registered["number"]);
    assert_eq!(desk.get("/patients").await.expect(200)["items"].as_array().unwrap().len(), 1);
    let put = json!({ "name": "Amara Osei", "date_of_birth": "1990-04-12", "version": registered["version"] });
    let path = format!("/patients/{id}");
    let corrected = desk.ask(Method::PUT, &path, &[], Some(put.clone())).await.expect(200);
    assert_eq!(corrected["phone"], json!(null));
    assert_eq!(desk.ask(Method::PUT, &path, &[], Some(put)).await.refusal(), (409, "request.stale"));
    assert_eq!(desk.get(&path).await.expect(200), corrected);

    let code = desk.ask(Method::POST, &format!("{path}/claim-codes"), &[], None).await.expect(201);
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let claim = json!({ "code": code["code"], "date_of_birth": "1990-04-12" });
    assert_eq!(patient.post("/me/claims", claim.clone()).await.expect(200), json!({ "own": true }));
    assert_eq!(patient.get("/me").await.expect(200)["patient_id"], id);
    assert_eq!(patient.post("/me/claims", claim).await.refusal(), (410, "directory.claim_used"));
}

#[tokio::test]
async fn a_file_is_checked_and_then_registered_as_a_whole() {
    let house = house().await;
    let desk = house.clinic.staff("Rosa Almeida", "receptionist", Some(house.practice)).await;
    let desk = house.client(&desk).await;
    let import = async |mode: &str, csv: &str| desk.post("/patients/import", json!({ "mode": mode, "csv": csv })).await;
    let wrong = "name;date_of_birth;phone\nAna Weber;1980-02-29;+44 7700 900123\n;1990-13-01;12\n";
    for mode in ["check", "register"] {
        let report = import(mode, wrong).await.expect(200);
        let faults: Vec<_> = report["faults"].as_array().unwrap().iter().map(|fault| (&fault["line"], &fault["field"])).collect();
        let three = json!(3);
        assert_eq!(faults, [(&three, &json!("name")), (&three, &json!("date_of_birth")), (&three, &json!("phone"))]);
        assert_eq!((&report["rows"], &report["registered"]), (&json!(2), &json!(false)));
    }
    let right = "name,date_of_birth\nAna Weber,1980-02-29\nBo Hale,1991-01-01\n";
    assert_eq!(import("check", right).await.expect(200), json!({ "rows": 2, "faults": [], "registered": false }));
    assert_eq!(desk.get("/patients").await.expect(200)["items"], json!([]));
    assert_eq!(import("register", right).await.expect(200)["registered"], true);
    assert_eq!(desk.get("/patients").await.expect(200)["items"].as_array().unwrap().len(), 2);
    let again = import("register", right).await.expect(200);
    assert_eq!((&again["faults"][1]["fault"], &again["registered"]), (&json!("likely_known"), &json!(false)));
    assert_eq!(import("check", "born\n1980").await.faults(), [("csv", "malformed")]);
    assert_eq!(import("try", right).await.faults(), [("mode", "unknown_choice")]);
}

#[tokio::test]
async fn a_patient_who_was_registered_by_mistake_is_deleted_and_brought_back() {
    let house = house().await;
    let desk = house.clinic.staff("Rosa Almeida", "receptionist", Some(house.practice)).await;
    let desk = house.client(&desk).await;
    let person = json!({ "name": "Mira Mistake", "date_of_birth": "1985-02-03" });
    let registered = desk.ask(Method::POST, "/patients", &[("idempotency-key", "a")], Some(person)).await.expect(201);
    let path = format!("/patients/{}", registered["id"].as_str().unwrap());
    desk.delete(&path).await.expect(204);
    assert_eq!(desk.get(&path).await.refusal(), (404, "not_found"));
    assert_eq!(desk.delete(&path).await.refusal(), (404, "not_found"));
    let deleted = desk.get("/deleted-patients").await.expect(200);
    assert_eq!((&deleted["items"][0]["patient_id"], &deleted["items"][0]["name"]), (&registered["id"], &json!("Mira Mistake")));
    let back = format!("/deleted-patients/{}/bring-back", registered["id"].as_str().unwrap());
    desk.ask(Method::POST, &back, &[], None).await.expect(204);
    desk.get(&path).await.expect(200);
    assert_eq!(desk.get("/deleted-patients").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn two_records_of_one_person_are_compared_merged_and_separated() {
    let house = house().await;
    let desk = house.client(&house.clinic.staff("Rosa Almeida", "receptionist", Some(house.practice)).await).await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let register = async |key: &str, name: &str| {
        let person = json!({ "name": name, "date_of_birth": "1985-02-03", "different_because": "Twins" });
        desk.ask(Method::POST, "/patients", &[("idempotency-key", key)], Some(person)).await.expect(201)
    };
    let (one, other) = (register("a", "Mira Twice").await, register("b", "Mira Twyce").await);
    let likely = admin.get("/likely-duplicates").await.expect(200);
    assert_eq!(likely["items"][0]["same_date_of_birth"], true);
    let id = |patient: &serde_json::Value| patient["id"].as_str().unwrap().to_owned();
    let different = json!({ "first_id": one["id"], "second_id": other["id"] });
    let said = admin.post("/different-people", different).await.expect(201);
    assert_eq!(admin.get("/likely-duplicates").await.expect(200)["items"], json!([]));
    let kept = admin.get("/different-people").await.expect(200);
    assert_eq!((&kept["items"][0]["id"], &kept["items"][0]["by"]), (&said["id"], &json!("Ida Admin")));
    admin.ask(Method::DELETE, &format!("/different-people/{}", id(&said)), &[], None).await.expect(204);
    assert_eq!(admin.get("/different-people").await.expect(200)["items"], json!([]));
    assert_eq!(admin.get("/likely-duplicates").await.expect(200)["items"], likely["items"]);
    let compare = format!("/record-comparison?first_id={}&second_id={}", id(&one), id(&other));
    let compared = admin.get(&compare).await.expect(200);
    assert_eq!((&compared["first"]["name"], &compared["busy"]), (&json!("Mira Twice"), &json!(false)));
    let mut merge = json!({
        "survivor_id": one["id"], "survivor_version": compared["first"]["version"],
        "merged_id": other["id"], "merged_version": compared["second"]["version"],
        "reason": "Registered twice", "confirmation": other["number"],
    });
    assert_eq!(admin.post("/record-merges", merge.clone()).await.faults(), [("name", "missing")]);
    merge["name"] = one["id"].clone();
    let made = admin.post("/record-merges", merge).await.expect(201);
    // The old id leads to the record that stays.
    assert_eq!(desk.get(&format!("/patients/{}", id(&other))).await.expect(200)["id"], one["id"]);
    let listed = admin.get("/record-merges").await.expect(200);
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["merged"]["number"]), (&made["id"], &other["number"]));
    let separate = format!("/record-merges/{}/separate", made["id"].as_str().unwrap());
    admin.ask(Method::POST, &separate, &[], None).await.expect(204);
    assert_eq!(desk.get(&format!("/patients/{}", id(&other))).await.expect(200)["name"], "Mira Twyce");
    assert_eq!(admin.ask(Method::POST, &separate, &[], None).await.refusal(), (404, "not_found"));
}
