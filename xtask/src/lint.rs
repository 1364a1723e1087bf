//! `cargo xtask lint`: all checks that need no running system. All of them run, and the failed ones are listed at the end.

use crate::process::{Failure, Outcome, command, run};
use crate::progress::Steps;
use crate::rules;
use crate::setup::{self, Purpose};
use crate::workspace::{SERVER_SIDE, Workspace};

/// The crates that are compiled to WebAssembly.
const BROWSER_SIDE: &[&str] = &[
    "--workspace",
    "--exclude=catalogue",
    "--exclude=domain",
    "--exclude=relay",
    "--exclude=server",
    "--exclude=testing",
    "--exclude=xtask",
    "--features=app/hydrate",
    "--target=wasm32-unknown-unknown",
];

/// Runs every check.
pub(crate) fn lint(workspace: &Workspace) -> Outcome {
    let mut steps = Steps::of(8);
    steps.step("Looking what is missing", || setup::setup(workspace, Purpose::Lint))?;
    let mut failed = Vec::new();
    let mut check = |what: &str, check: &dyn Fn() -> Outcome| match steps.step(what, check) {
        Err(Failure::Because(text)) => {
            eprintln!("{text}");
            failed.push(what.to_owned());
            Ok(())
        }
        other => other,
    };
    check("House rules", &|| rules::check(workspace))?;
    check("Format", &|| run(&mut workspace.cargo(["fmt", "--all", "--check"])))?;
    check("Licences, bans and sources", &|| deny(workspace))?;
    check("Clippy, server side", &|| clippy(workspace, SERVER_SIDE))?;
    check("Clippy, browser side", &|| clippy(workspace, BROWSER_SIDE))?;
    check("Clippy, xtask", &|| clippy(workspace, &["-p", "xtask", "--profile", "xtask"]))?;
    // Alone, because its libraries would change the features of the server side's.
    check("Clippy, catalogue", &|| clippy(workspace, &["-p", "catalogue", "--profile", "xtask"]))?;
    if failed.is_empty() {
        eprintln!("Nothing to complain about ({}).", steps.elapsed());
        return Ok(());
    }
    Err(Failure::because(format!("failed: {}", failed.join("; "))))
}

fn clippy(workspace: &Workspace, crates: &[&str]) -> Outcome {
    let mut cargo = workspace.cargo(["clippy", "--quiet"]);
    cargo.args(crates);
    // Tests of a cdylib cannot be built for the browser's target.
    if crates != BROWSER_SIDE {
        cargo.arg("--all-targets");
    }
    run(cargo.args(["--", "-D", "warnings"]))
}

/// Runs cargo-deny without advisories: their database is a git repository, and lint must work without access to a code host.
fn deny(workspace: &Workspace) -> Outcome {
    let mut deny = command(setup::cargo_deny_program(workspace), ["--log-level", "error", "check", "--hide-inclusion-graph"]);
    run(deny.args(["bans", "licenses", "sources"]).current_dir(&workspace.root))
}
