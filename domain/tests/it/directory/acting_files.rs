//! The document with which a clinic lets somebody act for a patient, as a file: adding it, and who reads it.

use crate::files::no_files;
use domain::{
    Result,
    access::Access,
    directory::{self, LetAct},
    files::{self, Files, Shown},
    filing::{self, BeginUpload},
};
use image::{ImageFormat, RgbImage};
use model::{
    directory::ActingRow,
    errors::{Code, FieldError, FieldFault},
    ids::{ActingPaperId, FileId, PatientId},
};
use std::io::Cursor;
use testing::{Consultation, TestClinic};

fn letter(patient: PatientId, email: &str) -> LetAct {
    LetAct {
        patient,
        email: email.to_owned(),
        relation: "helper".to_owned(),
        document: "Power of attorney".to_owned(),
        document_date: ["1", "10", "2026"].map(str::to_owned),
        file_id: String::new(),
        no_copy: "Seen at the desk".to_owned(),
        until: ["30", "11", "2027"].map(str::to_owned),
        idempotency_key: None,
    }
}

fn scan(patient: Option<PatientId>, paper: Option<ActingPaperId>, bytes: usize) -> BeginUpload {
    BeginUpload {
        purpose: "acting_paper".to_owned(),
        patient,
        clinic: None,
        paper,
        thread: None,
        replaces: None,
        name: "attorney.jpg".to_owned(),
        kind: "image/jpeg".to_owned(),
        bytes: u64::try_from(bytes).unwrap(),
        sha256: None,
    }
}

async fn added(clinic: &TestClinic, files: &Files, access: &Access, patient: PatientId, paper: Option<ActingPaperId>) -> FileId {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::new(40, 60).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    let content = bytes.into_inner();
    let upload = filing::begin(&clinic.domain, access, scan(Some(patient), paper, content.len())).await.unwrap().id;
    files::put_part(&clinic.domain, files, access, (upload, 1), &content, None).await.unwrap();
    filing::complete(&clinic.domain, access, upload).await.unwrap();
    files::check(&clinic.domain, files, upload).await.unwrap();
    upload
}

async fn rows(clinic: &TestClinic, access: &Access, patient: PatientId) -> Vec<ActingRow> {
    directory::acting_for(&clinic.domain, access, patient).await.unwrap().acting
}

fn code<T>(outcome: Result<T>) -> Option<Code> {
    outcome.err().map(|error| error.code())
}

#[tokio::test]
async fn the_document_of_a_carer_is_added_as_a_file_and_read_by_the_staff_of_the_clinic() {
    let Consultation { clinic, practice, patient, doctor, .. } = testing::consultation().await;
    let (domain, files, of) = (&clinic.domain, no_files(), patient.patient());
    let desk = clinic.staff("Rita Desk", "receptionist", Some(practice)).await.access(&clinic);
    let admin = clinic.staff("Ida Admin", "admin", Some(practice)).await.access(&clinic);
    let there = clinic.practice().await;
    let elsewhere = clinic.staff("Lars Local", "receptionist", Some(there)).await.access(&clinic);
    let (carer, other) = (clinic.patient("Ada Carer").await, clinic.patient("Berta Carer").await);
    for person in [&carer, &other] {
        directory::let_act(domain, &desk, letter(of, &person.email)).await.unwrap();
    }
    let before = rows(&clinic, &desk, of).await;
    let paper = before.iter().find(|row| row.user == carer.user).and_then(|row| row.paper).unwrap();
    let file = added(&clinic, &files, &desk, of, Some(paper)).await;
    for row in rows(&clinic, &admin, of).await {
        let found: Vec<(FileId, &str)> = row.files.iter().map(|file| (file.id, file.added_by.as_str())).collect();
        assert_eq!(found, if row.user == carer.user { vec![(file, "Rita Desk")] } else { Vec::new() });
    }
    assert!(filing::open(domain, &files, &desk, file, Shown::Content).await.is_ok());
    assert!(filing::open(domain, &files, &admin, file, Shown::Thumbnail).await.is_ok());
    for access in [&elsewhere, &doctor.access(&clinic), &patient.access(&clinic), &carer.access(&clinic)] {
        assert!(matches!(
            code(filing::open(domain, &files, access, file, Shown::Content).await),
            Some(Code::NotFound | Code::Forbidden)
        ));
        let refused = code(filing::begin(domain, access, scan(Some(of), Some(paper), 10)).await);
        assert!(matches!(refused, Some(Code::NotFound | Code::Forbidden)), "{refused:?}");
    }
    let refused = filing::open(domain, &files, &clinic.stranger(), file, Shown::Content).await;
    assert_eq!(code(refused), Some(Code::SignInNeeded));

    // An upload that is given up leaves nothing.
    let upload = filing::begin(domain, &desk, scan(Some(of), Some(paper), 10)).await.unwrap().id;
    filing::abandon(domain, &desk, upload).await.unwrap();
    let left: i64 = sqlx::query_scalar("select count(*) from acting_paper_files").fetch_one(&clinic.owner).await.unwrap();
    assert_eq!(left, 1);
    let audited = clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|found| *found == action).count();
    assert_eq!((count("files.upload_begun"), count("files.added"), count("files.read")), (2, 1, 2));
}

