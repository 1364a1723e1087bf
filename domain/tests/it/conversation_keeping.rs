//! What those who answer keep for their conversations, how long closed conversations stay, and who is told that somebody is there.

use crate::files::no_files;
use domain::{
    Result,
    access::Access,
    chat::{
        self, HandOver, OpenConversation, ReadConversation, RemoveCannedAnswer, SaveCannedAnswer, SetMessageRetention,
        WriteMessage,
    },
    files::{self, Shown},
    filing::{self, BeginUpload},
    notifications::{ListNotices, list_notices},
    records::{self, HoldFiles, LiftHold},
};
use jiff::SignedDuration;
use model::{
    errors::Code,
    ids::{FileId, ThreadId, UserId},
    notices::NoticeTopic,
};
use testing::{Consultation, consultation};
use uuid::Uuid;

fn code<T>(answer: Result<T>) -> Option<Code> {
    answer.err().map(|error| error.code())
}

/// A conversation of the patient with the doctor, or with the desk.
async fn begun(scene: &Consultation, key: u128, with_desk: bool) -> ThreadId {
    let begin = OpenConversation {
        patient: None,
        doctor: (!with_desk).then(|| scene.doctor.doctor()),
        clinic: with_desk.then_some(scene.practice.clinic),
        subject: "My knee".to_owned(),
        text: "It hurts.".to_owned(),
        client_key: Uuid::from_u128(key),
    };
    chat::open_conversation(&scene.clinic.domain, &scene.by(&scene.patient), begin).await.unwrap()
}

fn message(thread: ThreadId, key: u128, text: &str) -> WriteMessage {
    WriteMessage { thread, client_key: Uuid::from_u128(key), text: text.to_owned(), quotes: None, files: Vec::new() }
}

#[tokio::test]
async fn a_canned_answer_is_written_out_for_those_who_answer() {
    let scene = consultation().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let rosa = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await;
    let bo = clinic.staff("Bo Lind", "receptionist", Some(scene.practice)).await;
    let thread = begun(&scene, 1, true).await;
    let parking =
        |text: &str, version: i32| SaveCannedAnswer { abbreviation: ".Parking".to_owned(), text: text.to_owned(), version };
    for (person, command, expected) in [
        (&scene.patient, parking("Behind the house.", 0), Code::Forbidden),
        (&rosa, parking(" ", 0), Code::FieldsInvalid),
        (&rosa, parking("See .parking", 0), Code::FieldsInvalid),
        (&rosa, parking("Behind the house.", 7), Code::Stale),
    ] {
        assert_eq!(code(chat::save_canned_answer(domain, &scene.by(person), command).await), Some(expected));
    }
    assert_eq!(code(chat::canned_answers(domain, &clinic.stranger()).await), Some(Code::SignInNeeded));
    for _ in 0..2 {
        chat::save_canned_answer(domain, &scene.by(&rosa), parking("Behind the house.", 0)).await.unwrap();
    }
    let listed = chat::canned_answers(domain, &scene.by(&bo)).await.unwrap();
    assert_eq!(listed.iter().map(|answer| (answer.abbreviation.as_str(), answer.version)).collect::<Vec<_>>(), [("parking", 1)]);
    assert_eq!(chat::canned_answers(domain, &scene.by(&scene.doctor)).await.unwrap(), [], "the desk's are not the doctor's");

    let answer = chat::write_message(domain, &scene.by(&bo), message(thread, 2, "Hello, .parking Bye")).await.unwrap();
    assert_eq!(answer.text, "Hello, Behind the house. Bye");
    let question = chat::write_message(domain, &scene.by(&scene.patient), message(thread, 3, "And .parking")).await.unwrap();
    assert_eq!(question.text, "And .parking", "patients have none");
    let page = ReadConversation { thread, before: None };
    assert_eq!(chat::conversation(domain, &scene.by(&rosa), page).await.unwrap().answers.len(), 1);
    assert!(chat::conversation(domain, &scene.by(&scene.patient), page).await.unwrap().answers.is_empty());

    let remove = |version: i32| RemoveCannedAnswer { abbreviation: "parking".to_owned(), version };
    assert_eq!(code(chat::remove_canned_answer(domain, &scene.by(&rosa), remove(9)).await), Some(Code::Stale));
    assert_eq!(code(chat::remove_canned_answer(domain, &scene.by(&scene.doctor), remove(1)).await), Some(Code::NotFound));
    for _ in 0..2 {
        chat::remove_canned_answer(domain, &scene.by(&rosa), remove(1)).await.unwrap();
    }
    assert_eq!(chat::canned_answers(domain, &scene.by(&rosa)).await.unwrap(), []);
    let audited = clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|found| *found == action).count();
    assert_eq!((count("chat.canned_answer_saved"), count("chat.canned_answer_removed")), (1, 1));
}

