//! Series of visits: all or none.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::{
    Result,
    access::Access,
    notices,
    scheduling::{self, BookSeries, CancelSeries, MailContent, MailKind, PreviewSeries, SeriesDates, SeriesOutcome},
};
use jiff::{SignedDuration, Timestamp};
use model::{
    errors::Code,
    scheduling::{AppointmentState, SeriesPreview, SeriesView, SlotReason},
};
use std::sync::Arc;
use testing::Person;
use tokio::sync::Barrier;

/// This many weeks after tomorrow, 10:00 in London.
fn week(number: i64) -> Timestamp {
    tomorrow_at_ten() + SignedDuration::from_hours(7 * 24 * number)
}

fn half_hours(count: i64) -> SignedDuration {
    SignedDuration::from_mins(30 * count)
}

impl Scene {
    fn series_command(&self, starts: Vec<Timestamp>) -> BookSeries {
        BookSeries {
            hold: None,
            doctor: self.doctor.doctor(),
            clinic: self.practice.clinic,
            starts,
            reason: "Physiotherapy".to_owned(),
            visit_type: None,
            phone: String::new(),
            fee_minor: None,
            idempotency_key: None,
        }
    }

    async fn preview(&self, every_weeks: i64, times: i64) -> Result<SeriesPreview> {
        let dates = SeriesDates::Rule { first: week(0), every_weeks, times: Some(times), until: None };
        let (doctor, clinic) = (self.doctor.doctor(), self.practice.clinic);
        let command = PreviewSeries { hold: None, doctor, clinic, visit_type: None, dates };
        scheduling::preview_series(&self.clinic.domain, &self.as_patient(), command).await
    }

    async fn book_series_as(&self, person: &Person, starts: Vec<Timestamp>) -> Result<SeriesOutcome> {
        let access = person.access(&self.clinic);
        scheduling::book_series(&self.clinic.domain, &access, self.series_command(starts)).await
    }

    async fn booked_series(&self, starts: Vec<Timestamp>) -> SeriesView {
        match self.book_series_as(&self.patient, starts).await.unwrap() {
            SeriesOutcome::Booked(view) => view,
            SeriesOutcome::Collides(preview) => panic!("{preview:?}"),
        }
    }

    async fn cancel_series_as(&self, access: &Access, view: &SeriesView, from: usize, say: Option<&str>) -> Result<SeriesView> {
        let from = Some(view.appointments[from].id);
        let command = CancelSeries { series: view.id, from, message: say.map(str::to_owned), idempotency_key: None };
        scheduling::cancel_series(&self.clinic.domain, access, command).await
    }

    async fn count_audited(&self, action: &str) -> usize {
        self.clinic.audited().await.iter().filter(|known| *known == action).count()
    }
}

