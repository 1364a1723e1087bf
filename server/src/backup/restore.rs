//! Restoring a backup.

use super::{DATABASE, Error, FILES, MASTER_KEY, Manifest, PATIENT_KEYS, Place, SEALS, tree, write::run};
use crate::{
    config::{
        Config,
        master_key::{self, MasterKey, MasterKeyError},
        private_file,
    },
    postgres::{self, Database},
    serve,
};
use domain::{
    access::Access,
    backup::{self, Finished},
};
use model::ids::RequestId;
use std::{path::Path, process::Stdio};

/// The result of a restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The manifest of the backup.
    pub manifest: Manifest,
    /// The unsent mails, which will be sent when a server runs, and the sessions, tokens and links that were ended.
    pub finished: Finished,
}

/// Restores a backup into an empty database and an empty `var_dir`, and migrates it to this binary's schema. No server may be running there.
///
/// # Errors
/// Before anything is written: [`Error::NoManifest`], [`Error::Manifest`], [`Error::Damaged`], [`Error::Newer`], [`Error::InTheWay`],
/// [`Error::OtherKey`], [`Error::NeedsLocalKey`], [`Error::NeedsKms`], [`Error::DatabaseInUse`]. Afterwards: write errors; the database must then be created anew.
pub async fn restore(config: &Config, place: &Place) -> Result<Restored, Error> {
    let manifest = Manifest::read(place)?;
    let binary = backup::newest_schema_version();
    if manifest.schema_version > binary {
        return Err(Error::Newer { backup: manifest.schema_version, binary });
    }
    manifest.check(place)?;
    let seals = config.var_dir.join(SEALS);
    if seals.exists() {
        return Err(Error::InTheWay(seals));
    }
    let files = config.var_dir.join(FILES);
    if !tree::is_empty(&files)? {
        return Err(Error::InTheWay(files));
    }
    let new_key = missing_master_key(config, place)?;

    let database = postgres::open(config).await?;
    let restored = into(config, &database, place, new_key.as_ref()).await;
    database.stop().await?;
    let finished = restored?;
    for below in manifest.files_below(FILES) {
        tree::copy(&place.data.join(FILES).join(&below), &files.join(&below))?;
    }
    if manifest.files_below("audit").next().is_some() {
        tree::copy(&place.data.join(SEALS), &seals)?;
    }
    Ok(Restored { manifest, finished })
}

/// The backup's master key, if the installation lacks its file.
fn missing_master_key(config: &Config, place: &Place) -> Result<Option<MasterKey>, Error> {
    let kept = place.keys.join(MASTER_KEY);
    let (is_local, has_file) = (config.keys.kms.is_none(), kept.exists());
    if is_local != has_file {
        return Err(if has_file { Error::NeedsLocalKey } else { Error::NeedsKms });
    }
    if !is_local {
        return Ok(None);
    }
    let key = master_key::load(&kept)?;
    match master_key::configured(config) {
        Ok(there) if there.expose() == key.expose() => Ok(None),
        Ok(_) => Err(Error::OtherKey(config.master_key_file())),
        Err(MasterKeyError::Missing(_)) => Ok(Some(key)),
        Err(error) => Err(error.into()),
    }
}

async fn into(config: &Config, database: &Database, place: &Place, new_key: Option<&MasterKey>) -> Result<Finished, Error> {
    let owner = &database.urls().owner;
    if !backup::is_empty(owner).await? {
        return Err(Error::DatabaseInUse);
    }
    if let Some(key) = new_key {
        let (path, text) = (config.master_key_file(), zeroize::Zeroizing::new(hex::encode(key.expose()) + "\n"));
        private_file::write(&path, text.as_bytes()).map_err(Error::io("written", &path))?;
    }
    backup::prepare(owner).await?;
    load(database, &["--no-comments"], &place.data.join(DATABASE)).await?;
    load(database, &["--data-only"], &place.keys.join(PATIENT_KEYS)).await?;
    let domain = serve::connect(config, database).await?;
    let finished = backup::finish(&domain, &Access::system(domain.new_id::<RequestId>())).await;
    domain.close().await;
    Ok(finished?)
}

async fn load(database: &Database, args: &[&str], dump: &Path) -> Result<(), Error> {
    let mut command = database.tools().command("pg_restore");
    command.args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-password"]).args(args);
    command.arg("--dbname").arg(database.urls().owner.get_database().unwrap_or_default()).arg(dump);
    run("pg_restore", command.stdin(Stdio::null()).stdout(Stdio::null())).await
}
