//! Keeping a time before it is booked, the calendar of a doctor and the day of a clinic, as programs read them.

use crate::house::house;
use axum::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

#[tokio::test]
async fn a_program_keeps_a_time_books_it_or_gives_it_back() {
    let house = house().await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await.doctor();
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let rival = house.client(&house.clinic.patient("Jonas Weber").await).await;
    let time = |start: &str| json!({ "doctor_id": doctor, "clinic_id": house.practice.clinic, "starts_at": start });
    let ten = "2026-11-25T10:00:00Z";

    let faults = patient.post("/holds", json!({ "doctor_id": "x", "price": 1 })).await;
    let expected = [("doctor_id", "malformed"), ("clinic_id", "missing"), ("starts_at", "missing"), ("price", "unknown_choice")];
    assert_eq!(faults.faults(), expected);
    let held = patient.post("/holds", time(ten)).await;
    let location = held.header("location").to_owned();
    let held = held.expect(201);
    let path = format!("/holds/{}", held["id"].as_str().unwrap());
    assert_eq!(location, format!("/api/v1{path}"));
    assert_eq!((&held["starts_at"], &held["ends_at"]), (&json!(ten), &json!("2026-11-25T10:30:00Z")));
    assert_eq!(patient.get(&path).await.expect(200), held);
    assert_eq!(rival.get(&path).await.refusal(), (410, "scheduling.hold_expired"));
    assert_eq!(rival.delete(&path).await.status, 204, "it stays as it is");
    assert_eq!(rival.post("/holds", time(ten)).await.refusal(), (409, "scheduling.slot_taken"));

    let mut booking = time(ten);
    booking["reason"] = json!("Cough");
    assert_eq!(rival.book("a", booking.clone()).await.refusal(), (409, "scheduling.slot_taken"));
    booking["hold_id"] = held["id"].clone();
    let booked = patient.book("b", booking).await.expect(201);
    assert_eq!((&booked["starts_at"], &booked["cancelled_by"]), (&json!(ten), &Value::Null));
    assert_eq!(patient.get(&path).await.refusal(), (410, "scheduling.hold_expired"));

    // The next time that a patient keeps gives the one before back, and so does the clock.
    let (noon, one) = ("2026-11-25T12:00:00Z", "2026-11-25T13:00:00Z");
    patient.post("/holds", time(noon)).await.expect(201);
    let second = patient.post("/holds", time(one)).await.expect(201);
    let third = rival.post("/holds", time(noon)).await.expect(201);
    assert_eq!(patient.delete(&format!("/holds/{}", second["id"].as_str().unwrap())).await.status, 204);
    rival.post("/holds", time(one)).await.expect(201);
    let gone = format!("/holds/{}", third["id"].as_str().unwrap());
    assert_eq!(rival.get(&gone).await.refusal(), (410, "scheduling.hold_expired"));
    house.clinic.pass(SignedDuration::from_mins(11));
    patient.post("/holds", time(one)).await.expect(201);
}

