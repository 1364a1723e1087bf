//! From a free time to an appointment, and cancelling it.

use super::{after, code, scene, tomorrow_at_ten};
use domain::scheduling::{self, BookAppointment, CancelAppointment, ListAppointments, Which};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldError, FieldFault},
    ids::AppointmentId,
    scheduling::AppointmentState,
};

const UPCOMING: ListAppointments = ListAppointments { which: Which::Upcoming, after: None, limit: None };
const PAST: ListAppointments = ListAppointments { which: Which::Past, after: None, limit: None };

fn cancel_of(appointment: AppointmentId) -> CancelAppointment {
    CancelAppointment { appointment, version: None, message: Some("I am ill.".into()), idempotency_key: None }
}

#[tokio::test]
async fn a_held_time_becomes_an_appointment_with_its_reservation_visit_audit_and_mails() {
    let scene = scene().await;
    let start = tomorrow_at_ten();
    let held = scene.hold(start).await.unwrap();
    assert_eq!(held.expires_at, after(10));
    assert_eq!(
        scheduling::hold_view(&scene.clinic.domain, &scene.as_patient(), held.reservation).await.unwrap().starts_at,
        start
    );

    let command = BookAppointment { hold: Some(held.reservation), ..scene.command(start) };
    let booked = scheduling::book(&scene.clinic.domain, &scene.as_patient(), command).await.unwrap();
    assert_eq!(booked.card.state, AppointmentState::Confirmed);
    assert_eq!(booked.card.ends_at, start + SignedDuration::from_mins(30));
    assert_eq!(booked.reason.as_deref(), Some("Sore throat since Thursday"));
    assert_eq!(scene.count("select count(*) from reservations where kind = 'held'").await, 0);
    assert_eq!(scene.count("select count(*) from reservations where kind = 'confirmed'").await, 1);
    assert_eq!(scene.count("select count(*) from encounters").await, 1);
    assert_eq!(code(scheduling::hold_view(&scene.clinic.domain, &scene.as_patient(), held.reservation).await), Code::HoldExpired);

    let read = scheduling::get(&scene.clinic.domain, &scene.as_patient(), booked.card.id).await.unwrap();
    assert!(read == booked);
    let actions = scene.clinic.audited().await;
    for action in ["scheduling.time_held", "scheduling.appointment_booked", "scheduling.appointment_read"] {
        assert!(actions.iter().any(|done| done == action), "{action} is not among {actions:?}");
    }
    scene.clinic.dispatch().await;
    assert_eq!(scene.count("select count(*) from mails where kind = 'appointment_booked'").await, 2);
    assert_eq!(
        scene.count("select count(*) from appointments where position('throat' in encode(reason_cipher, 'escape')) > 0").await,
        0
    );
}

#[tokio::test]
async fn each_time_that_cannot_be_booked_has_its_code() {
    let scene = scene().await;
    for (start, expected) in [
        (after(-60), Code::SlotPast),
        (after(30), Code::SlotPast),
        (tomorrow_at_ten() + SignedDuration::from_mins(7), Code::SlotUnknown),
        (after(9 * 60), Code::SlotUnknown),
        (after(4 * 24 * 60), Code::SlotUnknown),
        (after(90 * 24 * 60), Code::SlotUnknown),
    ] {
        assert_eq!(code(scene.book(start).await), expected, "{start}");
        assert_eq!(code(scene.hold(start).await), expected, "{start}");
    }
    let unknown = BookAppointment { clinic: scene.clinic.domain.new_id(), ..scene.command(tomorrow_at_ten()) };
    assert_eq!(code(scheduling::book(&scene.clinic.domain, &scene.as_patient(), unknown).await), Code::SlotUnknown);
    let nobody = BookAppointment { doctor: scene.clinic.domain.new_id(), ..scene.command(tomorrow_at_ten()) };
    assert_eq!(code(scheduling::book(&scene.clinic.domain, &scene.as_patient(), nobody).await), Code::NotFound);
    let silent = BookAppointment { reason: "  ".into(), ..scene.command(tomorrow_at_ten()) };
    let refused = scheduling::book(&scene.clinic.domain, &scene.as_patient(), silent).await.err().unwrap();
    assert_eq!(refused.field_errors()[0].field, "reason");
    assert_eq!(scene.count("select count(*) from reservations").await, 0);
}

#[tokio::test]
async fn a_second_booking_at_the_same_time_is_refused() {
    let scene = scene().await;
    let other = scene.clinic.doctor("Dr Chidi Okafor", scene.practice).await;
    scene.book(tomorrow_at_ten()).await.unwrap();
    assert_eq!(code(scene.book(tomorrow_at_ten()).await), Code::SlotTaken);
    let elsewhere = BookAppointment { doctor: other.doctor(), ..scene.command(tomorrow_at_ten()) };
    assert_eq!(code(scheduling::book(&scene.clinic.domain, &scene.as_patient(), elsewhere).await), Code::PatientBusy);
}

