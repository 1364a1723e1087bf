//! Private calendar addresses: whose visits they show, how they end, and what the audit log has of them.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::scheduling::{self, CalendarFeed, CancelAppointment, MoveAppointment};
use jiff::SignedDuration;
use model::{
    errors::Code,
    scheduling::{AppointmentState, CalendarFeedView, FeedNames},
};
use testing::Person;

impl Scene {
    async fn make_feed(&self, person: &Person, names: &str) -> domain::Result<CalendarFeedView> {
        scheduling::save_calendar_feed(&self.clinic.domain, &person.access(&self.clinic), names).await
    }

    async fn read_feed(&self, token: &str) -> domain::Result<CalendarFeed> {
        let (domain, anybody) = (&self.clinic.domain, self.clinic.stranger());
        let feed = scheduling::find_calendar_feed(domain, &anybody, token).await?;
        scheduling::read_calendar_feed(domain, &anybody, feed).await
    }

    async fn audited_times(&self, action: &str) -> usize {
        self.clinic.audited().await.iter().filter(|entry| entry.contains(action)).count()
    }
}

#[tokio::test]
async fn a_feed_shows_coming_visits_and_keeps_cancelled_ones_for_a_while() {
    let scene = scene().await;
    let (domain, patient) = (&scene.clinic.domain, scene.as_patient());
    assert_eq!(scheduling::calendar_feed(domain, &patient).await.unwrap(), None);
    let made = scene.make_feed(&scene.patient, "hidden").await.unwrap();
    assert_eq!((made.names, made.read_at), (FeedNames::Hidden, None));
    assert_eq!(scheduling::calendar_feed(domain, &patient).await.unwrap(), Some(made.clone()), "it can be shown again");
    let stored: Vec<u8> =
        sqlx::query_scalar("select token_hash from calendar_feeds").fetch_one(&scene.clinic.owner).await.unwrap();
    assert!(!String::from_utf8_lossy(&stored).contains(&made.token));

    let booked = scene.book(tomorrow_at_ten()).await.unwrap().card;
    let feed = scene.read_feed(&made.token).await.unwrap();
    let [visit] = feed.visits.as_slice() else { panic!("{feed:?}") };
    assert_eq!((visit.brief.id, visit.brief.version, visit.state), (booked.id, 1, AppointmentState::Confirmed));
    assert_eq!((visit.brief.time_zone.as_str(), visit.brief.to_doctor), (booked.clinic.time_zone.as_str(), false));

    scene.clinic.pass(SignedDuration::from_mins(1));
    let later = MoveAppointment {
        appointment: booked.id,
        start: tomorrow_at_ten() + SignedDuration::from_mins(60),
        version: None,
        message: Some("The room is taken.".to_owned()),
        idempotency_key: None,
    };
    scheduling::move_appointment(domain, &scene.doctor.access(&scene.clinic), later).await.unwrap();
    let moved = scene.read_feed(&made.token).await.unwrap();
    assert!(moved.modified_at > feed.modified_at, "whoever asks by date learns of a move");
    scene.clinic.pass(SignedDuration::from_mins(1));
    let cancel = CancelAppointment { appointment: booked.id, version: None, message: None, idempotency_key: None };
    scheduling::cancel(domain, &patient, cancel).await.unwrap();
    let after = scene.read_feed(&made.token).await.unwrap();
    assert!(after.modified_at > moved.modified_at);
    assert_eq!((after.visits[0].state, after.visits[0].brief.version), (AppointmentState::Cancelled, 3));
    scene.clinic.pass(SignedDuration::from_hours(24 * 32));
    assert!(scene.read_feed(&made.token).await.unwrap().visits.is_empty());
    // Four reads on two days.
    assert_eq!(scene.audited_times("scheduling.calendar_read").await, 2);
}

#[tokio::test]
async fn a_doctors_feed_has_the_visits_of_the_doctor_and_a_former_doctors_is_gone() {
    let scene = scene().await;
    let booked = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    let made = scene.make_feed(&scene.doctor, "shown").await.unwrap();
    let feed = scene.read_feed(&made.token).await.unwrap();
    assert_eq!((feed.visits[0].brief.id, feed.visits[0].brief.to_doctor, feed.names), (booked, true, FeedNames::Shown));
    let other = scene.clinic.doctor("Dr Tariq Mansour", scene.practice).await;
    let others = scene.make_feed(&other, "shown").await.unwrap();
    assert!(scene.read_feed(&others.token).await.unwrap().visits.is_empty());

    scene.owner("update memberships set ended_at = created_at + interval '1 minute' where role = 'doctor'").await;
    assert_eq!(code(scene.read_feed(&made.token).await), Code::NotFound);
}

#[tokio::test]
async fn an_address_ends_when_another_is_made_and_when_it_is_revoked() {
    let scene = scene().await;
    let (domain, patient) = (&scene.clinic.domain, scene.as_patient());
    assert_eq!(code(scene.make_feed(&scene.patient, "everything").await), Code::FieldsInvalid);
    let first = scene.make_feed(&scene.patient, "hidden").await.unwrap();
    let changed = scene.make_feed(&scene.patient, "shown").await.unwrap();
    assert_eq!((&changed.token, changed.names), (&first.token, FeedNames::Shown), "the address stays");
    let second = scheduling::renew_calendar_feed(domain, &patient).await.unwrap();
    assert_eq!(second.names, FeedNames::Shown);
    assert_eq!(code(scene.read_feed(&first.token).await), Code::NotFound);
    assert!(scene.read_feed(&second.token).await.is_ok());

    scheduling::revoke_calendar_feed(domain, &patient).await.unwrap();
    assert_eq!(code(scene.read_feed(&second.token).await), Code::NotFound);
    scheduling::revoke_calendar_feed(domain, &patient).await.unwrap();
    let counted = [
        scene.audited_times("scheduling.calendar_made").await,
        scene.audited_times("scheduling.calendar_names_changed").await,
        scene.audited_times("scheduling.calendar_revoked").await,
    ];
    assert_eq!(counted, [2, 1, 1]);
}

#[tokio::test]
async fn who_no_longer_acts_for_a_patient_and_who_sees_no_visits_has_no_feed() {
    let scene = scene().await;
    let made = scene.make_feed(&scene.patient, "hidden").await.unwrap();
    scene.owner("update patient_access set ends_at = starts_at + interval '1 second'").await;
    scene.clinic.pass(SignedDuration::from_mins(1));
    assert_eq!(code(scene.read_feed(&made.token).await), Code::NotFound);
    assert_eq!(code(scene.read_feed("none").await), Code::NotFound);

    let nurse = scene.clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    assert_eq!(code(scene.make_feed(&nurse, "hidden").await), Code::Forbidden);
    let stranger = scene.clinic.stranger();
    assert_eq!(code(scheduling::calendar_feed(&scene.clinic.domain, &stranger).await), Code::SignInNeeded);
}
