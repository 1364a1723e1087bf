//! Entries of a record: added, changed in versions, entered in error; and who reads and writes them.

use domain::records::{self, AddAllergy, AddEntry, ChangeEntry, EndAllergy, ReadRecord, WithdrawEntry};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldFault},
    ids::RecordEntryId,
    records::{Entry, EntryKind, EntryView, TypedEntry},
};
use testing::{Consultation, Person};

fn medicine(name: &str) -> TypedEntry {
    TypedEntry {
        kind: "medication".to_owned(),
        source: "patient".to_owned(),
        name: name.to_owned(),
        since: "2025-03".to_owned(),
        ..TypedEntry::default()
    }
}

fn problem(code: &str) -> TypedEntry {
    TypedEntry {
        kind: "problem".to_owned(),
        source: "clinician".to_owned(),
        code: code.to_owned(),
        state: "active".to_owned(),
        ..TypedEntry::default()
    }
}

async fn add(scene: &Consultation, person: &Person, typed: TypedEntry) -> Result<RecordEntryId, domain::Error> {
    let command = AddEntry { patient: scene.patient.patient(), typed, idempotency_key: None };
    records::add_entry(&scene.clinic.domain, &scene.by(person), command).await
}

async fn change(
    scene: &Consultation,
    person: &Person,
    (entry, version_seen): (RecordEntryId, i64),
    typed: TypedEntry,
) -> Result<i64, Code> {
    let command = ChangeEntry { patient: scene.patient.patient(), entry, version_seen, typed };
    records::change_entry(&scene.clinic.domain, &scene.by(person), command).await.map_err(|error| error.code())
}

async fn withdraw(
    scene: &Consultation,
    person: &Person,
    (entry, version_seen): (RecordEntryId, i64),
    reason: &str,
) -> Result<(), Code> {
    let command = WithdrawEntry { patient: scene.patient.patient(), entry, version_seen, reason: reason.to_owned() };
    records::withdraw_entry(&scene.clinic.domain, &scene.by(person), command).await.map_err(|error| error.code())
}

async fn read(scene: &Consultation, person: &Person, kind: Option<EntryKind>) -> Result<Vec<EntryView>, Code> {
    let query = ReadRecord { patient: Some(scene.patient.patient()), kind };
    let record = records::record(&scene.clinic.domain, &scene.by(person), query).await;
    record.map(|record| record.entries).map_err(|error| error.code())
}

/// Loads two codes instead of all, because loading all takes seconds.
async fn some_codes(scene: &Consultation) {
    sqlx::query("insert into icd10cm (code, billable, description) values ('J45', false, 'Asthma'), ('I10', true, 'Essential (primary) hypertension')")
        .execute(&scene.clinic.owner)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_entry_grows_by_versions_and_a_stale_one_is_refused() {
    let scene = testing::consultation().await;
    let key = Some("k".to_owned());
    let command = AddEntry { patient: scene.patient.patient(), typed: medicine("Ibuprofen"), idempotency_key: key };
    let by = scene.by(&scene.doctor);
    let id = records::add_entry(&scene.clinic.domain, &by, command.clone()).await.unwrap();
    let again = records::add_entry(&scene.clinic.domain, &by, command).await.unwrap();
    assert_eq!(id, again, "a form that is sent twice must create one entry");

    scene.clinic.pass(SignedDuration::from_mins(1));
    let stronger = TypedEntry { strength: "400 mg".to_owned(), ..medicine("Ibuprofen") };
    assert_eq!(change(&scene, &scene.doctor, (id, 1), stronger.clone()).await, Ok(2));
    assert_eq!(change(&scene, &scene.doctor, (id, 1), stronger).await, Ok(2), "the same content is one version");
    assert_eq!(change(&scene, &scene.doctor, (id, 1), medicine("Naproxen")).await, Err(Code::Stale));

    let entries = read(&scene, &scene.doctor, None).await.unwrap();
    assert_eq!((entries.len(), entries[0].version, entries[0].author_name.as_str()), (1, 2, "Dr Lena Hoffmann"));
    assert!(entries[0].recorded_at < entries[0].written_at);
    assert!(
        matches!(&entries[0].entry, Entry::Medication { name, strength: Some(strength), .. } if name == "Ibuprofen" && strength == "400 mg")
    );
    let history = records::entry_history(&scene.clinic.domain, &by, scene.patient.patient(), id).await.unwrap();
    assert_eq!(history.versions.iter().map(|version| version.version).collect::<Vec<_>>(), [2, 1]);

    let bodies: Vec<Vec<u8>> =
        sqlx::query_scalar("select body_cipher from record_entry_versions").fetch_all(&scene.clinic.owner).await.unwrap();
    assert!(bodies.iter().all(|body| !String::from_utf8_lossy(body).contains("Ibuprofen")), "entries must be encrypted");
    let refused = sqlx::query("delete from record_entry_versions").execute(scene.clinic.domain.pool()).await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "42501");
    let audited = scene.clinic.audited().await;
    for action in ["records.entry_added", "records.entry_changed", "records.entries_read", "records.entry_read"] {
        assert!(audited.contains(&action.to_owned()), "{action}");
    }
}

