//! `cargo xtask openapi`: the description of the programming interface (`api/openapi.json`), from the code.

use crate::process::{Outcome, run};
use crate::workspace::{SERVER_SIDE, Workspace};

/// The test that compares the file with the code, and writes it when it is told to.
const TEST: &str = "rest::description::the_committed_description_is_the_one_of_this_code";

/// Renews the file. That it is the right one, the test says with every run of all tests.
pub(crate) fn openapi(workspace: &Workspace) -> Outcome {
    let mut cargo = workspace.cargo(["test", "--quiet", "--test", "it"]);
    run(cargo.args(SERVER_SIDE).args(["--", "--exact", TEST]).env("UPDATE_DOCS", "1"))
}
