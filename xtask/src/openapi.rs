//! `cargo xtask openapi`: generates the description of the API (`api/openapi.json`) from the code.

use crate::process::{Outcome, run};
use crate::workspace::{SERVER_SIDE, Workspace};

/// The test that compares the file with the code, or writes it when `UPDATE_DOCS` is set.
const TEST: &str = "rest::description::the_committed_description_is_the_one_of_this_code";

/// Regenerates the file. Every run of the tests checks that it matches the code.
pub(crate) fn openapi(workspace: &Workspace) -> Outcome {
    let mut cargo = workspace.cargo(["test", "--quiet", "--test", "it"]);
    run(cargo.args(SERVER_SIDE).args(["--", "--exact", TEST]).env("UPDATE_DOCS", "1"))
}