#[tokio::test]
async fn an_entry_that_is_wrong_does_not_count_and_stays_with_the_reason() {
    let scene = testing::consultation().await;
    let id = add(&scene, &scene.doctor, medicine("Ibuprofen")).await.unwrap();
    assert_eq!(withdraw(&scene, &scene.doctor, (id, 1), " ").await, Err(Code::FieldsInvalid));
    assert_eq!(withdraw(&scene, &scene.doctor, (id, 7), "Another person").await, Err(Code::Stale));
    assert_eq!(withdraw(&scene, &scene.doctor, (id, 1), "Another person").await, Ok(()));
    assert_eq!(withdraw(&scene, &scene.doctor, (id, 1), "Another reason").await, Ok(()), "a repeat changes nothing");
    assert!(read(&scene, &scene.doctor, None).await.unwrap().is_empty());
    assert_eq!(change(&scene, &scene.doctor, (id, 2), medicine("Naproxen")).await, Err(Code::EntryWithdrawn));

    let by = scene.by(&scene.patient);
    let history = records::entry_history(&scene.clinic.domain, &by, scene.patient.patient(), id).await.unwrap();
    let errors: Vec<_> = history.versions.iter().map(|version| (version.version, version.error.as_deref())).collect();
    assert_eq!(errors, [(2, Some("Another person")), (1, None)]);
    assert!(!history.may_record);
    assert!(scene.clinic.audited().await.contains(&"records.entry_withdrawn".to_owned()));
}

#[tokio::test]
async fn a_problem_has_a_code_that_exists_and_nothing_lies_ahead() {
    let scene = testing::consultation().await;
    some_codes(&scene).await;
    let faults = async |typed: TypedEntry| {
        let refused = add(&scene, &scene.doctor, typed).await.unwrap_err();
        refused.field_errors().iter().map(|error| (error.field.clone(), error.fault)).collect::<Vec<_>>()
    };
    for code in ["J45", "X99.99"] {
        assert_eq!(faults(problem(code)).await, [("code".to_owned(), FieldFault::UnknownChoice)], "{code}");
    }
    let ahead = TypedEntry { since: "2999".to_owned(), ..problem("I10") };
    let expected = FieldFault::TooLarge(model::errors::Range::numbers(1880, 2200));
    assert_eq!(faults(ahead).await, [("since".to_owned(), expected)]);
    let ahead = TypedEntry { since: "2199-01".to_owned(), ..problem("I10") };
    assert_eq!(faults(ahead).await, [("since".to_owned(), FieldFault::NotPast)]);

    let id = add(&scene, &scene.doctor, problem(" i10 ")).await.unwrap();
    add(&scene, &scene.doctor, medicine("Ibuprofen")).await.unwrap();
    let problems = read(&scene, &scene.doctor, Some(EntryKind::Problem)).await.unwrap();
    let code = problems[0].code.as_ref().unwrap();
    assert_eq!((problems.len(), code.code.as_str(), code.description.as_str()), (1, "I10", "Essential (primary) hypertension"));
    assert_eq!(change(&scene, &scene.doctor, (id, 1), medicine("I10")).await, Err(Code::FieldsInvalid), "the kind stays");
}