#[tokio::test]
async fn a_series_is_booked_as_a_whole_with_its_hold_and_once_for_a_key() {
    let scene = scene().await;
    let (domain, patient) = (&scene.clinic.domain, scene.as_patient());
    let held = scene.hold(week(0)).await.unwrap();
    let preview = scene.preview(1, 3).await.unwrap();
    assert!(preview.is_free(), "{preview:?}");
    let starts: Vec<Timestamp> = preview.dates.iter().filter_map(|date| date.start).collect();
    assert_eq!(starts, [week(0), week(1), week(2)]);

    let command =
        BookSeries { hold: Some(held.reservation), idempotency_key: Some("s1".to_owned()), ..scene.series_command(starts) };
    let booked = async |command: BookSeries| match scheduling::book_series(domain, &patient, command).await.unwrap() {
        SeriesOutcome::Booked(view) => view,
        SeriesOutcome::Collides(preview) => panic!("{preview:?}"),
    };
    let view = booked(command.clone()).await;
    assert_eq!(booked(command.clone()).await.id, view.id);
    let other = BookSeries { starts: vec![week(4), week(5)], ..command };
    assert_eq!(code(scheduling::book_series(domain, &patient, other).await), Code::IdempotencyMismatch);
    assert_eq!(view.appointments.iter().map(|card| card.starts_at).collect::<Vec<_>>(), [week(0), week(1), week(2)]);
    assert!(view.can_cancel && view.appointments.iter().all(|card| card.state == AppointmentState::Confirmed));
    assert_eq!(scheduling::booked_with(domain, &patient, held.reservation).await.unwrap(), Some(view.appointments[0].id));
    assert_eq!(scene.count("select count(*) from reservations where kind = 'confirmed'").await, 3);
    assert_eq!(scene.count("select count(*) from reservations").await, 3);

    let second = scheduling::get(domain, &patient, view.appointments[1].id).await.unwrap();
    let series = second.series.unwrap();
    assert_eq!((series.place.series, series.place.place, series.place.size), (view.id, 2, 3));
    assert_eq!(series.visits.iter().map(|visit| visit.starts_at).collect::<Vec<_>>(), [week(0), week(1), week(2)]);
    assert!(scene.clinic.mails(MailKind::AppointmentBooked).await.is_empty());
    let mails = scene.clinic.mails(MailKind::SeriesBooked).await;
    assert_eq!(mails.len(), 2, "the patient and the doctor get one mail for all visits");
    for mail in mails {
        let notices::MailContent::Scheduling(MailContent::SeriesBooked(briefs)) = mail.content else { panic!("a series") };
        assert_eq!(briefs.iter().map(|brief| brief.starts_at).collect::<Vec<_>>(), [week(0), week(1), week(2)]);
        assert!(briefs.iter().all(|brief| brief.to_doctor == (mail.recipient.to == scene.doctor.email)));
    }
    assert_eq!(scene.count_audited("scheduling.appointment_booked").await, 3);
    assert_eq!(scene.count_audited("scheduling.series_booked").await, 1);
}

#[tokio::test]
async fn a_collision_is_named_with_the_nearest_times_and_nothing_is_booked() {
    let scene = scene().await;
    let other = scene.clinic.patient("Jonas Weber").await;
    scene.book_as(&other, week(1)).await.unwrap();
    // The patient is with another doctor during the third visit.
    let elsewhere = scene.clinic.doctor("Dr Tomas Reyes", scene.practice).await;
    let command = scheduling::BookAppointment { doctor: elsewhere.doctor(), ..scene.command(week(2)) };
    scheduling::book(&scene.clinic.domain, &scene.as_patient(), command).await.unwrap();

    let preview = scene.preview(1, 4).await.unwrap();
    let reasons: Vec<_> = preview.dates.iter().map(|date| date.reason).collect();
    assert_eq!(reasons, [None, Some(SlotReason::Conflict), Some(SlotReason::Conflict), None]);
    let near = |start: Timestamp| vec![start - half_hours(2), start - half_hours(1), start + half_hours(1)];
    assert_eq!(preview.dates[1].nearest, near(week(1)));
    assert_eq!(preview.dates[2].nearest, near(week(2)));

    let starts = preview.dates.iter().filter_map(|date| date.start).collect();
    match scene.book_series_as(&scene.patient, starts).await.unwrap() {
        SeriesOutcome::Collides(again) => assert_eq!(again, preview),
        SeriesOutcome::Booked(_) => panic!("two visits collide"),
    }
    assert_eq!(scene.count("select count(*) from appointments where series_id is not null").await, 0);
    assert_eq!(scene.count("select count(*) from reservations").await, 2);
    assert_eq!(scene.count_audited("scheduling.series_booked").await, 0);

    let replaced = vec![week(0), week(1) + half_hours(1), week(2) - half_hours(1), week(3)];
    assert_eq!(scene.booked_series(replaced).await.appointments.len(), 4);
}

