//! What is measured of a patient: by a nurse before a visit, by the doctor, and at home.

use domain::{
    notifications::{ListNotices, list_notices},
    records::{self, AddMeasurements, WithdrawMeasurements},
};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldFault, Range},
    ids::{EncounterId, MeasurementId},
    notices::NoticeTopic,
    vitals::{Alarm, ClinicalRisk, IntakePlace, PatientMeasurements, Side, TypedVitals, Unit, VitalKind},
};
use testing::{Consultation, Person};

fn pressure(systolic: &str, diastolic: &str) -> TypedVitals {
    TypedVitals { systolic: systolic.to_owned(), diastolic: diastolic.to_owned(), ..TypedVitals::default() }
}

fn command(scene: &Consultation, encounter: Option<EncounterId>, vitals: TypedVitals) -> AddMeasurements {
    AddMeasurements { patient: scene.patient.patient(), encounter, taken_at: None, vitals, idempotency_key: None }
}

async fn add(scene: &Consultation, person: &Person, command: AddMeasurements) -> Result<MeasurementId, Code> {
    records::add_measurements(&scene.clinic.domain, &scene.by(person), command).await.map_err(|error| error.code())
}

async fn read(scene: &Consultation, person: &Person) -> Result<PatientMeasurements, Code> {
    let (access, patient) = (scene.by(person), scene.patient.patient());
    records::measurements(&scene.clinic.domain, &access, Some(patient)).await.map_err(|error| error.code())
}

async fn withdraw(scene: &Consultation, person: &Person, measurement: MeasurementId) -> Result<(), Code> {
    let command = WithdrawMeasurements { patient: scene.patient.patient(), measurement, reason: "Another patient".to_owned() };
    records::withdraw_measurements(&scene.clinic.domain, &scene.by(person), command).await.map_err(|error| error.code())
}

async fn told(scene: &Consultation) -> usize {
    scene.clinic.dispatch().await;
    let listed = list_notices(&scene.clinic.domain, &scene.by(&scene.doctor), ListNotices::default()).await.unwrap();
    listed.items.iter().filter(|notice| notice.topic == NoticeTopic::Vitals).count()
}

#[tokio::test]
async fn a_nurse_measures_before_the_visit_and_its_doctor_is_told_of_what_is_alarming() {
    let scene = testing::consultation().await;
    let nurse = scene.clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    let calm = command(&scene, Some(scene.encounter), pressure("120", "80"));
    let key = Some("one".to_owned());
    let first = add(&scene, &nurse, AddMeasurements { idempotency_key: key.clone(), ..calm.clone() }).await.unwrap();
    let again = add(&scene, &nurse, AddMeasurements { idempotency_key: key, ..calm }).await.unwrap();
    assert_eq!((first, told(&scene).await), (again, 0), "a form that is sent twice records once");

    scene.clinic.pass(SignedDuration::from_mins(1));
    let ill = TypedVitals {
        pulse: "112".to_owned(),
        breathing: "26".to_owned(),
        saturation: "93".to_owned(),
        temperature: "103,1".to_owned(),
        temperature_unit: "[degF]".to_owned(),
        consciousness: "alert".to_owned(),
        breathes: "air".to_owned(),
        ..pressure("110", "70")
    };
    let second = add(&scene, &nurse, command(&scene, Some(scene.encounter), ill)).await.unwrap();
    assert_eq!(told(&scene).await, 1);

    let seen = read(&scene, &scene.doctor).await.unwrap();
    let ids: Vec<_> = seen.items.iter().map(|item| item.id).collect();
    assert_eq!((ids, seen.may_add, seen.patient_name.as_str()), (vec![second, first], true, "Amara Osei"));
    let newest = &seen.items[0];
    let temperature = newest.vitals.get(VitalKind::Temperature).unwrap();
    assert_eq!((temperature.value.to_string().as_str(), temperature.unit), ("103.1", Unit::Fahrenheit));
    assert_eq!(temperature.canonical.to_string(), "39.50");
    assert_eq!((newest.recorded_by.as_str(), newest.at_home, newest.encounter), ("Nina Nurse", false, Some(scene.encounter)));
    let alarms: Vec<_> = newest.alarms.iter().map(|Alarm { kind, side }| (*kind, *side)).collect();
    assert_eq!(alarms, [(VitalKind::Temperature, Side::High), (VitalKind::Breathing, Side::High)]);
    let score = newest.news2.unwrap();
    // 3 for breathing, 2 for the saturation, 1 for the blood pressure, 2 for the pulse, 2 for the temperature.
    assert_eq!((score.aggregate(), score.has_single_trigger(), score.risk()), (10, true, ClinicalRisk::High));

    let safety = records::safety(&scene.clinic.domain, &scene.by(&scene.doctor), scene.encounter).await.unwrap();
    assert_eq!(safety.vitals.map(|view| view.id), Some(second));

    let stored: Vec<Vec<u8>> =
        sqlx::query_scalar("select body_cipher from measurements").fetch_all(&scene.clinic.owner).await.unwrap();
    assert!(stored.iter().all(|cipher| !String::from_utf8_lossy(cipher).contains("systolic")), "it is encrypted");
    let audited = scene.clinic.audited().await;
    assert_eq!(audited.iter().filter(|action| *action == "records.measurements_added").count(), 2);
    assert!(audited.iter().any(|action| action == "records.measurements_read"));
    let events: Vec<String> =
        sqlx::query_scalar("select to_jsonb(e)::text from audit_events e where action = 'records.measurements_added'")
            .fetch_all(&scene.clinic.owner)
            .await
            .unwrap();
    assert!(events.iter().all(|entry| !entry.contains("103")), "no value is in the log");
}

