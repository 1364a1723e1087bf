//! Conversations between a patient and those who care for them: who may begin one, how messages are kept, who is told, and when it ends.

use domain::{
    access::{Access, Actor},
    chat::{
        self, HandOver, ListConversations, MailContent, MailKind, OpenConversation, ReadConversation, SetAwayNote, WriteMessage,
    },
    live::{self, LiveKind, Missed},
    notices,
    notifications::{ListNotices, list_notices},
};
use jiff::{
    SignedDuration,
    civil::{Date, date},
};
use model::{
    chat::conversation::{Counterpart, Writer},
    errors::Code,
    ids::ThreadId,
    notices::NoticeTopic,
};
use testing::{Consultation, Person, consultation};
use uuid::Uuid;

fn code<T>(answer: domain::Result<T>) -> Code {
    answer.err().expect("it is refused").code()
}

/// A conversation of the patient with the doctor.
fn with_doctor(scene: &Consultation, key: u128) -> OpenConversation {
    OpenConversation {
        patient: None,
        doctor: Some(scene.doctor.doctor()),
        clinic: None,
        subject: " My\ncough ".to_owned(),
        text: "It is worse since Monday.".to_owned(),
        client_key: Uuid::from_u128(key),
    }
}

/// A conversation of the patient with the desk of the clinic.
fn with_desk(scene: &Consultation, key: u128) -> OpenConversation {
    OpenConversation { doctor: None, clinic: Some(scene.practice.clinic), ..with_doctor(scene, key) }
}

fn message(thread: ThreadId, key: u128, text: &str) -> WriteMessage {
    WriteMessage { thread, client_key: Uuid::from_u128(key), text: text.to_owned(), quotes: None, files: Vec::new() }
}

async fn begun(scene: &Consultation) -> ThreadId {
    chat::open_conversation(&scene.clinic.domain, &scene.by(&scene.patient), with_doctor(scene, 1)).await.unwrap()
}

#[tokio::test]
async fn a_patient_reads_who_is_away_until_the_last_day_is_over() {
    let scene = consultation().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await;
    let page = ReadConversation { thread: begun(&scene).await, before: None };
    let note = |text: &str, until: Option<Date>, version: i32| SetAwayNote { text: text.to_owned(), until, version };
    let last = Some(date(2026, 11, 25));
    for (person, command, expected) in [
        (&scene.patient, note("Away", last, 0), Code::Forbidden),
        (&scene.doctor, note("Away", None, 0), Code::FieldsInvalid),
        (&scene.doctor, note(&"x".repeat(501), last, 0), Code::FieldsInvalid),
        (&scene.doctor, note("Away", last, 7), Code::Stale),
    ] {
        assert_eq!(code(chat::set_away_note(domain, &scene.by(person), command).await), expected, "{}", person.email);
    }
    chat::set_away_note(domain, &scene.by(&desk), note("The desk is closed.", last, 0)).await.unwrap();
    let shown = async |by: Access| chat::conversation(domain, &by, page).await.unwrap().away.map(|note| note.text);
    assert_eq!(shown(scene.by(&scene.patient)).await, None, "the note of the desk is not that of the doctor");
    let set = chat::set_away_note(domain, &scene.by(&scene.doctor), note("I am away.", last, 0)).await.unwrap();
    assert_eq!(chat::away_note(domain, &scene.by(&scene.doctor)).await.unwrap(), set);
    assert_eq!(shown(scene.by(&scene.patient)).await.as_deref(), Some("I am away."));
    assert_eq!(shown(scene.by(&scene.doctor)).await, None);
    clinic.pass(SignedDuration::from_hours(48));
    assert_eq!(shown(scene.by(&scene.patient)).await, None, "its last day is over");
    let ended = chat::set_away_note(domain, &scene.by(&scene.doctor), note(" ", last, set.version)).await.unwrap();
    assert_eq!((ended.text.as_str(), ended.until), ("", None));
    assert_eq!(clinic.audited().await.iter().filter(|action| *action == "chat.away_note_set").count(), 3);
    let kept: Vec<String> = sqlx::query_scalar("select body from away_note_versions order by set_at, body desc")
        .fetch_all(&clinic.owner)
        .await
        .unwrap();
    assert_eq!(kept, ["The desk is closed.", "I am away.", ""], "what patients have read is not lost");
}

