//! Letters for programs.

use crate::house::house;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_letter_is_written_issued_downloaded_and_withdrawn() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let treating = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let visit = house.clinic.encounter(&person, &treating, house.practice).await;
    let (patient, doctor) = (house.client(&person).await, house.client(&treating).await);

    let wrong = json!({ "visit_id": visit, "kind": "sick_note", "from": "2026-10-01", "until": "Friday", "text": " " });
    let refused = doctor.ask(Method::POST, "/letters", &[("idempotency-key", "a")], Some(wrong)).await;
    assert_eq!(refused.faults(), [("text", "missing"), ("until", "malformed")]);
    let far =
        json!({ "visit_id": visit, "kind": "sick_note", "from": "2026-10-01", "until": "2026-10-02", "text": "Cannot work." });
    let refused = doctor.ask(Method::POST, "/letters", &[("idempotency-key", "b")], Some(far)).await;
    assert_eq!(refused.faults(), [("from", "too_small")]);

    let letter =
        json!({ "visit_id": visit, "kind": "sick_note", "from": "2026-11-24", "until": "2026-11-27", "text": "Cannot work." });
    let mut ids = Vec::new();
    for _ in 0..2 {
        let written = doctor.ask(Method::POST, "/letters", &[("idempotency-key", "c")], Some(letter.clone())).await.expect(201);
        assert_eq!((&written["state"], &written["version"]), (&json!("draft"), &json!(1)));
        ids.push(written["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids[0], ids[1], "a repeated request writes one letter");
    let path = format!("/letters/{}", ids[0]);
    assert_eq!(patient.get(&path).await.refusal(), (404, "not_found"), "nobody else sees a draft");
    assert_eq!(doctor.get(&format!("{path}/pdf")).await.refusal(), (404, "not_found"), "a draft has no paper");

    let issue = |version: i32| Some(json!({ "version": version }));
    let stale = doctor.ask(Method::POST, &format!("{path}/issue"), &[("idempotency-key", "d")], issue(2)).await;
    assert_eq!(stale.refusal(), (409, "request.stale"));
    let issued = doctor.ask(Method::POST, &format!("{path}/issue"), &[("idempotency-key", "e")], issue(1)).await.expect(200);
    assert_eq!((&issued["state"], &issued["from"], &issued["recipient"]), (&json!("issued"), &json!("2026-11-24"), &json!(null)));
    let again = doctor.ask(Method::POST, &format!("{path}/issue"), &[("idempotency-key", "f")], issue(1)).await;
    assert_eq!(again.refusal(), (409, "records.letter_frozen"));

    let listed = patient.get("/letters").await.expect(200);
    assert_eq!(listed["items"][0]["number"], issued["number"]);
    let of_patient = doctor.get(&format!("/letters?patient_id={}", person.patient())).await.expect(200);
    assert_eq!(of_patient["items"][0]["kind"], json!("sick_note"));
    let paper = patient.get(&format!("{path}/pdf")).await;
    assert_eq!((paper.status.as_u16(), paper.header("content-type")), (200, "application/pdf"));
    assert!(paper.bytes.starts_with(b"%PDF-"));

    let reason = || Some(json!({ "reason": "The wrong days" }));
    let withdraw = format!("{path}/withdraw");
    let refused = patient.ask(Method::POST, &withdraw, &[("idempotency-key", "g")], reason()).await;
    assert_eq!(refused.refusal(), (403, "access.forbidden"));
    let answer = doctor.ask(Method::POST, &withdraw, &[("idempotency-key", "g")], reason()).await;
    assert_eq!(answer.status.as_u16(), 204);
    let read = patient.get(&path).await.expect(200);
    assert_eq!((&read["state"], &read["withdraw_reason"]), (&json!("withdrawn"), &json!("The wrong days")));
}
