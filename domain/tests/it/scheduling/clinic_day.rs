//! A clinic's day, for its staff.

use super::{scene, tomorrow_at_ten};
use domain::{
    live::{self, LiveKind, Missed},
    scheduling::{clinic_columns, clinic_day},
};
use model::{errors::Code, scheduling::TimeRange};
use testing::Practice;

#[tokio::test]
async fn the_staff_of_a_clinic_see_its_day_and_nobody_elses() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    clinic.coming_encounter(&scene.patient, &scene.doctor, scene.practice).await;
    let there = clinic.practice().await;
    let day = async |name: &str, role: &str, practice: Practice| {
        let who = clinic.staff(name, role, Some(practice)).await;
        let day = clinic_day(domain, &who.access(clinic), None, "Europe/London").await;
        day.map(|day| day.cards.into_iter().map(|card| card.patient.name).collect::<Vec<_>>()).map_err(|error| error.code())
    };
    for role in ["receptionist", "nurse"] {
        assert_eq!(day(&format!("Sam {role}"), role, scene.practice).await, Ok(vec!["Amara Osei".to_owned()]), "{role}");
        assert_eq!(day(&format!("Lin {role}"), role, there).await, Ok(Vec::new()), "{role} elsewhere");
    }
    assert_eq!(day("Hiro Tanabe", "pharmacist", scene.practice).await, Err(Code::Forbidden));
    for (person, expected) in [(&scene.doctor, Ok(1)), (&scene.patient, Err(Code::Forbidden))] {
        let day = clinic_day(domain, &person.access(clinic), None, "Europe/London").await;
        assert_eq!(day.map(|day| day.cards.len()).map_err(|error| error.code()), expected);
    }
    let tomorrow = "2026-11-25".parse().ok();
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await.access(clinic);
    assert!(clinic_day(domain, &desk, tomorrow, "Europe/London").await.unwrap().cards.is_empty());
    let columns = clinic_columns(domain, &desk, tomorrow, "Europe/London").await.unwrap();
    let hours = |open: &[TimeRange]| open.iter().map(|open| open.duration().as_hours()).sum::<i64>();
    assert_eq!((columns.doctors.len(), columns.doctors[0].name.as_str()), (1, "Dr Lena Hoffmann"));
    assert_eq!(hours(&columns.doctors[0].open), 8, "from 09:00 to 17:00");
    let yesterday = "2026-11-23".parse().ok();
    assert!(clinic_columns(domain, &desk, yesterday, "Europe/London").await.unwrap().doctors.is_empty());
    let elsewhere = clinic.staff("Mia Brandt", "receptionist", Some(there)).await.access(clinic);
    assert!(clinic_columns(domain, &elsewhere, tomorrow, "Europe/London").await.unwrap().doctors.is_empty());
    let refused = clinic_columns(domain, &scene.as_patient(), None, "Europe/London").await.err().map(|error| error.code());
    assert_eq!(refused, Some(Code::Forbidden));
    let nowhere = clinic_day(domain, &desk, None, "Nowhere/Here").await.err().map(|error| error.code());
    assert_eq!(nowhere, Some(Code::FieldsInvalid));
    assert!(clinic.audited().await.contains(&"scheduling.clinic_day_read".to_owned()));
}

#[tokio::test]
async fn reception_hears_of_the_visits_of_its_clinic_at_once() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let there = clinic.practice().await;
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await;
    let elsewhere = clinic.staff("Mia Brandt", "receptionist", Some(there)).await;
    let booked = scene.book(tomorrow_at_ten()).await.unwrap().card;
    clinic.dispatch().await;
    for (person, expected) in [(&desk, vec![booked.id.uuid()]), (&elsewhere, Vec::new())] {
        let Missed::Events(events) = live::missed(domain, person.user, 0).await.unwrap() else {
            panic!("no live event may be lost")
        };
        let heard = events.iter().filter(|event| event.kind == LiveKind::Appointment).map(|event| event.resource);
        assert_eq!(heard.collect::<Vec<_>>(), expected);
    }
}
