//! Time off that moves and cancels the visits in it.

use super::{Scene, after, code, scene, tomorrow_at_ten};
use domain::scheduling::{self, Fate, MailKind, TakeTimeOff, TimeOff, VisitFate};
use jiff::{SignedDuration, Timestamp, civil::date};
use model::{
    errors::Code,
    ids::AppointmentId,
    scheduling::{
        AppointmentState, Availability, LocalHours,
        views::{AppointmentView, TouchedVisit},
    },
};

fn wednesday() -> TimeOff {
    let day = date(2026, 11, 25);
    TimeOff { first: day, last: day, hours: None, zone: "Europe/London".to_owned() }
}

/// Thursday, so many minutes after 09:00 in London.
fn thursday(minutes: i64) -> Timestamp {
    after(48 * 60 + minutes)
}

fn fates(visits: &[TouchedVisit], fates: [Fate; 3]) -> Vec<VisitFate> {
    let fate = |(visit, fate): (&TouchedVisit, Fate)| VisitFate { appointment: visit.card.id, version: visit.version, fate };
    visits.iter().zip(fates).map(fate).collect()
}

impl Scene {
    /// Three visits of three patients on Wednesday at 10:00, 10:30 and 11:00.
    async fn three_visits(&self) -> [AppointmentId; 3] {
        let (second, third) = (self.clinic.patient("Jonas Weber").await, self.clinic.patient("Mei Tanaka").await);
        let at = |minutes| tomorrow_at_ten() + SignedDuration::from_mins(minutes);
        let first = self.book(at(0)).await.unwrap().card.id;
        let second = self.book_as(&second, at(30)).await.unwrap().card.id;
        [first, second, self.book_as(&third, at(60)).await.unwrap().card.id]
    }

    async fn seen_by_doctor(&self, id: AppointmentId) -> AppointmentView {
        scheduling::get(&self.clinic.domain, &self.doctor.access(&self.clinic), id).await.unwrap()
    }
}

#[tokio::test]
async fn visits_in_time_off_move_to_the_next_free_times_or_are_cancelled_with_one_message() {
    let scene = scene().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.doctor.access(&scene.clinic));
    let booked = scene.three_visits().await;
    let found = scheduling::visits_in_time_off(domain, &doctor, wednesday()).await.unwrap();
    assert_eq!(found.visits.iter().map(|visit| visit.card.id).collect::<Vec<_>>(), booked);
    let offered: Vec<_> = found.visits.iter().map(|visit| visit.next_free).collect();
    assert_eq!(offered, [Some(thursday(0)), Some(thursday(30)), Some(thursday(60))], "each is offered another time");

    let command = TakeTimeOff {
        off: wednesday(),
        note: "Course".to_owned(),
        message: "I am away on Wednesday.".to_owned(),
        visits: fates(&found.visits, [Fate::Move(thursday(0)), Fate::Cancel, Fate::Keep]),
        idempotency_key: Some("t1".to_owned()),
    };
    let left = scheduling::take_time_off(domain, &doctor, command.clone()).await.unwrap();
    assert_eq!(left.visits.iter().map(|visit| visit.card.id).collect::<Vec<_>>(), [booked[2]], "the kept one stays");
    let again = scheduling::take_time_off(domain, &doctor, command).await.unwrap();
    assert_eq!(again.visits.len(), 1, "a repeated request does nothing more");

    let [moved, cancelled, kept] =
        [scene.seen_by_doctor(booked[0]).await, scene.seen_by_doctor(booked[1]).await, scene.seen_by_doctor(booked[2]).await];
    assert_eq!((moved.card.starts_at, moved.move_message.as_deref()), (thursday(0), Some("I am away on Wednesday.")));
    assert_eq!(cancelled.card.state, AppointmentState::Cancelled);
    assert_eq!(cancelled.cancel_message.as_deref(), Some("I am away on Wednesday."));
    assert_eq!((kept.card.state, kept.version), (AppointmentState::Confirmed, found.visits[2].version));
    assert_eq!(scene.count("select count(*) from reservations").await, 2);
    assert_eq!(scene.clinic.mails(MailKind::AppointmentMoved).await.len(), 2, "patient and doctor");
    let audited = scene.clinic.audited().await;
    assert_eq!(audited.iter().filter(|action| *action == "scheduling.exception_added").count(), 1);
    assert_eq!(code(scene.book(tomorrow_at_ten()).await), Code::SlotUnknown, "nobody books in the time off");
}

