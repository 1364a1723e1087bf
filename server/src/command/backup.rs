//! `bedside backup` and `bedside restore`.

use super::{begin, chain, print, say};
use crate::{
    backup::{self, Error, Manifest, Place},
    config::Config,
    postgres,
};
use domain::{
    backup::Finished,
    clock::{Clock, SystemClock},
    identity::Ended,
};
use std::{path::PathBuf, process::ExitCode};

/// Options of `bedside backup`.
#[derive(Debug, Clone, clap::Args)]
pub struct BackupOptions {
    /// The folder for the backup. It must be new or empty.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// A separate folder for the keys, so that data and keys can be stored apart. Default: `keys` inside the backup's folder.
    #[arg(long, value_name = "FOLDER")]
    keys_to: Option<PathBuf>,
}

/// Options of `bedside restore`.
#[derive(Debug, Clone, clap::Args)]
pub struct RestoreOptions {
    /// The folder of the backup.
    #[arg(long, value_name = "FOLDER")]
    from: PathBuf,
    /// The folder of the keys, if it is not `keys` inside the backup's folder.
    #[arg(long, value_name = "FOLDER")]
    keys_from: Option<PathBuf>,
}

/// Writes a backup, whether a server is running or not.
pub async fn backup(file: Option<PathBuf>, options: BackupOptions) -> ExitCode {
    let config = match begin(file) {
        Ok((config, _)) => config,
        Err(code) => return code,
    };
    let place = Place::new(options.to, options.keys_to);
    ended(write(&config, &place).await.map(|manifest| {
        format!(
            "Backup of {} written to {}: {}. Keep {} apart from it: who has both can read everything.",
            manifest.at,
            place.data.display(),
            size(&manifest),
            place.keys.display()
        )
    }))
}

async fn write(config: &Config, place: &Place) -> Result<Manifest, Error> {
    let database = postgres::join(config).await?;
    let written = backup::write(config, &database, place, SystemClock.now()).await;
    database.stop().await?;
    written
}

/// Restores a backup into an empty database.
pub async fn restore(file: Option<PathBuf>, options: RestoreOptions) -> ExitCode {
    let config = match begin(file) {
        Ok((config, _)) => config,
        Err(code) => return code,
    };
    let place = Place::new(options.from, options.keys_from);
    ended(backup::restore(&config, &place).await.map(|restored| {
        let Finished { mails, ended: Ended { sessions, tokens, links } } = restored.finished;
        format!(
            "The backup of {at} was restored: {size}; {mails} mails wait to be sent.\n\
             {sessions} sessions, {tokens} tokens of programs and {links} mailed links were ended: everybody signs in again, and asks for a new link if they need one.\n\
             Accounts that were closed after {at} are open again: close them again as soon as the server runs, before others can reach it.\n\
             Now run `bedside audit verify`, then start the server.",
            at = restored.manifest.at,
            size = size(&restored.manifest),
        )
    }))
}

fn ended(outcome: Result<String, Error>) -> ExitCode {
    match outcome {
        Ok(text) => {
            print(&text);
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&chain(&error));
            ExitCode::FAILURE
        }
    }
}

fn size(manifest: &Manifest) -> String {
    let all = manifest.data.iter().chain(&manifest.keys);
    let (files, bytes) = all.fold((0, 0), |(files, bytes), entry| (files + 1, bytes + entry.bytes));
    format!("{files} files, {} kB, schema version {}", bytes.div_ceil(1000), manifest.schema_version)
}
