//! The commands of the binary.

mod audit;
mod backup;
mod demo;
mod keys;
mod postcodes;
mod relay;
mod serve;
mod setup;
mod times;

pub use self::relay::relay;
pub use audit::{drop_audit_month, verify as verify_audit};
pub use backup::{BackupOptions, RestoreOptions, backup, restore};
pub use demo::{Options as DemoOptions, demo};
pub use keys::{RotateOptions, rotate as rotate_keys, status as keys_status};
pub use postcodes::{PostcodesOptions, import as import_postcodes};
pub use serve::serve;
pub use setup::setup;
pub use times::rebuild as rebuild_times;

use crate::{
    check,
    config::{Config, Sources, reference},
    postgres, serve as server,
    telemetry::{self, Metrics},
};
use domain::clock::{Clock, SystemClock};
use std::{path::PathBuf, process::ExitCode};

/// Loads the configuration. If it is invalid, all faults are printed at once.
pub(crate) fn load(file: Option<PathBuf>) -> Result<Config, ExitCode> {
    load_from(&Sources::of_this_process(file))
}

pub(crate) fn load_from(sources: &Sources) -> Result<Config, ExitCode> {
    Config::load(sources).map_err(|faults| {
        say(&format!("The configuration cannot be used.\n{faults}"));
        ExitCode::from(2)
    })
}

/// The common start of long-running commands: loads the configuration and sets up logs and metrics. Errors are printed.
fn begin(file: Option<PathBuf>) -> Result<(Config, Metrics), ExitCode> {
    let config = load(file)?;
    let metrics = telemetry::init(&config.log).map_err(|error| {
        say(&chain(&error));
        ExitCode::FAILURE
    })?;
    Ok((config, metrics))
}

/// Prints one line to standard error for the user at the terminal. Logs go to standard error too.
#[expect(clippy::print_stderr, reason = "a command speaks to whoever typed it")]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}

/// Prints one line to standard output: the result of a command.
#[expect(clippy::print_stdout, reason = "a command's result")]
pub(crate) fn print(text: &str) {
    println!("{text}");
}

/// The error and its sources, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// `bedside migrate`: migrates the database.
pub async fn migrate(file: Option<PathBuf>) -> ExitCode {
    let (config, _) = match begin(file) {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    match migrate_with(&config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&chain(&error));
            ExitCode::FAILURE
        }
    }
}

async fn migrate_with(config: &Config) -> Result<(), server::Error> {
    let database = postgres::join(config).await?;
    let connected = server::connect(config, &database).await;
    if let Ok(domain) = &connected {
        domain.close().await;
    }
    database.stop().await?;
    connected.map(|_| print("The database is up to date."))
}

/// `bedside check`: checks the installation.
pub async fn check(file: Option<PathBuf>) -> ExitCode {
    let config = match load(file) {
        Ok(config) => config,
        Err(code) => return code,
    };
    let report = check::check(&config, SystemClock.now()).await;
    print(&report.to_string());
    report.exit_code()
}

/// `bedside config`: checks the configuration, or prints the reference of all keys.
#[must_use]
pub fn config(file: Option<PathBuf>, with_reference: bool) -> ExitCode {
    if with_reference {
        print(&reference::reference());
        return ExitCode::SUCCESS;
    }
    match load(file) {
        Ok(_) => {
            print("The configuration can be used. `bedside check` also checks what it names.");
            ExitCode::SUCCESS
        }
        Err(code) => code,
    }
}
