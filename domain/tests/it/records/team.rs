//! What the team of a clinic tells each other: tasks and handover notes.

use domain::{
    notifications::{ListNotices, list_notices},
    records::{self, AddTask, ListShiftNotes, ListTasks, SettleTask, TaskOutcome, TypedShiftLine, WriteShiftNote},
};
use jiff::{
    SignedDuration,
    civil::{Date, date},
};
use model::{
    errors::{Code, FieldFault},
    ids::{PatientId, ShiftNoteId, TaskId},
    notices::NoticeTopic,
    team::{Assignee, ShiftNoteView, TaskFilter, TaskView, TeamRole},
};
use testing::{Consultation, Person};

const TODAY: Date = date(2026, 11, 24);

fn task(text: &str, patient: Option<PatientId>, due: Option<Date>, assignee: Assignee) -> AddTask {
    AddTask { text: text.to_owned(), patient, due, assignee: assignee.to_string(), idempotency_key: None }
}

async fn give(scene: &Consultation, person: &Person, command: AddTask) -> Result<TaskId, Code> {
    records::add_task(&scene.clinic.domain, &scene.by(person), command).await.map_err(|error| error.code())
}

async fn settle(scene: &Consultation, person: &Person, task: TaskId, outcome: TaskOutcome, version: i32) -> Result<(), Code> {
    let command = SettleTask { task, outcome, version };
    records::settle_task(&scene.clinic.domain, &scene.by(person), command).await.map_err(|error| error.code())
}

async fn seen(scene: &Consultation, person: &Person, filter: TaskFilter, own: bool) -> Vec<TaskView> {
    let query = ListTasks { filter, own, patient: None };
    records::tasks(&scene.clinic.domain, &scene.by(person), query).await.unwrap().items
}

async fn texts(scene: &Consultation, person: &Person) -> Vec<String> {
    seen(scene, person, TaskFilter::Open, false).await.into_iter().map(|task| task.text).collect()
}

async fn bells(scene: &Consultation, person: &Person) -> usize {
    scene.clinic.dispatch().await;
    let listed = list_notices(&scene.clinic.domain, &scene.by(person), ListNotices::default()).await.unwrap();
    listed.items.iter().filter(|notice| notice.topic == NoticeTopic::Task).count()
}

#[tokio::test]
async fn a_task_is_given_to_a_person_or_a_role_and_done_once() {
    let scene = testing::consultation().await;
    let nurse = scene.clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    let other = scene.clinic.staff("Olu Other", "nurse", Some(scene.practice)).await;
    let patient = Some(scene.patient.patient());
    let to_nurses = Assignee::Role(TeamRole::Nurse);
    let first = task("Take blood", patient, Some(TODAY), to_nurses);
    let first = AddTask { idempotency_key: Some("one".to_owned()), ..first };
    let id = give(&scene, &nurse, first.clone()).await.unwrap();
    assert_eq!(give(&scene, &nurse, first).await, Ok(id), "a form that is sent twice gives one task");
    let to_doctor = Assignee::Person(scene.doctor.user);
    give(&scene, &nurse, task("Order paper", None, None, to_doctor)).await.unwrap();
    assert_eq!((bells(&scene, &other).await, bells(&scene, &scene.doctor).await, bells(&scene, &nurse).await), (1, 1, 0));

    let open = seen(&scene, &other, TaskFilter::Open, false).await;
    assert_eq!(
        open.iter().map(|task| task.text.as_str()).collect::<Vec<_>>(),
        ["Take blood", "Order paper"],
        "the due one is first"
    );
    assert_eq!(open[0].patient.as_ref().map(|patient| patient.name.as_str()), Some("Amara Osei"));
    assert_eq!((open[0].given_by.as_str(), open[1].assignee_name.as_deref()), ("Nina Nurse", Some("Dr Lena Hoffmann")));
    let own: Vec<_> = seen(&scene, &other, TaskFilter::Open, true).await.into_iter().map(|task| task.id).collect();
    assert_eq!(own, [id], "what is given to the nurses is hers too");

    assert!(seen(&scene, &nurse, TaskFilter::Overdue, false).await.is_empty());
    scene.clinic.pass(SignedDuration::from_hours(24));
    let overdue = seen(&scene, &nurse, TaskFilter::Overdue, false).await;
    assert_eq!(overdue.iter().map(|task| (task.id, task.is_overdue)).collect::<Vec<_>>(), [(id, true)]);

    settle(&scene, &other, id, TaskOutcome::Done, 1).await.unwrap();
    settle(&scene, &nurse, id, TaskOutcome::Done, 1).await.unwrap();
    let done = seen(&scene, &nurse, TaskFilter::Done, false).await;
    let by = done[0].done.as_ref().map(|done| done.by.as_str());
    assert_eq!((done.len(), by, done[0].is_overdue), (1, Some("Olu Other"), false), "the second click changes nothing");
    settle(&scene, &nurse, id, TaskOutcome::Reopened, 2).await.unwrap();
    assert_eq!(settle(&scene, &nurse, id, TaskOutcome::Done, 2).await, Err(Code::Stale), "it was opened again since");
    let audited = scene.clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|audited| *audited == action).count();
    assert_eq!((count("records.task_given"), count("records.task_settled")), (2, 2));
    let stored: Vec<Vec<u8>> = sqlx::query_scalar("select body_cipher from team_tasks where body_cipher is not null")
        .fetch_all(&scene.clinic.owner)
        .await
        .unwrap();
    assert!(stored.len() == 1 && !stored[0].windows(5).any(|part| part == b"blood"), "it is encrypted");
}

