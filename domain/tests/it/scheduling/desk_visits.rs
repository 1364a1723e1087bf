//! Reception finds the visits of one patient, moves and cancels them; and everybody learns who cancelled a visit.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::{
    Result,
    access::Access,
    scheduling::{self, AppointmentFilter, CancelAppointment, ListAppointments, MoveAppointment, Which},
};
use jiff::{SignedDuration, Timestamp};
use model::{
    errors::Code,
    ids::{AppointmentId, PatientId, VisitTypeId},
    scheduling::{AppointmentState, CancelledBy, views::AppointmentView},
};

fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

impl Scene {
    /// The upcoming visits of one patient that this caller finds.
    async fn upcoming_found_by(&self, access: &Access, patient: PatientId) -> Vec<AppointmentId> {
        let command = ListAppointments { which: Which::Upcoming, after: None, limit: None };
        let filter = AppointmentFilter { patient: Some(patient), ..AppointmentFilter::default() };
        let page = scheduling::list_narrowed(&self.clinic.domain, access, command, filter).await.unwrap();
        page.items.iter().map(|card| card.id).collect()
    }

    async fn move_seen(
        &self,
        access: &Access,
        (appointment, version): (AppointmentId, i32),
        start: Timestamp,
        message: Option<&str>,
    ) -> Result<AppointmentView> {
        let message = message.map(str::to_owned);
        let command = MoveAppointment { appointment, start, version: Some(version), message, idempotency_key: None };
        scheduling::move_appointment(&self.clinic.domain, access, command).await
    }

    async fn call_off_as(&self, access: &Access, appointment: AppointmentId, message: Option<&str>) -> Result<AppointmentView> {
        let message = message.map(str::to_owned);
        let command = CancelAppointment { appointment, version: None, message, idempotency_key: None };
        scheduling::cancel(&self.clinic.domain, access, command).await
    }
}

#[tokio::test]
async fn reception_finds_moves_and_cancels_the_visits_of_one_patient() {
    let scene = scene().await;
    let clinic = &scene.clinic;
    let there = clinic.practice().await;
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await.access(clinic);
    let nurse = clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await.access(clinic);
    let elsewhere = clinic.staff("Mia Brandt", "receptionist", Some(there)).await.access(clinic);
    let other = clinic.patient("Jonas Weber").await;
    let (at, patient) = (tomorrow_at_ten(), scene.patient.patient());
    let booked = scene.book(at).await.unwrap();
    let (id, version) = (booked.card.id, booked.version);
    scene.book_as(&other, at + hours(1)).await.unwrap();

    assert_eq!(scene.upcoming_found_by(&desk, patient).await, [id]);
    assert_eq!(scene.upcoming_found_by(&scene.doctor.access(clinic), patient).await, [id]);
    assert!(scene.upcoming_found_by(&elsewhere, patient).await.is_empty());
    let found = scene.upcoming_found_by(&other.access(clinic), patient).await;
    assert!(found.is_empty(), "a patient finds only their own visits");

    let later = at + hours(2);
    assert_eq!(code(scene.move_seen(&desk, (id, version), later, Some(" ")).await), Code::FieldsInvalid);
    assert_eq!(code(scene.move_seen(&nurse, (id, version), later, Some("The doctor is late.")).await), Code::Forbidden);
    assert_eq!(code(scene.move_seen(&elsewhere, (id, version), later, Some("The doctor is late.")).await), Code::NotFound);
    assert_eq!(code(scene.move_seen(&desk, (id, version), at + hours(1), Some("The doctor is late.")).await), Code::SlotTaken);
    let moved = scene.move_seen(&desk, (id, version), later, Some("The doctor is late.")).await.unwrap();
    assert_eq!((moved.card.starts_at, moved.move_message.as_deref()), (later, Some("The doctor is late.")));
    assert_eq!(code(scene.move_seen(&desk, (id, version), at, Some("Once more.")).await), Code::Stale);

    assert_eq!(code(scene.call_off_as(&desk, id, None).await), Code::FieldsInvalid);
    assert_eq!(code(scene.call_off_as(&nurse, id, Some("The doctor is ill.")).await), Code::Forbidden);
    assert_eq!(code(scene.call_off_as(&elsewhere, id, Some("The doctor is ill.")).await), Code::NotFound);
    let cancelled = scene.call_off_as(&desk, id, Some("The doctor is ill.")).await.unwrap();
    assert_eq!((cancelled.card.state, cancelled.cancelled_by), (AppointmentState::Cancelled, Some(CancelledBy::Clinic)));
    let read = scheduling::get(&clinic.domain, &scene.as_patient(), id).await.unwrap();
    assert_eq!((read.cancelled_by, read.cancel_message.as_deref()), (Some(CancelledBy::Clinic), Some("The doctor is ill.")));
    assert!(scene.upcoming_found_by(&desk, patient).await.is_empty());
    let audited = clinic.audited().await;
    for action in ["scheduling.appointment_moved", "scheduling.appointment_cancelled", "scheduling.appointments_listed"] {
        assert!(audited.iter().any(|audited| audited == action), "{action}: {audited:?}");
    }
}

#[tokio::test]
async fn a_cancelled_visit_says_who_cancelled_it() {
    let scene = scene().await;
    let (clinic, at) = (&scene.clinic, tomorrow_at_ten());
    let doctor = scene.doctor.access(clinic);
    let booked = scene.book(at).await.unwrap();
    assert_eq!(booked.cancelled_by, None);
    let by_patient = scene.call_off_as(&scene.as_patient(), booked.card.id, None).await.unwrap();
    assert_eq!(by_patient.cancelled_by, Some(CancelledBy::Patient));
    let id = scene.book(at + hours(1)).await.unwrap().card.id;
    assert_eq!(scene.call_off_as(&doctor, id, Some("I am ill.")).await.unwrap().cancelled_by, Some(CancelledBy::Doctor));

    // A request that nobody answers ends by a rule.
    let types = scheduling::visit_types(&clinic.domain, &doctor).await.unwrap();
    // A doctor's first visit type has the id of the doctor.
    let first = VisitTypeId::from(scene.doctor.doctor().uuid());
    scheduling::set_approval(&clinic.domain, &doctor, first, true, types.version).await.unwrap();
    let asked = scene.book(at + hours(2)).await.unwrap().card.id;
    clinic.pass(hours(24) + SignedDuration::from_mins(1));
    assert_eq!(scheduling::end_unanswered_requests(&clinic.domain).await.unwrap(), 1);
    let ended = scheduling::get(&clinic.domain, &scene.as_patient(), asked).await.unwrap();
    assert_eq!((ended.card.state, ended.cancelled_by), (AppointmentState::Cancelled, Some(CancelledBy::System)));
}