#[tokio::test]
async fn a_search_finds_the_callers_own_messages_only() {
    let scene = consultation().await;
    let domain = &scene.clinic.domain;
    let other = scene.clinic.patient("Jonas Weber").await;
    let thread = begun(&scene).await;
    chat::write_message(domain, &scene.by(&scene.doctor), message(thread, 2, "Müller's drops, twice a day")).await.unwrap();
    for (person, text, expected) in [
        (&scene.patient, "MULLERS drops", &[2_i64][..]),
        (&scene.doctor, "monday", &[1]),
        (&scene.patient, "tablets", &[]),
        (&other, "monday", &[]),
    ] {
        let found = chat::search_conversations(domain, &scene.by(person), text).await.unwrap();
        assert_eq!(found.items.iter().map(|found| found.position).collect::<Vec<_>>(), expected, "{text}");
        assert!(found.is_whole);
    }
    for text in ["", "!?", &*"x".repeat(101)] {
        assert_eq!(code(chat::search_conversations(domain, &scene.by(&scene.patient), text).await), Code::FieldsInvalid);
    }
    assert_eq!(code(chat::search_conversations(domain, &narrowed(&scene), "monday").await), Code::Forbidden);
    let long_ago =
        ListConversations { after: "-300000000000000000~00000000-0000-0000-0000-000000000007".parse().ok(), limit: None };
    assert_eq!(code(chat::list_conversations(domain, &scene.by(&scene.patient), long_ago).await), Code::TimeUnstorable);
}

/// The unread messages of the only conversation that the person has.
async fn unread(scene: &Consultation, person: &Person) -> i64 {
    let page = chat::list_conversations(&scene.clinic.domain, &scene.by(person), ListConversations::default()).await.unwrap();
    assert_eq!(page.items.len(), 1);
    let unread = page.items[0].unread;
    let counted = chat::unread_conversations(&scene.clinic.domain, &scene.by(person)).await.unwrap();
    assert_eq!(counted, i64::from(unread > 0));
    unread
}

fn narrowed(scene: &Consultation) -> Access {
    let mut access = scene.by(&scene.patient);
    if let Actor::User(acting) = &mut access.actor {
        acting.appointments_only = true;
    }
    access
}

#[tokio::test]
async fn messages_are_numbered_without_gaps_kept_once_and_encrypted() {
    let scene = consultation().await;
    let domain = &scene.clinic.domain;
    let thread = begun(&scene).await;
    assert_eq!(begun(&scene).await, thread, "a conversation that is begun twice is one");
    let sent = (0..20_u128).map(|key| {
        let person = if key % 2 == 0 { &scene.patient } else { &scene.doctor };
        let (domain, access) = (domain.clone(), scene.by(person));
        tokio::spawn(
            async move { chat::write_message(&domain, &access, message(thread, 100 + key, "Hello")).await.unwrap().position },
        )
    });
    let mut positions = Vec::new();
    for sent in sent.collect::<Vec<_>>() {
        positions.push(sent.await.unwrap());
    }
    positions.sort_unstable();
    assert_eq!(positions, (2..=21).collect::<Vec<i64>>());

    let answer = WriteMessage { quotes: Some(1), ..message(thread, 7, " Since when?\r\nAnd how? ") };
    let first = chat::write_message(domain, &scene.by(&scene.doctor), answer.clone()).await.unwrap();
    let again = chat::write_message(domain, &scene.by(&scene.doctor), answer).await.unwrap();
    assert_eq!(first, again, "a message that is sent twice is one, and the answer is the same");
    let other = chat::write_message(domain, &scene.by(&scene.doctor), message(thread, 7, "Another text")).await;
    assert_eq!(code(other), Code::IdempotencyMismatch, "another text is not lost without a word");
    let other = OpenConversation { text: "Another text".to_owned(), ..with_doctor(&scene, 1) };
    assert_eq!(code(chat::open_conversation(domain, &scene.by(&scene.patient), other).await), Code::IdempotencyMismatch);
    assert_eq!((first.position, first.side, first.quotes, first.own), (22, Writer::Care, Some(1), true));
    assert_eq!((first.text.as_str(), first.sender_name.as_str()), ("Since when?\nAnd how?", "Dr Lena Hoffmann"));
    let news = chat::conversation_news(domain, &scene.by(&scene.patient), thread, 21).await.unwrap();
    assert_eq!(news.messages.iter().map(|message| (message.id, message.own)).collect::<Vec<_>>(), [(first.id, false)]);
    let page = ReadConversation { thread, before: Some(3) };
    let earlier = chat::conversation(domain, &scene.by(&scene.patient), page).await.unwrap();
    assert_eq!(earlier.messages.iter().map(|message| message.position).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(earlier.subject, "My cough");

    for (text, quotes) in [("  ", None), (&*"x".repeat(4_001), None), ("Hello", Some(99)), ("Hello", Some(0))] {
        let wrong = WriteMessage { quotes, ..message(thread, 8, text) };
        assert_eq!(code(chat::write_message(domain, &scene.by(&scene.patient), wrong).await), Code::FieldsInvalid);
    }
    let kept: Vec<Vec<u8>> =
        sqlx::query_scalar("select body_cipher from messages union all select subject_cipher from conversations")
            .fetch_all(&scene.clinic.owner)
            .await
            .unwrap();
    assert!(kept.iter().all(|cipher| !String::from_utf8_lossy(cipher).contains("cough")));
    let audited = scene.clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|audited| *audited == action).count();
    assert_eq!((count("chat.conversation_opened"), count("chat.conversation_message_sent")), (1, 21));
    assert!(count("chat.conversation_read") > 0);
}

