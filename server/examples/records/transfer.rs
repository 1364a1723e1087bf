//! Sends files to servers and reads them again: megabytes a second, and the peak of each server's memory.

use crate::{
    Size,
    client::Connection,
    plain::PART,
    programs::{self, Program},
};
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long the check of all files may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// A line of text, of which all files consist, so that they are what they say.
const LINE: &[u8] = b"Blood pressure 120/80, pulse 64, temperature 36.8 degrees.\n";

/// What is sent, and where it rests.
struct Load<'a> {
    folder: &'a TempDir,
    content: Vec<u8>,
    files: usize,
}

impl Load<'_> {
    fn megabytes_per_second(&self, took: Duration) -> f64 {
        let bytes = u32::try_from(self.content.len() * self.files).expect("less than 4 GB");
        f64::from(bytes) / 1e6 / took.as_secs_f64()
    }

    fn parts(&self) -> impl Iterator<Item = &[u8]> {
        self.content.chunks(part_bytes())
    }

    /// Reads all files of a server.
    async fn download(&self, server: &Program, token: Option<&str>, address: impl Fn(usize) -> String) -> Value {
        let mut connection = Connection::open(server.port, token).await.expect("the server answers");
        server.begin_peak();
        let begun = Instant::now();
        for file in 0..self.files {
            assert_eq!(connection.download(&address(file)).await, (200, self.content.len()), "the whole file is sent");
        }
        json!({ "mb_per_second": self.megabytes_per_second(begun.elapsed()), "peak_mib": server.peak_mib() })
    }
}

/// Measures with the programs of Bedside and nginx. Files rest on the disk of `folder`.
pub(crate) async fn measure(size: &Size, folder: &Path, (bedside, nginx): (&Path, &Path)) -> Value {
    let folder = tempfile::tempdir_in(folder).expect("a folder can be made");
    let content = LINE.iter().copied().cycle().take(size.file_mib * part_bytes()).collect();
    let load = Load { folder: &folder, content, files: size.transferred };
    let encrypted = Box::pin(with_bedside(&load, bedside)).await;
    let plain = Box::pin(without_encryption(&load)).await;
    let written = written(&load);
    let served = Box::pin(with_nginx(&load, nginx)).await;
    json!({
        "files": size.transferred, "file_mib": size.file_mib,
        "encrypted": encrypted, "plain": plain, "written": written, "nginx": served,
    })
}

fn part_bytes() -> usize {
    usize::try_from(PART).expect("a megabyte")
}

/// `bedside serve`: parts are encrypted, written with fsync and recorded; the files are checked, and then read with a permit and an entry in the audit log.
async fn with_bedside(load: &Load<'_>, program: &Path) -> Value {
    let clinic = testing::clinic().await;
    let patient = clinic.patient("Amara Osei").await;
    let server = programs::bedside(program, load.folder.path(), &clinic).await;
    let token = sign_in(&server, &patient.email).await;
    let mut connection = Connection::open(server.port, Some(&token)).await.expect("the server answers");
    let mut uploads = Vec::new();
    for _ in 0..load.files {
        let new = json!({
            "purpose": "patient_document", "patient_id": patient.patient(), "name": "report.txt", "kind": "text/plain",
            "bytes": load.content.len(),
        });
        let begun = connection.send("POST", "/api/v1/uploads", "application/json", new.to_string().as_bytes()).await;
        let upload = expect(begun, 201);
        assert_eq!(upload["part_bytes"].as_u64(), Some(PART), "a part has a megabyte");
        uploads.push(upload["id"].as_str().expect("an upload has an id").to_owned());
    }
    server.begin_peak();
    let begun = Instant::now();
    for upload in &uploads {
        for (number, part) in (1..).zip(load.parts()) {
            let path = format!("/api/v1/uploads/{upload}/parts/{number}");
            expect(connection.send("PUT", &path, "application/octet-stream", part).await, 204);
        }
    }
    let upload = json!({ "mb_per_second": load.megabytes_per_second(begun.elapsed()), "peak_mib": server.peak_mib() });
    for upload in &uploads {
        expect(connection.send("POST", &format!("/api/v1/uploads/{upload}/complete"), "application/json", b"").await, 200);
    }
    let begun = Instant::now();
    for upload in &uploads {
        while expect(connection.send("GET", &format!("/api/v1/uploads/{upload}"), "application/json", b"").await, 200)["state"]
            != "ready"
        {
            assert!(begun.elapsed() < PATIENCE, "the files are checked in time");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    let download = load.download(&server, Some(&token), |file| format!("/api/v1/files/{}", uploads[file])).await;
    json!({ "upload": upload, "download": download })
}

async fn sign_in(server: &Program, email: &str) -> String {
    let mut connection = Connection::open(server.port, None).await.expect("the server answers");
    let credentials = json!({ "email": email, "password": testing::PASSWORD }).to_string();
    let answer = connection.send("POST", "/api/v1/sessions", "application/json", credentials.as_bytes()).await;
    expect(answer, 201)["access_token"].as_str().expect("a sign-in answers with a token").to_owned()
}

/// Checks the status and returns the body, which is empty or JSON.
fn expect((status, body): (u16, Vec<u8>), wanted: u16) -> Value {
    assert_eq!(status, wanted, "{}", String::from_utf8_lossy(&body));
    serde_json::from_slice(&body).unwrap_or_default()
}

/// The same folder and the same library for HTTP, without anything else.
async fn without_encryption(load: &Load<'_>) -> Value {
    let parts = u64::try_from(load.parts().count()).expect("a number of parts");
    let server = programs::plain(load.folder.path(), parts).await;
    let mut connection = Connection::open(server.port, None).await.expect("the server answers");
    server.begin_peak();
    let begun = Instant::now();
    let mut number = 0;
    for _ in 0..load.files {
        for part in load.parts() {
            let sent = connection.send("PUT", &format!("/parts/{number}"), "application/octet-stream", part).await;
            expect(sent, 204);
            number += 1;
        }
    }
    let upload = json!({ "mb_per_second": load.megabytes_per_second(begun.elapsed()), "peak_mib": server.peak_mib() });
    let download = load.download(&server, None, |file| format!("/files/{file}")).await;
    json!({ "upload": upload, "download": download })
}

/// A plain write and fsync of the same parts, one file each, without a server.
fn written(load: &Load<'_>) -> Value {
    let folder = load.folder.path().join("written");
    fs::create_dir(&folder).expect("the folder can be made");
    let begun = Instant::now();
    let mut number = 0;
    for _ in 0..load.files {
        for part in load.parts() {
            let mut file = File::create(folder.join(number.to_string())).expect("a file can be made");
            file.write_all(part).expect("a part can be written");
            file.sync_all().expect("a part can be brought to the disk");
            number += 1;
        }
    }
    json!({ "upload": { "mb_per_second": load.megabytes_per_second(begun.elapsed()) } })
}

/// nginx sends the same files.
async fn with_nginx(load: &Load<'_>, program: &Path) -> Value {
    let shown = load.folder.path().join("www");
    fs::create_dir(&shown).expect("the folder can be made");
    for file in 0..load.files {
        fs::write(shown.join(file.to_string()), &load.content).expect("a file can be written");
    }
    let server = programs::nginx(program, load.folder.path()).await;
    json!({ "download": load.download(&server, None, |file| format!("/{file}")).await })
}
