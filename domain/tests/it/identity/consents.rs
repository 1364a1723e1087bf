//! Documents, their versions, and the answers of people to them.

use domain::{
    access::Access,
    identity::{self, AnswerDocument},
    records, scheduling,
};
use jiff::SignedDuration;
use model::{
    errors::Code,
    identity::{DocumentText, LegalDocument, TypedDocument},
    ids::DocumentVersionId,
};
use testing::{BEGIN, Person, TestClinic, booking};

const NONE: [LegalDocument; 0] = [];

/// A version in English that counts from a day of November 2026 on and asks. The tests begin on the 24th.
fn typed(document: LegalDocument, day: &str) -> TypedDocument {
    TypedDocument {
        document: document.as_str().to_owned(),
        language: "en-GB".to_owned(),
        body: "What is new.\n\nAnd the rest.".to_owned(),
        counts_from_day: day.to_owned(),
        counts_from_month: "11".to_owned(),
        counts_from_year: "2026".to_owned(),
        asks: "true".to_owned(),
    }
}

async fn publish(clinic: &TestClinic, admin: &Person, typed: TypedDocument) -> Result<DocumentVersionId, Code> {
    let key = format!("{} {}", typed.document, typed.counts_from_day);
    let published = identity::publish_document(&clinic.domain, &admin.access(clinic), typed, Some(&key)).await;
    published.map_err(|error| error.code())
}

async fn in_force(clinic: &TestClinic, document: LegalDocument) -> DocumentText {
    identity::document(&clinic.domain, document, "en").await.unwrap()
}

async fn waiting(clinic: &TestClinic, person: &Person) -> Vec<LegalDocument> {
    identity::own_consents(&clinic.domain, &person.access(clinic)).await.unwrap().waiting
}

async fn answer(clinic: &TestClinic, access: &Access, version: DocumentVersionId, answer: &str) -> Result<(), Code> {
    let command = AnswerDocument { version, answer: answer.to_owned() };
    identity::answer_document(&clinic.domain, access, command).await.map_err(|error| error.code())
}

#[tokio::test]
async fn a_new_version_is_asked_once_from_its_day_on() {
    let clinic = testing::clinic().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let patient = clinic.patient("Amara Osei").await;
    assert_eq!(waiting(&clinic, &patient).await, NONE, "the first versions ask nobody");
    let first = in_force(&clinic, LegalDocument::Terms).await;
    let second = publish(&clinic, &admin, typed(LegalDocument::Terms, "26")).await.unwrap();
    assert_eq!(publish(&clinic, &admin, typed(LegalDocument::Terms, "26")).await, Ok(second), "a repeat");
    assert_eq!(waiting(&clinic, &patient).await, NONE, "its day has not come");
    assert_eq!(in_force(&clinic, LegalDocument::Terms).await.id, first.id);

    clinic.pass(SignedDuration::from_hours(48));
    assert_eq!(waiting(&clinic, &patient).await, [LegalDocument::Terms]);
    let shown = in_force(&clinic, LegalDocument::Terms).await;
    assert_eq!((shown.id, shown.version, shown.language.as_str()), (second, 2, "en"));
    let access = patient.access(&clinic);
    assert_eq!(answer(&clinic, &access, first.id, "agree").await, Err(Code::Stale));
    assert_eq!(answer(&clinic, &access, second, "decline").await, Err(Code::FieldsInvalid), "terms cannot be declined");
    for _ in 0..2 {
        assert_eq!(answer(&clinic, &access, second, "agree").await, Ok(()));
    }
    let own = identity::own_consents(&clinic.domain, &access).await.unwrap();
    let given: Vec<_> = own.given.iter().filter(|row| row.version == Some(2)).collect();
    assert_eq!((given.len(), given[0].given_at, own.waiting.len()), (1, Some(clinic.domain.now()), 0));
    assert_eq!(waiting(&clinic, &admin).await, [LegalDocument::Terms], "everybody is asked");
    let audited = clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|found| *found == action).count();
    assert_eq!((count("identity.document_published"), count("identity.consent_given")), (1, 1));
}

#[tokio::test]
async fn a_version_that_asks_nobody_changes_the_text_only() {
    let clinic = testing::clinic().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let silent = TypedDocument { asks: String::new(), ..typed(LegalDocument::Privacy, "24") };
    let version = publish(&clinic, &admin, silent).await.unwrap();
    assert_eq!(in_force(&clinic, LegalDocument::Privacy).await.id, version);
    assert_eq!(waiting(&clinic, &admin).await, NONE);
    // Readers of another language get the English text until there is one in theirs, and are asked about the version that they read.
    let german = TypedDocument { language: "de".to_owned(), ..typed(LegalDocument::Privacy, "25") };
    let german = publish(&clinic, &admin, german).await.unwrap();
    assert_eq!(identity::document(&clinic.domain, LegalDocument::Privacy, "de-AT").await.unwrap().id, version);
    clinic.pass(SignedDuration::from_hours(24));
    assert_eq!(identity::document(&clinic.domain, LegalDocument::Privacy, "de-AT").await.unwrap().id, german);
    assert_eq!(waiting(&clinic, &admin).await, NONE, "the administrator reads English");
}

