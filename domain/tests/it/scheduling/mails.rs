//! What mails say about appointments, however late they are sent.

use super::{after, scene, tomorrow_at_ten};
use domain::{
    notices::{self, Mail, mail_to_send},
    notifications::{Recipient, mark_failed, mark_sent},
    scheduling::{self, AppointmentBrief, CancelAppointment, MailContent, MailKind},
};
use jiff::{SignedDuration, Timestamp};
use model::{
    ids::AppointmentId,
    money::{Currency, Money},
    scheduling::CancelledBy,
};
use testing::BEGIN;

fn brief(mail: &Mail) -> &AppointmentBrief {
    match &mail.content {
        notices::MailContent::Scheduling(MailContent::AppointmentBooked(brief) | MailContent::AppointmentCancelled(brief)) => {
            brief
        }
        other => panic!("{other:?}"),
    }
}

/// Kind, appointment, version, start and date of the mails to an address.
fn said(mails: &[Mail], to: &str) -> Vec<(bool, AppointmentId, i32, Timestamp, Timestamp)> {
    mails
        .iter()
        .filter(|mail| mail.recipient.to == to)
        .map(|mail| {
            let booked = matches!(mail.content, notices::MailContent::Scheduling(MailContent::AppointmentBooked(_)));
            let brief = brief(mail);
            assert_eq!(brief.revised_at, mail.created_at);
            (booked, brief.id, brief.version, brief.starts_at, mail.created_at)
        })
        .collect()
}

#[tokio::test]
async fn each_mail_tells_its_own_event_although_all_go_out_later() {
    let scene = scene().await;
    let (clinic, at_ten) = (&scene.clinic, tomorrow_at_ten());
    let first = scene.book(at_ten).await.unwrap().card.id;
    clinic.pass(SignedDuration::from_mins(1));
    let cancel = CancelAppointment { appointment: first, version: None, message: None, idempotency_key: None };
    scheduling::cancel(&clinic.domain, &scene.as_patient(), cancel).await.unwrap();
    clinic.pass(SignedDuration::from_mins(1));
    let second = scene.book(at_ten + SignedDuration::from_hours(1)).await.unwrap().card.id;
    clinic.pass(SignedDuration::from_hours(5));

    let mut mails = clinic.mails(MailKind::AppointmentBooked).await;
    let cancelled = clinic.mails(MailKind::AppointmentCancelled).await;
    assert!(cancelled.iter().all(|mail| brief(mail).cancelled_by == Some(CancelledBy::Patient)));
    mails.extend(cancelled);
    let expected = [
        (true, first, 1, at_ten, BEGIN),
        (true, second, 1, at_ten + SignedDuration::from_hours(1), after(2)),
        (false, first, 2, at_ten, after(1)),
    ];
    assert_eq!(said(&mails, &scene.patient.email), expected);
    assert_eq!(said(&mails, &scene.doctor.email), expected);
}

#[tokio::test]
async fn what_changes_after_the_event_changes_no_mail_of_it() {
    let scene = scene().await;
    let clinic = &scene.clinic;
    scene.book(tomorrow_at_ten()).await.unwrap();
    // The dispatcher has not passed anything on yet.
    let later =
        "update users set display_name = 'Somebody Else', time_zone = 'Asia/Tokyo', language = 'xx', email = 'x@people.example';
         update doctors set full_name = 'Dr Else'; update clinics set name = 'Elsewhere';
         update doctors set fee_minor = 9000; update appointments set version = 9";
    scene.owner(later).await;
    clinic.pass(SignedDuration::from_hours(1));

    let mails = clinic.mails(MailKind::AppointmentBooked).await;
    let mail = mails
        .iter()
        .find(|mail| mail.recipient.to == scene.patient.email)
        .expect("there is a mail to the address at the time of the booking");
    let Recipient { name, time_zone, language, .. } = &mail.recipient;
    assert_eq!((name.as_str(), time_zone.as_str(), language.as_str()), ("Amara Osei", "Europe/London", "en"));
    let told = brief(mail);
    assert_eq!((told.doctor.as_str(), told.clinic.as_str(), told.version), ("Dr Lena Hoffmann", "Riverside Clinic", 1));
    assert_eq!(told.fee, Some(Money::new(6_000, Currency::GBP)));
    assert_eq!(mail.created_at, BEGIN);

    // A retry sends the same content.
    let before = format!("{mail:?}");
    mark_failed(&clinic.domain, mail.id, "421").await.unwrap();
    scene.owner("update doctors set full_name = 'Dr Another'").await;
    clinic.pass(SignedDuration::from_hours(1));
    let again = mail_to_send(&clinic.domain, mail.id).await.unwrap().unwrap();
    assert_eq!(format!("{again:?}"), before);

    // A sent mail keeps no personal data.
    mark_sent(&clinic.domain, mail.id).await.unwrap();
    assert!(mail_to_send(&clinic.domain, mail.id).await.unwrap().is_none());
    assert_eq!(scene.count("select count(*) from mails where state = 'sent' and facts is null").await, 1);
}

#[tokio::test]
async fn events_and_mails_of_an_earlier_version_still_go_out() {
    let scene = scene().await;
    scene.book(tomorrow_at_ten()).await.unwrap();
    scene.owner("delete from mails; update outbox_events set mails_written = false").await;
    assert_eq!(scene.clinic.mails(MailKind::AppointmentBooked).await.len(), 2);
    scene.owner("update mails set facts = null").await;
    let mails = scene.clinic.mails(MailKind::AppointmentBooked).await;
    assert_eq!(said(&mails, &scene.patient.email).len(), 1);
    assert_eq!(mails[0].created_at, BEGIN);
}
