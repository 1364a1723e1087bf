//! Letters: a draft is its author's, an issued one is frozen and printed, and only withdrawn by a row of its own.

use crate::files::no_files;
use domain::{
    notifications::{self, ListNotices},
    records::{self, ChangeLetter, DiscardLetter, IssueLetter, ListLetters, MailKind, SavePhrase, WithdrawLetter, WriteLetter},
};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldFault},
    ids::LetterId,
    notices::NoticeTopic,
    records::{LetterState, LetterView, PhrasesOf, TypedLetter},
};
use std::ops::Deref;
use testing::{Consultation, Person};

struct Scene(Consultation);

impl Deref for Scene {
    type Target = Consultation;

    fn deref(&self) -> &Consultation {
        &self.0
    }
}

/// A sick note for the first days of the test.
fn sick(text: &str) -> TypedLetter {
    let [kind, from, until, text] = ["sick_note", "2026-11-24", "2026-11-27", text].map(str::to_owned);
    TypedLetter { kind, recipient: String::new(), from, until, text }
}

impl Scene {
    async fn new() -> Self {
        Self(testing::consultation().await)
    }

    async fn write(&self, person: &Person, letter: TypedLetter, key: &str) -> Result<LetterId, Code> {
        let command = WriteLetter { encounter: self.encounter, letter, idempotency_key: Some(key.to_owned()) };
        records::write_letter(&self.clinic.domain, &self.by(person), command).await.map_err(|error| error.code())
    }

    async fn change(&self, person: &Person, letter: LetterId, version: i64, typed: TypedLetter) -> Result<(), Code> {
        let command = ChangeLetter { letter, version, typed };
        records::change_letter(&self.clinic.domain, &self.by(person), command).await.map_err(|error| error.code())
    }

    async fn issue(&self, person: &Person, letter: LetterId, version: i64) -> Result<(), Code> {
        let command = IssueLetter { letter, version, idempotency_key: None };
        records::issue_letter(&self.clinic.domain, &self.by(person), command).await.map_err(|error| error.code())
    }

    async fn withdraw(&self, person: &Person, letter: LetterId) -> Result<(), Code> {
        let command = WithdrawLetter { letter, reason: "The wrong days".to_owned(), idempotency_key: None };
        records::withdraw_letter(&self.clinic.domain, &self.by(person), command).await.map_err(|error| error.code())
    }

    async fn get(&self, person: &Person, letter: LetterId) -> Result<LetterView, Code> {
        records::letter(&self.clinic.domain, &self.by(person), letter).await.map_err(|error| error.code())
    }

    async fn pdf(&self, person: &Person, letter: LetterId) -> Result<(String, Vec<u8>), Code> {
        let paper = records::letter_pdf(&self.clinic.domain, &no_files(), &self.by(person), letter).await;
        paper.map_err(|error| error.code())
    }

    async fn topics(&self) -> Vec<NoticeTopic> {
        self.clinic.dispatch().await;
        let access = self.by(&self.patient);
        let notices = notifications::list_notices(&self.clinic.domain, &access, ListNotices::default()).await.unwrap();
        notices.items.into_iter().map(|notice| notice.topic).collect()
    }
}

