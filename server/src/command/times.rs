//! `bedside times rebuild`.

use super::{begin, chain, print, say};
use crate::{config::Config, postgres, serve};
use domain::scheduling;
use std::{path::PathBuf, process::ExitCode};

/// Computes the first free times of all doctors again. The server may be running.
pub async fn rebuild(file: Option<PathBuf>) -> ExitCode {
    let (config, _) = match begin(file) {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    match rebuild_with(&config).await {
        Ok(doctors) => {
            print(&format!("The first free times of {doctors} doctors are computed anew."));
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&chain(&error));
            ExitCode::FAILURE
        }
    }
}

async fn rebuild_with(config: &Config) -> Result<u64, serve::Error> {
    let database = postgres::join(config).await?;
    let domain = serve::attach(config, &database).await?;
    let outcome = scheduling::rebuild_first_times(&domain).await;
    domain.close().await;
    database.stop().await?;
    Ok(outcome?)
}
