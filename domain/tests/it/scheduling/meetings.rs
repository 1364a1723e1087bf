//! Visits at an online meeting: who enters its link, and who sees it when.

use super::{Scene, after, code, scene, tomorrow_at_ten};
use domain::{
    Result,
    access::Access,
    scheduling::{self, BookAppointment, CancelAppointment, SetMeetingLink, TypedVisitType},
    visits,
};
use jiff::SignedDuration;
use model::{
    directory::TypedFee,
    errors::{Code, FieldFault},
    ids::{AppointmentId, VisitTypeId},
    scheduling::{MeetingView, VisitMode, views::AppointmentView},
    visits::views::VisitState,
};

const OF_TYPE: &str = "https://meet.example/room";
const OWN: &str = "https://meet.example/own?pwd=1";

impl Scene {
    async fn offer_meetings(&self, link: &str) -> Result<VisitTypeId> {
        let (domain, doctor) = (&self.clinic.domain, self.doctor.access(&self.clinic));
        let version = scheduling::visit_types(domain, &doctor).await.unwrap().version;
        let typed = TypedVisitType {
            name: "Online meeting".to_owned(),
            mode: VisitMode::External.as_str().to_owned(),
            minutes: String::new(),
            buffer_before: String::new(),
            buffer_after: String::new(),
            meeting_link: link.to_owned(),
            fee: TypedFee::default(),
            is_active: true,
        };
        scheduling::add_visit_type(domain, &doctor, typed, version).await
    }

    /// Books a meeting for tomorrow at ten.
    async fn book_meeting(&self, visit_type: VisitTypeId) -> AppointmentView {
        let command = BookAppointment { visit_type: Some(visit_type), ..self.command(tomorrow_at_ten()) };
        scheduling::book(&self.clinic.domain, &self.as_patient(), command).await.unwrap()
    }

    async fn meeting_as(&self, access: &Access, id: AppointmentId) -> MeetingView {
        scheduling::get(&self.clinic.domain, access, id).await.unwrap().meeting.expect("a meeting")
    }

    async fn set_link_as(&self, access: &Access, appointment: AppointmentId, link: &str) -> Result<AppointmentView> {
        let command = SetMeetingLink { appointment, link: link.to_owned(), version: None };
        scheduling::set_meeting_link(&self.clinic.domain, access, command).await
    }
}

#[tokio::test]
async fn the_link_is_shown_to_patient_and_doctor_from_fifteen_minutes_before_until_the_end() {
    let scene = scene().await;
    let (clinic, patient, doctor) = (&scene.clinic, scene.as_patient(), scene.doctor.access(&scene.clinic));
    let desk = clinic.staff("Rita Park", "receptionist", Some(scene.practice)).await.access(clinic);
    let meetings = scene.offer_meetings(OF_TYPE).await.unwrap();
    let booked = scene.book_meeting(meetings).await;
    let id = booked.card.id;
    assert_eq!((booked.card.mode, booked.phone), (VisitMode::External, None));
    assert_eq!(booked.meeting.expect("a meeting").opens_at, tomorrow_at_ten() - SignedDuration::from_mins(15));

    clinic.pass(SignedDuration::from_mins(25 * 60 - 16));
    let early = scene.meeting_as(&patient, id).await;
    assert_eq!((early.is_entered, early.link, early.may_enter), (true, None, false));
    assert_eq!(scene.meeting_as(&doctor, id).await.link, None);

    clinic.pass(SignedDuration::from_mins(1));
    assert_eq!(scene.meeting_as(&patient, id).await.link.as_deref(), Some(OF_TYPE));
    assert_eq!(scene.meeting_as(&doctor, id).await.link.as_deref(), Some(OF_TYPE));
    let at_desk = scene.meeting_as(&desk, id).await;
    assert_eq!((at_desk.is_entered, at_desk.link, at_desk.may_enter), (true, None, true));

    // A link for this visit goes before the one of the type.
    let entered = scene.set_link_as(&desk, id, OWN).await.unwrap();
    assert_eq!(entered.meeting.expect("a meeting").link, None, "reception enters it and does not take part");
    assert_eq!(scene.meeting_as(&patient, id).await.link.as_deref(), Some(OWN));
    assert_eq!(scene.count("select count(*) from appointments where meeting_link_cipher is not null").await, 1);

    // There is no call here; the doctor begins the visit, and the link stays while it lasts.
    let encounter = booked.card.encounter;
    assert_eq!(code(visits::arrive(&clinic.domain, &patient, encounter).await), Code::VisitNotOnVideo);
    let begun = visits::admit(&clinic.domain, &doctor, encounter).await.unwrap();
    assert_eq!((begun.state, begun.mode), (VisitState::Admitted, VisitMode::External));
    assert_eq!(code(visits::join(&clinic.domain, &patient, encounter).await), Code::VisitNotOnVideo);
    clinic.pass(SignedDuration::from_mins(46));
    assert_eq!(scene.meeting_as(&doctor, id).await.link.as_deref(), Some(OWN), "it lasts longer than planned");
    clinic.pass(SignedDuration::from_mins(60));
    assert_eq!(scene.meeting_as(&patient, id).await.link, None, "nobody ended it");
}

