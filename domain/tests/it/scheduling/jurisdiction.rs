//! Where the installation wants it, a doctor is offered to and booked by a patient only with a licence of the country in which the patient lives.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::{
    Domain, Result,
    access::Access,
    directory::{self, CorrectContact},
    scheduling::{self, Hold, MoveAppointment},
    settings::Settings,
};
use jiff::{SignedDuration, Timestamp, civil::date};
use model::{errors::Code, identity::TypedAddress, ids::AppointmentId, scheduling::views::AppointmentView};

const DAY: SignedDuration = SignedDuration::from_hours(24);
const LONDON: &str = "Europe/London";

impl Scene {
    async fn live_in(&self, country: &str) {
        let (domain, access) = (&self.clinic.domain, self.as_patient());
        let version = directory::contact(domain, &access).await.unwrap().version;
        let [line_1, town, postcode] = ["Seestr. 5", "Berlin", "13353"].map(str::to_owned);
        let address = TypedAddress { line_1, line_2: String::new(), town, postcode, country: country.to_owned() };
        let command = CorrectContact { phone: "+44 20 7946 0123".to_owned(), address, version };
        directory::correct_contact(domain, &self.as_patient(), command).await.unwrap();
    }

    async fn book_in(&self, domain: &Domain, start: Timestamp) -> Result<AppointmentView> {
        scheduling::book(domain, &self.as_patient(), self.command(start)).await
    }

    async fn move_in(&self, domain: &Domain, access: &Access, appointment: AppointmentId, start: Timestamp) -> Result<()> {
        let message = Some("The doctor is at the ward.".to_owned());
        let command = MoveAppointment { appointment, start, version: None, message, idempotency_key: None };
        scheduling::move_appointment(domain, access, command).await.map(|_| ())
    }
}

#[tokio::test]
async fn a_doctor_is_booked_only_with_a_licence_of_the_country_in_which_the_patient_lives() {
    let scene = scene().await;
    let (clinic, doctor, at) = (&scene.clinic, scene.doctor.doctor(), tomorrow_at_ten());
    let strict = clinic.domain_with(Settings { licence_where_patient_lives: true, ..Settings::default() }).await;
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await.access(clinic);
    // Nobody knows where the patient lives.
    let booked = scene.book_in(&strict, at).await.unwrap().card.id;

    scene.live_in("DE").await;
    let access = scene.as_patient();
    let elsewhere = Code::DoctorLicensedElsewhere;
    assert_eq!(code(scheduling::doctor_page(&strict, &access, doctor, LONDON, None).await), elsewhere);
    assert_eq!(code(scheduling::open_times(&strict, &access, doctor, date(2026, 11, 26), LONDON).await), elsewhere);
    assert_eq!(code(scheduling::free_month(&strict, &access, doctor, None, None).await), elsewhere);
    let hold = Hold { doctor, clinic: scene.practice.clinic, start: at + DAY, visit_type: None };
    assert_eq!(code(scheduling::hold(&strict, &scene.as_patient(), hold).await), elsewhere);
    assert_eq!(code(scene.book_in(&strict, at + DAY).await), elsewhere);
    assert_eq!(code(scene.move_in(&strict, &scene.as_patient(), booked, at + DAY).await), elsewhere);
    // A stranger and a clinic that moves what it has taken are not limited, and nobody is where the installation does not want it.
    scheduling::doctor_page(&strict, &clinic.stranger(), doctor, LONDON, None).await.unwrap();
    scene.move_in(&strict, &desk, booked, at + SignedDuration::from_mins(60)).await.unwrap();
    scheduling::doctor_page(&clinic.domain, &access, doctor, LONDON, None).await.unwrap();

    // A licence of the country counts until its last day, whatever other licences the doctor has.
    scene
        .owner(
            "insert into licences (id, doctor_id, number, authority, country, expires_on, created_at)
             select gen_random_uuid(), d.id, 'DE-1', 'Ärztekammer Berlin', 'DE', '2026-11-26', d.applied_at from doctors d",
        )
        .await;
    scene.book_in(&strict, at + DAY).await.unwrap();
    assert_eq!(code(scene.book_in(&strict, at + DAY * 2).await), Code::SlotUnknown);
    let friday = scheduling::open_times(&strict, &scene.as_patient(), doctor, date(2026, 11, 27), LONDON).await.unwrap();
    assert!(friday.is_empty(), "{friday:?}");
    scene.live_in("GB").await;
    scene.book_in(&strict, at + DAY * 2).await.unwrap();
}
