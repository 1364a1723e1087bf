//! Many simultaneous bookings of one time.

use super::{Scene, scene, tomorrow_at_ten};
use domain::scheduling::{self, BookAppointment};
use model::errors::Code;
use std::{collections::HashMap, sync::Arc};
use testing::Person;
use tokio::sync::Barrier;

/// How many bookings ended with which code, when all these people book the same time at the same moment, each as often as the list contains them.
async fn race(scene: &Scene, people: impl Iterator<Item = &Person> + Clone) -> HashMap<Option<Code>, usize> {
    let start = Arc::new(Barrier::new(people.clone().count()));
    let racers: Vec<_> = people
        .map(|person| {
            let (domain, access, start) = (scene.clinic.domain.clone(), person.access(&scene.clinic), start.clone());
            let command = scene.command(tomorrow_at_ten());
            tokio::spawn(async move {
                start.wait().await;
                scheduling::book(&domain, &access, command).await.map(drop).map_err(|error| error.code())
            })
        })
        .collect();
    let mut outcomes = HashMap::new();
    for racer in racers {
        *outcomes.entry(racer.await.unwrap().err()).or_default() += 1;
    }
    outcomes
}

async fn patients(scene: &Scene, count: usize) -> Vec<Person> {
    let mut patients = Vec::with_capacity(count);
    for number in 0..count {
        let letters = [number / 26, number % 26].map(|place| char::from(b'a' + u8::try_from(place).unwrap()));
        patients.push(scene.clinic.patient(&format!("Patient {}", String::from_iter(letters))).await);
    }
    patients
}

async fn assert_one_appointment(scene: &Scene) {
    assert_eq!(scene.count("select count(*) from appointments").await, 1);
    assert_eq!(scene.count("select count(*) from reservations").await, 1);
    assert_eq!(scene.count("select count(*) from encounters").await, 1);
    let booked = scene.clinic.audited().await.into_iter().filter(|action| action == "scheduling.appointment_booked").count();
    assert_eq!(booked, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_all_patients_who_want_one_time_one_gets_it_and_nothing_deadlocks() {
    let scene = scene().await;
    let count = if testing::long() { 200 } else { 40 };
    let patients = patients(&scene, count).await;
    // Any other code, such as that of a deadlock, would be among the outcomes.
    assert_eq!(race(&scene, patients.iter()).await, HashMap::from([(None, 1), (Some(Code::SlotTaken), count - 1)]));
    assert_one_appointment(&scene).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_requests_of_each_of_twenty_patients_one_wins() {
    let scene = scene().await;
    let patients = patients(&scene, 20).await;
    // Here the bookings compete for both the doctor's and the patients' locks.
    let outcomes = race(&scene, patients.iter().cycle().take(200)).await;
    assert_eq!(outcomes, HashMap::from([(None, 1), (Some(Code::SlotTaken), 199)]));
    assert_one_appointment(&scene).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_patient_who_books_two_doctors_at_once_gets_one() {
    let scene = scene().await;
    let other = scene.clinic.doctor("Dr Chidi Okafor", scene.practice).await;
    let start = tomorrow_at_ten();
    let commands = [scene.command(start), BookAppointment { doctor: other.doctor(), ..scene.command(start) }];
    let racers = commands.map(|command| {
        let (domain, access) = (scene.clinic.domain.clone(), scene.as_patient());
        tokio::spawn(async move { scheduling::book(&domain, &access, command).await.map(drop).map_err(|error| error.code()) })
    });
    let mut outcomes = Vec::new();
    for racer in racers {
        outcomes.push(racer.await.unwrap());
    }
    outcomes.sort_unstable();
    assert_eq!(outcomes, [Ok(()), Err(Code::PatientBusy)]);
}

#[tokio::test]
async fn a_record_that_is_merged_while_somebody_books_for_it_gets_no_appointment() {
    let scene = scene().await;
    let mut merge = scene.clinic.owner.begin().await.unwrap();
    sqlx::raw_sql("select id from patients for update").execute(&mut *merge).await.unwrap();
    let (domain, access, command) = (scene.clinic.domain.clone(), scene.as_patient(), scene.command(tomorrow_at_ten()));
    let booking = tokio::spawn(async move { scheduling::book(&domain, &access, command).await });
    loop {
        let waits: bool = sqlx::query_scalar(
            "select exists (select from pg_locks where not granted
               and pid in (select pid from pg_stat_activity where datname = current_database()))",
        )
        .fetch_one(&mut *merge)
        .await
        .unwrap();
        if waits || booking.is_finished() {
            break;
        }
        // Postgres does not tell when somebody begins to wait.
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    sqlx::raw_sql("update patients set deleted_at = created_at").execute(&mut *merge).await.unwrap();
    merge.commit().await.unwrap();
    assert_eq!(booking.await.unwrap().map_err(|error| error.code()).err(), Some(Code::NotFound));
    assert_eq!(scene.count("select count(*) from appointments").await, 0);
}
