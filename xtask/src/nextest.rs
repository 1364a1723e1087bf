//! Reads the report of the last `cargo nextest` run.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::browser::slowest as named;
use crate::workspace::Workspace;

/// The slowest tests of the last run, one per line; empty when there is no report. `.config/nextest.toml` sets the path of the report.
pub(crate) fn slowest(workspace: &Workspace, profile: &str) -> String {
    let report = newest(workspace, profile).and_then(|file| fs::read_to_string(file).ok()).unwrap_or_default();
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = named(&mut text, "Rust tests", &durations(&report));
    text
}

/// The newest report. Depending on its version, nextest takes cargo's target folder, or always `target` in the workspace.
fn newest(workspace: &Workspace, profile: &str) -> Option<PathBuf> {
    let targets = [workspace.target.clone(), workspace.root.join("target")];
    let files = targets.map(|target| target.join("nextest").join(profile).join("junit.xml"));
    files.into_iter().filter_map(|file| Some((fs::metadata(&file).ok()?.modified().ok()?, file))).max().map(|(_, file)| file)
}

/// Reads the durations from `<testcase name="…" classname="…" timestamp="…" time="1.234">`.
fn durations(report: &str) -> Vec<(Duration, String)> {
    let cases = report.split("<testcase ").skip(1).filter_map(|rest| rest.split_once('>'));
    cases
        .filter_map(|(attributes, _)| {
            let seconds = attribute(attributes, "time")?.parse().ok()?;
            let test = format!("{} {}", attribute(attributes, "classname")?, attribute(attributes, "name")?);
            Some((Duration::try_from_secs_f64(seconds).ok()?, test))
        })
        .collect()
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let begin = format!("{name}=\"");
    let (before, rest) = attributes.split_once(&begin)?;
    // `classname` also ends with `name`, so the name must begin after a blank.
    if before.is_empty() || before.ends_with(' ') {
        return rest.split_once('"').map(|(value, _)| value);
    }
    attribute(rest, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_of_nextest_is_read() {
        let report = r#"<testsuites><testsuite name="server::it" tests="1">
            <testcase name="rest::a_case" classname="server::it" timestamp="2026-11-26T18:00:00+00:00" time="1.500">
            </testcase></testsuite></testsuites>"#;
        assert_eq!(durations(report), [(Duration::from_millis(1500), "server::it rest::a_case".to_owned())]);
        assert_eq!(attribute(r#"classname="b" name="a""#, "name"), Some("a"));
        assert_eq!(durations("nothing"), []);
    }
}
