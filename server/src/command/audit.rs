//! `bedside audit verify` verifies the audit log and compares it with what is kept outside of the database, `bedside audit drop` drops a month of it.

use super::{begin, chain, load, print, say};
use crate::{
    anchors::{self, Compared, Outside, seals_file},
    config::Config,
    postgres, serve, telemetry,
};
use domain::{
    Domain,
    access::Access,
    audit::{Anchor, DroppedMonth, Finding, NotDropped, Verification, drop_month, verify as verify_log},
};
use jiff::civil::Date;
use model::ids::RequestId;
use sqlx::postgres::PgConnectOptions;
use std::{
    fs::File,
    io::{BufRead, BufReader},
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
        Ok(checked) => {
            print(&checked.report());
            if checked.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            say(&chain(&error));
            ExitCode::from(2)
        }
    }
}

async fn verify_with(config: &Config) -> Result<Checked, serve::Error> {
    let database = postgres::join(config).await?;
    // The database is not migrated: a verification must not change it.
    let domain = serve::attach(config, &database).await?;
    let checked = check(config, &domain).await;
    domain.close().await;
    database.stop().await?;
    checked
}

/// What was found in the log, and in the places that get deposits of its seals.
struct Checked {
    log: Verification,
    /// The place in words, and the comparison.
    outside: Vec<(&'static str, Compared)>,
}

/// Verifies the log with the seals of the file, then compares the other places. They are not asked when the log itself is not whole.
async fn check(config: &Config, domain: &Domain) -> Result<Checked, serve::Error> {
    let outside = Outside::of(config)?;
    let mut checked = Checked { log: verify_log(domain, in_file(&seals_file(config))).await?, outside: Vec::new() };
    if checked.log.finding.is_none() {
        if let Some(bucket) = &outside.bucket {
            checked.outside.push(("The bucket", bucket.compare(domain).await?));
        }
        if let Some(stamps) = &outside.time_stamps {
            checked.outside.push(("The time stamps", stamps.compare(domain).await?));
        }
    }
    Ok(checked)
}

impl Checked {
    fn is_whole(&self) -> bool {
        self.log.finding.is_none() && self.outside.iter().all(|(_, compared)| compared.finding.is_none())
    }

