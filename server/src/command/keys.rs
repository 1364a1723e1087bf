//! `bedside keys status` and `bedside keys rotate`.

use super::{chain, load, load_from, print, say};
use crate::{
    config::{Config, Sources},
    master, postgres,
    serve::{self, Error},
    telemetry,
};
use domain::{
    access::Access,
    db::keys::{self, KeyStatus, Rotated, State},
    vault::Purpose,
};
use model::ids::RequestId;
use std::{path::PathBuf, process::ExitCode};

/// Options of `bedside keys rotate`.
#[derive(Debug, Clone, clap::Args)]
pub struct RotateOptions {
    /// Makes a new key for this purpose only. It can be given several times. Default: all purposes.
    #[arg(long, value_name = "PURPOSE", value_parser = parsed_purpose)]
    purpose: Vec<Purpose>,
    /// Makes no new keys, but wraps all keys with another master key: the one in the section `[keys]` of this configuration file. Variables do not
    /// override the file. If it names a file that does not exist, the file is made.
    #[arg(long, value_name = "FILE", conflicts_with = "purpose")]
    master: Option<PathBuf>,
}

fn parsed_purpose(text: &str) -> Result<Purpose, String> {
    Purpose::parse(text).ok_or_else(|| {
        let words: Vec<&str> = Purpose::ALL.iter().map(|purpose| purpose.as_str()).collect();
        format!("write one of {}", words.join(", "))
    })
}

/// Lists the keys. Exit codes: 0 the master key opens all of them, 1 it does not, 2 they could not be looked at.
pub async fn status(file: Option<PathBuf>) -> ExitCode {
    let config = match load(file) {
        Ok(config) => config,
        Err(code) => return code,
    };
    match status_with(&config).await {
        Ok(report) => {
            print(&report.to_text());
            if report.keys.iter().all(|key| key.opens) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            say(&chain(&error));
            ExitCode::from(2)
        }
    }
}

/// The keys, and the name of the configured master key.
struct Report {
    master: String,
    keys: Vec<KeyStatus>,
}

async fn status_with(config: &Config) -> Result<Report, Error> {
    let database = postgres::join(config).await?;
    let report = async {
        let master = master::of(config, State::Kept)?;
        let keys = keys::status(&database.urls().app, &*master).await?;
        Ok(Report { master: master.name().to_owned(), keys })
    };
    let report = report.await;
    database.stop().await?;
    report
}

impl Report {
    fn to_text(&self) -> String {
        let mut lines = vec![format!("{:<12} {:>6}  {:<20}  {:<8}  {}", "purpose", "number", "made", "state", "master key")];
        for key in &self.keys {
            let made = key.created_at.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
            let state = match (key.opens, key.retired_at) {
                (false, _) => "CLOSED",
                (true, None) => "in use",
                (true, Some(_)) => "reading",
            };
            let patients = key.patients.map(|count| format!(", {count} patients")).unwrap_or_default();
            let (purpose, number, by) = (key.purpose.as_str(), key.number, &key.wrapped_by);
            lines.push(format!("{purpose:<12} {:>6}  {made:<20}  {state:<8}  {by}{patients}", number.get()));
        }
        lines.push(if self.keys.iter().all(|key| key.opens) {
            format!("The configured master key ({}) opens all keys.", self.master)
        } else {
            format!(
                "The configured master key ({}) does not open the keys that are CLOSED. Configure the master key that their line names.",
                self.master
            )
        });
        lines.join("\n")
    }
}

/// Makes new keys, or wraps all keys with another master key.
pub async fn rotate(file: Option<PathBuf>, options: RotateOptions) -> ExitCode {
    let config = match load(file) {
        Ok(config) => config,
        Err(code) => return code,
    };
    let new = match options.master.map(|file| load_from(&Sources { file: Some(file), ..Sources::default() })).transpose() {
        Ok(new) => new,
        Err(code) => return code,
    };
    if let Err(error) = telemetry::init(&config.log) {
        say(&chain(&error));
        return ExitCode::FAILURE;
    }
    let mut purposes = if options.purpose.is_empty() { Purpose::ALL.to_vec() } else { options.purpose };
    purposes.sort_unstable();
    purposes.dedup();
    match rotate_with(&config, &purposes, new.as_ref()).await {
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

async fn rotate_with(config: &Config, purposes: &[Purpose], new: Option<&Config>) -> Result<String, Error> {
    let new = new.map(|new| master::of(new, State::New)).transpose()?;
    let database = postgres::join(config).await?;
    let rotated = async {
        let domain = serve::attach(config, &database).await?;
        let (owner, access) = (&database.urls().owner, Access::system(domain.new_id::<RequestId>()));
        let done = match new {
            None => keys::rotate(&domain, &access, owner, purposes).await.map(|rotated| made(&rotated)),
            Some(new) => keys::change_master(&domain, &access, owner, &*new).await.map(|count| changed(count, new.name())),
        };
        domain.close().await;
        Ok(done?)
    };
    let rotated = rotated.await;
    database.stop().await?;
    rotated
}

fn made(rotated: &Rotated) -> String {
    let keys: Vec<String> = rotated.keys.iter().map(|(purpose, number)| format!("{} {number}", purpose.as_str())).collect();
    let mut text =
        format!("New keys: {}. Servers that run use them within a minute; the old keys stay for reading.", keys.join(", "));
    if rotated.patients > 0 {
        text += &format!(" Patients' keys wrapped with the new one: {}.", rotated.patients);
    }
    if rotated.closed > 0 {
        text +=
            &format!(" {} patients' keys do not open with any key of this database, and were left as they are.", rotated.closed);
    }
    if rotated.keys.iter().any(|(purpose, _)| *purpose == Purpose::Relay) {
        text += " The relay uses its new key after a restart of the servers.";
    }
    text
}

fn changed(count: usize, master: &str) -> String {
    format!(
        "{count} keys are now wrapped with `{master}`. Put this master key into the configuration of every server, and restart one after the other; until \
         then they keep working. Keep the old master key for the backups that were made with it."
    )
}
