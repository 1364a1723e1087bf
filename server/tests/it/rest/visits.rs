//! The call of a visit and its results: join data, prescriptions and their PDF.

use crate::house::{House, house};
use axum::http::Method;
use domain::{
    identity::Proof,
    prescriptions::{self, AddItem, SignPrescription},
};
use model::ids::{EncounterId, PrescriptionId};
use serde_json::json;
use testing::{PASSWORD, Person, medicine};

/// Creates a prescription of a visit, either signed or as a draft.
pub(crate) async fn prescription(house: &House, doctor: &Person, encounter: EncounterId, signed: bool) -> PrescriptionId {
    let (domain, access) = (&house.clinic.domain, doctor.access(&house.clinic));
    let medicine = medicine("Amoxicillin");
    let id = prescriptions::add_item(domain, &access, AddItem { encounter, medicine, idempotency_key: None }).await.unwrap();
    if signed {
        let version = prescriptions::get(domain, &access, id).await.unwrap().version;
        let command =
            SignPrescription { prescription: id, version, proof: Proof::Password(PASSWORD.to_owned()), idempotency_key: None };
        prescriptions::sign(domain, &access, command).await.unwrap();
    }
    id
}

#[tokio::test]
async fn both_sides_of_an_open_visit_get_what_they_need_to_join() {
    let house = house().await;
    let patient = house.clinic.patient("Amara Osei").await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let visit = house.clinic.encounter(&patient, &doctor, house.practice).await;
    let path = format!("/visits/{visit}/join");
    let (theirs, own) = (house.client(&patient).await.get(&path).await.expect(200), house.client(&doctor).await.get(&path).await);
    let own = own.expect(200);
    assert_eq!((&theirs["politeness"], &theirs["peer_name"]), (&json!("polite"), &json!("Dr Lena Hoffmann")));
    assert_eq!((&own["politeness"], &own["peer_name"]), (&json!("impolite"), &json!("Amara Osei")));
    let server = &theirs["ice_servers"][0];
    assert_eq!(server["urls"], json!(["turn:turn.example:3478?transport=udp"]));
    // A relay that shares the secret reads the visit and the participant from the user name (draft-uberti-behave-turn-rest).
    let name = server["username"].as_str().unwrap();
    assert!(name.contains(&visit.to_string()) && name.contains(&patient.user.to_string()), "{name}");
    assert_ne!(server["credential"], own["ice_servers"][0]["credential"]);

    house.clinic.end_encounter(visit).await;
    assert_eq!(house.client(&patient).await.get(&path).await.refusal(), (409, "visits.ended"));
}

#[tokio::test]
async fn a_visit_that_has_not_begun_is_closed() {
    let house = house().await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let slots = patient.get(&format!("/doctors/{}/slots?day=2026-11-25", doctor.doctor())).await.expect(200);
    let slot = &slots["items"][0];
    let request = json!({ "doctor_id": doctor.doctor(), "clinic_id": slot["clinic_id"], "starts_at": slot["starts_at"], "reason": "Cough" });
    let booked = patient.book("a", request).await.expect(201);
    let path = format!("/visits/{}/join", booked["visit_id"].as_str().unwrap());
    assert_eq!(patient.get(&path).await.refusal(), (409, "visits.closed"));
}

#[tokio::test]
async fn a_patient_reads_what_was_signed_and_downloads_the_paper() {
    let house = house().await;
    let patient = house.clinic.patient("Amara Osei").await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let visit = house.clinic.encounter(&patient, &doctor, house.practice).await;
    let id = prescription(&house, &doctor, visit, true).await;
    let client = house.client(&patient).await;

    let list = client.get("/prescriptions").await.expect(200);
    assert_eq!((&list["items"][0]["id"], &list["items"][0]["medicines"]), (&json!(id), &json!(["Amoxicillin"])));
    let one = client.get(&format!("/prescriptions/{id}")).await.expect(200);
    assert_eq!((&one["state"], &one["patient"]["name"]), (&json!("signed"), &json!("Amara Osei")));
    assert_eq!(one["items"][0]["frequency"], "three times a day");
    let paper = client.get(&format!("/prescriptions/{id}/pdf")).await;
    assert_eq!((paper.status.as_u16(), paper.header("content-type")), (200, "application/pdf"));
    assert!(paper.bytes.starts_with(b"%PDF-") && paper.header("content-disposition").starts_with("attachment; filename="));
}

