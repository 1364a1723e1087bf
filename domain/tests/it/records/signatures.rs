//! Signed notes: frozen, with addenda that are only added, and co-signatures of colleagues.

use domain::{
    notifications::{self, ListNotices},
    records::{self, AddAddendum, AnswerCosignature, AskCosignature, SaveNote, SearchRecord, SignNote},
};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldFault},
    ids::CosignatureId,
    notices::NoticeTopic,
    records::{CosignAnswer, NoteSigning, SoapNote},
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

impl Scene {
    /// A visit with a note in its first version.
    async fn new() -> Self {
        let scene = Self(testing::consultation().await);
        assert_eq!(scene.save(0, "Rest").await, Ok(1));
        scene
    }

    async fn save(&self, version_seen: i64, plan: &str) -> Result<i64, Code> {
        let note = SoapNote { plan: plan.to_owned(), ..SoapNote::default() };
        let command = SaveNote { encounter: self.encounter, version_seen, note };
        records::save_note(&self.clinic.domain, &self.by(&self.doctor), command).await.map_err(|error| error.code())
    }

    async fn sign(&self, person: &Person, version: i64) -> Result<(), Code> {
        let command = SignNote { encounter: self.encounter, version, states: true };
        records::sign_note(&self.clinic.domain, &self.by(person), command).await.map_err(|error| error.code())
    }

    async fn add(&self, person: &Person, text: &str, key: &str) -> Result<(), Code> {
        let key = Some(key.to_owned());
        let command = AddAddendum { encounter: self.encounter, text: text.to_owned(), idempotency_key: key };
        let added = records::add_addendum(&self.clinic.domain, &self.by(person), command).await;
        added.map(drop).map_err(|error| error.code())
    }

    async fn ask(&self, person: &Person, colleague: &Person) -> Result<CosignatureId, Code> {
        let command = AskCosignature { encounter: self.encounter, colleague: colleague.user, idempotency_key: None };
        records::ask_cosignature(&self.clinic.domain, &self.by(person), command).await.map_err(|error| error.code())
    }

    async fn answer(&self, person: &Person, id: CosignatureId, answer: CosignAnswer, words: &str) -> Result<(), Code> {
        let command = AnswerCosignature { cosignature: id, answer, words: words.to_owned() };
        records::answer_cosignature(&self.clinic.domain, &self.by(person), command).await.map_err(|error| error.code())
    }

    async fn signing(&self, person: &Person) -> NoteSigning {
        records::visit_record(&self.clinic.domain, &self.by(person), self.encounter).await.unwrap().signing
    }

    async fn topics(&self, person: &Person) -> Vec<NoticeTopic> {
        self.clinic.dispatch().await;
        let notices = notifications::list_notices(&self.clinic.domain, &self.by(person), ListNotices::default()).await.unwrap();
        notices.items.into_iter().map(|notice| notice.topic).collect()
    }
}