#[tokio::test]
async fn wrong_input_and_the_wrong_person_are_refused() {
    let scene = scene().await;
    let domain = &scene.clinic.domain;
    for (weeks, times) in [(0, 2), (13, 2), (1, 1), (1, 53)] {
        assert_eq!(code(scene.preview(weeks, times).await), Code::FieldsInvalid, "{weeks} {times}");
    }
    let far = scene.preview(4, 4).await.unwrap();
    assert_eq!(far.dates[3].reason, Some(SlotReason::Horizon));
    assert_eq!(code(scene.book_series_as(&scene.patient, vec![week(0)]).await), Code::FieldsInvalid);
    let doctor = scene.doctor.access(&scene.clinic);
    assert_eq!(
        code(scheduling::book_series(domain, &doctor, scene.series_command(vec![week(0), week(1)])).await),
        Code::Forbidden
    );

    let view = scene.booked_series(vec![week(0), week(1)]).await;
    let other = scene.clinic.patient("Jonas Weber").await.access(&scene.clinic);
    let other_doctor = scene.clinic.doctor("Dr Tomas Reyes", scene.practice).await.access(&scene.clinic);
    for access in [&other, &other_doctor] {
        assert_eq!(code(scheduling::series(domain, access, view.id).await), Code::NotFound);
        assert_eq!(code(scene.cancel_series_as(access, &view, 0, Some("Why not")).await), Code::NotFound);
    }
    assert_eq!(scheduling::series(domain, &doctor, view.id).await.unwrap().appointments.len(), 2);
}

#[tokio::test]
async fn the_rest_of_a_series_is_cancelled_and_what_is_over_stays() {
    let scene = scene().await;
    let view = scene.booked_series(vec![week(0), week(1), week(2), week(3)]).await;
    let states = |view: &SeriesView| view.appointments.iter().map(|card| card.state).collect::<Vec<_>>();
    let doctor = scene.doctor.access(&scene.clinic);
    assert_eq!(code(scene.cancel_series_as(&doctor, &view, 2, None).await), Code::FieldsInvalid);
    let rest = scene.cancel_series_as(&doctor, &view, 2, Some("The doctor is away.")).await.unwrap();
    assert_eq!(
        states(&rest),
        [AppointmentState::Confirmed, AppointmentState::Confirmed, AppointmentState::Cancelled, AppointmentState::Cancelled]
    );
    assert_eq!(code(scene.cancel_series_as(&doctor, &view, 2, Some("Again")).await), Code::AppointmentSettled);
    let none = scene.cancel_series_as(&scene.as_patient(), &view, 0, None).await.unwrap();
    assert_eq!((states(&none), none.can_cancel), (vec![AppointmentState::Cancelled; 4], false));
    assert_eq!(scene.count("select count(*) from reservations").await, 0);
    assert_eq!(scene.count_audited("scheduling.appointment_cancelled").await, 4);
    assert_eq!(scene.count_audited("scheduling.series_cancelled").await, 2);
}

