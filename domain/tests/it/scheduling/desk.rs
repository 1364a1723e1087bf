//! Reception books for a patient of its clinic, and overbooks on purpose.

use super::{Scene, after, code, scene, tomorrow_at_ten};
use domain::{
    Result,
    access::Access,
    directory::{self, Likeness, NewPatient, RegisterPatient},
    identity::{self, AnswerDocument},
    scheduling::{self, BookForPatient, CancelAppointment, MoveAppointment, TypedBookingRules, clinic_day, desk_booking},
};
use jiff::{SignedDuration, Timestamp};
use model::{
    errors::Code,
    identity::LegalDocument,
    ids::PatientId,
    scheduling::{ChosenTime, views::AppointmentView},
};

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

impl Scene {
    async fn receptionist(&self) -> Access {
        self.clinic.staff("Rosa Almeida", "receptionist", Some(self.practice)).await.access(&self.clinic)
    }

    fn chosen(&self, start: Timestamp) -> ChosenTime {
        ChosenTime { doctor: self.doctor.doctor(), clinic: self.practice.clinic, start, visit_type: None }
    }

    async fn book_for(&self, by: &Access, patient: PatientId, start: Timestamp, overbooking: &str) -> Result<AppointmentView> {
        let command = BookForPatient {
            patient,
            time: self.chosen(start),
            reason: "Sore throat".to_owned(),
            phone: String::new(),
            overbooking: overbooking.to_owned(),
            idempotency_key: None,
        };
        scheduling::book_for_patient(&self.clinic.domain, by, command).await
    }
}

#[tokio::test]
async fn an_overbooked_visit_stands_beside_another_until_it_moves_to_a_free_time() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let desk = scene.receptionist().await;
    let other = clinic.patient("Jonas Weber").await;
    let at = tomorrow_at_ten();
    let first = scene.book(at).await.unwrap();
    let own = at + minutes(120);
    scene.book_as(&other, own).await.unwrap();

    assert_eq!(code(scene.book_for(&desk, other.patient(), at, " ").await), Code::SlotTaken);
    assert_eq!(code(scene.book_for(&desk, other.patient(), at, &"x".repeat(201)).await), Code::FieldsInvalid);
    assert_eq!(code(scene.book_for(&desk, other.patient(), own, "Sent by the ward").await), Code::PatientBusy);
    let command = BookForPatient {
        patient: other.patient(),
        time: scene.chosen(at),
        reason: "Sore throat".to_owned(),
        phone: String::new(),
        overbooking: "Sent by the ward".to_owned(),
        idempotency_key: Some("o1".to_owned()),
    };
    let booked = scheduling::book_for_patient(domain, &desk, command.clone()).await.unwrap();
    assert_eq!((booked.card.starts_at, booked.overbooking.as_deref()), (at, Some("Sent by the ward")));
    let again = scheduling::book_for_patient(domain, &desk, command).await.unwrap();
    assert_eq!(again.card.id, booked.card.id, "a repeat books nothing");
    assert_eq!(scene.count("select count(*) from reservations where beside").await, 1);
    let audited = clinic.audited().await;
    assert_eq!(audited.iter().filter(|action| *action == "scheduling.appointment_overbooked").count(), 1);

    // Doctor and staff read the reason, the patient does not.
    let doctor = scene.doctor.access(clinic);
    let to_doctor = scheduling::get(domain, &doctor, booked.card.id).await.unwrap();
    let to_patient = scheduling::get(domain, &other.access(clinic), booked.card.id).await.unwrap();
    assert_eq!((to_doctor.overbooking.as_deref(), to_patient.overbooking), (Some("Sent by the ward"), None));
    let day = clinic_day(domain, &desk, "2026-11-25".parse().ok(), "Europe/London").await.unwrap();
    let shown: Vec<_> = day.overbooked.iter().map(|visit| (visit.appointment, visit.reason.as_str())).collect();
    assert_eq!(shown, [(booked.card.id, "Sent by the ward")]);

    // The visit that was there first ends, and the overbooked one keeps the time from everybody else.
    let cancel = CancelAppointment { appointment: first.card.id, version: None, message: None, idempotency_key: None };
    scheduling::cancel(domain, &scene.as_patient(), cancel).await.unwrap();
    let third = clinic.patient("Ben Ito").await;
    assert_eq!(code(scene.book_as(&third, at).await), Code::SlotTaken);
    assert_eq!(code(scene.book_as(&third, at + minutes(15)).await), Code::SlotUnknown);

    let later = at + minutes(60);
    let message = Some("There is a free time now.".to_owned());
    let command = MoveAppointment { appointment: booked.card.id, start: later, version: None, message, idempotency_key: None };
    let moved = scheduling::move_appointment(domain, &doctor, command).await.unwrap();
    assert_eq!((moved.card.starts_at, moved.overbooking), (later, None));
    let kept = "select count(*) from appointments where not overbooked and overbooking_cipher is not null";
    assert_eq!((scene.count("select count(*) from reservations where beside").await, scene.count(kept).await), (0, 1));
    scene.book_as(&third, at).await.unwrap();
    assert_eq!(code(scene.book(later).await), Code::SlotTaken);
}

