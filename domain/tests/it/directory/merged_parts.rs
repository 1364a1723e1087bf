//! What is measured, entered and written goes with a record that is merged, is still read there, and goes back with it.

use domain::{
    access::Access,
    chat::{self, OpenConversation, ReadConversation, WriteMessage},
    directory::{self, KeptDetails, Likeness, MergeRecords, NewPatient, RegisterPatient},
    identity,
    records::{self, AddEntry, AddMeasurements, ReadRecord},
};
use jiff::SignedDuration;
use model::{
    ids::{MergeId, PatientId, RequestId, ThreadId},
    records::TypedEntry,
    vitals::TypedVitals,
};
use testing::{Consultation, consultation};
use uuid::Uuid;

async fn registered(scene: &Consultation) -> PatientId {
    let desk = scene.by(&scene.clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await);
    let person = NewPatient {
        name: "Amara Ossei".to_owned(),
        latin_name: String::new(),
        date_of_birth: ["12", "4", "1990"].map(str::to_owned),
        phone: "+44 7700 900456".to_owned(),
    };
    let likeness = Likeness::Different("She says that she was never here".to_owned());
    let command = RegisterPatient { person, likeness, idempotency_key: None };
    directory::register_patient(&scene.clinic.domain, &desk, command).await.unwrap()
}

async fn merged(scene: &Consultation, admin: &Access, survivor: PatientId, ending: PatientId) -> MergeId {
    let domain = &scene.clinic.domain;
    let view = directory::compare_records(domain, admin, survivor, ending).await.unwrap();
    let kept = Some(survivor);
    let command = MergeRecords {
        survivor: (survivor, view.first.version),
        merged: (ending, view.second.version),
        kept: KeptDetails { name: kept, date_of_birth: kept, phone: kept, address: kept },
        reason: "Seen with a passport".to_owned(),
        confirmation: view.second.number,
    };
    directory::merge_records(domain, admin, command).await.unwrap()
}

async fn measure(scene: &Consultation, at_visit: bool) {
    let vitals = TypedVitals { pulse: "72".to_owned(), ..TypedVitals::default() };
    let encounter = at_visit.then_some(scene.encounter);
    let patient = scene.patient.patient();
    let command = AddMeasurements { patient, encounter, taken_at: None, vitals, idempotency_key: None };
    records::add_measurements(&scene.clinic.domain, &scene.by(&scene.doctor), command).await.unwrap();
}

async fn enter(scene: &Consultation, patient: PatientId, name: &str) {
    let typed =
        TypedEntry { kind: "history".to_owned(), source: "patient".to_owned(), name: name.to_owned(), ..TypedEntry::default() };
    let command = AddEntry { patient, typed, idempotency_key: None };
    records::add_entry(&scene.clinic.domain, &scene.by(&scene.doctor), command).await.unwrap();
}

/// How many measurements and entries the doctor reads in a record.
async fn kept(scene: &Consultation, patient: PatientId) -> (usize, usize) {
    let (domain, doctor) = (&scene.clinic.domain, scene.by(&scene.doctor));
    let measurements = records::measurements(domain, &doctor, Some(patient)).await.unwrap().items.len();
    let query = ReadRecord { patient: Some(patient), kind: None };
    (measurements, records::record(domain, &doctor, query).await.unwrap().entries.len())
}

/// The conversation as this caller reads it: whose it is, and its texts.
async fn read(scene: &Consultation, by: &Access, thread: ThreadId) -> (PatientId, Vec<String>) {
    let page = ReadConversation { thread, before: None };
    let view = chat::conversation(&scene.clinic.domain, by, page).await.unwrap();
    (view.patient, view.messages.into_iter().map(|message| message.text).collect())
}

/// A new request of the patient's session, in which it acts as it acts now.
async fn patient_now(scene: &Consultation) -> Access {
    let acting = identity::resolve_session(&scene.clinic.domain, scene.patient.session).await.unwrap().unwrap();
    Access::new(acting.into(), scene.clinic.domain.new_id::<RequestId>())
}

#[tokio::test]
async fn measurements_entries_and_conversations_move_and_go_back() {
    let scene = consultation().await;
    let (clinic, domain, doctor) = (&scene.clinic, &scene.clinic.domain, scene.by(&scene.doctor));
    let ending = scene.patient.patient();
    measure(&scene, true).await;
    measure(&scene, false).await;
    enter(&scene, ending, "Measles").await;
    let begin = OpenConversation {
        patient: None,
        doctor: Some(scene.doctor.doctor()),
        clinic: None,
        subject: "My cough".to_owned(),
        text: "It is worse.".to_owned(),
        client_key: Uuid::from_u128(1),
    };
    let thread = chat::open_conversation(domain, &scene.by(&scene.patient), begin).await.unwrap();
    clinic.end_encounter(scene.encounter).await;
    clinic.pass(SignedDuration::from_mins(1));
    let survivor = registered(&scene).await;
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(clinic);
    let merge = merged(&scene, &admin, survivor, ending).await;

    assert_eq!(kept(&scene, survivor).await, (2, 1));
    let first = vec!["It is worse.".to_owned()];
    assert_eq!(read(&scene, &doctor, thread).await, (survivor, first.clone()));
    assert_eq!(read(&scene, &patient_now(&scene).await, thread).await, (survivor, first));
    let answer = WriteMessage {
        thread,
        client_key: Uuid::from_u128(2),
        text: "Since when?".to_owned(),
        quotes: Some(1),
        files: Vec::new(),
    };
    chat::write_message(domain, &doctor, answer).await.unwrap();
    enter(&scene, survivor, "Mumps").await;
    assert_eq!(kept(&scene, survivor).await, (2, 2));

    directory::separate_records(domain, &admin, merge).await.unwrap();
    assert_eq!(kept(&scene, ending).await, (2, 1), "what is new stays with the other record");
    let both = vec!["It is worse.".to_owned(), "Since when?".to_owned()];
    assert_eq!(read(&scene, &doctor, thread).await, (ending, both.clone()));
    assert_eq!(read(&scene, &patient_now(&scene).await, thread).await, (ending, both));
}