#[tokio::test]
async fn a_draft_is_written_changed_and_discarded_by_its_author() {
    let scene = Scene::new().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.by(&scene.doctor));
    let [abbreviation, text] = ["nowork", "Cannot work."].map(str::to_owned);
    let phrase = SavePhrase { of: PhrasesOf::Own, abbreviation, text, version: 0 };
    records::save_phrase(domain, &doctor, phrase).await.unwrap();

    let id = scene.write(&scene.doctor, sick(".nowork"), "a").await.unwrap();
    assert_eq!(scene.write(&scene.doctor, sick(".nowork"), "a").await, Ok(id), "a form that is sent twice writes one letter");
    let draft = scene.get(&scene.doctor, id).await.unwrap();
    assert_eq!((draft.state, draft.content.text.as_str()), (LetterState::Draft, "Cannot work."));
    assert_eq!(scene.get(&scene.patient, id).await.unwrap_err(), Code::NotFound);
    assert_eq!(scene.pdf(&scene.doctor, id).await.unwrap_err(), Code::NotFound, "a draft has no paper");

    assert_eq!(scene.change(&scene.doctor, id, 1, sick("Must rest.")).await, Ok(()));
    assert_eq!(scene.change(&scene.doctor, id, 1, sick("Must rest.")).await, Ok(()), "the same again");
    assert_eq!(scene.change(&scene.doctor, id, 1, sick("Must stay in bed.")).await, Err(Code::Stale));
    assert_eq!(scene.issue(&scene.doctor, id, 1).await, Err(Code::Stale));
    let discard = |version| DiscardLetter { letter: id, version };
    let refused = records::discard_letter(domain, &doctor, discard(1)).await.unwrap_err();
    assert_eq!(refused.code(), Code::Stale);
    records::discard_letter(domain, &doctor, discard(2)).await.unwrap();
    assert_eq!(scene.get(&scene.doctor, id).await.unwrap_err(), Code::NotFound);
    let audited = scene.clinic.audited().await;
    for action in ["records.letter_written", "records.letter_changed", "records.letter_discarded"] {
        assert!(audited.contains(&action.to_owned()), "{action}");
    }
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let scene = Scene::new().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.by(&scene.doctor));
    let faults = async |letter: TypedLetter| {
        let command = WriteLetter { encounter: scene.encounter, letter, idempotency_key: None };
        let refused = records::write_letter(domain, &doctor, command).await.unwrap_err();
        refused.field_errors().iter().map(|wrong| (wrong.field.clone(), wrong.fault)).collect::<Vec<_>>()
    };
    let far = TypedLetter { from: "2026-09-01".to_owned(), until: "2026-09-02".to_owned(), ..sick("Cannot work.") };
    assert!(matches!(faults(far).await[..], [(ref field, FieldFault::TooSmall(_))] if field == "from"));
    let referral = TypedLetter { kind: "referral".to_owned(), text: "診療所".to_owned(), ..TypedLetter::default() };
    let expected = [("text".to_owned(), FieldFault::Unprintable), ("recipient".to_owned(), FieldFault::Missing)];
    assert_eq!(faults(referral).await, expected);
}

#[tokio::test]
async fn an_issued_letter_is_frozen_printed_told_and_withdrawn() {
    let scene = Scene::new().await;
    let id = scene.write(&scene.doctor, sick("Cannot work."), "a").await.unwrap();
    assert_eq!(scene.issue(&scene.doctor, id, 1).await, Ok(()));
    assert_eq!(scene.issue(&scene.doctor, id, 2).await, Err(Code::LetterFrozen));
    assert_eq!(scene.change(&scene.doctor, id, 2, sick("Can work.")).await, Err(Code::LetterFrozen));
    assert_eq!(scene.topics().await, [NoticeTopic::Letter]);
    let mails = scene.clinic.mails(MailKind::Letter).await;
    assert_eq!(mails.iter().map(|mail| mail.recipient.to.as_str()).collect::<Vec<_>>(), [scene.patient.email.as_str()]);

    let (name, paper) = scene.pdf(&scene.patient, id).await.unwrap();
    assert!(name.starts_with("lt-") && paper.starts_with(b"%PDF-"));
    // What changes later does not change the paper.
    scene.clinic.as_owner("update clinics set name = 'Another Clinic'").await;
    assert_eq!(scene.pdf(&scene.patient, id).await.unwrap().1, paper);
    let ciphers: Vec<(Vec<u8>, Vec<u8>)> =
        sqlx::query_as("select body_cipher, document_cipher from letters").fetch_all(&scene.clinic.owner).await.unwrap();
    let is_open = |cipher: &[u8]| String::from_utf8_lossy(cipher).contains("work");
    assert!(ciphers.iter().all(|(body, document)| !is_open(body) && !is_open(document)), "letters must be encrypted");
    for statement in ["update letters set version = 9", "delete from letters"] {
        for pool in [scene.clinic.domain.pool(), &scene.clinic.owner] {
            let refused = sqlx::query(statement).execute(pool).await.unwrap_err();
            assert_eq!(refused.as_database_error().unwrap().constraint(), Some("letters_frozen"), "{statement}");
        }
    }

    scene.clinic.pass(SignedDuration::from_hours(1));
    assert_eq!(scene.withdraw(&scene.doctor, id).await, Ok(()));
    assert_eq!(scene.withdraw(&scene.doctor, id).await, Err(Code::LetterWithdrawn));
    let view = scene.get(&scene.patient, id).await.unwrap();
    assert_eq!((view.state, view.withdraw_reason.as_deref()), (LetterState::Withdrawn, Some("The wrong days")));
    assert_ne!(scene.pdf(&scene.patient, id).await.unwrap().1, paper, "the paper says that it is withdrawn");
    assert_eq!(scene.topics().await, [NoticeTopic::LetterWithdrawn, NoticeTopic::Letter]);
    scene.clinic.end_encounter(scene.encounter).await;
    let summary = records::visit_summary(&scene.clinic.domain, &scene.by(&scene.patient), scene.encounter).await.unwrap();
    assert_eq!(summary.letters.iter().map(|line| line.id).collect::<Vec<_>>(), [id]);
    let audited = scene.clinic.audited().await;
    for action in ["records.letter_issued", "records.letter_withdrawn", "records.letter_read", "records.letter_printed"] {
        assert!(audited.contains(&action.to_owned()), "{action}");
    }
}