#[tokio::test]
async fn a_signed_note_is_frozen_and_grows_by_addenda() {
    let scene = Scene::new().await;
    let domain = &scene.clinic.domain;
    assert_eq!(scene.save(1, "Rest and tea").await, Ok(2));
    let unstated = SignNote { encounter: scene.encounter, version: 2, states: false };
    let refused = records::sign_note(domain, &scene.by(&scene.doctor), unstated).await.unwrap_err();
    assert_eq!((refused.field_errors()[0].field.as_str(), refused.field_errors()[0].fault), ("statement", FieldFault::Missing));
    assert_eq!(scene.add(&scene.doctor, "Too early", "a").await, Err(Code::NoteUnsigned));
    assert_eq!(scene.sign(&scene.doctor, 1).await, Err(Code::Stale), "the note was changed since it was read");
    assert_eq!(scene.sign(&scene.doctor, 2).await, Ok(()));
    assert_eq!(scene.sign(&scene.doctor, 2).await, Ok(()), "a repeat is one signature");
    assert_eq!(scene.sign(&scene.doctor, 3).await, Err(Code::NoteSigned));
    assert_eq!(scene.save(2, "Something else").await, Err(Code::NoteSigned));

    assert_eq!(scene.add(&scene.doctor, "The swab is negative.", "b").await, Ok(()));
    assert_eq!(scene.add(&scene.doctor, "The swab is negative.", "b").await, Ok(()), "a form that is sent twice adds one");
    scene.clinic.pass(SignedDuration::from_mins(1));
    assert_eq!(scene.add(&scene.doctor, "Called: better.", "c").await, Ok(()));
    assert_eq!(scene.add(&scene.doctor, " ", "d").await, Err(Code::FieldsInvalid));

    let signing = scene.signing(&scene.doctor).await;
    let signature = signing.signature.unwrap();
    assert_eq!((signature.version, signature.signer_name.as_str()), (2, "Dr Lena Hoffmann"));
    let search = SearchRecord { patient: Some(scene.patient.patient()), query: "swab".to_owned() };
    let found = records::search(domain, &scene.by(&scene.doctor), search).await.unwrap().found;
    assert_eq!(found.iter().map(|text| text.excerpt.as_str()).collect::<Vec<_>>(), ["The swab is negative."]);
    let texts: Vec<_> = signing.addenda.iter().map(|addendum| (addendum.text.as_str(), addendum.author_name.as_str())).collect();
    assert_eq!(texts, [("The swab is negative.", "Dr Lena Hoffmann"), ("Called: better.", "Dr Lena Hoffmann")]);
    scene.clinic.end_encounter(scene.encounter).await;
    let summary = records::visit_summary(domain, &scene.by(&scene.patient), scene.encounter).await.unwrap();
    assert_eq!((summary.plan.as_deref(), summary.addenda.len()), (Some("Rest and tea"), 2));
    assert_eq!(summary.signed_at, Some(signature.signed_at));

    let audited = scene.clinic.audited().await;
    for action in ["records.note_signed", "records.addendum_added"] {
        assert!(audited.contains(&action.to_owned()), "{action}");
    }
}

#[tokio::test]
async fn the_database_refuses_a_version_after_the_signature() {
    let scene = Scene::new().await;
    let pool = scene.clinic.domain.pool();
    let sign = "insert into note_signatures (note_id, version, signed_by, signed_at)
         select v.note_id, v.version, v.author_user_id, v.written_at from note_versions v where v.version = $1";
    scene.save(1, "Tea").await.unwrap();
    let constraint = |refused: sqlx::Error| refused.as_database_error().unwrap().constraint().map(str::to_owned);
    let refused = sqlx::query(sign).bind(1).execute(pool).await.unwrap_err();
    assert_eq!(constraint(refused).as_deref(), Some("note_signatures_newest"), "only the newest version is signed");
    scene.sign(&scene.doctor, 2).await.unwrap();
    scene.add(&scene.doctor, "The swab is negative.", "a").await.unwrap();
    let next = "insert into note_versions (note_id, version, body_cipher, author_user_id, written_at)
         select note_id, 3, body_cipher, author_user_id, written_at from note_versions where version = 2";
    for owner in [&scene.clinic.owner, pool] {
        let refused = sqlx::query(next).execute(owner).await.unwrap_err();
        assert_eq!(constraint(refused).as_deref(), Some("note_versions_frozen"));
    }
    for statement in
        ["delete from note_signatures", "update note_signatures set version = 1", "update note_addenda set written_at = now()"]
    {
        let refused = sqlx::query(statement).execute(pool).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "42501", "{statement}");
    }
    let ciphers: Vec<Vec<u8>> =
        sqlx::query_scalar("select body_cipher from note_addenda").fetch_all(&scene.clinic.owner).await.unwrap();
    assert!(ciphers.iter().all(|cipher| !String::from_utf8_lossy(cipher).contains("swab")), "addenda must be encrypted");
}

