//! The lifecycle of the embedded cluster: create it, adopt or start it, stop it.

use super::{
    binaries::Binaries,
    error::Error,
    lock::FolderLock,
    passwords::Passwords,
    place::Place,
    postmaster::{self, Postmaster, State},
    set_up, settings,
};
use crate::config::{Config, Secret, private_file};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::{path::Path, time::Duration};
use tokio::process::Command;

const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(200);
/// The timeout for a start. After a crash, Postgres replays at most the WAL of one checkpoint distance.
const READY_WITHIN_SECS: u64 = 180;
const STOP_WITHIN_SECS: u64 = 60;

/// A running cluster that this process must stop. Dropping it leaves the cluster running; the next start adopts it.
pub(super) struct Cluster {
    place: Place,
    binaries: Binaries,
    _lock: FolderLock,
}

/// The data needed to connect to a running cluster.
pub(super) struct Access {
    pub(super) postmaster: Postmaster,
    pub(super) passwords: Passwords,
    pub(super) binaries: Binaries,
}

impl Cluster {
    /// Locks the folder, and creates, adopts or starts the cluster in it.
    pub(super) async fn start(config: &Config) -> Result<(Self, Access), Error> {
        let var_dir = make_var_dir(&config.var_dir)?;
        let lock = FolderLock::take(&var_dir)?;
        let place = Place::choose(&var_dir).await?;
        let exists = place.exists()?;
        let (binaries, passwords) = if exists {
            (Binaries::of(&place.data, place.major()?).await?, Passwords::load(&place.passwords)?)
        } else {
            let made = (Binaries::newest().await?, Passwords::load_or_create(&place.passwords)?);
            init(&place, &made.0, &made.1).await?;
            made
        };
        let cluster = Self { place, binaries, _lock: lock };
        let postmaster = cluster.adopt_or_start(config).await?;
        let access = Access { postmaster, passwords, binaries: cluster.binaries.clone() };
        set_up::run(&access.superuser(), &access.passwords).await.map_err(Error::SetUp)?;
        Ok((cluster, access))
    }

    async fn adopt_or_start(&self, config: &Config) -> Result<Postmaster, Error> {
        if let Some(postmaster) = when_ready(&self.place, &self.binaries).await? {
            tracing::info!(data = %self.place.data.display(), "adopted the database that was left running");
            return Ok(postmaster);
        }
        if let State::Stale(file) = postmaster::state(&self.place) {
            std::fs::remove_file(&file).map_err(Error::io("removed", &file))?;
        }
        tracing::info!(data = %self.place.data.display(), "starting the database");
        self.place.make_socket_folder()?;
        let settings = self.place.data.join(settings::FILE);
        std::fs::write(&settings, settings::text(&self.place, &config.database)).map_err(Error::io("written", &settings))?;
        self.place.account.give(&settings)?;
        let mut command = self.pg_ctl("start");
        command.arg("-l").arg(self.place.logs.join("start.log")).arg("-t").arg(READY_WITHIN_SECS.to_string());
        run("pg_ctl", command, Some(&self.place.logs)).await?;
        when_ready(&self.place, &self.binaries).await?.ok_or_else(|| not_ready(&self.place))
    }

    /// Stops the cluster and waits until it has stopped.
    pub(super) async fn stop(self) -> Result<(), Error> {
        tracing::info!(data = %self.place.data.display(), "stopping the database");
        let mut command = self.pg_ctl("stop");
        command.arg("-m").arg("fast").arg("-t").arg(STOP_WITHIN_SECS.to_string());
        run("pg_ctl", command, Some(&self.place.logs)).await?;
        // The folder is empty now, and the next start creates it again. Under /run, nothing else would ever remove it.
        let _ = std::fs::remove_dir(&self.place.socket);
        Ok(())
    }

    fn pg_ctl(&self, what: &str) -> Command {
        let mut command = self.place.account.command(&self.binaries.program("pg_ctl"));
        command.arg(what).arg("-D").arg(&self.place.data).arg("-w").arg("-s");
        command
    }
}

impl Access {
    /// The access to a cluster that another Bedside process runs; none when no cluster is running.
    pub(super) async fn to_running(config: &Config) -> Result<Option<Self>, Error> {
        let Ok(var_dir) = config.var_dir.canonicalize() else { return Ok(None) };
        let place = Place::choose(&var_dir).await?;
        if !place.exists()? {
            return Ok(None);
        }
        let binaries = Binaries::of(&place.data, place.major()?).await?;
        let Some(postmaster) = when_ready(&place, &binaries).await? else { return Ok(None) };
        Ok(Some(Self { postmaster, passwords: Passwords::load(&place.passwords)?, binaries }))
    }

    pub(super) fn owner(&self) -> PgConnectOptions {
        self.role(set_up::OWNER, &self.passwords.owner).database(set_up::DATABASE)
    }

