//! Files of patients: who adds, reads and withdraws them, their room, and what becomes of them without the patient's key.

use async_trait::async_trait;
use domain::{
    Domain, Result,
    access::Access,
    directory::{self, ClaimRecord, Claimant, KeptDetails, Likeness, MergeRecords, NewPatient, RegisterPatient},
    files::{self, Files, Shown, Storage, StorageError},
    filing::{self, BeginUpload},
    records::{self, ShareItem, WithdrawDocument},
    settings::{Settings, Unscanned},
};
use jiff::SignedDuration;
use model::{
    errors::Code,
    files::{FileState, UploadView},
    ids::{FileId, FileObjectId, PatientId},
};
use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{Arc, Mutex},
};
use testing::{Person, TestClinic};

/// Objects in memory, which a test can look at and exchange. One may be there that is not deleted.
#[derive(Debug, Default)]
pub(crate) struct Shelf(Mutex<BTreeMap<FileObjectId, Vec<u8>>>, Mutex<Option<FileObjectId>>);

#[async_trait]
impl Storage for Shelf {
    fn name(&self) -> &str {
        "memory"
    }

    async fn put(&self, object: FileObjectId, content: Vec<u8>) -> Result<(), StorageError> {
        self.0.lock().unwrap().insert(object, content);
        Ok(())
    }

    async fn get(&self, object: FileObjectId, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
        let range = usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
        let objects = self.0.lock().unwrap();
        objects.get(&object).and_then(|content| content.get(range)).map(<[u8]>::to_vec).ok_or(StorageError::Missing)
    }

    async fn delete(&self, object: FileObjectId) -> Result<(), StorageError> {
        if *self.1.lock().unwrap() == Some(object) {
            return Err(StorageError::Unavailable("it is held".to_owned()));
        }
        self.0.lock().unwrap().remove(&object);
        Ok(())
    }
}

/// Files of which there are none yet.
pub(crate) fn no_files() -> Files {
    Files::new(Arc::new(Shelf::default()), None)
}

/// A patient, the doctor who treats them, and another doctor.
struct Scene {
    clinic: TestClinic,
    ana: Person,
    lena: Person,
    other: Person,
    shelf: Arc<Shelf>,
    files: Files,
}

impl Scene {
    async fn new() -> Self {
        let clinic = testing::clinic().await;
        let practice = clinic.practice().await;
        let (ana, lena) = (clinic.patient("Ana Keller").await, clinic.doctor("Dr Lena Hoff", practice).await);
        let other = clinic.doctor("Dr Tomas Reyes", practice).await;
        clinic.encounter(&ana, &lena, practice).await;
        let shelf = Arc::new(Shelf::default());
        let files = Files::new(shelf.clone(), None);
        Self { clinic, ana, lena, other, shelf, files }
    }

    async fn begin(&self, domain: &Domain, access: &Access, patient: PatientId, bytes: u64) -> Result<UploadView> {
        let command = BeginUpload {
            purpose: "patient_document".to_owned(),
            patient: Some(patient),
            clinic: None,
            paper: None,
            thread: None,
            replaces: None,
            name: "letter.txt".to_owned(),
            kind: "text/plain".to_owned(),
            bytes,
            sha256: None,
        };
        filing::begin(domain, access, command).await
    }

    /// Adds a text of one part and has it checked.
    async fn added(&self, access: &Access, content: &[u8]) -> FileId {
        let (domain, bytes) = (&self.clinic.domain, u64::try_from(content.len()).unwrap());
        let upload = self.begin(domain, access, self.ana.patient(), bytes).await.unwrap().id;
        files::put_part(domain, &self.files, access, (upload, 1), content, None).await.unwrap();
        filing::complete(domain, access, upload).await.unwrap();
        files::check(domain, &self.files, upload).await.unwrap();
        assert_eq!(files::progress(domain, access, upload).await.unwrap().state, FileState::Ready);
        upload
    }

    async fn read(&self, domain: &Domain, access: &Access, file: FileId) -> Result<Vec<u8>> {
        let mut opened = filing::open(domain, &self.files, access, file, Shown::Content).await?;
        Ok(opened.content.next_piece().await?.unwrap_or_default())
    }
}

fn code<T>(outcome: Result<T>) -> Option<Code> {
    outcome.err().map(|error| error.code())
}

