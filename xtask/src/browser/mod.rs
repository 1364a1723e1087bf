//! The browser tests: Playwright with real Chromium, each worker against its own clinic, in one round or several.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;

use crate::arguments::Arguments;
use crate::bundle::Profile;
use crate::postgres::Cluster;
use crate::process::{Attempt, Failure, Outcome, read, run};
use crate::relay::Relay;
use crate::slots;
use crate::workspace::Workspace;

pub(crate) use clinics::{Clinics, Server, Template};
use empty::Empty;
use report::Report;
pub(crate) use report::slowest;
use rounds::{Order, Round, Rounds};

mod clinics;
mod empty;
mod report;
mod rounds;

/// How to run the browser tests, from the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    workers: Option<u16>,
    rounds: Rounds,
}

impl Options {
    /// Parses the flags that apply only to the browser tests.
    pub(crate) fn parse(arguments: &mut Arguments) -> Outcome<Self> {
        let workers = arguments.value("--workers")?;
        if workers == Some(0) {
            return Err(Failure::because("--workers needs a number above 0"));
        }
        Ok(Self { workers, rounds: Rounds::parse(arguments)? })
    }

    /// Whether none of these flags was given.
    pub(crate) fn is_default(&self) -> bool {
        self.workers.is_none() && self.rounds == Rounds::default()
    }

    /// How many tests run at the same time.
    fn workers(&self, cores: usize) -> usize {
        let measured = if self.rounds.is_slow() { cores * 2 } else { cores };
        self.workers.map_or(measured.min(8), usize::from)
    }
}

/// Runs the browser tests whose title matches `filter`, in as many rounds as `options` says. A failed round does not stop the others. `long` is the variable that
/// enables what takes minutes, `module` the slot engine for the browser.
pub(crate) fn test(
    workspace: &Workspace,
    filter: Option<&str>,
    options: &Options,
    long: Option<(&str, &str)>,
    module: PathBuf,
) -> Outcome {
    let _alone = alone(workspace)?;
    let output = workspace.target.join("e2e");
    let _ = fs::remove_dir_all(&output);
    fs::create_dir_all(&output).attempt(|| format!("create {}", output.display()))?;
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let slots = [("SLOTS_WASM", module), ("SLOTS_NATIVE", slots::native(workspace, long.is_some(), &output)?)];
    let run = Run { workspace, filter, long, slots, output, workers: options.workers(cores) };
    let tests = if options.rounds.are_shuffled() { Some(run.list()?) } else { None };

    let cluster = Cluster::start(workspace)?;
    let template = Template::fill(workspace, Profile::Dev, &cluster, &run.output)?;
    let mut report = Report::default();
    for round in options.rounds.all() {
        if options.rounds.are_shuffled() {
            eprintln!("\n{round} with {} workers …", run.workers);
        }
        run.round(&template, &round, tests.as_deref(), &mut report)?;
    }
    eprint!("{report}");
    if report.failures().is_empty() {
        return Ok(());
    }
    let again = options.rounds.command(filter);
    Err(Failure::because(format!("logs, pictures and traces are in {}; to repeat: {again}", run.output.display())))
}

