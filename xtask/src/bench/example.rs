//! What the benchmarks share whose work is done by an example of a crate, on the cluster of the tests: how it is built and started, and the line of JSON that it prints.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::pages::printed_by;
use crate::bundle::Profile;
use crate::postgres::Cluster;
use crate::process::{Attempt, Outcome, command, run};
use crate::progress::Steps;
use crate::setup::{self, Purpose};
use crate::test::DATABASE_VARIABLE;
use crate::workspace::Workspace;

/// An example that measures something.
pub(super) struct Example<'a> {
    /// The crate. Its programs are built too.
    pub(super) of: &'a str,
    /// The name of the example.
    pub(super) name: &'a str,
    /// What it does, for the one who waits.
    pub(super) title: &'a str,
    /// Where its line goes, in the folder `bench`.
    pub(super) file: &'a str,
    /// The build to measure.
    pub(super) profile: Profile,
}

/// Installs what `purpose` needs, builds the example, runs it with the arguments that `arguments` makes of the cluster and of the folder `bench`, and returns the line that it
/// prints.
pub(super) fn printed(
    workspace: &Workspace,
    purpose: Purpose,
    example: &Example<'_>,
    arguments: impl FnOnce(&Cluster, &Path) -> Outcome<Vec<OsString>>,
) -> Outcome<String> {
    let mut steps = Steps::of(3);
    steps.step("Looking what is missing", || setup::setup(workspace, purpose))?;
    steps.step("Building", || {
        let mut cargo = workspace.cargo(["build", "--quiet", "-p", example.of, "--bins", "--example", example.name]);
        if example.profile == Profile::Release {
            cargo.arg("--release");
        }
        run(&mut cargo)
    })?;
    let folder = workspace.target.join("bench");
    fs::create_dir_all(&folder).attempt(|| format!("create {}", folder.display()))?;
    let cluster = Cluster::start(workspace)?;
    let arguments = arguments(&cluster, &folder)?;
    steps.step(example.title, || {
        let mut measuring = command(program(workspace, example), arguments);
        measuring.current_dir(&workspace.root).env(DATABASE_VARIABLE, cluster.url("postgres"));
        printed_by(&mut measuring, &folder.join(example.file))
    })
}

fn program(workspace: &Workspace, example: &Example<'_>) -> PathBuf {
    let build = match example.profile {
        Profile::Dev => "debug",
        Profile::Release => "release",
    };
    workspace.target.join(build).join("examples").join(example.name)
}
