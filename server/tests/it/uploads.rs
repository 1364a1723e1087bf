//! Files: uploads in parts, their check, reading in ranges, and who gets what.

use crate::{
    anchors::{SECRET, signed_headers},
    house::{Answer, Client, House, house, loopback},
};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, Request, StatusCode, Uri, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use domain::files::{self, Files, Storage, StorageError};
use jiff::SignedDuration;
use model::ids::{FileId, FileObjectId};
use serde_json::{Value, json};
use server::{
    config::{Config, Sources},
    storage::{Bucket, Clamd, Folder},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use testing::Person;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const PART: usize = 1024 * 1024;
/// A picture of one pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

pub(crate) async fn ask(client: &Client, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.send(request.body(body.into()).unwrap()).await
}

async fn begin(client: &Client, patient: &Person, kind: &str, bytes: usize) -> Answer {
    let said = json!({
        "purpose": "patient_document", "patient": patient.patient(), "name": "C:\\scans\\Bericht \"März\".txt", "kind": kind, "bytes": bytes,
    });
    ask(client, Method::POST, "/uploads", &[("content-type", "application/json")], said.to_string()).await
}

async fn put(client: &Client, upload: &str, number: u32, part: &[u8]) -> u16 {
    let path = format!("/uploads/{upload}/parts/{number}");
    ask(client, Method::PUT, &path, &[], part.to_vec()).await.status.as_u16()
}

/// Uploads a file whole, without its check.
pub(crate) async fn uploaded(client: &Client, patient: &Person, kind: &str, content: &[u8]) -> FileId {
    let upload = begin(client, patient, kind, content.len()).await.expect(201);
    let id = upload["id"].as_str().unwrap();
    for (number, part) in (1..).zip(content.chunks(PART)) {
        assert_eq!(put(client, id, number, part).await, 204);
    }
    ask(client, Method::POST, &format!("/uploads/{id}/complete"), &[], Body::empty()).await.expect(200);
    id.parse().unwrap()
}

async fn progress(client: &Client, upload: impl std::fmt::Display) -> Value {
    ask(client, Method::GET, &format!("/uploads/{upload}"), &[], Body::empty()).await.expect(200)
}

async fn read(client: &Client, file: impl std::fmt::Display, range: &str) -> Answer {
    let headers = [("range", range)];
    ask(client, Method::GET, &format!("/files/{file}"), if range.is_empty() { &[] } else { &headers }, Body::empty()).await
}

pub(crate) async fn check(house: &House, file: FileId) {
    files::check(&house.clinic.domain, &house.state.files, file).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_sent_in_parts_in_any_order_and_read_in_ranges() {
    let house = house().await;
    let (ana, lena) = (house.clinic.patient("Ana Keller").await, house.clinic.doctor("Dr Lena Hoff", house.practice).await);
    house.clinic.encounter(&ana, &lena, house.practice).await;
    let (patient, doctor) = (house.client(&ana).await, house.client(&lena).await);
    let stranger = house.client(&house.clinic.patient("Jonas Weber").await).await;
    let content: Vec<u8> = "Blutdruck 120/80\n".bytes().cycle().take(2 * PART + 500).collect();

    let upload = begin(&patient, &ana, "text/plain", content.len()).await.expect(201);
    assert_eq!((upload["state"].as_str(), upload["part_bytes"].as_u64()), (Some("uploading"), Some(1024 * 1024)));
    let id = upload["id"].as_str().unwrap().to_owned();
    let part = |number: usize| &content[(number - 1) * PART..(number * PART).min(content.len())];
    assert_eq!(put(&patient, &id, 3, part(3)).await, 204);
    // Of another size, with another digest, of a number that the file does not have, of another person.
    assert_eq!(put(&patient, &id, 1, &part(1)[1..]).await, 400);
    let wrong = [("content-digest", "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:")];
    let answer = ask(&patient, Method::PUT, &format!("/uploads/{id}/parts/1"), &wrong, part(1).to_vec()).await;
    assert_eq!(answer.refusal(), (400, "files.part_wrong"));
    assert_eq!(put(&patient, &id, 4, b"x").await, 400);
    // To an upload of another person, and to one that does not exist.
    assert_eq!(put(&stranger, &id, 1, part(1)).await, 404);
    assert_eq!(ask(&stranger, Method::DELETE, &format!("/uploads/{id}"), &[], Body::empty()).await.status, 404);
    for unknown in ["019a0000-0000-7000-8000-000000000001", "none"] {
        assert_eq!(put(&patient, unknown, 1, part(1)).await, 404);
        assert_eq!(ask(&patient, Method::POST, &format!("/uploads/{unknown}/complete"), &[], Body::empty()).await.status, 404);
    }
    let complete = format!("/uploads/{id}/complete");
    assert_eq!(ask(&patient, Method::POST, &complete, &[], Body::empty()).await.refusal(), (409, "files.incomplete"));
    for number in [1, 2, 1] {
        assert_eq!(put(&patient, &id, number, part(usize::try_from(number).unwrap())).await, 204);
    }
    assert_eq!(progress(&patient, &id).await["parts"], json!([1, 2, 3]));
    assert_eq!(ask(&stranger, Method::GET, &format!("/uploads/{id}"), &[], Body::empty()).await.status, 404);
    assert_eq!(ask(&stranger, Method::POST, &complete, &[], Body::empty()).await.status, 404);
    assert_eq!(ask(&patient, Method::POST, &complete, &[], Body::empty()).await.expect(200)["state"], "checking");
    assert_eq!(ask(&patient, Method::POST, &complete, &[], Body::empty()).await.expect(200)["state"], "checking");
    assert_eq!(put(&patient, &id, 1, part(1)).await, 409);
    assert_eq!(read(&patient, &id, "").await.refusal(), (409, "files.not_ready"));

    check(&house, id.parse().unwrap()).await;
    let whole = read(&doctor, &id, "").await;
    assert_eq!((whole.status.as_u16(), &whole.bytes), (200, &content));
    assert_eq!(whole.header("x-content-type-options"), "nosniff");
    assert_eq!(
        whole.header("content-disposition"),
        "attachment; filename=\"Bericht _M_rz_.txt\"; filename*=UTF-8''Bericht%20%22M%C3%A4rz%22%2Etxt"
    );
    let part = read(&doctor, &id, &format!("bytes={}-{}", PART - 2, PART + 1)).await;
    assert_eq!((part.status.as_u16(), &part.bytes[..]), (206, &content[PART - 2..PART + 2]));
    assert_eq!(part.header("content-range"), format!("bytes {}-{}/{}", PART - 2, PART + 1, content.len()));
    assert_eq!(read(&doctor, &id, "bytes=99999999-").await.refusal(), (416, "files.range"));
    assert_eq!(read(&stranger, &id, "").await.status, 404);
    assert_eq!(read(&house.stranger(), &id, "").await.status, 401);
    assert!(house.clinic.audited().await.iter().any(|action| action == "files.read"));
    // Nothing of it rests in the clear.
    let objects =
        std::fs::read_dir(house.files.path()).unwrap().flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
    let mut count = 0;
    for object in objects {
        let bytes = std::fs::read(object.unwrap().path()).unwrap();
        assert!(!bytes.windows(9).any(|window| window == b"Blutdruck"));
        count += 1;
    }
    assert_eq!(count, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_send_files_and_find_them_until_they_are_withdrawn() {
    let house = house().await;
    let (ana, lena) = (house.clinic.patient("Ana Keller").await, house.clinic.doctor("Dr Lena Hoff", house.practice).await);
    house.clinic.encounter(&ana, &lena, house.practice).await;
    let (patient, doctor) = (house.client(&ana).await, house.client(&lena).await);
    let new = json!({
        "purpose": "patient_document", "patient_id": ana.patient(), "name": "letter.txt", "kind": "text/plain", "bytes": 5,
    });
    let ask_json = |client: &Client, method: Method, path: String, body: Option<Value>| {
        let client = client.clone();
        async move { client.ask(method, &path, &[], body).await }
    };
    let upload = ask_json(&doctor, Method::POST, "/uploads".to_owned(), Some(new)).await.expect(201);
    let id = upload["id"].as_str().unwrap().to_owned();
    let put = ask(&doctor, Method::PUT, &format!("/api/v1/uploads/{id}/parts/1"), &[], "hello").await;
    assert_eq!(put.status, 204);
    ask_json(&doctor, Method::POST, format!("/uploads/{id}/complete"), None).await.expect(200);
    check(&house, id.parse().unwrap()).await;
    assert_eq!(ask_json(&doctor, Method::GET, format!("/uploads/{id}"), None).await.expect(200)["state"], "ready");
    let documents = format!("/patients/{}/documents", ana.patient());
    let listed = ask_json(&patient, Method::GET, documents.clone(), None).await.expect(200);
    assert_eq!((&listed["items"][0]["name"], &listed["items"][0]["added_by"]), (&json!("letter.txt"), &json!("Dr Lena Hoff")));
    assert_eq!((&listed["items"][0]["scan"], &listed["items"][0]["state"]), (&json!("not_scanned"), &json!("ready")));
    let file = ask(&patient, Method::GET, &format!("/api/v1/files/{id}"), &[("range", "bytes=1-3")], Body::empty()).await;
    assert_eq!((file.status.as_u16(), &file.bytes[..]), (206, &b"ell"[..]));
    // Only who added it says that it does not belong there.
    let (withdraw, reason) = (format!("{documents}/{id}/withdraw"), json!({ "reason": "The letter of another person" }));
    let refused = ask_json(&patient, Method::POST, withdraw.clone(), Some(reason.clone())).await;
    assert_eq!(refused.refusal(), (403, "access.forbidden"));
    let wrong = ask_json(&doctor, Method::POST, withdraw.clone(), Some(json!({ "reason": " " }))).await;
    assert_eq!(wrong.refusal(), (422, "request.fields_invalid"));
    assert_eq!(ask_json(&doctor, Method::POST, withdraw, Some(reason)).await.status, 204);
    assert_eq!(ask_json(&doctor, Method::GET, documents, None).await.expect(200)["items"], json!([]));
    assert_eq!(ask_json(&doctor, Method::GET, format!("/files/{id}"), None).await.refusal(), (404, "not_found"));
    assert!(house.clinic.audited().await.iter().any(|action| action == "records.document_withdrawn"));
}

/// A PDF with one empty page (ISO 32000-1, 7.5), and with these entries in its catalog.
fn pdf(entries: &str) -> Vec<u8> {
    let mut text = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for object in [
        format!("<</Type/Catalog/Pages 2 0 R{entries}>>"),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>".to_owned(),
    ] {
        places.push(text.len());
        text += &format!("{} 0 obj\n{object}\nendobj\n", places.len());
    }
    let table = text.len();
    text += "xref\n0 4\n0000000000 65535 f \n";
    for place in places {
        text += &format!("{place:010} 00000 n \n");
    }
    text += &format!("trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n");
    text.into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_it_may_be_is_refused_and_an_upload_that_is_forgotten_is_deleted() {
    let house = house().await;
    let ana = house.clinic.patient("Ana Keller").await;
    let patient = house.client(&ana).await;
    for kind in ["application/zip", "image/svg+xml", "text/html"] {
        assert_eq!(begin(&patient, &ana, kind, 10).await.refusal(), (422, "request.fields_invalid"), "{kind}");
    }
    assert_eq!(begin(&patient, &ana, "application/pdf", 0).await.refusal(), (422, "request.fields_invalid"));
    assert_eq!(begin(&patient, &ana, "application/pdf", 3_000_000_000).await.refusal(), (413, "request.too_large"));
    for (kind, content, trouble) in [
        ("application/pdf", &b"PK\x03\x04 a zip"[..], "kind_not_taken"),
        ("application/pdf", b"only text", "kind_differs"),
        ("application/pdf", b"%PDF-1.7 and nothing else", "damaged"),
        ("text/plain", b"<svg onload='x()'/>", "kind_not_taken"),
        (
            "image/png",
            b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>",
            "kind_not_taken",
        ),
        ("application/pdf", &pdf("/OpenAction<</S/JavaScript/JS(x())>>")[..], "script"),
    ] {
        let file = uploaded(&patient, &ana, kind, content).await;
        check(&house, file).await;
        let state = progress(&patient, file).await;
        assert_eq!((&state["state"], &state["trouble"]), (&json!("refused"), &json!(trouble)));
        assert_eq!(read(&patient, file, "").await.refusal(), (409, "files.not_ready"));
    }
    let forgotten = begin(&patient, &ana, "text/plain", 5).await.expect(201);
    let forgotten = forgotten["id"].as_str().unwrap();
    assert_eq!(put(&patient, forgotten, 1, b"hello").await, 204);
    house.clinic.pass(SignedDuration::from_hours(25));
    // The session of the program has ended too.
    let patient = house.client(&ana).await;
    assert_eq!(put(&patient, forgotten, 1, b"hello").await, 404);
    let domain = &house.clinic.domain;
    // The objects of refused and forgotten files are deleted one sweep later, when nobody can be reading them.
    assert!(files::sweep(domain, &house.state.files).await.unwrap() >= 1);
    house.clinic.pass(SignedDuration::from_hours(2));
    files::sweep(domain, &house.state.files).await.unwrap();
    let left =
        std::fs::read_dir(house.files.path()).unwrap().flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
    assert_eq!(left.count(), 0);
}

/// Speaks as clamd does, with one signature and a limit, and checks the framing.
async fn clamd() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut command = [0; 10];
                stream.read_exact(&mut command).await.unwrap();
                assert_eq!(&command, b"zINSTREAM\0");
                let mut content = Vec::new();
                loop {
                    let length = stream.read_u32().await.unwrap();
                    if length == 0 {
                        break;
                    }
                    let mut chunk = vec![0; usize::try_from(length).unwrap()];
                    stream.read_exact(&mut chunk).await.unwrap();
                    content.extend_from_slice(&chunk);
                }
                let found = content.windows(24).any(|window| window == b"STANDARD-ANTIVIRUS-TEST-");
                let answer: &[u8] = match (found, content.len()) {
                    (true, _) => b"stream: Eicar-Test-Signature FOUND\0",
                    (false, 400_000..) => b"INSTREAM size limit exceeded. ERROR\0",
                    (false, 13) => b"stream: Can't allocate memory ERROR\0",
                    (false, _) => b"stream: OK\0",
                };
                stream.write_all(answer).await.unwrap();
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scanner_decides_and_without_a_verdict_nobody_reads() {
    let house = house().await;
    let ana = house.clinic.patient("Ana Keller").await;
    let patient = house.client(&ana).await;
    let scanner = Arc::new(Clamd::at(&clamd().await));
    let scanned = Files::new(Arc::new(Folder::at(house.files.path().to_owned())), Some(scanner));
    // In two pieces, so that no scanner takes this file for what it describes.
    let eicar = [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-", "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].concat();
    let domain = &house.clinic.domain;
    for (content, state, trouble) in [
        (eicar.into_bytes(), "infected", Value::Null),
        (b"nothing wrong".repeat(2), "ready", Value::Null),
        (b"long ".repeat(100_000), "refused", json!("too_large_to_scan")),
    ] {
        let file = uploaded(&patient, &ana, "text/plain", &content).await;
        files::check(domain, &scanned, file).await.unwrap();
        let found = progress(&patient, file).await;
        assert_eq!((&found["state"], &found["trouble"]), (&json!(state), &trouble));
    }
    let unclear = uploaded(&patient, &ana, "text/plain", b"nothing wrong").await;
    assert!(files::check(domain, &scanned, unclear).await.is_err());
    assert_eq!(progress(&patient, unclear).await["state"], "checking");
    assert_eq!(read(&patient, unclear, "").await.refusal(), (409, "files.not_ready"));
}

type Objects = Arc<Mutex<HashMap<String, Vec<u8>>>>;

async fn s3(State(objects): State<Objects>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> (StatusCode, Vec<u8>) {
    if signed_headers(&method, &uri, &headers).is_none() {
        return (StatusCode::FORBIDDEN, b"<Error><Code>SignatureDoesNotMatch</Code></Error>".to_vec());
    }
    let mut objects = objects.lock().unwrap();
    let path = uri.path().to_owned();
    match method {
        Method::PUT => {
            objects.insert(path, body.to_vec());
            (StatusCode::OK, Vec::new())
        }
        Method::DELETE => {
            objects.remove(&path);
            (StatusCode::NO_CONTENT, Vec::new())
        }
        _ => {
            let Some(object) = objects.get(&path) else { return (StatusCode::NOT_FOUND, Vec::new()) };
            let range = headers[header::RANGE].to_str().unwrap().strip_prefix("bytes=").unwrap();
            let (first, last) = range.split_once('-').unwrap();
            let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
            match object.get(first..(last + 1).min(object.len())) {
                Some(part) if !part.is_empty() => (StatusCode::PARTIAL_CONTENT, part.to_vec()),
                _ => (StatusCode::RANGE_NOT_SATISFIABLE, Vec::new()),
            }
        }
    }
}

/// The id of the access key.
pub(crate) const KEY_ID: &str = "AKIDTESTS";

/// A bucket at this address.
pub(crate) fn bucket(url: &str, secret: &str) -> Bucket {
    let keys = [
        ("files.s3_url", url),
        ("files.s3_bucket", "records"),
        ("files.s3_region", "eu-central-1"),
        ("files.s3_access_key_id", KEY_ID),
        ("files.s3_secret_access_key", secret),
    ];
    let sources = keys.iter().fold(Sources::default(), |sources, (key, value)| sources.with(key, *value));
    Bucket::of(&Config::load(&sources).unwrap().files).unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_keeps_objects_as_the_folder_does() {
    let objects = Objects::default();
    let url = loopback(Router::new().fallback(s3).with_state(objects.clone())).await;
    let (ours, object) = (bucket(&url, SECRET), FileObjectId::from(uuid::Uuid::from_u128(7)));
    assert_eq!(ours.get(object, 0..1).await, Err(StorageError::Missing));
    ours.put(object, b"0123456789".to_vec()).await.unwrap();
    assert_eq!(ours.get(object, 2..5).await.unwrap(), b"234");
    assert_eq!(ours.get(object, 8..12).await, Err(StorageError::Missing));
    assert_eq!(objects.lock().unwrap().keys().collect::<Vec<_>>(), ["/records/bedside-files/00000000000000000000000000000007"]);
    assert!(matches!(bucket(&url, "another").put(object, vec![1]).await, Err(StorageError::Unavailable(_))));
    ours.delete(object).await.unwrap();
    ours.delete(object).await.unwrap();
    assert!(objects.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_photo_of_a_doctor_is_sent_to_everybody_and_kept_by_browsers() {
    let house = house().await;
    let lena = house.clinic.doctor("Dr Lena Hoff", house.practice).await;
    let (doctor, stranger) = (house.client(&lena).await, house.stranger());
    let content = BASE64.decode(PNG).unwrap();
    let said = json!({ "purpose": "doctor_photo", "name": "me.png", "kind": "image/png", "bytes": content.len() });
    let json_body = [("content-type", "application/json")];
    let upload = ask(&doctor, Method::POST, "/uploads", &json_body, said.to_string()).await.expect(201);
    let id = upload["id"].as_str().unwrap();
    assert_eq!(put(&doctor, id, 1, &content).await, 204);
    ask(&doctor, Method::POST, &format!("/uploads/{id}/complete"), &[], Body::empty()).await.expect(200);
    let photo = format!("/photos/{id}");
    assert_eq!(ask(&stranger, Method::GET, &photo, &[], Body::empty()).await.status, 404);
    check(&house, id.parse().unwrap()).await;
    for path in [photo.clone(), format!("{photo}/small")] {
        let sent = ask(&stranger, Method::GET, &path, &[], Body::empty()).await;
        assert_eq!((sent.status.as_u16(), sent.header("content-type")), (200, "image/jpeg"));
        assert_eq!(sent.header("cache-control"), "private, max-age=86400, immutable");
    }
    let page = stranger.get(&format!("/doctors/{}", lena.doctor())).await.expect(200);
    assert_eq!(page["photo_id"], id);
    assert_eq!(doctor.delete("/me/photo").await.status, 204);
    assert_eq!(ask(&stranger, Method::GET, &photo, &[], Body::empty()).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_adds_the_logo_of_a_clinic_and_removes_it() {
    let house = house().await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let path = format!("/clinics/{}", house.practice.clinic);
    assert_eq!(admin.get(&path).await.expect(200)["logo_id"], Value::Null);
    let content = BASE64.decode(PNG).unwrap();
    let mut said = json!({ "purpose": "clinic_logo", "name": "logo.png", "kind": "image/png", "bytes": content.len() });
    assert_eq!(admin.post("/uploads", said.clone()).await.refusal(), (422, "request.fields_invalid"));
    said["clinic_id"] = json!(house.practice.clinic);
    let upload = admin.post("/uploads", said).await.expect(201);
    let id = upload["id"].as_str().unwrap();
    let sent = ask(&admin, Method::PUT, &format!("/api/v1/uploads/{id}/parts/1"), &[], content).await;
    assert_eq!(sent.status, 204);
    admin.ask(Method::POST, &format!("/uploads/{id}/complete"), &[], None).await.expect(200);
    check(&house, id.parse().unwrap()).await;
    assert_eq!(admin.get(&path).await.expect(200)["logo_id"], id);
    let read = ask(&admin, Method::GET, &format!("/api/v1/files/{id}"), &[], Body::empty()).await;
    assert_eq!((read.status.as_u16(), read.header("content-type")), (200, "image/png"));
    assert_eq!(admin.delete(&format!("{path}/logo")).await.status, 204);
    assert_eq!(admin.get(&path).await.expect(200)["logo_id"], Value::Null);
    assert_eq!(admin.get(&format!("/files/{id}")).await.refusal(), (404, "not_found"));
}
