//! Files over HTTP after they were added: the preview of a PDF, legal holds, bringing back and newer versions.

use crate::{
    house::house,
    uploads::{ask, check, uploaded},
};
use axum::{body::Body, http::Method};
use domain::files::{self, Files, Previewer};
use model::ids::FileId;
use serde_json::{Value, json};
use server::storage::{Folder, Poppler};
use std::{fmt::Write, sync::Arc};

/// A PDF with one empty page.
fn pdf() -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ];
    let mut text = "%PDF-1.4\n".to_owned();
    let mut table = "xref\n0 4\n0000000000 65535 f \n".to_owned();
    for (number, object) in (1..).zip(objects) {
        writeln!(table, "{:010} 00000 n ", text.len()).unwrap();
        writeln!(text, "{number} 0 obj\n{object}\nendobj").unwrap();
    }
    let begins = text.len();
    format!("{text}{table}trailer << /Size 4 /Root 1 0 R >>\nstartxref\n{begins}\n%%EOF\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_has_its_first_page_as_a_picture() {
    match Poppler.first_page(pdf()).await {
        Ok(Some(_)) => {}
        Ok(None) => {
            eprintln!("skipped: pdftoppm (Debian's poppler-utils) is not installed");
            return;
        }
        Err(cause) => panic!("{cause}"),
    }
    assert!(Poppler.first_page(b"%PDF-1.7 and nothing else".to_vec()).await.is_err());
    let house = house().await;
    let ana = house.clinic.patient("Ana Keller").await;
    let patient = house.client(&ana).await;
    let files = Files::new(Arc::new(Folder::at(house.files.path().to_owned())), None).with_previewer(Arc::new(Poppler));
    let file = uploaded(&patient, &ana, "application/pdf", &pdf()).await;
    files::check(&house.clinic.domain, &files, file).await.unwrap();
    let picture = ask(&patient, Method::GET, &format!("/files/{file}/thumbnail"), &[], Body::empty()).await;
    assert_eq!((picture.status.as_u16(), picture.header("content-type")), (200, "image/jpeg"));
    assert!(picture.bytes.starts_with(b"\xff\xd8\xff"));
    // The same file without a previewer has none, and can be read.
    let plain = uploaded(&patient, &ana, "application/pdf", &pdf()).await;
    check(&house, plain).await;
    for (path, status) in [(format!("/files/{plain}/thumbnail"), 404_u16), (format!("/files/{plain}"), 200)] {
        assert_eq!(ask(&patient, Method::GET, &path, &[], Body::empty()).await.status, status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_sets_and_lifts_a_legal_hold_brings_a_document_back_and_adds_a_newer_version() {
    let house = house().await;
    let (ana, lena) = (house.clinic.patient("Ana Keller").await, house.clinic.doctor("Dr Lena Hoff", house.practice).await);
    house.clinic.encounter(&ana, &lena, house.practice).await;
    let (patient, admin) = (house.client(&ana).await, house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await);
    let first = uploaded(&patient, &ana, "text/plain", b"hello").await;
    check(&house, first).await;

    let held = format!("/patients/{}/files", ana.patient());
    let listed = admin.get(&held).await.expect(200);
    assert_eq!((&listed["items"][0]["retention"], &listed["items"][0]["hold_reason"]), (&json!("personal"), &Value::Null));
    let (hold, lift) = (format!("{held}/hold"), format!("{held}/lift-hold"));
    assert_eq!(admin.post(&hold, json!({ "reason": "" })).await.refusal(), (422, "request.fields_invalid"));
    let changed = admin.post(&hold, json!({ "reason": "A lawsuit", "file_id": first })).await.expect(200);
    assert_eq!(changed["files"], 1);
    assert_eq!(admin.get(&held).await.expect(200)["items"][0]["hold_reason"], "A lawsuit");
    let documents = format!("/patients/{}/documents", ana.patient());
    let (withdraw, reason) = (format!("{documents}/{first}/withdraw"), json!({ "reason": "Of another person" }));
    assert_eq!(patient.post(&withdraw, reason.clone()).await.refusal(), (409, "files.held"));
    assert_eq!(admin.post(&lift, json!({ "reason": "It is over" })).await.expect(200)["files"], 1);

    assert_eq!(patient.post(&withdraw, reason).await.status, 204);
    let listed = patient.get(&documents).await.expect(200);
    assert_eq!((&listed["items"], &listed["withdrawn"][0]["id"]), (&json!([]), &json!(first)));
    let restore = format!("{documents}/{first}/restore");
    assert_eq!(patient.ask(Method::POST, &restore, &[], None).await.status, 204);

    let new = json!({
        "purpose": "patient_document", "patient_id": ana.patient(), "replaces_id": first, "name": "newer.txt", "kind": "text/plain", "bytes": 5,
    });
    let upload = patient.post("/uploads", new.clone()).await.expect(201);
    let newer: FileId = upload["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(ask(&patient, Method::PUT, &format!("/api/v1/uploads/{newer}/parts/1"), &[], "newer").await.status, 204);
    patient.ask(Method::POST, &format!("/uploads/{newer}/complete"), &[], None).await.expect(200);
    check(&house, newer).await;
    let listed = patient.get(&documents).await.expect(200);
    assert_eq!((&listed["items"][0]["name"], &listed["items"][0]["earlier"][0]["id"]), (&json!("newer.txt"), &json!(first)));
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(patient.post("/uploads", new).await.refusal(), (409, "request.stale"));
    let earlier = ask(&patient, Method::GET, &format!("/api/v1/files/{first}"), &[], Body::empty()).await;
    assert_eq!((earlier.status.as_u16(), &earlier.bytes[..]), (200, &b"hello"[..]));
}
