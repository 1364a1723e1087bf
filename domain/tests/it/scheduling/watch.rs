//! Pages that show a doctor's times are notified when these times change.

use super::{Scene, after, scene, tomorrow_at_ten};
use domain::{
    directory::{self, ChangeAccount},
    live::{Heard, Listener},
    scheduling::{self, AddException, AddRoom, CancelAppointment, Hold, ReplaceWeek, add_room},
};
use jiff::{SignedDuration, civil::date};
use model::{
    ids::DoctorId,
    scheduling::{DayException, ExceptionKind},
};
use std::{collections::BTreeSet, time::Duration};

/// The doctors whose watchers the dispatcher has notified since the last call.
async fn told(scene: &Scene, listener: &mut Listener) -> BTreeSet<DoctorId> {
    scene.clinic.dispatch().await;
    let mut told = BTreeSet::new();
    loop {
        // The first message comes at once; whether more follow is only known after waiting.
        let wait = if told.is_empty() { Duration::from_secs(20) } else { Duration::from_millis(50) };
        match tokio::time::timeout(wait, listener.next()).await {
            Ok(Ok(Heard::Times(doctors))) => told.extend(doctors),
            Ok(heard) => drop(heard.unwrap()),
            Err(_) => return told,
        }
    }
}

#[tokio::test]
async fn a_time_that_is_held_freed_booked_or_cancelled_is_told() {
    let scene = scene().await;
    let domain = &scene.clinic.domain;
    let (doctor, start) = (scene.doctor.doctor(), tomorrow_at_ten());
    let other = scene.clinic.doctor("Dr Tomás Ribeiro", scene.practice).await;
    scene.clinic.dispatch().await;
    let mut listener = Listener::start(domain).await.unwrap();

    let held = scene.hold(start).await.unwrap();
    assert_eq!(told(&scene, &mut listener).await, [doctor].into());
    scheduling::release(domain, &scene.as_patient(), held.reservation).await.unwrap();
    assert_eq!(told(&scene, &mut listener).await, [doctor].into());

    scene.hold(start).await.unwrap();
    told(&scene, &mut listener).await;
    let elsewhere = Hold { doctor: other.doctor(), clinic: scene.practice.clinic, start, visit_type: None };
    scheduling::hold(domain, &scene.as_patient(), elsewhere).await.unwrap();
    assert_eq!(
        told(&scene, &mut listener).await,
        [doctor, other.doctor()].into(),
        "a new hold must free the patient's previous one"
    );

    let id = scene.book(start).await.unwrap().card.id;
    assert_eq!(told(&scene, &mut listener).await, [doctor, other.doctor()].into(), "booking must free the patient's other hold");
    let cancel = CancelAppointment { appointment: id, version: None, message: None, idempotency_key: None };
    scheduling::cancel(domain, &scene.as_patient(), cancel).await.unwrap();
    assert_eq!(told(&scene, &mut listener).await, [doctor].into());

    scene.hold(after(26 * 60)).await.unwrap();
    told(&scene, &mut listener).await;
    scene.clinic.pass(SignedDuration::from_mins(11));
    assert_eq!(scheduling::sweep_holds(domain).await.unwrap(), 1);
    assert_eq!(told(&scene, &mut listener).await, [doctor].into(), "an expired hold must be announced as free");
}

#[tokio::test]
async fn the_last_room_is_told_to_those_who_look_at_any_doctor_of_the_clinic() {
    let scene = scene().await;
    let (domain, start) = (&scene.clinic.domain, tomorrow_at_ten());
    let other = scene.clinic.doctor("Dr Tomás Ribeiro", scene.practice).await;
    let admin = scene.clinic.staff("Ida Admin", "admin", None).await.access(&scene.clinic);
    let room = |name: &str| AddRoom { clinic: scene.practice.clinic, name: name.to_owned() };
    add_room(domain, &admin, room("Room 1")).await.unwrap();
    scene.owner("update visit_types set mode = 'in_person'").await;
    scene.clinic.dispatch().await;
    let mut listener = Listener::start(domain).await.unwrap();
    let (own, both): (BTreeSet<DoctorId>, BTreeSet<DoctorId>) =
        ([scene.doctor.doctor()].into(), [scene.doctor.doctor(), other.doctor()].into());

    let held = scene.hold(start).await.unwrap();
    assert_eq!(told(&scene, &mut listener).await, both);
    scheduling::release(domain, &scene.as_patient(), held.reservation).await.unwrap();
    assert_eq!(told(&scene, &mut listener).await, both, "the only room is free again");
    let id = scene.book(start).await.unwrap().card.id;
    assert_eq!(told(&scene, &mut listener).await, both);
    let cancel = |appointment| CancelAppointment { appointment, version: None, message: None, idempotency_key: None };
    scheduling::cancel(domain, &scene.as_patient(), cancel(id)).await.unwrap();
    assert_eq!(told(&scene, &mut listener).await, both);

    add_room(domain, &admin, room("Room 2")).await.unwrap();
    let id = scene.book(start).await.unwrap().card.id;
    assert_eq!(told(&scene, &mut listener).await, own, "another room is free");
    scheduling::cancel(domain, &scene.as_patient(), cancel(id)).await.unwrap();
    assert_eq!(told(&scene, &mut listener).await, own);
}

#[tokio::test]
async fn other_hours_and_a_closed_account_are_told() {
    let scene = scene().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.doctor.doctor());
    let access = || scene.doctor.access(&scene.clinic);
    let admin = scene.clinic.staff("Ada Admin", "admin", None).await;
    scene.clinic.dispatch().await;
    let mut listener = Listener::start(domain).await.unwrap();

    let hours = scheduling::hours(domain, &access()).await.unwrap();
    let (clinic, week) = (scene.practice.clinic, hours.clinics[0].week[1..].to_vec());
    let replace = ReplaceWeek { clinic, week, version: hours.version, idempotency_key: None };
    scheduling::replace_week(domain, &access(), replace).await.unwrap();
    assert_eq!(told(&scene, &mut listener).await, [doctor].into());

    let exception = DayException { date: date(2026, 11, 26), kind: ExceptionKind::DayOff };
    let add = AddException { clinic, exception, idempotency_key: None };
    let off = scheduling::add_exception(domain, &access(), add).await.unwrap();
    assert_eq!(told(&scene, &mut listener).await, [doctor].into());
    scheduling::remove_exception(domain, &access(), off.clinics[0].exceptions[0].id).await.unwrap();
    assert_eq!(told(&scene, &mut listener).await, [doctor].into());

    let admins = admin.access(&scene.clinic);
    for closes in [true, false] {
        let version = directory::person(domain, &admins, scene.doctor.user).await.unwrap().version;
        let command = ChangeAccount { user: scene.doctor.user, reason: "Under review.".into(), version };
        if closes {
            directory::suspend(domain, &admins, command).await.unwrap();
        } else {
            directory::restore(domain, &admins, command).await.unwrap();
        }
        assert_eq!(told(&scene, &mut listener).await, [doctor].into());
    }
}
