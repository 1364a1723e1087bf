//! Text messages about visits that somebody else books, confirms, moves or cancels, and about offered times; and the notice in the app about an offer.

use super::{Scene, scene, tomorrow_at_ten};
use domain::{
    access::Access,
    identity::{self, Proof, SendPhoneCode, TextContent as OfAccount},
    notices::TextContent,
    notifications::{ListNotices, SetNoticeChoices, list_notices, mark_text_sent, set_notice_choices},
    scheduling::{self, AboutVisit, BookForPatient, CancelAppointment, ConfirmAppointment, JoinWaitingList, MoveAppointment},
};
use jiff::{SignedDuration, Timestamp, civil::date};
use model::{
    ids::{AppointmentId, VisitTypeId},
    notices::{NoticeSwitch, NoticeTopic},
    scheduling::ChosenTime,
};
use testing::{PASSWORD, Person};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

impl Scene {
    /// The person verifies a phone.
    async fn give_phone(&self, person: &Person, number: &str) {
        let (clinic, domain, access) = (&self.clinic, &self.clinic.domain, person.access(&self.clinic));
        let command = SendPhoneCode { phone: number.to_owned(), proof: Proof::Password(PASSWORD.to_owned()) };
        identity::send_phone_code(domain, &access, command).await.unwrap();
        let text = clinic.texts().await.remove(0);
        let TextContent::Identity(OfAccount::PhoneCode { code }) = text.content else { panic!("a code") };
        identity::confirm_phone(domain, &access, &code).await.unwrap();
        mark_text_sent(domain, text.id, None).await.unwrap();
    }

    /// To whom text messages about visits go that are not sent yet, what they say, about which visit and for when.
    async fn texted(&self) -> Vec<(String, AboutVisit, AppointmentId, Timestamp)> {
        let mut found = Vec::new();
        for text in self.clinic.texts().await {
            match text.content {
                TextContent::Scheduling(scheduling::TextContent::Visit { about, appointment, starts_at, .. }) => {
                    found.push((text.to.as_str().to_owned(), about, appointment, starts_at));
                }
                other => panic!("{other:?}"),
            }
        }
        found
    }

    /// Sends what waits.
    async fn send_texts(&self) {
        for text in self.clinic.texts().await {
            mark_text_sent(&self.clinic.domain, text.id, None).await.unwrap();
        }
    }

    async fn moved_for_text(&self, access: &Access, appointment: AppointmentId, start: Timestamp) {
        let message = Some("The doctor is at the ward.".to_owned());
        let command = MoveAppointment { appointment, start, version: None, message, idempotency_key: None };
        scheduling::move_appointment(&self.clinic.domain, access, command).await.unwrap();
    }

    async fn cancelled_for_text(&self, access: &Access, appointment: AppointmentId) {
        let message = Some("The doctor is ill.".to_owned());
        let command = CancelAppointment { appointment, version: None, message, idempotency_key: None };
        scheduling::cancel(&self.clinic.domain, access, command).await.unwrap();
    }
}

