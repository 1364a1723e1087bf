//! "Who looked": what a patient sees of the accesses of others, and the question about one of them.

use super::house;
use domain::{
    access::Access,
    directory::{self, AnswerAccessQuestion, AskAboutAccess, BreakGlass, ListAccesses, MailKind},
    notifications::{self, ListNotices},
    records,
};
use jiff::SignedDuration;
use model::{
    directory::{AccessKind, AccessReason, AccessView, AccessedPart},
    errors::Code,
    ids::{AccessQuestionId, AuditEventId},
    notices::NoticeTopic,
    page::Page,
};
use testing::{Person, Practice, TestClinic};

struct Scene {
    clinic: TestClinic,
    here: Practice,
    admin: Access,
    patient: Person,
    doctor: Person,
}

/// A doctor treats the patient and has read the summary.
async fn scene() -> Scene {
    let (clinic, here, admin) = house().await;
    let patient = clinic.patient("Amara Osei").await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", here).await;
    clinic.encounter(&patient, &doctor, here).await;
    let admin = admin.access(&clinic);
    let scene = Scene { clinic, here, admin, patient, doctor };
    scene.reads(&scene.doctor).await;
    scene
}

impl Scene {
    fn by(&self, person: &Person) -> Access {
        person.access(&self.clinic)
    }

    async fn reads(&self, person: &Person) {
        self.clinic.pass(SignedDuration::from_secs(1));
        records::summary(&self.clinic.domain, &self.by(person), self.patient.patient()).await.unwrap();
    }

    async fn seen_by(&self, access: &Access, command: ListAccesses) -> Result<Page<AccessView>, Code> {
        directory::accesses(&self.clinic.domain, access, command).await.map_err(|error| error.code())
    }

    async fn seen(&self) -> Vec<AccessView> {
        self.seen_by(&self.by(&self.patient), ListAccesses::default()).await.unwrap().items
    }

    async fn ask(&self, person: &Person, access: AuditEventId, question: &str) -> Result<AccessQuestionId, Code> {
        let command = AskAboutAccess { patient: None, access, question: question.to_owned() };
        directory::ask_about_access(&self.clinic.domain, &self.by(person), command).await.map_err(|error| error.code())
    }

    async fn answer(&self, access: &Access, question: AccessQuestionId, answer: &str) -> Result<(), Code> {
        let command = AnswerAccessQuestion { question, answer: answer.to_owned() };
        directory::answer_access_question(&self.clinic.domain, access, command).await.map_err(|error| error.code())
    }
}

#[tokio::test]
async fn a_patient_sees_who_looked_and_why_they_were_allowed_to() {
    let scene = scene().await;
    let colleague = scene.clinic.doctor("Dr Jonas Weber", scene.here).await;
    let number = directory::person(&scene.clinic.domain, &scene.admin, scene.patient.user).await.unwrap().number.unwrap();
    let reason = "Brought in unconscious; I need the allergies.".to_owned();
    let command = BreakGlass { number, date_of_birth: ["12", "4", "1990"].map(str::to_owned), reason };
    scene.clinic.pass(SignedDuration::from_secs(1));
    directory::break_glass(&scene.clinic.domain, &scene.by(&colleague), command).await.unwrap();
    scene.reads(&colleague).await;

    let seen = scene.seen().await;
    let said: Vec<_> = seen.iter().map(|view| (view.by.as_str(), view.part, view.kind, view.reason)).collect();
    assert_eq!(
        said[..2],
        [
            ("Dr Jonas Weber", AccessedPart::Record, AccessKind::Read, AccessReason::Emergency),
            ("Dr Jonas Weber", AccessedPart::Emergency, AccessKind::Changed, AccessReason::Emergency),
        ]
    );
    assert!(said.contains(&("Dr Lena Hoffmann", AccessedPart::Record, AccessKind::Read, AccessReason::Treats)), "{seen:?}");
    assert!(seen.iter().all(|view| view.by != "Amara Osei"), "what the patient does is no access of others");

    let first =
        scene.seen_by(&scene.by(&scene.patient), ListAccesses { limit: Some(1), ..ListAccesses::default() }).await.unwrap();
    let next = ListAccesses { limit: Some(1), after: first.next_cursor, ..ListAccesses::default() };
    let next = scene.seen_by(&scene.by(&scene.patient), next).await.unwrap();
    assert_eq!((first.items[0].id, next.items[0].id), (seen[0].id, seen[1].id));
    let wrong = ListAccesses { after: Some("yesterday".to_owned()), ..ListAccesses::default() };
    assert_eq!(scene.seen_by(&scene.by(&scene.patient), wrong).await.err(), Some(Code::FieldsInvalid));

    // Nobody else sees the list, also not those who treat the patient, or run the clinic.
    let other = scene.clinic.patient("Jonas Keller").await;
    let of_amara = ListAccesses { patient: Some(scene.patient.patient()), ..ListAccesses::default() };
    for access in [scene.by(&other), scene.by(&scene.doctor), scene.admin.clone()] {
        assert_eq!(scene.seen_by(&access, of_amara.clone()).await.err(), Some(Code::NotFound));
    }
    assert_eq!(scene.seen_by(&scene.clinic.stranger(), of_amara).await.err(), Some(Code::SignInNeeded));
}

