//! People are reminded of a visit a day and an hour before it, and not of one that was cancelled or moved.

use super::{Scene, after, scene, tomorrow_at_ten};
use domain::{
    identity::{self, Proof, SendPhoneCode, TextContent as OfAccount},
    notices::{self, TextContent, TextJob, text_to_send},
    notifications::{ListNotices, list_notices, mark_text_sent},
    scheduling::{self, CancelAppointment, MailContent, MailKind, MoveAppointment},
};
use jiff::{SignedDuration, Timestamp};
use model::{ids::AppointmentId, notices::NoticeTopic, scheduling::Ahead};
use testing::PASSWORD;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// In two days, 10:00 in London.
fn in_two_days() -> Timestamp {
    after(49 * 60)
}

impl Scene {
    async fn remind(&self) -> u64 {
        scheduling::remind(&self.clinic.domain).await.unwrap()
    }

    async fn cancel(&self, appointment: AppointmentId) {
        let cancel = CancelAppointment { appointment, version: None, message: None, idempotency_key: None };
        scheduling::cancel(&self.clinic.domain, &self.as_patient(), cancel).await.unwrap();
    }

    /// The doctor moves a visit.
    async fn move_to(&self, appointment: AppointmentId, start: Timestamp) {
        let message = Some("I am at a conference".to_owned());
        let command = MoveAppointment { appointment, start, version: None, message, idempotency_key: None };
        scheduling::move_appointment(&self.clinic.domain, &self.doctor.access(&self.clinic), command).await.unwrap();
    }

    /// The patient verifies a phone.
    async fn verify_phone(&self) {
        let (clinic, domain) = (&self.clinic, &self.clinic.domain);
        let proof = Proof::Password(PASSWORD.to_owned());
        let command = SendPhoneCode { phone: "+44 7400 123456".to_owned(), proof };
        identity::send_phone_code(domain, &self.as_patient(), command).await.unwrap();
        let text = clinic.texts().await.remove(0);
        let TextContent::Identity(OfAccount::PhoneCode { code }) = text.content else { panic!("a code") };
        identity::confirm_phone(domain, &self.as_patient(), &code).await.unwrap();
        mark_text_sent(domain, text.id, None).await.unwrap();
    }

    /// To whom the reminders go that are not sent yet, how near the visit is, and when it begins.
    async fn reminders(&self) -> Vec<(String, Ahead, Timestamp)> {
        let mails = self.clinic.mails(MailKind::VisitNear).await.into_iter();
        let told = mails.map(|mail| match mail.content {
            notices::MailContent::Scheduling(MailContent::VisitNear(brief, ahead)) => (mail.recipient.to, ahead, brief.starts_at),
            other => panic!("{other:?}"),
        });
        told.collect()
    }
}

#[tokio::test]
async fn the_patient_is_reminded_once_a_day_and_once_an_hour_before() {
    let scene = scene().await;
    let clinic = &scene.clinic;
    scene.book(in_two_days()).await.unwrap();
    clinic.pass(HOUR * 24 + SignedDuration::from_mins(59));
    assert_eq!(scene.remind().await, 0);
    clinic.pass(SignedDuration::from_mins(1));
    assert_eq!((scene.remind().await, scene.remind().await), (1, 0));
    let to = scene.patient.email.clone();
    assert_eq!(scene.reminders().await, [(to.clone(), Ahead::Day, in_two_days())]);
    let listed = list_notices(&clinic.domain, &scene.as_patient(), ListNotices::default()).await.unwrap().items;
    assert_eq!(listed.first().map(|notice| notice.topic), Some(NoticeTopic::Reminder));

    clinic.pass(HOUR * 23);
    assert_eq!((scene.remind().await, scene.remind().await), (1, 0));
    let expected = [(to.clone(), Ahead::Day, in_two_days()), (to, Ahead::Hour, in_two_days())];
    assert_eq!(scene.reminders().await, expected);
    let reminded = clinic.audited().await.into_iter().filter(|action| action == "scheduling.reminded").count();
    assert_eq!(reminded, 2);

    // The visit has begun, so a mail that waited too long is not sent.
    clinic.pass(HOUR);
    assert!(scene.reminders().await.is_empty());
    assert_eq!(scene.count("select count(*) from mails where kind = 'visit_near'").await, 0);
    clinic.pass(HOUR * 24 * 91);
    assert_eq!(scheduling::sweep_reminders(&clinic.domain).await.unwrap(), 2);
}

/// The queue takes the jobs with the lowest number first, and of these the one that has waited longest.
#[tokio::test]
async fn what_somebody_waits_for_is_sent_before_reminders_that_were_written_first() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    scene.verify_phone().await;
    scene.book(in_two_days()).await.unwrap();
    clinic.pass(HOUR * 25);
    assert_eq!(scene.remind().await, 1);
    clinic.dispatch().await;
    identity::request_reset(domain, &clinic.stranger(), &scene.patient.email, None).await.unwrap();
    scene.book(in_two_days() + HOUR * 96).await.unwrap();
    identity::request_reset_by_text(domain, &clinic.stranger(), &scene.patient.email).await.unwrap();
    clinic.dispatch().await;
    let sent_in_order =
        async |query: &'static str| -> Vec<String> { sqlx::query_scalar(query).fetch_all(domain.pool()).await.unwrap() };
    let mails = "select m.kind from graphile_worker.jobs j join mails m on m.id::text = j.key
       where m.kind in ('reset_password', 'appointment_booked', 'visit_near') order by j.priority, j.run_at, j.id";
    let expected =
        ["reset_password", "appointment_booked", "appointment_booked", "appointment_booked", "appointment_booked", "visit_near"];
    assert_eq!(sent_in_order(mails).await, expected);
    let texts = "select t.kind from graphile_worker.jobs j join texts t on t.id::text = j.key
       where t.state = 'queued' order by j.priority, j.run_at, j.id";
    assert_eq!(sent_in_order(texts).await, ["reset_password", "visit_near"]);
}

