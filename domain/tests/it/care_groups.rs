//! Care groups: who makes them, and the conversations of patients with them.

use domain::{
    chat::{
        self, AddCareGroup, CareGroupMember, HandOver, ListConversations, OpenConversation, ReadConversation, WriteMessage,
        WriteToGroup,
    },
    directory::{self, ListAccesses},
    notifications::{ListNotices, list_notices},
};
use model::{
    chat::conversation::{Counterpart, Writer},
    directory::{AccessReason, AccessedPart},
    errors::Code,
    ids::{CareGroupId, ThreadId},
    notices::NoticeTopic,
};
use testing::{Consultation, Person, consultation};
use uuid::Uuid;

fn code<T>(answer: domain::Result<T>) -> Code {
    answer.err().expect("it is refused").code()
}

/// A group of the clinic with these members.
async fn group(scene: &Consultation, admin: &Person, members: &[&Person]) -> CareGroupId {
    let (domain, by) = (&scene.clinic.domain, scene.by(admin));
    let command = AddCareGroup { clinic: scene.practice.clinic, name: " Diabetes\nteam ".to_owned() };
    let group = chat::add_care_group(domain, &by, command).await.unwrap();
    for member in members {
        chat::add_care_group_member(domain, &by, CareGroupMember { group, user: member.user }).await.unwrap();
    }
    group
}

fn question(group: CareGroupId, key: u128) -> WriteToGroup {
    WriteToGroup {
        patient: None,
        group,
        subject: "My sugar".to_owned(),
        text: "It is high in the morning.".to_owned(),
        client_key: Uuid::from_u128(key),
    }
}

fn message(thread: ThreadId, key: u128) -> WriteMessage {
    WriteMessage { thread, client_key: Uuid::from_u128(key), text: "Hello".to_owned(), quotes: None, files: Vec::new() }
}

async fn listed(scene: &Consultation, person: &Person) -> Vec<ThreadId> {
    let page = chat::list_conversations(&scene.clinic.domain, &scene.by(person), ListConversations::default()).await.unwrap();
    page.items.iter().map(|row| row.id).collect()
}

/// How many notices about conversations a person has.
async fn told(scene: &Consultation, person: &Person) -> usize {
    scene.clinic.dispatch().await;
    let notices = list_notices(&scene.clinic.domain, &scene.by(person), ListNotices::default()).await.unwrap();
    notices.items.iter().filter(|notice| notice.topic == NoticeTopic::Conversation).count()
}

#[tokio::test]
async fn administrators_of_the_clinic_say_who_belongs_to_a_group() {
    let scene = consultation().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    let admin = clinic.staff("Ada Admin", "admin", Some(scene.practice)).await;
    let elsewhere = clinic.staff("Edda Else", "admin", Some(clinic.practice().await)).await;
    let nurse = clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    let pharmacist = clinic.staff("Paul Pharmacist", "pharmacist", Some(scene.practice)).await;
    let group = group(&scene, &admin, &[&nurse, &nurse]).await;
    let list = chat::care_groups(domain, &scene.by(&admin), scene.practice.clinic).await.unwrap();
    let [only] = &list.groups[..] else { panic!("one group") };
    assert_eq!((only.name.as_str(), only.members.len()), ("Diabetes team", 1), "who is put in twice belongs once");
    assert!(list.staff.iter().any(|one| one.user == nurse.user) && list.staff.iter().all(|one| one.user != pharmacist.user));

    let add = |name: &str| AddCareGroup { clinic: scene.practice.clinic, name: name.to_owned() };
    for (person, name, expected) in [
        (&admin, "Diabetes team", Code::CareGroupExists),
        (&admin, " ", Code::FieldsInvalid),
        (&elsewhere, "Foot care", Code::NotFound),
        (&nurse, "Foot care", Code::NotFound),
        (&scene.patient, "Foot care", Code::NotFound),
    ] {
        assert_eq!(code(chat::add_care_group(domain, &scene.by(person), add(name)).await), expected, "{}", person.email);
    }
    let member = |user| CareGroupMember { group, user };
    let strange = chat::add_care_group_member(domain, &scene.by(&admin), member(pharmacist.user)).await;
    assert_eq!(code(strange), Code::FieldsInvalid);
    for person in [&elsewhere, &nurse] {
        let by = scene.by(person);
        assert_eq!(code(chat::add_care_group_member(domain, &by, member(nurse.user)).await), Code::NotFound);
        assert_eq!(code(chat::remove_care_group_member(domain, &by, member(nurse.user)).await), Code::NotFound);
        assert_eq!(code(chat::end_care_group(domain, &by, group).await), Code::NotFound);
        assert_eq!(code(chat::care_groups(domain, &by, scene.practice.clinic).await), Code::NotFound);
    }
    for _ in 0..2 {
        chat::remove_care_group_member(domain, &scene.by(&admin), member(nurse.user)).await.unwrap();
    }
    chat::end_care_group(domain, &scene.by(&admin), group).await.unwrap();
    assert_eq!(code(chat::end_care_group(domain, &scene.by(&admin), group).await), Code::NotFound);
    chat::add_care_group(domain, &scene.by(&admin), add("Diabetes team")).await.unwrap();
    let audited = clinic.audited().await;
    for (action, times) in
        [("chat.group_added", 2), ("chat.group_member_added", 1), ("chat.group_member_removed", 1), ("chat.group_ended", 1)]
    {
        assert_eq!(audited.iter().filter(|one| *one == action).count(), times, "{action}");
    }
}