#[tokio::test]
async fn an_object_that_is_not_deleted_keeps_no_other_one() {
    let scene = Scene::new().await;
    let domain = &scene.clinic.domain;
    let ana = scene.ana.access(&scene.clinic);
    for content in [b"one".as_slice(), b"two".as_slice()] {
        scene.added(&ana, content).await;
    }
    scene.clinic.as_owner("update file_objects set dropped_at = created_at").await;
    let held = *scene.shelf.0.lock().unwrap().keys().next().unwrap();
    let others = scene.shelf.0.lock().unwrap().len() - 1;
    assert!(others >= 1);
    *scene.shelf.1.lock().unwrap() = Some(held);
    scene.clinic.pass(SignedDuration::from_hours(2));
    assert_eq!(files::sweep(domain, &scene.files).await.unwrap(), u64::try_from(others).unwrap());
    assert_eq!(scene.shelf.0.lock().unwrap().keys().copied().collect::<Vec<_>>(), [held]);
    // It waits before it is tried again.
    *scene.shelf.1.lock().unwrap() = None;
    assert_eq!(files::sweep(domain, &scene.files).await.unwrap(), 0);
    scene.clinic.pass(SignedDuration::from_hours(2));
    assert_eq!(files::sweep(domain, &scene.files).await.unwrap(), 1);
    assert!(scene.shelf.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn patients_and_those_who_treat_them_add_and_read_documents() {
    let scene = Scene::new().await;
    let domain = &scene.clinic.domain;
    let (ana, lena) = (scene.ana.access(&scene.clinic), scene.lena.access(&scene.clinic));
    let (other, patient) = (scene.other.access(&scene.clinic), scene.ana.patient());
    let report = scene.added(&ana, b"a report").await;
    let letter = scene.added(&lena, b"a letter").await;
    assert_eq!(scene.read(domain, &lena, report).await.unwrap(), b"a report");
    assert_eq!(scene.read(domain, &ana, letter).await.unwrap(), b"a letter");

    assert_eq!(code(scene.read(domain, &other, report).await), Some(Code::NotFound));
    assert_eq!(code(scene.begin(domain, &other, patient, 5).await), Some(Code::NotFound));
    assert_eq!(code(records::documents(domain, &other, Some(patient)).await), Some(Code::NotFound));
    let stranger = scene.clinic.stranger();
    assert_eq!(code(scene.read(domain, &stranger, report).await), Some(Code::SignInNeeded));
    assert_eq!(code(scene.begin(domain, &stranger, patient, 5).await), Some(Code::SignInNeeded));

    // Whoever has its link reads a document that the patient shares, and no other one.
    let link = async |item: FileId| {
        let command = ShareItem { patient: None, kind: "document".to_owned(), item: item.uuid(), life: "day".to_owned() };
        let id = records::share_item(domain, &ana, command).await.unwrap();
        let shares = records::shares(domain, &ana, None).await.unwrap();
        shares.into_iter().find(|row| row.id == id).and_then(|row| row.token).unwrap()
    };
    let shared = link(letter).await;
    let mut opened = filing::open_shared(domain, &scene.files, &stranger, &shared).await.unwrap();
    assert_eq!(opened.content.next_piece().await.unwrap().unwrap(), b"a letter");
    let wrong = filing::open_shared(domain, &scene.files, &stranger, &"0".repeat(32)).await;
    assert_eq!(code(wrong), Some(Code::LinkUnknown));

    let listed = records::documents(domain, &ana, None).await.unwrap();
    let shown: Vec<_> = listed.items.iter().map(|item| (item.id, item.added_by.as_str(), item.may_withdraw)).collect();
    assert_eq!(shown.len(), 2);
    assert!(shown.contains(&(report, "Ana Keller", true)) && shown.contains(&(letter, "Dr Lena Hoff", false)), "{shown:?}");
    let withdraw = |document| WithdrawDocument { patient, document, reason: "Of another person".to_owned() };
    assert_eq!(code(records::withdraw_document(domain, &lena, withdraw(report)).await), Some(Code::Forbidden));
    records::withdraw_document(domain, &ana, withdraw(report)).await.unwrap();
    records::withdraw_document(domain, &ana, withdraw(report)).await.unwrap();
    assert_eq!(code(scene.read(domain, &lena, report).await), Some(Code::NotFound));
    assert_eq!(records::documents(domain, &lena, Some(patient)).await.unwrap().items.len(), 1);
    let audited = scene.clinic.audited().await;
    for action in [
        "files.upload_begun",
        "files.added",
        "files.checked",
        "files.read",
        "records.documents_listed",
        "records.document_withdrawn",
    ] {
        assert!(audited.iter().any(|known| known == action), "{action}");
    }
    assert_eq!(audited.iter().filter(|action| *action == "records.document_withdrawn").count(), 1);
}

#[tokio::test]
async fn a_record_has_so_much_room_and_unscanned_files_may_be_kept_from_others() {
    let scene = Scene::new().await;
    let settings = Settings { patient_files_bytes: 100, unscanned_files: Unscanned::Hidden, ..Settings::default() };
    let narrow = scene.clinic.domain_with(settings).await;
    let (ana, lena) = (scene.ana.access(&scene.clinic), scene.lena.access(&scene.clinic));
    let report = scene.added(&ana, b"a report").await;
    assert_eq!(scene.read(&narrow, &ana, report).await.unwrap(), b"a report");
    assert_eq!(code(scene.read(&narrow, &lena, report).await), Some(Code::FileNotScanned));
    let upload = scene.begin(&narrow, &ana, scene.ana.patient(), 92).await.unwrap();
    assert_eq!(code(scene.begin(&narrow, &lena, scene.ana.patient(), 1).await), Some(Code::FileQuota));
    filing::abandon(&narrow, &ana, upload.id).await.unwrap();
    scene.begin(&narrow, &lena, scene.ana.patient(), 1).await.unwrap();
}

#[tokio::test]
async fn exchanged_objects_do_not_open_and_without_the_key_of_the_patient_nothing_does() {
    let scene = Scene::new().await;
    let (domain, ana) = (&scene.clinic.domain, scene.ana.access(&scene.clinic));
    let (first, second) = (scene.added(&ana, b"the first").await, scene.added(&ana, b"a second1").await);
    {
        let mut objects = scene.shelf.0.lock().unwrap();
        let contents: Vec<Vec<u8>> = objects.values().rev().cloned().collect();
        for (content, exchanged) in objects.values_mut().zip(contents) {
            assert_ne!(*content, exchanged);
            *content = exchanged;
        }
    }
    assert_eq!(code(scene.read(domain, &ana, first).await), Some(Code::Internal));
    assert_eq!(code(scene.read(domain, &ana, second).await), Some(Code::Internal));
    let third = scene.added(&ana, b"the third").await;
    scene.clinic.as_owner("delete from patient_keys").await;
    assert_eq!(code(scene.read(domain, &ana, third).await), Some(Code::NotFound));
}

#[tokio::test]
async fn documents_go_with_a_record_that_is_merged_and_come_back() {
    let scene = Scene::new().await;
    let (clinic, domain, lena) = (&scene.clinic, &scene.clinic.domain, scene.lena.access(&scene.clinic));
    let letter = scene.added(&scene.ana.access(clinic), b"a letter").await;
    let visit: uuid::Uuid = sqlx::query_scalar("select id from encounters").fetch_one(&clinic.owner).await.unwrap();
    clinic.end_encounter(visit.into()).await;
    let (stays, ends) = (clinic.patient("Ana Kellar").await.patient(), scene.ana.patient());
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(clinic);
    let view = directory::compare_records(domain, &admin, stays, ends).await.unwrap();
    let kept = Some(stays);
    let command = MergeRecords {
        survivor: (stays, view.first.version),
        merged: (ends, view.second.version),
        kept: KeptDetails { name: kept, date_of_birth: kept, phone: kept, address: kept },
        reason: "Seen with a passport".to_owned(),
        confirmation: view.second.number,
    };
    let merge = directory::merge_records(domain, &admin, command).await.unwrap();
    let names = async |patient| {
        let listed = records::documents(domain, &lena, Some(patient)).await.unwrap().items;
        listed.into_iter().map(|item| item.name).collect::<Vec<_>>()
    };
    assert_eq!(names(stays).await, ["letter.txt"]);
    assert_eq!(scene.read(domain, &lena, letter).await.unwrap(), b"a letter");

    directory::separate_records(domain, &admin, merge).await.unwrap();
    assert_eq!(names(ends).await, ["letter.txt"]);
    assert_eq!(scene.read(domain, &lena, letter).await.unwrap(), b"a letter");
}

#[tokio::test]
async fn a_record_with_a_document_is_not_replaced_by_a_claimed_one() {
    let scene = Scene::new().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(clinic.practice().await)).await.access(clinic);
    let born = ["12", "4", "1990"].map(str::to_owned);
    let person = NewPatient {
        name: "Priya Raman".to_owned(),
        latin_name: String::new(),
        date_of_birth: born.clone(),
        phone: String::new(),
    };
    let command = RegisterPatient { person, likeness: Likeness::Unchecked, idempotency_key: None };
    let record = directory::register_patient(domain, &desk, command).await.unwrap();
    let code = directory::make_claim_code(domain, &desk, record).await.unwrap().code;
    let priya = clinic.patient("Priya Raman").await;
    let access = priya.access(clinic);
    scene.begin(domain, &access, priya.patient(), 5).await.unwrap();
    let claim = ClaimRecord { code, date_of_birth: born };
    assert_eq!(directory::claim_record(domain, &access, claim).await.unwrap(), Claimant::Helper);
    assert!(records::documents(domain, &access, Some(priya.patient())).await.is_ok());
}
