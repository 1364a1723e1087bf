//! A stand-alone relay for the browser tests: `bedside relay`, as it would run on another machine, over UDP, TCP and TLS.

use std::fs::File;
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::bundle::Profile;
use crate::postgres::free_port;
use crate::process::{Attempt, Child, Failure, Outcome, command, read};
use crate::workspace::{Workspace, make_private_folder, remove_private_folder};

/// The secret that server and relay share. Both listen only on this machine, and only while the tests run.
pub(crate) const SECRET: &str = "shared by the server and the relay of the tests";

const START_LIMIT: Duration = Duration::from_secs(30);

/// A running relay. Dropping it stops it and removes its certificate.
pub(crate) struct Relay {
    child: Child,
    folder: PathBuf,
}

impl Relay {
    /// Starts `bedside relay` with the server that was built.
    pub(crate) fn start(workspace: &Workspace) -> Outcome<Self> {
        let folder = workspace.scratch("relay");
        make_private_folder(&folder, None)?;
        certify(&folder)?;
        let log = workspace.target.join("e2e-relay.log");
        let output = File::create(&log).attempt(|| format!("create {}", log.display()))?;
        let [plain, tls, metrics] = [free_port()?, free_port()?, free_port()?];
        let mut command = workspace.server(Profile::Dev, ["relay"]);
        let local = |port: u16| format!("127.0.0.1:{port}");
        for (key, value) in [
            ("BEDSIDE_PUBLIC_URL", "https://localhost".to_owned()),
            ("BEDSIDE_RELAY__LISTEN", local(plain)),
            ("BEDSIDE_RELAY__LISTEN_TCP", local(plain)),
            ("BEDSIDE_RELAY__LISTEN_TLS", local(tls)),
            ("BEDSIDE_RELAY__EXTERNAL_IP", "127.0.0.1".to_owned()),
            ("BEDSIDE_RELAY__SECRET", SECRET.to_owned()),
            ("BEDSIDE_TLS__CERTIFICATE", certificate(&folder).display().to_string()),
            ("BEDSIDE_TLS__KEY", folder.join("key.pem").display().to_string()),
            ("BEDSIDE_METRICS__LISTEN", local(metrics)),
        ] {
            command.env(key, value);
        }
        command.stdout(output.try_clone()?).stderr(output);
        let mut relay = Self { child: Child::spawn(&mut command)?, folder };
        let said = format!(
            r#"{{"urls": {{"udp": "turn:{plain}?transport=udp", "tcp": "turn:{plain}?transport=tcp", "tls": "turns:{tls}?transport=tcp"}}, "metrics": "http://{metrics}/metrics"}}"#,
            plain = local(plain),
            tls = local(tls),
            metrics = local(metrics),
        );
        std::fs::write(relay.description(), said).attempt(|| format!("write {}", relay.description().display()))?;
        let listens = |port: u16| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
        relay.child.wait_until(|| [plain, tls, metrics].into_iter().all(listens), START_LIMIT, &log)?;
        Ok(relay)
    }

    /// The file that contains the relay's addresses.
    pub(crate) fn description(&self) -> PathBuf {
        self.folder.join("relay.json")
    }

    /// The file with the relay's certificate, PEM.
    pub(crate) fn certificate(&self) -> PathBuf {
        certificate(&self.folder)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // It waits for the calls that are still open; nobody takes part in them any more.
        let stopped = self.child.stop(Duration::from_secs(5)).and_then(|_| remove_private_folder(&self.folder, None));
        if let Err(Failure::Because(text)) = stopped {
            eprintln!("{text}");
        }
    }
}

fn certificate(folder: &Path) -> PathBuf {
    folder.join("certificate.pem")
}

/// Makes a self-signed certificate for this machine.
fn certify(folder: &Path) -> Outcome {
    let mut openssl = command("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]);
    openssl.args(["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]);
    openssl.arg("-keyout").arg(folder.join("key.pem")).arg("-out").arg(certificate(folder));
    read(&mut openssl).map(drop)
}
