//! A doctor books for a patient whom they treat, with themselves, and overbooks with a reason.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::{
    Result,
    access::Access,
    scheduling::{self, BookForPatient, desk_booking, first_to_book},
};
use jiff::{SignedDuration, Timestamp};
use model::{
    errors::Code,
    ids::{DoctorId, PatientId},
    scheduling::{AppointmentState, ChosenTime, views::AppointmentView},
};

impl Scene {
    async fn doctor_books(
        &self,
        by: &Access,
        (patient, doctor): (PatientId, DoctorId),
        start: Timestamp,
        overbooking: &str,
    ) -> Result<AppointmentView> {
        let command = BookForPatient {
            patient,
            time: ChosenTime { doctor, clinic: self.practice.clinic, start, visit_type: None },
            reason: "To look at the wound again".to_owned(),
            phone: String::new(),
            overbooking: overbooking.to_owned(),
            idempotency_key: None,
        };
        scheduling::book_for_patient(&self.clinic.domain, by, command).await
    }
}

#[tokio::test]
async fn a_doctor_books_a_follow_up_and_need_not_confirm_it() {
    let scene = scene().await;
    let (clinic, domain, at) = (&scene.clinic, &scene.clinic.domain, tomorrow_at_ten());
    let doctor = scene.doctor.access(clinic);
    let who = (scene.patient.patient(), scene.doctor.doctor());
    assert_eq!(code(scene.doctor_books(&doctor, who, at, "").await), Code::NotFound, "there was no visit yet");
    clinic.encounter(&scene.patient, &scene.doctor, scene.practice).await;
    scene.owner("update visit_types set needs_approval = true").await;

    let first = first_to_book(domain, &doctor, None).await.unwrap().expect("working hours");
    assert_eq!((first.doctor, first.clinic), (scene.doctor.doctor(), scene.practice.clinic));
    let on_day = first_to_book(domain, &doctor, "2026-11-25".parse().ok()).await.unwrap().expect("working hours");
    assert_eq!(on_day.start, "2026-11-25T09:00:00Z".parse::<Timestamp>().unwrap());
    let shown = desk_booking(domain, &doctor, on_day).await.unwrap();
    assert!(shown.times.iter().any(|time| time.start == at && time.is_free));

    let booked = scene.doctor_books(&doctor, who, at, "").await.unwrap();
    assert_eq!((booked.card.state, booked.overbooking), (AppointmentState::Confirmed, None));
    let seen = scheduling::get(domain, &scene.as_patient(), booked.card.id).await.unwrap();
    assert_eq!(seen.reason.as_deref(), Some("To look at the wound again"));
    // Whom the patient asks decides, as before.
    let asked = scene.book(at + SignedDuration::from_mins(60)).await.unwrap();
    assert_eq!(asked.card.state, AppointmentState::Requested);

    let other = clinic.patient("Jonas Weber").await;
    clinic.pass(SignedDuration::from_mins(60));
    clinic.encounter(&other, &scene.doctor, scene.practice).await;
    let theirs = (other.patient(), scene.doctor.doctor());
    assert_eq!(code(scene.doctor_books(&doctor, theirs, at, "").await), Code::SlotTaken);
    let over = scene.doctor_books(&doctor, theirs, at, "Only a short look").await.unwrap();
    assert_eq!(over.overbooking.as_deref(), Some("Only a short look"));
    let audited = clinic.audited().await;
    let count = |wanted: &str| audited.iter().filter(|action| *action == wanted).count();
    assert_eq!((count("scheduling.appointment_booked"), count("scheduling.appointment_overbooked")), (2, 1));
}

#[tokio::test]
async fn a_doctor_books_for_nobody_else_and_with_nobody_else() {
    let scene = scene().await;
    let (clinic, domain, at) = (&scene.clinic, &scene.clinic.domain, tomorrow_at_ten());
    clinic.encounter(&scene.patient, &scene.doctor, scene.practice).await;
    let colleague = clinic.doctor("Dr Tomas Reyes", scene.practice).await;
    let (patient, own) = (scene.patient.patient(), scene.doctor.doctor());
    let doctor = scene.doctor.access(clinic);
    let with_colleague = (patient, colleague.doctor());
    assert_eq!(code(scene.doctor_books(&doctor, with_colleague, at, "Why not").await), Code::Forbidden);
    assert_eq!(code(scene.doctor_books(&colleague.access(clinic), with_colleague, at, "").await), Code::NotFound);
    assert_eq!(code(scene.doctor_books(&colleague.access(clinic), (patient, own), at, "").await), Code::Forbidden);
    let chosen = ChosenTime { doctor: own, clinic: scene.practice.clinic, start: at, visit_type: None };
    assert_eq!(code(desk_booking(domain, &colleague.access(clinic), chosen).await), Code::Forbidden);
    assert_eq!(code(first_to_book(domain, &scene.as_patient(), None).await), Code::Forbidden);
}
