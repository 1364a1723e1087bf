//! The slot engine with generated schedules (`testing/schedules`), compiled for the browser and for this machine: a browser test and `bench scheduling` compare
//! the two. The pages' WebAssembly has nothing of it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::bundle::Profile;
use crate::process::{Attempt, Outcome, command, read, run};
use crate::workspace::Workspace;

const TARGET: &str = "wasm32-unknown-unknown";

/// How many schedules the browser test compares, and how many when it may take minutes.
const COMPARED: [&str; 2] = ["300", "10000"];

/// Compiles the module for the browser, and returns it.
pub(crate) fn module(workspace: &Workspace, profile: Profile) -> Outcome<PathBuf> {
    let (profile_name, folder) = match profile {
        Profile::Dev => ("dev", "debug"),
        Profile::Release => ("wasm-release", "wasm-release"),
    };
    let args = ["rustc", "-p", "schedules", "--lib", "--crate-type", "cdylib", "--target", TARGET, "--profile", profile_name];
    run(&mut workspace.cargo(args))?;
    Ok(workspace.target.join(TARGET).join(folder).join("schedules.wasm"))
}

/// Compiles the program that prints what native code answers. `domain` and `server` are named too, so that what is compiled already keeps its features.
pub(crate) fn compile_program(workspace: &Workspace) -> Outcome {
    run(&mut workspace.cargo(["build", "-p", "domain", "-p", "server", "-p", "schedules"]))
}

/// Writes what native code answers to a file in `folder`, and returns the file. The program is compiled.
pub(crate) fn native(workspace: &Workspace, long: bool, folder: &Path) -> Outcome<PathBuf> {
    let program = workspace.target.join("debug/slot-answers");
    let answers = read(&mut command(program, [COMPARED[usize::from(long)]]))?;
    let file = folder.join("slots.json");
    fs::write(&file, answers).attempt(|| format!("write {}", file.display()))?;
    Ok(file)
}