#[tokio::test]
async fn what_is_stale_wrong_or_of_another_doctor_changes_nothing() {
    let scene = scene().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.doctor.access(&scene.clinic));
    let booked = scene.three_visits().await;
    let found = scheduling::visits_in_time_off(domain, &doctor, wednesday()).await.unwrap();
    let taken = |fate: [Fate; 3], message: &str| TakeTimeOff {
        off: wednesday(),
        note: String::new(),
        message: message.to_owned(),
        visits: fates(&found.visits, fate),
        idempotency_key: None,
    };
    let without_message = taken([Fate::Cancel, Fate::Keep, Fate::Keep], " ");
    let wrong = scheduling::take_time_off(domain, &doctor, without_message).await.err().unwrap();
    assert_eq!(wrong.field_errors()[0].field, "message");
    let mut unseen = taken([Fate::Keep; 3], "");
    unseen.visits.pop();
    assert_eq!(code(scheduling::take_time_off(domain, &doctor, unseen).await), Code::Stale);
    let mut stale = taken([Fate::Keep; 3], "");
    stale.visits[0].version += 1;
    assert_eq!(code(scheduling::take_time_off(domain, &doctor, stale).await), Code::Stale);
    // The first one is cancelled before the second one is refused.
    let into_itself = taken([Fate::Cancel, Fate::Move(tomorrow_at_ten()), Fate::Keep], "Ill");
    assert_eq!(code(scheduling::take_time_off(domain, &doctor, into_itself).await), Code::SlotUnknown);
    let other = scene.clinic.doctor("Dr Tomas Reyes", scene.practice).await.access(&scene.clinic);
    let foreign = taken([Fate::Cancel; 3], "Ill");
    assert_eq!(code(scheduling::take_time_off(domain, &other, foreign.clone()).await), Code::Stale);
    assert_eq!(code(scheduling::take_time_off(domain, &scene.as_patient(), foreign).await), Code::Forbidden);
    for id in booked {
        assert_eq!(scene.seen_by_doctor(id).await.card.state, AppointmentState::Confirmed);
    }
    assert_eq!(scene.count("select count(*) from schedule_exceptions").await, 0);

    let days = |first, last| TimeOff { first, last, ..wednesday() };
    for (off, field) in [
        (days(date(2026, 11, 23), date(2026, 11, 25)), "first"),
        (days(date(2026, 11, 26), date(2026, 11, 25)), "last"),
        (days(date(2026, 11, 25), date(2027, 12, 31)), "last"),
        (TimeOff { last: date(2026, 11, 26), hours: Some(LocalHours::WHOLE_DAY), ..wednesday() }, "until"),
        (TimeOff { zone: "Nowhere/None".to_owned(), ..wednesday() }, "zone"),
    ] {
        let wrong = scheduling::visits_in_time_off(domain, &doctor, off).await.err().unwrap();
        assert_eq!(wrong.field_errors()[0].field, field);
    }
}

#[tokio::test]
async fn a_time_is_tried_before_a_visit_moves_there() {
    let scene = scene().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.doctor.access(&scene.clinic));
    let [first, ..] = scene.three_visits().await;
    let half_hour = SignedDuration::from_mins(30);
    for (start, answer) in [
        (tomorrow_at_ten(), Availability::Free),
        (tomorrow_at_ten() - half_hour, Availability::Free),
        (tomorrow_at_ten() + half_hour, Availability::Busy),
        (tomorrow_at_ten() - SignedDuration::from_mins(10), Availability::NotOnGrid),
        (tomorrow_at_ten() - SignedDuration::from_hours(3), Availability::OutsideHours),
    ] {
        let trial = scheduling::try_move(domain, &doctor, first, start).await.unwrap();
        assert_eq!((trial.availability, trial.step_mins), (answer, 30), "{start}");
    }
    let stranger = scene.clinic.patient("Nadia Haddad").await.access(&scene.clinic);
    assert_eq!(code(scheduling::try_move(domain, &stranger, first, tomorrow_at_ten()).await), Code::NotFound);
}