    pub(super) fn app(&self) -> PgConnectOptions {
        self.role(set_up::APP, &self.passwords.app).database(set_up::DATABASE)
    }

    fn superuser(&self) -> PgConnectOptions {
        self.role(set_up::SUPERUSER, &self.passwords.superuser)
    }

    fn role(&self, name: &str, password: &Secret<String>) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.postmaster.socket)
            .port(self.postmaster.port)
            .ssl_mode(PgSslMode::Disable)
            .username(name)
            .password(password.expose())
    }
}

fn make_var_dir(var_dir: &Path) -> Result<std::path::PathBuf, Error> {
    std::fs::create_dir_all(var_dir).map_err(Error::io("made", var_dir))?;
    var_dir.canonicalize().map_err(Error::io("found", var_dir))
}

/// Creates the cluster in a temporary folder and renames it when it is complete, so that an interrupted start leaves no partial cluster.
async fn init(place: &Place, binaries: &Binaries, passwords: &Passwords) -> Result<(), Error> {
    tracing::info!(data = %place.data.display(), version = binaries.major, "making the database; this takes some seconds");
    place.account.make_folder(&place.home)?;
    place.account.make_folder(&place.logs)?;
    let draft = place.home.join("data.new");
    if draft.exists() {
        std::fs::remove_dir_all(&draft).map_err(Error::io("removed", &draft))?;
    }
    let password_file = place.home.join("superuser.password");
    let _ = std::fs::remove_file(&password_file);
    private_file::write(&password_file, passwords.superuser.expose().as_bytes()).map_err(Error::io("written", &password_file))?;
    place.account.give(&password_file)?;
    let mut command = place.account.command(&binaries.program("initdb"));
    command
        .arg("-D")
        .arg(&draft)
        .args([
            "--username",
            set_up::SUPERUSER,
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--auth=scram-sha-256",
            "--data-checksums",
        ])
        .arg("--pwfile")
        .arg(&password_file);
    let made = run("initdb", command, None).await;
    std::fs::remove_file(&password_file).map_err(Error::io("removed", &password_file))?;
    made?;
    include_settings(&draft)?;
    std::fs::rename(&draft, &place.data).map_err(Error::io("moved", &draft))
}

/// Adds one include line to `postgresql.conf`. Otherwise that file is left to the operator.
fn include_settings(data: &Path) -> Result<(), Error> {
    let path = data.join("postgresql.conf");
    let mut text = std::fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    text.push_str("\ninclude_if_exists = '");
    text.push_str(settings::FILE);
    text.push_str("'\n");
    std::fs::write(&path, text).map_err(Error::io("written", &path))
}

/// Waits until a cluster that is running or starting accepts connections. None when none is running.
async fn when_ready(place: &Place, binaries: &Binaries) -> Result<Option<Postmaster>, Error> {
    let ready = async {
        loop {
            let State::Runs(postmaster) = postmaster::state(place) else { return None };
            // Shortly after its start the file has no socket folder yet. Without one, pg_isready would ask another Postgres on this machine.
            let has_socket = !postmaster.socket.as_os_str().is_empty();
            if has_socket && takes_connections(place, binaries, &postmaster).await {
                return Some(postmaster);
            }
            tokio::time::sleep(LOOK_AGAIN_AFTER).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(READY_WITHIN_SECS), ready).await.map_err(|_| not_ready(place))
}

async fn takes_connections(place: &Place, binaries: &Binaries, postmaster: &Postmaster) -> bool {
    let mut command = place.account.command(&binaries.program("pg_isready"));
    command.arg("-q").arg("-h").arg(&postmaster.socket).arg("-p").arg(postmaster.port.to_string());
    command.status().await.is_ok_and(|status| status.success())
}

fn not_ready(place: &Place) -> Error {
    Error::NotReady { data: place.data.clone(), logs: place.logs.clone(), waited_secs: READY_WITHIN_SECS }
}

/// Runs a Postgres program until it ends. If it fails, its last lines or those of the log become the error.
async fn run(program: &'static str, mut command: Command, logs: Option<&Path>) -> Result<(), Error> {
    let output = command.output().await.map_err(Error::io("run", program))?;
    if output.status.success() {
        return Ok(());
    }
    let mut words = String::from_utf8_lossy(&output.stderr).into_owned();
    if let Some(log) = logs.and_then(newest_file) {
        words.push_str(&std::fs::read_to_string(log).unwrap_or_default());
    }
    let lines: Vec<&str> = words.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let detail = lines[lines.len().saturating_sub(5)..].join("; ");
    Err(Error::Program { program, detail })
}

fn newest_file(folder: &Path) -> Option<std::path::PathBuf> {
    let files = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
    files.filter_map(|file| Some((file.metadata().ok()?.modified().ok()?, file.path()))).max().map(|(_, path)| path)
}