/// A file that the patient sends in a conversation.
async fn attached(scene: &Consultation, thread: ThreadId) -> FileId {
    let (domain, access, files) = (&scene.clinic.domain, scene.by(&scene.patient), no_files());
    let upload = BeginUpload {
        purpose: "message_attachment".to_owned(),
        patient: None,
        clinic: None,
        paper: None,
        thread: Some(thread),
        replaces: None,
        name: "knee.txt".to_owned(),
        kind: "text/plain".to_owned(),
        bytes: 5,
        sha256: None,
    };
    let file = filing::begin(domain, &access, upload).await.unwrap().id;
    files::put_part(domain, &files, &access, (file, 1), b"knees", None).await.unwrap();
    filing::complete(domain, &access, file).await.unwrap();
    files::check(domain, &files, file).await.unwrap();
    let sent = WriteMessage { files: vec![file], ..message(thread, 100, "My knee") };
    chat::write_message(domain, &access, sent).await.unwrap();
    file
}

#[tokio::test]
async fn a_closed_conversation_is_deleted_when_its_time_is_over_and_nothing_is_held() {
    let scene = consultation().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let admin = clinic.staff("Ida Admin", "admin", Some(scene.practice)).await;
    let organiser = clinic.staff("Olga Organiser", "admin", None).await;
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await;
    let elsewhere = clinic.staff("Lars Local", "admin", Some(clinic.practice().await)).await;
    let set = |days: &str, version: i32| SetMessageRetention { clinic: scene.practice.clinic, days: days.to_owned(), version };
    for (person, command, expected) in [
        (&scene.doctor, set("90", 0), Code::NotFound),
        (&elsewhere, set("90", 0), Code::NotFound),
        (&admin, set("89", 0), Code::FieldsInvalid),
        (&admin, set("soon", 0), Code::FieldsInvalid),
        (&admin, set("90", 3), Code::Stale),
    ] {
        let refused = chat::set_message_retention(domain, &scene.by(person), command).await;
        assert_eq!(code(refused), Some(expected), "{}", person.email);
    }
    let (with_desk, with_doctor, open) =
        (begun(&scene, 1, true).await, begun(&scene, 2, false).await, begun(&scene, 3, true).await);
    let file = attached(&scene, with_desk).await;
    chat::close_conversation(domain, &scene.by(&desk), with_desk, 1).await.unwrap();
    chat::close_conversation(domain, &scene.by(&scene.doctor), with_doctor, 1).await.unwrap();
    clinic.pass(SignedDuration::from_hours(24 * 91));
    assert_eq!(chat::sweep_conversations(domain).await.unwrap(), 0, "without a time they are kept for ever");
    assert_eq!(chat::set_message_retention(domain, &scene.by(&admin), set("90", 0)).await.unwrap().days, Some(90));

    let patient = scene.patient.patient();
    let hold = HoldFiles { patient, file: None, reason: "A lawsuit".to_owned() };
    records::hold_files(domain, &scene.by(&organiser), hold).await.unwrap();
    assert_eq!(chat::sweep_conversations(domain).await.unwrap(), 0, "nothing is deleted under a legal hold");
    let lift = LiftHold { patient, file: None, reason: "It is over".to_owned() };
    records::lift_hold(domain, &scene.by(&organiser), lift).await.unwrap();
    assert_eq!(chat::sweep_conversations(domain).await.unwrap(), 2);
    assert_eq!(chat::sweep_conversations(domain).await.unwrap(), 0);

    let read = async |thread| {
        let page = ReadConversation { thread, before: None };
        code(chat::conversation(domain, &scene.by(&scene.patient), page).await)
    };
    assert_eq!((read(with_desk).await, read(with_doctor).await), (Some(Code::NotFound), Some(Code::NotFound)));
    assert_eq!(read(open).await, None);
    let opened = filing::open(domain, &no_files(), &scene.by(&scene.patient), file, Shown::Content).await;
    assert_eq!(code(opened), Some(Code::NotFound));
    let left: i64 = sqlx::query_scalar("select count(*) from messages").fetch_one(&clinic.owner).await.unwrap();
    assert_eq!(left, 1);
    let audited = clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|found| *found == action).count();
    assert_eq!((count("chat.retention_set"), count("chat.conversation_deleted")), (1, 2));
}