#[tokio::test]
async fn only_administrators_of_the_organisation_publish_and_every_wrong_field_is_named() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let local = clinic.staff("Lars Local", "admin", Some(practice)).await;
    let patient = clinic.patient("Amara Osei").await;
    for person in [&local, &patient] {
        assert_eq!(publish(&clinic, person, typed(LegalDocument::Terms, "30")).await, Err(Code::Forbidden));
        let refused = identity::document_versions(&clinic.domain, &person.access(&clinic)).await.unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
    }
    let refused = identity::own_consents(&clinic.domain, &clinic.stranger()).await.unwrap_err();
    assert_eq!(refused.code(), Code::SignInNeeded);

    let wrong = TypedDocument { asks: "true".to_owned(), ..TypedDocument::default() };
    let refused = identity::publish_document(&clinic.domain, &admin.access(&clinic), wrong, None).await.unwrap_err();
    let fields: Vec<&str> = refused.field_errors().iter().map(|wrong| wrong.field.as_str()).collect();
    assert_eq!(fields, ["document", "language", "counts_from", "body"]);
    let late = identity::publish_document(&clinic.domain, &admin.access(&clinic), typed(LegalDocument::Terms, "23"), None).await;
    assert_eq!(late.unwrap_err().field_errors()[0].field, "counts_from");
    publish(&clinic, &admin, typed(LegalDocument::Terms, "24")).await.unwrap();
    let versions = identity::document_versions(&clinic.domain, &admin.access(&clinic)).await.unwrap();
    assert_eq!((versions.len(), versions[0].version, versions[0].published_by.as_deref()), (4, 2, Some("Ida Admin")));
}

#[tokio::test]
async fn who_makes_an_account_agrees_to_the_version_in_force() {
    let clinic = testing::clinic().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    publish(&clinic, &admin, typed(LegalDocument::Terms, "24")).await.unwrap();
    super::directory::sign_up(&clinic.domain, &clinic.stranger(), super::sign_up("new@people.example")).await.unwrap();
    clinic.confirm("new@people.example").await;
    let new = clinic.signed_in("new@people.example").await;
    let own = identity::own_consents(&clinic.domain, &new.access(&clinic)).await.unwrap();
    assert_eq!((own.given[0].version, own.waiting.len()), (Some(2), 0));
}

#[tokio::test]
async fn without_agreement_to_remote_care_only_visits_in_the_clinic_are_booked() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let (doctor, patient) = (clinic.doctor("Dr Lena Hoffmann", practice).await, clinic.patient("Amara Osei").await);
    let access = patient.access(&clinic);
    let (domain, version) = (&clinic.domain, in_force(&clinic, LegalDocument::RemoteCare).await.id);
    let own = identity::own_consents(domain, &access).await.unwrap();
    assert_eq!(own.remote_care.map(|care| (care.agreed, care.since)), Some((true, None)), "nobody has asked");
    let start = |hours: i64| BEGIN + SignedDuration::from_hours(24 + hours);
    // The doctor treats the patient.
    clinic.encounter(&patient, &doctor, practice).await;

    for _ in 0..2 {
        assert_eq!(answer(&clinic, &access, version, "decline").await, Ok(()));
    }
    let refused = scheduling::book(domain, &access, booking(&doctor, practice, start(2))).await.err().expect("it is refused");
    assert_eq!(refused.code(), Code::RemoteCareNeeded);
    let by_doctor = doctor.access(&clinic);
    let summary = records::summary(domain, &by_doctor, patient.patient()).await.unwrap();
    assert_eq!((summary.remote_care.agreed, summary.remote_care.since), (false, Some(domain.now())));

    clinic.as_owner("update visit_types set mode = 'in_person'").await;
    scheduling::book(domain, &access, booking(&doctor, practice, start(2))).await.unwrap();
    clinic.as_owner("update visit_types set mode = 'video'").await;

    assert_eq!(answer(&clinic, &access, version, "agree").await, Ok(()));
    scheduling::book(domain, &access, booking(&doctor, practice, start(3))).await.unwrap();
    assert!(records::summary(domain, &by_doctor, patient.patient()).await.unwrap().remote_care.agreed);
    assert_eq!(answer(&clinic, &by_doctor, version, "agree").await, Err(Code::Forbidden), "doctors are not asked");
    let audited = clinic.audited().await;
    assert_eq!(audited.iter().filter(|action| *action == "identity.consent_withdrawn").count(), 1);
}

#[tokio::test]
async fn a_patient_who_declines_a_new_version_of_remote_care_is_not_asked_again() {
    let clinic = testing::clinic().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let patient = clinic.patient("Amara Osei").await;
    let version = publish(&clinic, &admin, typed(LegalDocument::RemoteCare, "24")).await.unwrap();
    assert_eq!(waiting(&clinic, &admin).await, NONE, "only patients are asked");
    assert_eq!(waiting(&clinic, &patient).await, [LegalDocument::RemoteCare]);
    assert_eq!(answer(&clinic, &patient.access(&clinic), version, "decline").await, Ok(()));
    let own = identity::own_consents(&clinic.domain, &patient.access(&clinic)).await.unwrap();
    assert_eq!((own.waiting.len(), own.remote_care.map(|care| care.agreed)), (0, Some(false)));
    let answered = own.given.iter().find(|given| given.document == LegalDocument::RemoteCare).expect("the answer is kept");
    assert_eq!((answered.given_at, answered.withdrawn_at), (None, Some(clinic.domain.now())));
}
