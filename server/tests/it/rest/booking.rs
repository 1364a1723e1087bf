//! Signing in, booking an appointment and cancelling it.

use crate::house::{Client, house};
use axum::http::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// The doctor's free times on Wednesday, in London's time zone.
async fn slots(client: &Client, doctor: &str) -> Vec<Value> {
    let path = format!("/doctors/{doctor}/slots?day=2026-11-25&zone=Europe/London");
    let mut body = client.get(&path).await.expect(200);
    serde_json::from_value(body["items"].take()).unwrap()
}

fn request(doctor: &str, slot: &Value, reason: &str) -> Value {
    json!({ "doctor_id": doctor, "clinic_id": slot["clinic_id"], "starts_at": slot["starts_at"], "reason": reason })
}

#[tokio::test]
async fn a_program_finds_books_repeats_and_calls_off() {
    let house = house().await;
    house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let other_doctor = house.clinic.doctor("Dr Tomas Reyes", house.practice).await.doctor().to_string();
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;

    let me = patient.get("/me").await.expect(200);
    assert_eq!((&me["name"], &me["role"]), (&json!("Amara Osei"), &json!("patient")));
    let specialty = patient.get("/specialties").await.expect(200)["items"][0]["slug"].as_str().unwrap().to_owned();
    let search = format!("/doctors?specialty={specialty}&name=hoff&day=2026-11-25&zone=Europe/London");
    let found = patient.get(&search).await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1, "{found}");
    let doctor = found["items"][0]["id"].as_str().unwrap().to_owned();
    let page = patient.get(&format!("/doctors/{doctor}")).await.expect(200);
    assert_eq!((&page["name"], &page["licences"][0]["country"]), (&json!("Dr Lena Hoffmann"), &json!("GB")));

    let open = slots(&patient, &doctor).await;
    assert_eq!(open[0]["starts_at"], "2026-11-25T09:00:00Z");
    assert_eq!(found["items"][0]["next_free"], open[0]);
    assert_eq!(found["items"][0]["next_times"].as_array().unwrap()[..], open[..3]);
    for (parameter, count) in [("country=GB", 2), ("country=IN", 2), ("language=de", 0), ("name=headache", 0)] {
        let found = patient.get(&format!("/doctors?{parameter}")).await.expect(200);
        assert_eq!(found["items"].as_array().unwrap().len(), count, "{parameter}");
    }

    let booking = request(&doctor, &open[0], "Sore throat since Thursday");
    let booked = patient.book("key-1", booking.clone()).await;
    let location = booked.header("location").to_owned();
    let booked = booked.expect(201);
    let path = format!("/appointments/{}", booked["id"].as_str().unwrap());
    assert_eq!(location, format!("/api/v1{path}"));
    assert_eq!((&booked["state"], &booked["reason"]), (&json!("confirmed"), &booking["reason"]));

    let repeated = patient.book("key-1", booking.clone()).await.expect(201);
    assert_eq!(repeated["id"], booked["id"]);
    let other = patient.book("key-1", request(&doctor, &open[1], "Something else")).await;
    assert_eq!(other.refusal(), (422, "request.idempotency_mismatch"));
    let again = patient.book("key-2", booking.clone()).await;
    assert_eq!(again.refusal(), (409, "scheduling.slot_taken"));
    let beside = patient.book("key-3", request(&other_doctor, &open[0], "Two at once")).await;
    assert_eq!(beside.refusal(), (409, "scheduling.patient_busy"));
    let rival = house.client(&house.clinic.patient("Jonas Weber").await).await;
    assert_eq!(rival.book("key-1", booking).await.refusal(), (409, "scheduling.slot_taken"));

    let listed = patient.get("/appointments").await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!((&listed["items"][0]["id"], &listed["next_cursor"]), (&booked["id"], &Value::Null));
    let elsewhere = format!("doctor_id={other_doctor}");
    for (filter, count) in
        [("state=confirmed&mode=video", 1), ("state=requested", 0), ("until=2026-11-24T00:00:00Z", 0), (elsewhere.as_str(), 0)]
    {
        let found = patient.get(&format!("/appointments?from=2026-01-01T00:00:00Z&{filter}")).await.expect(200);
        assert_eq!(found["items"].as_array().unwrap().len(), count, "{filter}");
    }
    assert_eq!(patient.get(&path).await.expect(200), booked);
    assert_eq!(slots(&patient, &doctor).await, open[1..]);

    let stale = patient.post(&format!("{path}/cancel"), json!({ "version": 7 })).await;
    assert_eq!(stale.refusal(), (409, "request.stale"));
    let off = patient.post(&format!("{path}/cancel"), json!({ "version": booked["version"] })).await.expect(200);
    assert_eq!((&off["state"], &off["can_cancel"]), (&json!("cancelled"), &json!(false)));
    let twice = patient.ask(Method::POST, &format!("{path}/cancel"), &[], None).await;
    assert_eq!(twice.refusal(), (409, "scheduling.appointment_settled"));
    assert_eq!(slots(&patient, &doctor).await, open, "the cancelled time must be free again");
    let past = patient.get("/appointments?period=past").await.expect(200);
    assert_eq!(past["items"][0]["id"], booked["id"]);
    let audited = house.clinic.audited().await;
    for action in ["scheduling.appointment_booked", "scheduling.appointment_cancelled", "scheduling.appointments_listed"] {
        assert!(audited.iter().any(|audited| audited == action), "{action}: {audited:?}");
    }
}

