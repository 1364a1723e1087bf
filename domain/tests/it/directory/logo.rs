//! The logo of a clinic: adding, who changes it, what a signed prescription shows, removing.

use crate::files::{Shelf, no_files};
use domain::{
    Result,
    access::Access,
    directory,
    files::{self, Files, Shown},
    filing::{self, BeginUpload},
    identity::Proof,
    prescriptions::{self, AddItem, SignPrescription},
};
use image::{ImageFormat, Rgb, RgbImage};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldError, FieldFault},
    files::FileState,
    ids::{ClinicId, FileId, PrescriptionId},
};
use std::{io::Cursor, sync::Arc};
use testing::{Consultation, PASSWORD, TestClinic, medicine};

fn picture(colour: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_pixel(400, 100, Rgb([colour; 3])).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn said(of: Option<ClinicId>, kind: &str, bytes: usize) -> BeginUpload {
    BeginUpload {
        purpose: "clinic_logo".to_owned(),
        patient: None,
        clinic: of,
        paper: None,
        thread: None,
        replaces: None,
        name: "logo.png".to_owned(),
        kind: kind.to_owned(),
        bytes: u64::try_from(bytes).unwrap(),
        sha256: None,
    }
}

/// Adds a logo and has it checked.
async fn added(clinic: &TestClinic, files: &Files, access: &Access, of: ClinicId, content: &[u8]) -> FileId {
    // The newest counts.
    clinic.pass(SignedDuration::from_mins(1));
    let upload = filing::begin(&clinic.domain, access, said(Some(of), "image/png", content.len())).await.unwrap().id;
    files::put_part(&clinic.domain, files, access, (upload, 1), content, None).await.unwrap();
    filing::complete(&clinic.domain, access, upload).await.unwrap();
    files::check(&clinic.domain, files, upload).await.unwrap();
    upload
}

async fn signed(scene: &Consultation) -> PrescriptionId {
    let (domain, access) = (&scene.clinic.domain, scene.doctor.access(&scene.clinic));
    let command = AddItem { encounter: scene.encounter, medicine: medicine("Amoxicillin"), idempotency_key: None };
    let prescription = prescriptions::add_item(domain, &access, command).await.unwrap();
    let version = prescriptions::get(domain, &access, prescription).await.unwrap().version;
    let proof = Proof::Password(PASSWORD.to_owned());
    let command = SignPrescription { prescription, version, proof, idempotency_key: None };
    prescriptions::sign(domain, &access, command).await.unwrap();
    prescription
}

async fn printed(scene: &Consultation, files: &Files, id: PrescriptionId) -> Vec<u8> {
    prescriptions::pdf(&scene.clinic.domain, files, &scene.patient.access(&scene.clinic), id).await.unwrap().1
}

/// The pictures in a PDF, as the bytes of their pixels.
fn pictures(bytes: &[u8]) -> Vec<Vec<u8>> {
    let file = lopdf::Document::load_mem(bytes).unwrap();
    let streams = file.objects.values().filter_map(|object| object.as_stream().ok());
    let pictures =
        streams.filter(|stream| stream.dict.get(b"Subtype").and_then(lopdf::Object::as_name).is_ok_and(|name| name == b"Image"));
    pictures.map(|stream| stream.decompressed_content().unwrap()).collect()
}

fn code<T>(outcome: Result<T>) -> Option<Code> {
    outcome.err().map(|error| error.code())
}

#[tokio::test]
async fn a_prescription_keeps_the_logo_with_which_it_was_signed() {
    let scene = testing::consultation().await;
    let (clinic, of) = (&scene.clinic, scene.practice.clinic);
    let (domain, files) = (&clinic.domain, Files::new(Arc::new(Shelf::default()), None));
    let admin = clinic.staff("Ida Admin", "admin", Some(scene.practice)).await.access(clinic);
    let before = signed(&scene).await;
    let plain = printed(&scene, &files, before).await;
    assert_eq!(pictures(&plain).len(), 0);

    let first = added(clinic, &files, &admin, of, &picture(10)).await;
    assert_eq!(directory::clinic(domain, &admin, of).await.unwrap().logo, Some(first));
    let with_first = signed(&scene).await;
    let second = added(clinic, &files, &admin, of, &picture(200)).await;
    let with_second = signed(&scene).await;
    let refused = added(clinic, &files, &admin, of, b"\x89PNG\r\n\x1a\n and nothing else").await;
    let logo = directory::clinic_logo(domain, &admin, of).await.unwrap();
    assert_eq!(logo.photo, Some(second));
    assert_eq!(logo.newer.map(|newer| (newer.id, newer.state)), Some((refused, FileState::Refused)));

    directory::remove_clinic_logo(domain, &admin, of).await.unwrap();
    directory::remove_clinic_logo(domain, &admin, of).await.unwrap();
    assert_eq!(directory::clinic(domain, &admin, of).await.unwrap().logo, None);
    assert_eq!(code(filing::open(domain, &files, &admin, second, Shown::Content).await), Some(Code::NotFound));
    let after = signed(&scene).await;
    clinic.pass(SignedDuration::from_hours(2));
    files::sweep(domain, &files).await.unwrap();
    for (id, colour) in [(with_first, Some(10)), (with_second, Some(200)), (before, None), (after, None)] {
        let found = pictures(&printed(&scene, &files, id).await);
        assert_eq!(found.iter().map(|pixels| pixels[0]).collect::<Vec<u8>>(), colour.into_iter().collect::<Vec<u8>>());
    }
    assert_eq!(printed(&scene, &files, before).await, plain);
    // What was lost is not printed, and the rest is.
    assert_eq!(pictures(&printed(&scene, &no_files(), with_first).await).len(), 0);

    let audited: Vec<(String, Option<String>)> = sqlx::query_as(
        "select action, convert_from(body, 'UTF8')::jsonb -> 'details' ->> 'before' from audit_events
         where action in ('files.added', 'directory.logo_removed') order by number",
    )
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    let entry = |action: &str, before: Option<FileId>| (action.to_owned(), before.map(|before| before.uuid().to_string()));
    assert_eq!(
        audited,
        [
            entry("files.added", None),
            entry("files.added", Some(first)),
            entry("files.added", Some(second)),
            entry("directory.logo_removed", Some(second)),
        ]
    );
}

#[tokio::test]
async fn only_administrators_of_the_clinic_change_its_logo() {
    let scene = testing::consultation().await;
    let (clinic, of) = (&scene.clinic, scene.practice.clinic);
    let (domain, files) = (&clinic.domain, no_files());
    let there = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", Some(scene.practice)).await.access(clinic);
    let logo = added(clinic, &files, &admin, of, &picture(10)).await;
    let people = [
        clinic.staff("Lars Local", "admin", Some(there)).await.access(clinic),
        clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await.access(clinic),
        scene.doctor.access(clinic),
        scene.patient.access(clinic),
    ];
    for access in &people {
        assert_eq!(code(filing::begin(domain, access, said(Some(of), "image/png", 10)).await), Some(Code::NotFound));
        assert_eq!(code(directory::clinic_logo(domain, access, of).await), Some(Code::NotFound));
        assert_eq!(code(directory::remove_clinic_logo(domain, access, of).await), Some(Code::NotFound));
        assert_eq!(code(filing::open(domain, &files, access, logo, Shown::Content).await), Some(Code::NotFound));
        assert_eq!(code(filing::photo(domain, &files, access, logo, Shown::Content).await), Some(Code::NotFound));
    }
    assert_eq!(code(directory::remove_clinic_logo(domain, &clinic.stranger(), of).await), Some(Code::SignInNeeded));

    let refused = filing::begin(domain, &admin, said(None, "image/png", 10)).await.unwrap_err();
    assert_eq!(refused.field_errors(), [FieldError::new("clinic_id", FieldFault::Missing)]);
    let refused = filing::begin(domain, &admin, said(Some(of), "application/pdf", 10)).await.unwrap_err();
    assert_eq!(refused.field_errors(), [FieldError::new("kind", FieldFault::UnknownChoice)]);
    let refused = filing::begin(domain, &admin, said(Some(of), "image/png", 5 * 1024 * 1024)).await;
    assert_eq!(code(refused), Some(Code::BodyTooLarge));
    assert_eq!(directory::clinic(domain, &admin, of).await.unwrap().logo, Some(logo));
}
