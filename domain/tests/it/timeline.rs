//! The timeline of a record: what each reader sees, in which order, page by page.

use domain::{
    identity::Proof,
    prescriptions::{self, AddItem, SignPrescription},
    records::{self, AddEntry, ReadTimeline, SaveNote, SearchRecord},
};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldFault},
    records::{FoundIn, SoapNote, TimelineKind, TypedEntry},
};
use testing::{Consultation, PASSWORD, Person, medicine};

/// Records, in this order, a note, a prescription and an entry, a minute apart, and ends the visit.
async fn scene() -> Consultation {
    let scene = testing::consultation().await;
    let (domain, by, encounter) = (&scene.clinic.domain, scene.by(&scene.doctor), scene.encounter);
    let minute = SignedDuration::from_mins(1);
    scene.clinic.pass(minute);
    let note = SoapNote { plan: "Rest".to_owned(), ..SoapNote::default() };
    records::save_note(domain, &by, SaveNote { encounter, version_seen: 0, note }).await.unwrap();
    scene.clinic.pass(minute);
    let item = AddItem { encounter, medicine: medicine("Amoxicillin"), idempotency_key: None };
    let prescription = prescriptions::add_item(domain, &by, item).await.unwrap();
    let version = prescriptions::get(domain, &by, prescription).await.unwrap().version;
    let sign = SignPrescription { prescription, version, proof: Proof::Password(PASSWORD.to_owned()), idempotency_key: None };
    prescriptions::sign(domain, &by, sign).await.unwrap();
    scene.clinic.pass(minute);
    let typed = TypedEntry {
        kind: "history".to_owned(),
        source: "patient".to_owned(),
        name: "Measles".to_owned(),
        ..TypedEntry::default()
    };
    let entry = AddEntry { patient: scene.patient.patient(), typed, idempotency_key: None };
    records::add_entry(domain, &by, entry).await.unwrap();
    scene.clinic.pass(minute);
    scene.clinic.end_encounter(encounter).await;
    scene
}

async fn read(scene: &Consultation, person: &Person, query: ReadTimeline) -> Result<(Vec<TimelineKind>, Option<String>), Code> {
    let query = ReadTimeline { patient: Some(scene.patient.patient()), ..query };
    let view = records::timeline(&scene.clinic.domain, &scene.by(person), query).await.map_err(|error| error.code())?;
    Ok((view.page.items.iter().map(|item| item.content.kind()).collect(), view.page.next_cursor))
}

#[tokio::test]
async fn each_reader_sees_the_kinds_that_they_may_read_the_newest_first() {
    use TimelineKind::{Entry, Note, Prescription, Visit};

    let scene = scene().await;
    let nurse = scene.clinic.staff("Nora Nurse", "nurse", Some(scene.practice)).await;
    for (person, expected) in [
        (&scene.doctor, vec![Visit, Entry, Prescription, Note]),
        (&scene.patient, vec![Visit, Entry, Prescription]),
        (&nurse, vec![Visit, Entry, Note]),
    ] {
        assert_eq!(read(&scene, person, ReadTimeline::default()).await, Ok((expected, None)), "{}", person.email);
    }
    let only = ReadTimeline { kind: Some(Entry), ..ReadTimeline::default() };
    assert_eq!(read(&scene, &scene.doctor, only).await, Ok((vec![Entry], None)));
    let hidden = ReadTimeline { kind: Some(Note), ..ReadTimeline::default() };
    assert_eq!(read(&scene, &scene.patient, hidden).await, Ok((vec![], None)), "a patient reads the plan, not the note");
    assert!(scene.clinic.audited().await.contains(&"records.timeline_read".to_owned()));
    assert!(!scene.clinic.audited().await.contains(&"access.refused".to_owned()), "what a role does not see is no refusal");
}