#[tokio::test]
async fn a_patient_hears_by_text_what_somebody_else_has_done_and_not_what_they_did() {
    let scene = scene().await;
    let (clinic, domain, at) = (&scene.clinic, &scene.clinic.domain, tomorrow_at_ten());
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await.access(clinic);
    let phone = "+447400123456".to_owned();
    scene.give_phone(&scene.patient, &phone).await;
    let own = scene.book(at).await.unwrap().card.id;
    assert!(scene.texted().await.is_empty());

    let command = BookForPatient {
        patient: scene.patient.patient(),
        time: ChosenTime { doctor: scene.doctor.doctor(), clinic: scene.practice.clinic, start: at + HOUR, visit_type: None },
        reason: "Sore throat".to_owned(),
        phone: String::new(),
        overbooking: String::new(),
        idempotency_key: None,
    };
    let booked = scheduling::book_for_patient(domain, &desk, command).await.unwrap().card.id;
    assert_eq!(scene.texted().await, [(phone.clone(), AboutVisit::Booked, booked, at + HOUR)]);
    scene.send_texts().await;
    scene.moved_for_text(&desk, booked, at + HOUR * 2).await;
    assert_eq!(scene.texted().await, [(phone.clone(), AboutVisit::Moved, booked, at + HOUR * 2)]);
    // What waits is not true any more when the visit is cancelled.
    scene.cancelled_for_text(&scene.doctor.access(clinic), booked).await;
    assert_eq!(scene.texted().await, [(phone.clone(), AboutVisit::Cancelled, booked, at + HOUR * 2)]);
    scene.send_texts().await;

    // The patient moves and cancels, and one kind is switched off.
    scene.moved_for_text(&scene.as_patient(), own, at + HOUR * 3).await;
    assert!(scene.texted().await.is_empty());
    let off = SetNoticeChoices { off: vec![NoticeSwitch::MovedText], quiet: None, version: 0 };
    set_notice_choices(domain, &scene.as_patient(), off).await.unwrap();
    scene.moved_for_text(&desk, own, at + HOUR * 4).await;
    assert!(scene.texted().await.is_empty());
    scene.cancelled_for_text(&scene.as_patient(), own).await;
    assert!(scene.texted().await.is_empty());

    // A request is told when it is confirmed.
    let (doctor, first) = (scene.doctor.access(clinic), VisitTypeId::from(scene.doctor.doctor().uuid()));
    let types = scheduling::visit_types(domain, &doctor).await.unwrap();
    scheduling::set_approval(domain, &doctor, first, true, types.version).await.unwrap();
    let asked = scene.book(at).await.unwrap().card.id;
    assert!(scene.texted().await.is_empty());
    scheduling::confirm(domain, &doctor, ConfirmAppointment { appointment: asked, version: None }).await.unwrap();
    assert_eq!(scene.texted().await, [(phone, AboutVisit::Booked, asked, at)]);
    // A message about a visit that has begun is not sent.
    clinic.pass(HOUR * 26);
    assert!(scene.texted().await.is_empty());
}

#[tokio::test]
async fn an_offered_time_is_told_by_text_and_in_the_app_until_it_ends() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let waiting = clinic.patient("Ben Ito").await;
    scene.give_phone(&waiting, "+447400654321").await;
    let booked = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    let wish = JoinWaitingList {
        patient: None,
        appointment: None,
        doctor: Some(scene.doctor.doctor()),
        specialty: None,
        mode: None,
        days: Vec::new(),
        from: None,
        to: None,
        until: date(2026, 12, 24),
        reason: "Cough".to_owned(),
    };
    scheduling::join_waiting_list(domain, &waiting.access(clinic), wish).await.unwrap();
    scene.cancelled_for_text(&scene.as_patient(), booked).await;
    assert_eq!(scheduling::offer_freed_times(domain).await.unwrap(), 1);
    clinic.dispatch().await;

    let texts = clinic.texts().await;
    let said: Vec<_> = texts
        .iter()
        .map(|text| match &text.content {
            TextContent::Scheduling(scheduling::TextContent::TimeOffered { expires_at, time_zone }) => {
                (text.to.as_str(), expires_at.duration_since(domain.now()), time_zone.as_str())
            }
            other => panic!("{other:?}"),
        })
        .collect();
    let minutes = domain.settings().offer_minutes;
    assert_eq!(said, [("+447400654321", SignedDuration::from_mins(minutes), "Europe/London")]);
    let listed = list_notices(domain, &waiting.access(clinic), ListNotices::default()).await.unwrap().items;
    let offer = scheduling::waiting_list(domain, &waiting.access(clinic)).await.unwrap()[0].offer.as_ref().unwrap().id;
    let told = listed.first().map(|notice| (notice.topic, notice.subject, notice.patient, notice.starts_at));
    assert_eq!(told, Some((NoticeTopic::Offered, offer.uuid(), Some(waiting.patient()), Some(tomorrow_at_ten()))));

    scheduling::refuse_offer(domain, &waiting.access(clinic), offer).await.unwrap();
    assert!(clinic.texts().await.is_empty(), "an offer that has ended is not told any more");
}
