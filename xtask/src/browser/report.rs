//! Reads the results of Playwright's JSON reporter, over all rounds: the slowest tests and the failures.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::rounds::Round;
use crate::process::{Failure, Outcome};
use crate::progress::for_people;

/// How many of the slowest tests are listed.
const SLOWEST: usize = 10;

/// A test: its file below `end2end/tests`, and its titles from the outermost `describe` inwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Test {
    pub(crate) file: String,
    pub(crate) titles: Vec<String>,
}

impl fmt::Display for Test {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} › {}", self.file, self.titles.join(" › "))
    }
}

/// The tests in the output of `playwright test --list --reporter=json`.
pub(crate) fn tests_of(json: &str) -> Outcome<Vec<Test>> {
    Ok(specs(&parse(json)?).into_iter().map(|(test, _)| test).collect())
}

/// The results of all rounds so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    durations: Vec<(Duration, Test)>,
    failures: Vec<String>,
}

impl Report {
    /// Adds the results of a round.
    pub(crate) fn add(&mut self, round: &Round, json: &str) -> Outcome {
        let results = parse(json)?;
        for (test, spec) in specs(&results) {
            for one in array(spec, "tests") {
                let outcomes = array(one, "results");
                let took = outcomes.iter().filter_map(|outcome| outcome["duration"].as_u64()).sum();
                self.durations.push((Duration::from_millis(took), test.clone()));
                if one["status"] == "unexpected" {
                    self.failures.push(failure(round, &test, outcomes.last()));
                }
            }
        }
        for error in array(&results, "errors") {
            self.failures.push(format!("{round}: {}", error["message"].as_str().unwrap_or("an error without words")));
        }
        Ok(())
    }

    /// Adds a failure of a whole round.
    pub(crate) fn fail(&mut self, round: &Round, text: String) {
        self.failures.push(format!("{round}: {text}"));
    }

    /// The failures. A failure of a test names its round, seed, rate and worker.
    pub(crate) fn failures(&self) -> &[String] {
        &self.failures
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        slowest(formatter, "browser tests", &self.durations)?;
        if !self.failures.is_empty() {
            writeln!(formatter, "\nFailed browser tests:")?;
            self.failures.iter().try_for_each(|failure| writeln!(formatter, "  {failure}"))?;
        }
        Ok(())
    }
}

/// Writes the slowest of these tests, one per line.
pub(crate) fn slowest(formatter: &mut impl fmt::Write, what: &str, durations: &[(Duration, impl fmt::Display)]) -> fmt::Result {
    let mut sorted: Vec<_> = durations.iter().collect();
    sorted.sort_by_key(|(took, _)| std::cmp::Reverse(*took));
    sorted.truncate(SLOWEST);
    if !sorted.is_empty() {
        writeln!(formatter, "\nThe slowest {what}:")?;
    }
    sorted.into_iter().try_for_each(|(took, test)| writeln!(formatter, "  {:>12}  {test}", for_people(*took)))
}

fn failure(round: &Round, test: &Test, outcome: Option<&Value>) -> String {
    let unknown = Value::Null;
    let outcome = outcome.unwrap_or(&unknown);
    let worker = outcome["parallelIndex"].as_u64().map_or_else(|| "unknown".to_owned(), |index| index.to_string());
    let message = array(outcome, "errors").first().and_then(|error| error["message"].as_str()).unwrap_or_default();
    // Playwright writes colour codes even into files.
    let plain = without_colours(message);
    let lines: Vec<&str> = plain.lines().filter(|line| !line.trim().is_empty()).take(6).collect();
    format!("{round}, worker {worker}: {test}\n      {}", lines.join("\n      "))
}

/// All specs with their file and titles.
fn specs(report: &Value) -> Vec<(Test, &Value)> {
    let mut found = Vec::new();
    for file in array(report, "suites") {
        collect(file, &[], &mut found);
    }
    found
}

fn collect<'a>(suite: &'a Value, titles: &[String], found: &mut Vec<(Test, &'a Value)>) {
    let text = |of: &Value, key: &str| of[key].as_str().unwrap_or_default().to_owned();
    let below = |of: &Value| titles.iter().cloned().chain([text(of, "title")]).collect::<Vec<_>>();
    for spec in array(suite, "specs") {
        found.push((Test { file: text(spec, "file"), titles: below(spec) }, spec));
    }
    for inner in array(suite, "suites") {
        collect(inner, &below(inner), found);
    }
}

fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn parse(json: &str) -> Outcome<Value> {
    serde_json::from_str(json).map_err(|error| Failure::because(format!("Playwright's results cannot be read: {error}")))
}

/// Removes the escape sequences `ESC [ … m`.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Arguments;
    use crate::browser::rounds::Rounds;

    const RESULTS: &str = r#"{"suites": [{"title": "a.spec.ts", "specs": [
        {"title": "quick", "file": "a.spec.ts", "tests": [{"status": "expected", "results": [{"duration": 900, "parallelIndex": 0}]}]}
      ], "suites": [{"title": "with wasm", "specs": [
        {"title": "long", "file": "a.spec.ts", "tests": [{"status": "unexpected", "results": [
          {"duration": 61000, "parallelIndex": 3, "errors": [{"message": "\u001b[31mno heading\u001b[39m"}]}]}]}
      ]}]}], "errors": []}"#;

    fn round() -> Round {
        Rounds::parse(&mut Arguments::of("--repeat 2 --slow --seed 17")).unwrap().all().last().unwrap()
    }

    #[test]
    fn tests_are_listed_with_their_titles() {
        let tests = tests_of(RESULTS).unwrap();
        assert_eq!(tests.iter().map(Test::to_string).collect::<Vec<_>>(), ["a.spec.ts › quick", "a.spec.ts › with wasm › long"]);
    }

    #[test]
    fn a_failure_names_its_round_seed_rate_and_worker() {
        let mut report = Report::default();
        report.add(&round(), RESULTS).unwrap();
        let expected = "round 2 of 2, seed 17, rate 8, worker 3: a.spec.ts › with wasm › long\n      no heading";
        assert_eq!(report.failures(), [expected]);
        assert!(report.to_string().contains("1 min 01 s  a.spec.ts › with wasm › long\n"), "{report}");
    }

    #[test]
    fn the_slowest_come_first_and_only_ten_of_them() {
        let durations: Vec<_> = (0..30).map(|n| (Duration::from_secs(n), format!("test {n}"))).collect();
        let mut text = String::new();
        slowest(&mut text, "tests", &durations).unwrap();
        assert_eq!(text.lines().count(), 2 + SLOWEST);
        assert!(text.contains("29 s  test 29") && !text.contains("test 19"), "{text}");
    }

    #[test]
    fn errors_outside_of_tests_are_failures() {
        let mut report = Report::default();
        report.add(&round(), r#"{"suites": [], "errors": [{"message": "a spec does not compile"}]}"#).unwrap();
        assert_eq!(report.failures().len(), 1);
        assert!(report.add(&round(), "no JSON").is_err());
    }
}
