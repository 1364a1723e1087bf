//! Measures opening a long record, sending and reading files, and messages while many pages are open. The work is done by `server/examples/records`, with `bedside serve` as a
//! process of its own; it ends by itself.

use std::fmt::Write as _;

use serde_json::Value;

use super::example::{self, Example};
use crate::bundle::Profile;
use crate::process::{Failure, Outcome};
use crate::setup::{self, Purpose};
use crate::workspace::Workspace;

/// How much to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// Whether a small size is measured, to try the command.
    pub(crate) quick: bool,
    /// The build to measure.
    pub(crate) profile: Profile,
}

impl Default for Extent {
    fn default() -> Self {
        Self { quick: false, profile: Profile::Release }
    }
}

/// The servers and ways of storing that are compared, by their name in the line of the example.
const STORES: [(&str, &str); 4] = [
    ("encrypted", "bedside, encrypted"),
    ("plain", "the same folder over HTTP, not encrypted"),
    ("written", "write and fsync"),
    ("nginx", "nginx"),
];

/// Runs the benchmark, writes `bench/records.json` in the target folder, and returns the tables.
pub(crate) fn records(workspace: &Workspace, extent: Extent) -> Outcome<String> {
    let example = Example {
        of: "server",
        name: "records",
        title: "Opening a record, sending files, writing messages",
        file: "records.json",
        profile: extent.profile,
    };
    let size = if extent.quick { "quick" } else { "full" };
    let printed = example::printed(workspace, Purpose::BenchRecords, &example, |cluster, folder| {
        let bedside = workspace.server_binary(extent.profile);
        Ok(vec![
            size.into(),
            cluster.superuser_url().into(),
            cluster.log().into(),
            folder.into(),
            bedside.into(),
            setup::nginx_program().into(),
        ])
    })?;
    let reading: Option<Value> = serde_json::from_str(&printed).ok();
    let tables = reading.and_then(|reading| Some(tables(&reading)? + &messages(&reading["messages"])?));
    tables.ok_or_else(|| Failure::because(format!("the example printed {printed:?}")))
}

/// The tables of the record and of the files.
fn tables(reading: &Value) -> Option<String> {
    let (opening, files) = (&reading["opening"], &reading["files"]);
    let mut text = format!(
        "\n| {} visits, {} measurements, {} entries, {} files | queries | p95 ms | the same statements alone, p95 ms | times |\n|---|---:|---:|---:|---:|\n",
        opening["encounters"], opening["observations"], opening["entries"], opening["files"],
    );
    for row in opening["readings"].as_array()? {
        let (ours, bare) = (row["p95_ms"].as_f64()?, row["bare_p95_ms"].as_f64()?);
        let (title, queries) = (row["title"].as_str()?, row["queries"].as_u64()?);
        let _ = writeln!(text, "| {title} | {queries} | {ours:.1} | {bare:.1} | {:.2} |", ours / bare);
    }
    let _ = writeln!(
        text,
        "\n| {} files of {} MiB | sent, MB/s | peak MiB | read, MB/s | peak MiB |\n|---|---:|---:|---:|---:|",
        files["files"], files["file_mib"]
    );
    for (name, title) in STORES {
        let cell = |way: &str, measure: &str| {
            files[name][way][measure].as_f64().map_or_else(|| "–".to_owned(), |reading| format!("{reading:.0}"))
        };
        let _ = writeln!(
            text,
            "| {title} | {} | {} | {} | {} |",
            cell("upload", "mb_per_second"),
            cell("upload", "peak_mib"),
            cell("download", "mb_per_second"),
            cell("download", "peak_mib")
        );
    }
    files.is_object().then_some(text)
}

fn messages(reading: &Value) -> Option<String> {
    let number = |name: &str| reading[name].as_f64();
    Some(format!(
        "\n| {} open pages, {} writers, {} messages | |\n|---|---:|\n| messages a second | {:.0} |\n| stored, p99 ms | {:.1} |\n\
        | on both pages of the reader, p50 ms | {:.1} |\n| on both pages of the reader, p99 ms | {:.1} |\n",
        number("sockets")?,
        number("writers")?,
        number("messages")?,
        number("per_second")?,
        number("stored_p99_ms")?,
        number("p50_ms")?,
        number("p99_ms")?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_line_of_the_example_becomes_three_tables() {
        let reading = json!({
            "opening": { "encounters": 300, "observations": 5000, "entries": 40, "files": 400, "readings": [
                { "title": "timeline", "queries": 9, "p95_ms": 12.0, "bare_p95_ms": 8.0 },
            ]},
            "files": { "files": 8, "file_mib": 32,
                "encrypted": { "upload": { "mb_per_second": 80.4, "peak_mib": 90.0 }, "download": { "mb_per_second": 300.0, "peak_mib": 60.0 } },
                "plain": { "upload": { "mb_per_second": 200.0, "peak_mib": 9.0 }, "download": { "mb_per_second": 900.0, "peak_mib": 9.0 } },
                "written": { "upload": { "mb_per_second": 400.0 } },
                "nginx": { "download": { "mb_per_second": 2000.0, "peak_mib": 5.0 } },
            },
            "messages": { "sockets": 2000, "writers": 16, "messages": 4800, "per_second": 120.5, "stored_p99_ms": 9.0, "p50_ms": 20.0, "p99_ms": 55.5 },
        });
        let text = tables(&reading).unwrap() + &messages(&reading["messages"]).unwrap();
        for line in [
            "| 300 visits, 5000 measurements, 40 entries, 400 files | queries | p95 ms | the same statements alone, p95 ms | times |\n",
            "| timeline | 9 | 12.0 | 8.0 | 1.50 |\n",
            "| bedside, encrypted | 80 | 90 | 300 | 60 |\n",
            "| write and fsync | 400 | – | – | – |\n",
            "| nginx | – | – | 2000 | 5 |\n",
            "| 2000 open pages, 16 writers, 4800 messages | |\n",
            "| on both pages of the reader, p99 ms | 55.5 |\n",
        ] {
            assert!(text.contains(line), "{line:?} is not in {text}");
        }
        assert_eq!((tables(&json!({})), messages(&json!({}))), (None, None));
    }
}
