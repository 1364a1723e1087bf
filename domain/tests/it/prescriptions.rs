//! Prescriptions: a draft is visible only to its author, a signature freezes, the code can be checked, nobody else gets access.

use crate::files::no_files;
use domain::{
    identity::Proof,
    notices::MailContent,
    notifications::{SetNoticeChoices, set_notice_choices},
    prescriptions::{
        self, AddItem, CancelPrescription, Direction, EditItem, ListPrescriptions, MailKind, MoveItem, RemoveItem,
        SignPrescription,
    },
};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldError, FieldFault},
    ids::PrescriptionId,
    notices::NoticeSwitch,
    prescriptions::{PrescriptionState, PrescriptionView, Verification, VerificationCode},
};
use std::ops::Deref;
use testing::{Consultation, PASSWORD, Person, medicine};

struct Scene(Consultation);

impl Deref for Scene {
    type Target = Consultation;

    fn deref(&self) -> &Consultation {
        &self.0
    }
}

impl Scene {
    async fn new() -> Self {
        Self(testing::consultation().await)
    }

    async fn add(&self, name: &str) -> PrescriptionId {
        let command = AddItem { encounter: self.encounter, medicine: medicine(name), idempotency_key: None };
        prescriptions::add_item(&self.clinic.domain, &self.by(&self.doctor), command).await.unwrap()
    }

    async fn get(&self, person: &Person, id: PrescriptionId) -> Result<PrescriptionView, Code> {
        prescriptions::get(&self.clinic.domain, &self.by(person), id).await.map_err(|error| error.code())
    }

    async fn sign(&self, person: &Person, id: PrescriptionId, version: i64) -> Result<(), Code> {
        let command =
            SignPrescription { prescription: id, version, proof: Proof::Password(PASSWORD.to_owned()), idempotency_key: None };
        prescriptions::sign(&self.clinic.domain, &self.by(person), command).await.map_err(|error| error.code())
    }

    async fn signed(&self) -> PrescriptionId {
        let id = self.add("Amoxicillin").await;
        let version = self.get(&self.doctor, id).await.unwrap().version;
        self.sign(&self.doctor, id, version).await.unwrap();
        id
    }

    async fn cancel(&self, person: &Person, id: PrescriptionId) -> Result<(), Code> {
        let command = CancelPrescription { prescription: id, reason: "Wrong strength".to_owned(), idempotency_key: None };
        prescriptions::cancel(&self.clinic.domain, &self.by(person), command).await.map_err(|error| error.code())
    }

    async fn verify(&self, code: &str) -> Verification {
        prescriptions::verify(&self.clinic.domain, &self.clinic.stranger(), code).await.unwrap()
    }
}

fn names(view: &PrescriptionView) -> Vec<&str> {
    view.items.iter().map(|item| item.medicine.medicine.as_str()).collect()
}

#[tokio::test]
async fn a_draft_is_written_changed_and_put_in_order() {
    let scene = Scene::new().await;
    let (domain, access) = (&scene.clinic.domain, scene.by(&scene.doctor));
    let id = scene.add("Amoxicillin").await;
    assert_eq!(scene.add("Ibuprofen").await, id, "a visit has one draft at a time");
    scene.add("Paracetamol").await;

    let view = scene.get(&scene.doctor, id).await.unwrap();
    assert_eq!((view.state, names(&view)), (PrescriptionState::Draft, vec!["Amoxicillin", "Ibuprofen", "Paracetamol"]));
    let (first, last) = (view.items[0].id, view.items[2].id);

    let command = MoveItem { prescription: id, item: last, to: Direction::Up, version: view.version, idempotency_key: None };
    prescriptions::move_item(domain, &access, command.clone()).await.unwrap();
    assert_eq!(prescriptions::move_item(domain, &access, command).await.unwrap_err().code(), Code::Stale);

    let version = view.version + 1;
    let command = EditItem { prescription: id, item: last, medicine: medicine("Co-codamol"), version, idempotency_key: None };
    prescriptions::edit_item(domain, &access, command).await.unwrap();
    let command = RemoveItem { prescription: id, item: first, version: version + 1, idempotency_key: None };
    prescriptions::remove_item(domain, &access, command).await.unwrap();

    let view = prescriptions::review(domain, &access, id).await.unwrap();
    assert_eq!(names(&view), ["Co-codamol", "Ibuprofen"]);
    assert_eq!(prescriptions::draft_for(domain, &access, scene.encounter).await.unwrap().draft, Some(view));

    let stored: Vec<Vec<u8>> =
        sqlx::query_scalar("select body_cipher from prescription_items").fetch_all(&scene.clinic.owner).await.unwrap();
    assert!(stored.iter().all(|cipher| !String::from_utf8_lossy(cipher).contains("Ibuprofen")), "medicines must be encrypted");
}