#[tokio::test]
async fn only_those_who_belong_to_it_begin_read_and_write() {
    let scene = consultation().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    let other = clinic.patient("Jonas Weber").await;
    let colleague = clinic.doctor("Dr Tariq Mansour", scene.practice).await;
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await;
    let elsewhere = clinic.staff("Hugo Far", "receptionist", Some(clinic.practice().await)).await;
    let nurse = clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    let thread = begun(&scene).await;

    let known = chat::counterparts(domain, &scene.by(&scene.patient)).await.unwrap();
    let known: Vec<_> = known.into_iter().map(|one| one.with).collect();
    assert_eq!(known, [Counterpart::Doctor(scene.doctor.doctor()), Counterpart::Desk(scene.practice.clinic)]);
    assert_eq!(chat::counterparts(domain, &scene.by(&other)).await.unwrap(), []);

    let about = |command: OpenConversation| OpenConversation { patient: Some(scene.patient.patient()), ..command };
    for (person, command, expected) in [
        (&other, with_doctor(&scene, 2), Code::ConversationNotInCare),
        (&other, with_desk(&scene, 2), Code::ConversationNotInCare),
        (&other, about(with_doctor(&scene, 2)), Code::NotFound),
        (&colleague, about(with_doctor(&scene, 2)), Code::NotFound),
        (&colleague, with_doctor(&scene, 2), Code::FieldsInvalid),
        (&elsewhere, about(with_desk(&scene, 2)), Code::NotFound),
        (&nurse, about(with_desk(&scene, 2)), Code::Forbidden),
        (&scene.patient, OpenConversation { doctor: None, ..with_doctor(&scene, 2) }, Code::FieldsInvalid),
        (&scene.patient, OpenConversation { subject: " ".to_owned(), ..with_doctor(&scene, 2) }, Code::FieldsInvalid),
    ] {
        assert_eq!(code(chat::open_conversation(domain, &scene.by(person), command).await), expected, "{}", person.email);
    }
    assert_eq!(code(chat::open_conversation(domain, &narrowed(&scene), with_doctor(&scene, 2)).await), Code::NotFound);
    assert_eq!(code(chat::open_conversation(domain, &clinic.stranger(), with_doctor(&scene, 2)).await), Code::SignInNeeded);

    let page = ReadConversation { thread, before: None };
    for person in [&other, &colleague, &desk, &nurse] {
        let access = scene.by(person);
        assert_eq!(code(chat::conversation(domain, &access, page).await), Code::NotFound, "{}", person.email);
        assert_eq!(code(chat::conversation_news(domain, &access, thread, 0).await), Code::NotFound);
        assert_eq!(code(chat::write_message(domain, &access, message(thread, 3, "Hello")).await), Code::NotFound);
        assert_eq!(code(chat::mark_conversation_read(domain, &access, thread, 1).await), Code::NotFound);
        assert_eq!(code(chat::close_conversation(domain, &access, thread, 1).await), Code::NotFound);
    }
    assert_eq!(code(chat::conversation(domain, &narrowed(&scene), page).await), Code::NotFound);
    assert_eq!(code(chat::list_conversations(domain, &narrowed(&scene), ListConversations::default()).await), Code::Forbidden);
    assert_eq!(
        code(chat::messages(domain, &scene.by(&scene.patient), thread, 0).await),
        Code::NotFound,
        "it is no chat of a visit"
    );

    // The doctor, and the desk for the clinic, write first too.
    let of_doctor = OpenConversation { doctor: None, ..about(with_doctor(&scene, 4)) };
    let from_doctor = chat::open_conversation(domain, &scene.by(&scene.doctor), of_doctor).await.unwrap();
    let from_desk = chat::open_conversation(domain, &scene.by(&desk), about(with_desk(&scene, 5))).await.unwrap();
    let list = chat::list_conversations(domain, &scene.by(&scene.patient), ListConversations::default()).await.unwrap();
    assert_eq!(list.items.iter().filter(|row| [from_doctor, from_desk].contains(&row.id) && row.unread == 1).count(), 2);
    let list = chat::list_conversations(domain, &scene.by(&desk), ListConversations::default()).await.unwrap();
    assert_eq!(list.items.iter().map(|row| row.id).collect::<Vec<_>>(), [from_desk], "the desk sees its own only");
}

