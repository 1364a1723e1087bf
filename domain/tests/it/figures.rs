//! The figures of a day, for those who run the organisation.

use domain::{directory, identity, scheduling, visits};
use jiff::{SignedDuration, civil::date, tz::TimeZone};
use model::{
    errors::Code,
    scheduling::{TimeRange, views::BookingFigures},
    visits::views::VisitFigures,
};
use testing::{Person, TestClinic};

fn today() -> TimeRange {
    let day = date(2026, 11, 24);
    TimeRange::of_days(day, day, &TimeZone::UTC).unwrap()
}

async fn figures(clinic: &TestClinic, person: &Person) -> (BookingFigures, VisitFigures) {
    let access = person.access(clinic);
    let bookings = scheduling::booking_figures(&clinic.domain, &access, today()).await.unwrap();
    (bookings, visits::visit_figures(&clinic.domain, &access, today()).await.unwrap())
}

#[tokio::test]
async fn the_day_is_counted_in_the_scope_of_the_caller() {
    let clinic = testing::clinic().await;
    let (here, elsewhere) = (clinic.practice().await, clinic.practice().await);
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    let local = clinic.staff("Lola Local", "admin", Some(here)).await;
    let distant = clinic.staff("Dan Distant", "admin", Some(elsewhere)).await;
    let doctor = clinic.doctor("Dr Jonas Weber", here).await;
    let idle = clinic.doctor("Dr Lena Hoffmann", here).await;
    let seen = clinic.encounter(&clinic.patient("Amara Osei").await, &doctor, here).await;
    clinic.pass(SignedDuration::from_mins(40));
    clinic.coming_encounter(&clinic.patient("Priya Raman").await, &doctor, here).await;
    clinic.as_owner("update encounters set arrived_at = '2026-11-24 09:41Z' where arrived_at is null").await;
    clinic.end_encounter(seen).await;

    let none = (BookingFigures { booked: 0, cancelled: 0, missed: 0, planned: 0 }, VisitFigures { waiting: 0, ended: 0 });
    let some = (BookingFigures { booked: 2, cancelled: 0, missed: 0, planned: 2 }, VisitFigures { waiting: 1, ended: 1 });
    // Two patients, three administrators and two doctors; one administrator and both doctors work at the clinic.
    let joined = async |person: &Person| directory::joined(&clinic.domain, &person.access(&clinic), today()).await.unwrap();
    assert_eq!((joined(&admin).await, joined(&local).await, joined(&distant).await, joined(&idle).await), (7, 3, 1, 1));
    for person in [&admin, &local, &doctor] {
        assert_eq!(figures(&clinic, person).await, some);
    }
    for person in [&distant, &idle] {
        assert_eq!(figures(&clinic, person).await, none);
    }

    // The second visit was from 09:45 to 10:15, and its waiting room has closed an hour later.
    clinic.pass(SignedDuration::from_hours(2));
    let missed = figures(&clinic, &admin).await;
    assert_eq!((missed.0.missed, missed.1.waiting), (1, 0));
    clinic
        .as_owner(
            "update appointments set state = 'cancelled', cancelled_at = '2026-11-24 10:00Z', cancelled_by = booked_by where state = 'confirmed'",
        )
        .await;
    let cancelled = figures(&clinic, &admin).await.0;
    assert_eq!((cancelled.cancelled, cancelled.missed), (1, 0));
    // Another day has other figures.
    let tomorrow = date(2026, 11, 25);
    let tomorrow = TimeRange::of_days(tomorrow, tomorrow, &TimeZone::UTC).unwrap();
    assert_eq!(scheduling::booking_figures(&clinic.domain, &admin.access(&clinic), tomorrow).await.unwrap(), none.0);
}

#[tokio::test]
async fn sessions_are_counted_in_the_scope_of_the_caller() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    let local = clinic.staff("Lola Local", "admin", Some(practice)).await;
    let (patient, nurse) = (clinic.patient("Amara Osei").await, clinic.staff("Sam Nurse", "nurse", Some(practice)).await);
    for (person, count) in [(&admin, 4), (&local, 2), (&patient, 1)] {
        assert_eq!(identity::active_sessions(&clinic.domain, &person.access(&clinic)).await.unwrap(), count);
    }
    identity::end_session(&clinic.domain, &nurse.access(&clinic), nurse.session).await.unwrap();
    assert_eq!(identity::active_sessions(&clinic.domain, &local.access(&clinic)).await.unwrap(), 1);
}

#[tokio::test]
async fn patients_and_support_see_no_figures() {
    let clinic = testing::clinic().await;
    let support = clinic.staff("Sam Support", "support", None).await;
    let patient = clinic.patient("Amara Osei").await;
    for person in [&support, &patient] {
        let access = person.access(&clinic);
        assert_eq!(scheduling::booking_figures(&clinic.domain, &access, today()).await.unwrap_err().code(), Code::Forbidden);
        assert_eq!(visits::visit_figures(&clinic.domain, &access, today()).await.unwrap_err().code(), Code::Forbidden);
    }
    let stranger = scheduling::booking_figures(&clinic.domain, &clinic.stranger(), today()).await.unwrap_err();
    assert_eq!(stranger.code(), Code::SignInNeeded);
}