#[tokio::test]
async fn a_form_sent_twice_adds_one_medicine() {
    let scene = Scene::new().await;
    let command =
        AddItem { encounter: scene.encounter, medicine: medicine("Amoxicillin"), idempotency_key: Some("key".to_owned()) };
    let id = prescriptions::add_item(&scene.clinic.domain, &scene.by(&scene.doctor), command.clone()).await.unwrap();
    assert_eq!(prescriptions::add_item(&scene.clinic.domain, &scene.by(&scene.doctor), command.clone()).await.unwrap(), id);
    assert_eq!(scene.get(&scene.doctor, id).await.unwrap().items.len(), 1);

    let other = AddItem { medicine: medicine("Ibuprofen"), ..command };
    let refused = prescriptions::add_item(&scene.clinic.domain, &scene.by(&scene.doctor), other).await.err().unwrap();
    assert_eq!(refused.code(), Code::IdempotencyMismatch);
}

#[tokio::test]
async fn what_cannot_be_printed_is_refused_where_it_is_typed() {
    let scene = Scene::new().await;
    for (name, fault) in [("阿莫西林", FieldFault::Unprintable), ("\u{200B}", FieldFault::Missing)] {
        let command = AddItem { encounter: scene.encounter, medicine: medicine(name), idempotency_key: None };
        let refused = prescriptions::add_item(&scene.clinic.domain, &scene.by(&scene.doctor), command).await.err().unwrap();
        assert_eq!(refused.field_errors(), [FieldError::new("medicine", fault)]);
    }
    for name in ["Αμοξικιλλίνη", "Амоксициллин", "Żółć"] {
        scene.add(name).await;
    }
}

#[tokio::test]
async fn what_cannot_be_printed_refuses_the_signature() {
    let scene = Scene::new().await;
    let id = scene.add("Amoxicillin").await;
    let version = scene.get(&scene.doctor, id).await.unwrap().version;
    for (statement, refusal) in [
        ("update patients set full_name = '山田 太郎'", Code::PrescriptionPatientName),
        ("update doctors set full_name = 'محمد'", Code::PrescriptionDoctorName),
        (
            "update doctors set full_name = 'Dr Lena Hoffmann'; update patients set full_name = 'Amara Osei'; update clinics set name = '診療所'",
            Code::PrescriptionUnprintable,
        ),
    ] {
        scene.clinic.as_owner(statement).await;
        assert_eq!(scene.sign(&scene.doctor, id, version).await, Err(refusal), "{statement}");
        assert_eq!(scene.get(&scene.doctor, id).await.unwrap().state, PrescriptionState::Draft);
    }
}

#[tokio::test]
async fn a_signature_needs_the_password_the_version_and_a_licence() {
    let scene = Scene::new().await;
    let (domain, access) = (&scene.clinic.domain, scene.by(&scene.doctor));
    let id = scene.add("Amoxicillin").await;
    let version = scene.get(&scene.doctor, id).await.unwrap().version;

    let command = SignPrescription {
        prescription: id,
        version,
        proof: Proof::Password("not my password".to_owned()),
        idempotency_key: None,
    };
    assert_eq!(prescriptions::sign(domain, &access, command.clone()).await.unwrap_err().code(), Code::PasswordWrong);
    let empty = SignPrescription { proof: Proof::Password(String::new()), ..command };
    let refused = prescriptions::sign(domain, &access, empty).await.err().unwrap();
    assert_eq!(refused.field_errors(), [FieldError::new("password", FieldFault::Missing)]);
    assert_eq!(scene.sign(&scene.doctor, id, version - 1).await, Err(Code::Stale));

    sqlx::query("update licences set expires_on = '2026-11-23'").execute(&scene.clinic.owner).await.unwrap();
    assert_eq!(scene.sign(&scene.doctor, id, version).await, Err(Code::PrescriptionUnlicensed));
    sqlx::query("update licences set expires_on = '2026-11-24'").execute(&scene.clinic.owner).await.unwrap();
    sqlx::query("update doctors set status = 'refused'").execute(&scene.clinic.owner).await.unwrap();
    assert_eq!(scene.sign(&scene.doctor, id, version).await, Err(Code::DoctorUnverified));
    sqlx::query("update doctors set status = 'verified'").execute(&scene.clinic.owner).await.unwrap();

    let item = scene.get(&scene.doctor, id).await.unwrap().items[0].id;
    let command = RemoveItem { prescription: id, item, version, idempotency_key: None };
    prescriptions::remove_item(domain, &access, command).await.unwrap();
    assert_eq!(scene.sign(&scene.doctor, id, version + 1).await, Err(Code::PrescriptionEmpty));
    scene.add("Amoxicillin").await;
    assert_eq!(scene.sign(&scene.doctor, id, version + 2).await, Ok(()));
}

