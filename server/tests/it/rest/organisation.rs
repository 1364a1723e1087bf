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
        "version": created["version"],
    });
    let changed = admin.ask(Method::PUT, &path, &[], Some(change.clone())).await.expect(200);
    assert_eq!((&changed["phone"], &changed["opening_hours"][0]), (&json!("+49 30 901820"), &json!("")));
    assert_eq!(admin.ask(Method::PUT, &path, &[], Some(change)).await.refusal(), (409, "request.stale"));

    let days = json!({ "first_day": "2026-12-24", "last_day": "2026-12-26", "reason": "Public holiday" });
    let closed = admin.post(&format!("{path}/closures"), days).await.expect(200);
    let closure = format!("/closures/{}", closed["closures"][0]["id"].as_str().unwrap());
    assert_eq!(admin.ask(Method::DELETE, &closure, &[], None).await.status, 204);
    assert_eq!(admin.get(&path).await.expect(200)["closures"], json!([]));

    let refused = admin.post(&format!("{path}/closures"), json!({ "first_day": "2026-12-32" })).await.expect(422);
    let fields: Vec<_> = refused["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["first_day", "reason"], "{refused}");
}
