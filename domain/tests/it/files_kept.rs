//! What keeps a file: legal holds, bringing back what was entered in error, the end of its retention, and its versions.

use crate::files::Shelf;
use domain::{
    Result,
    access::Access,
    files::{self, Files, Shown},
    filing::{self, BeginUpload},
    records::{self, HoldFiles, LiftHold, RestoreDocument, WithdrawDocument},
    settings::Settings,
};
use jiff::SignedDuration;
use model::{
    errors::Code,
    files::{Retention, UploadView},
    ids::FileId,
};
use std::sync::Arc;
use testing::{Person, TestClinic};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A patient, the doctor who treats them, and an administrator of the whole organisation.
struct Scene {
    clinic: TestClinic,
    files: Files,
    ana: Person,
    lena: Person,
    admin: Person,
}

impl Scene {
    async fn new() -> Self {
        let clinic = testing::clinic().await;
        let practice = clinic.practice().await;
        let (ana, lena) = (clinic.patient("Ana Keller").await, clinic.doctor("Dr Lena Hoff", practice).await);
        clinic.encounter(&ana, &lena, practice).await;
        let admin = clinic.staff("Ida Admin", "admin", None).await;
        Self { files: Files::new(Arc::new(Shelf::default()), None), clinic, ana, lena, admin }
    }

    async fn begin(&self, access: &Access, name: &str, replaces: Option<FileId>) -> Result<UploadView> {
        let command = BeginUpload {
            purpose: "patient_document".to_owned(),
            patient: Some(self.ana.patient()),
            clinic: None,
            paper: None,
            thread: None,
            replaces,
            name: name.to_owned(),
            kind: "text/plain".to_owned(),
            bytes: 5,
            sha256: None,
        };
        filing::begin(&self.clinic.domain, access, command).await
    }

    /// Sends what was begun, and has it checked.
    async fn finish(&self, access: &Access, upload: FileId) -> Result<FileId> {
        let domain = &self.clinic.domain;
        files::put_part(domain, &self.files, access, (upload, 1), b"hello", None).await?;
        filing::complete(domain, access, upload).await?;
        files::check(domain, &self.files, upload).await?;
        Ok(upload)
    }

    async fn added(&self, access: &Access, name: &str, replaces: Option<FileId>) -> Result<FileId> {
        let upload = self.begin(access, name, replaces).await?.id;
        self.finish(access, upload).await
    }

    async fn withdraw(&self, access: &Access, document: FileId) -> Result<()> {
        let command = WithdrawDocument { patient: self.ana.patient(), document, reason: "Of another person".to_owned() };
        records::withdraw_document(&self.clinic.domain, access, command).await
    }

    async fn restore(&self, access: &Access, document: FileId) -> Result<()> {
        let command = RestoreDocument { patient: self.ana.patient(), document };
        records::restore_document(&self.clinic.domain, access, command).await
    }

    async fn hold(&self, access: &Access, file: Option<FileId>, reason: &str) -> Result<usize> {
        let command = HoldFiles { patient: self.ana.patient(), file, reason: reason.to_owned() };
        records::hold_files(&self.clinic.domain, access, command).await
    }

    async fn lift(&self, access: &Access, file: Option<FileId>) -> Result<usize> {
        let command = LiftHold { patient: self.ana.patient(), file, reason: "The lawsuit is over".to_owned() };
        records::lift_hold(&self.clinic.domain, access, command).await
    }

    async fn opens(&self, access: &Access, file: FileId) -> Option<Code> {
        code(filing::open(&self.clinic.domain, &self.files, access, file, Shown::Content).await)
    }

    /// The names in the list, each with those of its earlier versions.
    async fn listed(&self, access: &Access) -> Vec<(String, Vec<String>)> {
        let found = records::documents(&self.clinic.domain, access, Some(self.ana.patient())).await.unwrap();
        let earlier = |item: &model::files::DocumentView| item.earlier.iter().map(|version| version.name.clone()).collect();
        found.items.iter().map(|item| (item.name.clone(), earlier(item))).collect()
    }
}

fn code<T>(outcome: Result<T>) -> Option<Code> {
    outcome.err().map(|error| error.code())
}