#[tokio::test]
async fn a_question_is_answered_once_and_the_patient_is_told() {
    let scene = scene().await;
    let domain = &scene.clinic.domain;
    let access = scene.seen().await.iter().find(|view| view.reason == AccessReason::Treats).unwrap().id;
    assert_eq!(scene.ask(&scene.patient, access, " ").await, Err(Code::FieldsInvalid));
    let other = scene.clinic.patient("Jonas Keller").await;
    assert_eq!(scene.ask(&other, access, "Why?").await, Err(Code::NotFound), "it is no access to that record");
    let question = scene.ask(&scene.patient, access, "Why was this needed?").await.unwrap();
    assert_eq!(scene.ask(&scene.patient, access, "Why, again?").await, Err(Code::Stale));

    scene.clinic.pass(SignedDuration::from_hours(49));
    let there = scene.clinic.practice().await;
    let here = scene.clinic.staff("Lola Local", "admin", Some(scene.here)).await;
    let foreign = scene.clinic.staff("Lars Local", "admin", Some(there)).await;
    for (admin, count) in [(scene.admin.clone(), 1), (scene.by(&here), 1), (scene.by(&foreign), 0)] {
        assert_eq!(directory::access_questions_waiting(domain, &admin).await.unwrap(), count);
        let listed = directory::access_questions(domain, &admin, None).await.unwrap().items;
        assert_eq!(i64::try_from(listed.len()).unwrap(), count);
    }
    let listed = directory::access_questions(domain, &scene.admin, None).await.unwrap().items.remove(0);
    assert_eq!(
        (listed.question.as_deref(), listed.age_days, listed.accessed_by.as_str()),
        (Some("Why was this needed?"), 2, "Dr Lena Hoffmann")
    );
    let refused = directory::access_questions(domain, &scene.by(&scene.doctor), None).await.map(drop).unwrap_err();
    assert_eq!(refused.code(), Code::Forbidden);

    assert_eq!(scene.answer(&scene.by(&foreign), question, "No idea").await, Err(Code::NotFound));
    assert_eq!(scene.answer(&scene.by(&scene.patient), question, "I know").await, Err(Code::NotFound));
    assert_eq!(scene.answer(&scene.by(&here), question, "").await, Err(Code::FieldsInvalid));
    scene.answer(&scene.by(&here), question, "She prepared your visit.").await.unwrap();
    assert_eq!(scene.answer(&scene.admin, question, "Another answer").await, Err(Code::Stale));
    assert_eq!(directory::access_questions_waiting(domain, &scene.admin).await.unwrap(), 0);

    scene.clinic.dispatch().await;
    let mails = scene.clinic.mails(MailKind::AccessAnswered).await;
    assert_eq!(mails.iter().map(|mail| mail.recipient.to.as_str()).collect::<Vec<_>>(), [scene.patient.email.as_str()]);
    let told = notifications::list_notices(domain, &scene.by(&scene.patient), ListNotices::default()).await.unwrap().items;
    let told: Vec<_> = told.iter().filter(|notice| notice.topic == NoticeTopic::AccessAnswer).collect();
    assert_eq!(told.iter().map(|notice| (notice.subject, notice.read)).collect::<Vec<_>>(), [(access.uuid(), false)]);

    let view = directory::access_to_record(domain, &scene.by(&scene.patient), access).await.unwrap();
    let answer = view.question.and_then(|question| question.answer).unwrap();
    assert_eq!((answer.text.as_str(), answer.by.as_str()), ("She prepared your visit.", "Lola Local"));
    let told = notifications::list_notices(domain, &scene.by(&scene.patient), ListNotices::default()).await.unwrap().items;
    assert!(
        told.iter().all(|notice| notice.read || notice.topic != NoticeTopic::AccessAnswer),
        "who reads the answer has read the notice"
    );

    let audited = scene.clinic.audited().await;
    for action in ["directory.access_question_asked", "directory.access_questions_listed", "directory.access_question_answered"] {
        assert!(audited.iter().any(|one| one == action), "{action}");
    }
    let clear: i64 = sqlx::query_scalar("select count(*) from access_questions where position('needed' in encode(question_cipher, 'escape')) > 0 or position('prepared' in encode(answer_cipher, 'escape')) > 0")
        .fetch_one(&scene.clinic.owner)
        .await
        .unwrap();
    assert_eq!(clear, 0);
}

#[tokio::test]
async fn nobody_answers_about_themselves() {
    let scene = scene().await;
    let nurse = scene.clinic.staff("Nora Nurse", "nurse", Some(scene.here)).await;
    scene.reads(&nurse).await;
    let access = scene.seen().await[0].id;
    let question = scene.ask(&scene.patient, access, "Who is this?").await.unwrap();
    // As if the administrator had looked.
    sqlx::query("update access_questions set accessed_by = $1")
        .bind(scene.admin.acting().unwrap().user.uuid())
        .execute(&scene.clinic.owner)
        .await
        .unwrap();
    let listed = directory::access_questions(&scene.clinic.domain, &scene.admin, None).await.unwrap().items.remove(0);
    assert!(!listed.may_answer);
    assert_eq!(scene.answer(&scene.admin, question, "It was me.").await, Err(Code::Forbidden));
}
