//! Ratings: who may rate, answer and hide, until when, and from when on everybody reads them.

use domain::visits::{self, AnswerRating, HideRating, RateVisit};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldError, FieldFault},
    ids::{EncounterId, RatingId},
    visits::ratings::DoctorRatings,
};
use testing::{Consultation, Person, Practice, TestClinic};

fn rating(encounter: EncounterId, stars: &str, version: i32) -> RateVisit {
    RateVisit { encounter, stars: stars.to_owned(), words: "She listened.".to_owned(), version }
}

async fn rate(clinic: &TestClinic, person: &Person, command: RateVisit) -> Result<(), Code> {
    visits::rate_visit(&clinic.domain, &person.access(clinic), command).await.map_err(|error| error.code())
}

async fn answer(clinic: &TestClinic, person: &Person, rating: RatingId) -> Result<(), Code> {
    let command = AnswerRating { rating, answer: "Thank you.".to_owned() };
    visits::answer_rating(&clinic.domain, &person.access(clinic), command).await.map_err(|error| error.code())
}

async fn hide(clinic: &TestClinic, person: &Person, rating: RatingId, version: i32) -> Result<(), Code> {
    let command = HideRating { rating, reason: "It insults the doctor.".to_owned(), version };
    visits::hide_rating(&clinic.domain, &person.access(clinic), command).await.map_err(|error| error.code())
}

/// A new patient who has had a visit with the doctor, an hour after the one before, and rates it.
async fn rated_by(clinic: &TestClinic, name: &str, doctor: &Person, practice: Practice, stars: &str) {
    clinic.pass(SignedDuration::from_hours(1));
    let patient = clinic.patient(name).await;
    let visit = clinic.encounter(&patient, doctor, practice).await;
    clinic.end_encounter(visit).await;
    rate(clinic, &patient, rating(visit, stars, 0)).await.unwrap();
}

async fn public(clinic: &TestClinic, doctor: &Person) -> DoctorRatings {
    visits::doctor_ratings(&clinic.domain, doctor.doctor(), None).await.unwrap()
}

#[tokio::test]
async fn everybody_reads_ratings_from_five_on_and_hidden_ones_do_not_count() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    for (name, stars) in [("Amara Osei", "5"), ("Jonas Weber", "5"), ("Rosa Almeida", "4"), ("Taro Yamada", "3")] {
        rated_by(&clinic, name, &doctor, practice, stars).await;
        assert_eq!(public(&clinic, &doctor).await.count, 0, "there are too few");
    }
    rated_by(&clinic, "Ines Prado", &doctor, practice, "5").await;
    let shown = public(&clinic, &doctor).await;
    assert_eq!((shown.count, shown.average_tenths, shown.page.items.len()), (5, 44, 5));
    assert_eq!((shown.page.items[0].stars, shown.page.items[0].words.as_str()), (5, "She listened."));

    let abuse = &shown.page.items[1];
    assert_eq!(hide(&clinic, &doctor, abuse.id, abuse.version).await, Err(Code::Forbidden));
    assert_eq!(hide(&clinic, &admin, abuse.id, abuse.version + 1).await, Err(Code::Stale));
    assert_eq!(hide(&clinic, &admin, abuse.id, abuse.version).await, Ok(()));
    assert_eq!(hide(&clinic, &admin, abuse.id, abuse.version + 1).await, Err(Code::Stale), "it is hidden already");
    assert_eq!(public(&clinic, &doctor).await.count, 0);
    let own = visits::ratings(&clinic.domain, &doctor.access(&clinic), None).await.unwrap();
    assert_eq!(own.items.iter().filter(|rating| rating.hidden.is_some()).count(), 1);
    assert_eq!(own.items.len(), 5);
    let audited = clinic.audited().await;
    for (action, count) in [("visits.rated", 5), ("visits.rating_hidden", 1), ("visits.ratings_listed", 1)] {
        assert_eq!(audited.iter().filter(|found| *found == action).count(), count, "{action}");
    }
}

