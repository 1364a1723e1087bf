//! Visits that a doctor confirms before they are agreed.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::{
    Result,
    access::Access,
    scheduling::{self, CancelAppointment, ConfirmAppointment, MailKind, MoveAppointment},
};
use jiff::SignedDuration;
use model::{
    errors::Code,
    ids::{AppointmentId, VisitTypeId},
    scheduling::{
        AppointmentState,
        views::{AppointmentView, RequestsWaiting},
    },
};

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

impl Scene {
    async fn ask_first(&self, needed: bool) {
        let access = self.doctor.access(&self.clinic);
        let types = scheduling::visit_types(&self.clinic.domain, &access).await.unwrap();
        // A doctor's first visit type has the id of the doctor.
        let id = VisitTypeId::from(self.doctor.doctor().uuid());
        scheduling::set_approval(&self.clinic.domain, &access, id, needed, types.version).await.unwrap();
        let stale = scheduling::set_approval(&self.clinic.domain, &access, id, needed, types.version).await;
        assert_eq!(code(stale), Code::Stale);
    }

    async fn confirm_as(&self, access: &Access, appointment: AppointmentId) -> Result<AppointmentView> {
        scheduling::confirm(&self.clinic.domain, access, ConfirmAppointment { appointment, version: None }).await
    }
}

#[tokio::test]
async fn a_request_occupies_its_time_until_the_doctor_confirms_it_once() {
    let scene = scene().await;
    let clinic = &scene.clinic;
    scene.ask_first(true).await;
    let asked = scene.book(tomorrow_at_ten()).await.unwrap();
    assert_eq!(asked.card.state, AppointmentState::Requested);
    let other = clinic.patient("Ben Ito").await;
    assert_eq!(code(scene.book_as(&other, tomorrow_at_ten()).await), Code::SlotTaken);
    assert_eq!(
        (clinic.mails(MailKind::AppointmentRequested).await.len(), clinic.mails(MailKind::AppointmentBooked).await.len()),
        (2, 0)
    );

    let (doctor, stranger) = (scene.doctor.access(clinic), clinic.doctor("Dr Ana Reis", scene.practice).await);
    let waiting = async |access: &Access| scheduling::requests_waiting(&clinic.domain, access).await;
    assert_eq!(waiting(&doctor).await.unwrap(), RequestsWaiting { count: 1, first: Some(asked.card.id) });
    assert_eq!(waiting(&stranger.access(clinic)).await.unwrap(), RequestsWaiting::default());
    assert_eq!(code(waiting(&scene.as_patient()).await), Code::Forbidden);
    assert_eq!(code(scene.confirm_as(&scene.as_patient(), asked.card.id).await), Code::Forbidden);
    assert_eq!(code(scene.confirm_as(&stranger.access(clinic), asked.card.id).await), Code::NotFound);
    let desk = clinic.staff("Rita Park", "receptionist", Some(scene.practice)).await.access(clinic);
    // Two confirmations at the same moment: one wins.
    let (one, two) = tokio::join!(scene.confirm_as(&doctor, asked.card.id), scene.confirm_as(&desk, asked.card.id));
    let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
    assert_eq!((won.unwrap().card.state, code(lost)), (AppointmentState::Confirmed, Code::AppointmentSettled));
    assert_eq!(waiting(&doctor).await.unwrap(), RequestsWaiting::default());
    assert_eq!(clinic.mails(MailKind::AppointmentBooked).await.len(), 2);
    assert_eq!(scene.count("select count(*) from reservations where kind = 'confirmed'").await, 1);
    clinic.pass(minutes(24 * 60 + 1));
    assert_eq!(scheduling::end_unanswered_requests(&clinic.domain).await.unwrap(), 0);
    assert!(clinic.audited().await.contains(&"scheduling.appointment_confirmed".to_owned()));
}

#[tokio::test]
async fn a_request_without_an_answer_ends_before_the_visit_and_its_time_is_free() {
    let scene = scene().await;
    let clinic = &scene.clinic;
    scene.ask_first(true).await;
    let asked = scene.book(tomorrow_at_ten() - minutes(22 * 60)).await.unwrap().card.id;
    assert_eq!(scheduling::end_unanswered_requests(&clinic.domain).await.unwrap(), 0);
    // It begins in three hours, and 24 hours are usual: a quarter of an hour before the visit is the end.
    clinic.pass(minutes(2 * 60 + 45));
    assert_eq!(scheduling::end_unanswered_requests(&clinic.domain).await.unwrap(), 1);
    assert_eq!(scheduling::end_unanswered_requests(&clinic.domain).await.unwrap(), 0);
    assert_eq!(clinic.mails(MailKind::AppointmentCancelled).await.len(), 2);
    assert_eq!(code(scene.confirm_as(&scene.doctor.access(clinic), asked).await), Code::AppointmentSettled);
    assert_eq!(scene.count("select count(*) from reservations").await, 0);
}

#[tokio::test]
async fn a_request_that_moves_ahead_ends_before_its_new_time() {
    let scene = scene().await;
    let clinic = &scene.clinic;
    scene.ask_first(true).await;
    let asked = scene.book(tomorrow_at_ten() + minutes(24 * 60)).await.unwrap().card.id;
    let earlier = MoveAppointment {
        appointment: asked,
        start: tomorrow_at_ten() - minutes(22 * 60),
        version: None,
        message: Some("Come at once.".to_owned()),
        idempotency_key: None,
    };
    let moved = scheduling::move_appointment(&clinic.domain, &scene.doctor.access(clinic), earlier).await.unwrap();
    assert_eq!(moved.card.state, AppointmentState::Requested);
    clinic.pass(minutes(2 * 60 + 45));
    assert_eq!(scheduling::end_unanswered_requests(&clinic.domain).await.unwrap(), 1);
}

#[tokio::test]
async fn a_refused_request_stays_refused_with_its_words() {
    let scene = scene().await;
    let (clinic, doctor) = (&scene.clinic, scene.doctor.access(&scene.clinic));
    scene.ask_first(true).await;
    let asked = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    let refuse = |words: Option<&str>| CancelAppointment {
        appointment: asked,
        version: None,
        message: words.map(str::to_owned),
        idempotency_key: None,
    };
    assert_eq!(code(scheduling::cancel(&clinic.domain, &doctor, refuse(None)).await), Code::FieldsInvalid);
    let refused = scheduling::cancel(&clinic.domain, &doctor, refuse(Some("Please see a specialist."))).await.unwrap();
    assert_eq!(
        (refused.card.state, refused.cancel_message.as_deref()),
        (AppointmentState::Cancelled, Some("Please see a specialist."))
    );
    assert_eq!(code(scene.confirm_as(&doctor, asked).await), Code::AppointmentSettled);
    scene.ask_first(false).await;
    assert_eq!(scene.book(tomorrow_at_ten()).await.unwrap().card.state, AppointmentState::Confirmed);
}
