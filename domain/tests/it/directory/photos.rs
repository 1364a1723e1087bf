//! The photos of doctors and patients: adding, who sees them, removing.

use super::{EMAIL, applied, house};
use crate::files::Shelf;
use domain::{
    Result,
    access::Access,
    directory,
    files::{self, Files, Opened, Shown},
    filing::{self, BeginUpload},
    scheduling, visits,
};
use image::{ImageFormat, RgbImage};
use jiff::SignedDuration;
use model::{
    errors::Code,
    files::FileState,
    ids::{DoctorId, FileId},
};
use std::{io::Cursor, sync::Arc};
use testing::{Person, TestClinic};

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::new(width, height).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// Adds a photo of a doctor or a patient and has it checked.
async fn added(clinic: &TestClinic, files: &Files, person: &Person, content: &[u8]) -> FileId {
    // The newest counts.
    clinic.pass(SignedDuration::from_mins(1));
    let access = person.access(clinic);
    let command = BeginUpload {
        purpose: if access.acting().unwrap().patient.is_some() { "patient_photo" } else { "doctor_photo" }.to_owned(),
        patient: None,
        clinic: None,
        paper: None,
        thread: None,
        replaces: None,
        name: "me.jpg".to_owned(),
        kind: "image/jpeg".to_owned(),
        bytes: u64::try_from(content.len()).unwrap(),
        sha256: None,
    };
    let upload = filing::begin(&clinic.domain, &access, command).await.unwrap().id;
    files::put_part(&clinic.domain, files, &access, (upload, 1), content, None).await.unwrap();
    filing::complete(&clinic.domain, &access, upload).await.unwrap();
    files::check(&clinic.domain, files, upload).await.unwrap();
    upload
}

/// The side of a photo as it is sent.
async fn side(opened: Opened) -> (u32, u32) {
    let (mut content, mut bytes) = (opened.content, Vec::new());
    while let Some(piece) = content.next_piece().await.unwrap() {
        bytes.extend(piece);
    }
    let picture = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap();
    (picture.width(), picture.height())
}

async fn on_page(clinic: &TestClinic, access: &Access, doctor: DoctorId) -> Option<FileId> {
    scheduling::doctor_page(&clinic.domain, access, doctor, "Europe/London", None).await.unwrap().doctor.photo
}

fn code<T>(outcome: Result<T>) -> Option<Code> {
    outcome.err().map(|error| error.code())
}

#[tokio::test]
async fn a_doctor_shows_a_photo_to_everybody_until_they_remove_it() {
    let (clinic, practice, _) = house().await;
    let (domain, files) = (&clinic.domain, Files::new(Arc::new(Shelf::default()), None));
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let (own, id, stranger) = (doctor.access(&clinic), doctor.doctor(), clinic.stranger());
    assert_eq!(on_page(&clinic, &stranger, id).await, None);
    let first = added(&clinic, &files, &doctor, &jpeg(1_200, 900)).await;
    assert_eq!(on_page(&clinic, &stranger, id).await, Some(first));
    for (shown, expected) in [(Shown::Content, (512, 512)), (Shown::Thumbnail, (104, 104))] {
        assert_eq!(side(filing::photo(domain, &files, &stranger, first, shown).await.unwrap()).await, expected);
    }

    // A newer one takes its place; one that is refused does not, and its doctor is told.
    let second = added(&clinic, &files, &doctor, &jpeg(300, 400)).await;
    assert_eq!(on_page(&clinic, &stranger, id).await, Some(second));
    let refused = added(&clinic, &files, &doctor, b"\xff\xd8\xff\xe0 and nothing else").await;
    assert_eq!(on_page(&clinic, &stranger, id).await, Some(second));
    let photo = directory::own_photo(domain, &own).await.unwrap();
    assert_eq!(photo.photo, Some(second));
    assert_eq!(photo.newer.map(|newer| (newer.id, newer.state)), Some((refused, FileState::Refused)));

    directory::remove_photo(domain, &own).await.unwrap();
    directory::remove_photo(domain, &own).await.unwrap();
    assert_eq!(on_page(&clinic, &stranger, id).await, None);
    for removed in [first, second, refused] {
        assert_eq!(code(filing::photo(domain, &files, &own, removed, Shown::Content).await), Some(Code::NotFound));
    }
    assert_eq!(directory::own_photo(domain, &own).await.unwrap().photo, None);
    assert_eq!(clinic.audited().await.iter().filter(|action| *action == "directory.photo_removed").count(), 1);
}