#[tokio::test]
async fn what_is_measured_at_home_is_marked_and_a_mistake_is_marked_too() {
    let scene = testing::consultation().await;
    let nurse = scene.clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    let by_nurse = add(&scene, &nurse, command(&scene, None, pressure("130", "85"))).await.unwrap();
    scene.clinic.pass(SignedDuration::from_mins(1));
    let typed = TypedVitals {
        weight: "72,50".to_owned(),
        saturation: "89".to_owned(),
        scale: "scale_2".to_owned(),
        consciousness: "voice".to_owned(),
        ..TypedVitals::default()
    };
    let at_home = add(&scene, &scene.patient, command(&scene, None, typed)).await.unwrap();

    let own = read(&scene, &scene.patient).await.unwrap();
    let shown: Vec<_> = own.items.iter().map(|item| (item.id, item.at_home, item.may_withdraw)).collect();
    assert_eq!(shown, [(at_home, true, true), (by_nurse, false, false)]);
    assert_eq!(own.items[0].vitals.consciousness, None, "only a clinician assesses it");
    let alarms: Vec<_> = own.items[0].alarms.iter().map(|Alarm { kind, side }| (*kind, *side)).collect();
    assert_eq!(alarms, [(VitalKind::Saturation, Side::Low)], "only a clinician decides that 89 % is enough");
    assert_eq!(own.items[0].vitals.get(VitalKind::Weight).unwrap().value.to_string(), "72.50");

    assert_eq!(withdraw(&scene, &scene.patient, by_nurse).await, Err(Code::Forbidden));
    withdraw(&scene, &scene.doctor, by_nurse).await.unwrap();
    withdraw(&scene, &scene.doctor, by_nurse).await.unwrap();
    withdraw(&scene, &scene.patient, at_home).await.unwrap();
    assert!(read(&scene, &nurse).await.unwrap().items.is_empty());
    let kept: i64 = sqlx::query_scalar("select count(*) from measurements where reason_cipher is not null")
        .fetch_one(&scene.clinic.owner)
        .await
        .unwrap();
    assert_eq!(kept, 2, "nothing is deleted");
    let audited = scene.clinic.audited().await;
    assert_eq!(
        audited.iter().filter(|action| *action == "records.measurements_withdrawn").count(),
        2,
        "a repeat changes nothing"
    );
    let refused = sqlx::query("delete from measurements").execute(scene.clinic.domain.pool()).await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "42501");
}

