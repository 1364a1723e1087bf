//! Files in the bucket of a server with the protocol of S3 that others have written, and that checks signatures. `cargo xtask test --long` compiles it (s3s-fs) and names it in
//! `BEDSIDE_TEST_S3_SERVER`; a stand-in for it is in `uploads.rs`.

use crate::{
    anchors::SECRET,
    uploads::{KEY_ID, bucket},
};
use domain::{
    files::{self, Files, Shown, Storage, StorageError},
    filing::{self, BeginUpload},
};
use model::ids::FileObjectId;
use std::{
    ffi::OsString,
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(60);
const PART: usize = 1024 * 1024;

/// The server, with one bucket. Dropping it kills it.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(program: OsString, folder: &Path) -> Self {
        fs::create_dir(folder.join("records")).unwrap();
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let mut command = Command::new(program);
        command.args(["--access-key", KEY_ID, "--secret-key", SECRET, "--host", "127.0.0.1", "--port", &port.to_string()]);
        command.arg(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let server = Self { child: command.spawn().unwrap(), port };
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "s3s-fs does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_rests_encrypted_in_a_bucket_of_s3_and_is_read_in_ranges() {
    let Some(program) = std::env::var_os("BEDSIDE_TEST_S3_SERVER") else {
        eprintln!("skipped: `cargo xtask test --long` compiles the server with the protocol of S3");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(program, folder.path());
    let ours = bucket(&server.url(), SECRET);
    let object = FileObjectId::from(Uuid::from_u128(7));
    assert_eq!(ours.get(object, 0..1).await, Err(StorageError::Missing));
    ours.put(object, b"0123456789".to_vec()).await.unwrap();
    ours.put(object, b"abcdefghij".to_vec()).await.unwrap();
    assert_eq!(ours.get(object, 2..5).await.unwrap(), b"cde");
    assert_eq!(ours.get(object, 8..12).await, Err(StorageError::Missing));
    // Another secret is refused, for writing and for reading.
    let foreign = bucket(&server.url(), "another");
    assert!(matches!(foreign.put(object, vec![1]).await, Err(StorageError::Unavailable(_))));
    assert!(matches!(foreign.get(object, 0..1).await, Err(StorageError::Unavailable(_))));
    ours.delete(object).await.unwrap();
    ours.delete(object).await.unwrap();
    assert_eq!(ours.get(object, 0..1).await, Err(StorageError::Missing));

    let clinic = testing::clinic().await;
    let ana = clinic.patient("Ana Keller").await;
    let (domain, by) = (&clinic.domain, ana.access(&clinic));
    let files = Files::new(Arc::new(ours), None);
    let content: Vec<u8> = "Blood pressure 120/80\n".bytes().cycle().take(2 * PART + 500).collect();
    let command = BeginUpload {
        purpose: "patient_document".to_owned(),
        patient: Some(ana.patient()),
        name: "report.txt".to_owned(),
        kind: "text/plain".to_owned(),
        bytes: u64::try_from(content.len()).unwrap(),
        ..BeginUpload::default()
    };
    let upload = filing::begin(domain, &by, command).await.unwrap().id;
    for (number, part) in (1..).zip(content.chunks(PART)) {
        files::put_part(domain, &files, &by, (upload, number), part, None).await.unwrap();
    }
    filing::complete(domain, &by, upload).await.unwrap();
    files::check(domain, &files, upload).await.unwrap();
    let read = async |range: std::ops::Range<usize>| {
        let opened = filing::open(domain, &files, &by, upload, Shown::Content).await.unwrap();
        let range = u64::try_from(range.start).unwrap()..u64::try_from(range.end).unwrap();
        let (mut pieces, mut bytes) = (opened.content.only(range), Vec::new());
        while let Some(piece) = pieces.next_piece().await.unwrap() {
            bytes.extend_from_slice(&piece);
        }
        bytes
    };
    assert!(read(0..content.len()).await == content);
    for range in [PART - 3..PART + 3, 2 * PART + 400..content.len()] {
        assert_eq!(read(range.clone()).await, content[range]);
    }
    let kept = fs::read_dir(folder.path().join("records/bedside-files")).unwrap().map(|object| object.unwrap().path());
    let kept: Vec<Vec<u8>> = kept.filter(|path| path.is_file()).map(|path| fs::read(path).unwrap()).collect();
    assert!(kept.len() >= 3, "each part is an object");
    assert!(kept.iter().all(|bytes| !bytes.windows(14).any(|window| window == b"Blood pressure")));
}
