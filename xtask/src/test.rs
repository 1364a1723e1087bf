//! `cargo xtask test`: runs all tests, first Rust, then the browser. When one part fails, the others still run.

use std::path::Path;
use std::process::Stdio;

use crate::arguments::Arguments;
use crate::bundle::{self, Profile};
use crate::postgres::Cluster;
use crate::process::{Failure, Outcome, run, succeeds};
use crate::progress::Steps;
use crate::setup::{self, Purpose};
use crate::workspace::{SERVER_SIDE, Workspace};
use crate::{browser, nextest, say, site, slots};

/// The variable with the URL of the cluster on which the tests create their databases.
pub(crate) const DATABASE_VARIABLE: &str = "BEDSIDE_TEST_DATABASE_URL";

/// The variable that enables tests that take minutes. Without it they print that they are skipped.
const LONG_VARIABLE: &str = "BEDSIDE_LONG_TESTS";

/// The variable with the program of a server with the protocol of S3, for a test that takes minutes.
const S3_VARIABLE: &str = "BEDSIDE_TEST_S3_SERVER";

/// Which tests to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    Rust,
    Browser,
}

/// The options from the command line.
#[derive(Debug)]
pub(crate) struct Options {
    part: Part,
    long: bool,
    browser: browser::Options,
    filter: Option<String>,
}

impl Options {
    /// Parses the flags and the filter.
    pub(crate) fn parse(arguments: &mut Arguments) -> Outcome<Self> {
        let part = match (arguments.flag("--rust"), arguments.flag("--browser")) {
            (false, false) => Part::All,
            (true, false) => Part::Rust,
            (false, true) => Part::Browser,
            (true, true) => return Err(Failure::because("--rust and --browser exclude each other; leave both out to run all")),
        };
        let browser = browser::Options::parse(arguments)?;
        if part != Part::Browser && !browser.is_default() {
            return Err(Failure::because(
                "--workers, --repeat, --slow and --seed are for the browser tests alone; add --browser",
            ));
        }
        Ok(Self { part, long: arguments.flag("--long"), browser, filter: arguments.positional() })
    }

    fn runs(&self, part: Part) -> bool {
        self.part == Part::All || self.part == part
    }
}

/// Runs the tests that `options` ask for.
pub(crate) fn test(workspace: &Workspace, options: &Options) -> Outcome {
    let (rust, browser) = (options.runs(Part::Rust), options.runs(Part::Browser));
    let mut steps = Steps::of(2 + 4 * usize::from(browser) + 3 * usize::from(rust));
    let mut failures = Vec::new();
    steps.step("Looking what is missing", || setup::setup(workspace, Purpose::Test))?;
    if browser {
        steps.step("Building the browser part", || bundle::compile_frontend(workspace, Profile::Dev))?;
        steps.step("Assembling the site", || site::assemble(workspace, Profile::Dev))?;
    }
    // Test dependencies give some crates another feature. Together with the tests, the server is built with these features, so that
    // nothing is compiled twice. Without the Rust tests, it is built as for the demonstration.
    if rust {
        steps.step("Building the server and the tests", || run(workspace.cargo(["build", "--all-targets"]).args(SERVER_SIDE)))?;
    } else {
        steps.step("Building the server", || {
            bundle::compile_server(workspace, Profile::Dev)?;
            slots::compile_program(workspace)
        })?;
    }
    if rust {
        let s3_server = if options.long { Some(setup::s3_server(workspace)?) } else { None };
        let cluster = steps.step("Starting the database of the tests", || Cluster::start(workspace))?;
        let passed = steps.step("Running the Rust tests", || rust_tests(workspace, &cluster, options, s3_server.as_deref()));
        note(&mut failures, "Rust tests", passed)?;
        let passed = steps.step("Running the xtask's own tests", || xtask_tests(workspace, options));
        note(&mut failures, "xtask's tests", passed)?;
    }
    if browser {
        let module = steps.step("Building the slot engine for the browser", || slots::module(workspace, Profile::Dev))?;
        let filter = options.filter.as_deref();
        let long = options.long.then_some((LONG_VARIABLE, "1"));
        let passed = steps.step("Running the browser tests", || browser::test(workspace, filter, &options.browser, long, module));
        note(&mut failures, "browser tests", passed)?;
    }
    if !failures.is_empty() {
        return Err(Failure::because(failures.join("\n")));
    }
    say(&format!("All tests passed in {}.\n", steps.elapsed()))
}