#[tokio::test]
async fn what_is_signed_stays_as_it_was() {
    let scene = Scene::new().await;
    let (domain, access) = (&scene.clinic.domain, scene.by(&scene.doctor));
    let id = scene.signed().await;
    let view = scene.get(&scene.patient, id).await.unwrap();
    assert_eq!((view.state, view.may_cancel), (PrescriptionState::Signed, false));
    assert!(scene.get(&scene.doctor, id).await.unwrap().may_cancel);

    assert_eq!(scene.sign(&scene.doctor, id, view.version).await, Err(Code::PrescriptionFrozen));
    let command = EditItem {
        prescription: id,
        item: view.items[0].id,
        medicine: medicine("Morphine"),
        version: view.version,
        idempotency_key: None,
    };
    assert_eq!(prescriptions::edit_item(domain, &access, command).await.unwrap_err().code(), Code::PrescriptionFrozen);

    // The server cannot change it either, nor can somebody who broke into it.
    for statement in [
        "update prescriptions set version = version + 1",
        "delete from prescriptions",
        "update prescription_items set position = 7",
        "delete from prescription_items",
        "insert into prescription_items (id, prescription_id, position, body_cipher) select gen_random_uuid(), id, 9, '' from prescriptions",
    ] {
        let refused = sqlx::query(statement).execute(domain.pool()).await.err().unwrap();
        assert_eq!(refused.as_database_error().unwrap().constraint(), Some("prescriptions_frozen"), "{statement}");
    }
    let refused = sqlx::query("delete from prescription_events").execute(domain.pool()).await.err().unwrap();
    assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "42501");

    // The next medicine starts another prescription.
    assert_ne!(scene.add("Ibuprofen").await, id);
}