#[tokio::test]
async fn the_wrong_person_and_a_wrong_value_are_refused() {
    let scene = testing::consultation().await;
    let elsewhere = scene.clinic.practice().await;
    let distant = scene.clinic.staff("Nora Distant", "nurse", Some(elsewhere)).await;
    let desk = scene.clinic.staff("Rita Reception", "receptionist", Some(scene.practice)).await;
    let other_doctor = scene.clinic.doctor("Dr Tariq Mansour", scene.practice).await;
    let other_patient = scene.clinic.patient("Jonas Weber").await;
    for person in [&distant, &desk, &other_doctor, &other_patient] {
        let tried = add(&scene, person, command(&scene, None, pressure("120", "80"))).await;
        assert_eq!(
            (tried, read(&scene, person).await.map(|_| ())),
            (Err(Code::NotFound), Err(Code::NotFound)),
            "{}",
            person.email
        );
    }
    let (domain, doctor) = (&scene.clinic.domain, scene.by(&scene.doctor));
    let stranger = records::measurements(domain, &scene.clinic.stranger(), Some(scene.patient.patient())).await.map(|_| ());
    assert_eq!(stranger.map_err(|error| error.code()), Err(Code::SignInNeeded));

    let impossible = command(&scene, None, pressure("1000000000", "80"));
    let refused = records::add_measurements(domain, &doctor, impossible).await.unwrap_err();
    let range = FieldFault::TooLarge(Range::numbers(20, 350));
    assert_eq!((refused.field_errors()[0].field.as_str(), refused.field_errors()[0].fault), ("systolic", range));
    let ahead = AddMeasurements {
        taken_at: Some(domain.now() + SignedDuration::from_mins(1)),
        ..command(&scene, None, pressure("120", "80"))
    };
    let refused = records::add_measurements(domain, &doctor, ahead).await.unwrap_err();
    assert_eq!((refused.field_errors()[0].field.as_str(), refused.field_errors()[0].fault), ("taken_at", FieldFault::NotPast));

    for taken_at in ["1990-04-11T12:00:00Z", "-009000-01-01T00:00:00Z"] {
        let before_birth =
            AddMeasurements { taken_at: Some(taken_at.parse().unwrap()), ..command(&scene, None, pressure("120", "80")) };
        let refused = records::add_measurements(domain, &doctor, before_birth).await.unwrap_err();
        assert_eq!(refused.field_errors()[0].field.as_str(), "taken_at", "{taken_at}");
    }

    // A visit of somebody else.
    let foreign = scene.clinic.coming_encounter(&other_patient, &other_doctor, scene.practice).await;
    let tried = add(&scene, &scene.doctor, command(&scene, Some(foreign), pressure("120", "80"))).await;
    assert_eq!(tried, Err(Code::NotFound));
    assert!(read(&scene, &scene.doctor).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn an_alarming_value_outside_of_a_visit_is_told_to_those_who_treat_the_patient() {
    let scene = testing::consultation().await;
    let nurse = scene.clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    let other = scene.clinic.doctor("Dr Tariq Mansour", scene.practice).await;
    let readings = async |person: &Person| {
        scene.clinic.dispatch().await;
        let listed = list_notices(&scene.clinic.domain, &scene.by(person), ListNotices::default()).await.unwrap();
        let readings = listed.items.into_iter().filter(|notice| notice.topic == NoticeTopic::Reading);
        readings.map(|notice| notice.subject).collect::<Vec<_>>()
    };
    add(&scene, &scene.patient, command(&scene, None, pressure("120", "80"))).await.unwrap();
    assert!(readings(&scene.doctor).await.is_empty(), "nobody is told of a usual value");
    add(&scene, &scene.patient, command(&scene, None, pressure("195", "110"))).await.unwrap();
    add(&scene, &nurse, command(&scene, None, pressure("85", "50"))).await.unwrap();
    add(&scene, &scene.doctor, command(&scene, None, pressure("195", "110"))).await.unwrap();
    let patient = scene.patient.patient().uuid();
    assert_eq!(readings(&scene.doctor).await, [patient, patient], "not of what the doctor has measured");
    assert!(readings(&other).await.is_empty(), "the other doctor does not treat the patient");
}

#[tokio::test]
async fn the_worklist_says_whose_intake_is_missing() {
    let scene = testing::consultation().await;
    let nurse = scene.clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    let other_doctor = scene.clinic.doctor("Dr Tariq Mansour", scene.practice).await;
    let other_patient = scene.clinic.patient("Jonas Weber").await;
    let coming = scene.clinic.coming_encounter(&other_patient, &other_doctor, scene.practice).await;
    add(&scene, &nurse, command(&scene, Some(scene.encounter), pressure("120", "80"))).await.unwrap();

    let (domain, access) = (&scene.clinic.domain, scene.by(&nurse));
    let list = records::intakes(domain, &access, None, "UTC").await.unwrap();
    let shown: Vec<_> = list.items.iter().map(|item| (item.card.encounter, item.taken_at.is_some())).collect();
    assert_eq!(shown, [(coming, false), (scene.encounter, true)], "who is expected comes before who is with the doctor");
    let places: Vec<_> = list.items.iter().map(|item| item.place).collect();
    assert_eq!(places, [IntakePlace::Expected, IntakePlace::WithDoctor]);
    for person in [&scene.doctor, &scene.patient] {
        let refused = records::intakes(domain, &scene.by(person), None, "UTC").await.map(|_| ());
        assert_eq!(refused.map_err(|error| error.code()), Err(Code::Forbidden));
    }

    let intake = records::intake(domain, &access, scene.encounter).await.unwrap();
    assert_eq!((intake.card.encounter, intake.measurements.items.len()), (scene.encounter, 1));
    let hidden = records::intake(domain, &scene.by(&other_patient), scene.encounter).await.map(|_| ());
    assert_eq!(hidden.map_err(|error| error.code()), Err(Code::NotFound));
}

#[tokio::test]
async fn what_was_measured_for_a_visit_is_found_among_many_later_measurements() {
    let scene = testing::consultation().await;
    let nurse = scene.clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    let for_visit = add(&scene, &nurse, command(&scene, Some(scene.encounter), pressure("120", "80"))).await.unwrap();
    assert!(!read(&scene, &nurse).await.unwrap().is_cut);
    for _ in 0..200 {
        scene.clinic.pass(SignedDuration::from_secs(1));
        add(&scene, &scene.patient, command(&scene, None, pressure("125", "82"))).await.unwrap();
    }
    let all = read(&scene, &nurse).await.unwrap();
    assert_eq!((all.items.len(), all.is_cut), (200, true), "the list says that there are older ones");
    let intake = records::intake(&scene.clinic.domain, &scene.by(&nurse), scene.encounter).await.unwrap();
    assert_eq!(intake.measurements.items.iter().map(|item| item.id).collect::<Vec<_>>(), [for_visit]);
}
