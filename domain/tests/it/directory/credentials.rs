//! The documents of a doctor's licences and qualifications, and asking for more of them before a decision.

use super::{EMAIL, applied, decided, house, verify};
use crate::files::Shelf;
use domain::{
    Result,
    access::Access,
    directory::{self, Decide, MailContent, MailKind, ReviewLicence, StateLicence, TypedLicence},
    files::{self, Files, Shown},
    filing::{self, BeginUpload},
    notices,
};
use model::{
    directory::{ApplicationDecision, ApplicationStatus, LicenceState, TypedFee},
    errors::{Code, FieldError, FieldFault},
    files::{FilePurpose, FileState, UploadView},
    ids::{DoctorId, FileId},
};
use std::{fmt::Write, sync::Arc};
use testing::{Person, TestClinic};

/// A PDF of one page.
fn pdf() -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ];
    let (mut text, mut rows) = ("%PDF-1.5\n".to_owned(), String::new());
    for (number, object) in (1..).zip(objects) {
        writeln!(rows, "{:010} 00000 n ", text.len()).unwrap();
        write!(text, "{number} 0 obj\n{object}\nendobj\n").unwrap();
    }
    let table = text.len();
    let trailer = "trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref";
    write!(text, "xref\n0 4\n0000000000 65535 f \n{rows}{trailer}\n{table}\n%%EOF\n").unwrap();
    text.into_bytes()
}

fn shelf() -> Files {
    Files::new(Arc::new(Shelf::default()), None)
}

async fn begin(clinic: &TestClinic, access: &Access, purpose: &str, kind: &str, bytes: usize) -> Result<UploadView> {
    let command = BeginUpload {
        purpose: purpose.to_owned(),
        patient: None,
        clinic: None,
        paper: None,
        thread: None,
        replaces: None,
        name: "diploma.pdf".to_owned(),
        kind: kind.to_owned(),
        bytes: u64::try_from(bytes).unwrap(),
        sha256: None,
    };
    filing::begin(&clinic.domain, access, command).await
}

/// Adds a PDF of a purpose and has it checked.
async fn added(clinic: &TestClinic, files: &Files, person: &Person, purpose: FilePurpose) -> FileId {
    let (access, content) = (person.access(clinic), pdf());
    let upload = begin(clinic, &access, purpose.as_str(), "application/pdf", content.len()).await.unwrap().id;
    files::put_part(&clinic.domain, files, &access, (upload, 1), &content, None).await.unwrap();
    filing::complete(&clinic.domain, &access, upload).await.unwrap();
    filing::complete(&clinic.domain, &access, upload).await.unwrap();
    files::check(&clinic.domain, files, upload).await.unwrap();
    upload
}

async fn read(clinic: &TestClinic, files: &Files, access: &Access, file: FileId) -> Result<Vec<u8>> {
    let mut opened = filing::open(&clinic.domain, files, access, file, Shown::Content).await?;
    Ok(opened.content.next_piece().await?.unwrap_or_default())
}

fn code<T>(outcome: Result<T>) -> Option<Code> {
    outcome.err().map(|error| error.code())
}

fn ask(doctor: DoctorId, version: i32) -> Decide {
    let reason = "Send your diploma.".to_owned();
    Decide { doctor, decision: ApplicationDecision::MoreAsked, reason, clinic: None, fee: TypedFee::default(), version }
}

#[tokio::test]
async fn an_applicant_of_whom_more_is_asked_adds_a_document_and_waits_again() {
    let (clinic, practice, admin) = house().await;
    let (domain, admins, files) = (&clinic.domain, admin.access(&clinic), shelf());
    let doctor = applied(&clinic, EMAIL, "7012345").await;
    let (own, id) = (doctor.access(&clinic), doctor.doctor());
    let licence = added(&clinic, &files, &doctor, FilePurpose::LicenceDocument).await;

    let silent = Decide { reason: " ".to_owned(), ..ask(id, 1) };
    let silent = directory::decide(domain, &admins, silent).await.unwrap_err();
    assert_eq!(silent.field_errors(), [FieldError::new("reason", FieldFault::Missing)]);
    assert_eq!(decided(domain, &admins, ask(id, 2)).await, Some(Code::Stale));
    assert_eq!(decided(domain, &own, ask(id, 1)).await, Some(Code::Forbidden));
    assert_eq!(decided(domain, &admins, ask(id, 1)).await, None);
    let asked = directory::own_application(domain, &own).await.unwrap().unwrap();
    assert_eq!((asked.status, asked.refusal.as_deref()), (ApplicationStatus::MoreAsked, Some("Send your diploma.")));
    let listed = directory::applications(domain, &admins, ApplicationStatus::MoreAsked, None).await.unwrap();
    assert_eq!(listed.items.iter().map(|row| row.doctor).collect::<Vec<_>>(), [id]);
    assert_eq!(directory::applications_waiting(domain, &admins).await.unwrap(), 0);
    let mails = clinic.mails(MailKind::DoctorDecided).await;
    let notices::MailContent::Directory(MailContent::DoctorMoreAsked { reason }) = &mails[0].content else { panic!() };
    assert_eq!((mails.len(), reason.as_str()), (1, "Send your diploma."));

    let diploma = added(&clinic, &files, &doctor, FilePurpose::QualificationDocument).await;
    let again = directory::application(domain, &admins, id).await.unwrap();
    assert_eq!((again.status, again.version), (ApplicationStatus::Applied, asked.version + 1));
    assert_eq!(directory::applications_waiting(domain, &admins).await.unwrap(), 1);

    // The administrator sees both, and reads them; each read is in the log.
    let seen = directory::credentials(domain, &admins, Some(id)).await.unwrap();
    assert!(!seen.may_add);
    let of = |purpose| seen.of(purpose).into_iter().map(|document| (document.id, document.state)).collect::<Vec<_>>();
    assert_eq!(of(FilePurpose::LicenceDocument), [(licence, FileState::Ready)]);
    assert_eq!(of(FilePurpose::QualificationDocument), [(diploma, FileState::Ready)]);
    assert_eq!(read(&clinic, &files, &admins, diploma).await.unwrap(), pdf());
    assert_eq!(read(&clinic, &files, &own, diploma).await.unwrap(), pdf());
    assert_eq!(decided(domain, &admins, verify(id, practice.clinic, again.version)).await, None);
    assert_eq!(decided(domain, &admins, ask(id, again.version + 1)).await, Some(Code::ApplicationDecided));

    let audited = clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|found| *found == action).count();
    assert_eq!((count("directory.doctor_more_asked"), count("directory.credentials_listed")), (1, 1));
    assert_eq!((count("files.added"), count("files.read")), (2, 2));
}