#[tokio::test]
async fn a_file_under_a_legal_hold_is_neither_marked_nor_removed() {
    let scene = Scene::new().await;
    let (ana, lena) = (scene.ana.access(&scene.clinic), scene.lena.access(&scene.clinic));
    let admin = scene.admin.access(&scene.clinic);
    let (held, other) = (scene.added(&ana, "held.txt", None).await.unwrap(), scene.added(&ana, "other.txt", None).await.unwrap());
    for stranger in [&ana, &lena] {
        assert_eq!(code(scene.hold(stranger, Some(held), "A lawsuit").await), Some(Code::Forbidden));
    }
    assert_eq!(code(scene.hold(&scene.clinic.stranger(), None, "A lawsuit").await), Some(Code::SignInNeeded));
    assert_eq!(code(scene.hold(&admin, Some(held), " ").await), Some(Code::FieldsInvalid));
    let unknown = FileId::from(uuid::Uuid::from_u128(7));
    assert_eq!(code(scene.hold(&admin, Some(unknown), "A lawsuit").await), Some(Code::NotFound));
    assert_eq!(scene.hold(&admin, Some(held), "A lawsuit").await.unwrap(), 1);
    assert_eq!(scene.hold(&admin, Some(held), "A lawsuit").await.unwrap(), 0);
    assert_eq!(code(scene.withdraw(&ana, held).await), Some(Code::FileHeld));

    // Marked before it was put under a hold: it stays, too.
    scene.withdraw(&ana, other).await.unwrap();
    assert_eq!(scene.hold(&admin, None, "A lawsuit").await.unwrap(), 1);
    let domain = &scene.clinic.domain;
    let listed = records::patient_files(domain, &admin, scene.ana.patient()).await.unwrap();
    let shown: Vec<_> =
        listed.items.iter().map(|file| (file.hold.as_ref().map(|hold| hold.set_by.as_str()), file.retention)).collect();
    assert_eq!(shown, [(Some("Ida Admin"), Retention::Personal); 2]);
    scene.clinic.pass(DAY * 31);
    files::sweep(domain, &scene.files).await.unwrap();
    let admin = scene.admin.access(&scene.clinic);
    assert_eq!(records::patient_files(domain, &admin, scene.ana.patient()).await.unwrap().items.len(), 2);

    assert_eq!(scene.lift(&admin, None).await.unwrap(), 2);
    assert_eq!(scene.lift(&admin, None).await.unwrap(), 0);
    files::sweep(domain, &scene.files).await.unwrap();
    let left = records::patient_files(domain, &admin, scene.ana.patient()).await.unwrap().items;
    assert_eq!(left.iter().map(|file| file.id).collect::<Vec<_>>(), [held]);
    let audited = scene.clinic.audited().await;
    for (action, times) in [("files.held", 2), ("files.hold_lifted", 1), ("files.removed", 1)] {
        assert_eq!(audited.iter().filter(|known| *known == action).count(), times, "{action}");
    }
}

#[tokio::test]
async fn what_was_marked_comes_back_for_a_month_and_what_belongs_to_the_record_stays() {
    let scene = Scene::new().await;
    let (ana, lena) = (scene.ana.access(&scene.clinic), scene.lena.access(&scene.clinic));
    let (own, letter) =
        (scene.added(&ana, "own.txt", None).await.unwrap(), scene.added(&lena, "letter.txt", None).await.unwrap());
    scene.withdraw(&ana, own).await.unwrap();
    scene.withdraw(&lena, letter).await.unwrap();
    assert!(scene.listed(&ana).await.is_empty());
    let back = records::documents(&scene.clinic.domain, &ana, None).await.unwrap().withdrawn;
    assert_eq!(back.iter().map(|document| document.id).collect::<Vec<_>>(), [own]);
    assert_eq!(code(scene.restore(&lena, own).await), Some(Code::Forbidden));
    scene.restore(&ana, own).await.unwrap();
    scene.restore(&ana, own).await.unwrap();
    assert_eq!((scene.listed(&lena).await.len(), scene.opens(&lena, own).await), (1, None));

    scene.withdraw(&ana, own).await.unwrap();
    scene.clinic.pass(DAY * 31);
    let (domain, ana) = (&scene.clinic.domain, scene.ana.access(&scene.clinic));
    assert!(records::documents(domain, &ana, None).await.unwrap().withdrawn.is_empty());
    assert_eq!(code(scene.restore(&ana, own).await), Some(Code::FileRemoved));
    assert_eq!(files::sweep(domain, &scene.files).await.unwrap(), 1);
    assert_eq!(code(scene.restore(&ana, own).await), Some(Code::FileRemoved));
    let admin = scene.admin.access(&scene.clinic);
    let left = records::patient_files(domain, &admin, scene.ana.patient()).await.unwrap().items;
    assert_eq!(left.iter().map(|file| (file.id, file.retention)).collect::<Vec<_>>(), [(letter, Retention::Record)]);
    let audited = scene.clinic.audited().await;
    assert_eq!(audited.iter().filter(|known| *known == "records.document_restored").count(), 1);
}

