//! Why a time is not offered: one reason, what causes it, and who learns what.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::{
    access::Access,
    scheduling::{self, AskWhy},
};
use jiff::civil::{Date, date, time};
use model::{
    errors::Code,
    scheduling::{Availability, TakenBy, TimeRange, WhyAnswer, WhyCause, WhyView},
};

const WEDNESDAY: Date = date(2026, 11, 25);

impl Scene {
    async fn why(&self, access: &Access, day: Date, hour: i8, minute: i8) -> domain::Result<WhyView> {
        let at = Some(day.to_datetime(time(hour, minute, 0, 0)));
        let ask = AskWhy { doctor: Some(self.doctor.doctor()), at, ..AskWhy::default() };
        scheduling::why(&self.clinic.domain, access, ask).await
    }

    /// What the doctor is told about a time.
    async fn told(&self, day: Date, hour: i8, minute: i8) -> WhyAnswer {
        let view = self.why(&self.doctor.access(&self.clinic), day, hour, minute).await.unwrap();
        let [answer] = view.answers.as_slice() else { panic!("one answer") };
        answer.clone()
    }
}

#[tokio::test]
async fn each_time_that_is_not_offered_has_its_reason_and_what_causes_it() {
    let scene = scene().await;
    let free = scene.told(WEDNESDAY, 10, 0).await;
    assert_eq!((free.availability, free.at, free.nearest.len()), (Availability::Free, Some(tomorrow_at_ten()), 0));
    assert_eq!(scene.told(date(2026, 11, 23), 10, 0).await.availability, Availability::Past);
    let soon = scene.told(date(2026, 11, 24), 9, 30).await;
    let in_an_hour = "2026-11-24T10:00:00Z".parse().unwrap();
    assert_eq!((soon.availability, soon.cause), (Availability::TooSoon, WhyCause::From(in_an_hour)));
    assert_eq!(soon.nearest[0], in_an_hour);
    let far = scene.told(date(2027, 3, 1), 10, 0).await;
    assert_eq!((far.availability, far.cause), (Availability::BeyondHorizon, WhyCause::Until(date(2027, 1, 23))));
    let evening = scene.told(WEDNESDAY, 18, 0).await;
    let hours = TimeRange::new("2026-11-25T09:00:00Z".parse().unwrap(), "2026-11-25T17:00:00Z".parse().unwrap()).unwrap();
    assert_eq!((evening.availability, evening.cause), (Availability::OutsideHours, WhyCause::Hours(vec![hours])));
    assert_eq!(scene.told(WEDNESDAY, 10, 10).await.availability, Availability::NotOnGrid);
    scene.owner("update licences set expires_on = '2026-11-24'").await;
    let unlicensed = scene.told(WEDNESDAY, 10, 0).await;
    assert_eq!((unlicensed.availability, unlicensed.cause), (Availability::Unlicensed, WhyCause::Until(date(2026, 11, 24))));
}

#[tokio::test]
async fn another_visit_is_described_only_to_those_who_may_see_it() {
    let scene = scene().await;
    let booked = scene.book(tomorrow_at_ten()).await.unwrap().card;
    let elsewhere = scene.clinic.practice().await;
    let (clinic, here) = (&scene.clinic, Some(scene.practice));
    let desk = clinic.staff("Rosa Almeida", "receptionist", here).await.access(clinic);
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(clinic);
    let seen = TakenBy { range: booked.range(), appointment: Some(booked.id), is_hold: false };
    let hidden = TakenBy { range: None, appointment: None, is_hold: false };
    for (access, taken) in [(scene.doctor.access(clinic), seen), (desk, seen), (admin, hidden)] {
        let view = scene.why(&access, WEDNESDAY, 10, 0).await.unwrap();
        assert_eq!(view.answers[0].availability, Availability::Busy);
        assert_eq!(view.answers[0].cause, WhyCause::Visit(taken));
    }
    // Somebody holds the next time.
    scene.hold_as(&clinic.patient("Jonas Weber").await, tomorrow_at_ten() + jiff::SignedDuration::from_mins(30)).await.unwrap();
    let WhyCause::Visit(hold) = scene.told(WEDNESDAY, 10, 30).await.cause else { panic!("a hold") };
    assert!(hold.is_hold && hold.appointment.is_none());

    let far_desk = clinic.staff("Lin Desk", "receptionist", Some(elsewhere)).await.access(clinic);
    let other = clinic.doctor("Dr Tomas Reyes", scene.practice).await.access(clinic);
    for access in [far_desk, other] {
        assert_eq!(code(scene.why(&access, WEDNESDAY, 10, 0).await), Code::NotFound);
    }
    assert_eq!(code(scene.why(&scene.as_patient(), WEDNESDAY, 10, 0).await), Code::Forbidden);
}

#[tokio::test]
async fn the_clocks_of_a_clinic_are_explained() {
    let scene = scene().await;
    scene.owner("update schedule_rules set starts = '00:00', ends = '00:00'; insert into schedule_rules (id, doctor_id, clinic_id, weekday, starts, ends, valid_from) select gen_random_uuid(), doctor_id, clinic_id, 7, '00:00', '00:00', '2020-01-01' from schedule_rules where weekday = 1; update doctors set horizon_days = 366").await;
    let gap = scene.told(date(2027, 3, 28), 1, 30).await;
    assert_eq!((gap.at, gap.availability, gap.nearest.len()), (None, Availability::NonexistentLocalTime, 3));
    let access = scene.doctor.access(&scene.clinic);
    let twice = scene.why(&access, date(2027, 10, 31), 1, 30).await.unwrap();
    let found: Vec<_> = twice.answers.iter().map(|answer| (answer.at.unwrap().to_string(), answer.availability)).collect();
    let expected = ["2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"].map(|at| (at.to_owned(), Availability::Free));
    assert_eq!(found, expected);
    assert_eq!((twice.doctors.len(), twice.clinics.len(), twice.visit_types.len(), twice.not_bookable), (1, 1, 1, None));
}
