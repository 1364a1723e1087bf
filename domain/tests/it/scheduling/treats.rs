//! Who treats whom: one definition in SQL (`treats`), which every area asks.

use super::{Scene, after, scene, tomorrow_at_ten};
use domain::{
    Domain, records,
    scheduling::{self, BookAppointment, CancelAppointment},
    settings::Settings,
};
use jiff::SignedDuration;
use model::{errors::Code, ids::EncounterId};
use testing::Person;

/// Asks through the patient's record (facts of `records`) and through a visit with another doctor (facts of `visits`).
async fn may_read(scene: &Scene, doctor: &Person, visit: EncounterId) -> [Result<(), Code>; 2] {
    may_read_in(&scene.clinic.domain, scene, doctor, visit).await
}

async fn may_read_in(domain: &Domain, scene: &Scene, doctor: &Person, visit: EncounterId) -> [Result<(), Code>; 2] {
    let of_patient = records::summary(domain, &doctor.access(&scene.clinic), scene.patient.patient()).await;
    let of_visit = records::consult(domain, &doctor.access(&scene.clinic), visit).await;
    [of_patient.map(drop).map_err(|error| error.code()), of_visit.map(drop).map_err(|error| error.code())]
}

#[tokio::test]
async fn an_appointment_that_was_neither_cancelled_nor_missed_makes_a_doctor_treat_the_patient() {
    let scene = scene().await;
    let visit = scene.clinic.encounter(&scene.patient, &scene.doctor, scene.practice).await;
    let other = scene.clinic.doctor("Dr Kofi Mensah", scene.practice).await;
    let (refused, allowed) = ([Err(Code::NotFound); 2], [Ok(()); 2]);
    assert_eq!(may_read(&scene, &other, visit).await, refused, "a doctor without an appointment");

    let command = BookAppointment { doctor: other.doctor(), ..scene.command(tomorrow_at_ten()) };
    let booked = scheduling::book(&scene.clinic.domain, &scene.as_patient(), command).await.unwrap();
    assert_eq!(may_read(&scene, &other, visit).await, refused, "an appointment whose day has not come");
    scene.clinic.pass(SignedDuration::from_hours(15));
    assert_eq!(may_read(&scene, &other, visit).await, allowed, "an appointment of this day");

    let cancel = CancelAppointment { appointment: booked.card.id, version: None, message: None, idempotency_key: None };
    scheduling::cancel(&scene.clinic.domain, &scene.as_patient(), cancel).await.unwrap();
    assert_eq!(may_read(&scene, &other, visit).await, refused, "a cancelled appointment");

    // Apart from the visit that began now.
    scene.clinic.pass(SignedDuration::from_hours(1));
    let own = scene.clinic.encounter(&scene.patient, &other, scene.practice).await;
    scene.clinic.end_encounter(own).await;
    assert_eq!(may_read(&scene, &other, visit).await, allowed, "an appointment that took place");

    scene.owner("update appointments set state = 'no_show' where state = 'completed'").await;
    assert_eq!(may_read(&scene, &other, visit).await, refused, "a missed appointment");
}

#[tokio::test]
async fn treatment_begins_with_the_day_of_the_visit_and_ends_some_time_after_the_last_one() {
    let scene = scene().await;
    let visit = scene.clinic.encounter(&scene.patient, &scene.doctor, scene.practice).await;
    let other = scene.clinic.doctor("Dr Kofi Mensah", scene.practice).await;
    let (refused, allowed) = ([Err(Code::NotFound); 2], [Ok(()); 2]);
    let week = Settings { treatment_prepared_days: 7, ..Settings::default() };
    let prepared = scene.clinic.domain_with(week).await;

    // In nine days, on a Thursday.
    let command = BookAppointment { doctor: other.doctor(), ..scene.command(after((9 * 24 + 1) * 60)) };
    scheduling::book(&scene.clinic.domain, &scene.as_patient(), command).await.unwrap();
    assert_eq!(may_read_in(&prepared, &scene, &other, visit).await, refused, "more than a week ahead");
    scene.clinic.pass(SignedDuration::from_hours(24 + 15));
    assert_eq!(
        may_read_in(&prepared, &scene, &other, visit).await,
        allowed,
        "midnight in London, the configured seven days before"
    );
    assert_eq!(may_read(&scene, &other, visit).await, refused, "a booking that lies ahead opens nothing");
    scene.clinic.pass(SignedDuration::from_hours(7 * 24) - SignedDuration::from_mins(16));
    assert_eq!(may_read(&scene, &other, visit).await, refused, "23:44 in London, on the day before");
    scene.clinic.pass(SignedDuration::from_mins(1));
    assert_eq!(may_read(&scene, &other, visit).await, allowed, "23:45, when the waiting room opens for a visit at midnight");
    scene.clinic.pass(SignedDuration::from_mins(15));
    assert_eq!(may_read(&scene, &other, visit).await, allowed, "midnight in London");

    scene
        .owner(
            "update appointments set state = 'completed', ends_at = starts_at + interval '30 minutes'; delete from reservations",
        )
        .await;
    scene.clinic.pass(SignedDuration::from_hours(24 * 540));
    assert_eq!(may_read(&scene, &other, visit).await, allowed, "until 540 days after the last visit");
    scene.clinic.pass(SignedDuration::from_hours(11));
    assert_eq!(may_read(&scene, &other, visit).await, refused, "the treatment is over");
}

#[tokio::test]
async fn treating_one_patient_opens_no_other() {
    let scene = scene().await;
    let other = scene.clinic.patient("Jonas Weber").await;
    scene.clinic.encounter(&other, &scene.doctor, scene.practice).await;
    let summary = |patient| {
        let access = scene.doctor.access(&scene.clinic);
        let domain = &scene.clinic.domain;
        async move { records::summary(domain, &access, patient).await.map(drop).map_err(|error| error.code()) }
    };
    assert_eq!(summary(other.patient()).await, Ok(()));
    assert_eq!(summary(scene.patient.patient()).await, Err(Code::NotFound));
}
