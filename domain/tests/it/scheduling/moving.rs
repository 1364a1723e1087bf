//! Moving an appointment: one transaction that excludes itself.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::{
    Result,
    access::Access,
    notices,
    scheduling::{self, MailContent, MailKind, MoveAppointment, TypedBookingRules},
    visits,
};
use jiff::{SignedDuration, Timestamp, civil::date};
use model::{errors::Code, ids::AppointmentId, scheduling::views::AppointmentView};
use std::sync::Arc;
use tokio::sync::Barrier;

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// Two days ahead, 10:00 in London: the notice for cancelling has not begun.
fn in_two_days() -> Timestamp {
    tomorrow_at_ten() + minutes(24 * 60)
}

impl Scene {
    async fn move_as(&self, access: &Access, appointment: AppointmentId, start: Timestamp, say: &str) -> Result<AppointmentView> {
        let message = Some(say.to_owned()).filter(|say| !say.is_empty());
        let command = MoveAppointment { appointment, start, version: None, message, idempotency_key: None };
        scheduling::move_appointment(&self.clinic.domain, access, command).await
    }
}

#[tokio::test]
async fn a_moved_appointment_frees_its_time_and_takes_the_other() {
    let scene = scene().await;
    let (domain, patient) = (&scene.clinic.domain, scene.as_patient());
    let booked = scene.book(in_two_days()).await.unwrap();
    let options = scheduling::times_to_move(domain, &patient, booked.card.id, Some(date(2026, 11, 26))).await.unwrap();
    assert!(options.by_patient && options.starts.len() == 15 && !options.starts.contains(&in_two_days()), "{:?}", options.starts);

    let later = in_two_days() + minutes(60);
    let command = MoveAppointment {
        appointment: booked.card.id,
        start: later,
        version: Some(booked.version),
        message: None,
        idempotency_key: Some("m1".to_owned()),
    };
    let moved = scheduling::move_appointment(domain, &patient, command.clone()).await.unwrap();
    assert_eq!((moved.card.starts_at, moved.card.ends_at, moved.version), (later, later + minutes(30), booked.version + 1));
    assert_eq!((&moved.card.number, moved.card.fee), (&booked.card.number, booked.card.fee));
    let again = scheduling::move_appointment(domain, &patient, command.clone()).await.unwrap();
    assert_eq!((again.card.starts_at, again.version), (later, moved.version));
    let stale = MoveAppointment { idempotency_key: None, start: later + minutes(60), ..command };
    assert_eq!(code(scheduling::move_appointment(domain, &patient, stale).await), Code::Stale);
    assert_eq!(scene.count("select count(*) from reservations").await, 1);

    // Another patient takes the time that is free now, and not the new one.
    let other = scene.clinic.patient("Jonas Weber").await;
    assert_eq!(code(scene.book_as(&other, later).await), Code::SlotTaken);
    scene.book_as(&other, in_two_days()).await.unwrap();
    assert_eq!(code(scene.move_as(&patient, booked.card.id, in_two_days(), "").await), Code::SlotTaken);
    assert_eq!(code(scene.move_as(&patient, booked.card.id, in_two_days() + minutes(10), "").await), Code::SlotUnknown);

    let mails = scene.clinic.mails(MailKind::AppointmentMoved).await;
    let from: Vec<_> = mails
        .iter()
        .map(|mail| match &mail.content {
            notices::MailContent::Scheduling(MailContent::AppointmentMoved(brief, from)) => {
                (brief.starts_at, brief.version, *from)
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(from, vec![(later, moved.version, in_two_days()); 2], "patient and doctor");
    let audited = scene.clinic.audited().await;
    assert_eq!(audited.iter().filter(|action| *action == "scheduling.appointment_moved").count(), 1);
}

#[tokio::test]
async fn a_patient_moves_an_appointment_five_times_and_then_the_clinic_does() {
    let scene = scene().await;
    let patient = scene.as_patient();
    let booked = scene.book(in_two_days()).await.unwrap().card.id;
    for step in 1..=5 {
        let moved = scene.move_as(&patient, booked, in_two_days() + minutes(30 * step), "").await.unwrap();
        assert_eq!(moved.can_move, step < 5, "{step}");
    }
    assert_eq!(code(scene.move_as(&patient, booked, in_two_days(), "").await), Code::MovedTooOften);
    assert_eq!(code(scheduling::times_to_move(&scene.clinic.domain, &patient, booked, None).await), Code::MovedTooOften);
    let doctor = scene.doctor.access(&scene.clinic);
    let moved = scene.move_as(&doctor, booked, in_two_days(), "The room is free then.").await.unwrap();
    assert!(moved.can_move && moved.can_cancel);
}

#[tokio::test]
async fn a_visit_moves_by_less_than_its_length_and_within_a_full_day() {
    let scene = scene().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.doctor.access(&scene.clinic));
    let booked = scene.book(in_two_days()).await.unwrap();
    let version = scheduling::booking_rules(domain, &doctor).await.unwrap().version;
    let rules = TypedBookingRules {
        notice: "60".to_owned(),
        horizon: "60".to_owned(),
        most_per_day: "1".to_owned(),
        ..TypedBookingRules::default()
    };
    scheduling::change_booking_rules(domain, &doctor, rules, version).await.unwrap();
    // Now the hours begin at 09:15, so that the grid has 10:15 and not 10:00.
    scene.owner("update schedule_rules set starts = '09:15'").await;
    let moved = scene.move_as(&scene.as_patient(), booked.card.id, in_two_days() + minutes(15), "").await.unwrap();
    assert_eq!(moved.card.starts_at, in_two_days() + minutes(15));
    let other = scene.clinic.patient("Jonas Weber").await;
    assert_eq!(code(scene.book_as(&other, in_two_days() + minutes(75)).await), Code::SlotTaken, "the day is full");
}

#[tokio::test]
async fn the_notice_of_the_booking_counts_for_patients_and_others_say_why() {
    let scene = scene().await;
    let patient = scene.as_patient();
    let clinic = &scene.clinic;
    let doctor = scene.doctor.access(clinic);
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await.access(clinic);
    let booked = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    // The visit is in 25 hours, and the notice of 24 hours was copied at booking.
    scene.owner("update appointments set cancel_notice_hours = 48").await;
    let later = tomorrow_at_ten() + minutes(60);
    assert_eq!(code(scene.move_as(&patient, booked, later, "").await), Code::MoveTooLate);
    let (to_patient, to_doctor) = (
        scheduling::get(&clinic.domain, &patient, booked).await.unwrap(),
        scheduling::get(&clinic.domain, &doctor, booked).await.unwrap(),
    );
    assert_eq!((to_patient.can_move, to_patient.can_cancel, to_doctor.can_move), (false, true, true));
    assert_eq!(code(scheduling::times_to_move(&clinic.domain, &patient, booked, None).await), Code::MoveTooLate);
    for access in [&doctor, &desk] {
        assert_eq!(code(scene.move_as(access, booked, later, " ").await), Code::FieldsInvalid);
    }
    let moved = scene.move_as(&desk, booked, later, "The doctor is at the ward.").await.unwrap();
    assert_eq!(moved.move_message.as_deref(), Some("The doctor is at the ward."));
    scene.owner("update appointments set cancel_notice_hours = 24").await;
    assert!(scene.move_as(&patient, booked, tomorrow_at_ten() + minutes(30), "").await.is_ok());

    let other_doctor = clinic.doctor("Dr Tomas Reyes", scene.practice).await.access(clinic);
    let other_patient = clinic.patient("Jonas Weber").await.access(clinic);
    for access in [other_doctor, other_patient] {
        assert_eq!(code(scene.move_as(&access, booked, later, "Why not").await), Code::NotFound);
    }
    scheduling::cancel(
        &clinic.domain,
        &patient,
        scheduling::CancelAppointment { appointment: booked, version: None, message: None, idempotency_key: None },
    )
    .await
    .unwrap();
    assert_eq!(code(scene.move_as(&patient, booked, later, "").await), Code::AppointmentSettled);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_move_and_a_booking_that_want_one_time_one_wins() {
    let scene = scene().await;
    let booked = scene.book(in_two_days()).await.unwrap().card.id;
    let later = in_two_days() + minutes(60);
    let other = scene.clinic.patient("Jonas Weber").await;
    let start = Arc::new(Barrier::new(2));
    let moving = {
        let (domain, access, start) = (scene.clinic.domain.clone(), scene.as_patient(), start.clone());
        let command = MoveAppointment { appointment: booked, start: later, version: None, message: None, idempotency_key: None };
        tokio::spawn(async move {
            start.wait().await;
            scheduling::move_appointment(&domain, &access, command).await.map(drop).map_err(|error| error.code())
        })
    };
    let booking = {
        let (domain, access) = (scene.clinic.domain.clone(), other.access(&scene.clinic));
        let command = scene.command(later);
        tokio::spawn(async move {
            start.wait().await;
            scheduling::book(&domain, &access, command).await.map(drop).map_err(|error| error.code())
        })
    };
    let mut outcomes = [moving.await.unwrap(), booking.await.unwrap()];
    outcomes.sort_unstable();
    assert_eq!(outcomes, [Ok(()), Err(Code::SlotTaken)]);
    assert_eq!(scene.count("select count(*) from reservations where lower(patient_range) = '2026-11-26T11:00:00Z'").await, 1);
}

#[tokio::test]
async fn whoever_had_come_for_the_old_time_has_not_come_for_the_new_one() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await.access(clinic);
    let doctor = scene.doctor.access(clinic);
    let booked = scene.book(tomorrow_at_ten()).await.unwrap().card;
    scene.owner("update appointments set mode = 'in_person'").await;
    clinic.pass(minutes(24 * 60));
    visits::check_in(domain, &desk, booked.encounter).await.unwrap();
    assert_eq!(visits::waiting(domain, &doctor).await.unwrap().len(), 1);
    scene.move_as(&desk, booked.id, in_two_days(), "The doctor is ill.").await.unwrap();
    assert!(visits::waiting(domain, &doctor).await.unwrap().is_empty());
    // A quarter of an hour after the new time.
    clinic.pass(minutes(25 * 60 + 15));
    visits::mark_absent(domain, &desk, booked.encounter).await.unwrap();
}