#[tokio::test]
async fn a_licence_of_which_more_is_asked_waits_again_when_a_document_is_there() {
    let (clinic, practice, admin) = house().await;
    let (domain, admins, files) = (&clinic.domain, admin.access(&clinic), shelf());
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let typed = TypedLicence {
        number: "7012345".to_owned(),
        authority: "General Medical Council".to_owned(),
        country: "GB".to_owned(),
        region: String::new(),
        issued: Default::default(),
        expires: ["31", "3", "2031"].map(str::to_owned),
    };
    let stated = StateLicence { of: None, licence: typed };
    let licence = directory::state_licence(domain, &doctor.access(&clinic), stated.clone()).await.unwrap();
    let review = |decision, reply: &str, version| {
        let command = ReviewLicence { licence, decision, reply: reply.to_owned(), version };
        directory::review_licence(domain, &admins, command)
    };
    let silent = review(ApplicationDecision::MoreAsked, " ", 1).await.unwrap_err();
    assert_eq!(silent.field_errors(), [FieldError::new("reply", FieldFault::Missing)]);
    review(ApplicationDecision::MoreAsked, "Send the certificate.", 1).await.unwrap();
    // It will wait again, so the same one is not stated once more.
    let twice = directory::state_licence(domain, &doctor.access(&clinic), stated).await;
    assert_eq!(code(twice), Some(Code::LicenceWaiting));
    let asked = directory::licence(domain, &admins, licence).await.unwrap().licence;
    assert_eq!((asked.state, asked.reply.as_deref()), (LicenceState::MoreAsked, Some("Send the certificate.")));
    let mails = clinic.mails(MailKind::LicenceDecided).await;
    let notices::MailContent::Directory(MailContent::LicenceMoreAsked(brief)) = &mails[0].content else { panic!() };
    assert_eq!(brief.reply, "Send the certificate.");

    added(&clinic, &files, &doctor, FilePurpose::LicenceDocument).await;
    let again = directory::licence(domain, &admins, licence).await.unwrap().licence;
    assert_eq!((again.state, again.version), (LicenceState::Waiting, asked.version + 1));
    review(ApplicationDecision::Verified, "", again.version).await.unwrap();
    assert_eq!(clinic.audited().await.iter().filter(|action| *action == "directory.licence_more_asked").count(), 1);
}

#[tokio::test]
async fn only_the_doctor_adds_documents_and_only_administrators_read_them_too() {
    let (clinic, practice, _) = house().await;
    let (domain, files) = (&clinic.domain, shelf());
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let (other, patient) = (clinic.doctor("Dr Jonas Weber", practice).await, clinic.patient("Amara Osei").await);
    let nurse = clinic.staff("Nina Nurse", "nurse", Some(practice)).await;
    let document = added(&clinic, &files, &doctor, FilePurpose::LicenceDocument).await;
    for person in [&other, &patient, &nurse] {
        let access = person.access(&clinic);
        assert_eq!(code(read(&clinic, &files, &access, document).await), Some(Code::NotFound));
        let listed = directory::credentials(domain, &access, Some(doctor.doctor())).await;
        assert_eq!(code(listed), Some(Code::NotFound));
    }
    for person in [&patient, &nurse] {
        let access = person.access(&clinic);
        let begun = begin(&clinic, &access, "licence_document", "application/pdf", 10).await;
        assert_eq!(code(begun), Some(Code::Forbidden));
        assert_eq!(code(directory::credentials(domain, &access, None).await), Some(Code::Forbidden));
    }
    let stranger = clinic.stranger();
    assert_eq!(code(read(&clinic, &files, &stranger, document).await), Some(Code::SignInNeeded));
    assert_eq!(code(directory::credentials(domain, &stranger, None).await), Some(Code::SignInNeeded));
    let begun = begin(&clinic, &stranger, "licence_document", "application/pdf", 10).await;
    assert_eq!(code(begun), Some(Code::SignInNeeded));

    let text = begin(&clinic, &doctor.access(&clinic), "licence_document", "text/plain", 10).await.unwrap_err();
    assert_eq!(text.field_errors(), [FieldError::new("kind", FieldFault::UnknownChoice)]);
    let of_nobody = begin(&clinic, &patient.access(&clinic), "patient_document", "application/pdf", 10).await.unwrap_err();
    assert_eq!(of_nobody.field_errors(), [FieldError::new("patient_id", FieldFault::Missing)]);
    let own = directory::credentials(domain, &doctor.access(&clinic), None).await.unwrap();
    assert!(own.may_add && own.items.len() == 1);
    assert!(!clinic.audited().await.iter().any(|action| action == "directory.credentials_listed"));
}
