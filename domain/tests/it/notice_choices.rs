//! A person chooses what they are told and when, and is told no more.

use domain::{
    notifications::{SetNoticeChoices, count_unread_notices, notice_choices, set_notice_choices},
    scheduling::{self, CancelAppointment, MailKind},
};
use jiff::{SignedDuration, Timestamp};
use model::{
    errors::{Code, FieldError, FieldFault},
    notices::NoticeSwitch,
};
use testing::{BEGIN, Person, Practice, TestClinic};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

struct Scene {
    clinic: TestClinic,
    practice: Practice,
    doctor: Person,
    patient: Person,
}

async fn scene() -> Scene {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let patient = clinic.patient("Amara Osei").await;
    Scene { clinic, practice, doctor, patient }
}

impl Scene {
    async fn set(&self, off: &[NoticeSwitch], quiet: Option<(&str, &str)>, version: i32) -> domain::Result<i32> {
        let quiet = quiet.map(|(from, until)| (from.to_owned(), until.to_owned()));
        let command = SetNoticeChoices { off: off.to_vec(), quiet, version };
        set_notice_choices(&self.clinic.domain, &self.patient.access(&self.clinic), command).await.map(|choices| choices.version)
    }

    async fn book(&self, start: Timestamp) -> model::ids::AppointmentId {
        let command = testing::booking(&self.doctor, self.practice, start);
        let access = self.patient.access(&self.clinic);
        scheduling::book(&self.clinic.domain, &access, command).await.unwrap().card.id
    }

    /// To whom the mails of a kind go that are not sent yet.
    async fn mails(&self, kind: MailKind) -> Vec<String> {
        let mut to: Vec<String> = self.clinic.mails(kind).await.into_iter().map(|mail| mail.recipient.to).collect();
        to.sort();
        to
    }
}

#[tokio::test]
async fn choices_are_saved_by_their_version_and_wrong_ones_are_refused() {
    let scene = scene().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    let access = scene.patient.access(clinic);
    let none = notice_choices(domain, &access).await.unwrap();
    assert!(none.off.is_empty() && none.quiet.is_none() && none.version == 0);
    for (quiet, expected) in [
        (("", "07:00"), FieldError::new("quiet_from", FieldFault::Missing)),
        (("22:00", "25:00"), FieldError::new("quiet_until", FieldFault::Malformed)),
        (("22:00", "22:00"), FieldError::new("quiet_until", FieldFault::UnknownChoice)),
    ] {
        assert_eq!(scene.set(&[], Some(quiet), 0).await.unwrap_err().field_errors(), [expected]);
    }
    let off = [NoticeSwitch::ReminderText, NoticeSwitch::BookedMail, NoticeSwitch::ReminderText];
    assert_eq!(scene.set(&off, Some(("22:00", "07:30")), 0).await.unwrap(), 1);
    assert_eq!(scene.set(&[], None, 0).await.unwrap_err().code(), Code::Stale);
    assert_eq!(scene.set(&[], None, 7).await.unwrap_err().code(), Code::Stale);
    let saved = notice_choices(domain, &access).await.unwrap();
    let quiet = saved.quiet.map(|quiet| (quiet.from.to_string(), quiet.until.to_string()));
    assert_eq!(saved.off, [NoticeSwitch::BookedMail, NoticeSwitch::ReminderText]);
    assert_eq!((quiet, saved.version), (Some(("22:00".to_owned(), "07:30".to_owned())), 1));
    assert_eq!(scene.set(&[], None, 1).await.unwrap(), 2);
    // Nobody else's choices have changed.
    assert_eq!(notice_choices(domain, &scene.doctor.access(clinic)).await.unwrap().version, 0);
    assert_eq!(notice_choices(domain, &clinic.stranger()).await.map(|_| ()).unwrap_err().code(), Code::SignInNeeded);
    let set = clinic.audited().await.into_iter().filter(|action| action == "notifications.choices_set").count();
    assert_eq!(set, 2);
}

#[tokio::test]
async fn what_is_switched_off_is_not_told_and_a_cancellation_is_always_in_the_app() {
    let scene = scene().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    scene.set(NoticeSwitch::ALL, None, 0).await.unwrap();
    let booked = scene.book(BEGIN + HOUR * 49).await;
    assert_eq!(scene.mails(MailKind::AppointmentBooked).await, std::slice::from_ref(&scene.doctor.email));
    let access = scene.patient.access(clinic);
    assert_eq!(count_unread_notices(domain, &access).await.unwrap(), 0);
    clinic.pass(HOUR * 25);
    scheduling::remind(domain).await.unwrap();
    assert!(scene.mails(MailKind::VisitNear).await.is_empty());
    assert_eq!(count_unread_notices(domain, &access).await.unwrap(), 0);
    let cancel = CancelAppointment { appointment: booked, version: None, message: None, idempotency_key: None };
    scheduling::cancel(domain, &access, cancel).await.unwrap();
    assert_eq!(scene.mails(MailKind::AppointmentCancelled).await, std::slice::from_ref(&scene.doctor.email));
    assert_eq!(count_unread_notices(domain, &access).await.unwrap(), 1);
}

#[tokio::test]
async fn a_reminder_keeps_out_of_the_quiet_hours() {
    let scene = scene().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    // It is Tuesday, 09:00 in London. The visit is on Thursday at 10:00.
    scene.set(&[], Some(("09:30", "11:00")), 0).await.unwrap();
    scene.book(BEGIN + HOUR * 49).await;
    // Wednesday, 10:00: a day before, in the quiet hours.
    clinic.pass(HOUR * 25);
    assert_eq!(scheduling::remind(domain).await.unwrap(), 0);
    clinic.pass(HOUR);
    assert_eq!((scheduling::remind(domain).await.unwrap(), scheduling::remind(domain).await.unwrap()), (1, 0));
    // Thursday, 08:59: the hour before begins at 09:00, which is not quiet.
    clinic.pass(HOUR * 22 - SignedDuration::from_mins(1));
    assert_eq!(scheduling::remind(domain).await.unwrap(), 0);
    clinic.pass(SignedDuration::from_mins(1));
    assert_eq!(scheduling::remind(domain).await.unwrap(), 1);
}

#[tokio::test]
async fn quiet_hours_that_last_until_the_visit_bring_the_reminder_before_them() {
    let scene = scene().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    scene.set(&[], Some(("08:30", "12:00")), 0).await.unwrap();
    scene.book(BEGIN + HOUR * 49).await;
    // Wednesday, 12:00: the reminder a day before comes after the quiet hours.
    clinic.pass(HOUR * 27);
    assert_eq!(scheduling::remind(domain).await.unwrap(), 1);
    // Thursday, 08:28 and 08:29: the one an hour before comes before them.
    clinic.pass(HOUR * 20 + SignedDuration::from_mins(28));
    assert_eq!(scheduling::remind(domain).await.unwrap(), 0);
    clinic.pass(SignedDuration::from_mins(1));
    assert_eq!((scheduling::remind(domain).await.unwrap(), scheduling::remind(domain).await.unwrap()), (1, 0));
    assert_eq!(scene.mails(MailKind::VisitNear).await.len(), 2);
}
