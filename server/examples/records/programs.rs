//! The servers that are measured: processes of their own, so that their memory is theirs.

use crate::client::Connection;
use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};
use testing::TestClinic;
use tokio::process::{Child, Command};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(90);

/// A running server. Dropping it kills it.
pub(crate) struct Program {
    child: Child,
    pub(crate) port: u16,
}

impl Program {
    /// Starts it, and waits until it answers `ready` with 200. What it says goes into the file `log`.
    async fn start(command: &mut Command, port: u16, ready: &str, log: &Path) -> Self {
        let output = fs::File::create(log).expect("the log can be written");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(output).kill_on_drop(true);
        let mut program = Self { child: command.spawn().expect("the server can be started"), port };
        let begun = Instant::now();
        loop {
            let ended = program.child.try_wait().expect("the server can be asked for its end");
            let in_time = ended.is_none() && begun.elapsed() < PATIENCE;
            assert!(in_time, "the server does not start: {}", fs::read_to_string(log).unwrap_or_default());
            if let Ok(mut connection) = Connection::open(port, None).await
                && connection.download(ready).await.0 == 200
            {
                return program;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// From here on, the peak of the resident memory counts (proc(5), clear_refs).
    pub(crate) fn begin_peak(&self) {
        fs::write(format!("/proc/{}/clear_refs", self.pid()), "5").expect("the peak of the memory can be reset");
    }

    /// The peak of the resident memory, in MiB.
    pub(crate) fn peak_mib(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("the kernel tells about the server");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        peak.expect("the kernel tells the peak of the memory") / 1024.0
    }

    fn pid(&self) -> u32 {
        self.child.id().expect("the server runs")
    }
}

/// `bedside serve` on the database of a clinic.
pub(crate) async fn bedside(program: &Path, folder: &Path, clinic: &TestClinic) -> Program {
    let (app, owner) = testing::addresses(&clinic.database);
    let (port, var_dir) = (free_port(), folder.join("var"));
    let key = var_dir.join("keys/master.key");
    fs::create_dir_all(var_dir.join("keys")).expect("the folder can be made");
    fs::write(&key, hex::encode(testing::MASTER_KEY)).expect("the master key can be written");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("the key is for its owner");
    let text = format!(
        "listen = \"127.0.0.1:{port}\"\npublic_url = \"http://localhost:{port}\"\nvar_dir = {var_dir:?}\nmode = \"development\"\n\
         [database]\nurl = {app:?}\nmigrate_url = {owner:?}\n[relay]\nenabled = false\n[metrics]\nlisten = \"\"\n\
         [limits]\nrequests_per_address_per_minute = 1000000\nrequests_per_account_per_minute = 1000000\n"
    );
    let config = folder.join("bedside.toml");
    fs::write(&config, text).expect("the configuration can be written");
    let mut command = Command::new(program);
    command.arg("--config").arg(&config).arg("serve");
    Program::start(&mut command, port, "/health/ready", &folder.join("bedside.log")).await
}

/// This program as the server without encryption, whose files have so many parts.
pub(crate) async fn plain(folder: &Path, parts: u64) -> Program {
    let port = free_port();
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.args(["plain", &port.to_string()]).arg(folder.join("plain")).arg(parts.to_string());
    Program::start(&mut command, port, "/ready", &folder.join("plain.log")).await
}

/// nginx as one process, which sends the files below `www`.
pub(crate) async fn nginx(program: &Path, folder: &Path) -> Program {
    let port = free_port();
    let shown = folder.display();
    // The other folders are those that nginx makes when it starts; an ordinary user may not write to Debian's.
    let text = format!(
        "daemon off;\nmaster_process off;\npid {shown}/nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n\
         access_log off;\nsendfile on;\ntcp_nopush on;\n\
         client_body_temp_path {shown}/body;\nproxy_temp_path {shown}/proxy;\nfastcgi_temp_path {shown}/fastcgi;\n\
         uwsgi_temp_path {shown}/uwsgi;\nscgi_temp_path {shown}/scgi;\n\
         server {{ listen 127.0.0.1:{port}; root {shown}/www; }}\n}}\n"
    );
    let config = folder.join("nginx.conf");
    fs::write(&config, text).expect("the configuration can be written");
    let mut command = Command::new(program);
    command.arg("-p").arg(folder).arg("-c").arg(&config);
    Program::start(&mut command, port, "/0", &folder.join("nginx.log")).await
}

/// A port that nobody is listening on right now.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("a listener has an address").port()
}