#[tokio::test]
async fn a_visit_is_rated_answered_and_hidden() {
    let house = house().await;
    let (patient, doctor) =
        (house.clinic.patient("Amara Osei").await, house.clinic.doctor("Dr Lena Hoffmann", house.practice).await);
    let visit = house.clinic.encounter(&patient, &doctor, house.practice).await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let public = format!("/doctors/{}/ratings", doctor.doctor());
    let (patient, doctor) = (house.client(&patient).await, house.client(&doctor).await);
    let path = format!("/visits/{visit}/rating");
    let put = async |body| patient.ask(Method::PUT, &path, &[], Some(body)).await;
    let five = json!({ "stars": 5, "words": "She listened.", "version": 0 });
    assert_eq!(put(five.clone()).await.refusal(), (409, "visits.not_held"));
    house.clinic.end_encounter(visit).await;
    assert_eq!(put(json!({ "stars": 6, "version": 0 })).await.faults(), [("stars", "unknown_choice")]);
    let rated = put(five).await.expect(200);
    assert_eq!((&rated["rating"]["stars"], &rated["may_rate"]), (&json!(5), &json!(true)));
    assert_eq!(patient.get(&path).await.expect(200), rated);

    let listed = doctor.get("/ratings").await.expect(200);
    let id = listed["items"][0]["id"].as_str().unwrap();
    let thanks = json!({ "answer": "Thank you." });
    assert_eq!(doctor.post(&format!("/ratings/{id}/answer"), thanks.clone()).await.status, 204);
    assert_eq!(doctor.post(&format!("/ratings/{id}/answer"), thanks).await.refusal(), (409, "visits.rating_answered"));
    let hiding = json!({ "reason": "It names somebody.", "version": 2 });
    assert_eq!(admin.post(&format!("/ratings/{id}/hide"), hiding).await.status, 204);
    let listed = admin.get("/ratings").await.expect(200);
    assert_eq!(listed["items"][0]["hidden_reason"], json!("It names somebody."));
    let shown = house.stranger().get(&public).await.expect(200);
    assert_eq!(shown, json!({ "count": 0, "average_tenths": null, "items": [], "next_cursor": null }));
}

#[tokio::test]
async fn a_doctor_says_when_a_patient_is_to_be_seen_again() {
    let house = house().await;
    let (amara, lena) = (house.clinic.patient("Amara Osei").await, house.clinic.doctor("Dr Lena Hoffmann", house.practice).await);
    let visit = house.clinic.encounter(&amara, &lena, house.practice).await;
    let appointment = domain::visits::visit(&house.clinic.domain, &amara.access(&house.clinic), visit).await.unwrap().appointment;
    let (patient, doctor) = (house.client(&amara).await, house.client(&lena).await);
    let path = format!("/appointments/{appointment}/follow-up");
    let set = async |body| doctor.ask(Method::PUT, &path, &[], Some(body)).await;
    assert_eq!(set(json!({ "due": "2026-11-24" })).await.faults(), [("due", "too_small")]);
    let set_to = set(json!({ "due": "2027-03-01" })).await.expect(200);
    assert_eq!(set_to["follow_up"], "2027-03-01");
    assert_eq!(set(json!({ "due": "2027-03-01", "version": 99 })).await.refusal(), (409, "request.stale"));
    assert_eq!(patient.get(&format!("/appointments/{appointment}")).await.expect(200)["follow_up"], "2027-03-01");
    let refused = patient.ask(Method::PUT, &path, &[], Some(json!({ "due": "2027-03-02" }))).await;
    assert_eq!(refused.refusal(), (403, "access.forbidden"));
    assert_eq!(set(json!({})).await.expect(200)["follow_up"], json!(null));
}