#[tokio::test]
async fn it_is_read_page_by_page_and_by_day() {
    let scene = scene().await;
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let query = ReadTimeline { cursor, size: Some(1), ..ReadTimeline::default() };
        let (kinds, next) = read(&scene, &scene.doctor, query).await.unwrap();
        seen.extend(kinds);
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, [TimelineKind::Visit, TimelineKind::Entry, TimelineKind::Prescription, TimelineKind::Note]);

    let day = |at: i64| {
        let today = scene.clinic.domain.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        Some(today.saturating_add(jiff::Span::new().days(at)))
    };
    let later = ReadTimeline { from: day(2), ..ReadTimeline::default() };
    let earlier = ReadTimeline { until: day(-2), ..ReadTimeline::default() };
    let around = ReadTimeline { from: day(-2), until: day(2), ..ReadTimeline::default() };
    assert_eq!(read(&scene, &scene.doctor, later).await, Ok((vec![], None)));
    assert_eq!(read(&scene, &scene.doctor, earlier).await, Ok((vec![], None)));
    assert_eq!(read(&scene, &scene.doctor, around).await.unwrap().0.len(), 4);

    for (query, field, fault) in [
        (ReadTimeline { cursor: Some("7".to_owned()), ..ReadTimeline::default() }, "cursor", FieldFault::Malformed),
        (ReadTimeline { from: day(1), until: day(0), ..ReadTimeline::default() }, "until", FieldFault::EndBeforeStart),
    ] {
        let query = ReadTimeline { patient: Some(scene.patient.patient()), ..query };
        let refused = records::timeline(&scene.clinic.domain, &scene.by(&scene.doctor), query).await.unwrap_err();
        assert_eq!((refused.field_errors()[0].field.as_str(), refused.field_errors()[0].fault), (field, fault));
    }
    // Both can be parsed, and the database knows no such time.
    let long_ago = jiff::civil::date(-9_000, 1, 1);
    for query in [
        ReadTimeline { cursor: Some(format!("-300000000000000000.{}", scene.encounter)), ..ReadTimeline::default() },
        ReadTimeline { from: Some(long_ago), ..ReadTimeline::default() },
    ] {
        assert_eq!(read(&scene, &scene.doctor, query).await, Err(Code::TimeUnstorable));
    }
}

#[tokio::test]
async fn nobody_else_reads_it() {
    let scene = scene().await;
    let clinic = &scene.clinic;
    for person in [
        clinic.doctor("Dr Tom Reed", scene.practice).await,
        clinic.patient("Jonas Weber").await,
        clinic.staff("Paula Pharmacist", "pharmacist", Some(scene.practice)).await,
        clinic.staff("Ada Admin", "admin", None).await,
    ] {
        assert_eq!(read(&scene, &person, ReadTimeline::default()).await, Err(Code::NotFound), "{}", person.email);
    }
}

#[tokio::test]
async fn the_text_of_notes_and_entries_is_searched_and_the_answer_says_how_much() {
    let scene = scene().await;
    let (domain, encounter) = (&scene.clinic.domain, scene.encounter);
    let note = SoapNote { subjective: "Itching.\nHad measles at five.".to_owned(), ..SoapNote::default() };
    records::save_note(domain, &scene.by(&scene.doctor), SaveNote { encounter, version_seen: 1, note }).await.unwrap();
    let search = async |person: &Person, words: &str| {
        let query = SearchRecord { patient: Some(scene.patient.patient()), query: words.to_owned() };
        records::search(domain, &scene.by(person), query).await.map_err(|error| error.code())
    };
    let found = search(&scene.doctor, "MEASLES").await.unwrap();
    let excerpts: Vec<&str> = found.found.iter().map(|text| text.excerpt.as_str()).collect();
    assert_eq!(excerpts, ["Had measles at five.", "Measles"]);
    assert!(found.found[0].place == FoundIn::Note(encounter));
    assert_eq!((found.notes, found.entries, found.has_older_notes, found.is_cut), (Some(1), 1, false, false));
    assert_eq!(search(&scene.doctor, "measles five").await.unwrap().found.len(), 1);
    assert!(search(&scene.doctor, "rest").await.unwrap().found.is_empty(), "only the newest version is searched");
    assert!(search(&scene.doctor, " ! ").await.unwrap().query.is_empty());

    let own = search(&scene.patient, "measles").await.unwrap();
    assert_eq!((own.found.len(), own.notes), (1, None), "a patient does not read notes");
    assert_eq!(search(&scene.doctor, &"x".repeat(101)).await, Err(Code::FieldsInvalid));
    let other = scene.clinic.doctor("Dr Tom Reed", scene.practice).await;
    assert_eq!(search(&other, "measles").await, Err(Code::NotFound));
    assert!(scene.clinic.audited().await.contains(&"records.searched".to_owned()));
}