/// What all rounds have in common.
struct Run<'a> {
    workspace: &'a Workspace,
    filter: Option<&'a str>,
    long: Option<(&'a str, &'a str)>,
    /// The files of the test that compares slots.
    slots: [(&'static str, PathBuf); 2],
    output: PathBuf,
    workers: usize,
}

impl Run<'_> {
    fn playwright(&self) -> Command {
        let mut playwright = Command::new(self.workspace.end2end().join("node_modules/.bin/playwright"));
        playwright.arg("test").current_dir(self.workspace.end2end());
        playwright
    }

    /// All tests that match the filter, in the order in which they are written.
    fn list(&self) -> Outcome<Vec<report::Test>> {
        let mut playwright = self.playwright();
        playwright.args(["--list", "--reporter=json"]);
        if let Some(filter) = self.filter {
            playwright.args(["--pass-with-no-tests", "--grep", filter]);
        }
        report::tests_of(&read(&mut playwright)?)
    }

    /// Runs one round on new clinics.
    fn round(&self, template: &Template<'_>, round: &Round, tests: Option<&[report::Test]>, report: &mut Report) -> Outcome {
        let output = self.output.join(format!("round-{}", round.number));
        fs::create_dir_all(&output).attempt(|| format!("create {}", output.display()))?;
        let relay = Relay::start(self.workspace)?;
        let clinics = Clinics::open(template, self.workers)?;
        let empty = Empty::make(template)?;

        let results = output.join("results.json");
        let mut playwright = self.playwright();
        playwright
            .args(["--workers", &self.workers.to_string(), "--reporter=list,json", "--output"])
            .arg(output.join("artifacts"));
        playwright.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &results).env("CPU_RATE", round.rate.to_string());
        playwright
            .env("CLINICS", clinics.folder())
            .env("EMPTY_JSON", empty.description())
            .env("RELAY_JSON", relay.description())
            .env("RELAY_CERTIFICATE", relay.certificate());
        playwright.envs(self.long).envs(self.slots.iter().map(|(name, file)| (name, file)));
        if let Some(tests) = tests {
            let order = output.join("order.json");
            fs::write(&order, Order::of(tests, round).to_json()).attempt(|| format!("write {}", order.display()))?;
            playwright.env("ORDER", order);
        } else if let Some(filter) = self.filter {
            playwright.args(["--pass-with-no-tests", "--grep", filter]);
        }
        let passed = run(&mut playwright);
        if let Err(Failure::Interrupted(_)) = passed {
            return passed;
        }
        let before = report.failures().len();
        // Playwright writes no results when it fails itself, for example because a spec does not compile.
        if let Ok(text) = fs::read_to_string(&results) {
            report.add(round, &text)?;
        }
        if let (Err(Failure::Because(text)), true) = (passed, report.failures().len() == before) {
            report.fail(round, text);
        }
        Ok(())
    }
}

/// Takes the lock of the clinics. Two runs at once would use the same folders and stop each other's database, so a second run is refused.
pub(crate) fn alone(workspace: &Workspace) -> Outcome<Alone> {
    let path = workspace.target.join("e2e.lock");
    let file = File::create(&path).attempt(|| format!("create {}", path.display()))?;
    file.try_lock()
        .map_err(|_| Failure::because("the browser tests or `bench pages` already use this target folder; wait for their end"))?;
    Ok(Alone(file))
}

/// The lock of the only run. Dropping it unlocks the file, even if a program that was started meanwhile still has it open.
pub(crate) struct Alone(File);

impl Drop for Alone {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &str) -> Outcome<Options> {
        Arguments::read_whole(line, Options::parse)
    }

    #[test]
    fn a_second_run_is_refused_while_the_first_lives() {
        let root = std::env::temp_dir().join(format!("bedside-xtask-alone-{}", std::process::id()));
        let workspace = Workspace { target: root.join("target"), root };
        fs::create_dir_all(&workspace.target).unwrap();
        let first = alone(&workspace).unwrap();
        assert!(alone(&workspace).is_err());
        drop(first);
        assert!(alone(&workspace).is_ok());
        fs::remove_dir_all(workspace.root).unwrap();
    }

    #[test]
    fn slow_rounds_have_more_workers_because_throttled_pages_sleep() {
        assert_eq!(options("").unwrap().workers(2), 2);
        assert_eq!(options("--slow").unwrap().workers(2), 4);
        assert_eq!(options("--slow --workers 3").unwrap().workers(2), 3);
        assert_eq!(options("").unwrap().workers(64), 8);
        assert!(options("--workers 0").is_err());
    }

    #[test]
    fn flags_are_noticed() {
        assert!(options("").unwrap().is_default());
        for line in ["--workers=1", "--repeat 2", "--slow", "--seed 7"] {
            assert!(!options(line).unwrap().is_default(), "{line}");
        }
    }
}