#[tokio::test]
async fn whose_access_ended_a_moment_ago_is_refused_and_nothing_is_lost() {
    let scene = consultation().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    let thread = begun(&scene).await;
    // The requests began before the access ended.
    let (patient, doctor) = (scene.by(&scene.patient), scene.by(&scene.doctor));
    clinic.as_owner("update patient_access set starts_at = '2020-01-01', ends_at = '2021-01-01'").await;
    assert_eq!(code(chat::write_message(domain, &patient, message(thread, 2, "Hello")).await), Code::ConversationLeft);
    clinic.as_owner("update memberships set ended_at = created_at").await;
    assert_eq!(code(chat::write_message(domain, &doctor, message(thread, 2, "Hello")).await), Code::ConversationLeft);
    let repeated = WriteMessage { client_key: Uuid::from_u128(1), ..message(thread, 1, "It is worse since Monday.") };
    assert_eq!(chat::write_message(domain, &patient, repeated).await.unwrap().position, 1, "what was stored is acknowledged");
    let kept: i64 = sqlx::query_scalar("select count(*) from messages").fetch_one(&clinic.owner).await.unwrap();
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn the_other_side_is_told_once_and_marks_say_how_far_it_has_got() {
    let scene = consultation().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    let thread = begun(&scene).await;
    let page = ReadConversation { thread, before: None };
    let topics = async |person: &Person| {
        let told = list_notices(domain, &scene.by(person), ListNotices::default()).await.unwrap().items;
        told.into_iter()
            .filter(|told| told.topic == NoticeTopic::Conversation)
            .map(|told| (told.subject, told.read))
            .collect::<Vec<_>>()
    };
    chat::write_message(domain, &scene.by(&scene.patient), message(thread, 2, "And a fever")).await.unwrap();
    let mails = clinic.mails(MailKind::ConversationMessage).await;
    assert_eq!(mails.len(), 1, "more messages before the doctor reads them need no other mail");
    assert!(matches!(
        mails[0].content,
        notices::MailContent::Chat(MailContent::ConversationMessage { thread: of, to_doctor: true }) if of == thread
    ));
    assert_eq!(topics(&scene.doctor).await, [(thread.uuid(), false)]);
    assert_eq!(topics(&scene.patient).await, []);
    assert_eq!(unread(&scene, &scene.doctor).await, 2);
    let Missed::Events(events) = live::missed(domain, scene.patient.user, 0).await.unwrap() else {
        panic!("nothing may be lost")
    };
    assert!(events.iter().any(|event| event.kind == LiveKind::Thread && event.resource == thread.uuid()));

    chat::conversation_news(domain, &scene.by(&scene.doctor), thread, 0).await.unwrap();
    let marks = chat::conversation(domain, &scene.by(&scene.patient), page).await.unwrap().marks;
    assert_eq!((marks.delivered, marks.seen), (2, 0));
    chat::mark_conversation_read(domain, &scene.by(&scene.doctor), thread, 99).await.unwrap();
    chat::mark_conversation_read(domain, &scene.by(&scene.doctor), thread, 1).await.unwrap();
    let marks = chat::conversation(domain, &scene.by(&scene.patient), page).await.unwrap().marks;
    assert_eq!((marks.delivered, marks.seen), (2, 2), "a mark never goes back");
    assert_eq!(topics(&scene.doctor).await, [(thread.uuid(), true)], "who has read the conversation has read the notice");
    assert_eq!(unread(&scene, &scene.doctor).await, 0);

    chat::write_message(domain, &scene.by(&scene.doctor), message(thread, 3, "Take it easy")).await.unwrap();
    chat::write_message(domain, &scene.by(&scene.patient), message(thread, 4, "Thank you")).await.unwrap();
    let view = chat::list_conversations(domain, &scene.by(&scene.patient), ListConversations::default()).await.unwrap();
    assert_eq!(view.items[0].unread, 1, "a message that waited offline does not make the answer before it read");
    assert_eq!(clinic.mails(MailKind::ConversationMessage).await.len(), 3, "one for the answer, and one for the next question");
    clinic.as_owner("update patient_access set starts_at = '2020-01-01', ends_at = '2021-01-01'").await;
    assert_eq!(clinic.mails(MailKind::ConversationMessage).await.len(), 2, "nobody is told who no longer acts for the patient");
}

#[tokio::test]
async fn the_desk_answers_hands_over_closes_and_reopens() {
    let scene = consultation().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    let rosa = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await;
    let bo = clinic.staff("Bo Lind", "receptionist", Some(scene.practice)).await;
    let thread = chat::open_conversation(domain, &scene.by(&scene.patient), with_desk(&scene, 1)).await.unwrap();
    let page = ReadConversation { thread, before: None };
    assert_eq!((unread(&scene, &rosa).await, unread(&scene, &bo).await), (1, 1));
    assert!(clinic.mails(MailKind::ConversationMessage).await.is_empty(), "the desk gets no mail");
    chat::mark_conversation_read(domain, &scene.by(&rosa), thread, 1).await.unwrap();
    let answer = chat::write_message(domain, &scene.by(&rosa), message(thread, 2, "Come at ten")).await.unwrap();
    assert_eq!((answer.side, answer.sender_name.as_str()), (Writer::Care, "Rosa Almeida"));
    assert_eq!(unread(&scene, &bo).await, 0, "what one of the desk has read, the desk has read");
    let view = chat::conversation(domain, &scene.by(&bo), page).await.unwrap();
    assert_eq!(view.answered_by.as_ref().map(|colleague| colleague.user), Some(rosa.user), "who answers first");
    assert_eq!(view.colleagues.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Bo Lind", "Rosa Almeida"]);

    let hand_over = |to| HandOver { thread, to, version: view.version };
    let to_nobody = chat::hand_over_conversation(domain, &scene.by(&rosa), hand_over(Some(scene.patient.user))).await;
    assert_eq!(code(to_nobody), Code::FieldsInvalid);
    chat::hand_over_conversation(domain, &scene.by(&rosa), hand_over(Some(bo.user))).await.unwrap();
    assert_eq!(code(chat::hand_over_conversation(domain, &scene.by(&rosa), hand_over(None)).await), Code::Stale);
    clinic.dispatch().await;
    let told = async |person: &Person| list_notices(domain, &scene.by(person), ListNotices::default()).await.unwrap().items.len();
    let before = (told(&rosa).await, told(&bo).await);
    for person in [&rosa, &bo] {
        chat::mark_conversation_read(domain, &scene.by(person), thread, 2).await.unwrap();
    }
    chat::write_message(domain, &scene.by(&scene.patient), message(thread, 3, "At ten it is")).await.unwrap();
    clinic.dispatch().await;
    assert_eq!((told(&rosa).await, told(&bo).await), (before.0, before.1 + 1), "messages are for whoever answers");

    let version = view.version + 1;
    assert_eq!(code(chat::close_conversation(domain, &scene.by(&scene.patient), thread, version).await), Code::Forbidden);
    assert_eq!(code(chat::close_conversation(domain, &scene.by(&bo), thread, version - 1).await), Code::Stale);
    chat::close_conversation(domain, &scene.by(&bo), thread, version).await.unwrap();
    let late = message(thread, 4, "One more thing");
    assert_eq!(code(chat::write_message(domain, &scene.by(&scene.patient), late.clone()).await), Code::ConversationClosed);
    assert!(chat::conversation(domain, &scene.by(&scene.patient), page).await.unwrap().closed);
    chat::reopen_conversation(domain, &scene.by(&bo), thread, version + 1).await.unwrap();
    assert_eq!(chat::write_message(domain, &scene.by(&scene.patient), late).await.unwrap().position, 4);
    let audited = clinic.audited().await;
    for action in ["chat.conversation_handed_over", "chat.conversation_closed", "chat.conversation_reopened"] {
        assert_eq!(audited.iter().filter(|audited| *audited == action).count(), 1, "{action}");
    }
}
