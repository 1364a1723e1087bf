//! How much of a doctor's time one patient may take.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::{
    Domain, Result,
    scheduling::{self, Hold, sweep_times_taken},
    settings::Settings,
};
use jiff::{SignedDuration, Timestamp};
use model::{errors::Code, scheduling::views::HoldView};

/// The `n`th half hour from tomorrow at ten.
fn nth(n: i64) -> Timestamp {
    tomorrow_at_ten() + SignedDuration::from_mins(30 * n)
}

async fn domain_with(scene: &Scene, settings: Settings) -> Domain {
    scene.clinic.domain_with(settings).await
}

async fn book(domain: &Domain, scene: &Scene, start: Timestamp) -> Result<()> {
    scheduling::book(domain, &scene.as_patient(), scene.command(start)).await.map(drop)
}

async fn hold(domain: &Domain, scene: &Scene, start: Timestamp) -> Result<HoldView> {
    let hold = Hold { doctor: scene.doctor.doctor(), clinic: scene.practice.clinic, start, visit_type: None };
    scheduling::hold(domain, &scene.as_patient(), hold).await
}

#[tokio::test]
async fn a_patient_has_a_bounded_number_of_visits_ahead_with_one_doctor_and_in_all() {
    let scene = scene().await;
    let settings = Settings { live_appointments_with_one_doctor: 2, live_appointments_per_patient: 3, ..Settings::default() };
    let domain = domain_with(&scene, settings).await;
    for n in 0..2 {
        book(&domain, &scene, nth(n)).await.unwrap();
    }
    assert_eq!(code(book(&domain, &scene, nth(2)).await), Code::TooManyWithDoctor);
    // Who cannot book is told before they type a reason.
    assert_eq!(code(hold(&domain, &scene, nth(2)).await), Code::TooManyWithDoctor);

    let other = scene.clinic.doctor("Dr Chidi Okafor", scene.practice).await.doctor();
    let with_other = |n| scheduling::BookAppointment { doctor: other, ..scene.command(nth(n)) };
    scheduling::book(&domain, &scene.as_patient(), with_other(3)).await.unwrap();
    let refused = scheduling::book(&domain, &scene.as_patient(), with_other(4)).await;
    assert_eq!(code(refused), Code::TooManyAppointments);

    // What is over does not count, and another patient is not concerned.
    scene.clinic.pass(SignedDuration::from_hours(48));
    book(&domain, &scene, nth(50)).await.unwrap();
    let jonas = scene.clinic.patient("Jonas Weber").await;
    scene.book_as(&jonas, nth(51)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn bookings_at_the_same_moment_do_not_exceed_the_limit() {
    let scene = scene().await;
    let settings = Settings { live_appointments_with_one_doctor: 3, ..Settings::default() };
    let domain = domain_with(&scene, settings).await;
    let racers: Vec<_> = (0..10)
        .map(|n| {
            let (domain, access, command) = (domain.clone(), scene.as_patient(), scene.command(nth(n)));
            tokio::spawn(async move { scheduling::book(&domain, &access, command).await.err().map(|error| error.code()) })
        })
        .collect();
    let mut booked = 0;
    for racer in racers {
        match racer.await.unwrap() {
            None => booked += 1,
            Some(code) => assert_eq!(code, Code::TooManyWithDoctor),
        }
    }
    assert_eq!(booked, 3);
}

#[tokio::test]
async fn a_time_cannot_be_held_for_ever_and_can_still_be_booked() {
    let scene = scene().await;
    let domain = domain_with(&scene, Settings { holds_of_one_time_per_day: 3, ..Settings::default() }).await;
    for _ in 0..3 {
        hold(&domain, &scene, nth(0)).await.unwrap();
        scene.clinic.pass(SignedDuration::from_mins(9));
    }
    assert_eq!(code(hold(&domain, &scene, nth(0)).await), Code::HeldTooOften);
    // Releasing it, or letting it expire, does not begin anew.
    let held = hold(&domain, &scene, nth(1)).await.unwrap();
    scheduling::release(&domain, &scene.as_patient(), held.reservation).await.unwrap();
    scene.clinic.pass(SignedDuration::from_mins(11));
    assert_eq!(code(hold(&domain, &scene, nth(0)).await), Code::HeldTooOften);
    // The same time of another doctor is another one.
    let other = scene.clinic.doctor("Dr Chidi Okafor", scene.practice).await.doctor();
    let with_other = Hold { doctor: other, clinic: scene.practice.clinic, start: nth(0), visit_type: None };
    scheduling::hold(&domain, &scene.as_patient(), with_other).await.unwrap();
    book(&domain, &scene, nth(0)).await.unwrap();
}

#[tokio::test]
async fn only_so_many_times_are_taken_within_an_hour() {
    let scene = scene().await;
    let domain = domain_with(&scene, Settings { times_taken_per_hour: 3, ..Settings::default() }).await;
    let held = hold(&domain, &scene, nth(0)).await.unwrap();
    scene.clinic.pass(SignedDuration::from_mins(1));
    // A booking with a live hold does not count again.
    let with_hold = scheduling::BookAppointment { hold: Some(held.reservation), ..scene.command(nth(0)) };
    scheduling::book(&domain, &scene.as_patient(), with_hold).await.unwrap();
    book(&domain, &scene, nth(1)).await.unwrap();
    hold(&domain, &scene, nth(2)).await.unwrap();
    let refused = hold(&domain, &scene, nth(3)).await.err().unwrap();
    assert_eq!((refused.code(), refused.retry_after_secs()), (Code::RateLimited, Some(59 * 60 + 1)));
    assert_eq!(code(book(&domain, &scene, nth(3)).await), Code::RateLimited);
    scene.clinic.pass(SignedDuration::from_mins(60));
    hold(&domain, &scene, nth(3)).await.unwrap();

    assert_eq!(sweep_times_taken(&domain).await.unwrap(), 0);
    scene.clinic.pass(SignedDuration::from_hours(25));
    assert_eq!(sweep_times_taken(&domain).await.unwrap(), 4);
}
