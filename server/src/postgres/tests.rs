//! Tests with a real cluster in its own folder, through its whole lifecycle. They are skipped with a message if there is no Postgres.

use super::*;
use crate::config::Sources;
use sqlx::{Connection, PgConnection};
use std::{os::unix::fs::PermissionsExt, path::Path};

/// If the test runs as root, the user `postgres` must be able to enter the folder, whatever the umask.
fn var_dir() -> tempfile::TempDir {
    let dir = tempfile::Builder::new().prefix("bedside-pg-").tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

fn config(var_dir: &Path) -> Config {
    Config::load(&Sources::default().with("var_dir", var_dir.to_str().unwrap())).unwrap()
}

async fn ask(options: &PgConnectOptions, question: &'static str) -> Result<String, sqlx::Error> {
    let mut connection = PgConnection::connect_with(options).await?;
    let answer = sqlx::query_scalar(question).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(answer)
}

/// Stops the cluster and removes its data when the test ends in any way.
struct StoppedAtTheEnd {
    home: std::path::PathBuf,
}

impl StoppedAtTheEnd {
    async fn of(config: &Config) -> Self {
        let place = place::Place::choose(&config.var_dir.canonicalize().unwrap()).await.unwrap();
        Self { home: place.home }
    }
}

impl Drop for StoppedAtTheEnd {
    fn drop(&mut self) {
        let pid = std::fs::read_to_string(self.home.join("data/postmaster.pid")).unwrap_or_default();
        // One test writes its own process id there.
        if let Some(pid) = pid.lines().next().filter(|pid| *pid != std::process::id().to_string()) {
            let _ = std::process::Command::new("kill").args(["-QUIT", pid]).status();
        }
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

#[tokio::test]
async fn a_cluster_is_made_locked_left_adopted_shared_and_stopped() {
    if binaries::Binaries::newest().await.is_err() {
        eprintln!("skipped: no Postgres on this machine");
        return;
    }
    let folder = var_dir();
    let config = config(folder.path());
    let _end = StoppedAtTheEnd::of(&config).await;
    assert!(!exists(&config));
    assert!(glance(&config).await.unwrap().is_none());

    let first = open(&config).await.unwrap();
    assert!(exists(&config));
    assert_eq!(ask(&first.urls().owner, "SELECT current_user::text").await.unwrap(), "bedside_owner");
    assert_eq!(ask(&first.urls().app, "SELECT current_user::text").await.unwrap(), "bedside_app");
    assert_eq!(
        ask(&first.urls().app, "SELECT extname::text FROM pg_extension WHERE extname = 'btree_gist'").await.unwrap(),
        "btree_gist"
    );
    assert_eq!(ask(&first.urls().app, "SHOW data_checksums").await.unwrap(), "on");
    assert_eq!(ask(&first.urls().app, "SHOW listen_addresses").await.unwrap(), "");
    let settings = "SELECT datcollate || ' ' || pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'bedside'";
    assert_eq!(ask(&first.urls().app, settings).await.unwrap(), "C.UTF-8 UTF8");
    let refused = ask(&first.urls().app, "CREATE TABLE mine (id int)").await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().code().as_deref(), Some("42501"), "the app role makes no tables");
    let unknown = ask(&first.urls().app.clone().password("wrong"), "SELECT ''").await;
    assert!(unknown.is_err(), "the socket asks for the password");

    assert!(matches!(open(&config).await, Err(Error::Locked(_))), "a second server is refused");
    let beside = join(&config).await.unwrap();
    assert_eq!(ask(&beside.urls().owner, "SELECT current_user::text").await.unwrap(), "bedside_owner");
    beside.stop().await.unwrap();

    let started = "SELECT pg_postmaster_start_time()::text";
    let before = ask(&first.urls().app, started).await.unwrap();
    let output = first.tools().command("pg_dump").arg("--schema-only").output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // A killed server runs no more code: its lock is released, its cluster keeps running.
    drop(first);
    let second = open(&config).await.unwrap();
    assert_eq!(ask(&second.urls().app, started).await.unwrap(), before, "it is the same server");
    let app = second.urls().app.clone();
    second.stop().await.unwrap();
    assert!(ask(&app, started).await.is_err(), "it has stopped");
    assert!(glance(&config).await.unwrap().is_none());

    let third = open(&config).await.unwrap();
    assert_ne!(ask(&third.urls().app, started).await.unwrap(), before);
    third.stop().await.unwrap();

    std::fs::remove_file(folder.path().join("keys/postgres.json")).unwrap();
    assert!(matches!(open(&config).await, Err(Error::PasswordsLost(_))), "lost passwords are not made anew");
}

#[tokio::test]
async fn a_file_left_by_a_crash_whose_process_number_is_anothers_stops_nothing() {
    if binaries::Binaries::newest().await.is_err() {
        eprintln!("skipped: no Postgres on this machine");
        return;
    }
    let folder = var_dir();
    let config = config(folder.path());
    let _end = StoppedAtTheEnd::of(&config).await;
    open(&config).await.unwrap().stop().await.unwrap();
    let file = folder.path().join("postgres/data/postmaster.pid");
    std::fs::write(&file, format!("{}\n/elsewhere\n1\n5432\n/run\n\n", std::process::id())).unwrap();
    let database = open(&config).await.unwrap();
    assert_eq!(ask(&database.urls().app, "SELECT current_user::text").await.unwrap(), "bedside_app");
    database.stop().await.unwrap();
}

#[tokio::test]
async fn a_named_database_is_taken_as_it_is() {
    let sources = Sources::default()
        .with("database.url", "postgres://bedside_app:a@db.example/bedside")
        .with("database.migrate_url", "postgres://bedside_owner:b@db.example/bedside");
    let database = open(&Config::load(&sources).unwrap()).await.unwrap();
    assert_eq!(database.urls().app.get_username(), "bedside_app");
    assert_eq!(database.urls().owner.get_username(), "bedside_owner");
    assert_eq!(database.urls().listen.get_host(), "db.example");
    database.stop().await.unwrap();
}

#[tokio::test]
async fn as_root_a_closed_folder_does_not_keep_postgres_out() {
    if !nix::unistd::geteuid().is_root() || binaries::Binaries::newest().await.is_err() {
        eprintln!("skipped: not root, or no Postgres on this machine");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let config = config(folder.path());
    let end = StoppedAtTheEnd::of(&config).await;
    assert!(end.home.starts_with("/var/lib"), "{}", end.home.display());
    assert!(!exists(&config));
    let database = open(&config).await.unwrap();
    assert!(exists(&config) && !folder.path().join("postgres").exists());
    assert_eq!(ask(&database.urls().app, "SELECT current_user::text").await.unwrap(), "bedside_app");
    database.stop().await.unwrap();
}