#[tokio::test]
async fn the_link_of_a_visit_that_nobody_began_is_hidden_at_its_end() {
    let scene = scene().await;
    let meetings = scene.offer_meetings(OF_TYPE).await.unwrap();
    let id = scene.book_meeting(meetings).await.card.id;
    scene.clinic.pass(SignedDuration::from_mins(25 * 60 + 29));
    assert_eq!(scene.meeting_as(&scene.as_patient(), id).await.link.as_deref(), Some(OF_TYPE));
    scene.clinic.pass(SignedDuration::from_mins(1));
    assert_eq!(scene.meeting_as(&scene.as_patient(), id).await.link, None);
}

#[tokio::test]
async fn wrong_links_and_wrong_people_are_refused_and_changes_are_audited() {
    let scene = scene().await;
    let (clinic, patient, doctor) = (&scene.clinic, scene.as_patient(), scene.doctor.access(&scene.clinic));
    let wrong = scene.offer_meetings("http://meet.example/room").await.map(|_| ()).unwrap_err();
    let fault = &wrong.field_errors()[0];
    assert_eq!((fault.field.as_str(), fault.fault), ("meeting_link", FieldFault::Malformed));
    let meetings = scene.offer_meetings("").await.unwrap();
    let booked = scene.book_meeting(meetings).await;
    let id = booked.card.id;
    assert!(!booked.meeting.expect("a meeting").is_entered);

    let wrong = scene.set_link_as(&doctor, id, "javascript:alert(1)").await.map(|_| ()).unwrap_err();
    assert_eq!((wrong.field_errors()[0].field.as_str(), wrong.field_errors()[0].fault), ("link", FieldFault::Malformed));
    let stranger = clinic.doctor("Dr Ana Reis", scene.practice).await.access(clinic);
    let nurse = clinic.staff("Nia Cole", "nurse", Some(scene.practice)).await.access(clinic);
    assert_eq!(code(scene.set_link_as(&patient, id, OWN).await), Code::Forbidden);
    assert_eq!(code(scene.set_link_as(&nurse, id, OWN).await), Code::Forbidden);
    assert_eq!(code(scene.set_link_as(&stranger, id, OWN).await), Code::NotFound);
    let stale = SetMeetingLink { appointment: id, link: OWN.to_owned(), version: Some(booked.version + 1) };
    assert_eq!(code(scheduling::set_meeting_link(&clinic.domain, &doctor, stale).await), Code::Stale);

    let entered = scene.set_link_as(&doctor, id, OWN).await.unwrap();
    assert_eq!((entered.version, entered.meeting.map(|meeting| meeting.is_entered)), (booked.version + 1, Some(true)));
    let removed = scene.set_link_as(&doctor, id, " ").await.unwrap();
    assert_eq!(removed.meeting.map(|meeting| meeting.is_entered), Some(false));
    assert_eq!(scene.count("select count(*) from appointments where meeting_link_cipher is not null").await, 0);
    let audited = clinic.audited().await;
    assert_eq!(audited.iter().filter(|action| *action == "scheduling.meeting_link_set").count(), 2);

    let on_video = scene.book(after(27 * 60)).await.unwrap();
    assert!(on_video.meeting.is_none());
    assert_eq!(code(scene.set_link_as(&doctor, on_video.card.id, OWN).await), Code::VisitNotAMeeting);
    let cancel = CancelAppointment { appointment: id, version: None, message: None, idempotency_key: None };
    scheduling::cancel(&clinic.domain, &patient, cancel).await.unwrap();
    assert_eq!(code(scene.set_link_as(&doctor, id, OWN).await), Code::AppointmentSettled);
}
