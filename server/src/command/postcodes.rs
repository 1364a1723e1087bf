//! `bedside postcodes import`.

use super::{begin, chain, print, say};
use crate::{config::Config, postgres, serve};
use domain::directory;
use model::directory::{ImportReport, RowProblem};
use std::{path::PathBuf, process::ExitCode};

/// Options of `bedside postcodes import`.
#[derive(Debug, Clone, clap::Args)]
pub struct PostcodesOptions {
    /// The CSV file in UTF-8. Its first line names the columns country (ISO 3166-1 alpha-2), postcode, latitude and longitude (decimal degrees).
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only checks the file, and names each wrong row.
    #[arg(long)]
    dry_run: bool,
}

/// Imports postcodes, all of the file or none. The server may be running. Exit codes: 0 nothing is wrong with the file, 1 rows are wrong, 2 it could not be read or kept.
pub async fn import(file: Option<PathBuf>, options: PostcodesOptions) -> ExitCode {
    let (config, _) = match begin(file) {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    let csv = match std::fs::read_to_string(&options.file) {
        Ok(csv) => csv,
        Err(error) => {
            say(&format!("{} cannot be read: {error}", options.file.display()));
            return ExitCode::from(2);
        }
    };
    match import_with(&config, &csv, !options.dry_run).await {
        Ok(report) => {
            for line in lines(&report) {
                print(&line);
            }
            if report.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(Failure::File(what)) => {
            say(&what);
            ExitCode::from(2)
        }
        Err(Failure::Server(error)) => {
            say(&chain(&*error));
            ExitCode::from(2)
        }
    }
}

enum Failure {
    /// The file as a whole is wrong.
    File(String),
    Server(Box<dyn std::error::Error>),
}

impl<E: std::error::Error + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Server(Box::new(error))
    }
}

async fn import_with(config: &Config, csv: &str, keep: bool) -> Result<ImportReport, Failure> {
    let database = postgres::join(config).await?;
    let domain = serve::attach(config, &database).await?;
    let outcome = directory::import_postcodes(&domain, csv, keep).await;
    domain.close().await;
    database.stop().await?;
    outcome.map_err(|error| {
        if let [wrong] = error.field_errors() {
            return Failure::File(format!("The file cannot be imported: {}", wrong.fault.as_str()));
        }
        error.into()
    })
}

/// What to say: each fault with its line, then what came of it.
fn lines(report: &ImportReport) -> Vec<String> {
    let fault = |problem: RowProblem| match problem {
        RowProblem::Value(fault) => fault.as_str(),
        RowProblem::LikelyKnown | RowProblem::Twice => "is there twice",
    };
    let mut lines: Vec<String> =
        report.faults.iter().map(|row| format!("line {}: {}: {}", row.line, row.field, fault(row.problem))).collect();
    lines.push(match (report.registered, report.faults.is_empty()) {
        (true, _) => format!("{} postcodes are imported.", report.rows),
        (false, true) => format!("{} postcodes can be imported.", report.rows),
        (false, false) => "Nothing is imported.".to_owned(),
    });
    lines
}