#[tokio::test]
async fn the_members_answer_a_patient_and_nobody_else_sees_it() {
    let scene = consultation().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    let nina = clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    let bo = clinic.staff("Bo Lind", "receptionist", Some(scene.practice)).await;
    let outside = clinic.staff("Olga Other", "nurse", Some(scene.practice)).await;
    let group = group(&scene, &admin, &[&nina, &bo, &scene.doctor]).await;
    let known = chat::counterparts(domain, &scene.by(&scene.patient)).await.unwrap();
    let known: Vec<_> = known.into_iter().map(|one| one.with).collect();
    let desk = Counterpart::Desk(scene.practice.clinic);
    assert_eq!(known, [Counterpart::Doctor(scene.doctor.doctor()), Counterpart::Group(group), desk]);

    let thread = chat::write_to_group(domain, &scene.by(&scene.patient), question(group, 1)).await.unwrap();
    let again = chat::write_to_group(domain, &scene.by(&scene.patient), question(group, 1)).await.unwrap();
    assert_eq!(again, thread, "a form that is sent twice begins one conversation");
    for person in [&nina, &bo, &scene.doctor] {
        assert_eq!(listed(&scene, person).await, [thread], "{}", person.email);
        assert_eq!(chat::unread_conversations(domain, &scene.by(person)).await.unwrap(), 1);
        assert_eq!(told(&scene, person).await, 1);
        assert_eq!(chat::search_conversations(domain, &scene.by(person), "morning").await.unwrap().items.len(), 1);
    }
    assert_eq!(listed(&scene, &outside).await, []);
    let page = ReadConversation { thread, before: None };
    for person in [&outside, &admin, &clinic.patient("Jonas Weber").await] {
        assert_eq!(code(chat::conversation(domain, &scene.by(person), page).await), Code::NotFound, "{}", person.email);
        assert_eq!(code(chat::write_message(domain, &scene.by(person), message(thread, 9)).await), Code::NotFound);
    }

    chat::mark_conversation_read(domain, &scene.by(&nina), thread, 1).await.unwrap();
    let answer = chat::write_message(domain, &scene.by(&nina), message(thread, 2)).await.unwrap();
    assert_eq!((answer.side, answer.sender_name.as_str()), (Writer::Care, "Nina Nurse"));
    let view = chat::conversation(domain, &scene.by(&bo), page).await.unwrap();
    assert_eq!(view.counterpart.name, "Diabetes team");
    assert_eq!(view.answered_by.as_ref().map(|one| one.user), Some(nina.user), "who answers first");
    let names: Vec<&str> = view.colleagues.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Bo Lind", "Dr Lena Hoffmann", "Nina Nurse"]);
    chat::mark_conversation_read(domain, &scene.by(&bo), thread, 2).await.unwrap();
    chat::write_message(domain, &scene.by(&scene.patient), message(thread, 3)).await.unwrap();
    assert_eq!((told(&scene, &nina).await, told(&scene, &bo).await), (2, 1), "the next message is for the one who answers");
    let hand_over = |to| HandOver { thread, to, version: view.version };
    let to_outside = chat::hand_over_conversation(domain, &scene.by(&nina), hand_over(Some(outside.user))).await;
    assert_eq!(code(to_outside), Code::FieldsInvalid);
    chat::hand_over_conversation(domain, &scene.by(&nina), hand_over(Some(bo.user))).await.unwrap();
    chat::close_conversation(domain, &scene.by(&bo), thread, view.version + 1).await.unwrap();
    assert_eq!(code(chat::write_message(domain, &scene.by(&nina), message(thread, 4)).await), Code::ConversationClosed);
    chat::reopen_conversation(domain, &scene.by(&bo), thread, view.version + 2).await.unwrap();

    let all = ListAccesses { limit: Some(100), ..ListAccesses::default() };
    let accesses = directory::accesses(domain, &scene.by(&scene.patient), all).await.unwrap().items;
    let by_nina: Vec<AccessReason> = accesses
        .iter()
        .filter(|access| access.by == "Nina Nurse" && access.part == AccessedPart::Messages)
        .map(|access| access.reason)
        .collect();
    assert!(by_nina.contains(&AccessReason::Clinic) && !by_nina.contains(&AccessReason::ActsFor), "{by_nina:?}");

    let nina_leaves = CareGroupMember { group, user: nina.user };
    chat::remove_care_group_member(domain, &scene.by(&admin), nina_leaves).await.unwrap();
    assert_eq!(code(chat::conversation(domain, &scene.by(&nina), page).await), Code::NotFound);
    assert_eq!(listed(&scene, &nina).await, []);
    chat::end_care_group(domain, &scene.by(&admin), group).await.unwrap();
    chat::conversation(domain, &scene.by(&bo), page).await.unwrap();
    let unread = chat::write_message(domain, &scene.by(&scene.patient), message(thread, 5)).await;
    assert_eq!(code(unread), Code::ConversationUnanswered, "an ended group gets nothing new");
}