#[tokio::test]
async fn staff_passes_notice_and_the_daily_maximum_and_nobody_passes_the_doctors_hours() {
    let scene = scene().await;
    let (domain, desk) = (&scene.clinic.domain, scene.receptionist().await);
    let doctor = scene.doctor.access(&scene.clinic);
    let version = scheduling::booking_rules(domain, &doctor).await.unwrap().version;
    let rules = TypedBookingRules {
        notice: "120".to_owned(),
        horizon: "60".to_owned(),
        most_per_day: "1".to_owned(),
        ..TypedBookingRules::default()
    };
    scheduling::change_booking_rules(domain, &doctor, rules, version).await.unwrap();
    let patient = scene.patient.patient();
    scene.book(tomorrow_at_ten()).await.unwrap();

    assert_eq!(code(scene.book(after(60)).await), Code::SlotPast, "the doctor needs two hours");
    let soon = scene.book_for(&desk, patient, after(60), "Not needed").await.unwrap();
    assert_eq!(soon.overbooking, None, "a free time needs no reason");
    assert_eq!(code(scene.book_for(&desk, patient, after(120), "").await), Code::SlotTaken, "the day is full");
    let view = desk_booking(domain, &desk, scene.chosen(after(120))).await.unwrap();
    assert!(view.times.len() > 10 && view.times.iter().all(|time| !time.is_free), "{:?}", view.times);
    let over = scene.book_for(&desk, patient, after(120), "An urgent look").await.unwrap();
    assert_eq!(over.overbooking.as_deref(), Some("An urgent look"));

    let evening = tomorrow_at_ten() + minutes(10 * 60);
    for (start, refused) in [(evening, Code::SlotUnknown), (after(-60), Code::SlotPast)] {
        assert_eq!(code(scene.book_for(&desk, patient, start, "An urgent look").await), refused);
    }
}

#[tokio::test]
async fn only_the_reception_of_the_clinic_books_for_its_patients() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let desk = scene.receptionist().await;
    let at = tomorrow_at_ten() + minutes(60);
    scene.book(tomorrow_at_ten()).await.unwrap();
    let there = clinic.practice().await;
    let nurse = clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await.access(clinic);
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(clinic);
    let elsewhere = clinic.staff("Mia Brandt", "receptionist", Some(there)).await.access(clinic);
    let other_doctor = clinic.doctor("Dr Tomas Reyes", scene.practice).await.access(clinic);
    let patient = scene.patient.patient();
    for (access, refused) in [
        (scene.as_patient(), Code::Forbidden),
        (other_doctor, Code::Forbidden),
        (nurse, Code::Forbidden),
        (admin, Code::Forbidden),
        (elsewhere, Code::NotFound),
    ] {
        assert_eq!(code(scene.book_for(&access, patient, at, "Why not").await), refused);
    }
    let stranger = clinic.patient("Jonas Weber").await;
    assert_eq!(code(scene.book_for(&desk, stranger.patient(), at, "").await), Code::NotFound);
    assert_eq!(code(desk_booking(domain, &scene.as_patient(), scene.chosen(at)).await), Code::Forbidden);

    // Who was registered on the spot has no account, and nobody has asked them about remote care.
    let born = ["12", "4", "1990"].map(str::to_owned);
    let person =
        NewPatient { name: "Kerra Walk".to_owned(), latin_name: String::new(), date_of_birth: born, phone: String::new() };
    let command = RegisterPatient { person, likeness: Likeness::Unchecked, idempotency_key: None };
    let registered = directory::register_patient(domain, &desk, command).await.unwrap();
    let booked = scene.book_for(&desk, registered, at, "").await.unwrap();
    assert_eq!((booked.card.patient.name.as_str(), booked.overbooking), ("Kerra Walk", None));

    // Who has declined it only gets visits in the clinic.
    let document = identity::document(domain, LegalDocument::RemoteCare, "en").await.unwrap();
    let declined = AnswerDocument { version: document.id, answer: "decline".to_owned() };
    identity::answer_document(domain, &scene.as_patient(), declined).await.unwrap();
    let later = at + minutes(60);
    assert_eq!(code(scene.book_for(&desk, patient, later, "").await), Code::PatientNeedsRemoteCare);
    scene.owner("update visit_types set mode = 'in_person'").await;
    scene.book_for(&desk, patient, later, "").await.unwrap();
    assert_eq!(clinic.audited().await.iter().filter(|action| *action == "scheduling.appointment_booked").count(), 3);
}
