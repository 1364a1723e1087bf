//! Debian's clamd, with one signature that is written here, so that nothing is downloaded.

use crate::{house::house, uploads::uploaded};
use domain::files::{self, Files};
use model::ids::FileId;
use server::storage::{Clamd, Folder};
use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

/// The file that all scanners find (eicar.org), in two pieces, so that none of them takes this file for it.
const EICAR: [&str; 2] = [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-", "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];

/// The longest file that it takes.
const LONGEST: usize = 1024 * 1024;

/// A clamd of a test. Dropping it kills it.
struct Daemon {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Daemon {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let (signatures, config) = (folder.path().join("signatures"), folder.path().join("clamd.conf"));
        fs::create_dir(&signatures).unwrap();
        // Any type of file, anywhere in it.
        let signature = format!("Eicar-Test-Body:0:*:{}\n", hex::encode(EICAR.concat()));
        fs::write(signatures.join("local.ndb"), signature).unwrap();
        let text = format!(
            "DatabaseDirectory {}\nTemporaryDirectory {}\nTCPSocket {port}\nTCPAddr 127.0.0.1\nForeground yes\nUser root\nStreamMaxLength {LONGEST}\n",
            signatures.display(),
            folder.path().display()
        );
        fs::write(&config, text).unwrap();
        let mut command = Command::new("/usr/sbin/clamd");
        command.arg("--config-file").arg(&config).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("`cargo xtask setup` installs Debian's clamav-daemon");
        let mut daemon = Self { child, port, _folder: folder };
        let begun = Instant::now();
        while let Err(cause) = daemon.client().ping().await {
            let ended = daemon.child.try_wait().unwrap();
            assert!(ended.is_none() && begun.elapsed() < PATIENCE, "clamd does not answer: {cause}, {ended:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        daemon
    }

    fn client(&self) -> Clamd {
        Clamd::at(&format!("127.0.0.1:{}", self.port))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clamd_finds_a_virus_and_says_what_it_does_not_take() {
    let (house, daemon) = (house().await, Daemon::start().await);
    let ana = house.clinic.patient("Ana Keller").await;
    let patient = house.client(&ana).await;
    let scanned = Files::new(Arc::new(Folder::at(house.files.path().to_owned())), Some(Arc::new(daemon.client())));
    let eicar = EICAR.concat();
    let mut clean: Option<FileId> = None;
    for (content, state, trouble) in [
        (eicar.clone().into_bytes(), "infected", None),
        (format!("A letter.\n{eicar}\nKind regards").into_bytes(), "infected", None),
        (b"A letter of two pieces. ".repeat(20_000), "ready", None),
        (b"A letter that is too long. ".repeat(60_000), "refused", Some("too_large_to_scan")),
    ] {
        let file = uploaded(&patient, &ana, "text/plain", &content).await;
        files::check(&house.clinic.domain, &scanned, file).await.unwrap();
        let found = patient.get(&format!("/uploads/{file}")).await.expect(200);
        assert_eq!((found["state"].as_str(), found["trouble"].as_str()), (Some(state), trouble), "{} bytes", content.len());
        clean = clean.or((state == "ready").then_some(file));
    }
    let documents = patient.get(&format!("/patients/{}/documents", ana.patient())).await.expect(200);
    let shown = documents["items"].as_array().unwrap().iter().find(|item| item["id"] == clean.unwrap().to_string()).unwrap();
    assert_eq!(shown["scan"], "clean");

    // Without clamd there is no verdict, so nobody reads the file, and it is checked again.
    let unseen = uploaded(&patient, &ana, "text/plain", b"A letter.").await;
    drop(daemon);
    assert!(files::check(&house.clinic.domain, &scanned, unseen).await.is_err());
    assert_eq!(patient.get(&format!("/uploads/{unseen}")).await.expect(200)["state"], "checking");
}