#[tokio::test]
async fn a_doctor_reads_the_calendar_blocks_hours_and_runs_late() {
    let house = house().await;
    let person = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let doctor = house.client(&person).await;
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let booking = |start: &str| json!({ "doctor_id": person.doctor(), "clinic_id": house.practice.clinic, "starts_at": start, "reason": "Cough" });
    let today = patient.book("a", booking("2026-11-24T14:00:00Z")).await.expect(201);
    patient.book("b", booking("2026-11-26T10:00:00Z")).await.expect(201);

    let zone = "zone=Europe/London";
    let block = json!({ "date": "2026-11-24", "from": "12:00", "until": "13:00", "zone": "Europe/London", "note": "Dentist" });
    let backward = json!({ "date": "2026-11-24", "from": "13:00", "until": "12:00", "zone": "Europe/London" });
    assert_eq!(doctor.post("/blocked-times", backward).await.faults(), [("until", "end_before_start")]);
    let past = json!({ "date": "2026-11-23", "from": "12:00", "until": "13:00", "zone": "Mars/Olympus" });
    assert_eq!(doctor.post("/blocked-times", past).await.faults(), [("zone", "unknown_choice")]);
    doctor.post("/blocked-times", block).await.expect(201);
    let late = async |body: Value| doctor.ask(Method::PUT, "/running-late", &[], Some(body)).await;
    assert_eq!(late(json!({ "minutes": 7, "zone": "Europe/London" })).await.faults(), [("minutes", "unknown_choice")]);
    assert_eq!(late(json!({ "minutes": 20, "zone": "Europe/London" })).await.status, 204);

    let day = doctor.get(&format!("/schedules/day?{zone}")).await.expect(200);
    assert_eq!((&day["day"], &day["late_minutes"]), (&json!("2026-11-24"), &json!(20)));
    assert_eq!((&day["visits"][0]["id"], &day["visits"][0]["reason"]), (&today["id"], &json!("Cough")));
    assert_eq!((&day["blocked"][0]["note"], &day["blocked"][0]["day_off"]), (&json!("Dentist"), &json!(false)));
    assert_eq!(
        day["hours"],
        json!([
            { "starts_at": "2026-11-24T09:00:00Z", "ends_at": "2026-11-24T12:00:00Z" },
            { "starts_at": "2026-11-24T13:00:00Z", "ends_at": "2026-11-24T17:00:00Z" },
        ])
    );
    let own = patient.get(&format!("/appointments/{}", today["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(own["late_minutes"], 20);
    assert_eq!(late(json!({ "zone": "Europe/London" })).await.status, 204);
    let again = doctor.get(&format!("/schedules/day?{zone}")).await.expect(200);
    assert_eq!(again["late_minutes"], Value::Null);

    let week = doctor.get(&format!("/schedules/week?day=2026-11-26&{zone}")).await.expect(200);
    assert_eq!((&week["first_day"], week["days"].as_array().unwrap().len()), (&json!("2026-11-23"), 7));
    let of_thursday = &week["days"][3]["visits"][0];
    assert_eq!((&of_thursday["patient"]["name"], &of_thursday["reason"]), (&json!("Amara Osei"), &Value::Null));
    let month = doctor.get(&format!("/schedules/month?{zone}")).await.expect(200);
    assert_eq!(month["first_day"], "2026-11-01");
    let of_today = month["days"].as_array().unwrap().iter().find(|day| day["day"] == "2026-11-24").unwrap();
    assert_eq!(of_today, &json!({ "day": "2026-11-24", "visits": 1, "works": true, "blocked": true }));
    assert!(!month.to_string().contains("Amara"));

    let exception = format!("/schedule-exceptions/{}", day["blocked"][0]["exception_id"].as_str().unwrap());
    assert_eq!(doctor.delete(&exception).await.status, 204);
    let freed = doctor.get(&format!("/schedules/day?{zone}")).await.expect(200);
    assert_eq!(freed["blocked"], json!([]));
}

#[tokio::test]
async fn reception_reads_the_day_of_the_clinic_and_the_visits_of_one_patient() {
    let house = house().await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await.doctor();
    let (amara, jonas) = (house.clinic.patient("Amara Osei").await, house.clinic.patient("Jonas Weber").await);
    let booking =
        |start: &str| json!({ "doctor_id": doctor, "clinic_id": house.practice.clinic, "starts_at": start, "reason": "Cough" });
    let first = house.client(&amara).await.book("a", booking("2026-11-25T10:00:00Z")).await.expect(201);
    house.client(&jonas).await.book("b", booking("2026-11-25T11:00:00Z")).await.expect(201);
    let desk = house.client(&house.clinic.staff("Rosa Almeida", "receptionist", Some(house.practice)).await).await;
    let path = format!("/patients/{}/appointments", jonas.patient());
    let mut over = booking("2026-11-25T10:00:00Z");
    over["overbooking"] = json!("Sent by the ward");
    desk.ask(Method::POST, &path, &[("idempotency-key", "c")], Some(over)).await.expect(201);

    let day = desk.get("/clinic-day?day=2026-11-25&zone=Europe/London").await.expect(200);
    assert_eq!((&day["doctors"][0]["doctor_id"], &day["doctors"][0]["name"]), (&json!(doctor), &json!("Dr Lena Hoffmann")));
    let hours = json!([{ "starts_at": "2026-11-25T09:00:00Z", "ends_at": "2026-11-25T17:00:00Z" }]);
    assert_eq!(day["doctors"][0]["hours"], hours);
    let visits = day["visits"].as_array().unwrap();
    assert_eq!(visits.len(), 3);
    let overbooked: Vec<&Value> = visits.iter().map(|visit| &visit["overbooking"]).filter(|why| !why.is_null()).collect();
    assert_eq!(overbooked, [&json!("Sent by the ward")]);
    assert!(!day.to_string().contains("Cough"), "the reasons are not in it");
    assert_eq!(desk.get("/clinic-day?day=soon").await.faults(), [("day", "malformed")]);

    let found = desk.get(&format!("/appointments?patient_id={}", amara.patient())).await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!((&found["items"][0]["id"], &found["items"][0]["arrived_at"]), (&first["id"], &Value::Null));
    let cancel = format!("/appointments/{}/cancel", first["id"].as_str().unwrap());
    let cancelled = desk.post(&cancel, json!({ "message": "The doctor is ill." })).await.expect(200);
    assert_eq!((&cancelled["state"], &cancelled["cancelled_by"]), (&json!("cancelled"), &json!("clinic")));
}

#[tokio::test]
async fn anybody_learns_on_which_days_a_doctor_is_free_and_what_a_search_can_be_narrowed_by() {
    let house = house().await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await.doctor();
    let anybody = house.stranger();
    let month = anybody.get(&format!("/doctors/{doctor}/free-days?day=2026-12-10&zone=Europe/London")).await.expect(200);
    assert_eq!((&month["first_day"], &month["visit_type"]), (&json!("2026-12-01"), &Value::Null));
    let free = |date: &str| {
        let days = month["days"].as_array().unwrap();
        days.iter().find(|day| day["day"] == date).map(|day| day["free"].as_i64().unwrap()).unwrap()
    };
    // A Thursday with eight hours, and a Saturday.
    assert_eq!((free("2026-12-10"), free("2026-12-12")), (16, 0));
    assert_eq!(
        anybody.get(&format!("/doctors/{doctor}/free-days?zone=Mars/Olympus")).await.faults(),
        [("zone", "unknown_choice")]
    );
    assert_eq!(anybody.get("/doctors/7/free-days").await.refusal(), (404, "not_found"));

    let choices = anybody.get("/search-choices").await.expect(200);
    assert_eq!(choices["clinics"][0]["id"], json!(house.practice.clinic));
    assert_eq!(choices["modes"], json!([{ "mode": "video", "doctors": 1 }]));
    let specialty = choices["specialties"][0]["slug"].as_str().unwrap();
    assert_eq!(anybody.get(&format!("/doctors?specialty={specialty}")).await.expect(200)["items"].as_array().unwrap().len(), 1);
}