#[tokio::test]
async fn a_task_about_a_patient_is_for_those_who_may_know_it() {
    let scene = testing::consultation().await;
    let nurse = scene.clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    let desk = scene.clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await;
    let elsewhere = scene.clinic.staff("Elsa Elsewhere", "nurse", Some(scene.clinic.practice().await)).await;
    let everywhere = scene.clinic.staff("Evan Everywhere", "nurse", None).await;
    let not_treating = scene.clinic.doctor("Dr Tariq Mansour", scene.practice).await;
    let patient = Some(scene.patient.patient());
    let about = task("Check the wound", patient, None, Assignee::Role(TeamRole::Nurse));
    let id = give(&scene, &nurse, about.clone()).await.unwrap();

    for person in [&nurse, &scene.doctor, &everywhere] {
        assert_eq!(texts(&scene, person).await, ["Check the wound"], "{}", person.email);
    }
    for person in [&desk, &not_treating, &elsewhere] {
        assert!(texts(&scene, person).await.is_empty(), "{}", person.email);
        assert_eq!(settle(&scene, person, id, TaskOutcome::Done, 1).await, Err(Code::NotFound), "{}", person.email);
    }
    let to_desk = task("Call the patient", patient, None, Assignee::Role(TeamRole::Receptionist));
    give(&scene, &scene.doctor, to_desk).await.unwrap();
    assert_eq!(texts(&scene, &desk).await, ["Call the patient"], "what is given to somebody is shown to them");

    // Nobody gives a task about a patient whom they may not know, and those who belong to no team give none.
    for (person, code) in [
        (&not_treating, Code::NotFound),
        (&elsewhere, Code::NotFound),
        (&everywhere, Code::Forbidden),
        (&scene.patient, Code::Forbidden),
    ] {
        assert_eq!(give(&scene, person, about.clone()).await, Err(code), "{}", person.email);
    }
    let query = ListTasks { filter: TaskFilter::Open, own: false, patient: None };
    let refused = records::tasks(&scene.clinic.domain, &scene.by(&scene.patient), query).await.map(|_| ());
    assert_eq!(refused.map_err(|error| error.code()), Err(Code::Forbidden));
    assert_eq!(settle(&scene, &scene.patient, id, TaskOutcome::Done, 1).await, Err(Code::NotFound));
}

#[tokio::test]
async fn a_task_names_all_that_is_wrong_with_it() {
    let scene = testing::consultation().await;
    let nurse = scene.clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    let wrong = async |command: AddTask| {
        let refused = records::add_task(&scene.clinic.domain, &scene.by(&nurse), command).await.unwrap_err();
        refused.field_errors().iter().map(|wrong| (wrong.field.clone(), wrong.fault)).collect::<Vec<_>>()
    };
    let expected = |field: &str, fault| (field.to_owned(), fault);
    let empty = AddTask { text: " ".to_owned(), patient: None, due: None, assignee: String::new(), idempotency_key: None };
    assert_eq!(wrong(empty).await, [expected("text", FieldFault::Missing), expected("assignee", FieldFault::Missing)]);
    let strange = task("Call", None, Some(date(2026, 11, 23)), Assignee::Person(scene.patient.user));
    assert_eq!(wrong(strange).await, [expected("due", FieldFault::NotFuture), expected("assignee", FieldFault::UnknownChoice)]);
    let form = records::task_form(&scene.clinic.domain, &scene.by(&nurse), Some(scene.patient.patient())).await.unwrap();
    let names: Vec<_> = form.members.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(
        (names, form.patient.map(|patient| patient.name)),
        (vec!["Nina Nurse", "Dr Lena Hoffmann"], Some("Amara Osei".to_owned()))
    );
}

fn note(text: &str, line: Option<(PatientId, &str)>, corrects: Option<ShiftNoteId>) -> WriteShiftNote {
    let lines = line.map(|(patient, text)| TypedShiftLine { patient, text: text.to_owned() });
    WriteShiftNote {
        day: TODAY,
        shift: "early".to_owned(),
        text: text.to_owned(),
        lines: lines.into_iter().collect(),
        corrects,
        idempotency_key: None,
    }
}

async fn write(scene: &Consultation, person: &Person, command: WriteShiftNote) -> Result<ShiftNoteId, Code> {
    records::write_shift_note(&scene.clinic.domain, &scene.by(person), command).await.map_err(|error| error.code())
}