#[tokio::test]
async fn only_a_doctor_who_may_practise_is_booked() {
    let scene = scene().await;
    let start = tomorrow_at_ten();
    for (statement, expected) in [
        ("update doctors set status = 'applied'", Code::DoctorUnverified),
        ("update doctors set status = 'refused'", Code::DoctorUnverified),
        ("update doctors set status = 'verified'; update licences set expires_on = '2026-11-23'", Code::DoctorUnlicensed),
        (
            "update licences set expires_on = '2030-01-01';
             update users set suspended_at = created_at where id in (select user_id from doctors)",
            Code::DoctorUnavailable,
        ),
    ] {
        sqlx::raw_sql(statement).execute(&scene.clinic.owner).await.unwrap();
        assert_eq!(code(scene.book(start).await), expected, "{statement}");
        assert_eq!(code(scene.hold(start).await), expected, "{statement}");
    }
    scene.owner("update users set suspended_at = null").await;
    // The licence ends today, and the visit is tomorrow: the doctor can be found, but the day cannot be booked.
    scene.owner("update licences set expires_on = '2026-11-24'").await;
    assert_eq!(code(scene.book(start).await), Code::SlotUnknown);
    scene.owner("update licences set expires_on = '2026-11-25'").await;
    assert!(scene.book(start).await.is_ok(), "a licence must be valid on its last day");
}

#[tokio::test]
async fn a_hold_keeps_others_away_until_it_expires() {
    let scene = scene().await;
    let (start, other) = (tomorrow_at_ten(), scene.clinic.patient("Jonas Weber").await);
    let held = scene.hold(start).await.unwrap();
    assert_eq!(code(scene.hold_as(&other, start).await), Code::SlotTaken);
    assert_eq!(code(scene.book_as(&other, start).await), Code::SlotTaken);
    assert_eq!(
        code(scheduling::hold_view(&scene.clinic.domain, &other.access(&scene.clinic), held.reservation).await),
        Code::HoldExpired,
        "another patient's hold must not be shown"
    );

    scene.clinic.pass(SignedDuration::from_mins(10));
    assert!(scene.book_as(&other, start).await.is_ok());
    let late = BookAppointment { hold: Some(held.reservation), ..scene.command(start) };
    assert_eq!(code(scheduling::book(&scene.clinic.domain, &scene.as_patient(), late).await), Code::SlotTaken);
}

#[tokio::test]
async fn a_patient_holds_one_time_and_an_expired_hold_does_no_harm() {
    let scene = scene().await;
    let (first, second) = (tomorrow_at_ten(), tomorrow_at_ten() + SignedDuration::from_mins(30));
    scene.hold(first).await.unwrap();
    let held = scene.hold(second).await.unwrap();
    assert_eq!(scene.count("select count(*) from reservations").await, 1);
    scene.clinic.pass(SignedDuration::from_mins(11));
    assert_eq!(scheduling::sweep_holds(&scene.clinic.domain).await.unwrap(), 1);
    let command = BookAppointment { hold: Some(held.reservation), ..scene.command(second) };
    assert!(scheduling::book(&scene.clinic.domain, &scene.as_patient(), command).await.is_ok());

    let third = scene.hold(first).await.unwrap();
    scheduling::release(&scene.clinic.domain, &scene.as_patient(), third.reservation).await.unwrap();
    scheduling::release(&scene.clinic.domain, &scene.as_patient(), third.reservation).await.unwrap();
    assert_eq!(scene.count("select count(*) from reservations where kind = 'held'").await, 0);
}

#[tokio::test]
async fn the_notice_counts_from_when_the_time_was_held() {
    let scene = scene().await;
    // The doctor wants an hour's notice. At 09:25, 10:30 is free; eight minutes later, when the reason is written, it must still be.
    let start = after(90);
    scene.clinic.pass(SignedDuration::from_mins(25));
    let held = scene.hold(start).await.unwrap();
    scene.clinic.pass(SignedDuration::from_mins(8));
    assert_eq!(code(scene.book(start).await), Code::SlotPast, "a booking without the hold is too late");
    let command = BookAppointment { hold: Some(held.reservation), ..scene.command(start) };
    assert!(scheduling::book(&scene.clinic.domain, &scene.as_patient(), command).await.is_ok());
}

#[tokio::test]
async fn the_same_request_twice_books_once() {
    let scene = scene().await;
    let command = BookAppointment { idempotency_key: Some("k1".into()), ..scene.command(tomorrow_at_ten()) };
    let first = scheduling::book(&scene.clinic.domain, &scene.as_patient(), command.clone()).await.unwrap();
    let again = scheduling::book(&scene.clinic.domain, &scene.as_patient(), command.clone()).await.unwrap();
    assert!(first == again);
    assert_eq!(scene.count("select count(*) from appointments").await, 1);
    let other = BookAppointment { reason: "Something else".into(), ..command };
    assert_eq!(code(scheduling::book(&scene.clinic.domain, &scene.as_patient(), other).await), Code::IdempotencyMismatch);
}