#[tokio::test]
async fn a_newer_version_takes_the_place_of_a_document_and_the_earlier_one_can_be_read() {
    let scene = Scene::new().await;
    let (ana, lena) = (scene.ana.access(&scene.clinic), scene.lena.access(&scene.clinic));
    let first = scene.added(&ana, "first.txt", None).await.unwrap();
    assert_eq!(code(scene.begin(&lena, "second.txt", Some(first)).await), Some(Code::Forbidden));
    let unknown = FileId::from(uuid::Uuid::from_u128(7));
    assert_eq!(code(scene.begin(&ana, "second.txt", Some(unknown)).await), Some(Code::NotFound));
    // Two that were begun at the same time: the second one to be completed is stale.
    let (one, other) =
        (scene.begin(&ana, "second.txt", Some(first)).await.unwrap(), scene.begin(&ana, "other.txt", Some(first)).await.unwrap());
    let second = scene.finish(&ana, one.id).await.unwrap();
    assert_eq!(code(scene.finish(&ana, other.id).await), Some(Code::Stale));
    assert_eq!(code(scene.begin(&ana, "third.txt", Some(first)).await), Some(Code::Stale));
    let third = scene.added(&ana, "third.txt", Some(second)).await.unwrap();
    let earlier = vec!["second.txt".to_owned(), "first.txt".to_owned()];
    assert_eq!(scene.listed(&lena).await, [("third.txt".to_owned(), earlier)]);
    assert_eq!((scene.opens(&lena, first).await, scene.opens(&ana, second).await), (None, None));
    assert_eq!(code(scene.withdraw(&ana, first).await), Some(Code::Stale));

    // Without the newest one, the one before counts again.
    scene.withdraw(&ana, third).await.unwrap();
    assert_eq!(scene.listed(&ana).await, [("second.txt".to_owned(), vec!["first.txt".to_owned()])]);
    scene.added(&ana, "fourth.txt", Some(second)).await.unwrap();
    assert_eq!(code(scene.restore(&ana, third).await), Some(Code::Stale));
}

#[tokio::test]
async fn a_part_that_is_sent_twice_counts_once_and_what_was_removed_counts_no_more() {
    let mut scene = Scene::new().await;
    scene.clinic.domain = scene.clinic.domain_with(Settings { patient_files_bytes: 10, ..Settings::default() }).await;
    let ana = scene.ana.access(&scene.clinic);
    let first = scene.added(&ana, "first.txt", None).await.unwrap();
    let second = scene.begin(&ana, "second.txt", None).await.unwrap().id;
    for content in [b"hello", b"world", b"world"] {
        files::put_part(&scene.clinic.domain, &scene.files, &ana, (second, 1), content, None).await.unwrap();
    }
    scene.finish(&ana, second).await.unwrap();
    // Both files take ten bytes, whatever was sent.
    assert_eq!(code(scene.begin(&ana, "third.txt", None).await), Some(Code::FileQuota));
    scene.withdraw(&ana, first).await.unwrap();
    assert_eq!(code(scene.begin(&ana, "third.txt", None).await), Some(Code::FileQuota));
    scene.clinic.pass(DAY * 31);
    files::sweep(&scene.clinic.domain, &scene.files).await.unwrap();
    let ana = scene.ana.access(&scene.clinic);
    scene.begin(&ana, "third.txt", None).await.unwrap();
    assert_eq!(code(scene.begin(&ana, "fourth.txt", None).await), Some(Code::FileQuota));
}
