//! A doctor runs late.

use super::{Scene, after, code, scene, tomorrow_at_ten};
use domain::{
    live::{self, LiveKind, Missed},
    scheduling::{self, ListAppointments, TellLate, Which},
    visits,
};
use jiff::SignedDuration;
use model::{
    errors::Code,
    ids::AppointmentId,
    scheduling::{LateBy, views::AppointmentCard},
};

async fn tell(scene: &Scene, minutes: u16) {
    let by = (minutes > 0).then(|| LateBy::new(minutes).unwrap());
    let command = TellLate { by, zone: "Europe/London".into() };
    scheduling::tell_late(&scene.clinic.domain, &scene.doctor.access(&scene.clinic), command).await.unwrap();
}

/// By how many minutes the doctor runs late, as the patient sees it on the page of an appointment.
async fn seen(scene: &Scene, id: AppointmentId) -> Option<u16> {
    let view = scheduling::get(&scene.clinic.domain, &scene.as_patient(), id).await.unwrap();
    view.card.late.map(|late| late.by.minutes())
}

#[tokio::test]
async fn patients_of_today_see_that_the_doctor_runs_late() {
    let scene = scene().await;
    let domain = &scene.clinic.domain;
    let today = scene.book(after(180)).await.unwrap().card;
    let tomorrow = scene.book(tomorrow_at_ten()).await.unwrap().card;
    scene.clinic.dispatch().await;
    tell(&scene, 20).await;
    assert_eq!((seen(&scene, today.id).await, seen(&scene, tomorrow.id).await), (Some(20), None));
    let command = ListAppointments { which: Which::Upcoming, after: None, limit: None };
    let listed = scheduling::list(domain, &scene.as_patient(), command).await.unwrap().items;
    let minutes = |card: &AppointmentCard| card.late.map(|late| late.by.minutes());
    assert_eq!(listed.iter().map(minutes).collect::<Vec<_>>(), [Some(20), None]);
    let room = visits::visit(domain, &scene.as_patient(), today.encounter).await.unwrap();
    assert_eq!(room.late.map(|late| late.by.minutes()), Some(20));
    let day = scheduling::day_of_doctor(domain, &scene.doctor.access(&scene.clinic), None, "Europe/London").await.unwrap();
    assert_eq!(day.late.map(|late| late.by.minutes()), Some(20));

    scene.clinic.dispatch().await;
    let Missed::Events(events) = live::missed(domain, scene.patient.user, 0).await.unwrap() else {
        panic!("no live event may be lost")
    };
    let told: Vec<_> = events.iter().rev().take(2).map(|event| (event.kind, event.resource)).collect();
    assert!(
        told.contains(&(LiveKind::Appointment, today.id.uuid())) && told.contains(&(LiveKind::Visit, today.encounter.uuid()))
    );
    assert!(scene.clinic.audited().await.iter().any(|action| action == "scheduling.late_told"));

    tell(&scene, 45).await;
    assert_eq!(seen(&scene, today.id).await, Some(45));
    tell(&scene, 0).await;
    assert_eq!(seen(&scene, today.id).await, None);
    tell(&scene, 0).await;
}

#[tokio::test]
async fn it_ends_with_the_day_of_the_doctor() {
    let scene = scene().await;
    let today = scene.book(after(180)).await.unwrap().card.id;
    let tomorrow = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    tell(&scene, 10).await;
    scene.clinic.pass(SignedDuration::from_hours(2));
    assert_eq!(seen(&scene, today).await, Some(10));
    scene.clinic.pass(SignedDuration::from_hours(13));
    assert_eq!((seen(&scene, today).await, seen(&scene, tomorrow).await), (None, None));
    let doctor = scene.doctor.access(&scene.clinic);
    let day = scheduling::day_of_doctor(&scene.clinic.domain, &doctor, None, "Europe/London").await.unwrap();
    assert_eq!(day.late, None);
}

#[tokio::test]
async fn only_doctors_say_that_they_run_late() {
    let scene = scene().await;
    let command = TellLate { by: None, zone: "Europe/London".into() };
    let domain = &scene.clinic.domain;
    assert_eq!(code(scheduling::tell_late(domain, &scene.as_patient(), command.clone()).await), Code::Forbidden);
    assert_eq!(code(scheduling::tell_late(domain, &scene.clinic.stranger(), command).await), Code::SignInNeeded);
    let nowhere = TellLate { by: None, zone: "Nowhere/Land".into() };
    let refused = scheduling::tell_late(domain, &scene.doctor.access(&scene.clinic), nowhere).await.err().unwrap();
    assert_eq!(refused.field_errors()[0].field, "zone");
}
