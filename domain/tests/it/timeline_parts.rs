//! Letters, measurements and allergies in the timeline, by links, and in the search.

use domain::records::{
    self, AddAllergy, AddMeasurements, EndAllergy, IssueLetter, ReadTimeline, SearchRecord, ShareItem, WithdrawLetter,
    WithdrawMeasurements, WriteLetter,
};
use jiff::SignedDuration;
use model::{
    errors::Code,
    ids::{AllergyId, LetterId, MeasurementId, RecordShareId},
    records::{FoundIn, LetterState, SharedContent, TimelineContent, TimelineKind, TypedLetter},
    vitals::{TypedVitals, VitalKind},
};
use testing::{Consultation, Person};
use uuid::Uuid;

struct Scene {
    scene: Consultation,
    allergy: AllergyId,
    measurement: MeasurementId,
    letter: LetterId,
    draft: LetterId,
}

/// An allergy, a measurement and an issued letter, a minute apart, and a draft of another letter.
async fn begin() -> Scene {
    let scene = testing::consultation().await;
    let (domain, by, patient) = (&scene.clinic.domain, scene.by(&scene.doctor), scene.patient.patient());
    let minute = SignedDuration::from_mins(1);
    let [substance, severity] = ["Penicillin", "severe"].map(str::to_owned);
    let allergy =
        AddAllergy { patient, substance, reaction: String::new(), severity, source: String::new(), idempotency_key: None };
    let allergy = records::add_allergy(domain, &by, allergy).await.unwrap();
    scene.clinic.pass(minute);
    let vitals = TypedVitals { pulse: "72".to_owned(), ..TypedVitals::default() };
    let measure = AddMeasurements { patient, encounter: None, taken_at: None, vitals, idempotency_key: None };
    let measurement = records::add_measurements(domain, &by, measure).await.unwrap();
    scene.clinic.pass(minute);
    let write = async |text: &str| {
        let letter = TypedLetter { kind: "summary".to_owned(), text: text.to_owned(), ..TypedLetter::default() };
        let command = WriteLetter { encounter: scene.encounter, letter, idempotency_key: None };
        records::write_letter(domain, &by, command).await.unwrap()
    };
    let (letter, draft) = (write("Swimming is good for the knee.").await, write("Cycling is better.").await);
    let issue = IssueLetter { letter, version: 1, idempotency_key: None };
    records::issue_letter(domain, &by, issue).await.unwrap();
    Scene { scene, allergy, measurement, letter, draft }
}

async fn kinds(scene: &Consultation, person: &Person) -> Vec<TimelineKind> {
    let query = ReadTimeline { patient: Some(scene.patient.patient()), ..ReadTimeline::default() };
    let view = records::timeline(&scene.clinic.domain, &scene.by(person), query).await.unwrap();
    view.page.items.iter().map(|item| item.content.kind()).collect()
}

#[tokio::test]
async fn all_who_read_the_record_see_them_until_they_count_no_longer() {
    use TimelineKind::{Allergy, Letter, Measurement};

    let Scene { scene, allergy, measurement, letter, .. } = begin().await;
    let (domain, by, patient) = (&scene.clinic.domain, scene.by(&scene.doctor), scene.patient.patient());
    let nurse = scene.clinic.staff("Nora Nurse", "nurse", Some(scene.practice)).await;
    for person in [&scene.doctor, &scene.patient, &nurse] {
        assert_eq!(kinds(&scene, person).await, [Letter, Measurement, Allergy], "{}: no draft", person.email);
    }
    let only = ReadTimeline { patient: Some(patient), kind: Some(Measurement), ..ReadTimeline::default() };
    let page = records::timeline(domain, &scene.by(&scene.patient), only).await.unwrap().page;
    let TimelineContent::Measurement { view } = &page.items[0].content else { panic!("only what was measured") };
    assert!(view.vitals.get(VitalKind::Pulse).is_some() && !view.may_withdraw);

    scene.clinic.pass(SignedDuration::from_mins(1));
    let withdraw = WithdrawLetter { letter, reason: "The wrong knee".to_owned(), idempotency_key: None };
    records::withdraw_letter(domain, &by, withdraw).await.unwrap();
    let mistake = WithdrawMeasurements { patient, measurement, reason: "Another patient".to_owned() };
    records::withdraw_measurements(domain, &by, mistake).await.unwrap();
    records::end_allergy(domain, &by, EndAllergy { patient, allergy, error: String::new() }).await.unwrap();
    let query = ReadTimeline { patient: Some(patient), ..ReadTimeline::default() };
    let left = records::timeline(domain, &by, query).await.unwrap().page.items;
    let [item] = &left[..] else { panic!("a letter that was withdrawn stays") };
    let TimelineContent::Letter { letter } = &item.content else { panic!("the letter") };
    assert_eq!(letter.state, LetterState::Withdrawn);
}

