//! Making a backup.

use super::{DATABASE, Error, FILES, MASTER_KEY, Manifest, PATIENT_KEYS, Place, SEALS, tree};
use crate::{
    config::{Config, master_key},
    postgres::{Database, Tools},
};
use domain::backup::{KEY_TABLES, LEFT_OUT_SCHEMA, PASSING_TABLES, Snapshot};
use jiff::Timestamp;
use std::{path::Path, process::Stdio};
use zeroize::Zeroizing;

/// Writes a consistent backup; a server may keep running meanwhile.
///
/// # Errors
/// [`Error::FolderInUse`]; errors while reading or writing.
pub async fn write(config: &Config, database: &Database, place: &Place, now: Timestamp) -> Result<Manifest, Error> {
    for folder in [&place.data, &place.keys] {
        if !tree::is_empty(folder)? {
            return Err(Error::FolderInUse(folder.clone()));
        }
        tree::make_folder(folder)?;
    }
    // A master key in a KMS stays there.
    let key = if config.keys.kms.is_none() { Some(master_key::configured(config)?) } else { None };

    // Copied before the snapshot: a seal that is newer than the database would look as if it had been removed from the database.
    let seals = config.var_dir.join(SEALS);
    if seals.exists() {
        tree::copy(&seals, &place.data.join(SEALS))?;
    }
    let snapshot = Snapshot::hold(&database.urls().owner).await?;
    let dumped = dump_all(database.tools(), &snapshot, place).await;
    let schema_version = snapshot.schema_version();
    snapshot.release().await?;
    dumped?;
    // Copied after the snapshot, so that every file that the database refers to is included.
    tree::copy_all(&config.var_dir.join(FILES), &place.data.join(FILES))?;
    if let Some(key) = key {
        let text = Zeroizing::new(hex::encode(key.expose()) + "\n");
        tree::write(&place.keys.join(MASTER_KEY), text.as_bytes())?;
    }

    let manifest = Manifest::of(place, schema_version, now)?;
    manifest.write(place)?;
    Ok(manifest)
}

async fn dump_all(tools: &Tools, snapshot: &Snapshot, place: &Place) -> Result<(), Error> {
    let mut data = vec!["--no-unlogged-table-data".to_owned(), format!("--exclude-schema={LEFT_OUT_SCHEMA}")];
    data.extend(KEY_TABLES.iter().chain(&PASSING_TABLES).map(|table| format!("--exclude-table-data={table}")));
    dump(tools, snapshot, &data, &place.data.join(DATABASE)).await?;
    let mut keys = vec!["--data-only".to_owned()];
    keys.extend(KEY_TABLES.iter().map(|table| format!("--table={table}")));
    dump(tools, snapshot, &keys, &place.keys.join(PATIENT_KEYS)).await
}

async fn dump(tools: &Tools, snapshot: &Snapshot, args: &[String], to: &Path) -> Result<(), Error> {
    let mut command = tools.command("pg_dump");
    command.args(["--format=custom", "--no-owner", "--no-password"]).arg(format!("--snapshot={}", snapshot.id())).args(args);
    let file = tree::create(to)?;
    command.stdin(Stdio::null()).stdout(file.try_clone().map_err(Error::io("written", to))?);
    run("pg_dump", &mut command).await?;
    file.sync_all().map_err(Error::io("written", to))
}

/// Runs a Postgres program until it ends. If it fails, the last lines of its standard error become the error.
pub(super) async fn run(program: &'static str, command: &mut tokio::process::Command) -> Result<(), Error> {
    let child = command.stderr(Stdio::piped()).kill_on_drop(true).spawn().map_err(Error::io("run", Path::new(program)))?;
    let output = child.wait_with_output().await.map_err(Error::io("run", Path::new(program)))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<&str> = words.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    Err(Error::Program { program, detail: lines[lines.len().saturating_sub(3)..].join("; ") })
}
