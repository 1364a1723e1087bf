//! Visits that were not attended, or that nobody ended, are closed.

use super::{Meeting, meeting};
use domain::{
    live::{self, LiveKind, Missed},
    notices::MailContent,
    scheduling::{self, MailKind},
    visits,
};
use jiff::SignedDuration;
use model::{scheduling::Unattended, visits::views::VisitState};

impl Meeting {
    async fn reservations(&self) -> i64 {
        sqlx::query_scalar("select count(*) from reservations").fetch_one(&self.clinic.owner).await.unwrap()
    }

    async fn close(&self) -> u64 {
        visits::close_unattended(&self.clinic.domain).await.unwrap()
    }

    /// Who gets a mail, and what it says happened.
    async fn told(&self) -> Vec<(String, Unattended)> {
        let mails = self.clinic.mails(MailKind::AppointmentClosed).await;
        let mut told: Vec<_> = mails
            .into_iter()
            .map(|mail| match mail.content {
                MailContent::Scheduling(scheduling::MailContent::AppointmentClosed(_, how)) => (mail.recipient.to, how),
                other => panic!("{other:?}"),
            })
            .collect();
        told.sort();
        told
    }

    fn both(&self, how: Unattended) -> Vec<(String, Unattended)> {
        let mut both = vec![(self.patient.email.clone(), how), (self.doctor.email.clone(), how)];
        both.sort();
        both
    }
}

/// From the beginning of a test until the waiting room of the visit closes.
const UNTIL_CLOSED: SignedDuration = SignedDuration::from_mins(10 + 30 + 60);

#[tokio::test]
async fn a_visit_to_which_the_patient_did_not_come_is_a_no_show_and_both_are_told() {
    let meeting = meeting().await;
    meeting.clinic.pass(UNTIL_CLOSED - SignedDuration::from_mins(1));
    assert_eq!(meeting.close().await, 0, "the patient may still come");
    meeting.clinic.pass(SignedDuration::from_mins(1));
    assert_eq!(meeting.close().await, 1);
    assert_eq!(meeting.close().await, 0, "a closed visit must not be closed again");

    assert_eq!(meeting.appointment_state().await, "no_show");
    assert_eq!(meeting.reservations().await, 0, "the time must be free");
    assert_eq!(meeting.told().await, meeting.both(Unattended::PatientAbsent));
    assert!(meeting.clinic.audited().await.contains(&"visits.unattended_closed".to_owned()));
    meeting.clinic.dispatch().await;
    for person in [&meeting.patient, &meeting.doctor] {
        let Missed::Events(events) = live::missed(&meeting.clinic.domain, person.user, 0).await.unwrap() else {
            panic!("no live event may be lost")
        };
        let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
        assert!(kinds.contains(&LiveKind::Appointment) && kinds.contains(&LiveKind::Visit), "{kinds:?}");
    }
}

#[tokio::test]
async fn a_patient_who_waited_in_vain_is_not_a_no_show() {
    let meeting = meeting().await;
    let access = meeting.patient.access(&meeting.clinic);
    visits::arrive(&meeting.clinic.domain, &access, meeting.visit).await.unwrap();
    visits::leave(&meeting.clinic.domain, &access, meeting.visit).await.unwrap();
    meeting.clinic.pass(UNTIL_CLOSED);
    assert_eq!(meeting.close().await, 1);
    assert_eq!(meeting.appointment_state().await, "cancelled");
    assert_eq!(meeting.told().await, meeting.both(Unattended::NotAdmitted));
}

#[tokio::test]
async fn a_visit_that_its_doctor_forgot_is_ended_with_its_planned_end() {
    let meeting = Meeting::admitted().await;
    let planned_end = meeting.clinic.domain.now() + SignedDuration::from_mins(40);
    meeting.clinic.pass(UNTIL_CLOSED);
    assert_eq!(meeting.close().await, 0, "the doctor can still end it");
    meeting.clinic.pass(SignedDuration::from_hours(24));
    assert_eq!(meeting.close().await, 1);
    assert_eq!(meeting.appointment_state().await, "completed");
    assert_eq!(meeting.reservations().await, 0);
    assert_eq!(meeting.told().await, meeting.both(Unattended::NotEnded));
    let access = meeting.doctor.access(&meeting.clinic);
    let visit = visits::visit(&meeting.clinic.domain, &access, meeting.visit).await.unwrap();
    assert_eq!((visit.state, visit.ended_at), (VisitState::Ended, Some(planned_end)));
}
