//! The house rules that the compiler does not check: which crate may depend on which, and what a source file must not contain.
//!
//! Every rule has a name, which appears in the message when it is broken, and a test in which it is broken.

use std::fmt;
use std::fs;

use crate::process::{Failure, Outcome, command, read};
use crate::workspace::Workspace;

mod areas;
mod dependencies;
mod notices;
mod owners;
mod published;
mod queries;
mod scan;
mod sources;
mod tables;
mod views;

/// One place where a rule is broken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// The name of the rule.
    pub(crate) rule: &'static str,
    /// `path:line`, or the crate.
    pub(crate) place: String,
    /// What is wrong, and what should be there.
    pub(crate) what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {} [{}]", self.place, self.what, self.rule)
    }
}

/// Checks all rules in this repository.
pub(crate) fn check(workspace: &Workspace) -> Outcome {
    let mut broken = dependencies::check(&dependencies::declared(workspace)?);
    broken.extend(dependencies::check_browser_tree(&browser_tree(workspace)?));
    // `--others` includes new files that are not committed yet.
    let (mut migrations, mut decisions) = (Vec::new(), Vec::new());
    let mut list = command("git", ["ls-files", "--cached", "--others", "--exclude-standard"]);
    for path in read(list.current_dir(&workspace.root))?.lines() {
        // A file that was removed but not committed, or one that is not text, is skipped.
        if let Ok(text) = fs::read_to_string(workspace.root.join(path)) {
            broken.extend(sources::check(path, &text));
            if path.starts_with("migrations/") && path.ends_with(".sql") {
                migrations.push((path.to_owned(), text));
            } else if path.starts_with("domain/src/") && path.ends_with("/notices.rs") {
                decisions.push((path.to_owned(), text));
            }
        }
    }
    migrations.sort();
    broken.extend(published::check(&migrations));
    broken.extend(notices::check(&decisions));
    if broken.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = broken.iter().map(Broken::to_string).collect();
    Err(Failure::because(lines.join("\n")))
}

/// All crates of the browser part with their features, one per line: `tokio|io-util,sync`.
fn browser_tree(workspace: &Workspace) -> Outcome<String> {
    let args = [
        "tree",
        "-p",
        "frontend",
        "--target",
        "wasm32-unknown-unknown",
        "-e",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}|{f}",
    ];
    read(&mut workspace.cargo(args))
}