#[tokio::test]
async fn nothing_is_booked_for_another_fee_than_the_patient_agreed_to() {
    let house = house().await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await.doctor().to_string();
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let open = slots(&patient, &doctor).await;
    let fee = patient.get(&format!("/doctors/{doctor}")).await.expect(200)["fee"].clone();
    let mut booking = request(&doctor, &open[0], "Back pain");
    booking["fee_minor"] = json!(5000);
    assert_eq!(patient.book("a", booking.clone()).await.refusal(), (409, "scheduling.fee_changed"));
    booking["fee_minor"] = fee["amount_minor"].clone();
    assert_eq!(patient.book("b", booking).await.expect(201)["fee"], fee);

    house.clinic.as_owner("update doctors set fee_minor = null").await;
    let refused = patient.book("c", request(&doctor, &open[1], "Back pain")).await;
    assert_eq!(refused.refusal(), (409, "scheduling.doctor_without_fee"));
    assert_eq!(patient.get(&format!("/doctors/{doctor}")).await.refusal(), (409, "scheduling.doctor_without_fee"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_requests_for_one_time_one_makes_an_appointment() {
    let house = house().await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await.doctor().to_string();
    let mut patients = Vec::new();
    for letter in 'a'..='t' {
        patients.push(house.client(&house.clinic.patient(&format!("Patient {letter}")).await).await);
    }
    let booking = request(&doctor, &slots(&patients[0], &doctor).await[0], "All at once");
    let mut requests = JoinSet::new();
    for number in 0..200 {
        let (patient, booking) = (patients[number % patients.len()].clone(), booking.clone());
        requests.spawn(async move { patient.book(&format!("key-{number}"), booking).await });
    }
    let (mut booked, mut taken) = (0, 0);
    while let Some(answer) = requests.join_next().await {
        match answer.unwrap().refusal() {
            (201, "") => booked += 1,
            (409, "scheduling.slot_taken") => taken += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((booked, taken), (1, 199));
}

#[tokio::test]
async fn deleting_an_appointment_calls_it_off_once_for_a_key() {
    let house = house().await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await.doctor().to_string();
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let open = slots(&patient, &doctor).await;
    let booked = patient.book("a", request(&doctor, &open[3], "Back pain")).await.expect(201);
    let path = format!("/appointments/{}", booked["id"].as_str().unwrap());
    for _ in 0..2 {
        let off = patient.ask(Method::DELETE, &path, &[("idempotency-key", "b")], None).await.expect(200);
        assert_eq!(off["state"], "cancelled");
    }
    assert_eq!(patient.delete(&path).await.refusal(), (409, "scheduling.appointment_settled"));
    let used = patient.ask(Method::DELETE, &path, &[("idempotency-key", "a")], None).await;
    assert_eq!(used.refusal(), (422, "request.idempotency_mismatch"));
}

#[tokio::test]
async fn a_list_goes_on_where_the_page_before_ended() {
    let house = house().await;
    for name in ["Dr Ann Baker", "Dr Bea Clark", "Dr Cy Doyle"] {
        house.clinic.doctor(name, house.practice).await;
    }
    let anybody = house.stranger();
    let first = anybody.get("/doctors?limit=2").await.expect(200);
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    let cursor = first["next_cursor"].as_str().unwrap();
    let last = anybody.get(&format!("/doctors?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!((&last["items"][0]["name"], &last["next_cursor"]), (&json!("Dr Cy Doyle"), &Value::Null));
    assert_eq!(last["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn reception_overbooks_a_taken_time_with_a_reason() {
    let house = house().await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await.doctor().to_string();
    let (first, second) = (house.clinic.patient("Amara Osei").await, house.clinic.patient("Ben Ito").await);
    let (amara, ben) = (house.client(&first).await, house.client(&second).await);
    let open = slots(&amara, &doctor).await;
    amara.book("a", request(&doctor, &open[3], "Back pain")).await.expect(201);
    // The clinic knows its patients by their visits.
    ben.book("b", request(&doctor, &open[6], "A cough")).await.expect(201);

    let desk = house.client(&house.clinic.staff("Rosa Almeida", "receptionist", Some(house.practice)).await).await;
    let path = format!("/patients/{}/appointments", second.patient());
    let mut wanted = request(&doctor, &open[3], "A cough");
    let taken = desk.ask(Method::POST, &path, &[("idempotency-key", "c")], Some(wanted.clone())).await;
    assert_eq!(taken.refusal(), (409, "scheduling.slot_taken"));
    wanted["overbooking"] = json!("Sent by the ward");
    for _ in 0..2 {
        let booked = desk.ask(Method::POST, &path, &[("idempotency-key", "d")], Some(wanted.clone())).await.expect(201);
        assert_eq!((&booked["overbooking"], &booked["starts_at"]), (&json!("Sent by the ward"), &open[3]["starts_at"]));
    }
    let listed = ben.get("/appointments").await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    let own = ben.get(&format!("/appointments/{}", listed["items"][0]["id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&own["starts_at"], &own["overbooking"]), (&open[3]["starts_at"], &Value::Null));
}