#[tokio::test]
async fn cancelling_frees_the_time_and_keeps_the_appointment() {
    let scene = scene().await;
    let (start, other) = (tomorrow_at_ten(), scene.clinic.patient("Jonas Weber").await);
    let booked = scene.book(start).await.unwrap();
    let (domain, id) = (&scene.clinic.domain, booked.card.id);
    let stale = CancelAppointment { version: Some(booked.version + 1), ..cancel_of(id) };
    assert_eq!(code(scheduling::cancel(domain, &scene.as_patient(), stale).await), Code::Stale);

    let seen = CancelAppointment { version: Some(booked.version), idempotency_key: Some("c1".into()), ..cancel_of(id) };
    let cancelled = scheduling::cancel(domain, &scene.as_patient(), seen.clone()).await.unwrap();
    assert_eq!(cancelled.card.state, AppointmentState::Cancelled);
    assert!(!cancelled.can_cancel && cancelled.cancelled_at.is_some());
    assert!(scheduling::cancel(domain, &scene.as_patient(), seen).await.unwrap() == cancelled);
    assert_eq!(code(scheduling::cancel(domain, &scene.as_patient(), cancel_of(id)).await), Code::AppointmentSettled);

    assert!(scene.book_as(&other, start).await.is_ok());
    assert!(scheduling::list(domain, &scene.as_patient(), UPCOMING).await.unwrap().items.is_empty());
    assert_eq!(scheduling::list(domain, &scene.as_patient(), PAST).await.unwrap().items[0].id, id);
    scene.clinic.dispatch().await;
    assert_eq!(scene.count("select count(*) from mails where kind = 'appointment_cancelled'").await, 2);
}

#[tokio::test]
async fn who_sends_a_patient_away_says_why() {
    let scene = scene().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.doctor.access(&scene.clinic));
    let id = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    for message in [None, Some(" \n ".to_owned())] {
        let silent = CancelAppointment { message, ..cancel_of(id) };
        let refused = scheduling::cancel(domain, &doctor, silent).await.err().unwrap();
        assert_eq!(refused.field_errors(), [FieldError::new("message", FieldFault::Missing)]);
    }
    let cancelled = scheduling::cancel(domain, &doctor, cancel_of(id)).await.unwrap();
    assert_eq!(cancelled.cancel_message.as_deref(), Some("I am ill."));
    let seen = scheduling::get(domain, &scene.as_patient(), id).await.unwrap();
    assert_eq!(seen.cancel_message.as_deref(), Some("I am ill."));
    let in_clear = "select count(*) from appointments where position('ill'::bytea in cancel_message_cipher) > 0";
    assert_eq!(scene.count(in_clear).await, 0, "the message must be encrypted");

    let id = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    let silent = CancelAppointment { message: None, ..cancel_of(id) };
    assert_eq!(scheduling::cancel(domain, &scene.as_patient(), silent).await.unwrap().cancel_message, None);
}

#[tokio::test]
async fn an_appointment_is_not_cancelled_once_it_began() {
    let scene = scene().await;
    let start = tomorrow_at_ten();
    let booked = scene.book(start).await.unwrap();
    scene.clinic.clock.set(start - SignedDuration::from_mins(1));
    let late = scheduling::get(&scene.clinic.domain, &scene.as_patient(), booked.card.id).await.unwrap();
    assert!(late.can_cancel && late.cancel_in_time_until < scene.clinic.domain.now());
    scene.clinic.clock.set(start);
    for person in [&scene.patient, &scene.doctor] {
        let outcome = scheduling::cancel(&scene.clinic.domain, &person.access(&scene.clinic), cancel_of(booked.card.id)).await;
        assert_eq!(code(outcome), Code::AppointmentSettled);
    }
}