#[tokio::test]
async fn nobody_else_writes_reads_or_withdraws() {
    let scene = Scene::new().await;
    let domain = &scene.clinic.domain;
    let nurse = scene.clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    let other = scene.clinic.doctor("Dr Tariq Mansour", scene.practice).await;
    let stranger = scene.clinic.patient("Jonas Weber").await;
    assert_eq!(scene.write(&scene.patient, sick("Cannot work."), "a").await, Err(Code::Forbidden));
    assert_eq!(scene.write(&nurse, sick("Cannot work."), "a").await, Err(Code::Forbidden));
    assert_eq!(scene.write(&other, sick("Cannot work."), "a").await, Err(Code::NotFound));
    let id = scene.write(&scene.doctor, sick("Cannot work."), "a").await.unwrap();
    for person in [&scene.patient, &nurse, &other, &stranger] {
        assert_eq!(scene.get(person, id).await.unwrap_err(), Code::NotFound, "a draft");
        assert_eq!(scene.issue(person, id, 1).await, Err(Code::NotFound));
    }
    scene.issue(&scene.doctor, id, 1).await.unwrap();
    for person in [&scene.patient, &nurse] {
        assert_eq!(scene.get(person, id).await.unwrap().state, LetterState::Issued);
        assert_eq!(scene.withdraw(person, id).await, Err(Code::Forbidden));
    }
    for person in [&other, &stranger] {
        assert_eq!(scene.get(person, id).await.unwrap_err(), Code::NotFound);
        assert_eq!(scene.pdf(person, id).await.unwrap_err(), Code::NotFound);
        assert_eq!(scene.withdraw(person, id).await, Err(Code::NotFound));
    }
    let own = records::letters(domain, &scene.by(&scene.patient), ListLetters::default()).await.unwrap();
    assert_eq!(own.items.iter().map(|line| line.id).collect::<Vec<_>>(), [id]);
    let of_patient = ListLetters { patient: Some(scene.patient.patient()), ..ListLetters::default() };
    let seen = records::letters(domain, &scene.by(&nurse), of_patient.clone()).await.unwrap();
    assert_eq!(seen.items.len(), 1);
    assert_eq!(records::letters(domain, &scene.by(&stranger), of_patient).await.map(drop).unwrap_err().code(), Code::NotFound);
    assert_eq!(
        records::letters(domain, &scene.by(&nurse), ListLetters::default()).await.map(drop).unwrap_err().code(),
        Code::Forbidden
    );
    let page = records::letters_of_patient(domain, &scene.by(&scene.doctor), Some(scene.patient.patient())).await.unwrap();
    assert_eq!(page.encounter, Some(scene.encounter), "the visit for which the doctor can write another one");
}
