//! What a visit costs: nobody is offered without a fee, and nobody pays another one than they were shown.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::{
    directory::{self, EditProfile},
    scheduling::{self, BookAppointment, DoctorSearch, ReplaceWeek},
};
use jiff::{SignedDuration, civil::date};
use model::{
    directory::TypedFee,
    errors::Code,
    money::{Currency, Money},
    scheduling::{ChosenTime, views::FirstSteps},
};

const LONDON: &str = "Europe/London";

impl Scene {
    async fn found(&self) -> usize {
        let search = DoctorSearch { zone: Some(LONDON.to_owned()), ..DoctorSearch::default() };
        scheduling::find_doctors(&self.clinic.domain, &self.clinic.stranger(), search).await.unwrap().page.items.len()
    }

    /// The doctor saves their profile with this fee.
    async fn set_fee(&self, fee: &str, fee_free: &str) {
        let (domain, access) = (&self.clinic.domain, self.doctor.access(&self.clinic));
        let version = directory::own_profile(domain, &access).await.unwrap().version;
        let fee = TypedFee { fee: fee.to_owned(), fee_free: fee_free.to_owned() };
        let command = EditProfile {
            about: "I listen.".to_owned(),
            languages: vec!["en".to_owned()],
            qualifications: Vec::new(),
            fee,
            version,
        };
        directory::edit_profile(domain, &access, command).await.unwrap();
    }

    async fn first_steps(&self) -> FirstSteps {
        scheduling::first_steps(&self.clinic.domain, &self.doctor.access(&self.clinic)).await.unwrap()
    }
}

#[tokio::test]
async fn a_doctor_without_a_fee_is_not_found_and_cannot_be_booked() {
    let scene = scene().await;
    let (domain, stranger, id, start) = (&scene.clinic.domain, scene.clinic.stranger(), scene.doctor.doctor(), tomorrow_at_ten());
    let held = scene.hold(start).await.unwrap();
    assert_eq!(scene.found().await, 1);

    scene.owner("update doctors set fee_minor = null").await;
    assert_eq!(scene.found().await, 0);
    assert_eq!(code(scheduling::doctor_page(domain, &stranger, id, LONDON, None).await), Code::DoctorWithoutFee);
    assert_eq!(code(scheduling::open_times(domain, &stranger, id, date(2026, 11, 25), LONDON).await), Code::DoctorWithoutFee);
    assert_eq!(code(scheduling::nearest_free(domain, &stranger, id, start, 3).await), Code::DoctorWithoutFee);
    let chosen = ChosenTime { doctor: id, clinic: scene.practice.clinic, start, visit_type: None };
    assert_eq!(code(scheduling::chosen_time(domain, &stranger, chosen).await), Code::DoctorWithoutFee);
    assert_eq!(code(scene.hold(start).await), Code::DoctorWithoutFee);
    assert_eq!(code(scene.book(start).await), Code::DoctorWithoutFee);
    let with_hold = BookAppointment { hold: Some(held.reservation), ..scene.command(start) };
    assert_eq!(code(scheduling::book(domain, &scene.as_patient(), with_hold).await), Code::DoctorWithoutFee);
    assert_eq!(scene.count("select count(*) from appointments").await, 0);

    // Applications are not public, whatever they lack.
    scene.owner("update doctors set status = 'applied'").await;
    assert_eq!(code(scheduling::doctor_page(domain, &stranger, id, LONDON, None).await), Code::NotFound);
    scene.owner("update doctors set status = 'verified'").await;

    scene.set_fee("", "true").await;
    assert_eq!(scene.found().await, 1);
    let page = scheduling::doctor_page(domain, &stranger, id, LONDON, None).await.unwrap();
    assert_eq!(page.fee, Money::new(0, Currency::GBP));
    assert_eq!(scene.book(start).await.unwrap().card.fee, Money::new(0, Currency::GBP));
}

#[tokio::test]
async fn a_patient_books_for_the_fee_that_they_were_shown_or_not_at_all() {
    let scene = scene().await;
    let (domain, start) = (&scene.clinic.domain, tomorrow_at_ten());
    let held = scene.hold(start).await.unwrap();
    assert_eq!(held.fee, Money::new(6_000, Currency::GBP));
    scene.set_fee("75", "").await;

    let shown = BookAppointment { hold: Some(held.reservation), fee_minor: Some(held.fee.minor), ..scene.command(start) };
    assert_eq!(code(scheduling::book(domain, &scene.as_patient(), shown.clone()).await), Code::FeeChanged);
    let held = scheduling::hold_view(domain, &scene.as_patient(), held.reservation).await.unwrap();
    assert_eq!(held.fee, Money::new(7_500, Currency::GBP), "the time must still be held, and the new fee shown");
    let agreed = BookAppointment { fee_minor: Some(held.fee.minor), ..shown };
    let booked = scheduling::book(domain, &scene.as_patient(), agreed).await.unwrap().card;
    assert_eq!(booked.fee, Money::new(7_500, Currency::GBP));

    scene.set_fee("90", "").await;
    let later = scheduling::get(domain, &scene.as_patient(), booked.id).await.unwrap().card;
    assert_eq!(later.fee, booked.fee, "a visit that is booked must keep its fee");
    let next = scene.book(start + SignedDuration::from_hours(1)).await.unwrap().card;
    assert_eq!(next.fee, Money::new(9_000, Currency::GBP));
}

#[tokio::test]
async fn a_new_doctor_is_told_what_is_left_until_it_is_done() {
    let scene = scene().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.doctor.access(&scene.clinic));
    // Approved just now: a fee of the admin, no hours, and nothing written.
    scene.owner("update doctors set fee_checked_at = null, about = ''").await;
    let hours = scheduling::hours(domain, &doctor).await.unwrap();
    let (clinic, week) = (scene.practice.clinic, hours.clinics[0].week.clone());
    let no_week = ReplaceWeek { clinic, week: Vec::new(), version: hours.version, idempotency_key: None };
    let hours = scheduling::replace_week(domain, &doctor, no_week).await.unwrap();
    let left = scene.first_steps().await;
    assert_eq!((left.has_hours, left.is_fee_checked, left.has_about), (false, false, false));
    assert_eq!(left.fee, Some(Money::new(6_000, Currency::GBP)));

    let again = ReplaceWeek { clinic, week, version: hours.version, idempotency_key: None };
    scheduling::replace_week(domain, &doctor, again).await.unwrap();
    let left = scene.first_steps().await;
    assert!(left.has_hours && !left.are_done());
    scene.set_fee("60", "").await;
    assert!(scene.first_steps().await.are_done());

    assert_eq!(code(scheduling::first_steps(domain, &scene.as_patient()).await), Code::Forbidden);
    assert_eq!(code(scheduling::first_steps(domain, &scene.clinic.stranger()).await), Code::SignInNeeded);
}