#[tokio::test]
async fn an_appointment_exists_for_its_participants_only() {
    let scene = scene().await;
    let id = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    let domain = &scene.clinic.domain;
    let stranger = scene.clinic.stranger();
    assert_eq!(code(scheduling::get(domain, &stranger, id).await), Code::SignInNeeded);
    assert_eq!(code(scheduling::cancel(domain, &stranger, cancel_of(id)).await), Code::SignInNeeded);
    assert_eq!(code(scheduling::book(domain, &stranger, scene.command(tomorrow_at_ten())).await), Code::SignInNeeded);
    assert_eq!(code(scheduling::list(domain, &stranger, UPCOMING).await), Code::SignInNeeded);

    let others = [
        scene.clinic.patient("Jonas Weber").await,
        scene.clinic.doctor("Dr Chidi Okafor", scene.practice).await,
        scene.clinic.staff("Ada Admin", "admin", None).await,
    ];
    for person in &others {
        let access = || person.access(&scene.clinic);
        assert_eq!(code(scheduling::get(domain, &access(), id).await), Code::NotFound, "{}", person.email);
        assert_eq!(code(scheduling::cancel(domain, &access(), cancel_of(id)).await), Code::NotFound, "{}", person.email);
    }
    let receptionist = scene.clinic.staff("Rita Reception", "receptionist", Some(scene.practice)).await;
    assert!(scheduling::get(domain, &receptionist.access(&scene.clinic), id).await.unwrap().can_cancel);
    let nurse = scene.clinic.staff("Nora Nurse", "nurse", Some(scene.practice)).await;
    let seen_by_nurse = scheduling::get(domain, &nurse.access(&scene.clinic), id).await.unwrap();
    assert!(!seen_by_nurse.can_cancel, "a nurse sees the appointment, but may not cancel it");
    assert!(scheduling::get(domain, &scene.doctor.access(&scene.clinic), id).await.is_ok());
    assert_eq!(code(scene.book_as(&others[1], tomorrow_at_ten()).await), Code::Forbidden);
    let refused = scene.clinic.audited().await.iter().filter(|action| *action == "access.refused").count();
    assert_eq!(refused, 6);
}

#[tokio::test]
async fn lists_go_page_by_page_without_gap_or_repeat() {
    let scene = scene().await;
    let mut booked = Vec::new();
    for number in 0..5 {
        booked.push(scene.book(tomorrow_at_ten() + SignedDuration::from_mins(30 * number)).await.unwrap().card.id);
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let command = ListAppointments { which: Which::Upcoming, after: cursor, limit: Some(2) };
        let page = scheduling::list(&scene.clinic.domain, &scene.as_patient(), command).await.unwrap();
        seen.extend(page.items.iter().map(|card| card.id));
        let Some(next) = page.next_cursor else { break };
        cursor = Some(next.parse().unwrap());
    }
    assert_eq!(seen, booked);
    scene.clinic.pass(SignedDuration::from_hours(48));
    let past = scheduling::list(&scene.clinic.domain, &scene.as_patient(), PAST).await.unwrap();
    booked.reverse();
    assert_eq!(past.items.iter().map(|card| card.id).collect::<Vec<_>>(), booked);
}

#[tokio::test]
async fn a_hold_over_a_change_of_the_clocks_becomes_an_appointment_at_its_instant() {
    let scene = scene().await;
    // Clocks in London go forward on 28 March 2027 at 01:00 UTC, a Sunday. On Monday, 09:00 is 08:00 UTC.
    scene.clinic.clock.set("2027-03-28T00:55:00Z".parse().unwrap());
    let start = "2027-03-29T08:00:00Z".parse().unwrap();
    let held = scene.hold(start).await.unwrap();
    scene.clinic.pass(SignedDuration::from_mins(6));
    let command = BookAppointment { hold: Some(held.reservation), ..scene.command(start) };
    let booked = scheduling::book(&scene.clinic.domain, &scene.as_patient(), command).await.unwrap();
    assert_eq!((booked.card.starts_at, booked.card.ends_at), (start, start + SignedDuration::from_mins(30)));
    assert_eq!(scene.count("select count(*) from reservations where kind = 'held'").await, 0);
    let other = scene.clinic.patient("Jonas Weber").await;
    assert_eq!(code(scene.book_as(&other, start).await), Code::SlotTaken);
}

#[tokio::test]
async fn a_hold_tells_its_patient_which_appointment_it_became() {
    let scene = scene().await;
    let (domain, start) = (&scene.clinic.domain, tomorrow_at_ten());
    let held = scene.hold(start).await.unwrap();
    assert_eq!(scheduling::booked_with(domain, &scene.as_patient(), held.reservation).await.unwrap(), None);
    let command = BookAppointment { hold: Some(held.reservation), ..scene.command(start) };
    let booked = scheduling::book(domain, &scene.as_patient(), command).await.unwrap();
    assert_eq!(scheduling::booked_with(domain, &scene.as_patient(), held.reservation).await.unwrap(), Some(booked.card.id));
    // Nobody else can see it, and an expired hold has no appointment.
    let other = scene.clinic.patient("Jonas Weber").await;
    assert_eq!(scheduling::booked_with(domain, &other.access(&scene.clinic), held.reservation).await.unwrap(), None);
    let later = scene.hold(start + SignedDuration::from_mins(30)).await.unwrap();
    scene.clinic.pass(SignedDuration::from_mins(11));
    assert_eq!(scheduling::booked_with(domain, &scene.as_patient(), later.reservation).await.unwrap(), None);
}
