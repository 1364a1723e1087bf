//! Documents to which people agree: how programs read and answer them, and that a new version stands before the portals.

use crate::house::{Answer, Client, House, ORIGIN, house};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use serde_json::{Value, json};

/// Publishes terms in English that count from today on and ask everybody, also the administrator. Returns the id of the version.
async fn new_terms(house: &House) -> String {
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let new =
        json!({ "document": "terms", "language": "en", "counts_from": "2026-11-24", "body": "Quite new terms.", "asks": true });
    let key = [("idempotency-key", "k")];
    let made = admin.ask(Method::POST, "/documents", &key, Some(new.clone())).await.expect(201);
    let listed = admin.get("/documents").await.expect(200);
    assert_eq!((&listed["items"][0]["version"], &listed["items"][0]["published_by"]), (&json!(2), &json!("Ida Admin")));
    assert_eq!(admin.ask(Method::POST, "/documents", &key, Some(new)).await.refusal(), (403, "identity.consent_needed"));
    made["version_id"].as_str().unwrap().to_owned()
}

async fn page(client: &Client, path: &str) -> Answer {
    client.send(Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap()).await
}

fn html(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.bytes).unwrap()
}

#[tokio::test]
async fn a_program_reads_a_new_version_and_changes_nothing_until_it_is_answered() {
    let house = house().await;
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let version = new_terms(&house).await;
    let waiting = patient.get("/me/consents").await.expect(200)["waiting"].clone();
    assert_eq!((&waiting[0]["version_id"], &waiting[0]["body"]), (&json!(version), &json!("Quite new terms.")));
    let name = json!({ "name": "Amara Osei", "version": 1 });
    let rename = async || patient.ask(Method::PUT, "/me/name", &[], Some(name.clone())).await;
    assert_eq!(rename().await.refusal(), (403, "identity.consent_needed"));
    patient.get("/appointments").await.expect(200);

    house.clinic.pass(jiff::SignedDuration::from_mins(1));
    let wrong = patient.post("/me/consents", json!({ "version_id": "x", "answer": "maybe" })).await;
    assert_eq!(wrong.faults(), [("version_id", "malformed"), ("answer", "unknown_choice")]);
    let answered = patient.post("/me/consents", json!({ "version_id": version, "answer": "agree" })).await.expect(200);
    assert_eq!((&answered["waiting"], &answered["answers"][0]["version"]), (&json!([]), &json!(2)));
    rename().await.expect(200);
}

#[tokio::test]
async fn remote_care_is_withdrawn_and_a_visit_on_video_refused() {
    let house = house().await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let person = house.clinic.patient("Amara Osei").await;
    let patient = house.client(&person).await;
    let document = patient.get("/documents/remote_care").await.expect(200);
    assert_eq!(patient.get("/documents/constitution").await.refusal(), (404, "not_found"));
    let decline = json!({ "version_id": document["version_id"], "answer": "decline" });
    assert_eq!(patient.post("/me/consents", decline).await.expect(200)["remote_care"], Value::Bool(false));
    let seen = patient.get(&format!("/patients/{}/consents", person.patient())).await.expect(200);
    assert_eq!((&seen["remote_care"], &seen["answers"][0]["language"]), (&json!(false), &json!("en")));
    let visit = json!({
        "doctor_id": doctor.doctor(), "clinic_id": house.practice.clinic, "starts_at": "2026-11-25T10:00:00Z", "reason": "Cough",
    });
    assert_eq!(patient.book("k", visit).await.refusal(), (409, "identity.remote_care_needed"));
}

#[tokio::test]
async fn a_new_version_stands_before_the_pages_of_the_portals_and_leads_back() {
    let house = house().await;
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    assert_eq!(page(&patient, "/patient").await.status, 200);
    let version = new_terms(&house).await;
    let asked = page(&patient, "/appointments?period=past").await;
    let question = asked.header("location");
    assert_eq!((asked.status.as_u16(), question), (303, "/agree?next=/appointments%3Fperiod%3Dpast"));
    assert!(html(&page(&patient, question).await).contains("Quite new terms."));
    let document = page(&house.stranger(), "/documents/terms").await;
    assert!(document.status == 200 && html(&document).contains("Quite new terms."));
    for open in ["/doctors", "/account/delete"] {
        assert_eq!(page(&patient, open).await.status, 200, "{open}");
    }

    let request = Request::post("/do/answer-document")
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, ORIGIN)
        .body(Body::from(format!("text={version}&answer=agree&next=%2Fappointments%3Fperiod%3Dpast")));
    let answered = patient.send(request.unwrap()).await;
    assert_eq!((answered.status.as_u16(), &answered.body["next"]), (200, &json!("/appointments?period=past")));
    assert_eq!(page(&patient, "/appointments?period=past").await.status, 200);
}
