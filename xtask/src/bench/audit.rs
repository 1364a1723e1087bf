//! Measures how long it takes to verify a long audit log, and how much memory. The work is done by `testing/examples/audit_log.rs`.

use serde_json::Value;

use super::example::{self, Example};
use crate::bundle::Profile;
use crate::process::{Failure, Outcome};
use crate::setup::Purpose;
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
    let example = Example {
        of: "testing",
        name: "audit_log",
        title: "Writing, sealing and verifying the log",
        file: "audit.json",
        profile: extent.profile,
    };
    let rows = format!("{}000", extent.thousands);
    let printed = example::printed(workspace, Purpose::Demo, &example, |_, _| Ok(vec![rows.into()]))?;
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