#[tokio::test]
async fn the_photo_of_an_applicant_is_not_public_and_documents_are_no_photos() {
    let (clinic, practice, _) = house().await;
    let (domain, files) = (&clinic.domain, Files::new(Arc::new(Shelf::default()), None));
    let applicant = applied(&clinic, EMAIL, "7012345").await;
    let photo = added(&clinic, &files, &applicant, &jpeg(300, 300)).await;
    let stranger = clinic.stranger();
    assert_eq!(code(filing::photo(domain, &files, &stranger, photo, Shown::Content).await), Some(Code::NotFound));
    assert!(filing::open(domain, &files, &applicant.access(&clinic), photo, Shown::Content).await.is_ok());

    let doctor = clinic.doctor("Dr Jonas Weber", practice).await;
    let patient = clinic.patient("Amara Osei").await;
    for (person, expected) in [(patient.access(&clinic), Code::Forbidden), (clinic.stranger(), Code::SignInNeeded)] {
        assert_eq!(code(directory::own_photo(domain, &person).await), Some(expected));
        assert_eq!(code(directory::remove_photo(domain, &person).await), Some(expected));
    }
    let letter = BeginUpload {
        purpose: "licence_document".to_owned(),
        patient: None,
        clinic: None,
        paper: None,
        thread: None,
        replaces: None,
        name: "licence.jpg".to_owned(),
        kind: "image/jpeg".to_owned(),
        bytes: 10,
        sha256: None,
    };
    let document = filing::begin(domain, &doctor.access(&clinic), letter).await.unwrap().id;
    assert_eq!(code(filing::photo(domain, &files, &stranger, document, Shown::Content).await), Some(Code::NotFound));
}

#[tokio::test]
async fn the_photo_of_a_patient_is_seen_by_those_who_may_know_who_it_is() {
    let (clinic, practice, admin) = house().await;
    let (domain, files) = (&clinic.domain, Files::new(Arc::new(Shelf::default()), None));
    let (lena, other) = (clinic.doctor("Dr Lena Hoffmann", practice).await, clinic.doctor("Dr Jonas Weber", practice).await);
    let (ana, nurse) = (clinic.patient("Amara Osei").await, clinic.staff("Nina Nurse", "nurse", Some(practice)).await);
    let visit = clinic.encounter(&ana, &lena, practice).await;
    let own = ana.access(&clinic);
    let photo = added(&clinic, &files, &ana, &jpeg(400, 300)).await;
    assert_eq!(directory::own_patient_photo(domain, &own).await.unwrap().photo, Some(photo));
    for person in [&ana, &lena, &nurse] {
        let opened = filing::open(domain, &files, &person.access(&clinic), photo, Shown::Thumbnail).await.unwrap();
        assert_eq!(side(opened).await, (104, 104));
    }
    for person in [&other, &admin] {
        let refused = filing::open(domain, &files, &person.access(&clinic), photo, Shown::Thumbnail).await;
        assert_eq!(code(refused), Some(Code::NotFound));
    }
    assert_eq!(code(filing::photo(domain, &files, &own, photo, Shown::Content).await), Some(Code::NotFound));

    // In the visit each of the two sees the photo of the other.
    assert_eq!(visits::visit(domain, &own, visit).await.unwrap().peer_photo, None);
    let of_lena = added(&clinic, &files, &lena, &jpeg(300, 300)).await;
    assert_eq!(visits::visit(domain, &own, visit).await.unwrap().peer_photo, Some(of_lena));
    assert_eq!(visits::visit(domain, &lena.access(&clinic), visit).await.unwrap().peer_photo, Some(photo));

    let card = directory::patient_card(domain, &nurse.access(&clinic), ana.patient()).await.unwrap();
    assert_eq!(card.photo, Some(photo));

    assert_eq!(code(directory::own_patient_photo(domain, &lena.access(&clinic)).await), Some(Code::Forbidden));
    assert_eq!(code(directory::remove_patient_photo(domain, &lena.access(&clinic)).await), Some(Code::Forbidden));
    directory::remove_patient_photo(domain, &own).await.unwrap();
    directory::remove_patient_photo(domain, &own).await.unwrap();
    assert_eq!(code(filing::open(domain, &files, &own, photo, Shown::Content).await), Some(Code::NotFound));
    assert_eq!(directory::patient_card(domain, &nurse.access(&clinic), ana.patient()).await.unwrap().photo, None);
    let audited = clinic.audited().await;
    assert_eq!(audited.iter().filter(|action| *action == "directory.photo_removed").count(), 1);
    assert_eq!(audited.iter().filter(|action| *action == "files.read").count(), 3);
}
