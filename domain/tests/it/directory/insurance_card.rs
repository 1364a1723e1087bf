//! The photos of a patient's insurance card: adding, who sees them, removing.

use super::house;
use crate::files::Shelf;
use domain::{
    Result, directory,
    files::{self, Files, Shown},
    filing::{self, BeginUpload},
};
use image::{ImageFormat, RgbImage};
use jiff::SignedDuration;
use model::{errors::Code, ids::FileId};
use std::{io::Cursor, sync::Arc};
use testing::{Person, TestClinic};

fn side(purpose: &str, bytes: usize) -> BeginUpload {
    BeginUpload {
        purpose: purpose.to_owned(),
        patient: None,
        clinic: None,
        paper: None,
        thread: None,
        replaces: None,
        name: "card.jpg".to_owned(),
        kind: "image/jpeg".to_owned(),
        bytes: u64::try_from(bytes).unwrap(),
        sha256: None,
    }
}

/// Adds a side of the card of a patient and has it checked.
async fn added(clinic: &TestClinic, files: &Files, person: &Person, purpose: &str) -> FileId {
    // The newest counts.
    clinic.pass(SignedDuration::from_mins(1));
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::new(400, 250).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    let (content, access) = (bytes.into_inner(), person.access(clinic));
    let upload = filing::begin(&clinic.domain, &access, side(purpose, content.len())).await.unwrap().id;
    files::put_part(&clinic.domain, files, &access, (upload, 1), &content, None).await.unwrap();
    filing::complete(&clinic.domain, &access, upload).await.unwrap();
    files::check(&clinic.domain, files, upload).await.unwrap();
    upload
}

fn code<T>(outcome: Result<T>) -> Option<Code> {
    outcome.err().map(|error| error.code())
}

#[tokio::test]
async fn the_insurance_card_is_seen_by_the_patient_and_the_reception() {
    let (clinic, practice, _) = house().await;
    let (domain, files) = (&clinic.domain, Files::new(Arc::new(Shelf::default()), None));
    let (lena, ana) = (clinic.doctor("Dr Lena Hoffmann", practice).await, clinic.patient("Amara Osei").await);
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(practice)).await.access(&clinic);
    let nurse = clinic.staff("Nina Nurse", "nurse", Some(practice)).await.access(&clinic);
    clinic.encounter(&ana, &lena, practice).await;
    let own = ana.access(&clinic);
    added(&clinic, &files, &ana, "insurance_card_front").await;
    let front = added(&clinic, &files, &ana, "insurance_card_front").await;
    let back = added(&clinic, &files, &ana, "insurance_card_back").await;
    let card = directory::own_insurance_card(domain, &own).await.unwrap();
    assert_eq!((card.front.photo, card.back.photo, card.front.newer), (Some(front), Some(back), None));
    for access in [&own, &desk] {
        assert!(filing::open(domain, &files, access, front, Shown::Content).await.is_ok());
    }
    let shown = directory::patient_card(domain, &desk, ana.patient()).await.unwrap();
    assert_eq!((shown.insurance_front, shown.insurance_back), (Some(front), Some(back)));

    // Those who treat the patient have no need of it.
    for access in [&nurse, &lena.access(&clinic)] {
        assert_eq!(code(filing::open(domain, &files, access, front, Shown::Content).await), Some(Code::NotFound));
    }
    let hidden = directory::patient_card(domain, &nurse, ana.patient()).await.unwrap();
    assert_eq!((hidden.insurance_front, hidden.insurance_back), (None, None));
    assert_eq!(code(directory::own_insurance_card(domain, &desk).await), Some(Code::Forbidden));
    assert_eq!(code(directory::remove_insurance_card(domain, &desk).await), Some(Code::Forbidden));
    assert_eq!(code(filing::begin(domain, &desk, side("insurance_card_front", 10)).await), Some(Code::Forbidden));
    assert_eq!(code(directory::own_insurance_card(domain, &clinic.stranger()).await), Some(Code::SignInNeeded));

    directory::remove_insurance_card(domain, &own).await.unwrap();
    directory::remove_insurance_card(domain, &own).await.unwrap();
    for side in [front, back] {
        assert_eq!(code(filing::open(domain, &files, &own, side, Shown::Content).await), Some(Code::NotFound));
    }
    let audited = clinic.audited().await;
    assert_eq!(audited.iter().filter(|action| *action == "directory.insurance_card_removed").count(), 1);
}