#[tokio::test]
async fn only_patients_of_the_clinic_and_members_begin_a_conversation() {
    let scene = consultation().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    let nina = clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    let outside = clinic.staff("Olga Other", "nurse", Some(scene.practice)).await;
    let group = group(&scene, &admin, &[&nina]).await;
    let other = clinic.patient("Jonas Weber").await;
    let about = |key| WriteToGroup { patient: Some(scene.patient.patient()), ..question(group, key) };
    for (person, command, expected) in [
        (&other, question(group, 1), Code::ConversationNotInCare),
        (&other, about(1), Code::NotFound),
        (&outside, about(1), Code::NotFound),
        (&scene.doctor, about(1), Code::NotFound),
        (&admin, about(1), Code::Forbidden),
        (&nina, question(group, 1), Code::FieldsInvalid),
        (&scene.patient, WriteToGroup { text: " ".to_owned(), ..question(group, 1) }, Code::FieldsInvalid),
        (&scene.patient, question(Uuid::from_u128(7).into(), 1), Code::ConversationNotInCare),
    ] {
        assert_eq!(code(chat::write_to_group(domain, &scene.by(person), command).await), expected, "{}", person.email);
    }
    let as_desk = OpenConversation {
        patient: Some(scene.patient.patient()),
        doctor: None,
        clinic: Some(scene.practice.clinic),
        subject: "Hello".to_owned(),
        text: "Hello".to_owned(),
        client_key: Uuid::from_u128(3),
    };
    assert_eq!(code(chat::open_conversation(domain, &scene.by(&nina), as_desk).await), Code::Forbidden, "a nurse is no desk");
    let thread = chat::write_to_group(domain, &scene.by(&nina), about(2)).await.unwrap();
    assert_eq!(listed(&scene, &scene.patient).await, [thread]);
    assert_eq!(told(&scene, &scene.patient).await, 1);

    let leaves = CareGroupMember { group, user: nina.user };
    chat::remove_care_group_member(domain, &scene.by(&admin), leaves).await.unwrap();
    assert_eq!(
        code(chat::write_to_group(domain, &scene.by(&scene.patient), question(group, 4)).await),
        Code::ConversationUnanswered
    );
}