fn note(failures: &mut Vec<String>, part: &str, outcome: Outcome) -> Outcome {
    match outcome {
        Err(Failure::Because(text)) => failures.push(format!("{part} failed: {text}")),
        other => other?,
    }
    Ok(())
}

fn rust_tests(workspace: &Workspace, cluster: &Cluster, options: &Options, s3_server: Option<&Path>) -> Outcome {
    without_autovacuum(cluster)?;
    let with_nextest = has_nextest(workspace);
    let database = cluster.url("postgres");
    let call = |words: &[&str], filter: Option<&str>| {
        let mut cargo = workspace.cargo(words.iter().copied());
        cargo.args(SERVER_SIDE).arg("--no-fail-fast").args(filter).env(DATABASE_VARIABLE, &database);
        if options.long {
            cargo.env(LONG_VARIABLE, "1").env("NEXTEST_PROFILE", "long");
        }
        if let Some(program) = s3_server {
            cargo.env(S3_VARIABLE, program);
        }
        cargo
    };
    let filter = options.filter.as_deref();
    if !with_nextest {
        return run(&mut call(&["test"], filter));
    }
    let tests = run(&mut call(&["nextest", "run", "--no-tests=pass"], filter));
    eprint!("{}", nextest::slowest(workspace, if options.long { "long" } else { "default" }));
    // nextest does not run documentation examples, so cargo does.
    let examples =
        if let Err(Failure::Interrupted(_)) = tests { Ok(()) } else { run(&mut call(&["test", "--doc", "--quiet"], filter)) };
    tests.and(examples)
}

/// Each test has a database of its own, and autovacuum starts a process for each database once a minute: several each second when there are hundreds. A test
/// that needs statistics makes them itself.
fn without_autovacuum(cluster: &Cluster) -> Outcome {
    let settings = ["--command", "alter system set autovacuum = off", "--command", "select pg_reload_conf()"];
    run(cluster.superuser_psql(settings).stdout(Stdio::null()))
}

fn xtask_tests(workspace: &Workspace, options: &Options) -> Outcome {
    let mut cargo = if has_nextest(workspace) {
        workspace.cargo(["nextest", "run", "--no-tests=pass", "--cargo-profile", "xtask", "-p", "xtask", "--no-fail-fast"])
    } else {
        workspace.cargo(["test", "--profile", "xtask", "-p", "xtask", "--no-fail-fast"])
    };
    run(cargo.args(&options.filter))
}

fn has_nextest(workspace: &Workspace) -> bool {
    succeeds(&mut workspace.cargo(["nextest", "--version"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &str) -> Outcome<Options> {
        Arguments::read_whole(line, Options::parse)
    }

    #[test]
    fn rounds_are_for_the_browser_tests_alone() {
        let slow = options("--browser --repeat 5 --slow booking").unwrap();
        assert_eq!((slow.part, slow.filter.as_deref()), (Part::Browser, Some("booking")));
        assert!(options("--repeat 5").is_err());
        assert!(options("--rust --slow").is_err());
        assert!(options("--rust --browser").is_err());
        assert_eq!(options("booking").unwrap().part, Part::All);
    }

    #[test]
    fn one_part_failing_is_noted_and_a_signal_ends_it_all() {
        let mut failures = Vec::new();
        note(&mut failures, "browser tests", Err(Failure::because("two failed"))).unwrap();
        assert_eq!(failures, ["browser tests failed: two failed"]);
        assert!(note(&mut failures, "browser tests", Err(Failure::Interrupted(2))).is_err());
    }
}
