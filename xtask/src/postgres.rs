//! The private Postgres cluster of the tests. It is created from scratch, fast because it is not crash-safe, reachable on 127.0.0.1
//! without a password, and removed when the last user has gone.
//!
//! Several xtask runs may use it at the same time: each holds a shared lock, and the last one stops it, unless
//! `cargo xtask postgres` was run to keep it. If a killed run has left a cluster behind, the next run uses it.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Attempt, Failure, Outcome, command, run, run_to_clean_up, succeeds};
use crate::workspace::{Workspace, is_root, make_private_folder, remove_private_folder};

/// The system user that Postgres runs as when root starts it.
const STEP_DOWN_TO: &str = "postgres";

/// Crash safety would take most of the time of a test and is not needed here.
const SETTINGS: &str = "
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 500
unix_socket_directories = ''
listen_addresses = '127.0.0.1'
timezone = 'UTC'
log_line_prefix = '%m [%p] %d '
";

/// `bedside_owner` creates databases and runs migrations; `bedside_app` is the role of the server and the tests.
const ROLES: &str = "CREATE ROLE bedside_owner LOGIN CREATEDB CREATEROLE; CREATE ROLE bedside_app LOGIN";

/// One user's hold on the running cluster. Dropping it releases the hold.
#[derive(Debug)]
pub(crate) struct Cluster {
    folder: Folder,
    port: u16,
    in_use: Option<File>,
}

impl Cluster {
    /// Uses the running cluster or starts one.
    pub(crate) fn start(workspace: &Workspace) -> Outcome<Self> {
        let mut cluster = Self { folder: Folder::of(workspace)?, port: 0, in_use: None };
        // Declared after the cluster: on an error below, this lock is released first, before dropping the cluster takes it again.
        let starting = cluster.folder.lock("start")?;
        starting.lock().attempt(|| "lock the start of the test database".into())?;
        let in_use = cluster.folder.lock("use")?;
        in_use.lock_shared().attempt(|| "lock the test database".into())?;
        cluster.in_use = Some(in_use);
        cluster.port = match cluster.folder.running_port() {
            Some(port) => port,
            None => cluster.folder.make_and_start()?,
        };
        Ok(cluster)
    }

    /// The URL of `database` for the role that owns what the tests create.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://bedside_owner@127.0.0.1:{}/{database}", self.port)
    }

    /// The URL of `database` for the role of the server.
    pub(crate) fn app_url(&self, database: &str) -> String {
        format!("postgres://bedside_app@127.0.0.1:{}/{database}", self.port)
    }

    /// The URL of the superuser.
    pub(crate) fn superuser_url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// A psql call as `bedside_owner` that stops at the first error.
    pub(crate) fn psql<'a>(&self, database: &str, args: impl IntoIterator<Item = &'a str>) -> Command {
        self.psql_at(&self.url(database), args)
    }

    /// The same as [`Cluster::psql`] for the superuser, who may change the cluster's settings.
    pub(crate) fn superuser_psql<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        self.psql_at(&self.superuser_url(), args)
    }

    fn psql_at<'a>(&self, url: &str, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut psql = Command::new(self.folder.bin.join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", url]).args(args);
        psql.env("PGOPTIONS", "--client-min-messages=warning");
        psql
    }

    /// The file to which all sessions write their log. The prefix of its lines is in [`SETTINGS`].
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.log()
    }

    /// The process id of the postmaster; the sessions are its child processes.
    pub(crate) fn postmaster(&self) -> Outcome<u32> {
        let pid = self.folder.postmaster_line(0).and_then(|line| line.parse().ok());
        pid.ok_or_else(|| Failure::because("the test database does not run"))
    }

    /// Keeps the cluster running after the last user has gone, until [`stop_kept`].
    pub(crate) fn keep(&self) -> Outcome {
        fs::write(self.folder.keep_mark(), "").attempt(|| "mark the test database as kept".into())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.in_use.take());
        let stopped = self.folder.stop_unless_used();
        if let Err(Failure::Because(text)) = stopped {
            eprintln!("the test database was left running: {text}");
        }
    }
}

/// Undoes [`Cluster::keep`], and stops the cluster unless it is in use.
pub(crate) fn stop_kept(workspace: &Workspace) -> Outcome {
    let folder = Folder::of(workspace)?;
    let _ = fs::remove_file(folder.keep_mark());
    folder.stop_unless_used()
}

/// Stops a cluster whose data is at `data` if it still runs. A killed run can leave one behind.
fn stop_left_behind(data: &Path) -> Outcome {
    if data.join("postmaster.pid").exists() {
        stop(&server_programs()?, data)?;
    }
    Ok(())
}

/// The folder with the newest server programs; Debian does not put them on the PATH.
pub(crate) fn server_programs() -> Outcome<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .max_by_key(|(version, _)| *version);
    let on_path = || std::env::split_paths(&std::env::var_os("PATH")?).find(|folder| folder.join("initdb").is_file());
    newest
        .map(|(_, bin)| bin)
        .or_else(on_path)
        .ok_or_else(|| Failure::because("Postgres is not installed; run `cargo xtask setup`"))
}

/// The files of the cluster.
#[derive(Debug)]
struct Folder {
    bin: PathBuf,
    path: PathBuf,
    locks: PathBuf,
}

impl Folder {
    fn of(workspace: &Workspace) -> Outcome<Self> {
        fs::create_dir_all(&workspace.target).attempt(|| format!("create {}", workspace.target.display()))?;
        Ok(Self { bin: server_programs()?, path: workspace.scratch("test"), locks: workspace.target.join("test-postgres") })
    }

    fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    fn keep_mark(&self) -> PathBuf {
        self.locks.with_extension("keep")
    }

    fn log(&self) -> PathBuf {
        self.path.join("log")
    }

    /// A line of postmaster.pid, from 0.
    fn postmaster_line(&self, number: usize) -> Option<String> {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        Some(file.lines().nth(number)?.trim().to_owned())
    }

    fn lock(&self, which: &str) -> Outcome<File> {
        let path = self.locks.with_extension(format!("{which}.lock"));
        File::options().create(true).append(true).open(&path).attempt(|| format!("open {}", path.display()))
    }

    fn owner() -> Option<&'static str> {
        is_root().then_some(STEP_DOWN_TO)
    }

    /// The port of the cluster in this folder, if it runs and answers. The port is in the fourth line of postmaster.pid.
    fn running_port(&self) -> Option<u16> {
        let port = self.postmaster_line(3)?.parse::<u16>().ok()?;
        let probe = ["--host=127.0.0.1", "--quiet", &format!("--port={port}")];
        succeeds(&mut command(self.bin.join("pg_isready"), probe)).then_some(port)
    }

    fn make_and_start(&self) -> Outcome<u16> {
        stop_left_behind(&self.data())?;
        make_private_folder(&self.path, Self::owner())?;
        let data = self.data();
        let made = as_postgres(self.bin.join("initdb"))
            .args([
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                "--no-instructions",
            ])
            .arg("--pgdata")
            .arg(&data)
            .current_dir(&self.path)
            .output()
            .attempt(|| "run initdb".into())?;
        if !made.status.success() {
            return Err(Failure::because(format!("initdb failed: {}", String::from_utf8_lossy(&made.stderr).trim())));
        }
        let port = free_port()?;
        let settings = data.join("postgresql.conf");
        let before = fs::read_to_string(&settings).attempt(|| format!("read {}", settings.display()))?;
        fs::write(&settings, format!("{before}{SETTINGS}port = {port}\n")).attempt(|| format!("write {}", settings.display()))?;
        let log = self.log();
        let started = run(as_postgres(self.bin.join("pg_ctl"))
            .args(["start", "--wait", "--silent", "--timeout=120", "--pgdata"])
            .arg(&data)
            .arg("--log")
            .arg(&log)
            .current_dir(&self.path));
        if let Err(Failure::Because(text)) = started {
            let log = fs::read_to_string(&log).unwrap_or_default();
            return Err(Failure::because(format!("{text}\n{log}")));
        }
        started?;
        let address = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        run(&mut command(self.bin.join("psql"), ["--no-psqlrc", "--quiet", "--dbname", &address, "--command", ROLES]))?;
        Ok(port)
    }

    fn stop_unless_used(&self) -> Outcome {
        let starting = self.lock("start")?;
        starting.lock().attempt(|| "lock the start of the test database".into())?;
        let used = self.lock("use")?.try_lock().is_err();
        if used || self.keep_mark().exists() {
            return Ok(());
        }
        if self.data().join("postmaster.pid").exists() {
            stop(&self.bin, &self.data())?;
        }
        remove_private_folder(&self.path, Self::owner())
    }
}

/// Stops immediately: the data is not needed any more.
fn stop(bin: &Path, data: &Path) -> Outcome {
    let stopped = run_to_clean_up(
        as_postgres(bin.join("pg_ctl"))
            .args(["stop", "--wait", "--silent", "--mode=immediate", "--pgdata"])
            .arg(data)
            .current_dir("/"),
    );
    // pg_ctl fails when postmaster.pid is stale. It is enough that no server runs there.
    let running = succeeds(as_postgres(bin.join("pg_ctl")).args(["status", "--pgdata"]).arg(data).current_dir("/"));
    if running { stopped } else { Ok(()) }
}

/// A Postgres program. Postgres refuses to run as root, so root switches to another user.
fn as_postgres(program: PathBuf) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut stepping = Command::new("setpriv");
    stepping.args([&format!("--reuid={STEP_DOWN_TO}"), &format!("--regid={STEP_DOWN_TO}"), "--init-groups", "--"]).arg(program);
    stepping
}

/// A port that nobody is listening on right now.
pub(crate) fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).attempt(|| "find a free port".into())?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(name: &str) -> Workspace {
        let root = std::env::temp_dir().join(format!("bedside-xtask-{name}-{}", std::process::id()));
        Workspace { target: root.join("target"), root }
    }

    fn answers(cluster: &Cluster) -> bool {
        succeeds(&mut cluster.psql("postgres", ["--command", "SELECT 1"]))
    }

    #[test]
    fn a_second_use_adopts_and_the_last_one_stops() {
        let workspace = workspace("postgres");
        let first = Cluster::start(&workspace).unwrap();
        let second = Cluster::start(&workspace).unwrap();
        assert_eq!(first.url("postgres"), second.url("postgres"));
        drop(first);
        assert!(answers(&second));
        run(&mut second.psql("postgres", ["--command", "CREATE DATABASE made_by_owner"])).unwrap();
        let folder = second.folder.path.clone();
        second.keep().unwrap();
        drop(second);
        let adopted = Cluster::start(&workspace).unwrap();
        assert!(answers(&adopted));
        drop(adopted);
        stop_kept(&workspace).unwrap();
        assert!(!folder.exists());
        fs::remove_dir_all(&workspace.root).unwrap();
    }
}