#[tokio::test]
async fn a_file_belongs_to_a_document_of_the_patient() {
    let Consultation { clinic, practice, patient, .. } = testing::consultation().await;
    let desk = clinic.staff("Rita Desk", "receptionist", Some(practice)).await.access(&clinic);
    let (domain, of) = (&clinic.domain, patient.patient());
    let refused = filing::begin(domain, &desk, scan(None, None, 10)).await.unwrap_err();
    assert_eq!(refused.field_errors(), [FieldError::new("patient_id", FieldFault::Missing)]);
    let unknown = domain.new_id::<ActingPaperId>();
    assert_eq!(code(filing::begin(domain, &desk, scan(Some(of), Some(unknown), 10)).await), Some(Code::NotFound));
    let text = BeginUpload { kind: "text/plain".to_owned(), ..scan(Some(of), Some(unknown), 10) };
    let refused = filing::begin(domain, &desk, text).await.unwrap_err();
    assert_eq!(refused.field_errors(), [FieldError::new("kind", FieldFault::UnknownChoice)]);
}

#[tokio::test]
async fn a_right_needs_a_file_that_was_checked_or_a_reason_why_no_copy_is_kept() {
    let Consultation { clinic, practice, patient, .. } = testing::consultation().await;
    let (domain, files, of) = (&clinic.domain, no_files(), patient.patient());
    let desk = clinic.staff("Rita Desk", "receptionist", Some(practice)).await.access(&clinic);
    let (carer, other) = (clinic.patient("Ada Carer").await, clinic.patient("Berta Carer").await);
    let with = |file: String| LetAct { file_id: file, no_copy: String::new(), ..letter(of, &carer.email) };
    let faults = async |command: LetAct| directory::let_act(domain, &desk, command).await.unwrap_err().field_errors().to_vec();
    assert_eq!(faults(with(String::new())).await, [FieldError::new("no_copy", FieldFault::Missing)]);
    let unknown = [FieldError::new("file_id", FieldFault::UnknownChoice)];
    for file in ["none".to_owned(), domain.new_id::<FileId>().to_string()] {
        assert_eq!(faults(with(file)).await, unknown);
    }
    // Neither a file that nobody has checked, nor one that shows the document of another patient.
    let unchecked = filing::begin(domain, &desk, scan(Some(of), None, 10)).await.unwrap().id;
    assert_eq!(faults(with(unchecked.to_string())).await, unknown);
    let there = clinic.doctor("Dr Jonas Weber", practice).await;
    clinic.encounter(&other, &there, practice).await;
    let theirs = added(&clinic, &files, &desk, other.patient(), None).await;
    assert_eq!(faults(with(theirs.to_string())).await, unknown);

    let file = added(&clinic, &files, &desk, of, None).await;
    let before = directory::acting_for(domain, &desk, of).await.unwrap();
    assert_eq!((before.acting.len(), before.waiting.iter().map(|file| file.id).collect::<Vec<_>>()), (0, vec![file]));
    directory::let_act(domain, &desk, with(file.to_string())).await.unwrap();
    let again = LetAct { email: other.email.clone(), ..with(file.to_string()) };
    assert_eq!(faults(again).await, unknown, "it belongs to one right");
    directory::let_act(domain, &desk, letter(of, &other.email)).await.unwrap();

    let after = directory::acting_for(domain, &desk, of).await.unwrap();
    assert!(after.waiting.is_empty());
    let shown: Vec<_> = after.acting.iter().map(|row| (row.user, row.files.len(), row.no_copy.as_deref())).collect();
    assert_eq!(shown, [(carer.user, 1, None), (other.user, 0, Some("Seen at the desk"))]);
    let stored: Vec<u8> = sqlx::query_scalar("select no_copy_cipher from acting_papers where no_copy_cipher is not null")
        .fetch_one(&clinic.owner)
        .await
        .unwrap();
    assert!(!stored.windows(4).any(|part| part == b"desk"), "the reason is encrypted");
}
