//! Measures whether an answer takes longer when there is more in the database: the same requests with a thousand and with ten thousand doctors.
//!
//! Each size has a server of its own with the demonstration and, around it, what `cargo xtask fill` makes. The people who sign in are those of the
//! demonstration. Requests are made one after the other, so that a slow query is not hidden by the others.

use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::pages::itinerary::{Demo, address_below};
use super::visitor::Visitor;
use crate::browser::{self, Clinics, Server, Template};
use crate::bundle::{self, Profile};
use crate::fill;
use crate::postgres::Cluster;
use crate::process::{Attempt, Failure, Outcome, check_interrupted};
use crate::progress::Steps;
use crate::setup::{self, Purpose};
use crate::site;
use crate::workspace::Workspace;

/// The two sizes, in doctors.
const SIZES: [u16; 2] = [1_000, 10_000];

/// With ten times the data no answer may take longer than this many times as long.
const MOST_GROWTH: f64 = 1.5;

/// How often a request is made before the measurement, so that connections, plans and caches are warm.
const WARM_UP: u16 = 5;

/// The length of an instant in whole seconds, `2026-11-27T09:00:00Z`, and of an id.
const INSTANT_LENGTH: usize = 20;
const ID_LENGTH: usize = 36;

/// How much to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// How often each request is made.
    pub(crate) runs: u16,
    /// The build to measure.
    pub(crate) profile: Profile,
}

impl Default for Extent {
    fn default() -> Self {
        Self { runs: 40, profile: Profile::Release }
    }
}

/// Runs the benchmark, writes `bench/health.json` in the target folder, and returns the table.
pub(crate) fn health(workspace: &Workspace, extent: Extent) -> Outcome<String> {
    let mut steps = Steps::of(7);
    steps.step("Looking what is missing", || setup::setup(workspace, Purpose::BenchPages))?;
    steps.step("Building the browser part", || bundle::compile_frontend(workspace, extent.profile))?;
    steps.step("Assembling the site", || site::assemble(workspace, extent.profile))?;
    steps.step("Building the server", || bundle::compile_server(workspace, extent.profile))?;

    let _alone = browser::alone(workspace)?;
    let folder = workspace.target.join("bench");
    let output = folder.join("health");
    let _ = fs::remove_dir_all(&output);
    fs::create_dir_all(&output).attempt(|| format!("create {}", output.display()))?;
    let cluster = Cluster::start(workspace)?;
    let template = steps.step("Filling the clinic", || Template::fill(workspace, extent.profile, &cluster, &output))?;
    let mut sizes = Vec::new();
    for doctors in SIZES {
        let title = format!("Measuring with {doctors} doctors");
        sizes.push(steps.step(&title, || {
            let clinics = Clinics::open_without_limits(&template)?;
            let [server] = clinics.servers() else { return Err(Failure::because("no server was started")) };
            fill::fill(workspace, &mut cluster.psql(server.database(), []), doctors)?;
            measure(server, extent.runs)
        })?);
    }
    let [small, large] = <[Vec<Reading>; 2]>::try_from(sizes).map_err(|_| Failure::because("a size was not measured"))?;
    let file = folder.join("health.json");
    fs::write(&file, format!("{:#}\n", json(&small, &large))).attempt(|| format!("write {}", file.display()))?;
    Ok(table(&small, &large))
}

/// The 95th percentile of one kind of request.
#[derive(Debug, Clone, PartialEq)]
struct Reading {
    title: &'static str,
    p95_ms: f64,
}

fn measure(server: &Server, runs: u16) -> Outcome<Vec<Reading>> {
    let demo = Demo::read(server)?;
    let (patient, admin, stranger) = (demo.sign_in("patient")?, demo.sign_in("admin")?, Visitor::stranger(server.port()));
    let doctor = address_below(&stranger.page("/doctors")?, "/doctors/").ok_or_else(|| missing("link to a doctor"))?;
    let time = time_on(&patient.page(&doctor)?).ok_or_else(|| missing("free time of the first doctor"))?;
    let id = doctor.trim_start_matches("/doctors/");
    let hold = [("doctor", id), ("time", time.as_str())];
    Ok(vec![
        timed("readiness", runs, || stranger.page("/health/ready").map(drop))?,
        timed("sign-in", runs, || demo.sign_in("patient").map(drop))?,
        timed("search for doctors", runs, || stranger.page("/doctors").map(drop))?,
        timed("a doctor's times", runs, || patient.page(&doctor).map(drop))?,
        timed("holding a time", runs, || hold_time(&patient, &hold))?,
        timed("people", runs, || admin.page("/admin/people").map(drop))?,
        timed("audit log", runs, || admin.page("/admin/audit").map(drop))?,
    ])
}

