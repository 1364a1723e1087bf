//! Conversations after somebody has gone: nobody writes to a doctor who does not read it, and the desk answers for a colleague.

use domain::{
    chat::{self, HandOver, OpenConversation, ReadConversation, WriteMessage},
    notifications::{ListNotices, list_notices},
};
use model::{chat::conversation::Counterpart, errors::Code, ids::ThreadId, notices::NoticeTopic};
use testing::{Consultation, Person, consultation};
use uuid::Uuid;

fn begin(scene: &Consultation, with_doctor: bool) -> OpenConversation {
    OpenConversation {
        patient: None,
        doctor: with_doctor.then(|| scene.doctor.doctor()),
        clinic: (!with_doctor).then_some(scene.practice.clinic),
        subject: "My cough".to_owned(),
        text: "It is worse since Monday.".to_owned(),
        client_key: Uuid::from_u128(1),
    }
}

async fn write(scene: &Consultation, person: &Person, thread: ThreadId, key: u128) -> Result<i64, Code> {
    let message =
        WriteMessage { thread, client_key: Uuid::from_u128(key), text: "Hello".to_owned(), quotes: None, files: Vec::new() };
    let sent = chat::write_message(&scene.clinic.domain, &scene.by(person), message).await;
    sent.map(|sent| sent.position).map_err(|error| error.code())
}

async fn told(scene: &Consultation, person: &Person) -> usize {
    scene.clinic.dispatch().await;
    let listed = list_notices(&scene.clinic.domain, &scene.by(person), ListNotices::default()).await.unwrap();
    listed.items.iter().filter(|notice| notice.topic == NoticeTopic::Conversation).count()
}

async fn end_roles(scene: &Consultation, person: &Person) {
    sqlx::query("update memberships set ended_at = created_at where user_id = $1")
        .bind(person.user.uuid())
        .execute(&scene.clinic.owner)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_patient_is_refused_to_write_to_a_doctor_who_has_left() {
    let scene = consultation().await;
    let domain = &scene.clinic.domain;
    let thread = chat::open_conversation(domain, &scene.by(&scene.patient), begin(&scene, true)).await.unwrap();
    assert_eq!(write(&scene, &scene.patient, thread, 2).await, Ok(2));
    end_roles(&scene, &scene.doctor).await;
    assert_eq!(write(&scene, &scene.patient, thread, 3).await, Err(Code::ConversationUnanswered));
    assert_eq!(write(&scene, &scene.patient, thread, 2).await, Ok(2), "what was stored is acknowledged");
}

#[tokio::test]
async fn no_patient_writes_where_nobody_reads() {
    let scene = consultation().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    let access = scene.by(&scene.patient);
    let code = async |with_doctor| {
        let begun = chat::open_conversation(domain, &access, begin(&scene, with_doctor)).await;
        begun.map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(code(false).await, Err(Code::ConversationUnanswered), "nobody works at the desk");
    let known = chat::counterparts(domain, &access).await.unwrap();
    assert_eq!(known.iter().map(|one| one.with).collect::<Vec<_>>(), [Counterpart::Doctor(scene.doctor.doctor())]);
    let rosa = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await;
    let thread = chat::open_conversation(domain, &access, begin(&scene, false)).await.unwrap();
    end_roles(&scene, &rosa).await;
    assert_eq!(write(&scene, &scene.patient, thread, 2).await, Err(Code::ConversationUnanswered));
    sqlx::query("update users set suspended_at = created_at where id = $1")
        .bind(scene.doctor.user.uuid())
        .execute(&clinic.owner)
        .await
        .unwrap();
    let with_doctor = OpenConversation { client_key: Uuid::from_u128(2), ..begin(&scene, true) };
    let begun = chat::open_conversation(domain, &access, with_doctor).await;
    assert_eq!(begun.map_err(|error| error.code()), Err(Code::ConversationUnanswered));
}

#[tokio::test]
async fn the_whole_desk_is_told_when_the_colleague_who_answers_has_left() {
    let scene = consultation().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    let rosa = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await;
    let bo = clinic.staff("Bo Lind", "receptionist", Some(scene.practice)).await;
    let thread = chat::open_conversation(domain, &scene.by(&scene.patient), begin(&scene, false)).await.unwrap();
    let page = ReadConversation { thread, before: None };
    let version = chat::conversation(domain, &scene.by(&rosa), page).await.unwrap().version;
    let to_rosa = HandOver { thread, to: Some(rosa.user), version };
    chat::hand_over_conversation(domain, &scene.by(&rosa), to_rosa).await.unwrap();
    let before = told(&scene, &bo).await;
    chat::mark_conversation_read(domain, &scene.by(&bo), thread, 1).await.unwrap();
    assert_eq!(write(&scene, &scene.patient, thread, 2).await, Ok(2));
    assert_eq!(told(&scene, &bo).await, before, "messages are for whoever answers");
    end_roles(&scene, &rosa).await;
    assert_eq!(write(&scene, &scene.patient, thread, 3).await, Ok(3));
    assert_eq!(told(&scene, &bo).await, before + 1);
}

#[tokio::test]
async fn who_is_about_to_write_to_a_patient_reads_the_name_and_leaves_an_entry() {
    let scene = consultation().await;
    let (domain, clinic, patient) = (&scene.clinic.domain, &scene.clinic, scene.patient.patient());
    let other = clinic.doctor("Dr Tariq Mansour", scene.practice).await;
    let hidden = chat::recipient(domain, &scene.by(&other), patient).await;
    assert_eq!(hidden.map_err(|error| error.code()), Err(Code::NotFound));
    let reads = async || clinic.audited().await.into_iter().filter(|action| action == "directory.patient_read").count();
    assert_eq!(reads().await, 0);
    assert_eq!(chat::recipient(domain, &scene.by(&scene.doctor), patient).await.unwrap(), "Amara Osei");
    assert_eq!(reads().await, 1);
}
