//! The reception or the doctor notes whether the patient came to a visit that is not on video.

use super::{Meeting, meeting};
use domain::{access::Access, scheduling, visits};
use jiff::SignedDuration;
use model::{errors::Code, visits::views::VisitState};
use testing::Person;

impl Meeting {
    /// A visit in this mode, ten minutes ahead, and a receptionist of its clinic.
    async fn elsewhere(mode: &str) -> (Self, Person) {
        let meeting = meeting().await;
        sqlx::query("update appointments set mode = $1").bind(mode).execute(&meeting.clinic.owner).await.unwrap();
        let desk = meeting.clinic.staff("Rosa Almeida", "receptionist", Some(meeting.practice)).await;
        (meeting, desk)
    }

    async fn checked_in(&self, access: &Access) -> Result<(), Code> {
        visits::check_in(&self.clinic.domain, access, self.visit).await.map_err(|error| error.code())
    }

    async fn absent(&self, access: &Access) -> Result<(), Code> {
        visits::mark_absent(&self.clinic.domain, access, self.visit).await.map_err(|error| error.code())
    }

    async fn audited(&self, action: &str) -> usize {
        self.clinic.audited().await.iter().filter(|found| *found == action).count()
    }
}

#[tokio::test]
async fn reception_checks_a_patient_in_and_the_doctor_begins_the_visit() {
    let (meeting, desk) = Meeting::elsewhere("in_person").await;
    let (domain, access) = (&meeting.clinic.domain, desk.access(&meeting.clinic));
    assert_eq!(meeting.checked_in(&access).await, Ok(()));
    assert_eq!(meeting.checked_in(&access).await, Ok(()), "again");
    assert_eq!(meeting.audited("visits.checked_in").await, 1);
    let day = scheduling::clinic_day(domain, &access, None, "Europe/London").await.unwrap();
    assert!(day.may_note && day.cards[0].arrived_at == Some(domain.now()));
    let doctor = meeting.doctor.access(&meeting.clinic);
    assert_eq!(visits::waiting(domain, &doctor).await.unwrap().len(), 1);
    meeting.clinic.pass(SignedDuration::from_mins(30));
    assert_eq!(meeting.absent(&access).await, Err(Code::VisitPatientCame));
    // The patient's page is closed, which is no leaving.
    assert!(!visits::leave_absent(domain, meeting.visit).await.unwrap());
    let begun = visits::admit(domain, &doctor, meeting.visit).await.unwrap();
    assert_eq!(begun.state, VisitState::Admitted);
}

#[tokio::test]
async fn a_patient_who_does_not_come_is_a_no_show_from_ten_minutes_after_the_start() {
    for mode in ["in_person", "phone"] {
        let (meeting, desk) = Meeting::elsewhere(mode).await;
        let by = if mode == "phone" { &meeting.doctor } else { &desk };
        meeting.clinic.pass(SignedDuration::from_mins(19));
        assert_eq!(meeting.absent(&by.access(&meeting.clinic)).await, Err(Code::VisitAbsentTooSoon), "{mode}");
        meeting.clinic.pass(SignedDuration::from_mins(1));
        assert_eq!(meeting.absent(&by.access(&meeting.clinic)).await, Ok(()), "{mode}");
        assert_eq!(meeting.absent(&by.access(&meeting.clinic)).await, Err(Code::VisitClosed), "{mode}");
        assert_eq!(meeting.appointment_state().await, "no_show");
        assert_eq!(meeting.audited("visits.absence_noted").await, 1);
        assert_eq!(meeting.clinic.mails(scheduling::MailKind::AppointmentClosed).await.len(), 2, "both sides are told");
    }
}

#[tokio::test]
async fn only_the_doctor_and_the_reception_of_the_clinic_note_it_and_only_where_it_cannot_be_seen() {
    let (meeting, desk) = Meeting::elsewhere("in_person").await;
    let there = meeting.clinic.practice().await;
    let foreign = meeting.clinic.staff("Rita Reception", "receptionist", Some(there)).await;
    let nurse = meeting.clinic.staff("Nina Nurse", "nurse", Some(meeting.practice)).await;
    for (person, code) in [(&foreign, Code::NotFound), (&nurse, Code::NotFound), (&meeting.patient, Code::Forbidden)] {
        let access = person.access(&meeting.clinic);
        assert_eq!(meeting.checked_in(&access).await, Err(code), "{}", person.email);
        assert_eq!(meeting.absent(&access).await, Err(code), "{}", person.email);
    }
    assert_eq!(meeting.checked_in(&meeting.clinic.stranger()).await, Err(Code::SignInNeeded));

    let access = desk.access(&meeting.clinic);
    meeting.clinic.as_owner("update appointments set mode = 'phone'").await;
    assert_eq!(meeting.checked_in(&access).await, Err(Code::VisitNotInClinic));
    meeting.clinic.as_owner("update appointments set mode = 'video'").await;
    assert_eq!(meeting.checked_in(&access).await, Err(Code::VisitNotInClinic));
    assert_eq!(meeting.absent(&access).await, Err(Code::VisitOnVideo));
}