#[tokio::test]
async fn the_paper_and_its_code() {
    let scene = Scene::new().await;
    let id = scene.signed().await;
    let (name, bytes) = prescriptions::pdf(&scene.clinic.domain, &no_files(), &scene.by(&scene.patient), id).await.unwrap();
    assert!(name.starts_with("rx-") && name.ends_with(".pdf"), "{name}");
    assert!(bytes.starts_with(b"%PDF-"));
    let file = lopdf::Document::load_mem(&bytes).unwrap();
    let text = file.extract_text(&[1]).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in ["Amara Osei", "Dr Lena Hoffmann", "Amoxicillin", "24 November 2026", "Riverside Clinic"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let again = prescriptions::pdf(&scene.clinic.domain, &no_files(), &scene.by(&scene.patient), id).await.unwrap();
    assert_eq!(again.1, bytes, "every rendering must give the same PDF");

    let at = text.find("/verify/").unwrap() + "/verify/".len();
    let code = &text[at..at + 26];
    let number = scene.get(&scene.doctor, id).await.unwrap().number;
    let Verification::Valid { number: answered, issued_on, doctor_name, clinic_name } = scene.verify(&code.to_lowercase()).await
    else {
        panic!("the code must be valid")
    };
    assert_eq!((answered, issued_on.to_string().as_str()), (number, "2026-11-24"));
    assert_eq!((doctor_name.as_str(), clinic_name.as_str()), ("Dr Lena Hoffmann", "Riverside Clinic"));
    // A signed document keeps the name with which it was signed, and so does the check of its code.
    scene.clinic.as_owner("update doctors set full_name = 'Dr Lena Brandt'").await;
    let Verification::Valid { doctor_name, .. } = scene.verify(code).await else { panic!("the code must be valid") };
    assert_eq!(doctor_name, "Dr Lena Hoffmann");

    scene.clinic.pass(SignedDuration::from_hours(24));
    scene.cancel(&scene.doctor, id).await.unwrap();
    let Verification::Cancelled { cancelled_on, .. } = scene.verify(code).await else {
        panic!("the code must be answered with \"cancelled\"")
    };
    assert_eq!(cancelled_on.to_string(), "2026-11-25");
    assert_eq!(scene.verify(&VerificationCode::from_bits(7).symbols()).await, Verification::Unknown);
    assert_eq!(scene.verify("what?").await, Verification::Unknown);
    let cancelled = prescriptions::pdf(&scene.clinic.domain, &no_files(), &scene.by(&scene.patient), id).await.unwrap();
    assert_ne!(cancelled.1, bytes, "the PDF must show the cancellation");
}

#[tokio::test]
async fn a_prescription_is_taken_back_once_and_by_its_doctor() {
    let scene = Scene::new().await;
    let draft = scene.add("Ibuprofen").await;
    assert_eq!(scene.cancel(&scene.doctor, draft).await, Err(Code::NotFound), "a draft can be discarded but not cancelled");
    let version = scene.get(&scene.doctor, draft).await.unwrap().version;
    scene.sign(&scene.doctor, draft, version).await.unwrap();
    assert_eq!(scene.cancel(&scene.patient, draft).await, Err(Code::Forbidden));
    scene.cancel(&scene.doctor, draft).await.unwrap();
    assert_eq!(scene.cancel(&scene.doctor, draft).await, Err(Code::PrescriptionCancelled));
    let view = scene.get(&scene.patient, draft).await.unwrap();
    assert_eq!((view.state, view.cancel_reason.as_deref()), (PrescriptionState::Cancelled, Some("Wrong strength")));
}

#[tokio::test]
async fn nobody_else_gets_in() {
    let scene = Scene::new().await;
    let clinic = &scene.clinic;
    let draft = scene.add("Amoxicillin").await;
    let other_doctor = clinic.doctor("Dr Tom Reed", scene.practice).await;
    let other_patient = clinic.patient("Jonas Weber").await;
    let nurse = clinic.staff("Nora Nurse", "nurse", Some(scene.practice)).await;
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    let pharmacist = clinic.staff("Phil Pharmacist", "pharmacist", Some(scene.practice)).await;

    for person in [&scene.patient, &other_doctor, &other_patient, &nurse, &admin, &pharmacist] {
        assert_eq!(
            scene.get(person, draft).await.err(),
            Some(Code::NotFound),
            "only its author may read a draft: {}",
            person.email
        );
        assert_eq!(scene.sign(person, draft, 2).await, Err(Code::NotFound), "{}", person.email);
        let command = AddItem { encounter: scene.encounter, medicine: medicine("Morphine"), idempotency_key: None };
        let refused = prescriptions::add_item(&clinic.domain, &scene.by(person), command).await.err().unwrap();
        assert!(matches!(refused.code(), Code::NotFound | Code::Forbidden), "{}", person.email);
    }
    let stranger = prescriptions::get(&clinic.domain, &clinic.stranger(), draft).await.err().unwrap();
    assert_eq!(stranger.code(), Code::SignInNeeded);

    let version = scene.get(&scene.doctor, draft).await.unwrap().version;
    scene.sign(&scene.doctor, draft, version).await.unwrap();
    for person in [&other_doctor, &other_patient, &nurse, &admin] {
        assert_eq!(scene.get(person, draft).await.err(), Some(Code::NotFound), "{}", person.email);
        let refused = prescriptions::pdf(&clinic.domain, &no_files(), &scene.by(person), draft).await.err().unwrap();
        assert_eq!(refused.code(), Code::NotFound, "{}", person.email);
    }
    for person in [&scene.patient, &pharmacist] {
        assert!(scene.get(person, draft).await.is_ok(), "{}", person.email);
        assert_eq!(scene.cancel(person, draft).await, Err(Code::Forbidden), "{}", person.email);
    }
    assert!(clinic.audited().await.contains(&"access.refused".to_owned()));
}

#[tokio::test]
async fn lists_hold_the_callers_own() {
    let scene = Scene::new().await;
    let signed = scene.signed().await;
    // Two prescriptions of the same millisecond have no fixed order, so the second one is written a minute later.
    scene.clinic.pass(SignedDuration::from_mins(1));
    let draft = scene.add("Ibuprofen").await;
    let waiting = async |person: &Person| prescriptions::drafts_waiting(&scene.clinic.domain, &scene.by(person)).await;
    assert_eq!(waiting(&scene.doctor).await.unwrap(), 1);
    assert_eq!(waiting(&scene.patient).await.err().unwrap().code(), Code::Forbidden);
    let other = scene.clinic.patient("Jonas Weber").await;
    let list = async |person: &Person, cursor: Option<String>| {
        let query = ListPrescriptions { cursor, size: Some(1) };
        prescriptions::list(&scene.clinic.domain, &scene.by(person), query).await.unwrap()
    };
    let page = list(&scene.doctor, None).await;
    assert_eq!((page.items[0].id, page.items[0].medicines.as_slice()), (draft, ["Ibuprofen".to_owned()].as_slice()));
    let page = list(&scene.doctor, page.next_cursor).await;
    assert_eq!((page.items[0].id, page.next_cursor), (signed, None));
    let page = list(&scene.patient, None).await;
    assert_eq!((page.items.len(), page.items[0].id, page.next_cursor), (1, signed, None), "a patient must not see drafts");
    assert!(list(&other, None).await.items.is_empty());

    let admin = scene.clinic.staff("Ada Admin", "admin", None).await;
    let refused = prescriptions::list(&scene.clinic.domain, &scene.by(&admin), ListPrescriptions::default()).await.err().unwrap();
    assert_eq!(refused.code(), Code::Forbidden);
}

#[tokio::test]
async fn who_acts_for_the_patient_is_mailed_that_there_is_a_prescription() {
    let scene = Scene::new().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    let told = async || {
        let mails = clinic.mails(MailKind::Signed).await;
        let told = mails.into_iter().map(|mail| match mail.content {
            MailContent::Prescriptions(prescriptions::MailContent::Signed { prescription }) => (mail.recipient.to, prescription),
            other => panic!("another mail: {other:?}"),
        });
        told.collect::<Vec<_>>()
    };
    let first = scene.signed().await;
    assert_eq!(told().await, [(scene.patient.email.clone(), first)], "the doctor has signed it, and needs no mail");
    scene.cancel(&scene.doctor, first).await.unwrap();
    assert_eq!(told().await.len(), 1, "the page says that it is cancelled");

    let off = SetNoticeChoices { off: vec![NoticeSwitch::PrescriptionMail], quiet: None, version: 0 };
    set_notice_choices(domain, &scene.by(&scene.patient), off).await.unwrap();
    scene.signed().await;
    assert_eq!(told().await.len(), 1, "it is switched off");

    clinic.as_owner("update patient_access set starts_at = '2020-01-01', ends_at = '2021-01-01'").await;
    assert!(told().await.is_empty(), "a mail that waits is not sent to somebody who may not act for the patient any more");
}

#[tokio::test]
async fn every_step_is_audited_and_told() {
    let scene = Scene::new().await;
    let id = scene.signed().await;
    scene.cancel(&scene.doctor, id).await.unwrap();
    scene.get(&scene.patient, id).await.unwrap();
    let audited = scene.clinic.audited().await;
    for action in ["prescriptions.item_added", "prescriptions.signed", "prescriptions.cancelled", "prescriptions.read"] {
        assert!(audited.iter().any(|found| found == action), "{action}: {audited:?}");
    }
    let kinds: Vec<String> = sqlx::query_scalar("select kind from outbox_events where kind like 'prescription%' order by number")
        .fetch_all(&scene.clinic.owner)
        .await
        .unwrap();
    assert_eq!(kinds, ["prescription_signed", "prescription_cancelled"]);
    scene.clinic.dispatch().await;
    let told: Vec<String> = sqlx::query_scalar("select kind from live_events where user_id = $1")
        .bind(scene.patient.user.uuid())
        .fetch_all(&scene.clinic.owner)
        .await
        .unwrap();
    assert_eq!(told, ["prescription", "prescription"]);
}
