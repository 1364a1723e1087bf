//! Measures pages: what they cost a browser on a slow connection, and what rendering them costs the server and the database.
//!
//! One server serves the demonstration clinic on a copy of the template database, as in the browser tests. Everything is stopped and removed at the
//! end, also after a signal.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::browser::{self, Clinics, Server, Template};
use crate::bundle::{self, Profile};
use crate::postgres::Cluster;
use crate::process::{Attempt, Failure, Outcome, check_interrupted, run};
use crate::progress::Steps;
use crate::setup::{self, Purpose};
use crate::site;
use crate::workspace::Workspace;

use itinerary::{Itinerary, Page};
use processes::{Time, postgres_time, process_time, resident_kib};
use statements::{Counted, StatementLog};
use table::{BROWSER, SERVER, Table};

mod browsing;
pub(super) mod itinerary;
mod load;
mod processes;
mod statements;
mod table;

/// How long the server is left alone before its idle work is counted, and how long that is counted.
const SETTLE: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(10);

/// How many requests are made to count the statements of one. The work of the server's own tasks falls into some of them, so the lowest count is
/// that of the page.
const COUNTED_REQUESTS: u32 = 5;

/// How much to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// The number of runs for each page.
    pub(crate) runs: u16,
    /// The length of the load on each page in a run, in seconds.
    pub(crate) seconds: u16,
    /// The build to measure.
    pub(crate) profile: Profile,
}

impl Default for Extent {
    fn default() -> Self {
        Self { runs: 3, seconds: 3, profile: Profile::Release }
    }
}

/// Runs the benchmark, writes `bench/pages.json` in the target folder, and returns the tables.
pub(crate) fn pages(workspace: &Workspace, extent: Extent) -> Outcome<String> {
    let mut steps = Steps::of(9);
    steps.step("Looking what is missing", || setup::setup(workspace, Purpose::BenchPages))?;
    steps.step("Building the browser part", || bundle::compile_frontend(workspace, extent.profile))?;
    steps.step("Assembling the site", || site::assemble(workspace, extent.profile))?;
    steps.step("Building the server", || bundle::compile_server(workspace, extent.profile))?;

    let _alone = browser::alone(workspace)?;
    let folder = workspace.target.join("bench");
    let output = folder.join("pages");
    let _ = fs::remove_dir_all(&output);
    fs::create_dir_all(&output).attempt(|| format!("create {}", output.display()))?;
    let cluster = Cluster::start(workspace)?;
    let template = steps.step("Filling the clinic", || Template::fill(workspace, extent.profile, &cluster, &output))?;
    let clinics = Clinics::open_without_limits(&template)?;
    let [server] = clinics.servers() else { return Err(Failure::because("no server was started")) };
    let itinerary = Itinerary::plan(server)?;
    let bench = Bench { workspace, cluster: &cluster, server, output: &output, extent };

    let idle = steps.step("Counting what an idle server asks the database", || bench.idle())?;
    let browsed = steps.step("Loading pages in Chromium", || bench.browse(&itinerary.browsed))?;
    let mut rendered = Table::of(&SERVER);
    steps.step("Counting the statements of a page", || bench.count_statements(&itinerary, &mut rendered))?;
    steps.step("Rendering pages", || bench.render(&itinerary, &mut rendered))?;

    let build = if extent.profile == Profile::Release { "release" } else { "dev" };
    let all = json!({
        "build": build,
        "seconds": extent.seconds,
        "idle": { "transactions_per_second": idle.transactions, "statements_per_second": idle.statements },
        "browser": browsed.json(),
        "server": rendered.json(),
    });
    write_json(&folder.join("pages.json"), &all)?;
    Ok(format!(
        "{}{}\nWithout requests, the server makes {:.1} transactions with {:.1} statements a second.\n",
        browsed.markdown(),
        rendered.markdown(),
        idle.transactions,
        idle.statements
    ))
}

/// Database work per second.
struct Rate {
    transactions: f64,
    statements: f64,
}

/// The running server, and how to measure it.
struct Bench<'a> {
    workspace: &'a Workspace,
    cluster: &'a Cluster,
    server: &'a Server,
    output: &'a Path,
    extent: Extent,
}

