//! Files that are sent with messages: who adds them, when they may be sent, and who reads them.

use crate::files::no_files;
use domain::{
    Result,
    chat::{self, OpenConversation, ReadConversation, WriteMessage},
    files::{self, Files, Shown},
    filing::{self, BeginUpload},
};
use model::{
    errors::Code,
    ids::{FileId, ThreadId},
};
use testing::{Consultation, Person, consultation};
use uuid::Uuid;

const CONTENT: &[u8] = b"Haemoglobin 13.5 g/dl";

fn code<T>(answer: Result<T>) -> Option<Code> {
    answer.err().map(|error| error.code())
}

fn report(thread: Option<ThreadId>) -> BeginUpload {
    BeginUpload {
        purpose: "message_attachment".to_owned(),
        patient: None,
        clinic: None,
        paper: None,
        thread,
        replaces: None,
        name: "blood.txt".to_owned(),
        kind: "text/plain".to_owned(),
        bytes: u64::try_from(CONTENT.len()).unwrap(),
        sha256: None,
    }
}

/// A file whose parts are all there, and which is not checked yet.
async fn sent(scene: &Consultation, files: &Files, person: &Person, thread: ThreadId) -> FileId {
    let (domain, access) = (&scene.clinic.domain, scene.by(person));
    let upload = filing::begin(domain, &access, report(Some(thread))).await.unwrap().id;
    files::put_part(domain, files, &access, (upload, 1), CONTENT, None).await.unwrap();
    filing::complete(domain, &access, upload).await.unwrap();
    upload
}

async fn added(scene: &Consultation, files: &Files, person: &Person, thread: ThreadId) -> FileId {
    let upload = sent(scene, files, person, thread).await;
    files::check(&scene.clinic.domain, files, upload).await.unwrap();
    upload
}

async fn begun(scene: &Consultation) -> ThreadId {
    let begin = OpenConversation {
        patient: None,
        doctor: Some(scene.doctor.doctor()),
        clinic: None,
        subject: "My blood".to_owned(),
        text: "Here is the report.".to_owned(),
        client_key: Uuid::from_u128(1),
    };
    chat::open_conversation(&scene.clinic.domain, &scene.by(&scene.patient), begin).await.unwrap()
}

fn with_files(thread: ThreadId, key: u128, files: &[FileId]) -> WriteMessage {
    let text = "The report".to_owned();
    WriteMessage { thread, client_key: Uuid::from_u128(key), text, quotes: None, files: files.to_vec() }
}

async fn unsent(scene: &Consultation, person: &Person, thread: ThreadId) -> Vec<FileId> {
    let page = ReadConversation { thread, before: None };
    let view = chat::conversation(&scene.clinic.domain, &scene.by(person), page).await.unwrap();
    view.unsent.into_iter().map(|file| file.id).collect()
}