/// Holds a time; the answer to somebody who cannot have it leads elsewhere.
fn hold_time(patient: &Visitor, fields: &[(&str, &str)]) -> Outcome {
    let to = patient.submit("/do/hold-time", fields)?;
    if to.starts_with("/book/") {
        Ok(())
    } else {
        Err(Failure::because(format!("the time cannot be held: the answer leads to {to}")))
    }
}

fn missing(what: &str) -> Failure {
    Failure::because(format!("the demonstration has no {what}"))
}

/// The first time that the page offers, as its form sends it: `2026-11-27T09:00:00Z~` and the id of the clinic.
fn time_on(html: &str) -> Option<String> {
    html.match_indices("Z~").find_map(|(at, _)| {
        let begin = (at + 1).checked_sub(INSTANT_LENGTH)?;
        let time = html.get(begin..at + 2 + ID_LENGTH)?;
        let is_plain = time.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'~'));
        (is_plain && time.starts_with(|first: char| first.is_ascii_digit())).then(|| time.to_owned())
    })
}

fn timed(title: &'static str, runs: u16, mut request: impl FnMut() -> Outcome) -> Outcome<Reading> {
    for _ in 0..WARM_UP {
        request()?;
    }
    let mut took = Vec::new();
    for _ in 0..runs {
        check_interrupted()?;
        let begun = Instant::now();
        request()?;
        took.push(begun.elapsed());
    }
    Ok(Reading { title, p95_ms: p95(took).as_secs_f64() * 1_000.0 })
}

/// The time that 95 of 100 requests did not exceed.
fn p95(mut took: Vec<Duration>) -> Duration {
    took.sort_unstable();
    let at = (took.len() * 95).div_ceil(100);
    took.get(at.saturating_sub(1)).copied().unwrap_or_default()
}

fn table(small: &[Reading], large: &[Reading]) -> String {
    let mut text = format!(
        "\np95 in milliseconds, by the number of doctors:\n\n| request | {} | {} | times |\n|---|---:|---:|---:|\n",
        SIZES[0], SIZES[1]
    );
    for (small, large) in small.iter().zip(large) {
        let growth = large.p95_ms / small.p95_ms;
        let mark = if growth > MOST_GROWTH { " !" } else { "" };
        let _ = writeln!(text, "| {} | {:.1} | {:.1} | {growth:.2}{mark} |", small.title, small.p95_ms, large.p95_ms);
    }
    text
}

fn json(small: &[Reading], large: &[Reading]) -> Value {
    let of = |readings: &[Reading]| -> Map<String, Value> {
        readings.iter().map(|reading| (reading.title.to_owned(), json!(reading.p95_ms))).collect()
    };
    json!({ "unit": "ms", "percentile": 95, "doctors": { SIZES[0].to_string(): of(small), SIZES[1].to_string(): of(large) } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentile_leaves_out_one_of_twenty() {
        let took = |count: u64| (1..=count).rev().map(Duration::from_millis).collect::<Vec<_>>();
        assert_eq!(p95(took(20)), Duration::from_millis(19));
        assert_eq!(p95(took(40)), Duration::from_millis(38));
        assert_eq!(p95(took(1)), Duration::from_millis(1));
        assert_eq!(p95(Vec::new()), Duration::ZERO);
    }

    #[test]
    fn growth_beyond_the_bound_is_marked() {
        let reading = |title, p95_ms| Reading { title, p95_ms };
        let (small, large) = ([reading("a", 10.0), reading("b", 10.0)], [reading("a", 15.0), reading("b", 15.5)]);
        let text = table(&small, &large);
        assert!(text.contains("| a | 10.0 | 15.0 | 1.50 |\n") && text.contains("| b | 10.0 | 15.5 | 1.55 ! |\n"), "{text}");
        assert_eq!(json(&small, &large)["doctors"]["10000"]["b"], 15.5);
    }

    #[test]
    fn the_time_is_taken_from_the_form() {
        let id = "019a0000-0000-7000-8000-00000000abcd";
        let html = format!(r#"<a href="/x?time=2026-11-27T09%3A00%3A00Z~{id}"></a><input value="2026-11-27T09:00:00Z~{id}">"#);
        assert_eq!(time_on(&html), Some(format!("2026-11-27T09:00:00Z~{id}")));
        assert_eq!(time_on("Z~"), None);
    }
}