async fn notes(scene: &Consultation, person: &Person) -> Vec<ShiftNoteView> {
    let access = scene.by(person);
    records::shift_notes(&scene.clinic.domain, &access, ListShiftNotes::default(), "UTC").await.unwrap().items
}

async fn see(scene: &Consultation, person: &Person, note: ShiftNoteId) -> Result<(), Code> {
    records::see_shift_note(&scene.clinic.domain, &scene.by(person), note).await.map_err(|error| error.code())
}

#[tokio::test]
async fn a_handover_note_is_read_by_the_next_shift_and_corrected_by_a_later_one() {
    let scene = testing::consultation().await;
    let nurse = scene.clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    let next = scene.clinic.staff("Olu Other", "nurse", Some(scene.practice)).await;
    let patient = scene.patient.patient();
    let first = write(&scene, &nurse, note("The scales are broken", Some((patient, "Fell at night")), None)).await.unwrap();

    let found = notes(&scene, &next).await;
    assert_eq!((found.len(), found[0].text.as_str(), found[0].is_read), (1, "The scales are broken", false));
    let line = &found[0].lines[0];
    assert_eq!((line.patient.id, line.patient.name.as_str(), line.text.as_str()), (patient, "Amara Osei", "Fell at night"));
    see(&scene, &next, first).await.unwrap();
    see(&scene, &next, first).await.unwrap();
    see(&scene, &nurse, first).await.unwrap();
    let readers: Vec<_> = notes(&scene, &nurse).await.remove(0).readers.into_iter().map(|reader| reader.name).collect();
    assert_eq!(readers, ["Olu Other"], "once, and not the author");

    scene.clinic.pass(SignedDuration::from_mins(1));
    let second = write(&scene, &nurse, note("The scales work again", None, Some(first))).await.unwrap();
    assert_eq!(
        write(&scene, &next, note("No, they do not", None, Some(first))).await,
        Err(Code::Stale),
        "it was corrected already"
    );
    let both = notes(&scene, &next).await;
    let chain: Vec<_> = both.iter().map(|note| (note.id, note.corrects, note.corrected_by)).collect();
    assert_eq!(chain, [(second, Some(first), None), (first, None, Some(second))], "the first one stays");
    let form = records::shift_notes(&scene.clinic.domain, &scene.by(&next), ListShiftNotes::default(), "UTC").await.unwrap();
    let offered: Vec<_> = form.patients.into_iter().map(|patient| patient.name).collect();
    assert_eq!((form.today, offered), (Some(TODAY), vec!["Amara Osei".to_owned()]), "those who have a visit today");
    let audited = scene.clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|audited| *audited == action).count();
    assert_eq!((count("records.shift_note_written"), count("records.shift_note_seen")), (2, 1));
}

#[tokio::test]
async fn a_handover_note_is_of_its_clinic_and_a_line_of_those_who_may_know_the_patient() {
    let scene = testing::consultation().await;
    let nurse = scene.clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    let not_treating = scene.clinic.doctor("Dr Tariq Mansour", scene.practice).await;
    let elsewhere = scene.clinic.staff("Elsa Elsewhere", "nurse", Some(scene.clinic.practice().await)).await;
    let patient = scene.patient.patient();
    let id = write(&scene, &nurse, note("", Some((patient, "Fell at night")), None)).await.unwrap();
    assert_eq!(notes(&scene, &scene.doctor).await[0].lines.len(), 1);
    assert!(notes(&scene, &not_treating).await[0].lines.is_empty(), "the doctor does not treat the patient");
    assert!(notes(&scene, &elsewhere).await.is_empty());
    for (person, code) in [(&elsewhere, Code::NotFound), (&scene.patient, Code::NotFound)] {
        assert_eq!(see(&scene, person, id).await, Err(code));
    }
    assert_eq!(write(&scene, &not_treating, note("", Some((patient, "Fine")), None)).await, Err(Code::NotFound));
    assert_eq!(write(&scene, &elsewhere, note("Wrong clinic", None, Some(id))).await, Err(Code::NotFound));
    assert_eq!(write(&scene, &scene.patient, note("Hello", None, None)).await, Err(Code::Forbidden));

    let domain = &scene.clinic.domain;
    let long = "x".repeat(1001);
    for (command, field) in [
        (note("", None, None), "text"),
        (note("", Some((patient, " ")), None), "line_1"),
        (note("", Some((patient, long.as_str())), None), "line_1"),
        (WriteShiftNote { shift: "lunch".to_owned(), ..note("Quiet", None, None) }, "shift"),
        (WriteShiftNote { day: date(2026, 11, 22), ..note("Quiet", None, None) }, "day"),
        (WriteShiftNote { day: date(2026, 11, 25), ..note("Quiet", None, None) }, "day"),
    ] {
        let refused = records::write_shift_note(domain, &scene.by(&nurse), command).await.unwrap_err();
        let wrong: Vec<_> = refused.field_errors().iter().map(|wrong| wrong.field.as_str()).collect();
        assert_eq!(wrong, [field]);
    }
}