#[tokio::test]
async fn a_file_goes_with_one_message_and_is_read_by_those_who_take_part() {
    let scene = consultation().await;
    let (clinic, domain, files) = (&scene.clinic, &scene.clinic.domain, no_files());
    let (other, colleague) = (clinic.patient("Jonas Weber").await, clinic.doctor("Dr Tariq Mansour", scene.practice).await);
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await;
    let thread = begun(&scene).await;
    for person in [&other, &colleague, &desk] {
        assert_eq!(code(filing::begin(domain, &scene.by(person), report(Some(thread))).await), Some(Code::NotFound));
    }
    assert_eq!(code(filing::begin(domain, &clinic.stranger(), report(Some(thread))).await), Some(Code::SignInNeeded));
    assert_eq!(code(filing::begin(domain, &scene.by(&scene.patient), report(None)).await), Some(Code::FieldsInvalid));

    let file = added(&scene, &files, &scene.patient, thread).await;
    let open = async |person: &Person| code(filing::open(domain, &files, &scene.by(person), file, Shown::Content).await);
    assert_eq!((open(&scene.patient).await, open(&scene.doctor).await), (None, Some(Code::NotFound)), "it is not sent yet");
    assert_eq!((unsent(&scene, &scene.patient, thread).await, unsent(&scene, &scene.doctor, thread).await), (vec![file], vec![]));
    let of_another = chat::write_message(domain, &scene.by(&scene.doctor), with_files(thread, 2, &[file])).await;
    assert_eq!(code(of_another), Some(Code::FieldsInvalid));

    let message = chat::write_message(domain, &scene.by(&scene.patient), with_files(thread, 3, &[file])).await.unwrap();
    assert_eq!(message.files.iter().map(|file| (file.id, file.name.as_str())).collect::<Vec<_>>(), [(file, "blood.txt")]);
    let again = chat::write_message(domain, &scene.by(&scene.patient), with_files(thread, 3, &[file])).await.unwrap();
    assert_eq!(again, message, "a repeat is the same message");
    let twice = chat::write_message(domain, &scene.by(&scene.patient), with_files(thread, 4, &[file])).await;
    assert_eq!(code(twice), Some(Code::FieldsInvalid), "a file goes with one message");
    let news = chat::conversation_news(domain, &scene.by(&scene.doctor), thread, 1).await.unwrap();
    assert_eq!(news.messages[0].files.len(), 1);
    assert_eq!(open(&scene.doctor).await, None);
    for person in [&other, &colleague, &desk] {
        assert_eq!(open(person).await, Some(Code::NotFound), "{}", person.email);
    }
    let audited = clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|found| *found == action).count();
    assert_eq!((count("files.upload_begun"), count("files.added"), count("files.read")), (1, 1, 2));
}

#[tokio::test]
async fn only_a_checked_file_is_sent_and_one_that_is_not_sent_can_be_taken_back() {
    let scene = consultation().await;
    let (clinic, domain, files) = (&scene.clinic, &scene.clinic.domain, no_files());
    let thread = begun(&scene).await;
    let unchecked = sent(&scene, &files, &scene.patient, thread).await;
    let early = chat::write_message(domain, &scene.by(&scene.patient), with_files(thread, 2, &[unchecked])).await;
    assert_eq!(code(early), Some(Code::FieldsInvalid));
    let eleven = [unchecked; 11];
    let many = chat::write_message(domain, &scene.by(&scene.patient), with_files(thread, 2, &eleven)).await;
    assert_eq!(code(many), Some(Code::FieldsInvalid));
    assert_eq!(code(filing::abandon(domain, &scene.by(&scene.doctor), unchecked).await), Some(Code::NotFound));
    filing::abandon(domain, &scene.by(&scene.patient), unchecked).await.unwrap();
    assert_eq!(unsent(&scene, &scene.patient, thread).await, []);
    let gone = filing::open(domain, &files, &scene.by(&scene.patient), unchecked, Shown::Content).await;
    assert_eq!(code(gone), Some(Code::NotFound));
    let file = added(&scene, &files, &scene.patient, thread).await;
    chat::write_message(domain, &scene.by(&scene.patient), with_files(thread, 3, &[file])).await.unwrap();
    assert_eq!(code(filing::abandon(domain, &scene.by(&scene.patient), file).await), Some(Code::NotFound), "it was sent");

    // Whose access ended a moment ago adds nothing, and nobody adds to a closed conversation.
    let patient = scene.by(&scene.patient);
    clinic.as_owner("update patient_access set starts_at = '2020-01-01', ends_at = '2021-01-01'").await;
    assert_eq!(code(filing::begin(domain, &patient, report(Some(thread))).await), Some(Code::ConversationLeft));
    chat::close_conversation(domain, &scene.by(&scene.doctor), thread, 1).await.unwrap();
    assert_eq!(code(filing::begin(domain, &scene.by(&scene.doctor), report(Some(thread))).await), Some(Code::ConversationClosed));
}