#[tokio::test]
async fn visits_that_need_approval_are_requested() {
    let scene = scene().await;
    scene.owner("update visit_types set needs_approval = true").await;
    let view = scene.booked_series(vec![week(0), week(1)]).await;
    assert!(view.appointments.iter().all(|card| card.state == AppointmentState::Requested));
    assert_eq!(scene.count("select count(*) from reservations where kind = 'requested'").await, 2);
    assert_eq!(scene.clinic.mails(MailKind::SeriesRequested).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_series_that_want_one_time_one_is_booked_as_a_whole() {
    let scene = scene().await;
    let jonas = scene.clinic.patient("Jonas Weber").await;
    let start = Arc::new(Barrier::new(2));
    // They share the second time only.
    let wanted = [(&scene.patient, vec![week(0), week(1)]), (&jonas, vec![week(1), week(2)])];
    let racers = wanted.map(|(person, starts)| {
        let (domain, access, start) = (scene.clinic.domain.clone(), person.access(&scene.clinic), start.clone());
        let command = scene.series_command(starts);
        tokio::spawn(async move {
            start.wait().await;
            domain::error::retry(|| scheduling::book_series(&domain, &access, command.clone())).await
        })
    });
    let mut booked = 0;
    for racer in racers {
        match racer.await.unwrap().unwrap() {
            SeriesOutcome::Booked(_) => booked += 1,
            SeriesOutcome::Collides(preview) => {
                assert_eq!(preview.dates.iter().filter(|date| date.reason == Some(SlotReason::Conflict)).count(), 1);
            }
        }
    }
    assert_eq!(booked, 1);
    assert_eq!(scene.count("select count(*) from appointments").await, 2);
    assert_eq!(scene.count("select count(*) from reservations").await, 2);
}

#[tokio::test]
async fn staff_books_a_series_for_a_patient() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await.access(clinic);
    let (doctor, patient) = (scene.doctor.access(clinic), scene.patient.patient());
    let (first, command) = (week(1), scene.series_command(vec![week(1), week(2)]));
    assert_eq!(
        code(scheduling::book_series_for_patient(domain, &doctor, patient, command.clone()).await),
        Code::NotFound,
        "the doctor does not treat the patient yet"
    );
    clinic.encounter(&scene.patient, &scene.doctor, scene.practice).await;
    scene.owner("update visit_types set needs_approval = true").await;

    let dates = SeriesDates::Rule { first, every_weeks: 1, times: Some(2), until: None };
    let ask = PreviewSeries { hold: None, doctor: command.doctor, clinic: command.clinic, visit_type: None, dates };
    for access in [&desk, &doctor] {
        let preview = scheduling::preview_series_for_patient(domain, access, patient, ask.clone()).await.unwrap();
        assert!(preview.is_free(), "{preview:?}");
    }
    let booked = async |access: &Access, starts: Vec<Timestamp>| {
        let command = BookSeries { starts, ..command.clone() };
        match scheduling::book_series_for_patient(domain, access, patient, command).await.unwrap() {
            SeriesOutcome::Booked(view) => view,
            SeriesOutcome::Collides(preview) => panic!("{preview:?}"),
        }
    };
    // The doctor confirms what reception has booked, and need not confirm what the doctor has booked.
    let by_desk = booked(&desk, vec![week(1), week(2)]).await;
    assert!(by_desk.appointments.iter().all(|card| card.state == AppointmentState::Requested));
    let by_doctor = booked(&doctor, vec![week(3), week(4)]).await;
    assert!(by_doctor.appointments.iter().all(|card| card.state == AppointmentState::Confirmed));
    let seen = scheduling::series(domain, &scene.as_patient(), by_doctor.id).await.unwrap();
    assert_eq!(seen.appointments.len(), 2);
    assert_eq!(scene.count_audited("scheduling.series_booked").await, 2);

    let again = BookSeries { starts: vec![week(2), week(5)], ..command.clone() };
    match scheduling::book_series_for_patient(domain, &desk, patient, again).await.unwrap() {
        SeriesOutcome::Collides(preview) => {
            let reasons: Vec<_> = preview.dates.iter().map(|date| date.reason).collect();
            assert_eq!(reasons, [Some(SlotReason::Conflict), None]);
        }
        SeriesOutcome::Booked(_) => panic!("the first one is taken"),
    }
    let colleague = clinic.doctor("Dr Tomas Reyes", scene.practice).await.access(clinic);
    let there = clinic.practice().await;
    let elsewhere = clinic.staff("Mia Brandt", "receptionist", Some(there)).await.access(clinic);
    for (access, refused) in [(scene.as_patient(), Code::Forbidden), (colleague, Code::Forbidden), (elsewhere, Code::NotFound)] {
        let command = BookSeries { starts: vec![week(5), week(6)], ..command.clone() };
        assert_eq!(code(scheduling::book_series_for_patient(domain, &access, patient, command).await), refused);
        assert_eq!(code(scheduling::preview_series_for_patient(domain, &access, patient, ask.clone()).await), refused);
    }
}