async fn share(scene: &Consultation, kind: &str, item: Uuid) -> Result<RecordShareId, Code> {
    let command = ShareItem { patient: None, kind: kind.to_owned(), item, life: "day".to_owned() };
    records::share_item(&scene.clinic.domain, &scene.by(&scene.patient), command).await.map_err(|error| error.code())
}

async fn opened(scene: &Consultation, share: RecordShareId) -> Result<SharedContent, Code> {
    let listed = records::shares(&scene.clinic.domain, &scene.by(&scene.patient), None).await.unwrap();
    let token = listed.into_iter().find(|row| row.id == share).and_then(|row| row.token).unwrap();
    let found = records::open_share(&scene.clinic.domain, &scene.clinic.stranger(), &token).await;
    found.map(|item| item.content).map_err(|error| error.code())
}

#[tokio::test]
async fn each_is_shared_by_a_link_and_a_draft_is_not() {
    let Scene { scene, allergy, measurement, letter, draft } = begin().await;
    let shared = share(&scene, "letter", letter.uuid()).await.unwrap();
    let SharedContent::Letter { letter: shown } = opened(&scene, shared).await.unwrap() else { panic!("a letter was shared") };
    assert_eq!((shown.content.text.as_str(), shown.may_withdraw), ("Swimming is good for the knee.", false));
    let id = share(&scene, "measurement", measurement.uuid()).await.unwrap();
    assert!(matches!(opened(&scene, id).await, Ok(SharedContent::Measurement { view }) if view.id == measurement));
    let id = share(&scene, "allergy", allergy.uuid()).await.unwrap();
    assert!(matches!(opened(&scene, id).await, Ok(SharedContent::Allergy { view }) if view.allergy.substance == "Penicillin"));

    assert_eq!(share(&scene, "letter", draft.uuid()).await.err(), Some(Code::NotFound));
    assert_eq!(share(&scene, "allergy", measurement.uuid()).await.err(), Some(Code::NotFound));
    // What no longer counts is not shown by a link that was made before.
    let (by, patient) = (scene.by(&scene.doctor), scene.patient.patient());
    records::end_allergy(&scene.clinic.domain, &by, EndAllergy { patient, allergy, error: String::new() }).await.unwrap();
    assert_eq!(opened(&scene, id).await.err(), Some(Code::NotFound));
}

#[tokio::test]
async fn the_text_of_issued_letters_is_searched() {
    let Scene { scene, letter, .. } = begin().await;
    let (domain, patient) = (&scene.clinic.domain, Some(scene.patient.patient()));
    let search = async |person: &Person, words: &str| {
        let query = SearchRecord { patient, query: words.to_owned() };
        records::search(domain, &scene.by(person), query).await.unwrap()
    };
    for person in [&scene.doctor, &scene.patient] {
        let found = search(person, "SWIMMING").await;
        assert_eq!((found.letters, found.has_older_letters), (1, false));
        assert!(matches!(&found.found[..], [text] if text.place == FoundIn::Letter(letter)), "{}", person.email);
    }
    assert!(search(&scene.doctor, "cycling").await.found.is_empty(), "a draft is not searched");
    let withdraw = WithdrawLetter { letter, reason: "The wrong knee".to_owned(), idempotency_key: None };
    records::withdraw_letter(domain, &scene.by(&scene.doctor), withdraw).await.unwrap();
    assert!(search(&scene.doctor, "swimming").await.found.is_empty(), "nor a letter that was withdrawn");
}
