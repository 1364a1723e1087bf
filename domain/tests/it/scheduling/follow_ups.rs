//! A patient is told when a doctor wants to see them again, unless they have booked.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::{
    Result,
    notifications::{ListNotices, list_notices},
    scheduling::{self, MailKind, SetFollowUp, remind_of_follow_ups},
};
use jiff::{
    SignedDuration,
    civil::{Date, date},
};
use model::{errors::Code, ids::AppointmentId, notices::NoticeTopic, scheduling::views::AppointmentView};

const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Scene {
    async fn follow_up(&self, appointment: AppointmentId, due: Option<Date>, version: Option<i32>) -> Result<AppointmentView> {
        let command = SetFollowUp { appointment, due, version };
        scheduling::set_follow_up(&self.clinic.domain, &self.doctor.access(&self.clinic), command).await
    }

    async fn told_of_follow_ups(&self) -> u64 {
        remind_of_follow_ups(&self.clinic.domain).await.unwrap()
    }
}

#[tokio::test]
async fn whoever_acts_for_the_patient_is_told_on_the_day_and_again_when_it_is_put_off() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let id = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    let due = date(2026, 12, 20);
    assert_eq!(code(scene.follow_up(id, Some(due), None).await), Code::VisitNotHeld);
    scene.owner("update appointments set state = 'completed'; delete from reservations").await;
    let view = scene.follow_up(id, Some(due), None).await.unwrap();
    assert_eq!((view.follow_up, view.can_plan_follow_up), (Some(due), true));
    let seen = scheduling::get(domain, &scene.as_patient(), id).await.unwrap();
    assert_eq!((seen.follow_up, seen.can_plan_follow_up), (Some(due), false));

    clinic.pass(DAY * 26 - SignedDuration::from_mins(1));
    assert_eq!(scene.told_of_follow_ups().await, 0, "it is not nine o'clock yet");
    clinic.pass(SignedDuration::from_mins(1));
    assert_eq!((scene.told_of_follow_ups().await, scene.told_of_follow_ups().await), (1, 0));
    let mails = clinic.mails(MailKind::FollowUpDue).await;
    assert_eq!(mails.iter().map(|mail| mail.recipient.to.as_str()).collect::<Vec<_>>(), [scene.patient.email.as_str()]);
    let listed = list_notices(domain, &scene.as_patient(), ListNotices::default()).await.unwrap().items;
    assert_eq!(listed.first().map(|notice| (notice.topic, notice.starts_at)), Some((NoticeTopic::FollowUp, None)));

    scene.follow_up(id, Some(date(2027, 1, 20)), None).await.unwrap();
    clinic.pass(DAY * 31);
    assert_eq!((scene.told_of_follow_ups().await, scene.told_of_follow_ups().await), (1, 0));

    // Whoever has booked is told no more, also not by what waits to be sent.
    scene.follow_up(id, Some(date(2027, 3, 1)), None).await.unwrap();
    scene.book("2027-03-10T10:00:00Z".parse().unwrap()).await.unwrap();
    clinic.pass(DAY * 40);
    assert_eq!(scene.told_of_follow_ups().await, 0);
    assert!(clinic.mails(MailKind::FollowUpDue).await.is_empty());
    assert_eq!(scene.follow_up(id, None, None).await.unwrap().follow_up, None);
    let audited = clinic.audited().await;
    let count = |wanted: &str| audited.iter().filter(|action| *action == wanted).count();
    assert_eq!((count("scheduling.follow_up_set"), count("scheduling.reminded")), (4, 2));
}

#[tokio::test]
async fn only_the_doctor_and_reception_say_when_and_only_a_day_ahead() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let id = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    scene.owner("update appointments set state = 'completed'; delete from reservations").await;
    for day in [date(2026, 11, 24), date(2029, 1, 1)] {
        let wrong = scene.follow_up(id, Some(day), None).await.err().unwrap();
        assert_eq!(wrong.field_errors()[0].field, "due", "{day}");
    }
    let due = Some(date(2026, 12, 20));
    let view = scene.follow_up(id, due, None).await.unwrap();
    assert_eq!(code(scene.follow_up(id, due, Some(view.version + 1)).await), Code::Stale);
    let command = SetFollowUp { appointment: id, due, version: None };
    let other = clinic.doctor("Dr Tomas Reyes", scene.practice).await.access(clinic);
    assert_eq!(code(scheduling::set_follow_up(domain, &other, command).await), Code::NotFound);
    assert_eq!(code(scheduling::set_follow_up(domain, &scene.as_patient(), command).await), Code::Forbidden);
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await.access(clinic);
    assert_eq!(scheduling::set_follow_up(domain, &desk, command).await.unwrap().follow_up, due);
}