impl Bench<'_> {
    /// The work of the server's own tasks while there are no requests and no open pages.
    fn idle(&self) -> Outcome<Rate> {
        pause(SETTLE)?;
        let log = StatementLog::open(self.cluster, self.server.database())?;
        let begun = Instant::now();
        let counted = log.count(|| pause(IDLE))?;
        let seconds = begun.elapsed().as_secs_f64();
        Ok(Rate { transactions: f64::from(counted.transactions) / seconds, statements: f64::from(counted.statements) / seconds })
    }

    /// Loads each page in a browser with a slow connection.
    fn browse(&self, pages: &[Page]) -> Outcome<Table> {
        let printed = browsing::load_pages(self.workspace, self.server, pages, self.extent.runs, self.output)?;
        let mut table = Table::of(&BROWSER);
        let added = browsing::add_readings(&printed, &mut table);
        added.ok_or_else(|| Failure::because(format!("the browser printed {printed:?}")))?;
        Ok(table)
    }

    /// Adds the statements and transactions of one request of each page, after a first request that fills the caches.
    fn count_statements(&self, itinerary: &Itinerary, table: &mut Table) -> Outcome {
        let log = StatementLog::open(self.cluster, self.server.database())?;
        for page in itinerary.rendered() {
            let html = page.visit()?;
            table.add(&page.title, "html_kib", kib(html.len()));
            let mut least: Option<Counted> = None;
            for _ in 0..COUNTED_REQUESTS {
                let counted = log.count(|| page.visit().map(drop))?;
                least = Some(least.map_or(counted, |least| least.min(counted)));
            }
            if let Some(Counted { statements, transactions }) = least {
                table.add(&page.title, "statements", f64::from(statements));
                table.add(&page.title, "transactions", f64::from(transactions));
            }
        }
        Ok(())
    }

    /// Puts load on one page after the other, in several rounds. Each round begins with the reference.
    fn render(&self, itinerary: &Itinerary, table: &mut Table) -> Outcome {
        for round in 1..=self.extent.runs {
            let mut reference = None;
            for page in itinerary.rendered() {
                eprintln!("      round {round} of {}: {}", self.extent.runs, page.title);
                page.visit()?;
                let before = self.used()?;
                let load = load::load(self.server.port(), page, self.extent.seconds, &self.output.join("wrk.txt"))?;
                let after = self.used()?;
                let requests = f64::from(load.requests);
                let each = |before: Time, after: Time| after.since(before).as_secs_f64() * 1000.0 / requests;
                let reference = *reference.get_or_insert(load.per_second);
                for (measure, reading) in [
                    ("requests_per_second", load.per_second),
                    ("share_of_reference", load.per_second / reference),
                    ("p50_ms", load.p50_ms),
                    ("p99_ms", load.p99_ms),
                    ("server_ms", each(before.0, after.0)),
                    ("postgres_ms", each(before.1, after.1)),
                    ("resident_mib", f64::from(resident_kib(self.server.pid())?) / 1024.0),
                ] {
                    table.add(&page.title, measure, reading);
                }
            }
        }
        Ok(())
    }

    /// The processor time that the server and all Postgres processes have used.
    fn used(&self) -> Outcome<(Time, Time)> {
        Ok((process_time(self.server.pid())?, postgres_time(self.cluster.postmaster()?)?))
    }
}

/// A number of bytes in KiB.
fn kib(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1024.0
}

/// Waits. A signal ends it.
fn pause(duration: Duration) -> Outcome {
    let begun = Instant::now();
    while begun.elapsed() < duration {
        check_interrupted()?;
        std::thread::sleep(Duration::from_millis(100).min(duration));
    }
    check_interrupted()
}

/// Runs a program, which may take long, with its standard output going to `file`, and returns what it printed. A signal stops it.
pub(super) fn printed_by(command: &mut Command, file: &Path) -> Outcome<String> {
    let output = File::create(file).attempt(|| format!("create {}", file.display()))?;
    run(command.stdout(output))?;
    fs::read_to_string(file).attempt(|| format!("read {}", file.display()))
}

fn write_json(file: &Path, value: &Value) -> Outcome {
    fs::write(file, format!("{value:#}\n")).attempt(|| format!("write {}", file.display()))
}
