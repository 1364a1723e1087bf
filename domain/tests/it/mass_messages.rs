//! Messages of an administrator to all patients of a clinic who have agreed to such messages.

use domain::{
    Result,
    access::{Access, Actor},
    chat::{self, AnswerMass, ListConversations, MailKind, ReadConversation, SendMass, WriteMessage},
};
use model::{
    chat::{conversation::Writer, mass::MassAnswer},
    errors::Code,
    ids::MassMessageId,
};
use testing::{Consultation, Person, consultation};
use uuid::Uuid;

fn code<T>(answer: Result<T>) -> Option<Code> {
    answer.err().map(|error| error.code())
}

async fn answered(scene: &Consultation, person: &Person, answer: MassAnswer, version: i32) -> Result<()> {
    let command = AnswerMass { clinic: scene.practice.clinic, answer, version };
    chat::answer_mass(&scene.clinic.domain, &scene.by(person), command).await
}

fn hours(scene: &Consultation, key: u128, counted: i64) -> SendMass {
    SendMass {
        clinic: scene.practice.clinic,
        subject: "Opening hours".to_owned(),
        text: "We open at nine.".to_owned(),
        counted,
        client_key: Uuid::from_u128(key),
    }
}

/// The subjects of the patient's conversations.
async fn subjects(scene: &Consultation, person: &Person) -> Vec<String> {
    let list = chat::list_conversations(&scene.clinic.domain, &scene.by(person), ListConversations::default()).await.unwrap();
    list.items.into_iter().map(|row| row.subject).collect()
}

#[tokio::test]
async fn a_patient_agrees_and_withdraws_for_each_clinic() {
    let scene = consultation().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let stranger_to_it = clinic.patient("Jonas Weber").await;
    let consents = async |person: &Person| chat::mass_consents(domain, &scene.by(person)).await;
    let asked = consents(&scene.patient).await.unwrap();
    assert_eq!(
        asked.iter().map(|one| (one.clinic, one.agreed, one.version)).collect::<Vec<_>>(),
        [(scene.practice.clinic, false, 0)]
    );
    assert_eq!(consents(&stranger_to_it).await.unwrap(), []);
    assert_eq!(code(consents(&scene.doctor).await), Some(Code::Forbidden));
    assert_eq!(code(chat::mass_consents(domain, &clinic.stranger()).await), Some(Code::SignInNeeded));
    let mut narrowed: Access = scene.by(&scene.patient);
    if let Actor::User(acting) = &mut narrowed.actor {
        acting.appointments_only = true;
    }
    assert_eq!(code(chat::mass_consents(domain, &narrowed).await), Some(Code::Forbidden));

    assert_eq!(code(answered(&scene, &stranger_to_it, MassAnswer::Agree, 0).await), Some(Code::ConversationNotInCare));
    assert_eq!(code(answered(&scene, &scene.doctor, MassAnswer::Agree, 0).await), Some(Code::Forbidden));
    assert_eq!(code(answered(&scene, &scene.patient, MassAnswer::Agree, 3).await), Some(Code::Stale));
    for _ in 0..2 {
        answered(&scene, &scene.patient, MassAnswer::Agree, 0).await.unwrap();
    }
    answered(&scene, &scene.patient, MassAnswer::Withdraw, 1).await.unwrap();
    assert_eq!(consents(&scene.patient).await.unwrap()[0].version, 2);
    let audited = clinic.audited().await;
    assert_eq!(audited.iter().filter(|action| *action == "chat.mass_consent_answered").count(), 2);
}

#[tokio::test]
async fn a_message_goes_once_to_each_patient_who_agrees_and_the_desk_gets_the_answer() {
    let scene = consultation().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let admin = clinic.staff("Ida Admin", "admin", Some(scene.practice)).await;
    let elsewhere = clinic.staff("Lars Local", "admin", Some(clinic.practice().await)).await;
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await;
    let (other, silent) = (clinic.patient("Jonas Weber").await, clinic.patient("Berta Silent").await);
    for (person, name) in [(&other, "Dr Tariq Mansour"), (&silent, "Dr Ida Lind")] {
        let doctor = clinic.doctor(name, scene.practice).await;
        clinic.encounter(person, &doctor, scene.practice).await;
    }
    for person in [&scene.patient, &other] {
        answered(&scene, person, MassAnswer::Agree, 0).await.unwrap();
    }
    let send = async |person: &Person, command| chat::send_mass(domain, &scene.by(person), command).await;
    for (person, command, expected) in [
        (&scene.doctor, hours(&scene, 1, 2), Code::NotFound),
        (&elsewhere, hours(&scene, 1, 2), Code::NotFound),
        (&desk, hours(&scene, 1, 2), Code::NotFound),
        (&admin, hours(&scene, 1, 3), Code::Stale),
        (&admin, SendMass { text: " ".to_owned(), ..hours(&scene, 1, 2) }, Code::FieldsInvalid),
    ] {
        assert_eq!(code(send(person, command).await), Some(expected), "{}", person.email);
    }
    let sent: MassMessageId = send(&admin, hours(&scene, 1, 2)).await.unwrap();
    assert_eq!(send(&admin, hours(&scene, 1, 2)).await.unwrap(), sent, "a repeat is the same message");
    // Who withdraws before it is delivered gets nothing.
    answered(&scene, &other, MassAnswer::Withdraw, 1).await.unwrap();
    for _ in 0..2 {
        chat::deliver_mass(domain, sent).await.unwrap();
    }
    assert_eq!(subjects(&scene, &scene.patient).await, ["Opening hours"]);
    assert_eq!((subjects(&scene, &other).await, subjects(&scene, &silent).await), (vec![], vec![]));
    let board = chat::mass_board(domain, &scene.by(&admin), scene.practice.clinic).await.unwrap();
    assert_eq!((board.agreed, board.sent[0].recipients, board.sent[0].delivered), (1, 2, 1));
    assert_eq!(clinic.mails(MailKind::ConversationMessage).await.len(), 1);

    let list = chat::list_conversations(domain, &scene.by(&desk), ListConversations::default()).await.unwrap();
    let (thread, answered_by) = (list.items[0].id, list.items[0].answered_by.clone());
    assert_eq!(answered_by, None, "anybody at the desk answers");
    let page = ReadConversation { thread, before: None };
    let view = chat::conversation(domain, &scene.by(&scene.patient), page).await.unwrap();
    assert_eq!((view.messages[0].text.as_str(), view.messages[0].side), ("We open at nine.", Writer::Care));
    let thanks =
        WriteMessage { thread, client_key: Uuid::from_u128(9), text: "Thank you.".to_owned(), quotes: None, files: Vec::new() };
    chat::write_message(domain, &scene.by(&scene.patient), thanks).await.unwrap();
    assert_eq!(
        code(chat::conversation(domain, &scene.by(&admin), page).await),
        Some(Code::NotFound),
        "administrators read nothing"
    );

    answered(&scene, &scene.patient, MassAnswer::Withdraw, 1).await.unwrap();
    assert_eq!(code(send(&admin, hours(&scene, 2, 0)).await), Some(Code::FieldsInvalid), "nobody agrees any more");
    let audited = clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|found| *found == action).count();
    assert_eq!(
        (count("chat.mass_message_sent"), count("chat.mass_message_left_out"), count("chat.conversation_opened")),
        (1, 1, 1)
    );
}
