//! Measures booking, the dispatcher and the slot engine. The work is done by `testing/examples/scheduling`, inside the domain, on the cluster of the tests; it ends by itself.

use std::fs;

use serde_json::{Value, json};

use super::example::{self, Example};
use crate::bundle::Profile;
use crate::postgres::server_programs;
use crate::process::{Attempt, Failure, Outcome, command, read};
use crate::progress::Steps;
use crate::setup::Purpose;
use crate::slots;
use crate::workspace::Workspace;

/// The most bookings that fit into the days that can be booked, in thousands.
pub(super) const MOST_THOUSANDS: u16 = 30;

/// A booking through the domain reaches at least this part of what pgbench does with the same statements.
const LEAST_OF_PGBENCH: f64 = 0.6;

/// How much to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// How many thousand bookings are made through the domain, and as many with pgbench.
    pub(crate) thousands: u16,
    /// The build to measure.
    pub(crate) profile: Profile,
}

impl Default for Extent {
    fn default() -> Self {
        Self { thousands: 20, profile: Profile::Release }
    }
}

/// Runs the benchmark, writes `bench/scheduling.json` in the target folder, and returns the table.
pub(crate) fn scheduling(workspace: &Workspace, extent: Extent) -> Outcome<String> {
    let example = Example {
        of: "testing",
        name: "scheduling",
        title: "Booking, passing on, booking with pgbench, fighting",
        file: "scheduling.json",
        profile: extent.profile,
    };
    let bookings = format!("{}000", extent.thousands);
    let printed = example::printed(workspace, Purpose::Demo, &example, |cluster, _| {
        let pgbench = server_programs()?.join("pgbench");
        Ok(vec![bookings.into(), cluster.superuser_url().into(), cluster.log().into(), pgbench.into()])
    })?;
    let in_wasm = Steps::of(1).step("Computing slots in WebAssembly", || {
        let module = slots::module(workspace, extent.profile)?;
        read(command("node", ["bench/slots.mjs"]).arg(module).current_dir(workspace.end2end()))
    })?;
    let reading = with_wasm(&printed, &in_wasm);
    let reading = reading.ok_or_else(|| Failure::because(format!("the example printed {printed:?}, the script {in_wasm:?}")))?;
    let file = workspace.target.join("bench").join("scheduling.json");
    fs::write(&file, format!("{reading:#}\n")).attempt(|| format!("write {}", file.display()))?;
    table(&reading).ok_or_else(|| Failure::because(format!("the example printed {printed:?}")))
}

/// What the example printed, with the months a second in WebAssembly.
fn with_wasm(printed: &str, in_wasm: &str) -> Option<Value> {
    let mut reading: Value = serde_json::from_str(printed).ok()?;
    let months: f64 = in_wasm.parse().ok()?;
    reading.as_object_mut()?.insert("doctor_months_per_second_in_wasm".to_owned(), json!(months));
    Some(reading)
}

fn table(reading: &Value) -> Option<String> {
    let number = |name: &str| reading[name].as_f64();
    let (domain, pgbench) = (number("domain_per_second")?, number("pgbench_per_second")?);
    let part = domain / pgbench;
    let mark = if part < LEAST_OF_PGBENCH { " !" } else { "" };
    let (bookings, clients, statements) = (number("bookings")?, number("clients")?, number("statements")?);
    Some(format!(
        "\n| {clients} clients, {bookings} bookings | a second |\n|---|---:|\n\
        | bookings through the domain | {domain:.0} |\n\
        | the same {statements} statements with pgbench | {pgbench:.0} |\n\
        | domain / pgbench (at least {LEAST_OF_PGBENCH}) | {part:.2}{mark} |\n\
        | attempts for ten times ({} in all) | {:.0} |\n\
        | events passed on ({} waited; peak memory {:.0} MiB) | {:.0} |\n\
        | months of a doctor, native | {:.0} |\n\
        | months of a doctor, WebAssembly in V8 | {:.0} |\n",
        number("attempts")?,
        number("attempts_per_second")?,
        number("events")?,
        number("dispatch_peak_kib")? / 1024.0,
        number("events_per_second")?,
        number("doctor_months_per_second")?,
        number("doctor_months_per_second_in_wasm")?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_example_becomes_a_table() {
        let printed = r#"{"bookings":1024,"clients":32,"statements":50,"domain_per_second":500.0,"pgbench_per_second":1000.0,"attempts":1280,
            "attempts_per_second":2000.0,"events":1500,"events_per_second":300.0,"dispatch_peak_kib":20480,"doctor_months_per_second":9000.0}"#;
        let table = table(&with_wasm(printed, "2500").unwrap()).unwrap();
        assert!(
            table.contains("| bookings through the domain | 500 |\n| the same 50 statements with pgbench | 1000 |\n"),
            "{table}"
        );
        assert!(table.contains("| domain / pgbench (at least 0.6) | 0.50 ! |\n"), "{table}");
        assert!(table.contains("| events passed on (1500 waited; peak memory 20 MiB) | 300 |\n"), "{table}");
        assert!(table.starts_with("\n| 32 clients, 1024 bookings | a second |\n"), "{table}");
        assert!(
            table.ends_with("| months of a doctor, native | 9000 |\n| months of a doctor, WebAssembly in V8 | 2500 |\n"),
            "{table}"
        );
        assert_eq!(with_wasm("", "1"), None);
        assert_eq!(super::table(&json!({})), None);
    }
}
