//! `bedside audit verify`: verifies the audit log.

use super::{chain, load, print, say};
use crate::{config::Config, postgres, serve, telemetry};
use domain::audit::{Anchor, Finding, Verification, verify as verify_log};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Finds the first row that was changed, removed or reordered. Exit codes: 0 no finding, 1 a finding, 2 the log could not be checked.
pub async fn verify(file: Option<PathBuf>) -> ExitCode {
    let config = match load(file) {
        Ok(config) => config,
        Err(code) => return code,
    };
    if let Err(error) = telemetry::init(&config.log) {
        say(&chain(&error));
        return ExitCode::from(2);
    }
    match verify_with(&config).await {
        Ok(result) => {
            print(&report(&result));
            if result.finding.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            say(&chain(&error));
            ExitCode::from(2)
        }
    }
}

async fn verify_with(config: &Config) -> Result<Verification, serve::Error> {
    let anchors = anchors(&config.var_dir.join("audit/seals.jsonl"));
    let vault = serve::vault_of(config)?;
    let database = postgres::join(config).await?;
    // The database is not migrated: a verification must not change it.
    let domain = serve::attach(config, vault, &database).await?;
    let result = verify_log(&domain, &anchors).await;
    domain.close().await;
    database.stop().await?;
    Ok(result?)
}

/// The seals that are stored outside the database. A last line that a crash cut off is skipped.
fn anchors(path: &Path) -> Vec<Anchor> {
    let Ok(text) = std::fs::read_to_string(path) else { return Vec::new() };
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn report(result: &Verification) -> String {
    let checked =
        format!("{} rows under {} seals checked; {} rows are not sealed yet.", result.rows, result.seals, result.unsealed);
    match &result.finding {
        None => format!("The audit log is whole. {checked}"),
        Some(Finding::RowChanged { id, number }) => format!("CHANGED: row {number} ({id}) is not what was written. {checked}"),
        Some(Finding::RowsMissingOrReordered { seal, sealed_rows, present_rows }) => format!(
            "MISSING OR REORDERED: seal {seal} was made over {sealed_rows} rows; {present_rows} are there, and they do not fit it. {checked}"
        ),
        Some(Finding::SealBroken { seal }) => format!("BROKEN: seal {seal} was changed, or the one before it is gone. {checked}"),
        Some(Finding::AnchorMissing { seal }) => {
            format!("MISSING: seal {seal} was kept outside of the database and is not in it any more. {checked}")
        }
    }
}