#[tokio::test]
async fn a_late_booking_needs_no_reminder_a_day_before() {
    let scene = scene().await;
    let booked = scene.book(tomorrow_at_ten()).await.unwrap();
    scene.clinic.pass(HOUR * 2);
    // It was booked more than a day before.
    assert_eq!(scene.remind().await, 1);
    scene.cancel(booked.card.id).await;
    assert!(scene.reminders().await.is_empty());
    scene.book(tomorrow_at_ten()).await.unwrap();
    assert_eq!(scene.remind().await, 0);
}

#[tokio::test]
async fn who_is_told_of_a_move_into_the_last_day_is_reminded_an_hour_before_only() {
    let scene = scene().await;
    let booked = scene.book(in_two_days()).await.unwrap().card.id;
    scene.clinic.pass(HOUR * 2);
    // The mail about the move says as much as a reminder that was due before it.
    scene.move_to(booked, tomorrow_at_ten()).await;
    assert_eq!(scene.remind().await, 0);
    scene.clinic.pass(HOUR * 21);
    assert_eq!(scene.remind().await, 0);
    scene.clinic.pass(HOUR);
    assert_eq!(scene.remind().await, 1);
    assert_eq!(scene.reminders().await, [(scene.patient.email.clone(), Ahead::Hour, tomorrow_at_ten())]);
}

#[tokio::test]
async fn a_reminder_follows_a_move_and_stops_on_a_cancellation() {
    let scene = scene().await;
    let clinic = &scene.clinic;
    let booked = scene.book(in_two_days()).await.unwrap().card.id;
    clinic.pass(HOUR * 25);
    assert_eq!(scene.remind().await, 1);
    // Moved by a day: what waits is not sent, and there is another reminder a day before.
    scene.move_to(booked, in_two_days() + HOUR * 24).await;
    assert!(scene.reminders().await.is_empty());
    assert_eq!(scene.remind().await, 0);
    // Both sides are told of it in the app, with the new time, and nobody of the reminder that is out of date.
    for person in [&scene.patient, &scene.doctor] {
        let listed = list_notices(&clinic.domain, &person.access(clinic), ListNotices::default()).await.unwrap().items;
        let moved = listed.iter().find(|notice| notice.topic == NoticeTopic::Moved).expect("a notice");
        assert_eq!((moved.subject, moved.starts_at), (booked.uuid(), Some(in_two_days() + HOUR * 24)));
        assert!(listed.iter().all(|notice| notice.topic != NoticeTopic::Reminder));
    }
    clinic.pass(HOUR * 24);
    assert_eq!(scene.remind().await, 1);
    assert_eq!(scene.reminders().await, [(scene.patient.email.clone(), Ahead::Day, in_two_days() + HOUR * 24)]);
    // The patient is reminded in the app too, and the doctor is not.
    for person in [&scene.patient, &scene.doctor] {
        let listed = list_notices(&clinic.domain, &person.access(clinic), ListNotices::default()).await.unwrap().items;
        let reminded = listed.iter().any(|notice| notice.topic == NoticeTopic::Reminder);
        assert_eq!(reminded, person.user == scene.patient.user);
    }
    scene.cancel(booked).await;
    assert!(scene.reminders().await.is_empty());
    clinic.pass(HOUR * 23);
    assert_eq!(scene.remind().await, 0);
}

#[tokio::test]
async fn who_has_verified_a_phone_gets_a_text_message_too() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    scene.verify_phone().await;
    let booked = scene.book(in_two_days()).await.unwrap().card.id;
    clinic.pass(HOUR * 25);
    assert_eq!(scene.remind().await, 1);
    let text = clinic.texts().await.remove(0);
    let TextContent::Scheduling(scheduling::TextContent::VisitNear { appointment, starts_at, .. }) = text.content else {
        panic!("a reminder")
    };
    assert_eq!((text.to.as_str(), appointment, starts_at), ("+447400123456", booked, in_two_days()));
    scene.cancel(booked).await;
    assert!(matches!(text_to_send(domain, text.id).await.unwrap(), TextJob::OutOfDate));

    // Without a number there is no message.
    identity::remove_phone(domain, &scene.as_patient(), Proof::Password(PASSWORD.to_owned())).await.unwrap();
    mark_text_sent(domain, text.id, None).await.unwrap();
    scene.book(in_two_days() + HOUR * 96).await.unwrap();
    clinic.pass(HOUR * 96);
    assert_eq!(scene.remind().await, 1);
    assert!(clinic.texts().await.is_empty());
}