#[tokio::test]
async fn a_visit_is_rated_once_it_has_ended_and_changed_for_two_weeks() {
    let Consultation { clinic, patient, encounter, .. } = testing::consultation().await;
    assert_eq!(rate(&clinic, &patient, rating(encounter, "4", 0)).await, Err(Code::VisitNotHeld));
    let own = async || visits::own_rating(&clinic.domain, &patient.access(&clinic), encounter).await.unwrap();
    assert!(!own().await.may_rate);
    clinic.end_encounter(encounter).await;
    assert!(own().await.may_rate);

    let wrong = RateVisit { words: "a".repeat(1_001), ..rating(encounter, "6", 0) };
    let refused = visits::rate_visit(&clinic.domain, &patient.access(&clinic), wrong).await.unwrap_err();
    let faults = [FieldError::new("stars", FieldFault::UnknownChoice), FieldError::new("words", FieldFault::too_long(1_000))];
    assert_eq!(refused.field_errors(), faults);

    assert_eq!(rate(&clinic, &patient, rating(encounter, "2", 0)).await, Ok(()));
    assert_eq!(rate(&clinic, &patient, rating(encounter, "3", 0)).await, Err(Code::Stale), "there is one already");
    clinic.pass(SignedDuration::from_hours(24 * 14));
    assert_eq!(rate(&clinic, &patient, rating(encounter, "5", 1)).await, Ok(()));
    let found = own().await;
    assert_eq!((found.rating.map(|rating| (rating.stars, rating.version)), found.may_rate), (Some((5, 2)), true));
    clinic.pass(SignedDuration::from_secs(1));
    assert_eq!(rate(&clinic, &patient, rating(encounter, "1", 2)).await, Err(Code::RatingSettled));
    assert!(!own().await.may_rate);
}

#[tokio::test]
async fn only_the_doctor_answers_and_only_once() {
    let Consultation { clinic, practice, patient, doctor, encounter } = testing::consultation().await;
    clinic.end_encounter(encounter).await;
    let (other, stranger) = (clinic.doctor("Dr Jonas Weber", practice).await, clinic.patient("Rosa Almeida").await);
    assert_eq!(rate(&clinic, &stranger, rating(encounter, "1", 0)).await, Err(Code::NotFound));
    assert_eq!(rate(&clinic, &doctor, rating(encounter, "5", 0)).await, Err(Code::Forbidden));
    assert_eq!(rate(&clinic, &patient, rating(encounter, "4", 0)).await, Ok(()));
    let own = visits::own_rating(&clinic.domain, &patient.access(&clinic), encounter).await.unwrap();
    let id = own.rating.unwrap().id;

    assert_eq!(answer(&clinic, &other, id).await, Err(Code::NotFound));
    assert_eq!(answer(&clinic, &stranger, id).await, Err(Code::NotFound));
    assert_eq!(answer(&clinic, &patient, id).await, Err(Code::Forbidden));
    let empty = AnswerRating { rating: id, answer: " ".to_owned() };
    let empty = visits::answer_rating(&clinic.domain, &doctor.access(&clinic), empty).await.unwrap_err();
    assert_eq!(empty.field_errors(), [FieldError::new("answer", FieldFault::Missing)]);
    assert_eq!(answer(&clinic, &doctor, id).await, Ok(()));
    assert_eq!(answer(&clinic, &doctor, id).await, Err(Code::RatingAnswered));
    let own = visits::own_rating(&clinic.domain, &patient.access(&clinic), encounter).await.unwrap();
    assert_eq!(own.rating.unwrap().answer.as_deref(), Some("Thank you."));
    assert_eq!(
        visits::ratings(&clinic.domain, &patient.access(&clinic), None).await.err().map(|error| error.code()),
        Some(Code::Forbidden)
    );
}
