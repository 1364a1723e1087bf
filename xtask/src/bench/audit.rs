//! Measures how long it takes to verify a long audit log, and how much memory. The work is done by `testing/examples/audit_log.rs`.

use std::fs;

use serde_json::Value;

use super::pages::printed_by;
use crate::bundle::Profile;
use crate::postgres::Cluster;
use crate::process::{Attempt, Failure, Outcome};
use crate::progress::Steps;
use crate::setup::{self, Purpose};
use crate::test::DATABASE_VARIABLE;
use crate::workspace::Workspace;

/// How much to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// How many thousand entries the log has.
    pub(crate) thousands: u16,
    /// The build to measure.
    pub(crate) profile: Profile,
}

impl Default for Extent {
    fn default() -> Self {
        Self { thousands: 2_000, profile: Profile::Release }
    }
}

/// Runs the benchmark, writes `bench/audit.json` in the target folder, and returns the table.
pub(crate) fn audit(workspace: &Workspace, extent: Extent) -> Outcome<String> {
    let mut steps = Steps::of(2);
    steps.step("Looking what is missing", || setup::setup(workspace, Purpose::Demo))?;
    let folder = workspace.target.join("bench");
    fs::create_dir_all(&folder).attempt(|| format!("create {}", folder.display()))?;
    let cluster = Cluster::start(workspace)?;
    let printed = steps.step("Writing, sealing and verifying the log", || {
        let mut example = workspace.cargo(["run", "--quiet", "-p", "testing", "--example", "audit_log"]);
        if extent.profile == Profile::Release {
            example.arg("--release");
        }
        example.args(["--", &format!("{}000", extent.thousands)]).env(DATABASE_VARIABLE, cluster.url("postgres"));
        printed_by(&mut example, &folder.join("audit.json"))
    })?;
    table(&printed).ok_or_else(|| Failure::because(format!("the example printed {printed:?}")))
}

fn table(printed: &str) -> Option<String> {
    let reading: Value = serde_json::from_str(printed).ok()?;
    Some(format!(
        "\n| rows | seals | written in s | verified in s | peak memory MiB |\n|---:|---:|---:|---:|---:|\n| {} | {} | {} | {} | {:.0} |\n",
        reading["rows"].as_i64()?,
        reading["seals"].as_i64()?,
        reading["write_seconds"].as_f64()?,
        reading["verify_seconds"].as_f64()?,
        reading["peak_kib"].as_f64()? / 1024.0
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_example_becomes_a_row() {
        let printed = "{\"rows\":20,\"seals\":3,\"write_seconds\":1.5,\"verify_seconds\":0.5,\"peak_kib\":2048}\n";
        assert!(table(printed).unwrap().ends_with("| 20 | 3 | 1.5 | 0.5 | 2 |\n"));
        assert_eq!(table("{}"), None);
    }
}