#[tokio::test]
async fn a_colleague_sends_a_note_back_and_co_signs_it_later() {
    let scene = Scene::new().await;
    let domain = &scene.clinic.domain;
    let colleague = scene.clinic.doctor("Dr Tariq Mansour", scene.practice).await;
    assert_eq!(scene.ask(&scene.doctor, &colleague).await, Err(Code::NoteUnsigned));
    scene.sign(&scene.doctor, 1).await.unwrap();
    let offered: Vec<_> = scene.signing(&scene.doctor).await.colleagues.into_iter().map(|colleague| colleague.name).collect();
    assert_eq!(offered, ["Dr Tariq Mansour"]);
    assert_eq!(scene.ask(&scene.doctor, &scene.patient).await, Err(Code::FieldsInvalid), "not a doctor of the clinic");
    let first = scene.ask(&scene.doctor, &colleague).await.unwrap();
    assert_eq!(scene.ask(&scene.doctor, &colleague).await, Err(Code::CosignatureAsked));
    assert_eq!(scene.topics(&colleague).await, [NoticeTopic::CosignatureAsked]);

    let listed = records::cosignatures(domain, &scene.by(&colleague)).await.unwrap();
    assert_eq!(listed.iter().map(|row| (row.id, row.patient_name.as_str())).collect::<Vec<_>>(), [(first, "Amara Osei")]);
    let view = records::cosignature(domain, &scene.by(&colleague), first).await.unwrap();
    assert_eq!((view.note.plan.as_str(), view.may_answer), ("Rest", true));
    let refused = records::visit_record(domain, &scene.by(&colleague), scene.encounter).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound, "the colleague sees nothing else of the record");

    assert_eq!(scene.answer(&colleague, first, CosignAnswer::Returned, "").await, Err(Code::FieldsInvalid), "say why");
    assert_eq!(scene.answer(&colleague, first, CosignAnswer::Returned, "What about the swab?").await, Ok(()));
    assert_eq!(scene.answer(&colleague, first, CosignAnswer::Returned, "What about the swab?").await, Ok(()), "a repeat");
    assert_eq!(scene.answer(&colleague, first, CosignAnswer::Signed, "").await, Err(Code::CosignatureAnswered));
    assert_eq!(scene.topics(&scene.doctor).await, [NoticeTopic::CosignatureAnswered]);

    scene.clinic.pass(SignedDuration::from_mins(5));
    scene.add(&scene.doctor, "The swab is negative.", "a").await.unwrap();
    let second = scene.ask(&scene.doctor, &colleague).await.unwrap();
    let view = records::cosignature(domain, &scene.by(&colleague), second).await.unwrap();
    assert_eq!(view.addenda.len(), 1);
    assert_eq!(scene.answer(&colleague, second, CosignAnswer::Signed, "").await, Ok(()));
    let answers: Vec<_> =
        scene.signing(&scene.doctor).await.cosignatures.into_iter().map(|request| (request.answer, request.words)).collect();
    let why = Some("What about the swab?".to_owned());
    assert_eq!(answers, [(Some(CosignAnswer::Returned), why), (Some(CosignAnswer::Signed), None)]);
    let audited = scene.clinic.audited().await;
    for action in ["records.cosignature_asked", "records.cosignature_read", "records.note_returned", "records.note_cosigned"] {
        assert!(audited.contains(&action.to_owned()), "{action}");
    }
}

#[tokio::test]
async fn nobody_else_signs_adds_or_answers() {
    let scene = Scene::new().await;
    let domain = &scene.clinic.domain;
    let colleague = scene.clinic.doctor("Dr Tariq Mansour", scene.practice).await;
    let nurse = scene.clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    assert_eq!(scene.sign(&scene.patient, 1).await, Err(Code::Forbidden));
    assert_eq!(scene.sign(&nurse, 1).await, Err(Code::Forbidden));
    assert_eq!(scene.sign(&colleague, 1).await, Err(Code::NotFound));
    scene.sign(&scene.doctor, 1).await.unwrap();
    for person in [&scene.patient, &nurse] {
        assert_eq!(scene.add(person, "I know better.", "a").await, Err(Code::Forbidden));
        assert_eq!(scene.ask(person, &colleague).await, Err(Code::NotFound));
        assert_eq!(records::cosignatures(domain, &scene.by(person)).await.unwrap_err().code(), Code::Forbidden);
    }
    assert_eq!(scene.add(&colleague, "I know better.", "a").await, Err(Code::NotFound));
    let id = scene.ask(&scene.doctor, &colleague).await.unwrap();
    let other = scene.clinic.doctor("Dr Ewa Nowak", scene.practice).await;
    for person in [&scene.patient, &nurse, &other] {
        assert_eq!(scene.answer(person, id, CosignAnswer::Signed, "").await, Err(Code::NotFound));
    }
    assert_eq!(scene.answer(&scene.doctor, id, CosignAnswer::Signed, "").await, Err(Code::Forbidden), "one's own note");

    // Whoever no longer works at the clinic is no colleague any more.
    sqlx::query("update memberships set ended_at = $2 where user_id = $1 and role = 'doctor'")
        .bind(colleague.user.uuid())
        .bind(jiff_sqlx::ToSqlx::to_sqlx(domain.now()))
        .execute(&scene.clinic.owner)
        .await
        .unwrap();
    assert_eq!(scene.answer(&colleague, id, CosignAnswer::Signed, "").await, Err(Code::NotFound));
}