#[tokio::test]
async fn that_somebody_is_there_is_told_to_the_other_side_only() {
    let scene = consultation().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let rosa = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await;
    let bo = clinic.staff("Bo Lind", "receptionist", Some(scene.practice)).await;
    let thread = begun(&scene, 1, true).await;
    let others = async |access: Access| {
        let mut others = chat::others_in_conversation(domain, &access, thread).await?;
        others.sort_unstable();
        Ok::<_, domain::Error>(others)
    };
    let mut desk = vec![rosa.user, bo.user];
    desk.sort_unstable();
    assert_eq!(others(scene.by(&scene.patient)).await.unwrap(), desk);
    assert_eq!(others(scene.by(&rosa)).await.unwrap(), [scene.patient.user], "a colleague is no other side");
    assert_eq!(code(others(scene.by(&scene.doctor)).await), Some(Code::NotFound));
    assert_eq!(code(others(clinic.stranger()).await), Some(Code::SignInNeeded));
    clinic.as_owner("update memberships set ended_at = created_at where role = 'receptionist'").await;
    assert_eq!(others(scene.by(&scene.patient)).await.unwrap(), [], "who has left is not told");
}

#[tokio::test]
async fn a_doctor_hands_a_conversation_over_to_another_who_treats_the_patient() {
    let scene = consultation().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let (tariq, ida) =
        (clinic.doctor("Dr Tariq Mansour", scene.practice).await, clinic.doctor("Dr Ida Lind", scene.practice).await);
    let thread = begun(&scene, 1, false).await;
    clinic.pass(SignedDuration::from_hours(25));
    clinic.encounter(&scene.patient, &tariq, scene.practice).await;
    let page = ReadConversation { thread, before: None };
    let colleagues = chat::conversation(domain, &scene.by(&scene.doctor), page).await.unwrap().colleagues;
    assert_eq!(colleagues.iter().map(|one| one.user).collect::<Vec<_>>(), [tariq.user]);
    let to = |to: Option<UserId>, version: i32| HandOver { thread, to, version };
    for (person, command, expected) in [
        (&scene.patient, to(Some(tariq.user), 1), Code::Forbidden),
        (&ida, to(Some(ida.user), 1), Code::NotFound),
        (&scene.doctor, to(Some(ida.user), 1), Code::FieldsInvalid),
        (&scene.doctor, to(None, 1), Code::FieldsInvalid),
        (&scene.doctor, to(Some(tariq.user), 9), Code::Stale),
    ] {
        let refused = chat::hand_over_conversation(domain, &scene.by(person), command).await;
        assert_eq!(code(refused), Some(expected), "{}", person.email);
    }
    chat::hand_over_conversation(domain, &scene.by(&scene.doctor), to(Some(tariq.user), 1)).await.unwrap();
    assert_eq!(code(chat::conversation(domain, &scene.by(&scene.doctor), page).await), Some(Code::NotFound));
    let view = chat::conversation(domain, &scene.by(&scene.patient), page).await.unwrap();
    assert_eq!(view.counterpart.name, "Dr Tariq Mansour");
    chat::write_message(domain, &scene.by(&tariq), message(thread, 2, "I go on.")).await.unwrap();
    clinic.dispatch().await;
    let told = list_notices(domain, &scene.by(&tariq), ListNotices::default()).await.unwrap().items;
    assert!(told.iter().any(|told| told.topic == NoticeTopic::Conversation && told.subject == thread.uuid()));
    let audited = clinic.audited().await;
    assert_eq!(audited.iter().filter(|action| *action == "chat.conversation_handed_over").count(), 1);
}