#[tokio::test]
async fn those_who_treat_the_patient_write_and_the_patient_reads() {
    let scene = testing::consultation().await;
    let clinic = &scene.clinic;
    let id = add(&scene, &scene.doctor, medicine("Ibuprofen")).await.unwrap();
    let nurse = clinic.staff("Nora Nurse", "nurse", Some(scene.practice)).await;
    assert!(add(&scene, &nurse, medicine("Vitamin D")).await.is_ok());
    assert_eq!(read(&scene, &scene.patient, None).await.unwrap().len(), 2);
    assert_eq!(add(&scene, &scene.patient, medicine("Aspirin")).await.unwrap_err().code(), Code::Forbidden);
    assert_eq!(change(&scene, &scene.patient, (id, 1), medicine("Aspirin")).await, Err(Code::Forbidden));

    let others = [
        clinic.doctor("Dr Tom Reed", scene.practice).await,
        clinic.patient("Jonas Weber").await,
        clinic.staff("Paula Pharmacist", "pharmacist", Some(scene.practice)).await,
        clinic.staff("Ada Admin", "admin", None).await,
    ];
    for person in &others {
        assert_eq!(read(&scene, person, None).await, Err(Code::NotFound), "{}", person.email);
        assert_eq!(add(&scene, person, medicine("Aspirin")).await.unwrap_err().code(), Code::NotFound, "{}", person.email);
        assert_eq!(change(&scene, person, (id, 1), medicine("Aspirin")).await, Err(Code::NotFound), "{}", person.email);
        assert_eq!(withdraw(&scene, person, (id, 1), "Mine").await, Err(Code::NotFound), "{}", person.email);
    }
    let query = ReadRecord { patient: Some(scene.patient.patient()), kind: None };
    let stranger = records::record(&clinic.domain, &clinic.stranger(), query).await.unwrap_err();
    assert_eq!(stranger.code(), Code::SignInNeeded);

    // An entry of one patient is not found in the record of another.
    let other = clinic.patient("Mia Osei").await;
    clinic.pass(SignedDuration::from_hours(1));
    clinic.encounter(&other, &scene.doctor, scene.practice).await;
    let command = ChangeEntry { patient: other.patient(), entry: id, version_seen: 1, typed: medicine("Aspirin") };
    let refused = records::change_entry(&clinic.domain, &scene.by(&scene.doctor), command).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
    let refused = records::entry_history(&clinic.domain, &scene.by(&scene.doctor), other.patient(), id).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
}

#[tokio::test]
async fn a_patient_reads_their_allergies_with_the_record() {
    let scene = testing::consultation().await;
    let (domain, patient) = (&scene.clinic.domain, scene.patient.patient());
    for (substance, severity) in [("Pollen", "mild"), ("Penicillin", "severe")] {
        let [substance, severity] = [substance, severity].map(str::to_owned);
        let command =
            AddAllergy { patient, substance, reaction: String::new(), severity, source: String::new(), idempotency_key: None };
        records::add_allergy(domain, &scene.by(&scene.doctor), command).await.unwrap();
    }
    let record = records::record(domain, &scene.by(&scene.patient), ReadRecord::default()).await.unwrap();
    let substances: Vec<_> = record.allergies.iter().map(|view| view.allergy.substance.as_str()).collect();
    assert_eq!(substances, ["Penicillin", "Pollen"], "the most severe first");
    // One that was entered in error leaves the list, and stays in the record with the reason.
    let pollen = EndAllergy { patient, allergy: record.allergies[1].id, error: "It was another patient".to_owned() };
    records::end_allergy(domain, &scene.by(&scene.doctor), pollen).await.unwrap();
    let summary = records::summary(domain, &scene.by(&scene.doctor), patient).await.unwrap();
    let ended = &summary.ended_allergies[0];
    assert_eq!((ended.allergy.substance.as_str(), ended.error.as_deref()), ("Pollen", Some("It was another patient")));
    assert_eq!(summary.allergies[0].recorded_by, "Dr Lena Hoffmann");
    let too_long = EndAllergy { patient, allergy: record.allergies[0].id, error: "x".repeat(301) };
    let refused = records::end_allergy(domain, &scene.by(&scene.doctor), too_long).await.unwrap_err();
    assert_eq!(refused.field_errors()[0].field, "error");
    let query = ReadRecord { patient: Some(patient), kind: None };
    let by_doctor = records::record(domain, &scene.by(&scene.doctor), query).await.unwrap();
    assert!(by_doctor.allergies.is_empty(), "doctors see them elsewhere");
}