    fn report(&self) -> String {
        let outside = self.outside.iter().map(|(place, compared)| format!("\n{}", compared_line(place, compared)));
        report(&self.log) + &outside.collect::<String>()
    }
}

fn compared_line(place: &str, compared: &Compared) -> String {
    let Compared { deposits, seals, newest_at, finding } = compared;
    let newest = newest_at.map_or_else(String::new, |at| format!(", the newest of {at}"));
    let checked = format!("{deposits} deposits with {seals} seals compared{newest}.");
    match finding {
        None => format!("{place}: the database has the same. {checked}"),
        Some(anchors::Finding::SealDiffers { seal }) => {
            format!("{place}: DIFFERENT: seal {seal} was deposited, and the database has another one or none. {checked}")
        }
        Some(anchors::Finding::DepositMissing { seal }) => {
            format!("{place}: MISSING: the deposit that begins with seal {seal} is not there any more. {checked}")
        }
        Some(anchors::Finding::TimeStampDiffers { seal_from, seal_to, why }) => {
            format!("{place}: DIFFERENT: {why} (seals {seal_from} to {seal_to}). {checked}")
        }
    }
}

/// The seals in the file, read line by line. A line that a crash cut off is skipped.
fn in_file(path: &Path) -> impl Iterator<Item = Anchor> + use<> {
    let lines = File::open(path).into_iter().flat_map(|file| BufReader::new(file).lines().map_while(Result::ok));
    lines.filter_map(|line| serde_json::from_str(&line).ok())
}

/// Drops a sealed month of the log after the whole log was verified. Exit codes: 0 dropped, 1 not dropped, 2 the log could not be checked.
pub async fn drop_audit_month(file: Option<PathBuf>, month: String) -> ExitCode {
    let Ok(day) = format!("{month}-01").parse::<Date>() else {
        say("The month is written like 2019-01.");
        return ExitCode::from(2);
    };
    let config = match begin(file) {
        Ok((config, _)) => config,
        Err(code) => return code,
    };
    match drop_with(&config, day).await {
        Ok(Outcome::Dropped(dropped)) => {
            print(&dropped_line(&dropped));
            ExitCode::SUCCESS
        }
        Ok(Outcome::NotWhole(checked)) => {
            print(&checked.report());
            say("Nothing was dropped.");
            ExitCode::FAILURE
        }
        Ok(Outcome::Refused(reason)) => {
            say(&format!("Nothing was dropped: {reason}."));
            ExitCode::FAILURE
        }
        Err(error) => {
            say(&chain(&error));
            ExitCode::from(2)
        }
    }
}

/// What came of dropping a month.
enum Outcome {
    Dropped(DroppedMonth),
    /// The log is not as it was sealed.
    NotWhole(Checked),
    /// The month cannot be dropped.
    Refused(NotDropped),
}

async fn drop_with(config: &Config, day: Date) -> Result<Outcome, serve::Error> {
    let database = postgres::join(config).await?;
    let domain = serve::attach(config, &database).await?;
    let outcome = drop_verified(config, &domain, &database.urls().owner, day).await;
    domain.close().await;
    database.stop().await?;
    outcome
}

async fn drop_verified(config: &Config, domain: &Domain, owner: &PgConnectOptions, day: Date) -> Result<Outcome, serve::Error> {
    let checked = check(config, domain).await?;
    if !checked.is_whole() {
        return Ok(Outcome::NotWhole(checked));
    }
    let access = Access::system(domain.new_id::<RequestId>());
    match drop_month(domain, &access, owner, day).await {
        Ok(dropped) => Ok(Outcome::Dropped(dropped)),
        Err(error) => match std::error::Error::source(&error).and_then(|source| source.downcast_ref::<NotDropped>()) {
            Some(reason) => Ok(Outcome::Refused(*reason)),
            None => Err(error.into()),
        },
    }
}

fn dropped_line(dropped: &DroppedMonth) -> String {
    let DroppedMonth { month, rows, merkle_root, seal_from, seal_to, dropped_at } = dropped;
    let month = month.strftime("%Y-%m");
    format!("{month} was dropped on {dropped_at}: {rows} rows, sealed as {merkle_root} (seals {seal_from} to {seal_to}).")
}

fn report(result: &Verification) -> String {
    let dropped = result.dropped.iter().map(|month| format!("\n{}", dropped_line(month))).collect::<String>();
    format!("{}{dropped}", verdict(result))
}

fn verdict(result: &Verification) -> String {
    let checked =
        format!("{} rows under {} seals checked; {} rows are not sealed yet.", result.rows, result.seals, result.unsealed);
    match &result.finding {
        None => format!("The audit log is whole. {checked}"),
        Some(Finding::RowChanged { id, number }) => format!("CHANGED: row {number} ({id}) is not what was written. {checked}"),
        Some(Finding::RowsMissingOrReordered { seal, sealed_rows, present_rows }) => format!(
            "MISSING OR REORDERED: seal {seal} was made over {sealed_rows} rows; {present_rows} are there, and they do not fit it. {checked}"
        ),
        Some(Finding::SealBroken { seal }) => format!("BROKEN: seal {seal} was changed, or the one before it is gone. {checked}"),
        Some(Finding::DayBroken { day }) => {
            format!("BROKEN: the seal over {day} does not fit the seals of that day. {checked}")
        }
        Some(Finding::DropRecordBroken { month }) => {
            format!("BROKEN: the record that {} was dropped was changed. {checked}", month.strftime("%Y-%m"))
        }
        Some(Finding::DroppedRowsDiffer { recorded_rows, missing_rows }) => {
            format!("MISSING: {missing_rows} rows are gone, but only {recorded_rows} were dropped. {checked}")
        }
        Some(Finding::AnchorMissing { seal }) => {
            format!("MISSING: seal {seal} was kept outside of the database and is not in it any more. {checked}")
        }
    }
}
