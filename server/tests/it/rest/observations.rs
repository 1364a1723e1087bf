//! Measurements for programs.

use crate::house::house;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn what_is_measured_is_read_exactly_and_marked_as_entered_in_error() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let visit = house.clinic.encounter(&person, &doctor, house.practice).await;
    let nurse = house.client(&house.clinic.staff("Nina Nurse", "nurse", Some(house.practice)).await).await;
    let patient = house.client(&person).await;
    let path = format!("/patients/{}/observations", person.patient());

    let wrong = json!({ "systolic": "1000000000", "diastolic": "80", "temperature": "warm", "breathes": "water" });
    let refused = nurse.ask(Method::POST, &path, &[("idempotency-key", "a")], Some(wrong)).await.expect(422);
    let fields = refused["details"]["fields"].as_array().unwrap();
    let fields: Vec<_> = fields.iter().map(|fault| fault["field"].as_str().unwrap_or_default()).collect();
    assert_eq!(fields, ["systolic", "temperature", "breathes"], "{refused}");

    let measured = json!({
        "visit_id": visit, "systolic": "95", "diastolic": "60", "temperature": "98,6", "temperature_unit": "[degF]", "pulse": "72",
        "saturation": "96", "breathing": "16", "consciousness": "alert", "breathes": "oxygen",
    });
    for _ in 0..2 {
        let key = [("idempotency-key", "b")];
        let listed = nurse.ask(Method::POST, &path, &key, Some(measured.clone())).await.expect(201);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "a repeated request records once");
    }
    let listed = patient.get(&path).await.expect(200);
    let item = &listed["items"][0];
    assert_eq!((&item["visit_id"], &item["at_home"]), (&json!(visit), &json!(false)));
    assert_eq!(item["news2"], json!({ "aggregate": 4, "single_trigger": false, "risk": "low" }));
    let temperature = item["values"].as_array().unwrap().iter().find(|value| value["kind"] == "temperature").unwrap();
    let expected = json!({
        "kind": "temperature", "loinc": "8310-5", "value": "37.00", "unit": "Cel", "entered_value": "98.6", "entered_unit": "[degF]",
        "alarm": null,
    });
    assert_eq!(temperature, &expected);

    let withdraw = format!("{path}/{}/withdraw", item["id"].as_str().unwrap());
    let reason = || Some(json!({ "reason": "Another patient" }));
    assert_eq!(patient.ask(Method::POST, &withdraw, &[], reason()).await.refusal(), (403, "access.forbidden"));
    let answer = nurse.ask(Method::POST, &withdraw, &[], reason()).await;
    assert_eq!(answer.status.as_u16(), 204);
    assert_eq!(patient.get(&path).await.expect(200)["items"], json!([]));
}
